"""Kana to Latin letters, the ways Japanese people spell their own names.

Belongs here: transliteration. Must not: decide when a name is written in Latin letters.
"""

from __future__ import annotations

_KATAKANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポ"
)
_HEPBURN = (
    *("a", "i", "u", "e", "o", "ka", "ki", "ku", "ke", "ko"),
    *("sa", "shi", "su", "se", "so", "ta", "chi", "tsu", "te", "to"),
    *("na", "ni", "nu", "ne", "no", "ha", "hi", "fu", "he", "ho"),
    *("ma", "mi", "mu", "me", "mo", "ya", "yu", "yo"),
    *("ra", "ri", "ru", "re", "ro", "wa", "o", "n"),
    *("ga", "gi", "gu", "ge", "go", "za", "ji", "zu", "ze", "zo"),
    *("da", "ji", "zu", "de", "do", "ba", "bi", "bu", "be", "bo"),
    *("pa", "pi", "pu", "pe", "po"),
)
_SOUNDS = dict(zip(_KATAKANA, _HEPBURN, strict=True))
_SMALL = {"ャ": "ya", "ュ": "yu", "ョ": "yo"}
_KUNREI = {"shi": "si", "chi": "ti", "tsu": "tu", "fu": "hu", "ji": "zi"}


def _glide(sound: str, small: str) -> str:
    """Join a consonant row with a small ya/yu/yo: ki + ya = kya, shi + ya = sha."""
    vowel = _SMALL[small][1]
    if sound in {"shi", "chi", "ji"}:
        return sound[:-1] + vowel
    return sound[:-1] + "y" + vowel


def _sounds(kana: str) -> list[str]:
    sounds: list[str] = []
    double = False
    for char in kana:
        if char == "ッ":
            double = True
        elif char in _SMALL and sounds:
            sounds[-1] = _glide(sounds[-1], char)
        elif char == "ー" and sounds:
            sounds.append(sounds[-1][-1])
        else:
            sound = _SOUNDS.get(char, "")
            sounds.append(sound[:1] + sound if double else sound)
            double = False
    return sounds


def _fold_long(text: str) -> str:
    """Drop the second half of long vowels, as passports do: satou = sato, oono = ono."""
    for pair in ("ou", "oo", "uu"):
        text = text.replace(pair, pair[0])
    return text


def spelled(kana: str, style: str = "hepburn") -> str:
    """Spell a katakana reading in lower-case Latin letters.

    Args:
        kana: the reading in katakana.
        style: ``hepburn`` (long vowels folded), ``long`` (every kana kept) or ``kunrei``.
    """
    sounds = _sounds(kana)
    if style == "kunrei":
        sounds = [_KUNREI.get(sound, sound) for sound in sounds]
    text = "".join(sounds)
    return text if style == "long" else _fold_long(text)


def hiragana(kana: str) -> str:
    """Return a katakana text in hiragana."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)
