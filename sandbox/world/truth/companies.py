"""Invented companies, with the families of companies that are easily confused.

Belongs here: true companies. Must not: write their names badly (that is `writing`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from functools import cache

from sandbox.world.identifiers import corporate_number
from sandbox.world.schema import read_data
from sandbox.world.streams import Streams, chance, weighted
from sandbox.world.truth.phones import PhoneBook
from sandbox.world.truth.places import Address, draw_address

# 99 is no registry office: such a number has a right check digit and belongs to nobody
_NO_REGISTRY = "99"
_INDUSTRY_WEIGHTS = {
    "製造": 28, "IT": 24, "医療": 12, "金融": 6, "小売": 8, "建設": 7, "教育": 4, "物流": 5,
    "その他": 6,
}  # fmt: skip
_SIZES = {(8, 30): 28.0, (31, 99): 26.0, (100, 299): 22.0, (300, 999): 15.0, (1000, 5200): 9.0}


@dataclass
class Company:
    """A company as it really is."""

    key: str
    core: str
    core_romaji: str
    english: str
    legal_form: str
    form_first: bool
    domain: str
    industry: str
    employees: int
    revenue_jpy: int
    corporate_number: str
    address: Address
    switchboard: str
    kind: str = "plain"
    former_domain: str | None = None
    group: str | None = None
    branches: tuple[str, ...] = ()
    is_competitor: bool = False
    is_customer: bool = False
    staff: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the registered name."""
        if not self.legal_form:
            return self.core
        return self.legal_form + self.core if self.form_first else self.core + self.legal_form


@cache
def _stems() -> tuple[tuple[str, str], ...]:
    return tuple((r["kanji"], r["romaji"]) for r in read_data("company_stems.csv"))


@cache
def _trades() -> dict[str, tuple[dict[str, str], ...]]:
    rows = list(read_data("company_trades.csv"))
    return {i: tuple(r for r in rows if r["industry"] == i) for i in _INDUSTRY_WEIGHTS}


def _legal_form(rng: random.Random, trade: str) -> str:
    if trade in {"病院", "クリニック"}:
        return "医療法人"
    if trade == "学園":
        return "学校法人"
    if trade == "信用金庫":
        return ""
    return weighted(rng, {"株式会社": 86, "有限会社": 9, "合同会社": 5})


