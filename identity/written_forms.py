"""How text is written: widths, character variants, control characters, and the shipped tables.

What is said of a name, a company or a phone belongs in the module of that thing, not here.
"""

import csv
import re
import unicodedata
from functools import cache
from importlib import resources

# Longer input is garbage or an attack; no name, company or mail of a person is this long.
MAX_LENGTH = 200

# Normalisers remember what they were asked, since records repeat values; this bounds the memory.
DISTINCT_VALUES = 1 << 18

_INVISIBLE = re.compile(r"[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
# stand between the letters of a word and are no space: soft hyphens, marks that pick a glyph of a
# character (\u845b\U000e0100), halves of a character
_NOTHING = re.compile(
    r"[\u00ad\u061c\u180e\u2061-\u206f\ufe00-\ufe0f\ud800-\udfff\U000e0000-\U000e01ef]+"
)
_SPACES = re.compile(r"\s+")
_KANJI = re.compile(r"[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA_ONLY = re.compile(r"[\u3041-\u309f\u30a1-\u30ff\s]+")
_LATIN_ONLY = re.compile(r"[A-Za-z\u00c0-\u024f'’.,\-\s]+")


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of one CSV table of `identity/data`.

    Args:
        name: File name without `.csv`.
    """
    path = resources.files("identity") / "data" / f"{name}.csv"
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@cache
def read_column(name: str, column: str) -> frozenset[str]:
    """The distinct values of one column of a shipped table."""
    return frozenset(row[column] for row in read_table(name))


def fold_width(text: object) -> str:
    """NFKC without invisible characters, spaces collapsed; an empty string for no text."""
    if text is None:
        return ""
    folded = unicodedata.normalize("NFKC", _NOTHING.sub("", str(text)[:MAX_LENGTH]))
    return _SPACES.sub(" ", _INVISIBLE.sub(" ", folded)).strip()


@cache
def _variant_map() -> dict[int, str]:
    return {ord(row["variant"]): row["standard"] for row in read_table("kanji_variants")}


def fold_variants(text: str) -> str:
    """Replace 異体字 that Unicode keeps apart (髙 﨑 𠮷 邉 齋 …) by the standard character."""
    return text.translate(_variant_map())


def has_kanji(text: str) -> bool:
    """Whether the text holds at least one kanji."""
    return _KANJI.search(text) is not None


def is_kana(text: str) -> bool:
    """Whether the text is written in kana only."""
    return _KANA_ONLY.fullmatch(text) is not None


def is_latin(text: str) -> bool:
    """Whether the text is written in Latin letters only."""
    return _LATIN_ONLY.fullmatch(text) is not None


def comparable(text: object) -> str:
    """The form in which list entries (placeholders, test names …) are looked up."""
    return fold_variants(fold_width(text)).casefold().replace(" ", "")
