"""What stands around a name in its field: honorifics, titles, remarks, labels, earlier surnames.

Here text becomes text. Not here: which part of it is the family name (`names`).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from identity.written_forms import (
    DISTINCT_VALUES,
    fold_variants,
    fold_width,
    is_latin,
    read_column,
    read_table,
)

_OPEN, _SHUT = r"[(\[【<「『〔]", r"[)\]】>」』〕]"
_BRACKETS = re.compile(rf"{_OPEN}.*?{_SHUT}")
_IN_BRACKETS = re.compile(rf"{_OPEN}([^)\]】>」』〕]*){_SHUT}")
_READING = re.compile(
    r"[\u3041-\u309f\u30a0-\u30ff\s]+|[A-Za-zāēīōūâêîôû'.\-]+[\s,]+[A-Za-zāēīōūâêîôû'.\-]+"
)
_NOT_A_NAME = re.compile(r"@|https?:|www\.|\d{3,}|[!$%^={}|\\;<>]")

# markup and code, whose brackets hide what they are
_CODE = re.compile(r";|</")

_FORMER_IN_BRACKETS = re.compile(
    rf"{_OPEN}\s*(?:旧姓|旧氏|旧名|旧|前姓)\s*[:・=]?\s*([^)\]】]+?)\s*{_SHUT}"
)
_FORMER_BARE = re.compile(r"(?:旧姓|旧氏|前姓)\s*[:・=]?\s*([^\s()]+)")
_FORMER_LATIN = re.compile(rf"{_OPEN}?\s*\bn[ée]e\s+([A-Za-z'\-]+)\s*{_SHUT}?", re.IGNORECASE)
_NOW = re.compile(rf"([^\s()]+?)\s*{_OPEN}\s*現(?:姓|在)?\s*[:・=]?\s*([^)\]】]+?)\s*{_SHUT}")

_LABEL = re.compile(
    r"^(?:お?名前|氏名|姓名|宛名|(?:ご|御)?担当者?|name|contact|attn\.?)\s*:\s*", re.IGNORECASE
)
_AT_THE_START = "'\"`*※★☆●○◎■□◆◇▲△▼・。、,.;:_~#>-= "
_AT_THE_END = "'\"`*※★☆●○◎■□◆◇。、,;:_~#<=- "
_COUNTED = re.compile(r"(?<=[^\x00-\x7f])\d{1,2}$")
_AND_OTHERS = re.compile(r"\s*(?:他|ほか|外)\s*\d*\s*(?:名|人|社)?様?$")
_OFFICES = (
    "営業|販売|総務|人事|労務|経理|財務|会計|法務|広報|宣伝|企画|経営|戦略|推進|管理|業務|開発|研究|技術|"
    "製造|生産|品質|購買|調達|物流|情報|システム|マーケティング|サービス|カスタマー|サポート|事業|第[一二三四五\\d]"
)
_DEPARTMENT = rf"\S*?(?:{_OFFICES})\S*?(?:本部|事業部|部|課|室|係|局|グループ|チーム|センター)"
_COMPANY = re.compile(r"株式会社|有限会社|合同会社|\(株\)|\(有\)|法人|(?:inc|corp|ltd)\.?$")
_SHORT_FORM = re.compile(r"\((?:株|有|合|同|資|医|学|福)\)")
# 佐佐木 is 佐々木: only where no surname could end between the two
_REPEATED = re.compile(r"(?:佐(佐)(?=木|野)|奈(奈)|野(野)(?=村|山|口|上|市)|多(多)良|菜(菜))")


@dataclass(frozen=True, slots=True)
class CleanName:
    """A name field taken apart.

    Attributes:
        text: The name alone, folded; empty when the field holds none.
        former: An earlier surname that the field states (旧姓), or None.
        reading: A reading that stands in brackets behind the name, or None.
    """

    text: str = ""
    former: str | None = None
    reading: str | None = None


@cache
def _honorifics(position: str) -> tuple[str, ...]:
    words = [r["written"] for r in read_table("honorifics") if r["position"] == position]
    return tuple(sorted(words, key=len, reverse=True))


@cache
def _titles() -> str:
    words = sorted(read_column("name_titles", "title"), key=lambda word: (-len(word), word))
    return rf"(?:{'|'.join(map(re.escape, words))})"


@cache
def _title_word() -> re.Pattern[str]:
    """A word that is a title, be it with its department: 営業部長, 課長代理."""
    return re.compile(rf"(?:\S*?{_titles()})(?:代理|補佐|心得|待遇|級|補|兼任)?", re.IGNORECASE)


@cache
def _title_behind() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?:{_OFFICES})(?:本部|事業部|部|課|室)?|副)?{_titles()}(?:代理|補佐|心得)?$"
    )


@cache
def _office_before() -> re.Pattern[str]:
    long_titles = "|".join(
        sorted(
            (word for word in read_column("name_titles", "title") if len(word) > 2),
            key=lambda word: (-len(word), word),
        )
    )
    return re.compile(rf"^(?:(?:{_OFFICES})(?:本部|部|課|室|係)|(?:{long_titles})+)(?=\S\S)")


@cache
def _words_around_names() -> frozenset[str]:
    """What is no name when it stands alone."""
    titles = read_column("name_titles", "title")
    return titles | read_column("not_a_name", "written") | read_column("honorifics", "written")


def _is_known_name(word: str) -> bool:
    return word in read_column("surnames", "surname") or word in read_column(
        "given_names", "given_name"
    )


def _stands_before(word: str) -> bool:
    """Whether the first of several words is no part of the name."""
    folded = word.casefold()
    if folded in _honorifics("start") or folded in read_column("not_a_name", "written"):
        return True
    if is_latin(word) or _is_known_name(word):
        return False
    whole = _title_word().fullmatch(folded) or re.fullmatch(_DEPARTMENT, word)
    return whole is not None or _COMPANY.search(folded) is not None


def _stands_behind(word: str) -> bool:
    """Whether the last of several words is no part of the name."""
    folded = word.casefold()
    if folded in _honorifics("end") or folded in read_column("name_titles", "title"):
        return True
    if is_latin(word) or _is_known_name(word):
        return False
    return _title_word().fullmatch(folded) is not None


def _drop_words(text: str) -> str:
    words = text.split(" ")
    while len(words) > 1 and _stands_before(words[0]):
        words = words[1:]
    while len(words) > 1 and _stands_behind(words[-1]):
        words = words[:-1]
    return " ".join(words).strip(_AT_THE_END)


def _drop_endings(text: str) -> str:
    """Cut 様, さん, 部長 … that stand directly behind a name."""
    folded = text.casefold()
    for word in _honorifics("end") if folded.endswith(_honorifics("end")) else ():
        # 殿 and 君 also end a few names (鵜殿, 和君), which have two characters
        shortest = 3 if word in ("殿", "君") else len(word) + 1
        fits = word.startswith("-") or not is_latin(word)
        if fits and folded.endswith(word) and len(text) >= shortest:
            text = text[: -len(word)].rstrip()
            break
    cut = _title_behind().sub("", text).rstrip()
    return cut if cut != text and (len(cut) > 1 or _is_known_name(cut)) else text


def _take_former(text: str) -> tuple[str, str | None]:
    """The text without an earlier surname that it states, and that surname."""
    if now := _NOW.search(text):
        return f"{text[: now.start()]}{now.group(2)} {text[now.end() :]}", now.group(1)
    for pattern in (_FORMER_IN_BRACKETS, _FORMER_BARE, _FORMER_LATIN):
        if found := pattern.search(text):
            return pattern.sub(" ", text, count=1), found.group(1)
    # 山田(鈴木)花子: a surname in brackets between the two parts of a name
    inner = _IN_BRACKETS.search(text)
    if inner and inner.start() > 0 and text[inner.end() :].strip():
        surname = fold_variants(inner.group(1).strip())
        if surname in read_column("surnames", "surname"):
            return _BRACKETS.sub(" ", text, count=1), surname
    return text, None


def _reading_in_brackets(text: str) -> str | None:
    readings = (found.strip() for found in _IN_BRACKETS.findall(text))
    return next((one for one in readings if one and _READING.fullmatch(one)), None)


def _bare(text: str) -> str:
    """The name without brackets and everything else that is no part of it."""
    text = _SHORT_FORM.sub("株式会社", text)
    text = _LABEL.sub("", _BRACKETS.sub(" ", text).strip())
    text = _COUNTED.sub("", " ".join(text.split()).lstrip(_AT_THE_START).rstrip(_AT_THE_END))
    text = _drop_words(_AND_OTHERS.sub("", text) or text)
    text = _drop_words(_drop_endings(text))
    return _office_before().sub("", text)


@lru_cache(maxsize=DISTINCT_VALUES)
def clean_name(text: str | None) -> CleanName:
    """What a name field holds.

    >>> clean_name("営業部長　髙橋 花子(旧姓:鈴木) 様")
    CleanName(text='高橋 花子', former='鈴木', reading=None)
    """
    folded = fold_width(text)
    without_former, former = _take_former(folded)
    bare = _bare(without_former)
    looked_up = bare.casefold().replace(" ", "")
    if (
        _NOT_A_NAME.search(bare)
        or _CODE.search(folded)
        or looked_up in _words_around_names()
        or not re.search(r"\w", bare)
    ):
        return CleanName()
    name = _REPEATED.sub(lambda found: found.group()[0] + "々" + found.group()[2:],
                         fold_variants(bare))  # fmt: skip
    former_name = fold_variants(_drop_endings(former.strip())) if former else None
    return CleanName(name, former_name or None, _reading_in_brackets(without_former))
