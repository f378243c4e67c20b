"""docs/ has one current page per agreement table, which a marketing manager can follow."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from expectations.agreement import read_descriptions
from orchestration.agreement import DEFAULT_DIR
from orchestration.agreement_page import DOCS, FOLDER, LIST, current_pages, write_pages
from orchestration.settings import PROJECT_DIR

TABLES = read_descriptions(PROJECT_DIR / "models")
PAGES = current_pages()


def test_every_table_in_the_folder_has_a_page_and_no_other_has() -> None:
    names = sorted(path.stem for path in DEFAULT_DIR.glob("*.csv"))
    assert sorted(path.stem for path in (DOCS / FOLDER).glob("*.md")) == names
    assert sorted(PAGES) == sorted([LIST, *(f"{FOLDER}/{name}.md" for name in names)])


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_current(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert page == PAGES[name], "run `make dictionary` and commit docs/"


@pytest.mark.parametrize("table", TABLES)
def test_a_page_tells_what_it_decides_its_columns_rows_a_change_and_how_to_check(
    table: str,
) -> None:
    page = PAGES[f"{FOLDER}/{table}.md"]
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == [
        "決めること", "列の意味", "標準の行", "変更の例と、その効果", "確かめかた",
    ]  # fmt: skip
    for column in TABLES[table].columns:
        assert f"| `{column.name}` |" in page
    assert "make agreement` を実行します" in page
    assert "\n効果: " in page


def test_the_list_links_every_page() -> None:
    linked = re.findall(r"\]\((agreement/\w+\.md)\)", PAGES[LIST])
    assert linked == [f"{FOLDER}/{name}.md" for name in TABLES]
    assert all((DOCS / link).is_file() for link in linked)


def test_default_rows_are_those_of_the_table() -> None:
    with (DEFAULT_DIR / "score_labels.csv").open(encoding="utf-8") as lines:
        first = next(csv.reader(list(lines)[1:]))
    assert f"| {' | '.join(first)} |" in PAGES[f"{FOLDER}/score_labels.md"]
    assert "標準では行がありません。" in PAGES[f"{FOLDER}/company_holidays.md"]
    assert re.search(r"ほか \d+ 行は、", PAGES[f"{FOLDER}/industries.md"])


def test_the_page_of_a_table_that_is_gone_goes_too(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "gone.md").touch()
    write_pages(tmp_path)
    assert not (tmp_path / FOLDER / "gone.md").exists()
    assert (tmp_path / LIST).is_file()
