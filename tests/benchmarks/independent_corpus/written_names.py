"""A person's name in the fields of a record: joined, decorated, split, with a reading.

Belongs here: what stands in which field. Must not: choose the form (that is `name_forms`).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.benchmarks.independent_corpus.draws import weighted_choice
from tests.benchmarks.independent_corpus.name_forms import NameForm, choose_form
from tests.benchmarks.independent_corpus.people import LAST_DAY, Job, Person
from tests.benchmarks.independent_corpus.person_names import NameKey, PersonName
from tests.benchmarks.independent_corpus.sources import SCANNED, Medium, Source
from tests.benchmarks.independent_corpus.writing_systems import (
    half_width,
    hiragana,
    latin_name,
)

_ONE_FIELD = SCANNED | {Medium.RESPONSE}
_BLANKS = [(" ", 50), ("", 28), ("\u3000", 22)]


@dataclass
class WrittenName:
    """A name as it stands in a record, and what it still shows of the person."""

    keys: list[NameKey]
    fields: dict[str, str | None] = field(default_factory=dict)


def write_name(
    rng: Random, person: Person, job: Job, source: Source, *, may_be_weak: bool
) -> WrittenName:
    """The name that a person has in a job, as one record has it.

    Args:
        rng: The stream of the corpus.
        person: Whose name.
        job: At the time of the record.
        source: Where the record stands.
        may_be_weak: Whether a form that says too little is acceptable in this record.
    """
    traits, name = person.traits, job.name
    is_marketing = source.medium is Medium.MARKETING_LEAD
    medium = Medium.CONTACT if is_marketing else source.medium  # written by the same people
    is_one_field = medium in _ONE_FIELD or (medium is Medium.SUBMISSION and rng.random() < 0.5)
    is_safe = traits.is_strict or traits.is_never_misread
    form = choose_form(rng, name, medium, is_safe=is_safe, may_be_weak=may_be_weak)
    written = WrittenName(form.keys)
    full_name = _joined(rng, form, is_foreign=name.foreign is not None)
    decoration = rng.random()
    full_name = _decorated(rng, full_name, form, job, decoration)
    full_name, has_note = _with_notes(rng, full_name, written, form, person, job, medium)
    full_name = _with_leftovers(rng, full_name)
    written.fields["full_name"] = full_name
    if not is_one_field:
        _split(rng, written, form, full_name)
        if decoration < 0.004 and form.script == "kanji" and written.fields.get("given_name"):
            written.fields["given_name"] = f"{written.fields['given_name']}様"
        _copy_note(rng, written, form, full_name, has_note)
        _drop_full_name(rng, written, medium)
    if rng.random() < source.shares.reading and form.given and not form.is_misread:
        _add_reading(rng, written, name, is_one_field=is_one_field)
    return written


def _joined(rng: Random, form: NameForm, *, is_foreign: bool) -> str:
    """Both parts with what stands between them."""
    parts = [form.family, form.given] if form.is_family_first else [form.given, form.family]
    first, *rest = filter(None, parts)
    blank = _blank(rng, form, is_foreign)
    text = blank.join([first, *rest])
    if form.script != "latin":
        return text
    if form.is_family_first and rest and rng.random() < 0.25:
        text = f"{first}, {rest[0]}"
    if not is_foreign and rng.random() < 0.04:
        text = text.replace(" ", "")
    return text


def _blank(rng: Random, form: NameForm, is_foreign: bool) -> str:
    if form.script == "latin":
        return " "
    is_foreign_kana = is_foreign and form.script == "kana"
    if is_foreign_kana and rng.random() < 0.8:
        return "・"
    blank = weighted_choice(rng, _BLANKS)
    return " " if is_foreign_kana and not blank else blank


def _decorated(rng: Random, text: str, form: NameForm, job: Job, decoration: float) -> str:
    """The name with a courtesy, department, title or remark that slipped into the field."""
    if form.script != "kanji":
        return text
    if decoration < 0.006:
        return text + rng.choice(["様", " 様", "さん", "殿", "先生", "（様）"])
    if decoration < 0.011 and job.department:
        return f"{job.department} {text}"
    if decoration < 0.017 and job.title:
        return job.title + rng.choice([" ", "\u3000"]) + text
    if decoration < 0.021:
        return f"【{rng.choice(['重要', '要確認', 'VIP'])}】{text}"
    return text


def _with_notes(
    rng: Random,
    text: str,
    written: WrittenName,
    form: NameForm,
    person: Person,
    job: Job,
    medium: Medium,
) -> tuple[str, bool]:
    """The maiden name or that somebody left, in brackets; and whether there is such a note."""
    has_note = False
    maiden = person.traits.maiden_name
    if maiden and job.name is not maiden and rng.random() < 0.3 and form.script == "kanji":
        text += rng.choice(["（旧姓 %s）", "(旧姓:%s)", "（旧姓：%s）"]) % maiden.family
        written.keys = [*written.keys, maiden.written_key, maiden.surname_key]
        has_note = True
    has_left = job.end < LAST_DAY and form.script == "kanji"
    if medium is Medium.CONTACT and has_left and rng.random() < 0.2:
        text += "（退職）"
        has_note = True
    return text, has_note


def _with_leftovers(rng: Random, text: str) -> str:
    """The same name with signs that nobody sees, or with decomposed kana."""
    if rng.random() < 0.006:
        behind = [text + sign for sign in ("\x1f", "\u200e", "\r\n")]
        no_break = text.replace(" ", "\u00a0")
        text = rng.choice([f"\u200b{text}", f"{text}\t", no_break, f"\ufeff{text}", *behind])
    return unicodedata.normalize("NFD", text) if rng.random() < 0.006 else text


def _split(rng: Random, written: WrittenName, form: NameForm, full_name: str) -> None:
    """Family and given name in their own fields, or swapped, or all in the first one."""
    draw = rng.random()
    if draw < 0.012 and form.given:
        written.fields |= {"family_name": form.given, "given_name": form.family}
    elif draw < 0.03 and form.given:
        written.fields["family_name"] = full_name
    else:
        written.fields |= {"family_name": form.family, "given_name": form.given}


def _copy_note(
    rng: Random, written: WrittenName, form: NameForm, full_name: str, has_note: bool
) -> None:
    if has_note and written.fields.get("given_name") and rng.random() < 0.7:
        note = re.search(r"[（(].*$", full_name)
        written.fields["given_name"] = f"{form.given}{note.group() if note else ''}"


def _drop_full_name(rng: Random, written: WrittenName, medium: Medium) -> None:
    """Some systems deliver the parts only."""
    is_dropped = (medium is Medium.LEAD and rng.random() < 0.2 and rng.random() < 0.3) or (
        medium is Medium.CONTACT and rng.random() < 0.12
    )
    if is_dropped:
        written.fields["full_name"] = None


def _add_reading(
    rng: Random, written: WrittenName, name: PersonName, *, is_one_field: bool
) -> None:
    """The reading in katakana of either width, hiragana or Latin letters."""
    respelled = _reading_style(rng.random(), is_foreign=name.foreign is not None)
    family, given = respelled(name.family_reading), respelled(name.given_reading)
    if is_one_field or rng.random() < 0.3:
        written.fields["full_name_reading"] = family + rng.choice([" ", "", "\u3000"]) + given
    else:
        written.fields |= {"family_name_reading": family, "given_name_reading": given}
    if not name.foreign:
        written.keys = [*written.keys, name.read_key]


def _reading_style(draw: float, *, is_foreign: bool) -> Callable[[str], str]:
    if draw < 0.6:
        return str
    if draw < 0.78:
        return half_width
    if draw < 0.95:
        return hiragana
    return str if is_foreign else latin_name
