"""Numbers that are given out once: telephones, corporate numbers, ids of records.

Belongs here: allocating true numbers. Must not: write them in people's styles.
"""

import string
from random import Random

# A toll-free number would be 0120; but under 0120 every block is given out, under 0129 none.
TOLL_FREE_PREFIX = "0129"
_MOBILE_PREFIXES = (["090", "080", "070"], [5, 4, 2])
_NOBODYS_MOBILE = "090-0000-0000"  # what people type who do not want to give theirs
_SALESFORCE_SIGNS = string.ascii_uppercase + string.ascii_lowercase + string.digits
_CARD_FILES = (
    "meishi_2019", "meishi_2021", "meishi_tanto", "tenjikai2023", "Book1", "名刺リスト",
    "expo_east",
)  # fmt: skip
# Under so many people a HubSpot or Marketo account is young and its ids are short.
_PEOPLE_OF_AN_OLD_ACCOUNT = 5000


def _check_digit(base: str) -> int:
    """The first digit of a corporate number, by the rule of the National Tax Agency."""
    weighted = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(base)))
    return 9 - sum(weighted) % 9


class NumberBook:
    """Gives every number once. Telephone blocks begin with 00, which no carrier gives out."""

    def __init__(self, rng: Random, people: int) -> None:
        self._rng = rng
        self._highest_number = 10**9 if people > _PEOPLE_OF_AN_OLD_ACCOUNT else 10**7
        self._given: set[str] = {_NOBODYS_MOBILE}
        self._ids: set[str] = set()

    def landline(self, area_code: str) -> str:
        """A new number of an area (or of the toll-free prefix), with hyphens."""
        rng = self._rng
        while True:
            if area_code == TOLL_FREE_PREFIX:
                number = f"{area_code}-00{rng.randrange(10)}-{rng.randrange(1000):03d}"
            elif len(area_code) == 2:
                number = f"{area_code}-00{rng.randrange(100):02d}-{rng.randrange(10000):04d}"
            else:
                number = f"{area_code}-00{rng.randrange(10)}-{rng.randrange(10000):04d}"
            if self._take(number):
                return number

    def mobile(self) -> str:
        """A new mobile number, with hyphens."""
        rng = self._rng
        while True:
            prefix = rng.choices(*_MOBILE_PREFIXES)[0]
            number = f"{prefix}-00{rng.randrange(100):02d}-{rng.randrange(10000):04d}"
            if self._take(number):
                return number

    def corporate_number(self) -> str:
        """A new corporate number with a valid check digit, of a registry 99.. that is not one."""
        rng = self._rng
        while True:
            registry, kind = rng.randrange(100), rng.choices([1, 2, 3, 5], [80, 8, 8, 4])[0]
            base = f"99{registry:02d}0{kind}{rng.randrange(10**6):06d}"
            if self._take(base):
                return f"{_check_digit(base)}{base}"

    def record_id(self, form: str) -> str:
        """A new id in the form of a system: a Salesforce prefix, number, hex, uuid or file."""
        while True:
            record_id = self._any_id(form)
            if record_id not in self._ids:
                self._ids.add(record_id)
                return record_id

    def _any_id(self, form: str) -> str:
        rng = self._rng
        if form == "number":
            return str(rng.randrange(1000, self._highest_number))
        if form in ("hex", "uuid"):
            digits = f"{rng.getrandbits(128):032x}"
            cuts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
            return "-".join(cuts) if form == "uuid" else digits
        if form == "file":
            return f"{rng.choice(_CARD_FILES)}.xlsx-{rng.randrange(2, 10**5)}"
        signs = "".join(rng.choices(_SALESFORCE_SIGNS, k=6))
        return f"{form}5g0000{signs}{rng.choice(['AAA', 'QAA', 'AAG'])}"

    def _take(self, number: str) -> bool:
        is_new = number not in self._given
        self._given.add(number)
        return is_new
