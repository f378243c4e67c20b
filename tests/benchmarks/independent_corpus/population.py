"""Everybody there is: the hard cases by their share of people, then plain people.

Belongs here: how many of which. Must not: what a case is made of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.benchmarks.independent_corpus.alike_people import (
    plant_family_firm,
    plant_one_kanji_apart,
    plant_same_name_elsewhere,
    plant_same_name_same_company,
    plant_same_named_companies,
    plant_same_reading,
    plant_twins,
)
from tests.benchmarks.independent_corpus.changed_lives import (
    plant_changed_domain,
    plant_changed_surname,
    plant_foreign,
    plant_group_company,
    plant_job_change,
)
from tests.benchmarks.independent_corpus.companies import CompanyFounder
from tests.benchmarks.independent_corpus.company_names import CompanyNameBook
from tests.benchmarks.independent_corpus.company_population import CompanyPopulation
from tests.benchmarks.independent_corpus.numbers import NumberBook
from tests.benchmarks.independent_corpus.people import FIRST_DAY, LAST_DAY, Job, moment_between
from tests.benchmarks.independent_corpus.people_register import DRAWN, PeopleRegister
from tests.benchmarks.independent_corpus.person_names import NamePool
from tests.benchmarks.independent_corpus.places import draw_site
from tests.benchmarks.independent_corpus.shared_contacts import (
    plant_handed_on,
    plant_proxy_address,
    plant_shared_mailbox,
    plant_shared_phone,
)

Plant = Callable[[PeopleRegister, CompanyPopulation], None]
# share of all people, people per case
_ALIKE_AND_SHARING: list[tuple[Plant, float, float]] = [
    (plant_twins, 0.005, 2),
    (plant_family_firm, 0.010, 3),
    (plant_shared_phone, 0.012, 4),
    (plant_shared_mailbox, 0.015, 3),
    (plant_same_name_elsewhere, 0.024, 2),
    (plant_handed_on, 0.009, 2),
    (plant_proxy_address, 0.006, 2),
    (plant_same_reading, 0.006, 2),
    (plant_same_name_same_company, 0.006, 2),
]
_CHANGING: list[tuple[Plant, float, float]] = [
    (plant_group_company, 0.028, 1.2),
    (plant_one_kanji_apart, 0.006, 2),
    (plant_changed_surname, 0.012, 1),
    (plant_changed_domain, 0.020, 1),
    (plant_job_change, 0.05, 1),
    (plant_foreign, 0.025, 1),
]
_FREELANCER_SHARE = 0.018
_PROMOTED_SHARE = 0.14


@dataclass
class Population:
    """The people and companies of a corpus with the books they were drawn from."""

    rng: Random
    size: int
    numbers: NumberBook
    companies: CompanyPopulation
    people: PeopleRegister


def draw_population(size: int, seed: int) -> Population:
    """As many people as asked for, with their companies; the same for the same arguments."""
    rng = Random(f"blind-{seed}-{size}")  # the name of the stream: another name, another corpus
    pool, numbers = NamePool(), NumberBook(rng, size)
    founder = CompanyFounder(rng, size, CompanyNameBook(rng, pool), numbers)
    companies = CompanyPopulation(founder, size)
    people = PeopleRegister(rng, pool, numbers)
    population = Population(rng, size, numbers, companies, people)
    _plant(population, _ALIKE_AND_SHARING)
    for pair in companies.same_named:
        plant_same_named_companies(people, pair)
    _plant(population, _CHANGING)
    while len(people.people) < size:
        if rng.random() < _FREELANCER_SHARE:
            _add_freelancer(people)
        else:
            _add_plain(population)
    return population


def _plant(population: Population, cases: list[tuple[Plant, float, float]]) -> None:
    for plant, share, people_per_case in cases:
        for _ in range(max(1, round(population.size * share / people_per_case))):
            plant(population.people, population.companies)


def _add_freelancer(people: PeopleRegister) -> None:
    rng = people.rng
    name, home = people.name(), draw_site(rng)
    phone, mail = people.numbers.landline(home.area_code), people.private_mail(name)
    title = rng.choice(["", "", "代表", "フリーランス", "個人事業主"])
    job = Job(None, FIRST_DAY, LAST_DAY, None, home, phone, None, mail, name, "", title)
    people.add("plain", [job])


def _add_plain(population: Population) -> None:
    """Somebody without a hard case; some were moved or promoted inside their company."""
    rng, people = population.rng, population.people
    company = population.companies.any()
    if company.headcount > population.size * 0.015 + 12:
        return
    name = people.new_name(company)
    first = people.job(name, company, start=company.renamed_at or FIRST_DAY)
    jobs = [first]
    if rng.random() < _PROMOTED_SHARE:
        day = moment_between(rng, 0.3, 0.8)
        if not company.renamed_at or day > company.renamed_at:
            keeps_mail = rng.random() < 0.85 or not first.mail
            mail = first.mail if keeps_mail else DRAWN
            jobs.append(people.job(name, company, start=day, mail=mail))
            first.end = day
    people.add("plain", jobs)
