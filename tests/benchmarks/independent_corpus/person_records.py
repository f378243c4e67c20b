"""One record about a person: which fields it fills, and what of it speaks for the person.

Belongs here: filling a record. Must not: write single values (that is `written_…`).
"""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from tests.benchmarks.independent_corpus.company_records import CompanyRecords, identified
from tests.benchmarks.independent_corpus.draws import weighted_choice
from tests.benchmarks.independent_corpus.given_contacts import give_mail, give_numbers
from tests.benchmarks.independent_corpus.given_employers import EmployerWriter, tell_employer
from tests.benchmarks.independent_corpus.mail_directory import MailDirectory
from tests.benchmarks.independent_corpus.numbers import NumberBook
from tests.benchmarks.independent_corpus.people import Job, Person
from tests.benchmarks.independent_corpus.person_record import PersonRecord
from tests.benchmarks.independent_corpus.sources import SCANNED, SOURCE_OF, SOURCES, Medium
from tests.benchmarks.independent_corpus.written_contacts import WrittenMail, write_address
from tests.benchmarks.independent_corpus.written_names import write_name

_WEIGHTED_SOURCES = [(source, source.weight) for source in SOURCES]
_SLIPS_A_COLUMN = frozenset(
    {Medium.LEAD, Medium.MARKETING_LEAD, Medium.CARD_FILE, Medium.SUBMISSION}
)


class PersonRecords:
    """Writes records about people and keeps them.

    Attributes:
        written: All of them.
        about: Person → their records.
    """

    def __init__(
        self, rng: Random, numbers: NumberBook, companies: CompanyRecords, mails: MailDirectory
    ) -> None:
        self._rng = rng
        self._numbers = numbers
        self._employers = EmployerWriter(rng, companies, mails)
        self._mails = mails
        self.written: list[PersonRecord] = []
        self.about: dict[str, list[PersonRecord]] = defaultdict(list)

    def write(self, person: Person, instant: datetime, job: Job | None = None) -> PersonRecord:
        """A record about a person.

        Args:
            person: Whom it is about.
            instant: When it was made.
            job: Of which job; by default the one at that instant.
        """
        rng = self._rng
        source = weighted_choice(rng, _WEIGHTED_SOURCES)
        job = job or person.job_at(instant)
        if job.company is None and source.kind == "salesforce:contact":
            source = SOURCE_OF["hubspot:contact"]  # a Contact cannot be without an Account
        record_id = self._numbers.record_id(source.id_form)
        row = identified(source.system, source.object, record_id)
        # Salesforce and no other keeps whole seconds
        microsecond = 0 if source.system == "salesforce" else rng.randrange(10**6)
        row["created_at"] = instant.replace(microsecond=microsecond)
        record = PersonRecord(row, source, person, job)
        self._fill(record)
        self._keep(record)
        return record

    def send_again(self, record: PersonRecord) -> None:
        """The same form, sent twice within minutes."""
        record_id = self._numbers.record_id(record.source.id_form)
        later = timedelta(seconds=self._rng.randrange(2, 900))
        named = identified(record.source.system, record.source.object, record_id)
        row = record.row | named | {"created_at": record.row["created_at"] + later}
        self._keep(replace(record, row=row))

    def _keep(self, record: PersonRecord) -> None:
        self.written.append(record)
        self.about[record.person.person_id].append(record)

    def _fill(self, record: PersonRecord) -> None:
        company = record.job.company
        given_mail = give_mail(self._rng, self._mails, record)
        is_own = self._is_own(record.mail, given_mail)
        self._give_name(record, is_own=is_own)
        give_numbers(self._rng, record)
        is_named = self._employers.give(record, given_mail)
        has_address = self._give_address(record)
        if company:
            tell_employer(record, company, is_named=is_named, has_address=has_address)
        self._give_post(record)
        self._slip(record)

    def _is_own(self, mail: WrittenMail | None, given_mail: str | None) -> bool:
        """Whether the mail speaks for this person alone."""
        return mail is not None and mail.is_certain and not self._mails.is_shared(given_mail)

    def _give_name(self, record: PersonRecord, *, is_own: bool) -> None:
        rng, source, row = self._rng, record.source, record.row
        is_strict = record.person.traits.is_strict
        is_marketing = source.medium is Medium.MARKETING_LEAD
        if is_own and not is_strict and (is_marketing or source.kind == "hubspot:contact"):
            record.is_nameless = rng.random() < (0.10 if is_marketing else 0.05)
        if record.is_nameless:
            return
        may_be_weak = is_own or not is_strict
        written = write_name(rng, record.person, record.job, source, may_be_weak=may_be_weak)
        row |= written.fields
        record.name_keys = written.keys
        if is_marketing and rng.random() < 0.5 and row.get("family_name"):
            row["full_name"] = None

    def _give_address(self, record: PersonRecord) -> bool:
        rng, job, share = self._rng, record.job, record.source.shares.address
        is_needed = record.person.traits.always_prefecture and job.company is not None
        if is_needed and rng.random() < 0.85:
            share = 1
        if rng.random() >= share:
            return False
        record.row |= write_address(rng, job.site, record.source.medium)._asdict()
        if rng.random() < 0.25:
            record.row["postal_code"] = None
        return True

    def _give_post(self, record: PersonRecord) -> None:
        """Department and title."""
        rng, job, shares, row = self._rng, record.job, record.source.shares, record.row
        if job.department:
            is_written = rng.random() < shares.department
            stands_in = record.person.traits.department_without_mail and not row.get("email")
            if is_written or stands_in:
                is_with_branch = job.branch is not None and rng.random() < 0.12
                prefix = f"{job.branch.name} " if job.branch and is_with_branch else ""
                row["department"] = prefix + job.department
                record.department = job.department
        if job.title and rng.random() < shares.title:
            row["title"] = job.title

    def _slip(self, record: PersonRecord) -> None:
        """The rare accidents of hand entry: values in the wrong column."""
        rng, row, medium = self._rng, record.row, record.source.medium
        name, company = row.get("full_name"), row.get("company_name")
        is_strict = record.person.traits.is_strict
        is_told = record.shows_employer and not record.is_nameless
        has_slipped = is_told and rng.random() < 0.003 and medium in _SLIPS_A_COLUMN
        if has_slipped and name and company:
            row |= {"full_name": company, "company_name": name}
            row |= {"family_name": None, "given_name": None}
        elif is_told and name and company and rng.random() < 0.003 and not is_strict:
            row["full_name"] = f"{company} {name}"
            row |= {"family_name": None, "given_name": None}
        if medium in SCANNED and row.get("mobile") and row.get("phone") and rng.random() < 0.02:
            row["mobile"], row["phone"] = row["phone"], row["mobile"]
