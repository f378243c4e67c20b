"""Fills the world: companies, their ordinary staff, and the planted hard cases.

Belongs here: how many of what. Must not: define what a hard case is (that is `hard_cases`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.world.schema import read_data
from sandbox.world.streams import Streams, weighted
from sandbox.world.timing import WEEKS
from sandbox.world.truth.companies import Company, CompanyRegister
from sandbox.world.truth.hard_cases import HARD_CASES, Planting
from sandbox.world.truth.mails import MailBook
from sandbox.world.truth.names import draw_name
from sandbox.world.truth.people import PeopleRegister, Person
from sandbox.world.truth.phones import PhoneBook

_STAFF_SEEN = {1: 30.0, 2: 24.0, 3: 16.0, 4: 11.0, 5: 8.0, 7: 6.0, 10: 3.5, 16: 1.5}
_CUSTOMER_SHARE = 0.045
_STUDENT_SHARE = 0.015


@dataclass
class Population:
    """Everybody and every company."""

    people: dict[str, Person]
    companies: dict[str, Company]


def populate(people: int, streams: Streams, now: datetime) -> Population:
    """Create about `people` persons: hard cases first, then ordinary staff up to the number."""
    phones, mails = PhoneBook(), MailBook()
    companies = CompanyRegister(streams, phones)
    register = PeopleRegister(phones, mails)
    start = now - timedelta(weeks=WEEKS)
    for name, (share, plant) in HARD_CASES.items():
        planned = max(1, round(people * share))
        before = len(register.people)
        round_number = 0
        while len(register.people) - before < planned:
            rng = streams.of("hard", name, round_number)
            plant(Planting(rng, register, companies, mails, start, now))
            round_number += 1
    _staff_competitors(register, companies, streams, people)
    _enrol_students(register, companies, streams, round(people * _STUDENT_SHARE))
    _staff_ordinary(register, companies, streams, people)
    return Population(register.people, companies.companies)


def _staff_competitors(
    register: PeopleRegister, companies: CompanyRegister, streams: Streams, people: int
) -> None:
    """Let a few people of the competitors look around, as they do."""
    for row in read_data("competitors.csv"):
        company = companies.found_competitor(row)
        rng = streams.of("competitor-staff", row["domain"])
        for _ in range(max(1, round(people * 0.003))):
            register.add(rng, draw_name(rng), company)


def _enrol_students(
    register: PeopleRegister, companies: CompanyRegister, streams: Streams, count: int
) -> None:
    """Let students fill in forms: their title gives them away."""
    university = companies.found(employees=(300, 900), industry="教育")
    university.core = f"{university.core_romaji.split('-')[0].title()}大学"
    university.legal_form, university.kind = "", "university"
    for number in range(max(count, 2)):
        rng = streams.of("student", number)
        person = register.add(rng, draw_name(rng), university)
        person.traits.add("student")


def _staff_ordinary(
    register: PeopleRegister, companies: CompanyRegister, streams: Streams, people: int
) -> None:
    round_number = 0
    while len(register.people) < people:
        rng = streams.of("staff", round_number)
        round_number += 1
        company = companies.found()
        company.is_customer = rng.random() < _CUSTOMER_SHARE
        least = 3 if company.is_customer else 1
        wanted = max(least, weighted(rng, _STAFF_SEEN))
        _hire(register, rng, company, min(wanted, people - len(register.people)))


def _hire(register: PeopleRegister, rng: random.Random, company: Company, count: int) -> None:
    """Add staff whose names differ from each other: equal ones are planted on purpose only."""
    taken: set[str] = set()
    for _ in range(count):
        name = draw_name(rng)
        while name.full in taken:
            name = draw_name(rng)
        taken.add(name.full)
        register.add(rng, name, company)
