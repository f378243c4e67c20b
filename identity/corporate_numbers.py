"""法人番号: thirteen digits of which the first checks the others.

Not here: whether a company of that number exists (`company_register`).
"""

import re
from decimal import Decimal

from identity.written_forms import fold_width

_LABEL = re.compile(
    r"^(?:法人番号|登録番号|インボイス番号|会社法人等番号|no\.?)\s*:?\s*", re.IGNORECASE
)
_SEPARATORS = re.compile(r"[\s,'’\-‐‑‒–—−ー]")
# a spreadsheet that kept every digit of the number
_SCIENTIFIC = re.compile(r"\d\.\d{12}e\+?12", re.IGNORECASE)


def _check_digit(twelve: str) -> int:
    weighted = sum(int(d) * (1, 2)[i % 2] for i, d in enumerate(reversed(twelve)))
    return 9 - weighted % 9


def _digits(text: str | None) -> str:
    bare = _LABEL.sub("", fold_width(text))
    if _SCIENTIFIC.fullmatch(bare):
        return str(int(Decimal(bare)))
    if re.search(r"\d{13}\s+\d", bare):
        return ""  # two numbers in one cell
    return re.sub(r"\.0$", "", _SEPARATORS.sub("", bare).upper().removeprefix("T"))


def normalise_corporate_number(text: str | None) -> str | None:
    """The number without T prefix and separators; None unless its check digit holds.

    >>> normalise_corporate_number("T5990-0000-00012")
    '5990000000012'
    """
    digits = _digits(text)
    if not re.fullmatch(r"[1-9]\d{12}", digits) or int(digits[0]) != _check_digit(digits[1:]):
        return None
    return digits
