"""The corpus as tables: the same people and seed always give the same ones."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from tests.benchmarks.independent_corpus.answer_key import (
    company_rows,
    junk_rows,
    person_rows,
    shown_evidence,
    tied_records,
)
from tests.benchmarks.independent_corpus.company_records import CompanyRecord, CompanyRecords
from tests.benchmarks.independent_corpus.junk_records import write_junk
from tests.benchmarks.independent_corpus.mail_directory import MailDirectory
from tests.benchmarks.independent_corpus.people import Job, Person
from tests.benchmarks.independent_corpus.person_record import PersonRecord
from tests.benchmarks.independent_corpus.person_records import PersonRecords
from tests.benchmarks.independent_corpus.population import Population, draw_population
from tests.benchmarks.independent_corpus.system_links import link_records
from tests.fixtures.identity.record_tables import COMPANY_COLUMNS, PERSON_COLUMNS, record_table

_KEY_COLUMNS = ("key", "entity", "person", "company", "kind", "tied")
_JUNK_SHARE = 0.014
_SENT_TWICE_SHARE = 0.04
_SENDS_TWICE = ("typeform:response", "web_forms:submission")
# Without a record of either job there would be nothing to find.
_NEEDS_A_RECORD_OF_EACH_JOB = ("job_change", "changed_surname", "changed_domain", "group_company")


@dataclass(frozen=True)
class IndependentCorpus:
    """All records with the truth about them, before they are tables."""

    rng: Random
    person_records: list[PersonRecord]
    company_records: list[CompanyRecord]
    junk: list[dict[str, Any]]


def build(people: int, seed: int) -> IndependentCorpus:
    """The records of a corpus."""
    population = draw_population(people, seed)
    rng, numbers = population.rng, population.numbers
    companies = population.companies.founder.companies
    directory = MailDirectory(population.people.people, companies)
    company_records = CompanyRecords(rng, numbers)
    person_records = PersonRecords(rng, numbers, company_records, directory)
    for person in population.people.people:
        _write_records(rng, person_records, person)
    for person in population.people.people:
        link_records(rng, person_records.about[person.person_id])
    company_records.write_rest(companies, people)
    junk = _write_all_junk(population, len(person_records.written))
    return IndependentCorpus(rng, person_records.written, company_records.written, junk)


def _write_records(rng: Random, records: PersonRecords, person: Person) -> None:
    shows_each_job = len(person.jobs) > 1 and person.kind in _NEEDS_A_RECORD_OF_EACH_JOB
    for place in range(person.record_count):
        job = person.jobs[place] if shows_each_job and place < len(person.jobs) else None
        instant = _instant_in(rng, job) if job else _instant_of_life(rng, person)
        record = records.write(person, instant, job)
        if record.source.kind in _SENDS_TWICE and rng.random() < _SENT_TWICE_SHARE:
            records.send_again(record)


def _instant_in(rng: Random, job: Job) -> datetime:
    return job.start + (job.end - job.start) * rng.uniform(0.02, 0.98)


def _instant_of_life(rng: Random, person: Person) -> datetime:
    """Later ones are likelier: there is more recording than there used to be."""
    start, end = person.jobs[0].start, person.jobs[-1].end
    return start + (end - start) * (rng.random() ** 0.65)


def _write_all_junk(population: Population, record_count: int) -> list[dict[str, Any]]:
    shared = {person.traits.shared_mail for person in population.people.people}
    role_mailboxes = sorted(mail for mail in shared if mail)
    return [
        write_junk(population.rng, population.numbers, role_mailboxes)
        for _ in range(int(record_count * _JUNK_SHARE))
    ]


def tables(corpus: IndependentCorpus) -> dict[str, pa.Table]:
    """The tables persons and companies in no order, and their answer key."""
    persons = [*(record.row for record in corpus.person_records), *corpus.junk]
    corpus.rng.shuffle(persons)
    companies = list(corpus.company_records)
    corpus.rng.shuffle(companies)
    tied = tied_records(shown_evidence(corpus.person_records))
    key = [
        *person_rows(corpus.person_records, tied),
        *junk_rows(corpus.junk),
        *company_rows(companies),
    ]
    return {
        "persons": record_table(persons, PERSON_COLUMNS),
        "companies": record_table((record.row for record in companies), COMPANY_COLUMNS),
        "key": record_table(key, _KEY_COLUMNS),
    }


def write_corpus(people: int, seed: int, folder: Path) -> None:
    """Write persons, companies and key as parquet into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables(build(people, seed)).items():
        parquet.write_table(table, folder / f"{name}.parquet")
