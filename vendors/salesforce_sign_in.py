"""Salesforce settings and the four ways of signing in that they can describe.

Not here: the session and its calls (``salesforce``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from vendors.errors import Fault, SettingsMissing, VendorError, scrub
from vendors.settings import setting, with_scheme

VENDOR = "Salesforce"
DEFAULT_VERSION = "59.0"
DEFAULT_BUDGET_PCT = 50
_PLACE = "SALESFORCE_INSTANCE_URL or SALESFORCE_DOMAIN"


@dataclass(frozen=True)
class SalesforceSettings:
    """What the environment says about Salesforce; ``SALESFORCE_`` + the field name in capitals."""

    instance_url: str = ""
    domain: str = ""
    consumer_key: str = ""
    consumer_secret: str = ""
    username: str = ""
    private_key_file: str = ""
    password: str = ""
    security_token: str = ""
    session_id: str = ""
    api_version: str = ""
    api_budget_pct: str = ""

    @classmethod
    def from_environment(cls) -> SalesforceSettings:
        """Read the settings; nothing is checked yet."""
        given = {one.name: setting(f"SALESFORCE_{one.name.upper()}") for one in fields(cls)}
        given["instance_url"] = with_scheme(given["instance_url"])
        return cls(**given)

    @property
    def is_configured(self) -> bool:
        """Whether any credential is given; an address alone leaves the source off."""
        ways = (name for names in _WAYS.values() for name in names)
        return any(getattr(self, name) for name in ways)

    @property
    def version(self) -> str:
        """The API version without its v."""
        return (self.api_version or DEFAULT_VERSION).lstrip("vV")

    @property
    def budget_share(self) -> float:
        """Share of the org's daily calls at which reading stops, more than 0 and at most 1.

        Raises:
            SettingsMissing: it is no such percentage.
        """
        text = self.api_budget_pct.rstrip("% ") or str(DEFAULT_BUDGET_PCT)
        try:
            share = float(text) / 100
        except ValueError:
            share = 0.0
        if not 0 < share <= 1:
            raise SettingsMissing(VENDOR, "SALESFORCE_API_BUDGET_PCT to a number from 1 to 100")
        return share

    def way(self) -> str:
        """Return which of the four ways of signing in is configured.

        Raises:
            SettingsMissing: none is complete; names what the nearest one lacks.
        """
        lacking = {way: self._lacking(way) for way in _WAYS}
        complete = next((way for way, missing in lacking.items() if not missing), None)
        if complete is None:
            begun = {
                way: sum(bool(getattr(self, name)) for name in names)
                for way, names in _WAYS.items()
            }
            nearest = max(_WAYS, key=lambda way: (begun[way] - len(lacking[way]), begun[way]))
            raise SettingsMissing(VENDOR, lacking[nearest])
        return complete

    def _lacking(self, way: str) -> list[str]:
        missing = [f"SALESFORCE_{name.upper()}" for name in _WAYS[way] if not getattr(self, name)]
        if way in ("client_credentials", "session") and not (self.instance_url or self.my_domain):
            missing.append(_PLACE)
        return missing

    @property
    def my_domain(self) -> str:
        """The domain if it is an org's own: these two ways are not served at login or test."""
        return "" if self.domain in ("login", "test") else self.domain


_WAYS: dict[str, tuple[str, ...]] = {
    "client_credentials": ("consumer_key", "consumer_secret"),
    "jwt": ("username", "consumer_key", "private_key_file"),
    "password": ("username", "password", "security_token"),
    "session": ("session_id",),
}


def sign_in_arguments(given: SalesforceSettings) -> dict[str, Any]:
    """Return simple-salesforce's arguments for the configured way of signing in.

    Raises:
        SettingsMissing: no way is complete, or the private key is not there.
    """
    way = given.way()
    names = {name: getattr(given, name) for name in _WAYS[way]}
    if way == "session":
        return {**names, "instance_url": given.instance_url or f"https://{_domain(given)}"}
    if way == "jwt":
        path = names.pop("private_key_file")
        _check_key(Path(path))
        # the audience of the assertion is the sign-in host, never the instance
        return {**names, "privatekey_file": path, "domain": given.domain or "login"}
    if way == "client_credentials":
        return {**names, "domain": given.my_domain or _my_domain(given.instance_url)}
    return {**names, "domain": given.domain or "login"}


def _check_key(path: Path) -> None:
    try:
        load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, TypeError, ValueError, UnsupportedAlgorithm):
        wanted = "SALESFORCE_PRIVATE_KEY_FILE to a file with a private key (PEM, no password)"
        raise SettingsMissing(VENDOR, wanted) from None


def _domain(given: SalesforceSettings) -> str:
    return f"{given.domain}.salesforce.com"


def _my_domain(instance_url: str) -> str:
    host = urlsplit(instance_url).hostname or ""
    return host.removesuffix(".salesforce.com") or "instance"


def refused_sign_in(code: str) -> VendorError:
    """Return the plain error for a sign-in that Salesforce did not accept.

    Args:
        code: Salesforce's word for it, or the HTTP status where it has none.
    """
    if code.isdigit() and int(code) >= 500:
        sentence = f"Salesforce failed at the sign-in (HTTP {code})."
        return VendorError(VENDOR, Fault.BROKEN, sentence, code)
    word = f"HTTP {code}" if code.isdigit() else scrub(code, 60)
    reason = f" ({word})" if word else ""
    sentence = f"Salesforce did not accept the credentials for the sign-in{reason}."
    return VendorError(VENDOR, Fault.CREDENTIALS, sentence, code)
