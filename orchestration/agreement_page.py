"""Writes the pages about the agreement tables from their descriptions: `make dictionary`."""

from __future__ import annotations

import csv
from pathlib import Path

from expectations.agreement import read_descriptions
from expectations.agreement.page import render_list, render_table
from orchestration.agreement import DEFAULT_DIR
from orchestration.settings import PROJECT_DIR

DOCS = PROJECT_DIR.parent / "docs"
LIST = "agreement-tables.md"
FOLDER = "agreement"


def current_pages() -> dict[str, str]:
    """Every page as it should be now, by its path below docs/."""
    descriptions = read_descriptions(PROJECT_DIR / "models")
    pages = {LIST: render_list(descriptions)}
    for table in descriptions.values():
        with (DEFAULT_DIR / table.file_name).open(encoding="utf-8", newline="") as lines:
            pages[f"{FOLDER}/{table.name}.md"] = render_table(table, list(csv.DictReader(lines)))
    return pages


def write_pages(docs: Path) -> None:
    """Writes every page and removes those of tables that are gone."""
    (docs / FOLDER).mkdir(exist_ok=True)
    for old in (docs / FOLDER).glob("*.md"):
        old.unlink()
    for name, page in current_pages().items():
        (docs / name).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write_pages(DOCS)
    print(f"wrote {DOCS / LIST} and the pages in {DOCS / FOLDER}")
