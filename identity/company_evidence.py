"""What a record says about a company, and when two such statements mean the same company.

Not here: what is joined because of it (`company_matching`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from identity.written_forms import has_kanji

# Characters that tell sister companies apart although all else is spelt alike.
_TELLING = frozenset("東西南北中上下前後新一二三四五六七八九十0123456789")


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A company as one or many records state it.

    Attributes:
        key: Record key of a company record, or a key made of the stated values.
        core: Comparable name.
        legal_form: Code of the legal form.
        number: 法人番号.
        domain: Registrable domain that is neither free mail nor a test domain.
        prefecture: Where it sits; None when unknown or when a branch was named.
        phone: Its number in E.164.
        is_record: Whether a company record says so, not a person's record.
        former: Comparable form of an earlier name that is stated beside the name.
        registered: 法人番号 by the public register, where that knows the name or the number; it
            brings together and never holds apart.
    """

    key: str
    core: str | None = None
    legal_form: str | None = None
    number: str | None = None
    domain: str | None = None
    prefecture: str | None = None
    phone: str | None = None
    is_record: bool = False
    former: str | None = None
    registered: str | None = None


def is_slip(one: str, other: str) -> bool:
    """Whether two cores differ by one mistyped character that does not tell sisters apart."""
    if len(one) != len(other) or len(one) < 4:
        return False
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(differing) == 1 and not _TELLING.intersection(differing[0])


def is_short_for(short: str, whole: str) -> bool:
    """Whether a core is made of letters picked out of another, as people shorten names (千電).

    A piece that stands in it as a whole (千歳電機 in 千歳電機販売) may be the parent company.
    """
    if not 2 <= len(short) < len(whole) or short[0] != whole[0] or short in whole:
        return False
    letters = iter(whole)
    return all(letter in letters for letter in short)


def is_mistyped_domain(typed: str, meant: str) -> bool:
    """Whether a domain is another with letters or marks in another order, or without its end.

    To be asked of domains that stand beside one company name.
    """
    letters = [re.sub("[-.]", "", domain) for domain in (typed, meant)]
    return typed != meant and (
        sorted(letters[0]) == sorted(letters[1]) or (meant.startswith(typed) and len(typed) > 6)
    )


def script_of(core: str) -> str:
    """The script of a core: names in different scripts cannot be compared letter by letter."""
    if has_kanji(core):
        # Livelink水産 beside リブリンク水産
        return "kanji and latin" if re.search("[a-z]", core) else "kanji"
    return "latin" if core.isascii() else "kana"


def by_value(mentions: Iterable[Mention], attribute: str) -> dict[str, list[Mention]]:
    """Mentions that state the attribute, grouped by it, in a fixed order."""
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in sorted(mentions, key=lambda m: m.key):
        value = getattr(mention, attribute)
        if value is not None:
            groups[value].append(mention)
    return dict(sorted(groups.items()))


def distinct(values: Iterable[str | None]) -> set[str]:
    """The values that are stated at all."""
    return {value for value in values if value is not None}
