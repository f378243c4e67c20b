"""Names from elsewhere: which writings in kanji, kana and Latin letters may be one name.

マイケル is Michael, and 王 is ワン, オウ and Wang. Each name of the shipped tables has a mark, and
what may be that name bears it, beside its own reading key; a mark ends in `*`, which no reading
key does, so that Japanese names stay out of it. Not here: how Japanese names are read
(`name_lexicon`), and names that no table knows (`transcriptions`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import islice, product

import jaconv

from identity.readings import reading_key
from identity.transcriptions import can_be_japanese
from identity.written_forms import (
    DISTINCT_VALUES,
    fold_variants,
    has_kanji,
    is_kana,
    is_latin,
    read_table,
)

KANJI, KANA, LATIN = "kanji", "kana", "latin"
# Languages whose given names are made of syllables that a character stands for each.
_BY_SYLLABLE = frozenset({"zh", "ko"})
_GIVEN_NAME_LAST = "vi"
_MOST_SYLLABLES = 3
_SHORT_KEY = 3
# Readings of one name that are kept; a sound of Korean may be many syllables.
_MOST_READINGS = 24
# ヒョンウ is heard as ヒョヌ, ジュンホ as ジュノ.
_RUN_TOGETHER = (("ナ", "ンア"), ("ヌ", "ンウ"), ("ノ", "ンホ"), ("ニ", "ンイ"))
_WORD = re.compile(r"[\s・.,_/]+")

_Marks = dict[tuple[str, str], frozenset[tuple[str, str]]]
_NONE: frozenset[tuple[str, str]] = frozenset()


@lru_cache(maxsize=DISTINCT_VALUES)
def script_of(word: str | None) -> str | None:
    """The script of a word; None if it mixes kana and Latin letters or holds neither."""
    if not word:
        return None
    if has_kanji(word):
        return KANJI
    return KANA if is_kana(word) else LATIN if is_latin(word) else None


def _mark(latin: str) -> str:
    return f"{reading_key(latin)}*"


def _split(cell: str | None) -> list[str]:
    return [word for word in (cell or "").split("|") if word]


@cache
def _marks(table: str) -> _Marks:
    """(script, kanji or reading key) → marks with their languages."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for row in read_table(table):
        latin = _split(row["latin"])
        mark = _mark(latin[0]), row["language"]
        if row.get("kanji"):
            found[KANJI, fold_variants(row["kanji"])].add(mark)
        for script, words in ((LATIN, latin), (KANA, _split(row["katakana"]))):
            for word in words:
                found[script, reading_key(word) or word].add(mark)
    return {key: frozenset(marks) for key, marks in found.items()}


@cache
def _on_readings() -> dict[str, frozenset[str]]:
    """How Japanese read the kanji of a foreign surname."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in read_table("foreign_surnames"):
        keys = (reading_key(word) for word in _split(row["on_yomi"]))
        found[fold_variants(row["kanji"])].update(key for key in keys if key)
    return {kanji: frozenset(keys) for kanji, keys in found.items()}


@cache
def _also_japanese() -> frozenset[str]:
    rows = read_table("foreign_surnames")
    return frozenset(fold_variants(row["kanji"]) for row in rows if row["also_japanese"])


def _of_word(table: str, word: str | None) -> frozenset[tuple[str, str]]:
    script = script_of(word)
    if word is None or script is None:
        return _NONE
    key = word if script == KANJI else reading_key(word)
    return _marks(table).get((script, key or ""), _NONE)


def _of_surname(word: str | None, stated: str | None) -> frozenset[tuple[str, str]]:
    """The foreign surnames that a word may be, by itself and by the reading that is stated."""
    written = _of_word("foreign_surnames", word)
    table = _marks("foreign_surnames")
    by_reading = table.get((KANA, stated or ""), _NONE) | table.get((LATIN, stated or ""), _NONE)
    if script_of(word) == KANJI:
        # the reading tells 林 (ハヤシ) from 林 (リン)
        return written & by_reading if word in _also_japanese() else written
    return written if stated == reading_key(word) else written | by_reading


@lru_cache(maxsize=DISTINCT_VALUES)
def languages(surname: str | None, stated: str | None) -> frozenset[str]:
    """The languages that a surname may be of, Japanese left out.

    Args:
        surname: As written, folded.
        stated: The key of its reading that the record states.
    """
    return frozenset(language for _, language in _of_surname(surname, stated))


@lru_cache(maxsize=DISTINCT_VALUES)
def surname_marks(surname: str | None, stated: str | None) -> frozenset[str]:
    """The marks of the foreign surnames that a word may be, with its on-readings if it is one.

    >>> sorted(surname_marks("王", None))
    ['o', 'wang*']
    """
    marks = frozenset(mark for mark, _ in _of_surname(surname, stated))
    return marks | (_on_readings().get(surname or "", frozenset()) if marks else frozenset())


@lru_cache(maxsize=DISTINCT_VALUES)
def given_marks(given: str | None, of_languages: frozenset[str]) -> frozenset[str]:
    """The marks of the foreign given names that a word may be.

    Args:
        given: As written, folded.
        of_languages: The languages of the surname.
    """
    found = {
        mark
        for mark, language in _of_word("foreign_given_names", given)
        if language != _GIVEN_NAME_LAST or language in of_languages
    }
    for language in sorted(of_languages & _BY_SYLLABLE):
        found |= {_mark(latin) for latin in _by_syllable(given or "", language)}
    return frozenset(found)


@cache
def _syllables(language: str, script: str) -> dict[str, tuple[str, ...]]:
    """A character, or how a syllable is written, → the syllables that it may be."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in read_table("given_name_syllables"):
        latin = _split(row["latin"])
        written = {KANJI: map(fold_variants, row["kanji"]), LATIN: latin,
                   KANA: _split(row["katakana"])}  # fmt: skip
        for one in written[script] if row["language"] == language else ():
            found[one].append(latin[0])
    return {one: tuple(syllables) for one, syllables in found.items()}


