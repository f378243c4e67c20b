"""The ways people write phone numbers and mail addresses.

Belongs here: variants and slips of one true number or address. Must not: pick which one is given.
"""

from __future__ import annotations

import random

from sandbox.world.streams import chance, weighted
from sandbox.world.writing.company_writing import to_wide

_PHONE_STYLES = {
    "hyphens": 58.0,
    "digits": 16.0,
    "international": 7.0,
    "wide": 5.0,
    "brackets": 5.0,
    "dots": 3.0,
    "spaces": 3.0,
    "lost_zero": 3.0,
}
_MAIL_STYLES = {"plain": 90.0, "upper": 5.0, "tag": 3.0, "typo": 2.0}


def write_phone(rng: random.Random, number: str, *, excel: bool = False) -> str:
    """Write a number in one of many styles; a spreadsheet may eat the leading zero."""
    style = weighted(rng, _PHONE_STYLES)
    digits = number.replace("-", "")
    if style == "digits":
        return digits
    if style == "international":
        return f"+81 {number[1:].replace('-', rng.choice(('-', ' ')))}"
    if style == "wide":
        return to_wide(number)
    if style == "brackets":
        area, middle, rest = number.split("-")
        return f"{area}({middle}){rest}" if chance(rng, 0.5) else f"({area}){middle}-{rest}"
    if style == "dots":
        return number.replace("-", ".")
    if style == "spaces":
        return number.replace("-", " ")
    if style == "lost_zero" and excel:
        return digits[1:]
    return number


def write_office_phone(rng: random.Random, number: str, *, is_switchboard: bool) -> str:
    """Write an office number, sometimes saying that it is the switchboard or an extension."""
    text = write_phone(rng, number)
    if is_switchboard and chance(rng, 0.10):
        return f"{text}{rng.choice(('(代)', '（代表）', ' 代表'))}"
    if is_switchboard and chance(rng, 0.10):
        return f"{text} {rng.choice(('内線', 'ext.', '内線：'))}{rng.randint(100, 999)}"
    return text


def write_mail(rng: random.Random, address: str, *, typed: bool, checked: bool) -> str:
    """Write an address.

    Args:
        rng: the record's stream.
        address: the true address.
        typed: whether a person typed it (slips happen).
        checked: whether the system refuses what is not a well-formed address.
    """
    style = weighted(rng, _MAIL_STYLES)
    if style == "upper":
        return address.upper() if chance(rng, 0.4) else address.capitalize()
    if style == "tag" and typed:
        local, _, domain = address.partition("@")
        return f"{local}+{rng.choice(('web', 'event', 'news'))}@{domain}"
    if style == "typo":
        return _mistyped(rng, address) if typed else _misscanned(rng, address)
    if not checked and chance(rng, 0.03):
        return to_wide(address)
    return address


def _misscanned(rng: random.Random, address: str) -> str:
    """Read one letter of the local part as one that looks like it, as a scanner does."""
    local, _, domain = address.partition("@")
    letter, lookalike = rng.choice((("l", "1"), ("o", "0"), ("m", "rn"), ("i", "l")))
    return f"{local.replace(letter, lookalike, 1)}@{domain}"


def _mistyped(rng: random.Random, address: str) -> str:
    """Swap two neighbouring letters of the local part or repeat one: still under .test."""
    local, _, domain = address.partition("@")
    place = rng.randrange(max(len(local) - 1, 1))
    if chance(rng, 0.5):
        local = local[: place + 1] + local[place:]
    else:
        local = local[:place] + local[place : place + 2][::-1] + local[place + 2 :]
    return f"{local.strip('.')}@{domain}"
