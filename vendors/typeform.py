"""Typeform: forms and their responses.

Here belong paging and the rate limit. Not here: what an answer means (``ingestion``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vendors.errors import SettingsMissing
from vendors.session import JsonApi
from vendors.settings import setting, with_scheme

VENDOR = "Typeform"
DEFAULT_BASE_URL = "https://api.typeform.com"
FORMS_PAGE = 200
RESPONSES_PAGE = 1_000
# Typeform allows two requests a second
MIN_INTERVAL = 0.5


@dataclass(frozen=True)
class TypeformSettings:
    """What the environment says about Typeform."""

    base_url: str = DEFAULT_BASE_URL
    token: str = ""

    @classmethod
    def from_environment(cls) -> TypeformSettings:
        """Read the settings; nothing is checked yet."""
        base_url = with_scheme(setting("TYPEFORM_BASE_URL", DEFAULT_BASE_URL))
        return cls(base_url=base_url, token=setting("TYPEFORM_TOKEN"))

    @property
    def is_configured(self) -> bool:
        """Whether a token is given."""
        return bool(self.token)


def connect(settings: TypeformSettings | None = None) -> TypeformClient:
    """Return a client; the token is first used by the first call.

    Raises:
        SettingsMissing: no token.
    """
    given = settings or TypeformSettings.from_environment()
    if not given.is_configured:
        raise SettingsMissing(VENDOR, "TYPEFORM_TOKEN")
    return TypeformClient(given)


class TypeformClient(JsonApi):
    """Typeform with a personal token."""

    def __init__(self, settings: TypeformSettings) -> None:
        headers = {"Authorization": f"Bearer {settings.token}"}
        super().__init__(VENDOR, settings.base_url, headers, min_interval=MIN_INTERVAL)

    def forms(self) -> Iterator[list[dict[str, Any]]]:
        """Yield pages of forms."""
        page = 1
        while True:
            answer = self.get("/forms", {"page": page, "page_size": FORMS_PAGE})
            items = list(answer.get("items") or ())
            yield items
            if not items or page >= int(answer.get("page_count") or 1):
                return
            page += 1

    def first_form(self) -> str:
        """Return the id of one form, empty where there is none; the cheapest thing to ask."""
        items = self.get("/forms", {"page_size": 1}).get("items") or ()
        return str(items[0]["id"]) if items else ""

    def account_name(self) -> str:
        """Return the alias of the token's owner; needs the scope ``accounts:read``."""
        return str(self.get("/me").get("alias") or "")

    def form(self, form_id: str) -> dict[str, Any]:
        """Return one form with its fields."""
        return dict(self.get(f"/forms/{form_id}"))

    def response_count(self, form_id: str) -> int:
        """Return how many completed responses a form has now."""
        answer = self.get(f"/forms/{form_id}/responses", {"page_size": 1})
        return int(answer.get("total_items") or 0)

    def responses(self, form_id: str, since: str | None = None) -> Iterator[list[dict[str, Any]]]:
        """Yield pages of completed responses, newest first.

        Args:
            form_id: the form.
            since: ISO instant in UTC to the second, inclusive; none for all.
        """
        params: dict[str, Any] = {"page_size": RESPONSES_PAGE}
        if since:
            params["since"] = since
        while True:
            answer = self.get(f"/forms/{form_id}/responses", params)
            items = list(answer.get("items") or ())
            yield items
            left = answer.get("page_count")
            is_last = len(items) < RESPONSES_PAGE if left is None else int(left) <= 1
            token = items[-1].get("token") if items else None
            if is_last or not token or token == params.get("before"):
                return
            params["before"] = token
