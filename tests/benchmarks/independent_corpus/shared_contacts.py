"""Hard cases of different people with one telephone or one mail address.

Each function plants one case, or none where two of the people could not be told apart at all.
"""

from tests.benchmarks.independent_corpus.company_population import CompanyPopulation
from tests.benchmarks.independent_corpus.people import (
    FIRST_DAY,
    LAST_DAY,
    STRICT,
    Traits,
    moment_between,
)
from tests.benchmarks.independent_corpus.people_register import DRAWN, PeopleRegister
from tests.benchmarks.independent_corpus.person_names import PersonName

_ROLE_MAILBOXES = (
    "info",
    "sales",
    "soumu",
    "eigyo",
    "contact",
    "office",
    "keiri",
    "jimu",
)
_POST_MAILBOXES = (
    "tantou",
    "tokyo1",
    "area",
    "bucho",
    "kanri",
    "desk",
    "eigyo",
    "kojo",
)


def _have_one_surname(first: PersonName, second: PersonName) -> bool:
    return (
        first.surname_key == second.surname_key or first.surname_read_key == second.surname_read_key
    )


def plant_shared_phone(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Some people of a small company who all give one mobile number."""
    rng = people.rng
    company, mobile = rng.choice(companies.small), people.numbers.mobile()
    for _ in range(rng.randint(3, 5)):
        job = people.job(people.new_name(company), company)
        count = people.hard_case_records()
        people.add("shared_phone", [job], STRICT, mobile=mobile, record_count=count)


def plant_shared_mailbox(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """Some people of a company who often give a role mailbox, most of them having no other."""
    rng = people.rng
    company = rng.choice(companies.with_domain)
    mail = f"{rng.choice(_ROLE_MAILBOXES)}@{company.domain}"
    if mail in people.mails_given:
        return
    people.mails_given.add(mail)
    traits = Traits(is_strict=True, shared_mail=mail)
    for _ in range(rng.randint(2, 4)):
        name = people.new_name(company)
        job = people.job(name, company, mail=mail if rng.random() < 0.7 else DRAWN)
        people.add("shared_mailbox", [job], traits, record_count=people.hard_case_records())


def plant_handed_on(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """A post whose mailbox or mobile goes on to the successor."""
    rng = people.rng
    company = rng.choice(companies.with_domain)
    day, department = moment_between(rng, 0.25, 0.75), rng.choice(company.departments)
    first, second = people.new_name(company), people.new_name(company)
    if _have_one_surname(first, second):
        return
    mail = mobile = DRAWN
    if rng.random() < 0.6:
        mail = f"{rng.choice(_POST_MAILBOXES)}{rng.randrange(1, 99)}@{company.domain}"
        if mail in people.mails_given:
            return
        people.mails_given.add(mail)
    else:
        mobile = people.numbers.mobile()
    for name, start, end in ((first, FIRST_DAY, day), (second, day, LAST_DAY)):
        job = people.job(name, company, start=start, end=end, mail=mail, department=department)
        count = people.hard_case_records()
        people.add("handed_on", [job], STRICT, mobile=mobile, record_count=count)


def plant_proxy_address(people: PeopleRegister, companies: CompanyPopulation) -> None:
    """A director who is often written down with the secretary's mail."""
    rng = people.rng
    company = rng.choice(companies.with_domain)
    director, secretary = people.new_name(company), people.new_name(company, "f")
    if _have_one_surname(director, secretary):
        return
    department = rng.choice(["秘書室", "総務部", "社長室"])
    desk = people.job(secretary, company, department=department, title="")
    desk.mail = desk.mail or people.work_mail(secretary, company)
    title = rng.choice(["代表取締役", "専務取締役", "取締役", "執行役員"])
    office = people.job(director, company, title=title, department="")
    traits = Traits(is_strict=True, proxy_mail=desk.mail)
    count = people.hard_case_records(at_least=2)
    people.add("proxy_address", [office], traits, record_count=count)
    people.add("proxy_address", [desk], STRICT, record_count=people.hard_case_records())
