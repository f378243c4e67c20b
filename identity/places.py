"""Where a record sits: prefecture and city from what is written, a postal code or an address.

A postal code gives the prefecture by its prefix; the table of all codes with their cities is too
large to ship, so a city is known only where the address names it.

Not here: whether two places are one (`company_matching`).
"""

import re
from functools import cache, lru_cache

from identity.written_forms import DISTINCT_VALUES, fold_width, read_table

_BEFORE_PREFECTURE = re.compile(r"^(〒?\s*\d{3}-?\d{4})?\s*(日本国?|japan)?\s*")
# names that hold one of the letters at which a city, county, town or ward ends
_HARD_CITIES = (
    "四日市市|廿日市市|野々市市|八日市場市|大和郡山市|郡山市|郡上市|蒲郡市|小郡市|"
    "(?:[^\\d]{1,5}?郡)(?:玉村町|大町町|余市町)"
)
_ISLANDS = "大島町|利島村|新島村|神津島村|三宅村|御蔵島村|八丈町|青ヶ島村|小笠原村"
_CITY = re.compile(
    rf"(?:{_HARD_CITIES})|"
    r"[^\d市区]{1,5}?郡[^\d]{2,6}?[町村]|"
    r"[^\d区]{1,6}?市(?:(?!市)[^\d町]{1,3}?区)?|"
    rf"[^\d町村]{{1,4}}?区|(?:{_ISLANDS})"
)


@cache
def _prefectures() -> tuple[str, ...]:
    return tuple(row["prefecture"] for row in read_table("prefectures"))


@cache
def _prefecture_by_name() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in read_table("prefectures"):
        full = row["prefecture"]
        short = full if full == "北海道" else full[:-1]
        names |= {full: full, short: full, row["romaji"]: full}
    return names


@cache
def _prefecture_by_postal_prefix() -> dict[str, str]:
    return {row["prefix"]: row["prefecture"] for row in read_table("postal_prefixes")}


@lru_cache(maxsize=DISTINCT_VALUES)
def prefecture_of_name(text: str | None) -> str | None:
    """A prefecture written alone, in kanji with or without 都道府県, or in romaji."""
    folded = re.sub(r"[- ](to|fu|ken|prefecture|pref\.?)$", "", fold_width(text).casefold())
    return _prefecture_by_name().get(folded.replace(" ", ""))


@lru_cache(maxsize=DISTINCT_VALUES)
def normalise_postal_code(text: str | None) -> str | None:
    """Seven digits, or None. A leading zero that a spreadsheet ate is put back."""
    digits = re.sub(r"[〒\s\-‐−ー]", "", re.sub(r"\.0$", "", fold_width(text)))
    if not re.fullmatch(r"\d{6,7}", digits):
        return None
    return digits.zfill(7)


@lru_cache(maxsize=DISTINCT_VALUES)
def prefecture_of_postal_code(text: str | None) -> str | None:
    """The prefecture by the postal code's prefix, the longest one that is listed."""
    code = normalise_postal_code(text)
    if code is None or code == "0000000":
        return None
    table = _prefecture_by_postal_prefix()
    return next((table[code[:n]] for n in (6, 5, 4, 3, 2) if code[:n] in table), None)


def _after_country(text: str | None) -> str:
    return _BEFORE_PREFECTURE.sub("", fold_width(text).lower())


@lru_cache(maxsize=DISTINCT_VALUES)
def prefecture_of_address(text: str | None) -> str | None:
    """The prefecture with which a written address begins (a postal code before it is skipped)."""
    folded = _after_country(text)
    return next((name for name in _prefectures() if folded.startswith(name)), None)


@lru_cache(maxsize=DISTINCT_VALUES)
def city_of_address(text: str | None) -> str | None:
    """The city, ward or town that an address names behind its prefecture, if it names one.

    >>> city_of_address("〒530-0001 大阪府 大阪市北区梅田1-1")
    '大阪市北区'
    """
    prefecture = prefecture_of_address(text) or ""
    rest = _after_country(text).removeprefix(prefecture).replace(" ", "")
    found = _CITY.match(rest)
    return found.group() if found else None


@cache
def _prefecture_by_area_code() -> dict[str, str]:
    return {row["area_code"]: row["prefecture"] for row in read_table("area_codes")}


@lru_cache(maxsize=DISTINCT_VALUES)
def prefecture_of_phone(e164: str | None) -> str | None:
    """The prefecture of a fixed line by its area code; None where a code serves several."""
    if not e164 or not e164.startswith("+81"):
        return None
    national, table = "0" + e164[3:], _prefecture_by_area_code()
    return next((table[national[:n]] for n in (4, 3, 2) if national[:n] in table), None)


def normalise_prefecture(
    prefecture: str | None, postal_code: str | None, address: str | None
) -> str | None:
    """The prefecture by what is written, else by the address, else by the postal code."""
    return (
        prefecture_of_name(prefecture)
        or prefecture_of_address(prefecture)
        or prefecture_of_address(address)
        or prefecture_of_postal_code(postal_code)
    )
