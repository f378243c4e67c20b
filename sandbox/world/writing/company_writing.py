"""The ways people write a company's name.

Belongs here: variants of one true company name. Must not: change which company is meant.
"""

from __future__ import annotations

import random

from sandbox.world.streams import chance, weighted
from sandbox.world.truth.companies import Company

_ABBREVIATIONS = {
    "株式会社": ("(株)", "（株）", "㈱"),
    "有限会社": ("(有)", "（有）", "㈲"),
    "合同会社": ("(同)", "（同）"),
    "医療法人": ("(医)", "（医）"),
    "学校法人": ("(学)",),
}
_STYLES = {
    "registered": 52.0,
    "abbreviated": 20.0,
    "bare": 10.0,
    "spaced": 6.0,
    "branch": 5.0,
    "department": 2.0,
    "english": 2.5,
    "wide": 2.5,
}


def write_company(rng: random.Random, company: Company, department: str, dirt: float) -> str:
    """Write a company's name as somebody in a hurry does.

    Args:
        rng: the record's stream.
        company: the company meant.
        department: the writer's department, sometimes stuck to the name.
        dirt: chance that the name is not written as registered.
    """
    if not chance(rng, dirt):
        return company.name
    style = weighted(rng, _STYLES)
    if style == "abbreviated":
        return _abbreviated(rng, company)
    if style == "bare":
        return company.core
    if style == "spaced":
        space = rng.choice((" ", "　"))
        return company.name.replace(company.core, f"{space}{company.core}{space}").strip(" 　")
    if style == "branch" and company.branches:
        return f"{company.name}{rng.choice(('', ' ', '　'))}{rng.choice(company.branches)}"
    if style == "department" and department:
        return f"{company.name} {department}"
    if style == "english":
        return f"{company.english} {rng.choice(('Co., Ltd.', 'Inc.', 'K.K.', 'Corporation'))}"
    if style == "wide":
        return to_wide(company.name)
    return company.name


def _abbreviated(rng: random.Random, company: Company) -> str:
    forms = _ABBREVIATIONS.get(company.legal_form)
    if not forms:
        return company.name
    short = rng.choice(forms)
    return short + company.core if company.form_first else company.core + short


def to_wide(text: str) -> str:
    """Write printable ASCII in full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
