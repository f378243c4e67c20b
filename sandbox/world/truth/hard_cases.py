"""The planted situations in which matching people or companies goes wrong in real life.

Belongs here: one short function per situation. Must not: write records.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sandbox.world.streams import chance
from sandbox.world.truth.companies import Company, CompanyRegister
from sandbox.world.truth.mails import ROLE_LOCALS, MailBook
from sandbox.world.truth.names import (
    PersonName,
    draw_name,
    has_homophone,
    has_near_kanji,
    one_kanji_apart,
    same_reading,
    with_given,
)
from sandbox.world.truth.people import PeopleRegister, Person


@dataclass(frozen=True)
class Planting:
    """What a planting function works with."""

    rng: random.Random
    people: PeopleRegister
    companies: CompanyRegister
    mails: MailBook
    start: datetime
    now: datetime

    def add(self, name: PersonName, company: Company, kind: str) -> Person:
        """Bring a person of a hard case into the world."""
        return self.people.add(self.rng, name, company, kind)

    def turning_point(self) -> datetime:
        """Return a moment in the middle of the window, so that there is a before and an after."""
        days = (self.now - self.start).days
        return self.start + timedelta(days=self.rng.randint(days // 3, 2 * days // 3))


def _same_name_same_company(p: Planting) -> None:
    company, name = p.companies.found(employees=(300, 5000)), draw_name(p.rng)
    for _ in range(2):
        p.add(name, company, "same_name_same_company")


def _same_name_elsewhere(p: Planting) -> None:
    name = draw_name(p.rng)
    for _ in range(2):
        p.add(name, p.companies.found(), "same_name_elsewhere")


def _family_firm(p: Planting) -> None:
    company, name = p.companies.found(employees=(8, 30)), draw_name(p.rng)
    taken: set[str] = set()
    for _ in range(3):
        while name.given in taken:
            name = with_given(p.rng, name)
        taken.add(name.given)
        p.add(name, company, "family_firm").traits.add("only_switchboard")


def _twins(p: Planting) -> None:
    company, name = p.companies.found(employees=(8, 60)), _drawn(p.rng, has_near_kanji)
    for each in (name, one_kanji_apart(p.rng, name)):
        p.add(each, company, "twins").traits.add("only_switchboard")


def _one_kanji_apart(p: Planting) -> None:
    company, name = p.companies.found(), _drawn(p.rng, has_near_kanji)
    for each in (name, one_kanji_apart(p.rng, name)):
        p.add(each, company, "one_kanji_apart")


def _same_reading(p: Planting) -> None:
    company, name = p.companies.found(), _drawn(p.rng, has_homophone)
    for each in (name, same_reading(p.rng, name)):
        p.add(each, company, "same_reading")


def _same_named_companies(p: Planting) -> None:
    first = p.companies.found()
    second = p.companies.namesake(first)
    first.kind = second.kind = "same_named_companies"
    name = draw_name(p.rng)
    p.add(name, first, "same_named_companies")
    other = name if chance(p.rng, 0.25) else draw_name(p.rng)
    p.add(other, second, "same_named_companies")


def _group_company(p: Planting) -> None:
    parent = p.companies.found(employees=(300, 3000))
    parent.group = parent.key
    members = [
        parent,
        p.companies.subsidiary(parent, "サービス", "service", "Service"),
        p.companies.subsidiary(parent, "販売", "hanbai", "Sales"),
    ]
    for company in members:
        company.kind = "group_company"
        p.add(draw_name(p.rng), company, "group_company")


def _shared_phone(p: Planting) -> None:
    company = p.companies.found(employees=(30, 300))
    for _ in range(4):
        p.add(draw_name(p.rng), company, "shared_phone").traits.add("only_switchboard")


def _shared_mailbox(p: Planting) -> None:
    company = p.companies.found(employees=(8, 99))
    mailbox = p.mails.take(f"{p.rng.choice(ROLE_LOCALS)}@{company.domain}")
    for _ in range(p.rng.randint(2, 3)):
        p.add(draw_name(p.rng), company, "shared_mailbox").borrowed_email = mailbox


def _handed_on_address(p: Planting) -> None:
    company, moment = p.companies.found(employees=(30, 999)), p.turning_point()
    post = p.mails.take(
        f"{p.rng.choice(('kachou', 'tantou', 'jimu', 'shitencho'))}@{company.domain}"
    )
    first, second = (p.add(draw_name(p.rng), company, "handed_on_address") for _ in range(2))
    first.jobs[0] = replace(first.jobs[0], email=post)
    second.jobs[0] = replace(second.jobs[0], email=post)
    first.seen_until, second.seen_from = moment, moment + timedelta(days=5)


def _proxy_address(p: Planting) -> None:
    company = p.companies.found(employees=(50, 999))
    boss, secretary = (p.add(draw_name(p.rng), company, "proxy_address") for _ in range(2))
    boss.jobs[0] = replace(boss.jobs[0], title="代表取締役社長", title_rank=5, department="")
    secretary.jobs[0] = replace(secretary.jobs[0], title="秘書", title_rank=0, department="秘書室")
    boss.borrowed_email = secretary.jobs[0].email


def _misconverted_kanji(p: Planting) -> None:
    name = _drawn(p.rng, has_homophone)
    p.add(name, p.companies.found(), "misconverted_kanji").traits.add("misconverted")


def _changed_surname(p: Planting) -> None:
    company, new = p.companies.found(), draw_name(p.rng)
    old = replace(draw_name(p.rng), given=new.given, given_kana=new.given_kana)
    person, moment = p.add(old, company, "changed_surname"), p.turning_point()
    person.former_name, person.name, person.renamed_at = old, new, moment
    if chance(p.rng, 0.5):
        address = p.people.employ(p.rng, new, company).email
        p.people.readdress(person, str(address), moment)


def _changed_domain(p: Planting) -> None:
    company, moment = p.companies.found(employees=(50, 999)), p.turning_point()
    company.kind = "changed_domain"
    company.former_domain = f"{company.core_romaji.replace('-', '')}-old.test"
    for _ in range(3):
        person = p.add(draw_name(p.rng), company, "changed_domain")
        local = str(person.jobs[0].email).partition("@")[0]
        p.people.readdress(person, f"{local}@{company.domain}", moment)


def _job_change(p: Planting) -> None:
    person = p.add(draw_name(p.rng), p.companies.found(), "job_change")
    p.people.move(p.rng, person, p.companies.found(), p.turning_point())


def _drawn(rng: random.Random, fits: Callable[[PersonName], bool]) -> PersonName:
    name = draw_name(rng)
    while not fits(name):
        name = draw_name(rng)
    return name


# class → (share of all people, how one instance is planted)
HARD_CASES: dict[str, tuple[float, Callable[[Planting], None]]] = {
    "same_name_same_company": (0.006, _same_name_same_company),
    "same_name_elsewhere": (0.020, _same_name_elsewhere),
    "family_firm": (0.020, _family_firm),
    "twins": (0.006, _twins),
    "one_kanji_apart": (0.010, _one_kanji_apart),
    "same_reading": (0.010, _same_reading),
    "same_named_companies": (0.012, _same_named_companies),
    "group_company": (0.015, _group_company),
    "shared_phone": (0.020, _shared_phone),
    "shared_mailbox": (0.012, _shared_mailbox),
    "handed_on_address": (0.010, _handed_on_address),
    "proxy_address": (0.008, _proxy_address),
    "misconverted_kanji": (0.010, _misconverted_kanji),
    "changed_surname": (0.010, _changed_surname),
    "changed_domain": (0.012, _changed_domain),
    "job_change": (0.035, _job_change),
}
