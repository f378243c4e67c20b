"""Telephone numbers as E.164, and whether a number is carried by one person.

Uses `is_possible_number` only: ranges that are not in service (such as 03-0000-1234) still tell
two records apart, and it is not our business to ring them.
"""

import re
from functools import lru_cache

import phonenumbers

from identity.written_forms import DISTINCT_VALUES, fold_width

_EXTENSION = re.compile(
    r"(内線|代表|直通|ext\.?|extension|#|[(\[]?代[)\]]?|x(?=\d))", re.IGNORECASE
)
_SEPARATORS = re.compile(r"[/、,;]|\bまたは\b|\s{2,}")
_LABEL = re.compile(r"^\s*(tel|fax|phone|mobile|携帯|電話|直通|代表)\s*[:.：]?\s*", re.IGNORECASE)
_ONE_DIGIT = re.compile(r"(\d)\1*")
_MOBILE = re.compile(r"\+81[789]0\d{8}")


def _is_filler(digits: str) -> bool:
    national = digits.removeprefix("81") if len(digits) > 10 else digits
    return (
        len(digits) < 8
        or _ONE_DIGIT.fullmatch(digits) is not None
        or national.lstrip("0") in ("", "1234567890", "123456789", "12345678", "1234567")
    )


def _first_number(text: str) -> str:
    bare = _LABEL.sub("", fold_width(text))
    bare = re.sub(r"\.0$", "", bare)
    first = _SEPARATORS.split(_EXTENSION.split(bare)[0])[0]
    digits = re.sub(r"\D", "", first)
    if first.lstrip(" (").startswith("+") or re.fullmatch(r"81[1-9]\d{8,9}", digits):
        # `+81 (0)3 …` carries a zero that is not dialled
        return "+" + re.sub(r"^810", "81", digits)
    if re.fullmatch(r"010\d{9,}", digits):
        return "+" + digits[3:]
    return digits


@lru_cache(maxsize=DISTINCT_VALUES)
def phone_e164(text: str | None) -> str | None:
    """The number in E.164, or None when there is no usable one.

    >>> phone_e164("０３（0000）１２３４　内線 12")
    '+81300001234'
    """
    if not text:
        return None
    number = _first_number(text)
    if _is_filler(number.lstrip("+")):
        return None
    try:
        parsed = phonenumbers.parse(number, "JP")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(e164: str | None) -> bool:
    """Whether the number is a Japanese mobile one: carried by one person, not by a switchboard."""
    return e164 is not None and _MOBILE.fullmatch(e164) is not None
