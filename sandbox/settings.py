"""The invented credentials of the sandbox and the settings a user needs to reach it.

Belongs here: names and values of credentials. Must not: hold anything real.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Credentials:
    """What the stand-ins accept. All invented, valid nowhere else."""

    salesforce_consumer_key: str = "sandbox-consumer-key"
    salesforce_consumer_secret: str = "sandbox-consumer-secret"  # noqa: S105
    salesforce_username: str = "integration@org.hashiwatashi.test"
    salesforce_password: str = "sandbox-password"  # noqa: S105
    salesforce_security_token: str = "sandboxSecurityToken"  # noqa: S105
    salesforce_session_id: str = "00D5j0000000001!sandbox-session"
    salesforce_refresh_token: str = "sandbox-refresh-token"  # noqa: S105
    hubspot_access_token: str = "sandbox-hubspot-token"  # noqa: S105
    typeform_token: str = "sandbox-typeform-token"  # noqa: S105
    sansan_api_key: str = "sandboxsansankey0000000000000001"
    marketo_client_id: str = "sandbox-marketo-client"
    marketo_client_secret: str = "sandbox-marketo-secret"  # noqa: S105
    slack_path: str = "/slack/services/T00SANDBOX/B00SANDBOX/sandboxwebhook"


SALESFORCE_API_VERSION = "62.0"
SANSAN_VERSION = "v3.2"


def environment(
    base_url: str, credentials: Credentials, ca_bundle: Path | None = None
) -> dict[str, str]:
    """Return the settings that make the product talk to the sandbox instead of the vendors."""
    settings = {
        "SALESFORCE_INSTANCE_URL": base_url,
        "SALESFORCE_CONSUMER_KEY": credentials.salesforce_consumer_key,
        "SALESFORCE_CONSUMER_SECRET": credentials.salesforce_consumer_secret,
        "SALESFORCE_API_VERSION": SALESFORCE_API_VERSION,
        "HUBSPOT_BASE_URL": base_url,
        "HUBSPOT_ACCESS_TOKEN": credentials.hubspot_access_token,
        "TYPEFORM_BASE_URL": base_url,
        "TYPEFORM_TOKEN": credentials.typeform_token,
        "SANSAN_BASE_URL": f"{base_url}/{SANSAN_VERSION}",
        "SANSAN_API_KEY": credentials.sansan_api_key,
        "MARKETO_BASE_URL": base_url,
        "MARKETO_CLIENT_ID": credentials.marketo_client_id,
        "MARKETO_CLIENT_SECRET": credentials.marketo_client_secret,
        # the sandbox's exports take tenths of a second where the real ones take minutes
        "MARKETO_POLL_SECONDS": "0.1",
        # nobody else takes from the sandbox's allowance
        "MARKETO_CALLS_PER_20S": "100",
        "SLACK_WEBHOOK_URL": f"{base_url}{credentials.slack_path}",
    }
    if ca_bundle is not None:
        settings["REQUESTS_CA_BUNDLE"] = str(ca_bundle)
    return settings


def environment_file(settings: dict[str, str]) -> str:
    """Write settings as the lines of an env file."""
    return "".join(f"{name}={value}\n" for name, value in sorted(settings.items()))
