"""What a record says of the person's company: name, number, website, link.

Belongs here: choosing what is said. Must not: write it wrong (that is `written_companies`).
"""

from random import Random

from tests.benchmarks.independent_corpus.companies import Company
from tests.benchmarks.independent_corpus.company_records import CompanyRecords
from tests.benchmarks.independent_corpus.mail_directory import MailDirectory
from tests.benchmarks.independent_corpus.person_record import PersonRecord
from tests.benchmarks.independent_corpus.sources import FILLED_IN_BY_THE_PERSON, SCANNED, Medium
from tests.benchmarks.independent_corpus.writing_systems import full_width
from tests.benchmarks.independent_corpus.written_companies import write_company
from tests.benchmarks.independent_corpus.written_contacts import write_website

_NO_COMPANY = ("なし", "-", "個人", "未定", "会社員", "[not provided]", "非公開", ".")
_FREELANCER = (
    "個人", "フリーランス", "なし", "-", "個人事業主", None, "自営業", "", "無所属",
    "個人(フリーランス)",
)  # fmt: skip
_TYPED_WITH_A_PLACEHOLDER = FILLED_IN_BY_THE_PERSON | {Medium.LEAD, Medium.CONTACT}


def _number(rng: Random, number: str) -> str:
    if rng.random() < 0.9:
        return number
    return rng.choice([full_width(number), f"T{number}"])


class EmployerWriter:
    """Writes the company of a job into records."""

    def __init__(self, rng: Random, companies: CompanyRecords, mails: MailDirectory) -> None:
        self._rng = rng
        self._companies = companies
        self._mails = mails

    def give(self, record: PersonRecord, given_mail: str | None) -> bool:
        """Name, number, website and link of the company.

        Returns:
            Whether the company's name is written, in whatever way.
        """
        rng, job, shown = self._rng, record.job, record.companies
        company = job.company
        if company is None:
            record.row["company_name"] = rng.choice(_FREELANCER)
            return False
        owner = None
        if record.mail and record.mail.is_certain and given_mail != record.person.private_mail:
            owner = self._mails.owner_of(given_mail)
        is_named = self._write_name(record, company, shows_domain=owner is not None)
        if rng.random() < record.source.shares.corporate_number:
            record.row["corporate_number"] = _number(rng, company.corporate_number)
            shown.add(company.company_id)
        domain = company.former_domain if job.is_under_former_name else company.domain
        if domain and rng.random() < record.source.shares.website:
            record.row["website"] = write_website(rng, domain)
            shown.add(self._mails.owners[domain])
        if owner:
            shown.add(owner)
        self._link(record, company)
        return is_named

    def _write_name(self, record: PersonRecord, company: Company, *, shows_domain: bool) -> bool:
        rng, job, medium = self._rng, record.job, record.source.medium
        former_company = record.person.traits.former_company
        if rng.random() >= record.source.shares.company:
            return False
        if medium in _TYPED_WITH_A_PLACEHOLDER and rng.random() < 0.02:
            record.row["company_name"] = rng.choice(_NO_COMPANY)
            return False
        name = write_company(
            rng,
            company,
            job,
            is_under_former_name=job.is_under_former_name,
            may_be_short=shows_domain,
            may_be_misread=shows_domain and medium in SCANNED,
        )
        if former_company and company is not former_company and rng.random() < 0.25:
            name += f"（旧{former_company.name.written}）"
        record.row["company_name"] = name
        return True

    def _link(self, record: PersonRecord, company: Company) -> None:
        """Hang the record on a company record, as Salesforce must and HubSpot may."""
        system = record.source.system
        is_linked = record.source.medium is Medium.CONTACT and (
            system == "salesforce" or self._rng.random() < 0.5
        )
        if is_linked:
            linked = self._rng.choice(self._companies.of(company, system))
            record.row["company_key"] = linked.row["record_key"]
            record.companies.add(company.company_id)


def tell_employer(
    record: PersonRecord, company: Company, *, is_named: bool, has_address: bool
) -> None:
    """Note which company the record by itself leads to, if to one.

    Args:
        record: The record.
        company: Of the job it is about.
        is_named: Whether the company's name is written.
        has_address: Whether an address is, which tells companies of one name apart.
    """
    shown = record.companies
    if is_named and company.shared_name:
        shown.add(f"named {company.shared_name}")
        own_lines = (record.job.phone, record.job.direct_line)
        if has_address or any(line in own_lines for line, _ in record.lines):
            shown.add(company.company_id)
    elif is_named:
        shown.add(company.company_id)
    record.company_id = company.company_id if record.shows_employer else None
