"""Money as people type it, and the unit that a list counts in.

Here belongs reading one amount. Not here: which amounts are too small or too big.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_MONEY = re.compile(
    r"(?:jpy)?([-△▲]?)(?:jpy|[¥\\])?([-△▲]?)(\d[\d,]{0,17})(\.\d{1,4})?(百万|億|万|千)?(?:円|jpy)?(?:-|也)?"
)
_BRACKETED = re.compile(r"\((.+)\)")
_UNITS = {"億": 10**8, "百万": 10**6, "万": 10**4, "千": 10**3}
_IN_HEADER = re.compile(r"(億|百万|万|千)円")
_ABOVE = re.compile(r"単位[\s::は]*(億|百万|万|千)?円")


def read_yen(text: str) -> int | None:
    """Return whole yen from money as people type it; an amount in brackets is negative.

    >>> read_yen("¥1,234,000円"), read_yen("1.5万円"), read_yen("△500"), read_yen("未定")
    (1234000, 15000, -500, None)
    """
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    inside = _BRACKETED.fullmatch(plain)
    found = _MONEY.fullmatch(inside[1] if inside else plain)
    if not found:
        return None
    before, after, digits, fraction, unit = found.groups()
    amount = Decimal(digits.replace(",", "") + (fraction or "")) * _UNITS.get(unit or "", 1)
    # half a yen is no amount anybody paid
    if amount != amount.to_integral_value():
        return None
    return -int(amount) if before or after or inside else int(amount)


def unit_of(header: str, above: str = "") -> int:
    """Return how many yen one counts for: by the column's header, else by what stands above.

    >>> unit_of("費用(千円)"), unit_of("費用", "2026年度 広告費 (単位:万円)"), unit_of("費用")
    (1000, 10000, 1)
    """
    own = _IN_HEADER.search(unicodedata.normalize("NFKC", header))
    if own:
        return _UNITS[own[1]]
    told = _ABOVE.search(unicodedata.normalize("NFKC", above))
    return _UNITS[told[1]] if told and told[1] and "円" not in header else 1
