"""One spelling for the reading of a name, whether it came in kana or in any romaji.

The key is a Kunrei-like spelling without long vowels, so that サトウ, Satoh, Satō and SATO meet.
It is a meeting point, not a transliteration to show to anybody.
"""

import re
import unicodedata
from functools import lru_cache

import jaconv

from identity.written_forms import DISTINCT_VALUES, fold_width, is_kana, is_latin

_VOWEL_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ",
    "h": "ハヒフヘホ", "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ",
    "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_SINGLE = {
    kana: consonant + vowel
    for consonant, row in _VOWEL_ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
} | {"ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n", "ヴ": "bu",
     "ヂ": "zi", "ヅ": "zu", "ヱ": "e", "ヰ": "i", "ッ": "", "ー": ""}  # fmt: skip
_SMALL_Y = {"ャ": "ya", "ュ": "yu", "ョ": "yo"}
_SMALL_VOWEL = dict(zip("ァィゥェォ", "aiueo", strict=True))
# シェ チェ ジェ ウィ, as names from elsewhere have them
_BEFORE_SMALL_VOWEL = {"si": "sy", "ti": "ty", "zi": "zy", "u": "w"}

# Order matters: the longer spelling first.
_ROMAJI_STEPS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"l", "r"), (r"cch", "tch"), (r"shi", "si"), (r"sh", "sy"), (r"chi", "ti"), (r"ch", "ty"),
        (r"tsu", "tu"), (r"f", "h"), (r"ji", "zi"), (r"jy", "zy"), (r"j", "zy"), (r"dzu|du", "zu"),
        (r"di", "zi"), (r"v", "b"), (r"m(?=[bmp])", "n"), (r"oh(?![aiueoy])", "o"),
        (r"uh(?![aiueoy])", "u"), (r"wo", "o"), (r"c", "k"), (r"q", "k"), (r"x", "ks"),
    )
)  # fmt: skip
_LONG_VOWELS = ((re.compile(r"o[ou]+"), "o"), (re.compile(r"uu+"), "u"), (re.compile(r"aa+"), "a"),
                (re.compile(r"ii+"), "i"), (re.compile(r"ee+"), "e"))  # fmt: skip
_HEPBURN = (("sy", "sh"), ("si", "shi"), ("ty", "ch"), ("ti", "chi"), ("tu", "tsu"), ("zy", "j"),
            ("zi", "ji"), ("hu", "fu"))  # fmt: skip
# T, T., t. in any width
_LONGEST_INITIAL = 4
_DOUBLED = re.compile(r"([bcdfghjklmpqrstvwxyz])\1+")


def _from_kana(katakana: str) -> str:
    out: list[str] = []
    for kana in katakana:
        if kana in _SMALL_Y and out and out[-1].endswith("i"):
            out[-1] = out[-1][:-1] + _SMALL_Y[kana]
        elif kana in _SMALL_VOWEL and out and out[-1]:
            out[-1] = _BEFORE_SMALL_VOWEL.get(out[-1], out[-1][:-1]) + _SMALL_VOWEL[kana]
        else:
            out.append(_SINGLE.get(kana, _SMALL_Y.get(kana, "")))
    return "".join(out).replace("wo", "o")


def _from_romaji(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    key = re.sub(r"[^a-z]", "", bare)
    for pattern, by in _ROMAJI_STEPS:
        key = pattern.sub(by, key)
    return key


def _shorten(key: str) -> str:
    for pattern, by in _LONG_VOWELS:
        key = pattern.sub(by, key)
    return _DOUBLED.sub(r"\1", key)


def initial_key(text: str | None) -> str | None:
    """The letter that the key of a name begins with, of a text of one Latin letter; else None."""
    if not text or len(text) > _LONGEST_INITIAL:
        return None
    folded = fold_width(text)
    letters = re.sub(r"[^a-z]", "", folded.casefold())
    return _from_romaji(letters)[:1] if len(letters) == 1 and is_latin(folded) else None


def spellings(key: str) -> set[str]:
    """How people spell a reading key in Latin letters, as in mail addresses.

    >>> sorted(spellings("sato"))
    ['sato', 'satoh', 'satou']
    """
    hepburn = key
    for pattern, by in _HEPBURN:
        hepburn = hepburn.replace(pattern, by)
    found = {key, hepburn}
    return found | {one + long for one in found if one.endswith("o") for long in ("u", "h")}


@lru_cache(maxsize=DISTINCT_VALUES)
def reading_key(text: str | None) -> str | None:
    """The common spelling of a kana or romaji text; None for anything else.

    >>> reading_key("サトウ") == reading_key("Satoh") == reading_key("satō") == "sato"
    True
    """
    folded = fold_width(text)
    if not folded:
        return None
    if is_kana(folded):
        return _shorten(_from_kana(jaconv.hira2kata(folded).replace(" ", ""))) or None
    if is_latin(folded):
        return _shorten(_from_romaji(folded)) or None
    return None
