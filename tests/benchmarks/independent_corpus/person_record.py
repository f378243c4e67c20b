"""One record about a person, and what of it speaks for that person."""

from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.independent_corpus.people import Job, Person
from tests.benchmarks.independent_corpus.person_names import NameKey
from tests.benchmarks.independent_corpus.sources import Source
from tests.benchmarks.independent_corpus.written_contacts import WrittenMail


@dataclass(eq=False)
class PersonRecord:
    """A record about a person, with what it shows of them.

    Attributes:
        mail: What it shows of a mail.
        mobile: The mobile that can be read in it.
        lines: Landlines that can be read in it, and whether it is the person's own.
        companies: What it shows of companies: ids, domains of groups, ambiguous names.
        company_id: The company that the record by itself leads to.
        department: The department it names.
        name_keys: What it shows of the name.
        is_nameless: Whether it has no name on purpose.
    """

    row: dict[str, Any]
    source: Source
    person: Person
    job: Job
    mail: WrittenMail | None = None
    mobile: str | None = None
    lines: list[tuple[str, bool]] = field(default_factory=list)
    companies: set[str] = field(default_factory=set)
    company_id: str | None = None
    department: str | None = None
    name_keys: list[NameKey] = field(default_factory=list)
    is_nameless: bool = False

    @property
    def key(self) -> str:
        """The record's key."""
        return str(self.row["record_key"])

    @property
    def shows_employer(self) -> bool:
        """Whether it shows which company the job is in."""
        return self.job.company is not None and self.job.company.company_id in self.companies
