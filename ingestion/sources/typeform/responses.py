"""Reads Typeform responses: the trailing window again, new ones, and those that are gone.

Here belong the cursor per form, the count that reveals deletions, and which answer lands in
which column. Not here: paging (``vendors.typeform``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ingestion.headers import Synonyms, card_synonyms
from ingestion.resources import Batch, Load, shaped
from ingestion.shaping import Cursor, iso_of_ms, json_of, ms_of, text_of
from vendors.errors import Fault, VendorError
from vendors.typeform import TypeformClient

# responses of about the last half hour may still be missing from the listing
TRAILING = timedelta(minutes=60)
# what a count cannot show, such as one gone and one come behind the window, shows then
WHOLE_EVERY = timedelta(days=7)
_OF_THE_WHOLE_VENDOR = frozenset({Fault.CREDENTIALS, Fault.UNREACHABLE, Fault.LIMIT})
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
            self._forms = self._client.forms()
        return self._forms


def read_responses(
    client: TypeformClient, forms: Forms, load: Load, state: dict[str, Any]
) -> Iterator[Batch]:
    """Yield new responses of every form, and those that are gone with their flag.

    A form that fails keeps its cursor and does not stop the others.

    Args:
        client: Typeform.
        forms: the forms.
        load: the running load.
        state: form id → its cursor, the meaning of its fields, and when it was last read whole.

    Raises:
        VendorError: some form could not be read; the others are read by then.
    """
    kept: dict[str, Any] = dict(state.get("forms") or {})
    failed: list[VendorError] = []
    for form in forms.all():
        form_id = str(form.get("id") or "")
        if not form_id:
            continue
        reading = _Reading(client, load, form, kept.get(form_id) or {})
        try:
            yield from reading.batches()
        except VendorError as error:
            if error.fault is Fault.MISSING and not reading.has_begun:
                # deleted since it was listed
                continue
            failed.append(error)
            if error.fault in _OF_THE_WHOLE_VENDOR:
                break
            continue
        kept[form_id] = reading.memory
    if failed:
        raise failed[0]
    state["forms"] = kept


class _Reading:
    """One form's responses in one run."""

    def __init__(
        self,
        client: TypeformClient,
        load: Load,
        form: Mapping[str, Any],
        before: Mapping[str, Any],
    ) -> None:
        self._client = client
        self._load = load
        self._form = form
        self._before = before
        self._form_id = str(form["id"])
        self._cursor = Cursor(before.get("cursor"), load.context.as_of)
        self._seen: set[str] = set()
        self._oldest: int | None = None
        self._meanings: dict[str, str] = {}
        self._read_whole_at = ms_of(before.get("read_whole_at"))

    @property
    def has_begun(self) -> bool:
        """Whether a page came."""
        return bool(self._seen)

    @property
    def memory(self) -> dict[str, Any]:
        """What the next run must know."""
        at = self._read_whole_at
        return {
            "cursor": self._cursor.newest,
            "meanings": self._meanings,
            "last_updated_at": self._form.get("last_updated_at"),
            "read_whole_at": None if at is None else iso_of_ms(at),
        }

    def batches(self) -> Iterator[Batch]:
        """Yield what is new or changed, then what is gone.

        Pages come newest first. Reading stops behind the trailing window when the vendor's count
        equals what was seen plus what raw holds behind it; else, and once a week, it goes on to
        the end.
        """
        self._meanings = self._field_meanings()
        live = _live(self._load, self._form_id)
        for page in self._client.responses(self._form_id):
            yield self._batch(page.items)
            if self._is_enough(page.total, live):
                break
        else:
            self._read_whole_at = ms_of(self._load.context.as_of)
            self._oldest = None
        gone = [row for row in live if self._should_be_seen(row) and not self._was_seen(row)]
        yield Batch([{**row, "is_deleted": True} for row in gone], is_counted=False)

    def _field_meanings(self) -> dict[str, str]:
        kept = self._before.get("meanings")
        if kept is not None and self._before.get("last_updated_at") == self._form.get(
            "last_updated_at"
        ):
            return dict(kept)
        synonyms = card_synonyms(self._load.context.agreement_dir)
        return field_meanings(self._client.form(self._form_id), synonyms)

    def _batch(self, items: Sequence[Mapping[str, Any]]) -> Batch:
        synonyms = card_synonyms(self._load.context.agreement_dir)
        batch = shaped(
            items,
            lambda item: shape_response(self._form_id, item, self._meanings, synonyms),
            "token",
        )
        # a response that cannot be loaded is there all the same
        self._seen.update(str(item.get("response_id") or item.get("token")) for item in items)
        for row in batch.rows:
            self._cursor.see(row["submitted_at"])
        stamps = [at for row in batch.rows if (at := ms_of(row["submitted_at"])) is not None]
        self._oldest = min(
            [*stamps, *([] if self._oldest is None else [self._oldest])], default=None
        )
        return batch

    def _is_enough(self, total: int, live: Sequence[Mapping[str, Any]]) -> bool:
        since, oldest = self._cursor.since(TRAILING), self._oldest
        if len(self._seen) >= total:
            # nothing is left to read, and only what was read whole shows every deletion
            return False
        if since is None or oldest is None or oldest >= since or self._is_due():
            return False
        behind = sum(not self._was_seen(row) and not self._should_be_seen(row) for row in live)
        return total == len(self._seen) + behind

    def _is_due(self) -> bool:
        at, now = self._read_whole_at, ms_of(self._load.context.as_of) or 0
        return at is None or now - at >= WHOLE_EVERY // timedelta(milliseconds=1)

    def _was_seen(self, row: Mapping[str, Any]) -> bool:
        return str(row["response_id"]) in self._seen

    def _should_be_seen(self, row: Mapping[str, Any]) -> bool:
        """Whether a response lies inside what was read; of the last instant some may be behind."""
        at = ms_of(row["submitted_at"])
        return self._oldest is None or (at is not None and at > self._oldest)


