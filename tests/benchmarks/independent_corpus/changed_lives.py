"""Hard cases of one person who looks like two: a new name, employer, domain or post.

Each function plants one case, or none where the draw would make an accidental second case of it.
"""

from dataclasses import replace

from tests.benchmarks.independent_corpus.alike_people import plant_namesakes_in_group
from tests.benchmarks.independent_corpus.company_population import CompanyPopulation
from tests.benchmarks.independent_corpus.draws import weighted_choice
from tests.benchmarks.independent_corpus.people import LAST_DAY, Traits, moment_between
from tests.benchmarks.independent_corpus.people_register import PeopleRegister
from tests.benchmarks.independent_corpus.person_names import PersonName
from tests.benchmarks.independent_corpus.word_lists import FOREIGN_NAMES


def plant_group_company(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Somebody of a group: a namesake in a sister company, a secondment, or just its mails."""
    rng = people.rng
    group, case = rng.choice(companies.groups), rng.random()
    first, second = rng.sample(group, 2)
    name = people.new_name(first)
    if name.read_key in second.name_keys:
        return
    is_sharing = first.domain == second.domain
    if case < 0.12 and is_sharing:
        plant_namesakes_in_group(people, name, (first, second))
    elif case < 0.26 and is_sharing:  # a secondment: the mail stays, the employer changes
        day, mail = moment_between(rng, 0.3, 0.7), people.work_mail(name, first)
        jobs = [
            people.job(name, first, end=day, mail=mail),
            people.job(name, second, start=day, mail=mail),
        ]
        count = people.hard_case_records(at_least=2)
        people.add("group_company", jobs, Traits(always_mail=True), record_count=count)
    else:
        job = people.job(name, first)
        people.add("group_company", [job], record_count=people.hard_case_records())


def plant_changed_surname(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """A woman with another surname since her marriage, half of them with another mail."""
    rng = people.rng
    company = companies.any_steady()
    maiden = people.new_name(company, "f")
    family = people.pool.surname(rng)
    married = PersonName(family.written, maiden.given, family.reading, maiden.given_reading)
    if married.read_key in company.name_keys or married.family == maiden.family:
        return
    day = moment_between(rng, 0.3, 0.75)
    before = people.job(maiden, company, end=day)
    after = replace(before, start=day, end=LAST_DAY, name=married)
    if before.mail and rng.random() < 0.5 and company.domain:
        after.mail = people.work_mail(married, company)
    count = people.hard_case_records(at_least=2)
    mobile = people.numbers.mobile() if rng.random() < 0.75 else None
    traits = Traits(maiden_name=maiden)
    people.add("changed_surname", [before, after], traits, mobile=mobile, record_count=count)


def plant_changed_domain(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Somebody whose company was renamed (the same company) or absorbed (another one)."""
    if people.rng.random() < 0.75:
        _plant_renamed(people, companies)
    else:
        _plant_absorbed(people, companies)


def _plant_renamed(people: PeopleRegister, companies: CompanyPopulation) -> None:
    company, day = people.rng.choice(companies.renamings)
    name = people.new_name(company)
    before = people.job(
        name,
        company,
        end=day,
        mail_domain=company.former_domain,
        is_under_former_name=True,
    )
    after = replace(before, start=day, end=LAST_DAY, is_under_former_name=False)
    if before.mail and company.domain != company.former_domain:
        same_local = f"{before.mail.split('@')[0]}@{company.domain}"
        if same_local in people.mails_given:
            after.mail = people.work_mail(name, company)
        else:
            people.mails_given.add(same_local)
            after.mail = same_local
    count = people.hard_case_records(at_least=2)
    people.add("changed_domain", [before, after], record_count=count)


def _plant_absorbed(people: PeopleRegister, companies: CompanyPopulation) -> None:
    rng = people.rng
    absorbed, absorbing, day = rng.choice(companies.absorptions)
    name = people.new_name(absorbed)
    if name.read_key in absorbing.name_keys:
        return
    before = people.job(name, absorbed, end=day)
    after = people.job(name, absorbing, start=day)
    if rng.random() < 0.6:  # stays at the same desk
        line = before.direct_line or people.numbers.landline(before.site.area_code)
        before.direct_line = after.direct_line = line
        after.site = before.site
    count = people.hard_case_records(at_least=2)
    mobile = people.numbers.mobile() if rng.random() < 0.8 else None
    traits = Traits(former_company=absorbed)
    people.add("changed_domain", [before, after], traits, mobile=mobile, record_count=count)


def plant_job_change(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Somebody who changed employers and kept the mobile, the private mail or nothing."""
    rng = people.rng
    former, present = companies.any_steady(), companies.any_steady()
    name = people.new_name(former)
    is_in_one_group = former.group is not None and former.group == present.group
    if former is present or name.read_key in present.name_keys or is_in_one_group:
        return
    day = moment_between(rng, 0.2, 0.8)
    kept = weighted_choice(rng, [("mobile", 45), ("private mail", 15), ("nothing", 40)])
    jobs = [people.job(name, former, end=day), people.job(name, present, start=day)]
    traits = Traits(
        least_mobile_share=0.64,
        often_private_mail=True,
        never_private_mail=kept == "nothing",
    )
    count = people.hard_case_records(at_least=2)
    mobile = people.numbers.mobile() if kept == "mobile" else None
    mail = people.private_mail(name) if kept == "private mail" else None
    people.add("job_change", jobs, traits, mobile=mobile, private_mail=mail, record_count=count)


def plant_foreign(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Somebody whose name stands in kana here, in Latin letters there, in kanji elsewhere."""
    company = companies.any_steady()
    foreign = people.rng.choice(FOREIGN_NAMES)
    name = PersonName(
        foreign.family_kanji or foreign.family_kana,
        foreign.given_kanji or foreign.given_kana,
        foreign.family_kana,
        foreign.given_kana,
        foreign=foreign,
    )
    if name.read_key in company.name_keys:
        return
    job = people.job(name, company)
    people.add("foreign", [job], record_count=people.hard_case_records())
