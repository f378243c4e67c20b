"""What a tax agency would publish of the world's companies: its file of corporate numbers.

Belongs here: the 30 columns of the file. Must not: decide whether anybody uses it (the reference is
optional, so the file is in no inbox until somebody drops it there).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from sandbox.world.truth.companies import Company

_KINDS = {"株式会社": "301", "有限会社": "302", "合同会社": "305"}
_COLUMNS = 30


def register_file(companies: Iterable[Company]) -> bytes:
    """Return the CSV of a full file: one row per company, UTF-8, no heading.

    A company's row is told by its `corporate_number`, which the answer key's companies have too.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for number, company in enumerate(companies, start=1):
        writer.writerow(_row(number, company))
    return out.getvalue().encode()


def _row(number: int, company: Company) -> list[str]:
    place = company.address.place
    row = [""] * _COLUMNS
    known = {
        0: str(number), 1: company.corporate_number, 2: "01", 3: "0", 4: "2026-01-05",
        5: "2015-10-05", 6: company.name, 8: _KINDS.get(company.legal_form, "399"),
        9: place.prefecture, 10: place.city, 11: company.address.street,
        15: company.address.postal_code.replace("-", ""), 22: "2015-10-05", 23: "1",
        24: company.english, 29: "0",
    }  # fmt: skip
    for at, value in known.items():
        row[at] = value
    return row
