"""What the machine remembers of each row of the workbook, on a sheet that nobody sees.

People sort, delete columns and copy rows. The number of a row (as 2-15) moves with what they see;
this sheet says what it stands for, so that a decision finds its records even when the hidden
columns are gone, and a row that was torn apart is noticed. Reading it back belongs to `ingestion`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from openpyxl import Workbook

from reporting.findings import Finding
from reporting.workbook_cells import cell_at, put
from reporting.workbook_sheets import sheet_of

KEY_SHEET = "_kakehashi"
COLUMNS = (
    "number", "finding_id", "rule_id", "question", "record_key_a", "record_key_b", "evidence",
    "person_id", "account_id", "opportunity_id", "attribute", "current_value", "proposed_value",
)  # fmt: skip


def write_keys(workbook: Workbook, findings: tuple[Finding, ...], as_of: datetime) -> None:
    """Adds the sheet: first the moment of the questions, then the columns, then a row for each.

    Args:
        workbook: The workbook.
        findings: Everything that is asked in it.
        as_of: The moment of the report.
    """
    sheet = workbook.create_sheet(KEY_SHEET)
    # A sheet hidden this way is not in Excel's list of sheets to show again.
    sheet.sheet_state = "veryHidden"
    put(cell_at(sheet, 1, 1), "asked_at")
    put(cell_at(sheet, 1, 2), as_of.astimezone(UTC).isoformat())
    for place, name in enumerate(COLUMNS, start=1):
        put(cell_at(sheet, 2, place), name)
    for row, finding in enumerate(findings, start=3):
        for place, value in enumerate(_values(finding), start=1):
            put(cell_at(sheet, row, place), value)


def _values(finding: Finding) -> tuple[str | None, ...]:
    return (
        finding.number,
        finding.finding_id,
        finding.rule_id,
        sheet_of(finding),
        finding.record_key,
        finding.proposed_from if finding.friday_class == "duplicates" else None,
        "\n".join(finding.evidence),
        finding.person_id,
        finding.account_id,
        finding.opportunity_id,
        finding.attribute,
        finding.current_value,
        finding.proposed_value,
    )
