"""Typeform: forms and their responses.

Here belong paging, the rate limit and the vendor's own counts. Not here: what an answer means
(``ingestion``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vendors.errors import Fault, SettingsMissing, VendorError
from vendors.session import JsonApi
from vendors.settings import setting, with_scheme

VENDOR = "Typeform"
DEFAULT_BASE_URL = "https://api.typeform.com"
FORMS_PAGE = 200
RESPONSES_PAGE = 1_000
# Typeform allows two requests a second
MIN_INTERVAL = 0.5
_STALE_PAGES = 2


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


@dataclass(frozen=True)
class ResponsePage:
    """Some responses, newest first; ``total`` is how many the form had at the first page."""

    items: list[dict[str, Any]]
    total: int


class TypeformClient(JsonApi):
    """Typeform with a personal token."""

    def __init__(self, settings: TypeformSettings) -> None:
        headers = {"Authorization": f"Bearer {settings.token}"}
        super().__init__(VENDOR, settings.base_url, headers, min_interval=MIN_INTERVAL)

    def forms(self) -> list[dict[str, Any]]:
        """Return all forms, closed ones included.

        Raises:
            VendorError: the vendor counts more forms than it listed.
        """
        found: dict[str, dict[str, Any]] = {}
        page = total = 0
        while True:
            page += 1
            params = {"page": page, "page_size": FORMS_PAGE}
            answer = self.get_list("/forms", params, "items")
            items = answer["items"]
            total = max(total, _number(answer.get("total_items"), 0))
            found.update({str(form.get("id")): form for form in items})
            if not items or page >= _number(answer.get("page_count"), 1):
                break
        if len(found) < total:
            raise _short(f"counts {total:,} forms and listed {len(found):,}")
        return list(found.values())

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

    def responses(self, form_id: str) -> Iterator[ResponsePage]:
        """Yield the completed responses of a form, newest first, a thousand at a time.

        Whoever has seen enough stops asking for more. Read to the end, they are complete.

        Raises:
            VendorError: the listing ended before it had shown as many as the vendor counts.
        """
        path = f"/forms/{form_id}/responses"
        params: dict[str, Any] = {"page_size": RESPONSES_PAGE}
        seen: set[str] = set()
        total = stale = 0
        while stale < _STALE_PAGES:
            answer = self.get_list(path, params, "items")
            items = answer["items"]
            if "before" not in params:
                total = _number(answer.get("total_items"), len(items))
            known = len(seen)
            seen.update(str(one.get("token")) for one in items)
            yield ResponsePage(items, total)
            # the count decides and not page_count, which a vendor may reckon with the token
            if len(seen) >= total:
                break
            # an empty page, or one that was sent before, is asked for once more
            stale = 0 if len(seen) > known else stale + 1
            if len(seen) > known:
                params["before"] = str(items[-1].get("token"))
        if len(seen) < total:
            raise _short(f"counts {total:,} responses of a form and listed {len(seen):,}")


def _number(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _short(what: str) -> VendorError:
    return VendorError(VENDOR, Fault.TRUNCATED, f"{VENDOR} {what}; the next run reads them again.")
