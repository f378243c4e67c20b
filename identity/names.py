"""Person names: from whatever was written into comparable parts.

One-field names are split and swapped ones turned. Not here: what stands around a name in its field
(`name_cleaning`), or which names agree (`comparisons`).
"""

import re
from dataclasses import dataclass

from identity.foreign_names import (
    are_turned,
    calling_name,
    is_split_by_syllable,
    languages,
    name_words,
    split_foreign,
    surname_stands_first,
)
from identity.name_cleaning import clean_name
from identity.name_lexicon import NameLexicon
from identity.readings import initial_key, reading_key
from identity.transcriptions import can_be_japanese
from identity.written_forms import fold_width, has_kanji, is_kana, is_latin

_SEPARATORS = re.compile(r"[\s・,、/_]+")


@dataclass(frozen=True, slots=True)
class RawName:
    """The name fields of a record as they came."""

    full: str | None = None
    family: str | None = None
    given: str | None = None
    full_reading: str | None = None
    family_reading: str | None = None
    given_reading: str | None = None


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in comparable parts.

    Attributes:
        family: Family name as written (folded), or None.
        given: Given name as written (folded), or None; of several words the one they call one by.
        middle: The other words of the given name, or None.
        words: All words of a name that is not in kanji, as reading keys in alphabetical order.
        full: Family and given without space, or the whole unsplit name.
        family_key: Reading key that the record itself states, or None.
        given_key: Reading key that the record itself states, or None.
        former_family: An earlier family name that the record states (旧姓): weak evidence only.
        former_family_key: Its reading key when it is not in kanji.
    """

    full: str | None = None
    family: str | None = None
    given: str | None = None
    family_key: str | None = None
    given_key: str | None = None
    middle: str | None = None
    words: str | None = None
    former_family: str | None = None
    former_family_key: str | None = None


def _clean(text: str | None) -> str:
    """The name in a field, or an empty string when the field holds none."""
    return clean_name(text).text


def clean_parts(raw: RawName) -> tuple[str, str, str | None, str | None] | None:
    """Family and given name in kanji with their keys, when the record holds both apart."""
    family, given = _clean(raw.family), _clean(raw.given)
    if not (has_kanji(family) and given) or " " in family + given or len(family) > 5:
        return None
    if family == given or family.endswith(given):
        return None
    return family, given, reading_key(raw.family_reading), reading_key(raw.given_reading)


def _two_words(words: list[str], lexicon: NameLexicon) -> tuple[str, str]:
    """Order two words as (family, given): Japanese order unless the words say otherwise."""
    first, second = words[0], words[-1]
    keys = [
        word if has_kanji(word) else initial_key(word) or reading_key(word) or word
        for word in (first, second)
    ]
    if lexicon.is_surname(keys[0]) and lexicon.is_given_name(keys[1]):
        return first, second
    if lexicon.is_surname(keys[1]) and lexicon.is_given_name(keys[0]):
        return second, first
    if is_kana(first + second) and not lexicon.is_surname(keys[0]):
        is_turned = surname_stands_first(first, second) is False
        return (
            (second, first) if is_turned and not lexicon.is_given_name(keys[1]) else (first, second)
        )
    if not is_latin(first):
        # one word that is known for the other place only, beside one that is not known at all
        known = [(lexicon.is_surname(key), lexicon.is_given_name(key)) for key in keys]
        is_turned = known in ([(False, True), (False, False)], [(False, False), (True, False)])
        return (second, first) if is_turned and has_kanji(first + second) else (first, second)
    if 1 in (len(keys[0]), len(keys[1])):
        # an initial stands for the given name
        return (second, first) if len(keys[0]) == 1 else (first, second)
    shouted = [word.isupper() and len(word) > 1 for word in (first, second)]
    if shouted[0] != shouted[1]:
        return (first, second) if shouted[0] else (second, first)
    japanese = [lexicon.is_surname(key) for key in keys]
    if any(japanese):
        family_first: bool | None = japanese == [True, False]
    else:
        family_first = surname_stands_first(first, second)
    return (first, second) if family_first else (second, first)


def _several_words(words: list[str], lexicon: NameLexicon) -> tuple[str, str]:
    """(family, given) of two words and more; all that is not the family name is given."""
    if len(words) > 2 and is_split_by_syllable(words[0], "".join(words[1:])):
        return words[0], " ".join(words[1:])
    family, given = _two_words(words, lexicon)
    is_foreign = is_latin("".join(words)) or bool(languages(family, reading_key(family)))
    if len(words) > 2 and is_foreign:
        given = " ".join(words[:-1] if family == words[-1] else words[1:])
    return family, given


def _split_full(full: str, lexicon: NameLexicon) -> tuple[str, str]:
    """(family, given) of a one-field name; the given name is empty when it cannot be told."""
    if is_latin(full) and "," in full:
        family, _, given = full.partition(",")
        return family.strip(), given.strip()
    words = [word for word in _SEPARATORS.split(full) if word]
    if len(words) >= 2:
        return _several_words(words, lexicon)
    return _split_unspaced(full, lexicon)


def _split_unspaced(full: str, lexicon: NameLexicon) -> tuple[str, str]:
    if is_latin(full):
        return _split_latin(full, lexicon)
    if lexicon.is_surname(full):
        return full, ""
    if has_kanji(full):
        usual = (full[:2], full[2:]) if len(full) > 2 else (full, "")
        return lexicon.split(full) or split_foreign(full) or usual
    return _split_kana(full, lexicon) if is_kana(full) else ("", "")


def _split_latin(full: str, lexicon: NameLexicon) -> tuple[str, str]:
    """HaradaMika, NAKAJIMAHideki; a single word is a family name only if it is a known one."""
    capitals = re.fullmatch(r"([A-Z][a-z]+|[A-Z]{2,})([A-Z][a-z]+|[A-Z]{2,})", full)
    if capitals:
        return _two_words(list(capitals.groups()), lexicon)
    return (full, "") if lexicon.is_surname(reading_key(full) or "") else ("", "")


def _split_kana(full: str, lexicon: NameLexicon) -> tuple[str, str]:
    for at in range(2, len(full) - 1):
        family, given = full[:at], full[at:]
        if lexicon.is_surname(reading_key(family) or "") and lexicon.is_given_name(
            reading_key(given) or ""
        ):
            return family, given
    return (full, "") if lexicon.is_surname(reading_key(full) or "") else ("", "")


def _parts(raw: RawName, lexicon: NameLexicon) -> tuple[str, str, str]:
    """Family, given and full name; the parts are empty when the full name cannot be split."""
    family, given = _clean(raw.family), _clean(raw.given)
    given = given.removesuffix("殿") or given
    if family and given and family != given:
        family = family.removesuffix(given).strip() or family
        given = given.removeprefix(family).strip() or given
        latin = is_latin(family + given)
        family, given = (family, given) if latin else _two_words([family, given], lexicon)
        return family, given, family + given
    alone = family or given
    full = _clean(raw.full)
    if alone and len(alone.replace(" ", "")) >= len(full.replace(" ", "")):
        full = alone
    family, given = _split_full(full, lexicon) if full else ("", "")
    return family, given, family + given or full


def _turned(raw: RawName, lexicon: NameLexicon) -> bool:
    """Whether the two name fields were filled the wrong way round; the readings were then too."""
    family, given = _clean(raw.family), _clean(raw.given)
    if not family or not given or is_latin(family + given):
        return False
    return _two_words([family, given], lexicon)[0] != family


def _stated_keys(raw: RawName, lexicon: NameLexicon) -> tuple[str | None, str | None]:
    """Reading keys from the reading fields or from kana in brackets behind the name."""
    family, given = reading_key(raw.family_reading), reading_key(raw.given_reading)
    if family or given:
        was_turned = _turned(raw, lexicon)
        return (given, family) if was_turned else (family, given)
    reading = fold_width(raw.full_reading) or _bracketed_reading(raw, lexicon)
    if not reading or not (is_kana(reading) or is_latin(reading)):
        return None, None
    parted = _split_full(reading, lexicon)
    return reading_key(parted[0]), reading_key(parted[1])


def _bracketed_reading(raw: RawName, lexicon: NameLexicon) -> str:
    """Kana, or a name in Latin letters that the lexicon knows, in brackets behind the name."""
    reading = clean_name(raw.full).reading or ""
    if not reading or not is_latin(reading):
        return reading
    keys = [reading_key(part) or "" for part in _split_full(reading, lexicon)]
    is_name = lexicon.is_surname(keys[0]) and lexicon.is_given_name(keys[1])
    return reading if is_name else ""


def _swap_latin(family: str, given: str, lexicon: NameLexicon) -> tuple[str, str]:
    """Turn separate Latin fields only when each word is known for the other place."""
    keys = reading_key(family) or "", reading_key(given) or ""
    known = lexicon.is_surname(keys[0]) or lexicon.is_given_name(keys[1])
    swapped = lexicon.is_surname(keys[1]) and lexicon.is_given_name(keys[0])
    swapped = swapped or are_turned(family, given)
    return (given, family) if swapped and not known else (family, given)


def _called_by(
    given: str, family: str, family_key: str | None, lexicon: NameLexicon
) -> tuple[str, str | None]:
    """The given name one is called by and the names beside it; a Japanese name has none such."""
    of_languages = languages(family, family_key)
    if not of_languages and lexicon.is_surname(family_key or "") and can_be_japanese(given):
        return given, None
    return calling_name(given, of_languages)


def normalise_name(raw: RawName, lexicon: NameLexicon) -> PersonName:
    """The comparable parts of a record's name; all None when it holds no name.

    >>> normalise_name(RawName(full="髙橋　健一 様"), NameLexicon()).full
    '高橋健一'
    """
    family, given, full = _parts(raw, lexicon)
    if not full:
        return PersonName()
    if family and is_latin(family + given):
        family, given = _swap_latin(family, given, lexicon)
    family_key, given_key = _stated_keys(raw, lexicon)
    family_key = family_key or reading_key(family)
    words = name_words(family, given)
    given, middle = _called_by(given, family, family_key, lexicon)
    former = next(filter(None, (clean_name(field).former for field in
                                (raw.full, raw.family, raw.given))), None)  # fmt: skip
    return PersonName(
        full=(family + given if family and given else full).replace(" ", ""),
        family=family or None,
        given=given or None,
        family_key=family_key,
        given_key=given_key or initial_key(given) or reading_key(given),
        middle=middle,
        words=words,
        former_family=former,
        former_family_key=reading_key(former),
    )
