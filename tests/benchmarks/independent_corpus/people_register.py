"""Draws people: names, mails and jobs that nobody else has, unless a hard case wants it so.

Belongs here: adding one person. Must not: decide which hard cases there are, or write records.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Final

from tests.benchmarks.independent_corpus.companies import Company
from tests.benchmarks.independent_corpus.draws import weighted_choice
from tests.benchmarks.independent_corpus.numbers import NumberBook
from tests.benchmarks.independent_corpus.people import (
    FIRST_DAY,
    LAST_DAY,
    ORDINARY,
    Job,
    Person,
    Traits,
)
from tests.benchmarks.independent_corpus.person_names import NamePool, PersonName
from tests.benchmarks.independent_corpus.word_lists import KANJI_VARIANTS, TITLES, Word

# The only reserved domain that the project's own table of free-mail domains names.
FREE_MAIL_PROVIDERS = [("freemail.test", 1.0)]
DRAWN: Final = "drawn"  # where a mail or a number may be given, absent (None) or drawn

_FANCY_WORDS = ("sora", "nyan", "maru", "blue", "taku", "hana")
_RECORD_COUNTS = [
    (1, 36), (2, 26), (3, 15), (4, 9), (5, 5), (6, 3.2), (7, 2), (8, 1.4), (9, 0.9), (10, 0.6),
    (11, 0.4), (12, 0.3), (13, 0.2),
]  # fmt: skip
# A hard case needs a second record more often than not, or there is nothing to confuse.
_RECORD_COUNTS_OF_HARD_CASES = [(1, 25), (2, 35), (3, 20), (4, 10), (5, 6), (7, 3), (10, 1)]
_MOST_TRIES_FOR_A_NAME = 60


def _mail_parts(name: PersonName) -> tuple[str, str]:
    family, given = (re.sub(r"\W", "", part.lower()) for part in name.latin)
    return family, given


class PeopleRegister:
    """Draws names, mails and jobs, and keeps the list of all people."""

    def __init__(self, rng: Random, pool: NamePool, numbers: NumberBook) -> None:
        self.rng = rng
        self.pool = pool
        self.numbers = numbers
        self.people: list[Person] = []
        self.mails_given: set[str] = set()

    def name(
        self, gender: str | None = None, family: Word | None = None, given: Word | None = None
    ) -> PersonName:
        """A name; some families write theirs with a variant kanji (髙, 邊, 𠮷)."""
        rng = self.rng
        gender = gender or ("f" if rng.random() < 0.36 else "m")
        family = family or self.pool.surname(rng)
        given = given or self.pool.given(rng, gender)
        name = PersonName(family.written, given.written, family.reading, given.reading)
        variants = [
            (kanji, variant) for kanji in name.family for variant in KANJI_VARIANTS.get(kanji, "")
        ]
        if variants and rng.random() < 0.22:
            name.official_family = name.family.replace(*rng.choice(variants))
        return name

    def new_name(
        self,
        company: Company,
        gender: str | None = None,
        family: Word | None = None,
        given: Word | None = None,
    ) -> PersonName:
        """A name that nobody in the company has, if one is found in some tries."""
        for _ in range(_MOST_TRIES_FOR_A_NAME):
            name = self.name(gender, family, given)
            if not company.name_keys & {name.read_key, name.written_key}:
                return name
        return name

    def private_mail(self, name: PersonName) -> str:
        """A new free-mail address."""
        rng = self.rng
        family, given = _mail_parts(name)
        while True:
            styles = [
                f"{given}.{family}{rng.randrange(100)}",
                f"{family}{given}{rng.randrange(1960, 2003)}",
                f"{given}{rng.randrange(1000)}",
                f"{family}.{given}.{rng.randrange(100)}",
                f"{given[0]}.{family}{rng.randrange(10000)}",
                f"{given}_{family}",
                f"{rng.choice(_FANCY_WORDS)}{rng.randrange(10000)}",
            ]
            mail = f"{rng.choice(styles)}@{weighted_choice(rng, FREE_MAIL_PROVIDERS)}"
            if mail not in self.mails_given:
                self.mails_given.add(mail)
                return mail

    def work_mail(
        self, name: PersonName, company: Company, domain: str | None = None
    ) -> str | None:
        """A new address in the style of the company; none where it has no domain."""
        domain = domain or company.domain
        if not domain:
            return None
        family, given = _mail_parts(name)
        style, number = company.mail_style, 1
        local = self._local_part(style, family, given)
        mail = f"{local}@{domain}"
        while mail in self.mails_given:
            number += 1
            is_told_by_initial = style == "l" and number == 2
            distinct = f"{family}-{given[0]}" if is_told_by_initial else f"{local}{number}"
            mail = f"{distinct}@{domain}"
        self.mails_given.add(mail)
        return mail

    def _local_part(self, style: str, family: str, given: str) -> str:
        if style == "num":
            return f"{self.rng.choice('aeu')}{self.rng.randrange(10**5):05d}"
        return {
            "l-f": f"{family}-{given}",
            "f.l": f"{given}.{family}",
            "l.f": f"{family}.{given}",
            "fl": f"{given[0]}{family}",
            "l": family,
            "i.l": f"{given[0]}.{family}",
            "lf": f"{family}{given[0]}",
            "f": given,
        }[style]

    def job(
        self,
        name: PersonName,
        company: Company,
        *,
        start: datetime = FIRST_DAY,
        end: datetime = LAST_DAY,
        mail: str | None = DRAWN,
        mail_domain: str | None = None,
        department: str | None = None,
        title: str | None = None,
        is_under_former_name: bool = False,
    ) -> Job:
        """A job in a company; what is not given is drawn."""
        rng = self.rng
        branch = None
        if company.branches and rng.random() < 0.45:
            branch = rng.choice(company.branches)
        site, phone = (branch.site, branch.phone) if branch else (company.site, company.phone)
        if mail == DRAWN:
            has_mail = rng.random() < 0.96
            mail = self.work_mail(name, company, mail_domain) if has_mail else None
        direct_line = self.numbers.landline(site.area_code) if rng.random() < 0.22 else None
        if department is None:
            department = rng.choice(company.departments) if rng.random() < 0.85 else ""
        if title is None:
            title = weighted_choice(rng, TITLES)
        return Job(
            company,
            start,
            end,
            branch,
            site,
            phone,
            direct_line,
            mail,
            name,
            department,
            title,
            is_under_former_name,
        )

    def add(
        self,
        kind: str,
        jobs: Sequence[Job],
        traits: Traits = ORDINARY,
        *,
        record_count: int | None = None,
        mobile: str | None = DRAWN,
        private_mail: str | None = None,
    ) -> None:
        """Add a person; what is not given is drawn."""
        rng = self.rng
        if mobile == DRAWN:
            mobile = self.numbers.mobile() if rng.random() < 0.62 else None
        person = Person(
            f"P{len(self.people):06d}",
            kind,
            list(jobs),
            mobile,
            private_mail or self._private_mail_of(jobs),
            traits,
            record_count or weighted_choice(rng, _RECORD_COUNTS),
        )
        for job in jobs:
            if job.company:
                job.company.headcount += 1
                job.company.name_keys |= {job.name.written_key, job.name.read_key}
        self.people.append(person)

    def hard_case_records(self, at_least: int = 1) -> int:
        """How many records a person of a hard class gets."""
        return max(at_least, weighted_choice(self.rng, _RECORD_COUNTS_OF_HARD_CASES))

    def _private_mail_of(self, jobs: Sequence[Job]) -> str | None:
        has_work_mail = any(job.mail for job in jobs)
        gives_it = self.rng.random() < 0.09 or (not has_work_mail and self.rng.random() < 0.6)
        return self.private_mail(jobs[0].name) if gives_it else None
