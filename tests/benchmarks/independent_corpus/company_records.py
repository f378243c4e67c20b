"""Company records in Salesforce and HubSpot, several for some companies.

Belongs here: what such a record says. Must not: decide who hangs on it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from tests.benchmarks.independent_corpus.companies import Branch, Company
from tests.benchmarks.independent_corpus.numbers import NumberBook
from tests.benchmarks.independent_corpus.people import FIRST_DAY
from tests.benchmarks.independent_corpus.sources import Medium
from tests.benchmarks.independent_corpus.writing_systems import full_width
from tests.benchmarks.independent_corpus.written_companies import write_company
from tests.benchmarks.independent_corpus.written_contacts import (
    write_address,
    write_phone,
    write_website,
)

Row = dict[str, Any]
# what only one of the two systems asks for
_SHARES = {
    "salesforce": {"corporate_number": 0.4, "domain": 0.15, "address": 0.8},
    "hubspot": {"corporate_number": 0.06, "domain": 0.92, "address": 0.45},
}
_OBJECTS = {"salesforce": ("account", "001"), "hubspot": ("company", "number")}
_PLACEHOLDERS = (
    "テスト株式会社", "個人", "不明", "-", "株式会社テスト", "なし", "test", "未登録",
)  # fmt: skip


@dataclass(eq=False)
class CompanyRecord:
    """A record and the company it truly stands for; None for placeholders."""

    row: Row
    company: Company | None


def identified(system: str, object_name: str, source_id: str) -> Row:
    """The columns that name a record."""
    return {
        "record_key": f"{system}:{object_name}:{source_id}",
        "source_system": system,
        "source_object": object_name,
        "source_id": source_id,
    }


class CompanyRecords:
    """Writes company records and keeps the list of all."""

    def __init__(self, rng: Random, numbers: NumberBook) -> None:
        self._rng = rng
        self._numbers = numbers
        self.written: list[CompanyRecord] = []
        self._of: dict[tuple[str, str], list[CompanyRecord]] = defaultdict(list)

    def of(self, company: Company, system: str) -> list[CompanyRecord]:
        """The records of a company in a system, written when first asked for."""
        records = self._of[company.company_id, system]
        if not records:
            records.append(self._write(company, system))
            while self._rng.random() < 0.13 and len(records) < 4:
                records.append(self._write(company, system, is_duplicate=True))
        return records

    def write_rest(self, companies: list[Company], people: int) -> None:
        """Records on which nobody hangs, and those that make a change of name or domain judgeable.

        Args:
            companies: All of them.
            people: Size of the corpus; a larger one has more placeholders.
        """
        for company in companies:
            if self._rng.random() < 0.5:
                self.of(company, "salesforce")
            if self._rng.random() < 0.35:
                self.of(company, "hubspot")
            if company.second_domain:
                self._write_second_domain(company)
            if company.former_name:
                self._write_renaming(company)
            for system in _OBJECTS:
                records = self._of[company.company_id, system]
                if len(records) > 1 and self._rng.random() < 0.06:
                    records[0].row["merged_into_key"] = records[1].row["record_key"]
        for name in _PLACEHOLDERS[: max(3, min(8, people // 300))]:
            self._write_placeholder(name)

    def _write(
        self,
        company: Company,
        system: str,
        *,
        is_duplicate: bool = False,
        is_under_former_name: bool = False,
    ) -> CompanyRecord:
        """One record; a duplicate may be a branch's."""
        rng, shares = self._rng, _SHARES[system]
        row = self._new_row(system)
        branch = None
        if is_duplicate and company.branches and rng.random() < 0.4:
            branch = rng.choice(company.branches)
        row["company_name"] = self._name(company, branch, is_under_former_name)
        domain = company.former_domain if is_under_former_name else company.domain
        if rng.random() < shares["corporate_number"]:
            row["corporate_number"] = _corporate_number(rng, company.corporate_number)
        if domain and rng.random() < shares["domain"]:
            row["domain"] = domain
        if domain and rng.random() < 0.5:
            row["website"] = write_website(rng, domain)
        place = branch or company
        if rng.random() < 0.75 or not ("domain" in row or "website" in row):
            row["phone"] = write_phone(rng, place.phone, Medium.COMPANY).text
        needs_address = bool(company.shared_name) and "domain" not in row
        if rng.random() < shares["address"] or needs_address:
            address = write_address(rng, place.site, Medium.COMPANY)
            row |= address._asdict()
        opened_at = company.renamed_at if not is_under_former_name else None
        before = timedelta(days=rng.randrange(1, 700))
        row["created_at"] = (opened_at or FIRST_DAY) - before + self._time_of_day()
        record = CompanyRecord(row, company)
        self.written.append(record)
        return record

    def _new_row(self, system: str) -> Row:
        object_name, id_form = _OBJECTS[system]
        return identified(system, object_name, self._numbers.record_id(id_form))

    def _time_of_day(self) -> timedelta:
        return timedelta(seconds=self._rng.randrange(86400))

    def _name(self, company: Company, branch: Branch | None, is_under_former_name: bool) -> str:
        rng = self._rng
        name = write_company(rng, company, is_under_former_name=is_under_former_name)
        if branch:
            name += rng.choice([" ", "\u3000"]) + branch.name
        if company.former_name and not is_under_former_name and rng.random() < 0.3:
            name += f"（旧：{company.former_name.written}）"
        return name

    def _write_second_domain(self, company: Company) -> None:
        """Without such a record nobody could know that both domains are one company's."""
        record = self._write(company, "hubspot", is_duplicate=True)
        record.row["domain"], record.row["website"] = company.second_domain, None
        record.row["company_name"] = company.full_name()
        self._of[company.company_id, "hubspot"].append(record)
        self.of(company, "salesforce")

    def _write_renaming(self, company: Company) -> None:
        """An account of either name with one corporate number, telephone and prefecture."""
        for is_under_former_name in (True, False):
            record = self._write(company, "salesforce", is_under_former_name=is_under_former_name)
            record.row["corporate_number"] = company.corporate_number
            record.row["phone"] = company.phone
            record.row["prefecture"] = company.site.prefecture
            self._of[company.company_id, "salesforce"].append(record)
        name, former = company.name.written, company.former_name
        if former and company.form.startswith("株"):
            name = f"株式会社{name}（旧：{former.written}）"
        record.row["company_name"] = name

    def _write_placeholder(self, name: str) -> None:
        row = self._new_row(self._rng.choice(["salesforce", "hubspot"]))
        row |= {"company_name": name, "created_at": FIRST_DAY}
        self.written.append(CompanyRecord(row, None))


def _corporate_number(rng: Random, number: str) -> str:
    grouped = f"{number[0]}-{number[1:5]}-{number[5:9]}-{number[9:]}"
    return rng.choice([*[number] * 8, full_width(number), f"T{number}", grouped])
