"""Slack: one message to one incoming webhook, whose address is the secret.

Not here: what the message says (``reporting``) or when it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vendors.errors import Fault, VendorError
from vendors.session import RetryingSession, refusal
from vendors.settings import setting

VENDOR = "Slack"


@dataclass(frozen=True)
class SlackSettings:
    """What the environment says about Slack."""

    webhook_url: str = ""

    @classmethod
    def from_environment(cls) -> SlackSettings:
        """Read the settings."""
        return cls(webhook_url=setting("SLACK_WEBHOOK_URL"))

    @property
    def is_configured(self) -> bool:
        """Whether a webhook is given."""
        return bool(self.webhook_url)


def send(payload: Mapping[str, Any], settings: SlackSettings | None = None) -> None:
    """Post a message; does nothing when no webhook is configured.

    Slack keeps no message apart by an id of ours, so a connection that is cut after the work was
    done can show a message twice; that is better than a Friday without one.

    Args:
        payload: ``text`` and ``blocks`` as Slack's webhooks take them.
        settings: default is what the environment says.

    Raises:
        VendorError: Slack cannot be reached or refuses the message.
    """
    given = settings or SlackSettings.from_environment()
    if not given.is_configured:
        return
    session = RetryingSession(VENDOR)
    response = session.post(given.webhook_url, json=dict(payload))
    if response.status_code < 300:
        return
    error = refusal(VENDOR, response, "the message")
    if response.status_code in (403, 404, 410):
        sentence = "Slack does not take messages at this webhook any more; make a new one."
        error = VendorError(VENDOR, Fault.CREDENTIALS, sentence, error.code)
    raise error
