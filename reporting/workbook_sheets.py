"""The sheets in which people decide: one row per finding, what to fill in stands in yellow.

Which columns a question needs and what they say belong here. The machine keys (`finding_id`,
`rule_id`) stand in hidden columns, so that a filled-in workbook can be read back row by row in any
order. Not here: styles (`workbook_cells`), the guide (`decision_workbook`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reporting.findings import Finding, Record
from reporting.friday_rules import REVIEW_RULES
from reporting.page_tables import Tables, join, record_link
from reporting.text_tables import width_of
from reporting.texts import Texts
from reporting.workbook_cells import (
    FONT,
    LINK,
    Value,
    cell_at,
    fit_to_paper,
    offer,
    put,
    write_body,
    write_header,
)

# The classes of the meeting, and the pairs of which only people can say what they are.
SHEETS = ("duplicates", "review", "missing", "ng", "stage", "inputs")
COLOURS = {
    "duplicates": "35558F", "review": "5B4B8A", "missing": "17706A", "ng": "8C3A56",
    "stage": "9A5B0C", "inputs": "4A5A2B",
}  # fmt: skip
FILLED_IN = ("decision", "value", "comment", "decider")
HIDDEN = ("evidence", "finding_id", "rule_id")
HEADER_ROW = 3
LINK_LIMIT = 65_000  # what a sheet of Excel holds, rounded down
_LINE_HEIGHT = 14.0  # points
_TO_FILL_IN_COLOUR = "B8860B"
_FORMATS = {"amount": "#,##0", "since": "yyyy-mm-dd"}


@dataclass(frozen=True)
class Column:
    """One column: its name in the catalogue, its width and what it says of a finding."""

    name: str
    width: int
    value: Callable[[Finding], Value]


def sheet_of(finding: Finding) -> str:
    """The sheet on which a finding is decided.

    Args:
        finding: Any finding.
    """
    return "review" if finding.rule_id in REVIEW_RULES else finding.friday_class


def write_sheet(sheet: Worksheet, name: str, findings: list[Finding], tables: Tables) -> None:
    """Writes one sheet with its header, its rows and the words to pick from.

    Args:
        sheet: An empty sheet.
        name: One of `SHEETS`.
        findings: What is decided on it, in order.
        tables: The catalogue, the records and where they open.
    """
    texts = tables.texts
    columns = _review_columns(tables) if name == "review" else _class_columns(name, tables)
    sheet.sheet_properties.tabColor = COLOURS[name]
    put(cell_at(sheet, 1, 1), texts(f"classes.{name}.how"))
    cell_at(sheet, 1, 1).font = Font(name=FONT, size=11, bold=True, color=COLOURS[name])
    for place, column in enumerate(columns, start=1):
        _write_head(sheet, place, column, name, texts)
    for row, finding in enumerate(findings, start=HEADER_ROW + 1):
        _write_row(sheet, row, columns, finding, tables)
        if name == "review":
            sheet.row_dimensions[row].height = _height(columns, finding)
    last_row = max(HEADER_ROW + len(findings), HEADER_ROW + 1)
    letter = get_column_letter(_place(columns, "decision"))
    choices = texts.branch(f"classes.{name}.decisions")
    offer(sheet, f"{letter}{HEADER_ROW + 1}:{letter}{last_row}", choices, texts)
    _lay_out(sheet, len(columns), last_row)


def _class_columns(name: str, tables: Tables) -> list[Column]:
    """What it is about, what is proposed, what people fill in, the keys."""
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
    if name == "stage":
        about.append(Column("amount", 14, lambda f: f.record.amount_jpy if f.record else None))
    if name != "duplicates":
        about.append(Column("score", 8, lambda f: f.person.score if f.person else None))
    proposal = [
        Column("attribute", 12, lambda f: texts.label("attributes", f.attribute)),
        Column("what", 46, lambda f: f.what_ja),
        Column("current", 18, lambda f: f.current_value),
        Column("proposed", 24, lambda f: f.proposed_value),
        Column("source", 18, tables.source_of),
        Column("since", 12, lambda f: f.first_seen_on),
        *_previous(tables),
    ]
    return about + proposal + _filled_in(FILLED_IN) + _keys()


def _review_columns(tables: Tables) -> list[Column]:
    """Two records above each other in every cell, so that what differs meets the eye."""
    texts = tables.texts

    def both(read: Callable[[Record], str | None]) -> Callable[[Finding], str]:
        return lambda f: "\n".join(read(record) or "―" for record in tables.pair_of(f))

    def kind(record: Record) -> str:
        label = texts.label("objects", f"{record.source_system}:{record.source_object}")
        return join(label, f"{record.updated_on:%Y/%m/%d}" if record.updated_on else None)

    about = [
        Column("number", 7, lambda f: f.number),
        Column("likelihood", 8, lambda f: tables.likelihood_of(f)),
        Column("both_names", 17, both(lambda r: r.display_name)),
        Column("both_companies", 25, both(lambda r: r.company_name)),
        Column("both_jobs", 18, both(lambda r: join(r.department, r.title))),
        Column("both_mails", 34, both(lambda r: r.email)),
        Column("both_phones", 16, both(lambda r: r.phone)),
        Column("both_owners", 11, both(lambda r: r.owner)),
        Column("both_records", 25, both(kind)),
        Column("evidence_ja", 38, lambda f: f.what_ja),
        Column("if_same", 28, lambda f: f.proposed_value),
        *_previous(tables),
    ]
    return about + _filled_in(("decision", "comment", "decider")) + _keys()


def _previous(tables: Tables) -> list[Column]:
    """What an earlier meeting said; no column as long as there was none."""
    return [Column("previous", 18, tables.previous_decision)] if tables.data.received else []


def _filled_in(names: tuple[str, ...]) -> list[Column]:
    widths = {"decision": 22, "value": 22, "comment": 28, "decider": 14}
    return [Column(name, widths[name], lambda f: None) for name in names]


def _keys() -> list[Column]:
    return [
        Column("evidence", 30, lambda f: "\n".join(f.evidence)),
        Column("finding_id", 36, lambda f: f.finding_id),
        Column("rule_id", 26, lambda f: f.rule_id),
    ]


def _write_head(sheet: Worksheet, place: int, column: Column, name: str, texts: Texts) -> None:
    # The hidden second row names the columns for the machine, whatever language the header has.
    put(cell_at(sheet, HEADER_ROW - 1, place), column.name)
    is_value = column.name == "value"
    label = f"classes.{name}.value_label" if is_value else f"workbook.columns.{column.name}"
    colour = _TO_FILL_IN_COLOUR if column.name in FILLED_IN else COLOURS[name]
    write_header(cell_at(sheet, HEADER_ROW, place), texts(label), colour)
    sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.column_dimensions[get_column_letter(place)].hidden = column.name in HIDDEN


def _write_row(
    sheet: Worksheet, row: int, columns: list[Column], finding: Finding, tables: Tables
) -> None:
    for place, column in enumerate(columns, start=1):
        cell = cell_at(sheet, row, place)
        write_body(cell, column.value(finding), is_filled_in=column.name in FILLED_IN)
        if column.name in _FORMATS:
            cell.number_format = _FORMATS[column.name]
    linked = next((c for c in columns if c.name in ("record_id", "both_records")), None)
    link = record_link(tables.salesforce_url, finding)
    if link and linked and row < LINK_LIMIT:
        cell = cell_at(sheet, row, _place(columns, linked.name))
        cell.hyperlink = link
        cell.font = LINK


def _height(columns: list[Column], finding: Finding) -> float:
    """Room for all lines of the fullest cell; programs measure cells of several lines badly."""
    lines = [
        sum(max(1, ceil(width_of(line) / (column.width - 1))) for line in str(text).split("\n"))
        for column in columns
        if column.name not in HIDDEN and (text := column.value(finding))
    ]
    return _LINE_HEIGHT * max(lines, default=1) + 4


def _place(columns: list[Column], name: str) -> int:
    return [column.name for column in columns].index(name) + 1


def _lay_out(sheet: Worksheet, columns: int, last_row: int) -> None:
    sheet.row_dimensions[HEADER_ROW - 1].hidden = True
    sheet.row_dimensions[HEADER_ROW].height = 32
    sheet.freeze_panes = f"E{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(columns)}{last_row}"
    sheet.sheet_view.zoomScale = 90
    fit_to_paper(sheet)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
