"""Hard cases of different people who look alike: relatives, namesakes, near-namesakes.

Each function plants one case, or none where the draw would make an accidental second case of it.
"""

from dataclasses import replace
from random import Random

from tests.benchmarks.independent_corpus.companies import Company
from tests.benchmarks.independent_corpus.company_names import named_after
from tests.benchmarks.independent_corpus.company_population import CompanyPopulation
from tests.benchmarks.independent_corpus.people import STRICT, Traits
from tests.benchmarks.independent_corpus.people_register import PeopleRegister
from tests.benchmarks.independent_corpus.person_names import GENDERS, PersonName
from tests.benchmarks.independent_corpus.places import draw_site
from tests.benchmarks.independent_corpus.word_lists import COMPANY_TRADES, Word

_READ_WELL = Traits(is_strict=True, is_never_misread=True)


def _namesake(name: PersonName) -> PersonName:
    """A second bearer of a name, in the plain form of its kanji."""
    return replace(name, official_family="")


def _differ_in_kanji_and_reading(first: Word, second: Word) -> bool:
    return first.written != second.written and first.reading != second.reading


def plant_twins(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Two of one surname, home telephone and age, given names one kanji apart."""
    rng = people.rng
    company, gender = rng.choice(companies.small), rng.choice(GENDERS)
    family = people.pool.surname(rng)
    while True:
        alike = rng.choice(people.pool.sharing_a_kanji[gender])
        first, second = rng.sample(alike, 2)
        if _differ_in_kanji_and_reading(first, second):
            break
    names = [people.name(gender, family, given) for given in (first, second)]
    names[1].official_family = names[0].official_family
    if company.name_keys & {name.read_key for name in names}:
        return
    home = draw_site(rng, company.site.prefecture)
    traits = Traits(is_strict=True, home_line=people.numbers.landline(home.area_code))
    work_together = rng.random() < 0.5
    for name in names:
        employer = company if work_together else rng.choice(companies.with_domain)
        job = people.job(name, employer)
        mail = people.private_mail(name) if rng.random() < 0.6 else None
        count = people.hard_case_records()
        people.add("twins", [job], traits, private_mail=mail, record_count=count)


def _found_family_firm(
    people: PeopleRegister, companies: CompanyPopulation, family: Word
) -> Company | None:
    rng = people.rng
    name = named_after(family, rng.choice(COMPANY_TRADES))
    book = companies.founder.names
    if book.is_taken(name):
        return None
    book.take(name.written, name.reading)
    form = rng.choice(["有限会社<", "株式会社<", "<株式会社"])
    return companies.founder.found(name, form, weight=1.2)


def _family_roles(rng: Random, father: Word, child: Word) -> list[tuple[str, Word | None, str]]:
    """Gender, given name and title of those of the family who work in the firm."""
    roles: list[tuple[str, Word | None, str]] = [
        ("m", father, "代表取締役"),
        ("m", child, rng.choice(["専務取締役", "取締役", "常務"])),
    ]
    if rng.random() < 0.6:
        roles.append(("f", None, rng.choice(["取締役", "経理", ""])))
    return roles


def plant_family_firm(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Father and child with one kanji of his, sometimes the mother, behind one telephone."""
    rng = people.rng
    family = people.pool.surname(rng)
    company = _found_family_firm(people, companies, family)
    if company is None:
        return
    father, child = rng.sample(rng.choice(people.pool.sharing_a_kanji["m"]), 2)
    if not _differ_in_kanji_and_reading(father, child):
        return
    roles = _family_roles(rng, father, child)
    company.branches, company.mail_style = [], rng.choice(["f", "l.f", "f.l"])
    official_family = None
    for gender, given, title in roles:
        name = people.new_name(company, gender, family, given)
        name.official_family = official_family = official_family or name.official_family
        job = people.job(name, company, title=title, department="")
        job.direct_line = None
        people.add("family_firm", [job], STRICT, record_count=people.hard_case_records())


def plant_same_name_elsewhere(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Two people of one name in two companies."""
    first, second = people.rng.sample(companies.with_domain, 2)
    name = people.new_name(first)
    if second.name_keys & {name.written_key, name.read_key}:
        return
    for company in (first, second):
        own = replace(name)
        job = people.job(own, company)
        people.add("same_name_elsewhere", [job], record_count=people.hard_case_records())


def plant_same_reading(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Two people of one company whose names sound alike and are written otherwise."""
    rng = people.rng
    company, gender = rng.choice(companies.big), rng.choice(GENDERS)
    reading, spellings = rng.choice(people.pool.homophones[gender])
    family = people.pool.surname(rng)
    names = [
        people.name(gender, family, Word(written, reading)) for written in rng.sample(spellings, 2)
    ]
    if names[0].read_key in company.name_keys:
        return
    for name, department in zip(names, rng.sample(company.departments, 2), strict=True):
        mail = people.work_mail(name, company)
        job = people.job(name, company, mail=mail, department=department)
        people.add("same_reading", [job], _READ_WELL, record_count=people.hard_case_records())


def plant_same_name_same_company(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Two people of one name in one company, told apart by mail, mobile and department."""
    rng = people.rng
    company = rng.choice(companies.big)
    name = people.new_name(company)
    departments = rng.sample(company.departments, 2)
    if name.read_key in company.name_keys:
        return
    traits = replace(_READ_WELL, always_mail=True, department_without_mail=True)
    for department in departments:
        own = replace(name)
        mail = people.work_mail(own, company)
        job = people.job(own, company, mail=mail, department=department)
        mobile = people.numbers.mobile()
        count = people.hard_case_records()
        people.add("same_name_same_company", [job], traits, mobile=mobile, record_count=count)


def plant_same_named_companies(people: PeopleRegister, pair: tuple[Company, Company]) -> None:
    """People of two companies of one name in two prefectures; now and then namesakes."""
    rng = people.rng
    name_of_both = people.new_name(pair[0]) if rng.random() < 0.35 else None
    traits = Traits(is_strict=True, always_prefecture=True)
    for company in pair:
        for place in range(rng.randint(1, 3)):
            if name_of_both and place == 0:
                name = _namesake(name_of_both)
            else:
                name = people.new_name(company)
            job, count = people.job(name, company), people.hard_case_records()
            people.add("same_named_companies", [job], traits, record_count=count)


def plant_namesakes_in_group(
    people: PeopleRegister, name: PersonName, pair: tuple[Company, Company]
) -> None:
    """Two people of one name in two companies of a group, on one mail domain."""
    traits = replace(_READ_WELL, always_mail=True)
    for company in pair:
        own = _namesake(name)
        job = people.job(own, company, mail=people.work_mail(own, company))
        people.add("group_company", [job], traits, record_count=people.hard_case_records())


def plant_one_kanji_apart(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Two people of one company and surname, given names one kanji apart."""
    rng = people.rng
    company, gender = rng.choice(companies.big), rng.choice(GENDERS)
    family = people.pool.surname(rng)
    first, second = rng.sample(rng.choice(people.pool.sharing_a_kanji[gender]), 2)
    if first.written == second.written:
        return
    names = [people.name(gender, family, given) for given in (first, second)]
    names[1].official_family = names[0].official_family
    if company.name_keys & {name.read_key for name in names}:
        return
    for name, department in zip(names, rng.sample(company.departments, 2), strict=True):
        mail = people.work_mail(name, company)
        job = people.job(name, company, mail=mail, department=department)
        people.add("one_kanji_apart", [job], _READ_WELL, record_count=people.hard_case_records())
