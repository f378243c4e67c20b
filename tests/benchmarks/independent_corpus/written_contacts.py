"""Telephones, mails, addresses and websites as people and programs write them down.

Belongs here: one value of one record. Must not: decide whether it is written at all.
"""

import re
from random import Random
from typing import NamedTuple

from tests.benchmarks.independent_corpus.people_register import FREE_MAIL_PROVIDERS
from tests.benchmarks.independent_corpus.places import Site
from tests.benchmarks.independent_corpus.sources import SCANNED, Medium
from tests.benchmarks.independent_corpus.writing_systems import full_width

_MOBILE_PREFIXES = ("090", "080", "070")
_MAIL_TAGS = ("news", "seminar", "dl", "biz", "2024", "hubspot")
_TAKES_TAGS = frozenset({Medium.RESPONSE, Medium.SUBMISSION, Medium.CONTACT})
_TYPED_BY_HAND = SCANNED | {Medium.RESPONSE, Medium.SUBMISSION, Medium.LEAD}
_LOSES_THE_ZERO = frozenset({Medium.CONTACT, Medium.LEAD, Medium.CARD_FILE, Medium.COMPANY})
_FREE_MAIL_TYPOS = {
    "freemail.test": (
        "freemial.test", "freemai.test", "freemail.tset", "freemail.tes", "fremail.test",
    ),
}  # fmt: skip
assert _FREE_MAIL_TYPOS.keys() == {domain for domain, _ in FREE_MAIL_PROVIDERS}


class WrittenPhone(NamedTuple):
    """A number as it stands in a record, and whether it can still be read."""

    text: str
    is_legible: bool = True


class WrittenMail(NamedTuple):
    """A mail as it stands in a record.

    Attributes:
        evidence: What two records must share to be tied by it; none where a scan spoilt it.
        is_certain: Whether the text leads back to the true mail.
    """

    text: str
    evidence: str | None
    is_certain: bool = True


def write_phone(rng: Random, number: str, medium: Medium) -> WrittenPhone:
    """A number (with hyphens) in one of the usual ways, or damaged by a spreadsheet."""
    style = rng.random()
    area, block, last = number.split("-")
    if style < (0.45 if medium is Medium.CARD_FILE else 0.6):
        return WrittenPhone(number)
    if style < 0.70:
        return WrittenPhone(area + block + last)
    if style < 0.74:
        return WrittenPhone(f"{area}({block}){last}")
    if style < 0.77:
        return WrittenPhone(f"({area}) {block}-{last}")
    if style < 0.81:
        return WrittenPhone(full_width(number).replace("－", rng.choice("－‐ー−")))
    if style < 0.85:
        return WrittenPhone(_international(rng, area, block, last))
    if style < 0.88:
        return WrittenPhone(rng.choice([f"{area} {block} {last}", f"{area}.{block}.{last}"]))
    if style < 0.91:
        return WrittenPhone(number.replace("-", rng.choice("ー‐−―–")))
    if style < 0.94 and area not in _MOBILE_PREFIXES:
        return WrittenPhone(number + _extension(rng))
    if style < 0.955:
        return WrittenPhone("TEL:" + number)
    if style < 0.97:
        return WrittenPhone(f" {number}\u3000")
    return _through_a_spreadsheet(rng, number, medium)


def _international(rng: Random, area: str, block: str, last: str) -> str:
    return rng.choice(
        [
            f"+81-{area[1:]}-{block}-{last}",
            f"+81 {area[1:]}-{block}-{last}",
            f"+81{area[1:]}{block}{last}",
            f"+81(0){area[1:]}-{block}-{last}",
            f"0081-{area[1:]}-{block}-{last}",
        ]
    )


def _extension(rng: Random) -> str:
    return rng.choice(
        [
            f"(内線{rng.randrange(10, 9999)})",
            f" 内線 {rng.randrange(10, 9999)}",
            f" ext.{rng.randrange(100, 999)}",
            "（代）",
            f" x{rng.randrange(10, 999)}",
            "(代表)",
        ]
    )


def _through_a_spreadsheet(rng: Random, number: str, medium: Medium) -> WrittenPhone:
    """Read as a number: without its zero, or in scientific notation, where digits are lost."""
    if medium not in _LOSES_THE_ZERO:
        return WrittenPhone(number)
    digits = number.replace("-", "")
    if medium is Medium.CARD_FILE and rng.random() < 0.3:
        return WrittenPhone(f"{int(digits):.3E}", is_legible=False)
    return WrittenPhone(digits[1:])


