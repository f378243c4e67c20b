"""Hands a finished message to Slack; what it says is reporting's.

A message that cannot be delivered must not fail a run, so the outcome is a sentence or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vendors import slack
from vendors.errors import VendorError


def send(payload: Mapping[str, Any]) -> str | None:
    """Sends a message; does nothing where no webhook is configured.

    Args:
        payload: `text` and `blocks` as Slack's incoming webhooks take them.

    Returns:
        None when it was delivered or Slack is off, else one sentence that says why not.
    """
    try:
        slack.send(payload)
    except VendorError as error:
        return str(error)
    return None
