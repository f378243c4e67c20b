"""Reads Typeform responses: the trailing window again, new ones, and those that are gone.

Here belong the cursor per form, the count that reveals deletions, and which answer lands in
which column. Not here: paging (``vendors.typeform``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ingestion.headers import card_synonyms
from ingestion.resources import Batch, Load, shaped
from ingestion.shaping import Cursor, iso_of_ms, json_of, text_of
from vendors.typeform import TypeformClient

# responses of about the last half hour may still be missing from the listing
TRAILING = timedelta(minutes=60)
_BY_TYPE = {"email": "answer_email", "phone_number": "answer_phone"}
_BY_MEANING = {
    "full_name": "answer_full_name",
    "family_name": "answer_family_name",
    "given_name": "answer_given_name",
    "company_name": "answer_company",
    "department": "answer_department",
    "title": "answer_title",
    "phone": "answer_phone",
    "mobile": "answer_phone",
    "email": "answer_email",
}


class Forms:
    """The account's forms, listed once for the two resources that need them."""

    def __init__(self, client: TypeformClient) -> None:
        self._client = client
        self._forms: list[dict[str, Any]] | None = None

    def all(self) -> list[dict[str, Any]]:
        """Return all forms."""
        if self._forms is None:
            self._forms = [form for page in self._client.forms() for form in page]
        return self._forms


def read_responses(
    client: TypeformClient, forms: Forms, load: Load, state: dict[str, Any]
) -> Iterator[Batch]:
    """Yield new responses of every form, and those that are gone with their flag.

    Args:
        client: Typeform.
        forms: the forms.
        load: the running load.
        state: form id → its cursor and the meaning of its fields.
    """
    kept: dict[str, Any] = dict(state.get("forms") or {})
    for form in forms.all():
        form_id = str(form.get("id") or "")
        if not form_id:
            continue
        before = kept.get(form_id) or {}
        meanings = before.get("meanings")
        if meanings is None or before.get("last_updated_at") != form.get("last_updated_at"):
            meanings = field_meanings(client.form(form_id))
        cursor = Cursor(before.get("cursor"), load.context.as_of)
        yield from _responses_of(client, load, form_id, cursor, meanings)
        kept[form_id] = {
            "cursor": cursor.newest,
            "meanings": meanings,
            "last_updated_at": form.get("last_updated_at"),
        }
    state["forms"] = kept


def _responses_of(
    client: TypeformClient, load: Load, form_id: str, cursor: Cursor, meanings: Mapping[str, str]
) -> Iterator[Batch]:
    since = cursor.since(TRAILING)
    seen: set[str] = set()
    start = None if since is None else iso_of_ms(since)[:19] + "Z"
    for page in client.responses(form_id, start):
        yield _batch(form_id, page, meanings, cursor, seen)
    if since is None:
        return
    known = {str(row["response_id"]): row for row in _live(load, form_id)}
    if client.response_count(form_id) == len(known.keys() | seen):
        return
    seen.clear()
    for page in client.responses(form_id):
        yield _batch(form_id, page, meanings, cursor, seen)
    gone = [row for response_id, row in known.items() if response_id not in seen]
    yield Batch([{**row, "is_deleted": True} for row in gone])


def _live(load: Load, form_id: str) -> list[dict[str, object]]:
    raw = load.raw["response"]
    return raw.rows("form_id = ? AND NOT coalesce(is_deleted, false)", [form_id])


def _batch(
    form_id: str,
    page: Sequence[Mapping[str, Any]],
    meanings: Mapping[str, str],
    cursor: Cursor,
    seen: set[str],
) -> Batch:
    batch = shaped(page, lambda item: shape_response(form_id, item, meanings), "token")
    for row in batch.rows:
        cursor.see(row["submitted_at"])
        seen.add(str(row["response_id"]))
    return batch


def field_meanings(form: Mapping[str, Any]) -> dict[str, str]:
    """Return field id → column for the questions of a form whose meaning we know."""
    found: dict[str, str] = {}
    for field in _flat(form.get("fields") or ()):
        asked = (str(field.get("title") or ""), str(field.get("ref") or ""))
        meaning = next(filter(None, map(card_synonyms().column, asked)), "")
        column = _BY_TYPE.get(str(field.get("type"))) or _BY_MEANING.get(meaning)
        if column and field.get("id"):
            found[str(field["id"])] = column
    return found


def _flat(fields: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for field in fields:
        yield field
        yield from _flat((field.get("properties") or {}).get("fields") or ())


def shape_response(
    form_id: str, item: Mapping[str, Any], meanings: Mapping[str, str]
) -> dict[str, Any]:
    """Return the raw row of a response."""
    hidden = item.get("hidden") or {}
    answers: dict[str, Any] = {}
    for answer in item.get("answers") or ():
        field = answer.get("field") or {}
        kind = _BY_TYPE.get(str(answer.get("type")))
        column = meanings.get(str(field.get("id"))) or kind or _by_ref(field)
        if column:
            answers.setdefault(column, answer_text(answer))
    return {
        "response_id": item.get("response_id") or item.get("token"),
        "token": item.get("token"),
        "form_id": form_id,
        "response_type": item.get("response_type"),
        "landed_at": item.get("landed_at"),
        "submitted_at": item.get("submitted_at"),
        **{f"hidden_{name}": text_of(hidden.get(name)) for name in _UTM},
        "referer": (item.get("metadata") or {}).get("referer"),
        **answers,
        "hidden_json": json_of(item.get("hidden")),
        "answers_json": json_of(item.get("answers")),
        "is_deleted": False,
    }


_UTM = ("utm_source", "utm_medium", "utm_campaign")


def _by_ref(field: Mapping[str, Any]) -> str | None:
    return _BY_MEANING.get(card_synonyms().column(str(field.get("ref") or "")) or "")


def answer_text(answer: Mapping[str, Any]) -> Any:
    """Return an answer's value as text; choices by their labels.

    >>> answer_text({"type": "choice", "choice": {"label": "部長"}})
    '部長'
    """
    kind = str(answer.get("type"))
    value = answer.get(kind)
    if kind == "choice" and isinstance(value, dict):
        return value.get("label") or value.get("other")
    if kind == "choices" and isinstance(value, dict):
        return "、".join([*(value.get("labels") or ()), *filter(None, [value.get("other")])])
    return text_of(value)
