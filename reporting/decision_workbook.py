"""The workbook in which the Friday meeting decides: one sheet per class, one row per finding.

Layout, safety of cells and the machine keys belong here. The keys (`finding_id`, `rule_id`) stand
in hidden columns, so that a filled-in workbook can be read back row by row in any order.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reporting.findings import CLASSES, TOKYO, Finding, FridayFindings
from reporting.friday_page import day_label
from reporting.page_tables import Tables, record_link
from reporting.texts import Texts

COLOURS = {"duplicates": "35558F", "missing": "17706A", "ng": "8C3A56", "stage": "9A5B0C"}
FILLED_IN = ("decision", "value", "comment", "decider")
HIDDEN = ("evidence", "finding_id", "rule_id")
HEADER_ROW = 3
TEXT_LIMIT = 32_767  # what a cell of Excel holds
LINK_LIMIT = 65_000  # what a sheet of Excel holds, rounded down
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FONT = "Yu Gothic"
# Styles are shared: a style made anew for each cell is most of the time that writing takes.
_BODY = Font(name=_FONT, size=10)
_LINK = Font(name=_FONT, size=10, color="1F5FA8", underline="single")
_TOP = Alignment(vertical="top", wrap_text=True)
_TO_FILL_IN = PatternFill("solid", fgColor="FFF8DC")
_UNLOCKED = Protection(locked=False)
_HAIRLINE = Side(style="thin", color="D5DCE3")
_BORDER = Border(bottom=_HAIRLINE)

Value = str | int | date | None


@dataclass(frozen=True)
class Column:
    """One column: its name in the catalogue, its width and what it says of a finding."""

    name: str
    width: int
    value: Callable[[Finding], Value]


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
    moment = as_of.astimezone(TOKYO).replace(tzinfo=None)
    workbook.properties.created = workbook.properties.modified = moment
    workbook.properties.creator = texts("brand")
    guide = workbook.active
    assert isinstance(guide, Worksheet)
    _write_guide(guide, data, texts, as_of)
    tables = Tables(data, texts, salesforce_url)
    for name in CLASSES:
        sheet = workbook.create_sheet(texts(f"classes.{name}.sheet"))
        findings = [finding for finding in data.findings if finding.friday_class == name]
        _write_class(sheet, name, findings, tables)
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


def _columns(friday_class: str, tables: Tables) -> list[Column]:
    """The columns of a sheet: what it is about, what is proposed, what people fill in, the keys."""
    texts = tables.texts
    about = [
        Column("number", 8, lambda f: f.number),
        Column("rule", 22, lambda f: texts.label("rules", f.rule_id)),
        Column("severity", 8, lambda f: texts.label("severities", f.severity)),
        Column("person", 18, lambda f: f.record.display_name if f.record else None),
        Column("company", 24, lambda f: f.record.company_name if f.record else None),
        Column("record", 15, lambda f: texts.label("objects", f.record_key.rsplit(":", 1)[0])),
        Column("record_id", 22, lambda f: f.source_id),
        Column("owner", 14, lambda f: f.owner),
    ]
    if friday_class == "stage":
        about.append(Column("amount", 14, lambda f: f.record.amount_jpy if f.record else None))
    if friday_class != "duplicates":
        about.append(Column("score", 8, lambda f: f.person.score if f.person else None))
    proposal = [
        Column("attribute", 12, lambda f: texts.label("attributes", f.attribute)),
        Column("what", 46, lambda f: f.what_ja),
        Column("current", 18, lambda f: f.current_value),
        Column("proposed", 24, lambda f: f.proposed_value),
        Column("source", 18, tables.source_of),
        Column("since", 12, lambda f: f.first_seen_on),
    ]
    filled_in = [Column(name, width, lambda f: None) for name, width in
                 zip(FILLED_IN, (22, 22, 28, 14), strict=True)]  # fmt: skip
    keys = [
        Column("evidence", 30, lambda f: "\n".join(f.evidence)),
        Column("finding_id", 36, lambda f: f.finding_id),
        Column("rule_id", 26, lambda f: f.rule_id),
    ]
    return about + proposal + filled_in + keys


def _write_class(
    sheet: Worksheet, friday_class: str, findings: list[Finding], tables: Tables
) -> None:
    texts, columns = tables.texts, _columns(friday_class, tables)
    sheet.sheet_properties.tabColor = COLOURS[friday_class]
    put(cell_at(sheet, 1, 1), texts(f"classes.{friday_class}.how"))
    cell_at(sheet, 1, 1).font = Font(name=_FONT, size=11, bold=True, color=COLOURS[friday_class])
    for place, column in enumerate(columns, start=1):
        _write_header(sheet, place, column, friday_class, texts)
    for row, finding in enumerate(findings, start=HEADER_ROW + 1):
        for place, column in enumerate(columns, start=1):
            _write_body(cell_at(sheet, row, place), column, finding)
        link = record_link(tables.salesforce_url, finding)
        if link and row < LINK_LIMIT:
            place = [column.name for column in columns].index("record_id") + 1
            cell_at(sheet, row, place).hyperlink = link
            cell_at(sheet, row, place).font = _LINK
    last_row = max(HEADER_ROW + len(findings), HEADER_ROW + 1)
    _add_choices(sheet, columns, friday_class, texts, last_row)
    _lay_out(sheet, len(columns), last_row)


def _write_header(
    sheet: Worksheet, place: int, column: Column, friday_class: str, texts: Texts
) -> None:
    # The hidden second row names the columns for the machine, whatever language the header has.
    put(cell_at(sheet, HEADER_ROW - 1, place), column.name)
    header = cell_at(sheet, HEADER_ROW, place)
    is_value = column.name == "value"
    put(header, texts(f"classes.{friday_class}.value_label" if is_value
                      else f"workbook.columns.{column.name}"))  # fmt: skip
    colour = "B8860B" if column.name in FILLED_IN else COLOURS[friday_class]
    header.font = Font(name=_FONT, size=10, bold=True, color="FFFFFF")
    header.fill = PatternFill("solid", fgColor=colour)
    header.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.column_dimensions[get_column_letter(place)].hidden = column.name in HIDDEN


def _write_body(cell: Cell, column: Column, finding: Finding) -> None:
    put(cell, column.value(finding))
    cell.font = _BODY
    cell.border = _BORDER
    cell.alignment = _TOP
    if column.name in FILLED_IN:
        cell.fill = _TO_FILL_IN
        cell.protection = _UNLOCKED
    elif column.name == "amount":
        cell.number_format = "#,##0"
    elif column.name == "since":
        cell.number_format = "yyyy-mm-dd"


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell that can be written, which the hidden part of a merged range cannot.

    Args:
        sheet: The sheet.
        row: From 1.
        column: From 1.
    """
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def put(cell: Cell, value: Value) -> None:
    """Writes a value so that a spreadsheet shows it and never runs it.

    Args:
        cell: Where to write.
        value: A text is stored as text whatever it starts with; numbers and dates stay themselves.
    """
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:TEXT_LIMIT]
    cell.data_type = "s"
    if value.startswith(_FORMULA_STARTS):
        # Without the quote prefix the text would turn into a formula when somebody edits the cell.
        cell.quotePrefix = True


