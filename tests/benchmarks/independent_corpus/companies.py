"""One company or institution: who it is, where it sits, how its mails look.

Belongs here: founding a single one. Must not: decide which hard cases there are.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Literal, NamedTuple

from tests.benchmarks.independent_corpus.company_names import CompanyName, CompanyNameBook
from tests.benchmarks.independent_corpus.draws import weighted_choice
from tests.benchmarks.independent_corpus.numbers import TOLL_FREE_PREFIX, NumberBook
from tests.benchmarks.independent_corpus.person_names import NameKey
from tests.benchmarks.independent_corpus.places import Site, draw_site
from tests.benchmarks.independent_corpus.word_lists import (
    BRANCH_PREFECTURES,
    COMPANY_STEMS,
    DEPARTMENTS,
)
from tests.benchmarks.independent_corpus.writing_systems import latin_name, romaji

# A legal form with < where the name stands; institutions of the state have none.
LegalForm = str
_LEGAL_FORMS = [
    ("株式会社<", 60), ("<株式会社", 25), ("有限会社<", 5), ("<有限会社", 2), ("合同会社<", 4),
    ("<合同会社", 1), ("一般社団法人<", 1),
]  # fmt: skip
MailStyle = Literal["l-f", "f.l", "l.f", "fl", "l", "i.l", "lf", "num", "f"]
_MAIL_STYLES: list[tuple[MailStyle, float]] = [
    ("l-f", 5), ("f.l", 14), ("l.f", 24), ("fl", 8), ("l", 16), ("i.l", 12), ("lf", 10),
    ("num", 3), ("f", 8),
]  # fmt: skip
_MAIL_SUBDOMAINS = ("sales", "tokyo", "hq", "mail", "osaka", "tech")
_BRANCHES = list(BRANCH_PREFECTURES)
# Sizes are relative: a company of weight 4 has four times the people of one of weight 1.
_WEIGHT_WITH_BRANCHES = 4
_WEIGHT_WITH_SECOND_DOMAIN = 2
_WEIGHT_WITHOUT_DOMAIN = 1.5


class Branch(NamedTuple):
    """A branch with its own address and switchboard."""

    name: str
    site: Site
    phone: str


@dataclass(eq=False)
class Company:
    """A company as it truly is.

    Attributes:
        form: Legal form with < where the name stands.
        domain: Of its mails and website; none for some small ones.
        second_domain: Another domain some of its mails are written on.
        mail_subdomain: Under which a branch sends some of its mails.
        short_name: By which its own people call it.
        former_name: Before the renaming.
        former_domain: Before the renaming; may be the domain of today.
        renamed_at: When it was renamed.
        group: The group of companies it belongs to.
        shared_name: The name that another company in another prefecture also has.
        headcount: People placed in it so far.
        name_keys: What their names look like, so that namesakes meet on purpose only.
    """

    company_id: str
    name: CompanyName
    form: LegalForm
    site: Site
    phone: str
    corporate_number: str
    mail_style: MailStyle
    weight: float
    is_institution: bool = False
    domain: str | None = None
    second_domain: str | None = None
    mail_subdomain: str | None = None
    branches: list[Branch] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    short_name: str | None = None
    former_name: CompanyName | None = None
    former_domain: str | None = None
    renamed_at: datetime | None = None
    group: int | None = None
    shared_name: str | None = None
    headcount: int = 0
    name_keys: set[NameKey] = field(default_factory=set)

    def full_name(self) -> str:
        """The name with its legal form, as the register has it."""
        return self.form.replace("<", self.name.written)


class _InstitutionKind(NamedTuple):
    name_endings: tuple[str, ...]
    forms: tuple[LegalForm, ...]
    slug_ending: str
    english: str
    employer: str


_INSTITUTIONS = {
    "hospital": _InstitutionKind(
        ("総合病院", "中央病院", "記念病院"), ("<",), "-hp", "Hospital", "hospital"
    ),
    "clinic": _InstitutionKind(
        ("会", "クリニック"), ("医療法人<",), "-clinic", "Clinic", "hospital"
    ),
    "university": _InstitutionKind(
        ("大学", "工科大学", "医科大学"),
        ("<", "国立大学法人<", "学校法人<"),
        "-u",
        "University",
        "university",
    ),
    "town": _InstitutionKind(("市役所", "市", "町役場"), ("<",), "-city", "City", "town"),
    "non-profit": _InstitutionKind(
        ("ネットワーク",), ("特定非営利活動法人<", "NPO法人<"), "-npo", "Association", "town"
    ),
    "association": _InstitutionKind(
        ("産業振興協会", "観光協会", "商工会"),
        ("一般社団法人<",),
        "-kyokai",
        "Association",
        "town",
    ),
    "school": _InstitutionKind(("学園",), ("学校法人<",), "-gakuen", "Association", "university"),
}
_INSTITUTION_DRAWS = ("hospital", *_INSTITUTIONS)  # hospitals are twice as frequent


def _one_of(rng: Random, options: tuple[str, ...]) -> str:
    return rng.choice(options) if len(options) > 1 else options[0]


class CompanyFounder:
    """Founds companies and keeps the list of all."""

    def __init__(
        self, rng: Random, people: int, names: CompanyNameBook, numbers: NumberBook
    ) -> None:
        self.rng = rng
        self.names = names
        self.companies: list[Company] = []
        self._numbers = numbers
        # one giant must not swallow the corpus
        self._highest_weight = people * 0.012 + 4

    def found(
        self,
        name: CompanyName | None = None,
        form: LegalForm | None = None,
        prefecture: str | None = None,
        domain: str | None = None,
        weight: float | None = None,
    ) -> Company:
        """A new company; what is not given is drawn.

        Args:
            name: One that the name book has given out or taken.
            form: Legal form.
            prefecture: Where it sits.
            domain: One that it shares with others; a domain of its own is drawn otherwise.
            weight: Relative size.
        """
        rng, numbers = self.rng, self._numbers
        name = name or self.names.draw()
        form = form or weighted_choice(rng, _LEGAL_FORMS)
        site = draw_site(rng, prefecture)
        company = Company(
            f"C{len(self.companies):05d}",
            name,
            "<" if name.written.endswith("信用金庫") else form,  # the word is a legal form itself
            site,
            numbers.landline(TOLL_FREE_PREFIX if rng.random() < 0.02 else site.area_code),
            numbers.corporate_number(),
            weighted_choice(rng, _MAIL_STYLES),
            weight or min(rng.paretovariate(1.05), self._highest_weight),
        )
        self._settle(company, domain)
        self.companies.append(company)
        return company

    def found_institution(self) -> Company:
        """A hospital, school, town hall or association; a company where the name is taken."""
        rng = self.rng
        place = rng.choice(COMPANY_STEMS)
        drawn = rng.choice(_INSTITUTION_DRAWS)
        # every kind draws, so that what comes after does not hang on which one it is
        options = {
            key: (_one_of(rng, kind.name_endings), _one_of(rng, kind.forms))
            for key, kind in _INSTITUTIONS.items()
        }
        kind, (ending, form) = _INSTITUTIONS[drawn], options[drawn]
        written = place.written + ending
        if self.names.is_written(written):
            return self.found()
        self.names.take(written)
        slug = romaji(place.reading) + kind.slug_ending
        english = f"{latin_name(place.reading)} {kind.english}"
        company = self.found(CompanyName(written, "", english, slug), form)
        company.is_institution = True
        company.departments, company.branches = DEPARTMENTS[kind.employer], []
        company.domain = company.domain or self.names.domain(slug)
        return company

    def _settle(self, company: Company, shared_domain: str | None) -> None:
        """Give a new company its domains, branches and departments."""
        rng, weight = self.rng, company.weight
        is_large = weight > _WEIGHT_WITH_BRANCHES
        if shared_domain:
            company.domain = shared_domain
        elif not (weight < _WEIGHT_WITHOUT_DOMAIN and rng.random() < 0.2):
            company.domain = self.names.domain(company.name.slug)
        if is_large:
            company.branches = self._open_branches(weight)
            company.mail_subdomain = rng.choice(_MAIL_SUBDOMAINS) if rng.random() < 0.12 else None
        company.departments = rng.sample(DEPARTMENTS["company"], 9 if is_large else 4)
        has_own_domain = bool(company.domain) and not shared_domain
        if has_own_domain and weight > _WEIGHT_WITH_SECOND_DOMAIN and rng.random() < 0.06:
            company.second_domain = self.names.domain(company.name.slug)
        written = company.name.written
        if re.match(r"^[一-龠]{4,}$", written) and rng.random() < 0.2:
            company.short_name = written[0] + written[2]

    def _open_branches(self, weight: float) -> list[Branch]:
        count = min(4, 1 + int(weight / 6))
        branches = []
        for name in self.rng.sample(_BRANCHES, count):
            site = draw_site(self.rng, BRANCH_PREFECTURES[name])
            branches.append(Branch(name, site, self._numbers.landline(site.area_code)))
        return branches
