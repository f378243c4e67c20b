"""Sansan Open API: business cards by the window in which they were updated.

Here belong the version in the base address, paging and the rate limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vendors.errors import Fault, SettingsMissing, VendorError
from vendors.session import JsonApi
from vendors.settings import setting, with_scheme

VENDOR = "Sansan"
DEFAULT_BASE_URL = "https://api.sansan.com/v3.2"
# tenants differ in the largest page; every one takes the default
PAGE = 100
# Sansan allows ten requests a second
MIN_INTERVAL = 0.1


@dataclass(frozen=True)
class SansanSettings:
    """What the environment says about Sansan."""

    base_url: str = DEFAULT_BASE_URL
    api_key: str = ""

    @classmethod
    def from_environment(cls) -> SansanSettings:
        """Read the settings; nothing is checked yet."""
        base_url = with_scheme(setting("SANSAN_BASE_URL", DEFAULT_BASE_URL))
        return cls(base_url=base_url, api_key=setting("SANSAN_API_KEY"))

    @property
    def is_configured(self) -> bool:
        """Whether a key is given."""
        return bool(self.api_key)


def connect(settings: SansanSettings | None = None) -> SansanClient:
    """Return a client; the key is first used by the first call.

    Raises:
        SettingsMissing: no key.
    """
    given = settings or SansanSettings.from_environment()
    if not given.is_configured:
        raise SettingsMissing(VENDOR, "SANSAN_API_KEY")
    return SansanClient(given)


class SansanClient(JsonApi):
    """Sansan with the key of a user who may see the cards."""

    def __init__(self, settings: SansanSettings) -> None:
        headers = {"X-Sansan-Api-Key": settings.api_key}
        super().__init__(VENDOR, settings.base_url, headers, min_interval=MIN_INTERVAL)

    def ask_for_one(self, updated_from: str, updated_to: str) -> None:
        """Ask for one card of a window, only to see whether Sansan answers.

        Raises:
            VendorError: it does not.
        """
        window = {"updatedFrom": updated_from, "updatedTo": updated_to, "range": "all"}
        self.get("/bizCards", {**window, "limit": 1})

    def cards(self, updated_from: str, updated_to: str) -> Iterator[list[dict[str, Any]]]:
        """Yield pages of all cards updated within a window, oldest update first.

        Args:
            updated_from: ISO instant with zone, inclusive.
            updated_to: ISO instant with zone, inclusive.
        """
        window = {
            "updatedFrom": updated_from,
            "updatedTo": updated_to,
            "range": "all",
            "includeTags": "true",
            "includePastBizCards": "true",
            "orderBy": "updatedAt",
            "orderDirection": "asc",
            "limit": PAGE,
        }
        answer = self.get("/bizCards", window)
        while True:
            yield list(answer.get("data") or ())
            token = answer.get("nextPageToken")
            if not answer.get("hasMore") or not token:
                return
            answer = self._following(window, token)

    def _following(self, window: dict[str, Any], token: str) -> Any:
        try:
            return self.get("/bizCards", {**window, "nextPageToken": token})
        except VendorError as error:
            # some tenants want the token with its filters, some want it alone
            if error.fault is not Fault.REFUSED:
                raise
        return self.get("/bizCards", {"nextPageToken": token})
