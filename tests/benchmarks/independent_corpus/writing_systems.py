"""The scripts and widths in which one word is written: kana, Latin letters, full and half width.

Belongs here: turning a text into another script. Must not: decide when somebody does so.
"""

import re
import unicodedata
from typing import Literal

from tests.benchmarks.independent_corpus.word_lists import KANJI_VARIANTS

LongVowels = Literal["short", "h", "kept"]

_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴァィゥェォ"
)
_SYLLABLES = [
    "a", "i", "u", "e", "o", "ka", "ki", "ku", "ke", "ko", "sa", "shi", "su", "se", "so", "ta",
    "chi", "tsu", "te", "to", "na", "ni", "nu", "ne", "no", "ha", "hi", "fu", "he", "ho", "ma",
    "mi", "mu", "me", "mo", "ya", "yu", "yo", "ra", "ri", "ru", "re", "ro", "wa", "o", "n", "ga",
    "gi", "gu", "ge", "go", "za", "ji", "zu", "ze", "zo", "da", "ji", "zu", "de", "do", "ba", "bi",
    "bu", "be", "bo", "pa", "pi", "pu", "pe", "po", "vu", "a", "i", "u", "e", "o",
]  # fmt: skip
_SINGLE = dict(zip(_KANA, _SYLLABLES, strict=True))
_GLIDES = {
    "キ": "ky", "シ": "sh", "チ": "ch", "ニ": "ny", "ヒ": "hy", "ミ": "my", "リ": "ry", "ギ": "gy",
    "ジ": "j", "ビ": "by", "ピ": "py",
}  # fmt: skip
_PAIRS = {
    kana + small: consonant + vowel
    for kana, consonant in _GLIDES.items()
    for small, vowel in zip("ャュョ", "auo", strict=True)
} | {
    **{"シェ": "she", "チェ": "che", "ジェ": "je", "ティ": "ti", "ディ": "di"},
    **{"ファ": "fa", "フィ": "fi", "フェ": "fe", "フォ": "fo"},
    **{"ウェ": "we", "ヴェ": "ve", "ヴァ": "va"},
}
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_TO_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_TO_HALF_WIDTH = {
    unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)
} | {"\u3099": "ﾞ", "\u309a": "ﾟ"}
_PLAIN_KANJI = {
    variant: plain for plain, variants in KANJI_VARIANTS.items() for variant in variants
} | dict.fromkeys("斉齊齋", "斎")  # the Saitos mix these four up themselves


def _syllables(kana: str) -> str:
    """Letter by letter, long vowels kept as the kana spells them."""
    text, position, is_doubled = "", 0, False
    while position < len(kana):
        character, pair = kana[position], _PAIRS.get(kana[position : position + 2])
        position += 2 if pair else 1
        if character == "ッ":
            is_doubled = True
            continue
        syllable = pair or _SINGLE.get(character, "")
        if is_doubled and syllable:
            text += "t" if syllable.startswith("ch") else syllable[0]
            is_doubled = False
        text += syllable
    return text


def romaji(kana: str, long_vowels: LongVowels = "short") -> str:
    """Katakana in lower-case Latin letters.

    Args:
        kana: Katakana; what is not kana is left out.
        long_vowels: Sato (`short`), Satoh with Namba (`h`) or Satou (`kept`).
    """
    text = _syllables(kana)
    if long_vowels == "kept":
        return text
    if long_vowels == "h":
        text = re.sub(r"n(?=[bmp])", "m", re.sub(r"(ou|oo)$", "oh", text))
    return re.sub(r"ou(?!e)", "o", text).replace("oo", "o").replace("uu", "u")


def latin_name(kana: str) -> str:
    """Katakana as a name in Latin letters."""
    return romaji(kana).capitalize()


def hiragana(text: str) -> str:
    """Katakana as hiragana."""
    return text.translate(_TO_HIRAGANA)


def full_width(text: str) -> str:
    """ASCII signs in full width; blanks stay."""
    return text.translate(_TO_FULL_WIDTH)


def half_width(text: str) -> str:
    """Katakana in half width."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(_TO_HALF_WIDTH.get(character, character) for character in decomposed)


def plain_kanji(text: str) -> str:
    """Variants of a kanji (髙, 邊, 𠮷) as its plain form."""
    return "".join(_PLAIN_KANJI.get(character, character) for character in text)
