"""A company's own header tables: they add to the project's and overrule it."""

import csv

import pytest

from ingestion.config import PROJECT_AGREEMENT_DIR
from ingestion.headers import Synonyms, header_tables, normalised

TABLES = ("card_headers", "form_headers", "spend_headers")


@pytest.fixture
def own(tmp_path):
    def write(*rows):
        lines = ["column_name,header", *rows]
        (tmp_path / "card_headers.csv").write_text("\n".join(lines), encoding="utf-8-sig")
        return Synonyms(*header_tables("card_headers", tmp_path))

    return write


def test_an_own_table_adds_to_the_projects(own):
    synonyms = own("exchanged_on,お会いした日")
    assert synonyms.column("お会いした日") == "exchanged_on"
    assert synonyms.column("名刺交換日") == "exchanged_on"


def test_an_own_row_overrules_the_projects(own):
    assert own("memo,担当").column("担当") == "memo"


def test_a_row_that_is_not_filled_in_changes_nothing(own):
    assert own(",担当", "memo,").column("担当") == "owner_name"


@pytest.mark.parametrize("name", TABLES)
def test_no_header_of_the_projects_tables_means_two_columns(name):
    with (PROJECT_AGREEMENT_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        meanings = {}
        for row in csv.DictReader(lines):
            meanings.setdefault(normalised(row["header"]), set()).add(row["column_name"])
    assert [header for header, columns in meanings.items() if len(columns) > 1] == []


def test_a_lists_own_header_is_read_through_the_agreement_folder(landing):
    folder = landing.inbox_dir / "cards"
    folder.mkdir(parents=True)
    rows = "column_name,header\nexchanged_on,お会いした日\n"
    (landing.agreement_dir / "card_headers.csv").write_text(rows, encoding="utf-8")
    content = "氏名,会社名,お会いした日\n山田 太郎,山田製作,2026/1/2\n"
    (folder / "a.csv").write_text(content, encoding="utf-8")
    landing.load("card_files")
    assert str(landing.ask("SELECT exchanged_on FROM raw_card_files.row")[0][0]) == "2026-01-02"
