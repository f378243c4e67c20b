"""The people of the corpus: their names, jobs, mails and numbers as they truly are.

Belongs here: what there is to know about a person. Must not: draw any of it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from tests.benchmarks.independent_corpus.companies import Branch, Company
from tests.benchmarks.independent_corpus.person_names import PersonName
from tests.benchmarks.independent_corpus.places import Site

FIRST_DAY = datetime(2016, 4, 1, tzinfo=UTC)
LAST_DAY = datetime(2026, 6, 30, tzinfo=UTC)


@dataclass(eq=False)
class Job:
    """A stretch of a person's life in one place under one name.

    Attributes:
        company: None for freelancers.
        site: Of the branch, if there is one.
        phone: The switchboard of the site.
        direct_line: The person's own landline.
        mail: The mail of the job.
        is_under_former_name: The company then had its former name.
    """

    company: Company | None
    start: datetime
    end: datetime
    branch: Branch | None
    site: Site
    phone: str
    direct_line: str | None
    mail: str | None
    name: PersonName
    department: str
    title: str
    is_under_former_name: bool = False


@dataclass(frozen=True)
class Traits:
    """How the records about somebody differ from those about others.

    Attributes:
        is_strict: Written in a weak form (kana, surname only) only beside a mail of their own,
            never without a name, never misread: otherwise nobody could tell the case.
        is_never_misread: Cards about them are read without mistakes.
        always_mail: Every record has a mail.
        always_prefecture: Nearly every record has an address.
        department_without_mail: A record without mail has the department.
        shared_mail: A role mailbox that they often give.
        proxy_mail: The secretary's mail that they often give.
        home_line: The telephone at home that they often give.
        least_mobile_share: Share of records with the mobile, where the source has fewer.
        often_private_mail: Gives the private mail also where there is another.
        never_private_mail: Keeps the private mail to themselves.
        maiden_name: Shown beside the present one now and then.
        former_company: That was absorbed by the present one; shown now and then.
    """

    is_strict: bool = False
    is_never_misread: bool = False
    always_mail: bool = False
    always_prefecture: bool = False
    department_without_mail: bool = False
    shared_mail: str | None = None
    proxy_mail: str | None = None
    home_line: str | None = None
    least_mobile_share: float = 0.0
    often_private_mail: bool = False
    never_private_mail: bool = False
    maiden_name: PersonName | None = None
    former_company: Company | None = None


ORDINARY = Traits()
STRICT = Traits(is_strict=True)


@dataclass(eq=False)
class Person:
    """A person with all their jobs, in order of time.

    Attributes:
        kind: The hard class, or plain.
        record_count: How many records there will be about them.
    """

    person_id: str
    kind: str
    jobs: list[Job]
    mobile: str | None
    private_mail: str | None
    traits: Traits
    record_count: int

    def job_at(self, instant: datetime) -> Job:
        """The job at an instant; outside all of them the last one."""
        held = (job for job in self.jobs if job.start <= instant < job.end)
        return next(held, self.jobs[-1])

    def mails(self) -> set[str]:
        """All mails under which records about them may stand."""
        shared = (self.private_mail, self.traits.shared_mail, self.traits.proxy_mail)
        return {mail for mail in (*(job.mail for job in self.jobs), *shared) if mail}


def moment_between(rng: Random, earliest: float, latest: float) -> datetime:
    """An instant between two fractions of the time the corpus covers."""
    return FIRST_DAY + (LAST_DAY - FIRST_DAY) * rng.uniform(earliest, latest)