def _add_choices(
    sheet: Worksheet, columns: list[Column], friday_class: str, texts: Texts, last_row: int
) -> None:
    choices = texts.branch(f"classes.{friday_class}.decisions")
    validation = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    validation.errorTitle = validation.promptTitle = texts("workbook.pick_title")
    validation.error = validation.prompt = texts("workbook.pick")
    validation.showErrorMessage = validation.showInputMessage = True
    letter = get_column_letter([column.name for column in columns].index("decision") + 1)
    validation.add(f"{letter}{HEADER_ROW + 1}:{letter}{last_row}")
    sheet.add_data_validation(validation)


def _lay_out(sheet: Worksheet, columns: int, last_row: int) -> None:
    sheet.row_dimensions[HEADER_ROW - 1].hidden = True
    sheet.row_dimensions[HEADER_ROW].height = 32
    sheet.freeze_panes = f"E{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(columns)}{last_row}"
    sheet.sheet_view.zoomScale = 90
    _fit_to_paper(sheet)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def _fit_to_paper(sheet: Worksheet) -> None:
    """Some meetings print it: A4 landscape, all columns on one page, as many pages as it takes."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_guide(sheet: Worksheet, data: FridayFindings, texts: Texts, as_of: datetime) -> None:
    sheet.title = texts("workbook.guide_sheet")
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("ABCD", (26, 10, 62, 62), strict=True):
        sheet.column_dimensions[letter].width = width
    lines = [
        (texts("workbook.guide_title"), Font(name=_FONT, size=18, bold=True)),
        (texts("workbook.guide_date", date=day_label(texts, as_of)), Font(name=_FONT, size=12)),
        (texts("workbook.guide_privacy"), Font(name=_FONT, size=11, bold=True, color="9C2B2B")),
        *((line, Font(name=_FONT, size=11)) for line in texts.branch("workbook.guide")),
    ]
    for row, (line, font) in enumerate(lines, start=1):
        put(cell_at(sheet, row, 1), line)
        cell_at(sheet, row, 1).font = font
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
        cell_at(sheet, row, 1).alignment = Alignment(vertical="center", wrap_text=True)
        sheet.row_dimensions[row].height = 30 if row == 1 else 22
    _write_overview(sheet, len(lines) + 2, data, texts)
    _fit_to_paper(sheet)


def _write_overview(sheet: Worksheet, top: int, data: FridayFindings, texts: Texts) -> None:
    for place, label in enumerate(texts.branch("workbook.guide_table"), start=1):
        put(cell_at(sheet, top, place), label)
        cell_at(sheet, top, place).font = Font(name=_FONT, size=10, bold=True, color="FFFFFF")
        cell_at(sheet, top, place).fill = PatternFill("solid", fgColor="1D2733")
    for row, name in enumerate(CLASSES, start=top + 1):
        title = texts(f"classes.{name}.sheet")
        cells: tuple[Value, ...] = (
            title,
            sum(finding.friday_class == name for finding in data.findings),
            texts(f"classes.{name}.how"),
            " / ".join(texts.branch(f"classes.{name}.decisions")),
        )
        for place, value in enumerate(cells, start=1):
            put(cell_at(sheet, row, place), value)
            cell_at(sheet, row, place).font = _BODY
            cell_at(sheet, row, place).border = _BORDER
            cell_at(sheet, row, place).alignment = _TOP
        cell_at(sheet, row, 1).hyperlink = f"#'{title}'!A1"
        cell_at(sheet, row, 1).font = _LINK
