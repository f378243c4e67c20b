"""The name of a record as the columns that matching compares.

Not here: how a name comes apart (`names`), or which names agree (`comparisons`).
"""

import re
from itertools import islice, product
from typing import Any

from identity.foreign_names import (
    KANA,
    KANJI,
    LATIN,
    given_marks,
    languages,
    middle_keys,
    script_of,
    surname_marks,
)
from identity.name_lexicon import NameLexicon
from identity.names import PersonName
from identity.readings import reading_key, spellings
from identity.transcriptions import can_be_japanese, sounds_of_kana, sounds_of_latin

# Bounds what a name of many spellings costs.
_MOST_SOUNDS = 32


def name_columns(name: PersonName, lexicon: NameLexicon) -> dict[str, Any]:
    """The columns of `PERSON_SCHEMA` that follow from the name."""
    of_languages = languages(name.family, name.family_key)
    columns = {
        "full_name_normalised": name.full,
        "family_name_normalised": name.family,
        "given_name_normalised": name.given,
        "family_key": name.family_key,
        "given_key": name.given_key,
        "former_family_name": name.former_family,
        "former_family_key": name.former_family_key,
        "former_family_readings": _readings(
            name.former_family, name.former_family_key, lexicon.surnames
        ),
        "family_readings": _readings(
            name.family,
            name.family_key,
            lexicon.surnames,
            surname_marks(name.family, name.family_key),
        ),
        "given_readings": _given_readings(name, of_languages, lexicon),
        "middle_readings": middle_keys(name.middle),
        "name_words": name.words,
    }
    return columns | _sounds(name, columns, lexicon)


def _readings(
    written: str | None,
    stated: str | None,
    known: dict[str, frozenset[str]],
    marks: frozenset[str] = frozenset(),
) -> list[str] | None:
    """What the record states, else every reading known for the word; with its foreign marks."""
    keys = {stated} if stated else set(known.get(written or "", ()))
    own = reading_key(written) if marks and script_of(written) != KANJI else None
    return sorted(keys | marks | ({own} if own else set())) or None


def _given_readings(
    name: PersonName, of_languages: frozenset[str], lexicon: NameLexicon
) -> list[str] | None:
    marks = given_marks(name.given, of_languages)
    return _readings(name.given, name.given_key, lexicon.given_names, marks)


def _sounds(
    name: PersonName, columns: dict[str, Any], lexicon: NameLexicon
) -> dict[str, list[str] | None]:
    """Both words of a foreign name by their consonants, whichever stands first.

    A name that can be Japanese, or with a surname that is, has none: what its letters sound like
    is known. So is what a word in kana stands for that the tables hold.
    """
    found: dict[str, list[str] | None] = {"kana_sounds": None, "latin_sounds": None}
    scripts = {script_of(name.family), script_of(name.given)}
    family, given = name.family or "", name.given or ""
    if any(lexicon.is_surname(key or "") for key in (name.family_key, name.given_key)):
        return found
    if scripts == {KANA}:
        words = tuple(
            frozenset() if _has_mark(columns[readings]) else sounds_of_kana(word)
            for word, readings in ((family, "family_readings"), (given, "given_readings"))
        )
        found["kana_sounds"] = _pairs(words, columns)
    elif scripts == {LATIN} and not (can_be_japanese(family) and can_be_japanese(given)):
        words = sounds_of_latin(family), sounds_of_latin(given)
        found["latin_sounds"] = _pairs(words, columns)
    return found


def _has_mark(readings: list[str] | None) -> bool:
    return any(reading.endswith("*") for reading in readings or ())


def _pairs(words: tuple[frozenset[str], ...], columns: dict[str, Any]) -> list[str] | None:
    """Every sound or reading of the one word with every one of the other."""
    one, other = (
        sorted({f"{sound}~" for sound in sounds} | set(columns[readings] or ()))
        for sounds, readings in zip(words, ("family_readings", "given_readings"), strict=True)
    )
    pairs = {" ".join(sorted(both)) for both in islice(product(one, other), _MOST_SOUNDS)}
    return sorted(pairs) or None


def former_mail_locals(row: dict[str, Any]) -> list[str] | None:
    """The local part of a normalised record's mailbox with the earlier surname in place of today's.

    >>> former_mail_locals({"email_normalised": "n.sato@kakehashi.test",
    ...     "family_readings": ["sato"], "former_family_readings": ["takahasi"]})
    ['n.takahashi', 'n.takahasi']
    """
    if not row["former_family_readings"] or not row.get("email_normalised"):
        return None
    local = row["email_normalised"].partition("@")[0]
    now, before = (
        {spelling for key in row[column] or () for spelling in spellings(key)}
        for column in ("family_readings", "former_family_readings")
    )
    spelt = max((word for word in now if word in local), key=lambda word: (len(word), word),
                default=None)  # fmt: skip
    return sorted(local.replace(spelt, word) for word in before) if spelt else None


def is_mail_of_other(local_part: str, name: PersonName, lexicon: NameLexicon) -> bool:
    """Whether the address spells another person's full name: a secretary's, a colleague's."""
    words = [word for word in re.split(r"[-._\d]+", local_part) if word]
    readings = {name.given_key, *(lexicon.given_names.get(name.given or "", ()))} - {None}
    if len(words) != 2 or not readings:
        return False
    first, second = (reading_key(word) or "" for word in words)
    for family, given in ((first, second), (second, first)):
        spells_a_name = family in lexicon.surname_keys and given in lexicon.given_keys
        # a name of which only the first letter is known may be the one that is spelt
        fits = any(word.startswith(r) if len(r) == 1 else word == r
                   for r in readings for word in (first, second))  # fmt: skip
        if spells_a_name and not fits:
            return True
    return False
