"""Company names: the core that two spellings of one company share.

Legal forms, branches and departments are cut off; 異体字, widths, small kana and punctuation are
folded. ホールディングス, 東日本 and the like stay: they tell group companies apart.
Not here: which names mean one company (`company_matching`).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache

from identity.readings import reading_key
from identity.written_forms import (
    DISTINCT_VALUES,
    MAX_LENGTH,
    comparable,
    fold_variants,
    fold_width,
    has_kanji,
    is_kana,
    is_latin,
    read_column,
    read_table,
)

# the long-vowel mark is written, left out (サーバ) and typed as any dash (ソリュ-ション)
_PUNCTUATION = re.compile(r"[\s・·.,、。'’`\"“”「」『』!?:;/|_~※★●■◆‐‑‒–—―−ｰー-]+")
_BRACKETED = re.compile(r"[(\[【〔<].*?[)\]】〕>]")
_FORMER = re.compile(r"[(\[【]\s*旧(?:社名|商号|名称?|称)?\s*[:・=]?\s*(.+?)\s*[)\]】]")
_FORMER_BARE = re.compile(r"(?<=\S)\s旧(?:(?:社名|商号|称)\s*[:・=]?|:)\s*(\S.*)$")
_FORMER_BEHIND_FORM = re.compile(r"(?<=会社|株\)|有\))\s*旧(\S+)$")
_BECAME = re.compile(r"^(\S+?)\s*(?:→|⇒|->|=>)\s*(\S.*)$")
_TWO_SCRIPTS = re.compile(r"\s+[/|]\s+|\s*[|]\s*|(?<=\S)/(?=\S)")
_ADDRESSED = re.compile(r"[\s\u241f]*(?:御中|様|殿|宛)$")
_HOLDINGS = re.compile(r"(?:(?<=[^a-z])hds?|hldgs|holdings?|ホー?ルデ?ィ?ング[スズ]?)$")
_SMALL_KANA = str.maketrans(
    "ァィゥェォッャュョヮぁぃぅぇぉっゃゅょゎ", "アイウエオツヤユヨワあいうえおつやゆよわ"
)
_SHORT_FORM = re.compile(r"\((株|有)\)")
_LONG = {"株": "株式会社", "有": "有限会社"}
_MARK = "\u241f"  # stands where a legal form stood


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company name in comparable parts.

    Attributes:
        core: What tells the company from others; None for no name or a placeholder.
        legal_form: Code of the legal form (`kk`, `yk`, …), or None when none was written.
        reading: Reading key when the core is kana or Latin, so that both scripts meet.
        is_branch: Whether a branch or department was cut off, so that the place written beside
            it need not be the company's own.
        former: Core of an earlier name that is stated with it (旧社名), or None.
    """

    core: str | None = None
    legal_form: str | None = None
    reading: str | None = None
    is_branch: bool = False
    former: str | None = None


@cache
def _form_patterns() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """(as written, where it counts, code) of every legal form, the longest first."""
    anchors = {"any": "{}", "start": r"^\s*{}", "end": r"(?<![a-z]){}\s*$"}
    rows = sorted(read_table("legal_forms"), key=lambda row: -len(row["written"]))
    patterns = []
    for row in rows:
        written = re.escape(row["written"])
        if is_latin(row["written"]) and row["position"] != "end":
            written = rf"(?<![a-z]){written}(?![a-z])"
        pattern = re.compile(anchors[row["position"]].format(written))
        patterns.append((row["written"], pattern, row["form"]))
    return tuple(patterns)


def _cut_legal_forms(text: str) -> tuple[str, str | None]:
    """The name with a mark where legal forms stood, and the first form's code."""
    found: str | None = None
    for written, pattern, form in _form_patterns():
        if written not in text:
            continue
        cut = pattern.sub(_MARK, text)
        if cut != text:
            found = form if found in (None, "western") else found
            text = cut.rstrip(" ,")
    return text, found


@cache
def _branch_words(needs_separator: str) -> str:
    rows = read_table("branch_words")
    words = [r["word"] for r in rows if needs_separator == "any" or r["needs_separator"] == "no"]
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