def _by_syllable(given: str, language: str) -> set[str]:
    """What a given name may be in Latin letters; empty if some syllable is not known."""
    script = script_of(given)
    if script is None:
        return set()
    bare = _WORD.sub("", jaconv.hira2kata(given)).replace("-", "").replace("'", "").lower()
    known = _syllables(language, script)
    found: set[str] = set()
    for text in {bare, *(bare.replace(heard, spoken) for heard, spoken in _RUN_TOGETHER)}:
        for parts in _ways(text, known):
            spelt = product(*(known[part] for part in parts))
            found.update("".join(one) for one in islice(spelt, _MOST_READINGS))
    return found


def _ways(text: str, known: Iterable[str], most: int = _MOST_SYLLABLES) -> list[list[str]]:
    """The ways to make a text of known parts."""
    if not text:
        return [[]]
    heads = [text[:at] for at in range(1, len(text) + 1) if text[:at] in known] if most else []
    return [[head, *rest] for head in heads for rest in _ways(text[len(head) :], known, most - 1)]


def _as_surname(word: str) -> int:
    """How likely a word is a surname rather than a given name: 2 yes, 1 both, 0 unknown, -1 no.

    A short surname (高 コ Ko) may be a Japanese given name as well.
    """
    of_surname = {language for _, language in _of_word("foreign_surnames", word)}
    is_surname = bool(of_surname)
    is_given = bool(_of_word("foreign_given_names", word)) or any(
        _by_syllable(word, language) for language in _BY_SYLLABLE & (of_surname or _BY_SYLLABLE)
    )
    if not is_surname:
        return -1 if is_given else 0
    is_short = len(reading_key(word) or "") <= _SHORT_KEY and (
        script_of(word) == KANA or can_be_japanese(word)
    )
    return 1 if is_given or is_short else 2


@lru_cache(maxsize=DISTINCT_VALUES)
def surname_stands_first(first: str, second: str) -> bool | None:
    """Whether of two words, both in kana or both in Latin letters, the first is the surname.

    Returns:
        None if the tables do not tell.
    """
    one, other = _as_surname(first), _as_surname(second)
    if one == other or (2 not in (one, other) and -1 not in (one, other)):
        return None
    return one > other


def is_split_by_syllable(surname: str, given: str) -> bool:
    """Whether a Chinese or Korean surname stands before syllables of its language.

    >>> is_split_by_syllable("Kim", "JiYoung")
    True
    """
    of_languages = languages(surname, reading_key(surname)) & _BY_SYLLABLE
    return any(_by_syllable(given, language) for language in of_languages)


@cache
def _ends_of_surnames() -> frozenset[str]:
    return frozenset(fold_variants(row["surname"])[-1] for row in read_table("surnames"))


def split_foreign(full: str) -> tuple[str, str] | None:
    """Part an unspaced name of two or three kanji that no Japanese surname begins; else None."""
    fits = len(full) in (2, 3) and script_of(full[0]) == KANJI
    if not fits or full[1] in _ends_of_surnames() or not languages(full[0], None):
        return None
    return full[0], full[1:]


def are_turned(family: str, given: str) -> bool:
    """Whether the field of the family name holds a given name, and the other a surname."""
    return (_as_surname(family), _as_surname(given)) == (-1, 2)


def calling_name(given: str, of_languages: frozenset[str]) -> tuple[str, str | None]:
    """A given name of several words → the one that its bearer is called by, and the others.

    Vietnamese stand last what others call first; the syllables of a Chinese or Korean name are one
    name. An initial beside a name says nothing.

    >>> calling_name("John A.", frozenset())
    ('John', None)
    """
    if not _WORD.search(given) or script_of(given) not in (KANA, LATIN):
        return given, None
    words = [word for word in _WORD.split(given) if len(word) > 1]
    if len(words) < 2:
        return (words[0] if words else given), None
    if _GIVEN_NAME_LAST in of_languages:
        return words[-1], " ".join(words[:-1])
    if of_languages & _BY_SYLLABLE and not _of_word("foreign_given_names", words[0]):
        return "".join(words), None
    if script_of(given) == KANA and "・" not in given and not of_languages:
        # somebody spaced a Japanese name out
        return "".join(words), None
    return words[0], " ".join(words[1:])


def _middle_marks(word: str) -> list[str]:
    marks = {mark for mark, _ in _of_word("foreign_given_names", word)}
    return sorted(marks | {_mark(word)} if is_latin(word) else marks)


def middle_keys(middle: str | None) -> list[str] | None:
    """What middle names may be in Latin letters; None if that is not known."""
    if not middle:
        return None
    keys = [_middle_marks(word) for word in middle.split(" ")]
    return sorted({" ".join(one) for one in islice(product(*keys), _MOST_READINGS)}) or None


@lru_cache(maxsize=DISTINCT_VALUES)
def name_words(family: str | None, given: str | None) -> str | None:
    """The words of a name in kana or Latin letters whatever their order; None for initials."""
    if script_of(family) not in (KANA, LATIN) or script_of(given) not in (KANA, LATIN):
        return None
    keys = [reading_key(word) or "" for word in _WORD.split(f"{family} {given}") if len(word) > 1]
    return " ".join(sorted(keys)) if len(keys) > 1 and all(keys) else None
