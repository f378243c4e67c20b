"""Sansan Open API: business cards by the window in which they were updated.

Here belong the version in the base address, paging and the rate limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from vendors.errors import Fault, SettingsMissing, VendorError
from vendors.session import JsonApi
from vendors.settings import setting, with_scheme

VENDOR = "Sansan"
DEFAULT_BASE_URL = "https://api.sansan.com/v3.2"
# tenants differ in the largest page; every one takes the default
PAGE = 100
# Sansan allows ten requests a second
MIN_INTERVAL = 0.1


RANGES = ("all", "me")
STATUSES = ("completed", "processing", "unreadable")


@dataclass(frozen=True)
class SansanSettings:
    """What the environment says about Sansan.

    ``card_range`` is ``all`` (what the key's user may see) or ``me`` (the user's own cards),
    ``statuses`` the states of digitisation that are read.
    """

    base_url: str = DEFAULT_BASE_URL
    api_key: str = ""
    card_range: str = RANGES[0]
    statuses: tuple[str, ...] = STATUSES[:1]

    @classmethod
    def from_environment(cls) -> SansanSettings:
        """Read the settings; nothing is checked yet."""
        listed = setting("SANSAN_ENTRY_STATUS", STATUSES[0]).split(",")
        return cls(
            base_url=with_scheme(setting("SANSAN_BASE_URL", DEFAULT_BASE_URL)),
            api_key=setting("SANSAN_API_KEY"),
            card_range=setting("SANSAN_RANGE", RANGES[0]),
            statuses=tuple(dict.fromkeys(one.strip() for one in listed if one.strip())),
        )

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
    if given.card_range not in RANGES:
        raise _unknown("SANSAN_RANGE", given.card_range, RANGES)
    for status in given.statuses:
        if status not in STATUSES:
            raise _unknown("SANSAN_ENTRY_STATUS", status, STATUSES)
    return SansanClient(given)


def _unknown(name: str, value: str, allowed: tuple[str, ...]) -> VendorError:
    sentence = f"{name} is {value!r}; allowed are {', '.join(allowed)}."
    return VendorError(VENDOR, Fault.SETTINGS, sentence)


class SansanClient(JsonApi):
    """Sansan with the key of a user who may see the cards."""

    def __init__(self, settings: SansanSettings) -> None:
        headers = {"X-Sansan-Api-Key": settings.api_key}
        super().__init__(VENDOR, settings.base_url, headers, min_interval=MIN_INTERVAL)
        self._settings = settings

    @property
    def statuses(self) -> tuple[str, ...]:
        """The states of digitisation that are read."""
        return self._settings.statuses

    def ask_for_one(self, updated_from: str, updated_to: str) -> None:
        """Ask for one card of a window, only to see whether Sansan answers.

        Raises:
            VendorError: it does not.
        """
        window = {"updatedFrom": updated_from, "updatedTo": updated_to}
        self.get("/bizCards", {**window, "range": self._settings.card_range, "limit": 1})

    def has_card(self, card_id: str) -> bool:
        """Whether a card is still there for the key's user."""
        try:
            self.get(f"/bizCards/{quote(card_id, safe='')}")
        except VendorError as error:
            if error.fault is Fault.MISSING:
                return False
            raise
        return True

    def cards(
        self, updated_from: str, updated_to: str, statuses: Sequence[str] | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield pages of the cards updated within a window, oldest update first.

        A card that is updated while pages are read moves to the end of the window, and everything
        behind it moves up by one. So each page begins a second before the last card of the page
        before, whatever moved; the vendor's page token is followed only through cards of one and
        the same second. Cards at the seams come twice.

        Args:
            updated_from: ISO instant with zone, inclusive.
            updated_to: ISO instant with zone, inclusive.
            statuses: states of digitisation; none for those of the settings.
        """
        window = {
            "updatedFrom": updated_from,
            "updatedTo": updated_to,
            "range": self._settings.card_range,
            "entryStatus": list(statuses or self.statuses),
            "includeTags": "true",
            "includePastBizCards": "true",
            "orderBy": "updatedAt",
            "orderDirection": "asc",
            "limit": PAGE,
        }
        token: str | None = None
        reached = _instant(updated_from)
        while True:
            answer = self._page(window, token)
            yield answer["data"]
            if not answer.get("hasMore"):
                return
            following = answer.get("nextPageToken")
            start = _a_second_before_the_end(answer["data"])
            if start is not None and (reached is None or start > reached):
                window["updatedFrom"], token = start.strftime("%Y-%m-%dT%H:%M:%SZ"), None
                reached = start
            elif following and following != token:
                token = str(following)
            else:
                sentence = f"{VENDOR} says that there are more cards and not how to get them."
                raise VendorError(VENDOR, Fault.TRUNCATED, sentence)

    def _page(self, window: Mapping[str, Any], token: str | None) -> dict[str, Any]:
        if token is None:
            return self.get_list("/bizCards", window, "data")
        try:
            return self.get_list("/bizCards", {**window, "nextPageToken": token}, "data")
        except VendorError as error:
            # some tenants want the token with its filters, some want it alone
            if error.fault is not Fault.REFUSED:
                raise
        return self.get_list("/bizCards", {"nextPageToken": token}, "data")


def _a_second_before_the_end(cards: Sequence[Any]) -> datetime | None:
    """Return from where the next page goes on; none when the cards are not in order of update."""
    stamps = [_instant(card.get("updatedTime")) for card in cards if isinstance(card, dict)]
    found = [stamp for stamp in stamps if stamp is not None]
    if not cards or len(found) < len(cards) or found != sorted(found):
        return None
    return found[-1].replace(microsecond=0) - timedelta(seconds=1)


def _instant(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found.astimezone(UTC) if found.tzinfo else None