class CompanyRegister:
    """Founds companies whose names, domains and numbers never meet by accident."""

    def __init__(self, streams: Streams, phones: PhoneBook) -> None:
        self._streams = streams
        self._phones = phones
        self._taken: set[str] = set()
        self.companies: dict[str, Company] = {}

    def found(self, employees: tuple[int, int] | None = None, industry: str = "") -> Company:
        """Found a company with a new name and domain."""
        number = len(self.companies)
        rng = self._streams.of("company", number)
        trade = rng.choice(_trades()[industry or weighted(rng, _INDUSTRY_WEIGHTS)])
        core, romaji, english = self._free_name(rng, trade)
        low, high = employees or weighted(rng, _SIZES)
        staff_count = rng.randint(low, high)
        address = draw_address(rng)
        form = _legal_form(rng, trade["kanji"])
        company = Company(
            key=f"C{number:06d}",
            core=core,
            core_romaji=romaji,
            english=english,
            legal_form=form,
            form_first=form.endswith("法人") or chance(rng, 0.55),
            domain=f"{romaji}.test",
            industry=trade["industry"],
            employees=staff_count,
            revenue_jpy=staff_count * rng.randint(8, 40) * 1_000_000,
            corporate_number=self._number(number),
            address=address,
            switchboard=self._phones.landline(address.place.area_code),
            branches=_branches(rng, staff_count),
        )
        return self._enter(company)

    def found_competitor(self, row: dict[str, str]) -> Company:
        """Found one of the fixed competitors of data/competitors.csv."""
        company = self.found(employees=(80, 600), industry="IT")
        address = draw_address(
            self._streams.of("competitor", row["domain"]), only_in=row["prefecture"]
        )
        form_first = row["name"].startswith("株式会社")
        company.core = row["name"].replace("株式会社", "")
        company.core_romaji = row["domain"].removesuffix(".test")
        company.english = company.core_romaji.replace("-", " ").title()
        company.legal_form, company.form_first = "株式会社", form_first
        company.domain, company.address = row["domain"], address
        company.switchboard = self._phones.landline(address.place.area_code)
        company.is_competitor, company.kind = True, "competitor"
        return company

    def namesake(self, original: Company) -> Company:
        """Found another company of the same name in another prefecture."""
        number = len(self.companies)
        rng = self._streams.of("company", number)
        address = draw_address(rng, not_in=original.address.place.prefecture)
        area = address.place.area_code
        return self._enter(
            replace(
                original,
                key=f"C{number:06d}",
                domain=self._free_domain(f"{original.core_romaji}-{_region(address)}"),
                employees=rng.randint(10, 200),
                revenue_jpy=rng.randint(100, 4000) * 1_000_000,
                corporate_number=self._number(number),
                address=address,
                switchboard=self._phones.landline(area),
                branches=(),
                staff=[],
            )
        )

    def subsidiary(self, parent: Company, suffix: str, romaji: str, english: str) -> Company:
        """Found a group company: own number and name, sometimes the parent's phone or domain."""
        number = len(self.companies)
        rng = self._streams.of("company", number)
        stem = parent.core_romaji.split("-")[0]
        shares_domain = chance(rng, 0.35)
        free = self._free_domain(f"{stem}-{romaji}")
        return self._enter(
            replace(
                parent,
                key=f"C{number:06d}",
                core=parent.core + suffix,
                core_romaji=f"{parent.core_romaji}-{romaji}",
                english=f"{parent.english} {english}",
                domain=parent.domain if shares_domain else free,
                employees=rng.randint(20, 400),
                revenue_jpy=rng.randint(200, 9000) * 1_000_000,
                corporate_number=self._number(number),
                switchboard=parent.switchboard
                if chance(rng, 0.4)
                else self._phones.landline(parent.address.place.area_code),
                branches=(),
                staff=[],
            )
        )

    def _enter(self, company: Company) -> Company:
        self.companies[company.key] = company
        return company

    def _number(self, number: int) -> str:
        return corporate_number(f"{_NO_REGISTRY}{number * 7_001 % 10**10:010d}")

    def _free_domain(self, stem: str) -> str:
        domain, count = f"{stem}.test", 2
        while domain in self._taken:
            domain, count = f"{stem}{count}.test", count + 1
        self._taken.add(domain)
        return domain

    def _free_name(self, rng: random.Random, trade: dict[str, str]) -> tuple[str, str, str]:
        """Draw name, Latin spelling and English name; two stems once single ones run out."""
        stems = [rng.choice(_stems())]
        while True:
            core = "".join(kanji for kanji, _ in stems) + trade["kanji"]
            romaji = "-".join([*(latin for _, latin in stems), trade["romaji"]])
            if f"{romaji}.test" not in self._taken:
                self._taken.add(f"{romaji}.test")
                english = " ".join([*(latin.title() for _, latin in stems), trade["english"]])
                return core, romaji, english
            stems = [rng.choice(_stems()) for _ in range(min(len(stems) + 1, 3))]


def _branches(rng: random.Random, employees: int) -> tuple[str, ...]:
    names = ("東京本社", "大阪支店", "名古屋営業所", "福岡支店", "仙台営業所", "札幌支店")
    if employees < 100:
        return ()
    return tuple(rng.sample(names, min(1 + employees // 400, 4)))


def _region(address: Address) -> str:
    """Return a Latin tag of a prefecture for the domain of a namesake."""
    return f"r{address.place.area_code.lstrip('0')}"