def write_mail(rng: Random, mail: str, medium: Medium) -> WrittenMail:
    """A mail as it is, in another width or case, with a tag, mistyped or misread."""
    accident = rng.random()
    local, domain = mail.split("@")
    if accident < 0.055:
        return WrittenMail(_decorated(rng, accident, mail), mail)
    if accident < 0.063 and medium in _TAKES_TAGS:
        return WrittenMail(f"{local}+{rng.choice(_MAIL_TAGS)}@{domain}", mail)
    if accident < 0.082 and medium in _TYPED_BY_HAND:
        mistyped = _mistyped(rng, local, domain)
        if mistyped:
            return mistyped
    if accident < 0.088 and medium in SCANNED and re.search("[lo]", local):
        misread = re.sub("l", "1", local, count=1).replace("o", "0", 1)
        return WrittenMail(f"{misread}@{domain}", None, is_certain=False)
    return WrittenMail(mail, mail)


def _decorated(rng: Random, accident: float, mail: str) -> str:
    """The mail in other signs, or with something around it."""
    if accident < 0.03:
        local, domain = mail.split("@")
        return rng.choice([mail.upper(), mail.title(), f"{local.capitalize()}@{domain}"])
    if accident < 0.04:
        return full_width(mail)
    blanks = [f" {mail}", f"{mail} ", f"{mail}\u3000", f"{mail}\r\n", f"\u200b{mail}"]
    return rng.choice([*blanks, f"mailto:{mail}", f"<{mail}>", f"{mail};"])


def _mistyped(rng: Random, local: str, domain: str) -> WrittenMail | None:
    """A typo. One of the domain can be undone; one of the local part may be somebody else's mail.

    Returns:
        None where the drawn typo is impossible in this mail.
    """
    mail = f"{local}@{domain}"
    if domain in _FREE_MAIL_TYPOS:
        return WrittenMail(f"{local}@{rng.choice(_FREE_MAIL_TYPOS[domain])}", mail)
    typo = rng.choice(["cut", "no dot", "comma", "two dots", "swap", "local"])
    place = rng.randrange(1, max(2, len(domain.split(".")[0]) - 1))
    pair = domain[place : place + 2]
    typos = {
        "cut": domain[:-1],
        "no dot": domain.replace(".", ""),
        "comma": domain.replace(".", ",", 1),
        "two dots": domain.replace(".", "..", 1),
        "swap": domain[:place] + pair[::-1] + domain[place + 2 :],
    }
    is_possible = typo != "swap" or (pair[0] != pair[1] and "." not in pair)
    if typo in typos and is_possible:
        return WrittenMail(f"{local}@{typos[typo]}", mail)
    if len(local) > 4:
        mistyped = f"{local[:2]}{local[3:]}@{domain}"
        return WrittenMail(mistyped, f"?{mistyped}", is_certain=False)
    return None


class WrittenAddress(NamedTuple):
    """Postal code, prefecture (none where it stands in the address) and address."""

    postal_code: str
    prefecture: str | None
    address: str


def write_address(rng: Random, site: Site, medium: Medium) -> WrittenAddress:
    """An address with or without prefecture, building, floor, and a postal code."""
    if rng.random() < 0.5:
        address = f"{site.town}{site.chome}-{site.banchi}-{site.go}"
    else:
        address = f"{site.town}{site.chome}丁目{site.banchi}番{site.go}号"
    if site.building and rng.random() < 0.8:
        blank = rng.choice(["", " ", "\u3000"])
        floor = rng.choice([f"{site.floor}F", f"{site.floor}階", f" {site.floor}F"])
        address += blank + site.building + floor
    if rng.random() < 0.15:
        address = full_width(address)
    postal_code = _postal_code(rng, site.postal_code, medium)
    prefecture = _prefecture(rng, site)
    if rng.random() < 0.5:
        return WrittenAddress(postal_code, prefecture, address)
    repeats = rng.random() < 0.5
    return WrittenAddress(postal_code, prefecture if repeats else None, site.prefecture + address)


def _postal_code(rng: Random, code: str, medium: Medium) -> str:
    plain = code.replace("-", "")
    written = rng.choice([code, code, code, plain, f"〒{code}", full_width(code)])
    if medium is Medium.CARD_FILE and written.startswith("0") and rng.random() < 0.4:
        return written.replace("-", "").lstrip("0")  # a spreadsheet took it for a number
    return written


def _prefecture(rng: Random, site: Site) -> str:
    if rng.random() < 0.93:
        return site.prefecture
    if rng.random() < 0.7:  # 東京 for 東京都; but nobody says 北海
        return site.prefecture if site.prefecture == "北海道" else site.prefecture[:-1]
    return site.prefecture_english


def write_website(rng: Random, domain: str) -> str:
    """A page of a domain."""
    return rng.choice(
        [
            f"https://www.{domain}/",
            f"https://{domain}",
            f"http://www.{domain}/index.html",
            f"www.{domain}",
            domain,
            f"HTTP://WWW.{domain.upper()}",
            f"https://www.{domain}/company/?utm_source=x",
        ]
    )
