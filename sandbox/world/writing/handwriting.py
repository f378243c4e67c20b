"""One source record's view of a person: what is given at all, and how it is written.

Belongs here: the habits of each kind of source. Must not: know vendor field names.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from sandbox.world.journeys.plan import Appearance
from sandbox.world.streams import chance
from sandbox.world.truth.companies import Company
from sandbox.world.truth.people import Job, Person
from sandbox.world.truth.places import Address
from sandbox.world.writing.company_writing import write_company
from sandbox.world.writing.contact_writing import write_mail, write_office_phone, write_phone
from sandbox.world.writing.name_writing import NameHabits, WrittenName, write_name

_NO_COMPANY = ("[not provided]", "個人", "不明", "なし", "")


@dataclass(frozen=True)
class Habits:
    """How complete and how careful one kind of source is."""

    names: NameHabits
    email: float
    phone: float
    mobile: float
    company: float
    company_dirt: float
    department: float
    title: float
    address: float
    private_email: float = 0.0
    role_mailbox: float = 0.0
    typed: bool = True
    checks_mail: bool = True
    is_spreadsheet: bool = False


HABITS = {
    "salesforce_lead": Habits(
        NameHabits(romaji=0.02, one_field=0.04, swapped=0.008, honorific=0.01, spaced=0.02),
        email=0.85, phone=0.70, mobile=0.30, company=1.0, company_dirt=0.40, department=0.0,
        title=0.72, address=0.45, private_email=0.02, role_mailbox=0.015,
    ),
    "salesforce_contact": Habits(
        NameHabits(romaji=0.005, swapped=0.004, spaced=0.01),
        email=0.94, phone=0.82, mobile=0.45, company=1.0, company_dirt=0.0, department=0.6,
        title=0.82, address=0.40, private_email=0.01,
    ),
    "hubspot": Habits(
        NameHabits(romaji=0.05, kana=0.025, one_field=0.04, swapped=0.015, spaced=0.01),
        email=0.97, phone=0.48, mobile=0.16, company=0.88, company_dirt=0.45, department=0.2,
        title=0.55, address=0.10, private_email=0.07, role_mailbox=0.015,
    ),
    "marketo": Habits(
        NameHabits(romaji=0.04, kana=0.02, one_field=0.02, swapped=0.01, spaced=0.01),
        email=0.97, phone=0.45, mobile=0.18, company=0.92, company_dirt=0.40, department=0.3,
        title=0.60, address=0.12, private_email=0.05, role_mailbox=0.01,
    ),
    "typeform": Habits(
        NameHabits(romaji=0.04, kana=0.03, one_field=0.02, swapped=0.01, spaced=0.02),
        email=0.98, phone=0.55, mobile=0.30, company=0.94, company_dirt=0.45, department=0.5,
        title=0.55, address=0.0, private_email=0.08, role_mailbox=0.015,
    ),
    "sansan": Habits(
        NameHabits(misread=0.02, reading=0.80),
        email=0.89, phone=0.93, mobile=0.55, company=1.0, company_dirt=0.08, department=0.92,
        title=0.95, address=0.95, typed=False, checks_mail=False,
    ),
    "card_file": Habits(
        NameHabits(romaji=0.015, misread=0.03, honorific=0.03, spaced=0.06, reading=0.3),
        email=0.73, phone=0.75, mobile=0.45, company=1.0, company_dirt=0.45, department=0.75,
        title=0.85, address=0.6, checks_mail=False, is_spreadsheet=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class WrittenPerson:
    """What one record says about a person; empty strings where it says nothing."""

    name: WrittenName
    email: str
    phone: str
    mobile: str
    company: str
    department: str
    title: str
    address: Address | None
    job: Job = field(repr=False)

    @property
    def names_company(self) -> Company | None:
        """Return the true company, if the record says anything that leads to it."""
        domain = self.email.lower().partition("@")[2]
        at_company = domain in {self.job.company.domain, self.job.company.former_domain}
        if self.company and self.company not in _NO_COMPANY:
            return self.job.company
        return self.job.company if domain and at_company else None


def write_person(rng: random.Random, appearance: Appearance) -> WrittenPerson:
    """Write a person down as the record of this appearance does."""
    person, habits = appearance.person, HABITS[appearance.system]
    job = person.job_at(appearance.at)
    name = write_name(
        rng,
        person.name_at(appearance.at),
        habits.names,
        misconverted="misconverted" in person.traits,
    )
    office = _office_phone(rng, person, job, habits)
    return WrittenPerson(
        name=name,
        email=_email(rng, person, job, habits),
        phone=office,
        mobile=_mobile(rng, person, habits),
        company=_company(rng, person, job, habits),
        department=job.department if chance(rng, habits.department) else "",
        title=_title(rng, person, job, habits),
        address=job.company.address if chance(rng, habits.address) else None,
        job=job,
    )


def _email(rng: random.Random, person: Person, job: Job, habits: Habits) -> str:
    if not chance(rng, habits.email):
        return ""
    address = job.email or ""
    private = 0.35 if person.kind == "job_change" else habits.private_email
    if person.uses_private_email or (habits.private_email and chance(rng, private)):
        address = person.private_email
    elif person.borrowed_email and chance(rng, 0.5):
        address = person.borrowed_email
    elif chance(rng, habits.role_mailbox):
        address = f"info@{job.company.domain}"
    return write_mail(rng, address, typed=habits.typed, checked=habits.checks_mail)


def _office_phone(rng: random.Random, person: Person, job: Job, habits: Habits) -> str:
    if person.uses_private_email or not chance(rng, habits.phone):
        return ""
    if "only_switchboard" in person.traits or job.direct_phone is None or chance(rng, 0.3):
        return write_office_phone(rng, job.company.switchboard, is_switchboard=True)
    return write_office_phone(rng, job.direct_phone, is_switchboard=False)


def _mobile(rng: random.Random, person: Person, habits: Habits) -> str:
    gives = habits.mobile * (0.25 if "only_switchboard" in person.traits else 1.0)
    if not chance(rng, gives):
        return ""
    return write_phone(rng, person.mobile, excel=habits.is_spreadsheet)


def _company(rng: random.Random, person: Person, job: Job, habits: Habits) -> str:
    if person.uses_private_email:
        return rng.choice(_NO_COMPANY)
    if not chance(rng, habits.company):
        return ""
    return write_company(rng, job.company, job.department, habits.company_dirt)


def _title(rng: random.Random, person: Person, job: Job, habits: Habits) -> str:
    if "student" in person.traits:
        return "大学院生" if person.key[-1] in "05" else "学生"
    if person.uses_private_email:
        return ""
    return job.title if chance(rng, habits.title) else ""
