"""The workbook in which the Friday meeting decides: a guide, the sheets to fill in, the keys.

What stands on a sheet belongs to `workbook_sheets`, what the machine remembers of it to
`workbook_keys`; here they are put together, and a filled-in workbook is told from a fresh one.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from reporting.findings import FridayFindings
from reporting.friday_page import day_label
from reporting.page_tables import Tables
from reporting.texts import Texts
from reporting.workbook_cells import (
    FONT,
    LINK,
    MIDDLE,
    Value,
    cell_at,
    fit_to_paper,
    put,
    write_body,
    write_header,
)
from reporting.workbook_keys import write_keys
from reporting.workbook_sheets import FILLED_IN, HEADER_ROW, SHEETS, sheet_of, write_sheet


def write_workbook(
    path: Path, data: FridayFindings, texts: Texts, *, as_of: datetime, salesforce_url: str | None
) -> None:
    """Writes the workbook with every open finding, also those the page had no room for.

    Args:
        path: Where to write.
        data: What was read for the report.
        texts: The catalogue.
        as_of: The moment of the report.
        salesforce_url: Where records open; none leaves them unlinked.
    """
    workbook = Workbook()
    # The clock of the machine must not show: the same input gives the same content.
    moment = as_of.astimezone(UTC).replace(tzinfo=None)
    workbook.properties.created = workbook.properties.modified = moment
    workbook.properties.creator = texts("brand")
    guide = workbook.active
    assert isinstance(guide, Worksheet)
    _write_guide(guide, data, texts, as_of)
    tables = Tables(data, texts, salesforce_url)
    for name in SHEETS:
        sheet = workbook.create_sheet(texts(f"classes.{name}.sheet"))
        findings = [finding for finding in data.findings if sheet_of(finding) == name]
        write_sheet(sheet, name, findings, tables)
    write_keys(workbook, data.findings, as_of)
    # Saved under a name without .xlsx while it is being written, hence the open file.
    with path.open("wb") as file:
        workbook.save(file)


def has_decisions(path: Path) -> bool:
    """Whether somebody filled in a workbook, or it cannot be read and must not be lost.

    Args:
        path: A workbook that may not exist.
    """
    if not path.exists():
        return False
    try:
        workbook = load_workbook(path, read_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError):
        return True
    try:
        return any(_is_filled_in(sheet) for sheet in workbook.worksheets)
    finally:
        workbook.close()


def _is_filled_in(sheet: Worksheet) -> bool:
    rows = sheet.iter_rows(min_row=HEADER_ROW - 1, values_only=True)
    names = next(rows, ())
    places = [place for place, name in enumerate(names) if name in FILLED_IN]
    next(rows, None)
    return any(row[place] not in (None, "") for row in rows for place in places)


def _write_guide(sheet: Worksheet, data: FridayFindings, texts: Texts, as_of: datetime) -> None:
    sheet.title = texts("workbook.guide_sheet")
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("ABCD", (26, 10, 62, 62), strict=True):
        sheet.column_dimensions[letter].width = width
    lines = [
        (texts("workbook.guide_title"), Font(name=FONT, size=18, bold=True)),
        (texts("workbook.guide_date", date=day_label(texts, as_of)), Font(name=FONT, size=12)),
        (texts("workbook.guide_privacy"), Font(name=FONT, size=11, bold=True, color="9C2B2B")),
        *((line, Font(name=FONT, size=11)) for line in texts.branch("workbook.guide")),
    ]
    for row, (line, font) in enumerate(lines, start=1):
        put(cell_at(sheet, row, 1), line)
        cell_at(sheet, row, 1).font = font
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
        cell_at(sheet, row, 1).alignment = MIDDLE
        sheet.row_dimensions[row].height = 30 if row == 1 else 22
    _write_overview(sheet, len(lines) + 2, data, texts)
    fit_to_paper(sheet)


def _write_overview(sheet: Worksheet, top: int, data: FridayFindings, texts: Texts) -> None:
    for place, label in enumerate(texts.branch("workbook.guide_table"), start=1):
        write_header(cell_at(sheet, top, place), label, "1D2733")
    for row, name in enumerate(SHEETS, start=top + 1):
        title = texts(f"classes.{name}.sheet")
        cells: tuple[Value, ...] = (
            title,
            sum(sheet_of(finding) == name for finding in data.findings),
            texts(f"classes.{name}.how"),
            " / ".join(texts.branch(f"classes.{name}.decisions")),
        )
        for place, value in enumerate(cells, start=1):
            write_body(cell_at(sheet, row, place), value)
        cell_at(sheet, row, 1).hyperlink = f"#'{title}'!A1"
        cell_at(sheet, row, 1).font = LINK
