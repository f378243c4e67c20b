"""All companies of the corpus: the hard cases first, then as many plain ones as are missing.

Belongs here: groups, companies of one name, renamed and absorbed ones. Must not: people.
"""

from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from typing import NamedTuple

from tests.benchmarks.independent_corpus.companies import Company, CompanyFounder
from tests.benchmarks.independent_corpus.company_names import CompanyName
from tests.benchmarks.independent_corpus.word_lists import PREFECTURES

_COMPANIES_PER_PERSON = 0.36
_INSTITUTION_SHARE = 0.09
_FIRST_AND_LAST_YEAR_OF_CHANGE = (2019, 2024)


class _GroupMember(NamedTuple):
    ending: str
    reading: str
    english: str
    slug: str


_GROUP_HEADS = [
    _GroupMember("ホールディングス", "ホールディングス", " Holdings", "-hd"),
    _GroupMember("", "", "", ""),
]
_SUBSIDIARIES = [
    _GroupMember("販売", "ハンバイ", " Sales", "-sales"),
    _GroupMember("システムズ", "システムズ", " Systems", "-sys"),
    _GroupMember("ロジスティクス", "ロジスティクス", " Logistics", "-logi"),
    _GroupMember("エンジニアリング", "エンジニアリング", " Engineering", "-eng"),
    _GroupMember("ファシリティーズ", "ファシリティーズ", " Facilities", "-fc"),
]


class Absorption(NamedTuple):
    """A company that became part of another one, with all its people."""

    absorbed: Company
    absorbing: Company
    happened_at: datetime


class Renaming(NamedTuple):
    """A company that has another name since some day."""

    company: Company
    happened_at: datetime


class _Weighted:
    """Companies to draw from by size."""

    def __init__(self, companies: list[Company]) -> None:
        self._companies = companies
        self._cumulated = list(accumulate(company.weight for company in companies))

    def draw(self, rng: Random) -> Company:
        return rng.choices(self._companies, cum_weights=self._cumulated)[0]


class CompanyPopulation:
    """All companies, and the circles that hard cases are drawn from.

    Attributes:
        groups: Companies of one name stem, half of the groups on one domain.
        same_named: Pairs of one name in two prefectures.
        renamings: Companies that have another name since some day.
        absorptions: Companies that became part of another one.
        big: Large ordinary companies, where namesakes can meet.
        small: Small ones, where everybody answers one telephone.
        with_domain: Ordinary ones of middling size with a domain.
    """

    def __init__(self, founder: CompanyFounder, people: int) -> None:
        self.founder = founder
        self.rng = founder.rng
        count = int(people * _COMPANIES_PER_PERSON)
        self.groups = self._found_groups(max(2, int(count * 0.006)))
        self.same_named = [self._found_namesakes() for _ in range(max(2, int(count * 0.008)))]
        self.renamings = [self._found_renamed() for _ in range(max(3, int(count * 0.014)))]
        self.absorptions = [self._found_absorption() for _ in range(max(1, int(count * 0.004)))]
        while len(founder.companies) < count:
            if self.rng.random() < _INSTITUTION_SHARE:
                founder.found_institution()
            else:
                founder.found()
        self._gather_circles(count)

    def any(self) -> Company:
        """Any company, larger ones more often."""
        return self._all.draw(self.rng)

    def any_steady(self) -> Company:
        """Any company that was never renamed, larger ones more often."""
        return self._steady.draw(self.rng)

    def _gather_circles(self, count: int) -> None:
        # family firms are founded later, for their people only
        companies = list(self.founder.companies)
        self._all = _Weighted(companies)
        self._steady = _Weighted([c for c in companies if not c.former_name])
        ordinary = [c for c in companies if not c.shared_name]
        independent = [c for c in ordinary if c.domain and not c.former_name and c.group is None]
        by_size = sorted((c for c in independent if not c.is_institution), key=lambda c: -c.weight)
        self.big = by_size[: max(6, count // 25)]
        self.small = [c for c in ordinary if c.weight < 2.2 and not c.is_institution]
        self.with_domain = [c for c in independent if 1.3 < c.weight < 40]

    def _found_groups(self, count: int) -> list[list[Company]]:
        return [self._found_group(number) for number in range(count)]

    def _found_group(self, number: int) -> list[Company]:
        rng, names = self.rng, self.founder.names
        stem = names.draw()
        is_sharing = rng.random() < 0.5
        domain = names.domain(stem.slug)
        subsidiary_count = rng.randint(1, 4)
        members = [*_GROUP_HEADS, *rng.sample(_SUBSIDIARIES, subsidiary_count)]
        group = []
        for member in members:
            written = stem.written + member.ending
            is_subsidiary = member not in _GROUP_HEADS
            if is_subsidiary and names.is_written(written):
                continue
            name = CompanyName(
                written,
                stem.reading + member.reading,
                stem.english + member.english,
                stem.slug + member.slug,
            )
            names.take(name.written, name.reading)
            form = "株式会社<" if rng.random() < 0.7 else "<株式会社"
            weight = 3 + rng.random() * 8
            company = self.founder.found(
                name, form, domain=domain if is_sharing else None, weight=weight
            )
            company.group, company.short_name = number, None
            group.append(company)
        return group

    def _found_namesakes(self) -> tuple[Company, Company]:
        rng = self.rng
        name = self.founder.names.draw()
        form = rng.choice(["株式会社<", "<株式会社", "有限会社<"])
        prefectures = rng.sample([prefecture.name for prefecture in PREFECTURES], 2)
        first, second = (
            self.founder.found(name, form, prefecture, weight=2 + rng.random() * 4)
            for prefecture in prefectures
        )
        for company in (first, second):
            company.shared_name = name.written
            # nothing but place, telephone and domain may tell the two apart
            company.second_domain = company.mail_subdomain = company.short_name = None
            company.branches = []
        return first, second

    def _found_renamed(self) -> Renaming:
        rng = self.rng
        company = self.founder.found(weight=3 + rng.random() * 9)
        company.former_name, company.former_domain = company.name, company.domain
        company.name = self.founder.names.draw()
        company.second_domain = company.mail_subdomain = company.short_name = None
        if rng.random() < 0.85:
            company.domain = self.founder.names.domain(company.name.slug)
        year, month = rng.randint(*_FIRST_AND_LAST_YEAR_OF_CHANGE), rng.choice([4, 10, 1, 7])
        company.renamed_at = datetime(year, month, 1, tzinfo=UTC)
        return Renaming(company, company.renamed_at)

    def _found_absorption(self) -> Absorption:
        absorbed = self.founder.found(weight=3 + self.rng.random() * 4)
        absorbing = self.founder.found(weight=6 + self.rng.random() * 8)
        year = self.rng.randint(*_FIRST_AND_LAST_YEAR_OF_CHANGE)
        return Absorption(absorbed, absorbing, datetime(year, 4, 1, tzinfo=UTC))
