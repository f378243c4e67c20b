"""What the sandbox's Typeform holds, and what people do with its forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from typing import Any

from tests.faults.comparison import Cells, Holding, Json
from tests.faults.vendor_side import VendorSide, holding, wild_text

# the questions of the sandbox's forms, and the column in which an answer belongs
QUESTIONS = {
    "お名前": "answer_full_name",
    "姓": "answer_family_name",
    "名": "answer_given_name",
    "会社名": "answer_company",
    "部署名": "answer_department",
    "お役職": "answer_title",
    "メールアドレス": "answer_email",
    "電話番号": "answer_phone",
}


class TypeformSide(VendorSide):
    """Typeform."""

    source = "typeform"
    paths = ("^/forms$", "^/forms/[^/]+$", "^/forms/[^/]+/responses$", "^/forms")
    counted = ("^/forms/[^/]+/responses$",)

    def holdings(self) -> list[Holding]:
        """Return forms and responses."""
        forms = self.admin.records("typeform", "forms")
        titles = {one["id"]: one["title"] for form in forms for one in form["fields"]}
        rows = self.admin.records("typeform", "responses")
        responses = [_response(row, titles) for row in rows]
        return [
            holding("form", ("id",), [_form(row) for row in forms], self.memories["forms"]),
            holding("response", ("response_id",), responses, self.memories["responses"]),
        ]

    def changes(self) -> Mapping[str, Callable[[Random], None]]:
        """Return what visitors and the owner of the forms do."""
        return {
            "answer": self._answer,
            "answer twice": self._answer_twice,
            "delete a response": self._delete,
            "delete one and answer": self._swap,
            "rename a form": self._rename,
        }

    def edits(self, rng: Random) -> list[list[Any]]:
        """Let an answer arrive behind the back of a load that reads."""
        return [["POST", "records/typeform/responses", self._new(rng)]]

    def _new(self, rng: Random) -> dict[str, Any]:
        forms = self.admin.records("typeform", "forms")
        form = rng.choice(sorted(forms, key=lambda one: one["id"]))
        token = f"{rng.getrandbits(128):032x}"
        at = self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        answers = [_answered(one, rng) for one in form["fields"] if one["type"] in _VALUES]
        return {
            **{"form_id": form["id"], "landing_id": token, "token": token, "response_id": token},
            **{"response_type": "completed", "landed_at": at, "submitted_at": at},
            "metadata": {"referer": "https://www.example.test/?utm_source=x&q=𠮷"},
            "hidden": rng.choice([{}, {"utm_source": "ニュース", "utm_medium": ""}]),
            "answers": answers,
        }

    def _answer(self, rng: Random) -> None:
        self.admin.add_record("typeform", "responses", self._new(rng))

    def _answer_twice(self, rng: Random) -> None:
        for _ in range(2):
            self._answer(rng)

    def _delete(self, rng: Random) -> None:
        rows = self.admin.records("typeform", "responses")
        if not rows:
            return
        row = rng.choice(sorted(rows, key=lambda one: one["token"]))
        forms = self.admin.records("typeform", "forms")
        titles = {one["id"]: one["title"] for form in forms for one in form["fields"]}
        memory, key = self.memories["responses"], (row["token"],)
        memory.saw(key, _response(row, titles))
        was_loaded = self.place.raw_holds("typeform", "response", "response_id", row["token"])
        self.admin.delete_record("typeform", "responses", row["token"], hard=True)
        memory.left(key, {"is_deleted": True}, was_loaded=was_loaded)

    def _swap(self, rng: Random) -> None:
        self._delete(rng)
        self._answer(rng)

    def _rename(self, rng: Random) -> None:
        form = rng.choice(self.admin.records("typeform", "forms"))
        at = self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = {"title": wild_text(rng), "last_updated_at": at}
        self.admin.change_record("typeform", "forms", form["id"], fields)


_VALUES = {"short_text": "text", "email": "email", "phone_number": "phone_number"}


def _answered(field: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    kind = _VALUES[field["type"]]
    value = {"email": "a@example.test", "phone_number": "03-0000-0001"}.get(kind) or wild_text(rng)
    return {"field": {name: field[name] for name in ("id", "type", "ref")}, "type": kind} | {
        kind: value
    }


def _form(row: Mapping[str, Any]) -> Cells:
    stamps = {name: datetime.fromisoformat(row[name]) for name in ("created_at", "last_updated_at")}
    return {"id": row["id"], "title": row["title"], "is_deleted": False, **stamps}


def _response(row: Mapping[str, Any], titles: Mapping[str, str]) -> Cells:
    cells: dict[str, Any] = {}
    for answer in row.get("answers") or ():
        column = QUESTIONS.get(titles.get(answer["field"]["id"], ""))
        if column:
            cells.setdefault(column, answer[answer["type"]])
    hidden = row.get("hidden") or {}
    return {
        **cells,
        "response_id": row["response_id"],
        "token": row["token"],
        "form_id": row["form_id"],
        "response_type": row["response_type"],
        "landed_at": datetime.fromisoformat(row["landed_at"]),
        "submitted_at": datetime.fromisoformat(row["submitted_at"]),
        **{f"hidden_{name}": hidden.get(name) for name in _UTM},
        "referer": row["metadata"].get("referer"),
        "hidden_json": Json(row["hidden"]) if "hidden" in row else None,
        "answers_json": Json(row["answers"]) if "answers" in row else None,
        "landing_id": row.get("landing_id"),
        **{f"{name}_json": Json(row[name]) if name in row else None for name in _KEPT_WHOLE},
        "is_deleted": False,
    }


_UTM = ("utm_source", "utm_medium", "utm_campaign")
_KEPT_WHOLE = ("metadata", "calculated", "variables")