@cache
def _branch_patterns() -> tuple[re.Pattern[str], ...]:
    places = sorted(read_column("branch_places", "place"), key=lambda p: (-len(p), p))
    anywhere, after_space = _branch_words("no"), _branch_words("any")
    return (
        # behind a space, or behind a legal form that follows the name: 山田商事株式会社大阪支店
        re.compile(rf"(?<=.)[\s{_MARK}]+\S*(?:{after_space})\d*$"),
        re.compile(rf"(?<=.)(?:{'|'.join(places)})(?:{anywhere})$"),
        re.compile(r"(?<=..)(?:本社|本店)$"),
    )


def _cut_branch(text: str) -> tuple[str, bool]:
    is_branch = False
    for _ in range(3):
        before = text
        for pattern in _branch_patterns():
            found = pattern.search(text)
            if found and text[: found.start()].strip(_MARK + " "):
                text = pattern.sub("", text).rstrip()
        is_branch = is_branch or text != before
        if text == before:
            break
    return text, is_branch


def _cut_brackets(text: str) -> tuple[str, bool]:
    bracketed = " ".join(_BRACKETED.findall(text))
    return _BRACKETED.sub(" ", text).strip(), bool(re.search(_branch_words("no"), bracketed))


def _split_former(text: str) -> tuple[str, str | None]:
    """The present name and an earlier one that stands beside it."""
    if became := _BECAME.match(text):
        return became.group(2), became.group(1)
    for pattern in (_FORMER, _FORMER_BARE, _FORMER_BEHIND_FORM):
        if found := pattern.search(text):
            return pattern.sub(" ", text, count=1).strip(), found.group(1)
    return text, None


def _japanese_of_two(text: str) -> str:
    """Of a name written in two scripts the Japanese one, which tells more companies apart."""
    parts = [part for part in _TWO_SCRIPTS.split(text) if part.strip()]
    japanese = [part for part in parts if not part.isascii()]
    if len(parts) == 2 and len(japanese) == 1:
        return japanese[0]
    outside = _BRACKETED.sub(" ", text).strip()
    inside = [part[1:-1] for part in _BRACKETED.findall(text)]
    if outside.isascii() and len(inside) == 1 and has_kanji(inside[0]) and len(inside[0]) > 3:
        return inside[0]
    return text


def _drop_addressing(text: str) -> str:
    """Cut 御中, 様 and a title that follow the company, as on an envelope."""
    text = _ADDRESSED.sub("", text)
    head, _, last = text.rpartition(" ")
    return head if head and last in read_column("name_titles", "title") else text


def _core(text: str) -> str:
    folded = _PUNCTUATION.sub("", text.replace(_MARK, ""))
    folded = _HOLDINGS.sub("ホールディングス", folded)
    folded = folded.removeprefix("the") if folded.isascii() and text.startswith("the ") else folded
    return folded.replace("&", "アンド") if is_kana(folded.replace("&", "")) else folded


@lru_cache(maxsize=DISTINCT_VALUES)
def parse_company(text: str | None) -> CompanyName:
    """The parts of a written company name.

    >>> parse_company("㈱山田商事　大阪支店").core
    '山田商事'
    """
    # widths fold ㊑ to a bare 株, which no legal form is
    bracketed = (text or "")[:MAX_LENGTH].replace("㊑", "(株)")
    folded = fold_variants(fold_width(bracketed)).casefold()
    written, former = _split_former(_SHORT_FORM.sub(lambda m: _LONG[m.group(1)], folded))
    name = _drop_addressing(_japanese_of_two(written))
    cut, form = _cut_legal_forms(name)
    cut, has_branch_in_brackets = _cut_brackets(cut)
    cut, is_branch = _cut_branch(_drop_addressing(cut))
    # a western form stands at the end, which a branch behind it hides
    cut, western = _cut_legal_forms(cut) if is_branch else (cut, None)
    core = _core(cut)
    if not core or not re.search(r"\w", core):
        return CompanyName()
    return CompanyName(
        core=core.translate(_SMALL_KANA),
        legal_form=form or western,
        reading=reading_key(core),
        is_branch=is_branch or has_branch_in_brackets,
        former=parse_company(former).core if former else None,
    )


def normalise_company(text: str | None, placeholders: Collection[str]) -> CompanyName:
    """As `parse_company`, but a placeholder such as 個人 or n/a is no company.

    Args:
        text: The name as written.
        placeholders: Values that stand for no company, in `comparable` form.
    """
    if not text or comparable(text) in placeholders:
        return CompanyName()
    name = parse_company(text)
    return CompanyName() if name.core in placeholders else name
