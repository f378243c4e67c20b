"""Whether a name in kana may be how Japanese write down a name in Latin letters.

For names that no table knows: グプタ and Gupta have the consonants g, p, t in common, as far as
kana tell consonants apart. That is little: it counts only where something else ties two records.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

import jaconv

from identity.written_forms import DISTINCT_VALUES

# Fewer consonants say nothing of a name.
_SHORTEST = 2
_MOST_SPELLINGS = 8
_LONGEST = 20

_KANA = {
    "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サシスセソザジズゼゾヂヅ", "t": "タチテト",
    "ts": "ツ", "d": "ダデド", "n": "ナニヌネノン", "h": "ハヒフヘホ", "b": "バビブベボヴワ",
    "p": "パピプペポ", "m": "マミムメモ", "r": "ラリルレロ", "_": "アイウエオヤユヨ",
}  # fmt: skip
_SOUND_OF = {kana: sound for sound, row in _KANA.items() for kana in row}
_W = re.compile(r"ウ(?=[ィェォ])")
_TWICE_N = re.compile(r"ン(?=[ナニヌネノ])")
_DOUBLED = re.compile(r"([^aeiouy])\1+")

# What Japanese romaji can spell: each consonant with its vowel, n alone.
_JAPANESE = re.compile(
    r"(?:(?:kk|ss|tt|pp|tch|ssh|cch)?(?:[kgsztdnhbpmrfjwy]|ch|sh|ts|dz|[kgsztdnhbpmrj]y|chy|shy)?"
    r"[aeiou]+h?|n|m(?=[bp]))+"
)
_VOWEL = "[aeiouy]"
# Letters, in the order they are looked for, and the sounds that kana may give them.
_LETTERS = tuple(
    (re.compile(pattern), sounds)
    for pattern, sounds in (
        (r"zh|(?<!t)sh", ("s",)), (r"(?<=[bdgj])h", ("",)), (r"kh", ("k", "h")),
        (r"^(?:kn|gn)", ("n",)), (r"^wr", ("r",)), (r"sch|sz", ("s",)), (r"tch", ("t",)),
        (r"ch", ("t", "k", "s")), (r"ph", ("h",)), (r"gh", ("", "g")),
        (r"th", ("s", "t")), (r"t[sz]", ("ts",)), (r"d[sz]", ("s",)), (r"dge?", ("s", "dg")),
        (r"ck|cc(?![eiy])", ("k",)), (r"c(?=[eiy])", ("s",)), (r"c|qu?", ("k",)), (r"x", ("ks",)),
        (r"g(?=[eiy])", ("g", "s")), (r"j", ("s",)), (r"z", ("s", "ts")),
        (r"(?<=[kgq])w", ("",)), (rf"v(?!{_VOWEL})", ("h", "b")),
        (r"[vw]", ("b",)),
        (r"f", ("h",)), (r"l", ("r",)), (rf"r(?!{_VOWEL})", ("", "r")),
        (r"mp(?=[bst])", ("n", "np")), (r"m(?=[bp])", ("n",)),
        (r"n(?=g(?!" + _VOWEL + r"))", ("n",)), (r"(?<=n)g(?!" + _VOWEL + r")", ("g", "")),
        (rf"(?<!^)h(?!{_VOWEL})", ("",)), (rf"^{_VOWEL}+", ("_",)), (rf"{_VOWEL}+", ("",)),
        (r"[a-z]", None),
    )
)  # fmt: skip


def _letters(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word.casefold())
    return re.sub(r"[^a-z]", "", bare)[:_LONGEST]


def can_be_japanese(word: str) -> bool:
    """Whether a word in Latin letters can be Japanese in some romaji."""
    return _JAPANESE.fullmatch(_letters(word)) is not None


@lru_cache(maxsize=DISTINCT_VALUES)
def sounds_of_kana(word: str) -> frozenset[str]:
    """The consonants of a word in kana; none if they are too few.

    >>> sounds_of_kana("グプタ")
    frozenset({'gpt'})
    """
    katakana = _TWICE_N.sub("", _W.sub("ワ", jaconv.hira2kata(word)))[:_LONGEST]
    found = "".join(
        _SOUND_OF.get(kana, "")
        for at, kana in enumerate(katakana)
        if at == 0 or _SOUND_OF.get(kana) != "_"
    )
    return frozenset({found}) if len(found) >= _SHORTEST else frozenset()


@lru_cache(maxsize=DISTINCT_VALUES)
def sounds_of_latin(word: str) -> frozenset[str]:
    """The consonants that kana may give to a word in Latin letters; none if they are too few.

    >>> sorted(sounds_of_latin("Thapa"))
    ['sp', 'tp']
    """
    text, at = _DOUBLED.sub(r"\1", _letters(word)), 0
    choices: list[tuple[str, ...]] = []
    while at < len(text):
        for pattern, sounds in _LETTERS:
            if found := pattern.match(text, at):
                choices.append(sounds if sounds is not None else (found.group(),))
                at = found.end()
                break
    spelt = ("".join(one) for one in islice(product(*choices), _MOST_SPELLINGS))
    return frozenset(one for one in spelt if len(one) >= _SHORTEST)
