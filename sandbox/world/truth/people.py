"""The people of the world: who they are, where they work and have worked.

Belongs here: true people and their jobs. Must not: hold records or acts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import accumulate

from sandbox.world.schema import read_data
from sandbox.world.streams import chance
from sandbox.world.truth.companies import Company
from sandbox.world.truth.mails import MailBook
from sandbox.world.truth.names import PersonName
from sandbox.world.truth.phones import PhoneBook


@dataclass(frozen=True)
class Job:
    """One employment: company, place in it, and how to reach the person there."""

    company: Company
    department: str
    title: str
    title_rank: int
    email: str | None
    direct_phone: str | None
    started_at: datetime | None = None


@dataclass
class Person:
    """One real human; `jobs` in order of time, the last one is today's."""

    key: str
    name: PersonName
    jobs: list[Job]
    mobile: str
    private_email: str
    kind: str = "plain"
    former_name: PersonName | None = None
    renamed_at: datetime | None = None
    borrowed_email: str | None = None
    uses_private_email: bool = False
    is_decision_maker: bool = False
    competitor_in_use: str | None = None
    seen_from: datetime | None = None
    seen_until: datetime | None = None
    traits: set[str] = field(default_factory=set)

    def job_at(self, at: datetime) -> Job:
        """Return the employment the person had at a moment."""
        current = self.jobs[0]
        for job in self.jobs[1:]:
            if job.started_at is not None and job.started_at <= at:
                current = job
        return current

    def name_at(self, at: datetime) -> PersonName:
        """Return the name the person used at a moment."""
        if self.former_name and self.renamed_at and at < self.renamed_at:
            return self.former_name
        return self.name


@cache
def _titles(industry: str) -> tuple[list[tuple[str, int]], list[int]]:
    rows = [
        r
        for r in read_data("titles.csv")
        if r["level"] not in {"医療", "製造", "教育"} or r["level"] == industry
    ]
    names = [(r["title"], int(r["rank"])) for r in rows]
    return names, list(accumulate(int(r["weight"]) for r in rows))


@cache
def _departments() -> tuple[list[str], list[int]]:
    rows = list(read_data("departments.csv"))
    return [r["name"] for r in rows], list(accumulate(int(r["weight"]) for r in rows))


class PeopleRegister:
    """Brings people into the world and gives them jobs, addresses and numbers."""

    def __init__(self, phones: PhoneBook, mails: MailBook) -> None:
        self._phones = phones
        self._mails = mails
        self.people: dict[str, Person] = {}

    def employ(self, rng: random.Random, name: PersonName, company: Company) -> Job:
        """Return a new employment of a person of this name."""
        titles, title_weights = _titles(company.industry)
        title, rank = rng.choices(titles, cum_weights=title_weights)[0]
        departments, weights = _departments()
        department = "" if rank >= 5 else rng.choices(departments, cum_weights=weights)[0]
        direct = None
        if company.employees >= 50 and chance(rng, 0.5):
            direct = self._phones.landline(company.address.place.area_code)
        domain = company.former_domain or company.domain
        email = self._mails.company_address(rng, name, domain)
        return Job(company, department, title, rank, email, direct)

    def add(
        self, rng: random.Random, name: PersonName, company: Company, kind: str = "plain"
    ) -> Person:
        """Bring a person into the world, employed by a company."""
        person = Person(
            key=f"P{len(self.people):06d}",
            name=name,
            jobs=[self.employ(rng, name, company)],
            mobile=self._phones.mobile(),
            private_email=self._mails.private_address(rng, name),
            kind=kind,
        )
        self.people[person.key] = person
        company.staff.append(person.key)
        return person

    def move(self, rng: random.Random, person: Person, company: Company, at: datetime) -> None:
        """Let a person change to another company at a moment."""
        job = self.employ(rng, person.name, company)
        person.jobs.append(replace(job, started_at=at))
        company.staff.append(person.key)

    def readdress(self, person: Person, email: str, at: datetime) -> None:
        """Give a person a new address in the same job from a moment on."""
        self._mails.take(email)
        person.jobs.append(replace(person.jobs[-1], email=email, started_at=at))
