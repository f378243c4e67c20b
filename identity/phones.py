"""Telephone numbers as E.164, and whether a number is carried by one person.

Uses `is_possible_number` only: ranges that are not in service (such as 03-0000-1234) still tell
two records apart, and it is not our business to ring them.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import phonenumbers

from identity.written_forms import DISTINCT_VALUES, MAX_LENGTH, fold_width

# what follows is no part of the number: 内線 12, (代), ext.5
_EXTENSION = re.compile(
    r"(内線|[(\[]?内[)\]]|代表|直通|呼出?|ext(?=[.:\s\d])|extension|#|[(\[]?代[)\]]?|x(?=\d)|担当)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(tel|fax|ファックス|ファクス|ファクシミリ|phone|mobile|cell|携帯|電話|直通|代表|[tfmh](?=[.:]))"
    r"(番号)?\s*[.:]*\s*",
    re.IGNORECASE,
)
_FAX = re.compile(r"^(fax|ファックス|ファクス|ファクシミリ|f(?=[.:]))", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/、,;|・]|または|又は|もしくは|及び|\bor\b|\s{2,}|\n")
_SPACED_NUMBERS = re.compile(r"\s(?=\(?[0+])")
_SCIENTIFIC = re.compile(r"(\d)\.?(\d*)e\+?(\d\d?)", re.IGNORECASE)
_LETTER_FOR_ZERO = re.compile(r"(?<![a-z])o(?=[\d\-(])|(?<=\d)o(?=[\do\-)]|$)", re.IGNORECASE)
_ONE_DIGIT = re.compile(r"(\d)\1*")
_MOBILE = re.compile(r"\+81[789]0\d{8}")
# nobody writes more numbers into one cell
_NUMBERS_PER_CELL = 5


def _is_filler(digits: str) -> bool:
    national = digits.removeprefix("81") if len(digits) > 10 else digits
    return (
        len(digits) < 8
        or _ONE_DIGIT.fullmatch(digits) is not None
        or _ONE_DIGIT.fullmatch(national.lstrip("0")[2:] or "0") is not None
        or national.lstrip("0") in ("", "1234567890", "123456789", "12345678", "1234567")
    )


def _unscientific(text: str) -> str:
    """What a spreadsheet made 9.012E+09 of, if it kept every digit."""
    found = _SCIENTIFIC.fullmatch(text.strip())
    if not found:
        return re.sub(r"\.0$", "", text)
    return str(int(Decimal(text.strip()))) if len(found.group(2)) >= int(found.group(3)) - 2 else ""


def _pieces(text: str) -> Iterator[str]:
    """The numbers of a cell one by one, each without its label; those of fax machines left out."""
    lines = [fold_width(line) for line in text[:MAX_LENGTH].splitlines()]
    folded = _unscientific(_LETTER_FOR_ZERO.sub("0", "\n".join(line for line in lines if line)))
    for part in _SEPARATORS.split(_LABEL.sub(lambda label: f"\n{label.group()}", folded)):
        if _FAX.match(part.strip()):
            continue
        bare = _EXTENSION.split(_LABEL.sub("", part, count=1))[0]
        apart = _SPACED_NUMBERS.split(bare)
        enough = all(len(re.sub(r"\D", "", piece)) >= 9 for piece in apart)
        yield from apart if enough else [bare]


def _dialled(piece: str) -> str:
    """The digits to parse, with a plus when the country is written."""
    digits = re.sub(r"\D", "", piece)
    if piece.lstrip(" (").startswith("+") or re.fullmatch(r"81[1-9]\d{8,9}", digits):
        # `+81 (0)3 …` carries a zero that is not dialled
        return "+" + re.sub(r"^810", "81", digits)
    if abroad := re.fullmatch(r"(?:010|00)([1-9]\d{8,})", digits):
        return "+" + re.sub(r"^810", "81", abroad.group(1))
    return digits


@lru_cache(maxsize=DISTINCT_VALUES)
def phone_numbers(text: str | None) -> tuple[str, ...]:
    """Every usable number of a cell in E.164, in the order written, at most five.

    >>> phone_numbers("TEL 03-0000-1234 FAX 03-0000-1235 / 090-0000-5678")
    ('+81300001234', '+819000005678')
    """
    found: list[str] = []
    for piece in _pieces(str(text)) if text else ():
        number = _e164(_dialled(piece))
        if number and number not in found:
            found.append(number)
    return tuple(found[:_NUMBERS_PER_CELL])


def _e164(number: str) -> str | None:
    if _is_filler(number.lstrip("+")):
        return None
    try:
        parsed = phonenumbers.parse(number, "JP")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phone_e164(text: str | None) -> str | None:
    """The first number of a cell in E.164, or None when there is no usable one.

    >>> phone_e164("０３（0000）１２３４　内線 12")
    '+81300001234'
    """
    return next(iter(phone_numbers(text)), None)


def is_mobile(e164: str | None) -> bool:
    """Whether the number is a Japanese mobile one: carried by one person, not by a switchboard.

    A freephone 0800-000-0123 has the digits of a mobile 080-0000-0123 and counts as one.
    """
    return e164 is not None and _MOBILE.fullmatch(e164) is not None