def _live(load: Load, form_id: str) -> list[dict[str, object]]:
    raw = load.raw["response"]
    return raw.rows("form_id = ? AND NOT coalesce(is_deleted, false)", [form_id])


def field_meanings(form: Mapping[str, Any], synonyms: Synonyms) -> dict[str, str]:
    """Return field id → column for the questions of a form whose meaning we know."""
    found: dict[str, str] = {}
    for field in _flat(form.get("fields") or ()):
        asked = (str(field.get("title") or ""), str(field.get("ref") or ""))
        meaning = next(filter(None, map(synonyms.column, asked)), "")
        column = _BY_TYPE.get(str(field.get("type"))) or _BY_MEANING.get(meaning)
        if column and field.get("id"):
            found[str(field["id"])] = column
    return found


def _flat(fields: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for field in fields:
        yield field
        yield from _flat((field.get("properties") or {}).get("fields") or ())


def shape_response(
    form_id: str, item: Mapping[str, Any], meanings: Mapping[str, str], synonyms: Synonyms
) -> dict[str, Any]:
    """Return the raw row of a response."""
    hidden = item.get("hidden") or {}
    answers: dict[str, Any] = {}
    for answer in item.get("answers") or ():
        field = answer.get("field") or {}
        kind = _BY_TYPE.get(str(answer.get("type")))
        column = meanings.get(str(field.get("id"))) or kind or _by_ref(field, synonyms)
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
        "landing_id": item.get("landing_id"),
        "metadata_json": json_of(item.get("metadata")),
        "calculated_json": json_of(item.get("calculated")),
        "variables_json": json_of(item.get("variables")),
        "is_deleted": False,
    }


_UTM = ("utm_source", "utm_medium", "utm_campaign")


def _by_ref(field: Mapping[str, Any], synonyms: Synonyms) -> str | None:
    return _BY_MEANING.get(synonyms.column(str(field.get("ref") or "")) or "")


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
