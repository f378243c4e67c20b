"""The Friday report: what the thirty minutes of data cleaning look at, and where they decide.

Reads the warehouse, writes `reports/friday/<day in Tokyo>/report.html`, `decisions.xlsx` and, in
`why/`, the cards of the people on the page, and says what it counted. How page, workbook and cards
are built belongs to their own modules; which rows are findings belongs to the rules in
`dbt_project/models/hygiene`.

Run standalone: `python -m reporting.friday <warehouse> <reports folder> <as_of>`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reporting.decision_workbook import has_decisions, write_workbook
from reporting.files import set_aside, write_atomically
from reporting.findings import TOKYO, read_friday
from reporting.friday_page import ClassCount, class_counts, persons_named, render_page, stale
from reporting.linked_cards import write_cards
from reporting.texts import catalogue


@dataclass(frozen=True)
class FridayReport:
    """What was written and counted.

    Attributes:
        html_path: The page.
        workbook_path: The workbook to decide in.
        held_on: Day of the meeting, in Tokyo.
        counts: Open findings per rule.
        previous_counts: The same a week earlier; none when there was no earlier Friday.
        classes: The numbers of the cards.
        stale_sources: Sources that were down, off or only partly read.
        why_cards: How many why cards were written for the page.
        why_cards_missing: How many people of the page have none: past a limit, or not readable.
        kept_workbook: An earlier workbook of the day that held decisions, under its new name.
    """

    html_path: Path
    workbook_path: Path
    held_on: date
    counts: dict[str, int]
    previous_counts: dict[str, int] | None
    classes: tuple[ClassCount, ...]
    stale_sources: tuple[str, ...]
    why_cards: int
    why_cards_missing: int
    kept_workbook: Path | None = None


def build_friday_report(
    warehouse: Path,
    reports_dir: Path,
    *,
    as_of: datetime,
    salesforce_url: str | None,
    language: str = "ja",
    state: Path | None = None,
) -> FridayReport:
    """Writes the page and the workbook for one Friday.

    Args:
        warehouse: The warehouse file, opened read-only.
        reports_dir: The reports folder; the day's own folder is made in it.
        as_of: The moment of the report, with its zone.
        salesforce_url: Where the SFA's records open; none leaves them unlinked.
        language: Language of the report.
        state: The state file, opened read-only for the why cards; none leaves them out.

    Raises:
        ValueError: `as_of` has no zone, so the day in Tokyo cannot be known.
        LookupError: The hygiene tables are not there yet.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of needs its time zone")
    texts = catalogue(language)
    data = read_friday(warehouse, as_of)
    held_on = as_of.astimezone(TOKYO).date()
    folder = reports_dir / "friday" / f"{held_on:%Y-%m-%d}"
    why = {}
    persons = persons_named(data, texts)
    if state is not None:
        why = write_cards(folder, persons, warehouse=warehouse, state=state, language=language)
    page = render_page(data, texts, as_of=as_of, salesforce_url=salesforce_url, why=why)
    html_path = write_atomically(
        folder / "report.html", lambda path: path.write_text(page, encoding="utf-8")
    )
    workbook = folder / "decisions.xlsx"
    kept = set_aside(workbook) if has_decisions(workbook) else None
    write_atomically(
        workbook,
        lambda path: write_workbook(path, data, texts, as_of=as_of, salesforce_url=salesforce_url),
    )
    return FridayReport(
        html_path=html_path,
        workbook_path=workbook,
        held_on=held_on,
        counts=data.counts,
        previous_counts=data.previous_counts,
        classes=class_counts(data),
        stale_sources=tuple(source.source for source in stale(data.freshness)),
        why_cards=len(why),
        why_cards_missing=len(persons) - len(why),
        kept_workbook=kept,
    )


def main() -> int:
    """Builds the report from the command line, without links into the SFA."""
    if len(sys.argv) != 4:
        print("usage: python -m reporting.friday <warehouse> <reports folder> <as_of>")
        return 2
    as_of = datetime.fromisoformat(sys.argv[3])
    report = build_friday_report(
        Path(sys.argv[1]), Path(sys.argv[2]), as_of=as_of, salesforce_url=None
    )
    print(report.html_path, report.workbook_path, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
