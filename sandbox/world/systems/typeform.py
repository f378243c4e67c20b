"""Typeform: forms and responses.

Belongs here: the shapes of the Create and Responses APIs. Must not: decide who answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sandbox.world.answer_key import AnswerKey
from sandbox.world.identifiers import token
from sandbox.world.journeys.plan import Appearance
from sandbox.world.streams import Streams, chance
from sandbox.world.timing import WEEKS, iso_s
from sandbox.world.truth.campaigns import Form, forms
from sandbox.world.truth.sales_team import OWN_SITE
from sandbox.world.writing.handwriting import WrittenPerson, write_person

Record = dict[str, Any]

_HIDDEN = ["utm_source", "utm_medium", "utm_campaign"]
# (reference, question, type); one form asks for the name in one field, the others in two
_TWO_NAMES = (("family_name", "姓", "short_text"), ("given_name", "名", "short_text"))
_ONE_NAME = (("full_name", "お名前", "short_text"),)
_QUESTIONS = (
    ("company", "会社名", "short_text"),
    ("department", "部署名", "short_text"),
    ("title", "お役職", "short_text"),
    ("email", "メールアドレス", "email"),
    ("phone", "電話番号", "phone_number"),
    ("consent", "個人情報の取り扱いに同意しますか", "yes_no"),
)
_ANSWER_TYPES = {
    "short_text": "text",
    "email": "email",
    "phone_number": "phone_number",
    "yes_no": "boolean",
}


class TypeformAccount:
    """The forms of the account and the responses they received."""

    def __init__(self, streams: Streams, key: AnswerKey, now: datetime) -> None:
        self._streams = streams
        self._key = key
        self._now = now
        mine = [form for form in forms() if form.system == "typeform"]
        self._ids = {form.key: token(streams.of("typeform", form.key), 8) for form in mine}
        self.forms = [self._form(form) for form in mine]
        self.responses: list[Record] = []

    def respond(self, appearance: Appearance) -> None:
        """Write the response behind an appearance."""
        person, act = appearance.person, appearance.act
        assert act is not None and act.form is not None
        rng = self._streams.of("response", person.key, appearance.number)
        written = write_person(rng, appearance)
        row_token = token(rng, 32)
        hidden = {}
        if act.campaign:
            medium = "email" if act.campaign.type == "Email" else "cpc"
            values = ("newsletter" if medium == "email" else "google", medium, act.campaign.utm)
            hidden = dict(zip(_HIDDEN, values, strict=True))
        query = "&".join(f"{name}={value}" for name, value in hidden.items())
        landed = act.at - timedelta(seconds=rng.randint(40, 400))
        self.responses.append(
            {
                "form_id": self._ids[act.form.key],
                "landing_id": row_token,
                "token": row_token,
                "response_id": row_token,
                "response_type": "completed",
                "landed_at": iso_s(landed),
                "submitted_at": iso_s(act.at),
                "metadata": {
                    "user_agent": "Mozilla/5.0",
                    "platform": "mobile" if chance(rng, 0.3) else "other",
                    "referer": f"{OWN_SITE}{act.form.page}{'?' + query if query else ''}",
                    "network_id": token(rng, 10),
                    "browser": "default",
                },
                "hidden": hidden,
                "calculated": {"score": 0},
                "variables": [],
                "answers": self._answers(act.form, written),
            }
        )
        self._key.note_person(("typeform", "response", row_token), person, written)

    def _form(self, form: Form) -> Record:
        created = self._now - timedelta(weeks=WEEKS + 8)
        form_id = self._ids[form.key]
        return {
            "id": form_id,
            "title": form.name,
            "type": "quiz",
            "created_at": iso_s(created),
            "last_updated_at": iso_s(created + timedelta(days=3)),
            "hidden": list(_HIDDEN),
            "fields": [
                {
                    "id": f"{form_id}{ref[:4]}",
                    "ref": ref,
                    "title": title,
                    "type": kind,
                    "properties": {},
                    "validations": {"required": ref == "email"},
                }
                for ref, title, kind in _questions(form)
            ],
        }

    def _answers(self, form: Form, written: WrittenPerson) -> list[Record]:
        values: dict[str, Any] = {
            "full_name": written.name.joined(" "),
            "family_name": written.name.family,
            "given_name": written.name.given,
            "company": written.company,
            "department": written.department,
            "title": written.title,
            "email": written.email,
            "phone": written.mobile or written.phone,
            "consent": True,
        }
        answers = []
        for ref, _, kind in _questions(form):
            if values[ref] not in ("", None):
                field = {"id": f"{self._ids[form.key]}{ref[:4]}", "type": kind, "ref": ref}
                answer_type = _ANSWER_TYPES[kind]
                answers.append({"field": field, "type": answer_type, answer_type: values[ref]})
        return answers


def _questions(form: Form) -> tuple[tuple[str, str, str], ...]:
    return (*(_ONE_NAME if form.key == "tf_inquiry" else _TWO_NAMES), *_QUESTIONS)
