"""法人番号: thirteen digits of which the first checks the others.

Not here: whether a company of that number exists.
"""

import re

from identity.written_forms import fold_width


def _check_digit(twelve: str) -> int:
    weighted = sum(int(d) * (1, 2)[i % 2] for i, d in enumerate(reversed(twelve)))
    return 9 - weighted % 9


def normalise_corporate_number(text: str | None) -> str | None:
    """The number without T prefix and separators; None unless its check digit holds.

    >>> normalise_corporate_number("T5990-0000-00012")
    '5990000000012'
    """
    digits = re.sub(r"[\s\-]", "", fold_width(text)).upper().removeprefix("T")
    digits = re.sub(r"\.0$", "", digits)
    if not re.fullmatch(r"[1-9]\d{12}", digits) or int(digits[0]) != _check_digit(digits[1:]):
        return None
    return digits
