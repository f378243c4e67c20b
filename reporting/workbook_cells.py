"""Cells of the workbook: styles, texts that never run as formulas, headers and choices.

Here belongs what every sheet has in common. Not here: which columns a sheet has
(`workbook_sheets`), what is written besides the sheets (`decision_workbook`, `workbook_keys`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reporting.texts import Texts

TEXT_LIMIT = 32_767  # what a cell of Excel holds
FONT = "Yu Gothic"
# Styles are shared: a style made anew for each cell is most of the time that writing takes.
BODY = Font(name=FONT, size=10)
LINK = Font(name=FONT, size=10, color="1F5FA8", underline="single")
WHITE = Font(name=FONT, size=10, bold=True, color="FFFFFF")
TOP = Alignment(vertical="top", wrap_text=True)
MIDDLE = Alignment(vertical="center", wrap_text=True)
TO_FILL_IN = PatternFill("solid", fgColor="FFF8DC")
UNLOCKED = Protection(locked=False)
LINE_BELOW = Border(bottom=Side(style="thin", color="D5DCE3"))
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Value = str | int | date | None


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


def write_header(cell: Cell, label: str, colour: str) -> None:
    """Writes the label above a column.

    Args:
        cell: Where to write.
        label: What people read.
        colour: Of the ground, as RRGGBB.
    """
    put(cell, label)
    cell.font = WHITE
    cell.fill = PatternFill("solid", fgColor=colour)
    cell.alignment = MIDDLE


def write_body(cell: Cell, value: Value, *, is_filled_in: bool = False) -> None:
    """Writes one value below a header.

    Args:
        cell: Where to write.
        value: As `put` takes it.
        is_filled_in: Whether people write here.
    """
    put(cell, value)
    cell.font, cell.border, cell.alignment = BODY, LINE_BELOW, TOP
    if is_filled_in:
        cell.fill, cell.protection = TO_FILL_IN, UNLOCKED


def offer(sheet: Worksheet, cells: str, choices: Sequence[str], texts: Texts) -> None:
    """Lets people pick one of some words instead of typing it.

    Args:
        sheet: The sheet.
        cells: Range such as `R4:R20`.
        choices: The words, without commas, together at most 255 characters.
        texts: The catalogue.
    """
    validation = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    validation.errorTitle = validation.promptTitle = texts("workbook.pick_title")
    validation.error = validation.prompt = texts("workbook.pick")
    validation.showErrorMessage = validation.showInputMessage = True
    validation.add(cells)
    sheet.add_data_validation(validation)


def fit_to_paper(sheet: Worksheet) -> None:
    """Some meetings print it: A4 landscape, all columns on one page, as many pages as it takes.

    Args:
        sheet: The sheet.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
