"""The Friday workbook read back: whatever people do to it, what they decided arrives."""

from __future__ import annotations

import csv
import json
import re
import time
import zipfile
from datetime import UTC, timedelta
from itertools import pairwise

import pytest
from openpyxl import Workbook, load_workbook

from ingestion.file_notes import Problem
from ingestion.sources.decisions.answers import shape_answer
from ingestion.sources.decisions.words import WORDS, choices, kind_of
from ingestion.sources.decisions.workbook import HEADERS, header_words, read_workbook
from reporting.friday import build_friday_report
from reporting.texts import catalogue
from reporting.workbook_keys import COLUMNS, KEY_SHEET
from reporting.workbook_sheets import FILLED_IN, HEADER_ROW, SHEETS
from tests.fixtures.reporting.friday_warehouse import (
    AS_OF,
    FridayWarehouse,
    finding,
    person,
    record,
)

MERGES, REVIEW, MISSING, NG, STAGE = (
    "1_重複の統合", "1b_同じ人かの確認", "2_足りない項目", "3_NGの差し戻し", "4_ステージの更新",
)  # fmt: skip
LATER = AS_OF + timedelta(hours=4)
ID = "finding_{:024x}".format


def asked():
    """One question of each sort, two of the pairs."""
    pair = {
        "person_id": "p1",
        "current_value": "medium",
        "proposed_value": "記録2件が1人になります。",
    }
    return FridayWarehouse(
        persons=[person("p1", score=45)],
        records=[record("lead", f"L{n}", display_name="青山 一郎") for n in range(1, 9)],
        findings=[
            finding("person__duplicate_records", "L1", finding_id=ID(1), person_id="p1",
                    attribute="merge_into", proposed_value="L2",
                    proposed_from="salesforce:lead:L2",
                    evidence="salesforce:lead:L1\nsalesforce:lead:L2"),
            finding("person__possible_duplicate", "L3", finding_id=ID(2), priority=1, **pair,
                    proposed_from="salesforce:contact:C1", attribute="same_person",
                    evidence="salesforce:lead:L3\nsalesforce:contact:C1"),
            finding("person__possible_duplicate", "L4", finding_id=ID(3), priority=2, **pair,
                    proposed_from="sansan:biz_card:S1", attribute="same_person",
                    evidence="salesforce:lead:L4\nsansan:biz_card:S1"),
            finding("person__missing_attribute", "L5", finding_id=ID(5), person_id="p1",
                    attribute="title", proposed_value="営業部長",
                    proposed_from="card_files:row:名刺.csv:12"),
            finding("person__missing_attribute", "L6", finding_id=ID(6), person_id="p1",
                    attribute="lead_source"),
            finding("person__ng_to_pass_back", "L7", finding_id=ID(7), person_id="p1",
                    attribute="status", current_value="Working", proposed_value="Unqualified"),
            finding("opportunity__stage_overdue", "006X", finding_id=ID(8), opportunity_id="o1",
                    source_object="opportunity", attribute="close_date",
                    current_value="2026-09-06"),
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("friday")
    asked().write(folder / "w.duckdb")
    report = build_friday_report(folder / "w.duckdb", folder, as_of=AS_OF, salesforce_url=None)
    return report.workbook_path


@pytest.fixture
def inbox(landing):
    folder = landing.inbox_dir / "decisions"
    folder.mkdir(parents=True)
    return folder


class Sheet:
    """A sheet as people see it: cells by number and column."""

    def __init__(self, book, title):
        self.sheet = book[title]
        self.columns = {cell.value: cell.column for cell in self.sheet[HEADER_ROW - 1]}

    def line(self, number):
        column = self.columns["number"]
        return next(
            row for row in range(HEADER_ROW + 1, self.sheet.max_row + 1)
            if self.sheet.cell(row, column).value == number
        )  # fmt: skip

    def fill(self, number, **cells):
        for name, value in cells.items():
            self.sheet.cell(self.line(number), self.columns[name]).value = value


@pytest.fixture
def drop(handed_out, inbox, landing):
    """Fills in the workbook, drops it and loads; returns the report of the load."""

    def dropped(change, *, name="decisions.xlsx", edited_at=LATER, load=True):
        book = load_workbook(handed_out)
        change(book)
        path = inbox / name
        book.save(path)
        # openpyxl stamps the clock of the machine over it
        stamped(path, edited_at)
        return landing.load("decisions", LATER + timedelta(days=1)) if load else None

    return dropped


@pytest.fixture
def read(handed_out, tmp_path):
    """Fills in the workbook and reads it, without a load: the decisions, and what is wrong."""

    def answered(change):
        book = load_workbook(handed_out)
        change(book)
        book.save(tmp_path / "decisions.xlsx")
        stamped(tmp_path / "decisions.xlsx", LATER)
        found = read_workbook(tmp_path / "decisions.xlsx")
        shaped = [row.bad_cell or shape_answer(row, as_of=LATER) for row in found.rows]
        wrong = [one for one in shaped if isinstance(one, Problem)]
        return [one for one in shaped if isinstance(one, dict)], wrong

    return answered


def told(rows, *columns):
    """The columns of decisions, sorted."""
    return sorted((tuple(row[name] for name in columns) for row in rows), key=str)


def stamped(path, moment):
    """Sets when the workbook says that it was last saved."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    core = parts["docProps/core.xml"].decode()
    text = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    parts["docProps/core.xml"] = re.sub(
        r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{text}", core
    ).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


def decided(landing, columns="finding_id, kind, decided_value"):
    return landing.ask(f"SELECT {columns} FROM raw_decisions.decision ORDER BY ALL")


def note(inbox, name="decisions.xlsx"):
    return (inbox / "rejected" / f"{name}.txt").read_text(encoding="utf-8-sig")


def row_of(report):
    return report.resources[0]


def test_an_untouched_workbook_decides_nothing(drop, landing, inbox):
    assert row_of(drop(lambda book: None)).status == "ok"
    assert decided(landing) == []
    assert (inbox / "processed" / "decisions.xlsx").exists()


def test_every_sort_of_decision_lands_with_what_it_was_about(drop, landing):
    def fill(book):
        Sheet(book, MERGES).fill("1-3", decision="統合する", decider="山本")
        Sheet(book, REVIEW).fill("1-1", decision="別人・別会社", comment="名刺で確認済み")
        Sheet(book, REVIEW).fill("1-2", decision="保留")
        Sheet(book, MISSING).fill("2-1", decision="提案値で埋める")
        Sheet(book, MISSING).fill("2-2", decision="別の値で埋める", value="展示会")
        Sheet(book, NG).fill("3-1", decision="差し戻す")
        Sheet(book, STAGE).fill("4-1", decision="別の値で更新する", value="2026/12/25")

    report = drop(fill)
    assert (report.status, row_of(report).rows_loaded) == ("ok", 7)
    assert decided(landing) == [
        (ID(1), "merge", "L2"),
        (ID(2), "not_same", None),
        (ID(3), "hold", None),
        (ID(5), "fill_with", "営業部長"),
        (ID(6), "fill_with", "展示会"),
        (ID(7), "pass_back", None),
        (ID(8), "update_with", "2026/12/25"),
    ]
    about = "finding_id, rule_id, record_key_a, record_key_b, person_id, opportunity_id, attribute"
    found = {row[0]: row[1:] for row in decided(landing, about)}
    assert found[ID(1)] == (
        "person__duplicate_records", "salesforce:lead:L1", "salesforce:lead:L2", "p1", None,
        "merge_into",
    )  # fmt: skip
    assert found[ID(2)][1:3] == ("salesforce:lead:L3", "salesforce:contact:C1")
    assert found[ID(5)][1:] == ("salesforce:lead:L5", None, "p1", None, "title")
    assert found[ID(8)] == (
        "opportunity__stage_overdue", "salesforce:opportunity:006X", None, None, "o1", "close_date",
    )  # fmt: skip


def test_who_when_and_where_are_kept(drop, landing):
    drop(
        lambda book: Sheet(book, REVIEW).fill(
            "1-1", decision="保留", decider="岡本", comment="来週"
        )
    )
    assert decided(landing, "asked_at, decided_at, edited_at, decided_by, comment") == [
        (AS_OF, LATER, LATER, "岡本", "来週")
    ]
    assert decided(landing, "number_in_workbook, file_name, sheet_name, row_number") == [
        ("1-1", "decisions.xlsx", REVIEW, 1)
    ]


@pytest.mark.parametrize(
    ("edited_at", "decided_at"),
    [(AS_OF - timedelta(days=9), AS_OF), (LATER + timedelta(days=9), LATER + timedelta(days=1))],
)
def test_a_wrong_clock_never_decides_before_the_question_or_after_the_run(
    handed_out, tmp_path, edited_at, decided_at
):
    book = load_workbook(handed_out)
    Sheet(book, REVIEW).fill("1-1", decision="保留")
    book.save(tmp_path / "d.xlsx")
    stamped(tmp_path / "d.xlsx", edited_at)
    (row,) = read_workbook(tmp_path / "d.xlsx").rows
    shaped = shape_answer(row, as_of=LATER + timedelta(days=1))
    assert (shaped["decided_at"], shaped["edited_at"]) == (decided_at, edited_at)


def sort_rows(book):
    """Every sheet upside down, as a sort of whole rows leaves it."""
    for title in (MERGES, REVIEW, MISSING):
        sheet = book[title]
        rows = [
            [cell.value for cell in row]
            for row in sheet.iter_rows(min_row=HEADER_ROW + 1, max_row=sheet.max_row)
        ]
        for at, row in enumerate(reversed(rows), start=HEADER_ROW + 1):
            for place, value in enumerate(row, start=1):
                sheet.cell(at, place).value = value


def insert_rows(book):
    book[REVIEW].insert_rows(1, 2)
    book[REVIEW].insert_rows(HEADER_ROW + 3)
    book[MISSING].insert_rows(HEADER_ROW + 2)
    book[MISSING].cell(HEADER_ROW + 2, 5).value = "ここまで確認済み"


def delete_columns_people_see(book):
    for title in (REVIEW, MISSING):
        sheet = book[title]
        for name in ("both_mails", "what", "rule", "since"):
            names = [cell.value for cell in sheet[HEADER_ROW - 1]]
            if name in names:
                sheet.delete_cols(names.index(name) + 1)


def delete_hidden_columns(book):
    for title in (REVIEW, MISSING):
        sheet = book[title]
        names = [cell.value for cell in sheet[HEADER_ROW - 1]]
        sheet.delete_cols(names.index("evidence") + 1, 3)


def delete_the_hidden_row(book):
    for title in (REVIEW, MISSING):
        book[title].delete_rows(HEADER_ROW - 1)


def delete_the_number(book):
    for title in (REVIEW, MISSING):
        book[title].delete_cols(1)


def delete_the_hidden_sheet(book):
    del book[KEY_SHEET]


def rename_and_reorder_sheets(book):
    book[REVIEW].title = "確認(営業1課)"
    book._sheets.reverse()


def show_everything(book):
    book[KEY_SHEET].sheet_state = "visible"
    for sheet in book.worksheets:
        for row in sheet.row_dimensions.values():
            row.hidden = False


TREATMENTS = [
    sort_rows, insert_rows, delete_columns_people_see, delete_hidden_columns,
    delete_the_hidden_row, delete_the_number, delete_the_hidden_sheet, rename_and_reorder_sheets,
    show_everything,
]  # fmt: skip


@pytest.mark.parametrize("treat", TREATMENTS, ids=lambda treat: treat.__name__)
def test_what_people_do_to_the_workbook_changes_no_decision(read, treat):
    def fill(book):
        Sheet(book, REVIEW).fill("1-1", decision="同一人物・同じ会社")
        Sheet(book, REVIEW).fill("1-2", decision="別人・別会社")
        Sheet(book, MISSING).fill("2-1", decision="提案値で埋める")
        treat(book)

    rows, wrong = read(fill)
    assert wrong == []
    columns = ("finding_id", "kind", "decided_value", "record_key_a", "record_key_b")
    assert told(rows, *columns) == [
        (ID(2), "merge", None, "salesforce:lead:L3", "salesforce:contact:C1"),
        (ID(3), "not_same", None, "salesforce:lead:L4", "sansan:biz_card:S1"),
        (ID(5), "fill_with", "営業部長", "salesforce:lead:L5", None),
    ]


def test_columns_that_people_added_are_kept(drop, landing):
    def fill(book):
        sheet = Sheet(book, MISSING)
        sheet.sheet.cell(HEADER_ROW, 30).value = "確認日"
        sheet.sheet.cell(sheet.line("2-1"), 30).value = "10/5に電話"

    drop(fill)
    ((finding_id, kind, extra),) = decided(landing, "finding_id, kind, extra_json")
    assert (finding_id, kind, json.loads(extra)) == (ID(5), "note", {"確認日": "10/5に電話"})


def test_a_comment_alone_is_a_note(read):
    rows, _ = read(lambda book: Sheet(book, NG).fill("3-1", comment="本人に確認中"))
    assert told(rows, "kind", "comment") == [("note", "本人に確認中")]


WRONG = {
    "選択肢にない判断です": {"decision": "たぶん同じ"},
    "判断が2つ書かれています": {"decision": "別の値で埋める、空欄のままでよい"},
    "食い違っています(提案値は「営業部長」)": {"decision": "提案値で埋める", "value": "部長代理"},
    "この判断では値を使いません": {"decision": "空欄のままでよい", "value": "部長"},
    "新しい値が書かれていません": {"decision": "別の値で埋める"},
    "値だけが書かれていて、判断が空です": {"value": "部長"},
    "提案値が書き換えられています": {"decision": "提案値で埋める", "proposed": "部長"},
}


@pytest.mark.parametrize(("reason", "cells"), WRONG.items(), ids=list(WRONG))
def test_what_makes_no_sense_is_told_and_the_rest_is_read(read, reason, cells):
    def fill(book):
        Sheet(book, MISSING).fill("2-1", **cells)
        Sheet(book, NG).fill("3-1", decision="差し戻す")

    rows, (problem,) = read(fill)
    assert told(rows, "kind") == [("pass_back",)]
    assert reason in problem.reason
    assert (problem.sheet, problem.row) == (MISSING, HEADER_ROW + 1)
    assert problem.column in ("判断", "別の値", "提案値")
    assert problem.value in (*cells.values(), "")
    assert problem.remedy


def test_a_proposal_that_is_none_cannot_be_taken(read):
    _, (problem,) = read(lambda book: Sheet(book, MISSING).fill("2-2", decision="提案値で埋める"))
    assert "この行には提案値がない" in problem.reason


def test_the_note_beside_the_file_names_sheet_row_column_value_and_remedy(drop, landing, inbox):
    def fill(book):
        Sheet(book, MISSING).fill("2-1", decision="たぶん同じ", comment="要確認")
        Sheet(book, NG).fill("3-1", decision="差し戻す")

    report = drop(fill)
    assert (report.status, row_of(report).rejected) == ("partial", 1)
    assert decided(landing, "kind") == [("pass_back",)]
    text = note(inbox)
    assert "選択肢にない判断です" in text
    assert f"シート「{MISSING}」 {HEADER_ROW + 1}行目 列「判断」 値「たぶん同じ」" in text
    assert "直し方: 「提案値で埋める」・「別の値で埋める」" in text
    ((resource, source_id, column, _),) = landing.rejected()
    assert (resource, source_id, column) == ("decision", "decisions.xlsx:1", "判断")
    ((kept,),) = landing.ask("SELECT row_json FROM raw_landing.rejected_row")
    assert (json.loads(kept)["decision"], json.loads(kept)["comment"]) == ("たぶん同じ", "要確認")


def alter_the_id(book):
    Sheet(book, REVIEW).fill("1-1", finding_id="finding_000000000000000000000bad")


def sort_some_columns_only(book):
    sheet = Sheet(book, REVIEW)
    one, other = sheet.line("1-1"), sheet.line("1-2")
    for name in ("number", "decision"):
        cells = [sheet.sheet.cell(row, sheet.columns[name]) for row in (one, other)]
        cells[0].value, cells[1].value = cells[1].value, cells[0].value


def lose_number_and_id(book):
    sheet = Sheet(book, REVIEW)
    row = sheet.line("1-1")
    for name in ("number", "finding_id"):
        sheet.sheet.cell(row, sheet.columns[name]).value = None


def copy_a_row_and_decide_otherwise(book):
    sheet = Sheet(book, REVIEW)
    row = sheet.line("1-1")
    for place in range(1, sheet.sheet.max_column + 1):
        sheet.sheet.cell(HEADER_ROW + 5, place).value = sheet.sheet.cell(row, place).value
    sheet.sheet.cell(HEADER_ROW + 5, sheet.columns["decision"]).value = "別人・別会社"


TORN = {
    "行のID(隠し列)が書き換わっています": alter_the_id,
    "番号と行のIDが食い違っています": sort_some_columns_only,
    "どの行への判断か分かりません": lose_number_and_id,
    "同じ番号の行が複数あり、判断が違います": copy_a_row_and_decide_otherwise,
}


@pytest.mark.parametrize(("reason", "tear"), TORN.items(), ids=list(TORN))
def test_a_row_that_was_torn_apart_is_never_guessed(read, reason, tear):
    def fill(book):
        Sheet(book, REVIEW).fill("1-1", decision="同一人物・同じ会社")
        Sheet(book, NG).fill("3-1", decision="差し戻す")
        tear(book)

    rows, problems = read(fill)
    assert told(rows, "kind") == [("pass_back",)]
    assert problems
    assert all(reason in problem.reason for problem in problems)


def test_a_row_copied_with_the_same_decision_counts_once_and_keeps_both_comments(read):
    def fill(book):
        Sheet(book, REVIEW).fill("1-1", decision="保留", comment="営業")
        copy_a_row_and_decide_otherwise(book)
        sheet = Sheet(book, REVIEW)
        sheet.sheet.cell(HEADER_ROW + 5, sheet.columns["decision"]).value = "保留"
        sheet.sheet.cell(HEADER_ROW + 5, sheet.columns["comment"]).value = "マーケ"

    rows, wrong = read(fill)
    assert (told(rows, "kind", "comment"), wrong) == ([("hold", "営業\nマーケ")], [])


def test_a_second_version_is_a_second_decision_and_the_newer_is_later(drop, landing):
    drop(lambda book: Sheet(book, REVIEW).fill("1-1", decision="同一人物・同じ会社"))
    drop(
        lambda book: Sheet(book, REVIEW).fill("1-1", decision="別人・別会社"),
        name="decisions(岡本).xlsx", edited_at=LATER + timedelta(hours=1),
    )  # fmt: skip
    rows = landing.ask(
        "SELECT decision_id, kind, decided_at FROM raw_decisions.decision ORDER BY decided_at"
    )
    assert [kind for _, kind, _ in rows] == ["merge", "not_same"]
    assert all(one[0] != other[0] and one[2] < other[2] for one, other in pairwise(rows))


def test_next_weeks_workbook_of_the_same_name_takes_nothing_away(drop, landing, inbox):
    drop(lambda book: Sheet(book, REVIEW).fill("1-1", decision="保留"))
    drop(lambda book: Sheet(book, NG).fill("3-1", decision="差し戻す"))
    assert decided(landing, "kind") == [("hold",), ("pass_back",)]
    before = landing.ask("SELECT * EXCLUDE (_loaded_at) FROM raw_decisions.decision ORDER BY ALL")
    assert row_of(landing.load("decisions", LATER + timedelta(days=2))).rows_loaded == 0
    after = landing.ask("SELECT * EXCLUDE (_loaded_at) FROM raw_decisions.decision ORDER BY ALL")
    assert after == before


def test_the_same_file_twice_decides_once(drop, landing, inbox):
    drop(lambda book: Sheet(book, REVIEW).fill("1-1", decision="保留"))
    done = inbox / "processed" / "decisions.xlsx"
    (inbox / "もう一度.xlsx").write_bytes(done.read_bytes())
    landing.load("decisions", LATER + timedelta(days=1))
    assert len(decided(landing)) == 1


def test_a_corrected_file_heals_what_was_rejected(drop, landing, inbox):
    drop(lambda book: Sheet(book, REVIEW).fill("1-1", decision="わからない"))
    assert len(landing.rejected()) == 1
    drop(lambda book: Sheet(book, REVIEW).fill("1-1", decision="保留"))
    assert landing.rejected() == []
    assert not (inbox / "rejected" / "decisions.xlsx.txt").exists()


def test_another_workbook_is_refused_with_what_was_expected(landing, inbox):
    book = Workbook()
    book.active.append(["会社名", "氏名"])
    book.active.append(["青空商事", "青山 一郎"])
    book.save(inbox / "名刺.xlsx")
    assert landing.load("decisions").status == "partial"
    assert "判断シートではありません" in note(inbox, "名刺.xlsx")
    assert "decisions.xlsx に記入して" in note(inbox, "名刺.xlsx")


def test_a_workbook_without_its_keys_is_still_read_by_its_hidden_columns(read):
    """Saved sheet by sheet, or copied into a new book: the moment of the question is lost."""

    def fill(book):
        Sheet(book, REVIEW).fill("1-1", decision="別人")
        delete_the_hidden_sheet(book)

    rows, _ = read(fill)
    assert told(rows, "record_key_a", "record_key_b", "kind", "asked_at") == [
        ("salesforce:lead:L3", "salesforce:contact:C1", "not_same", None)
    ]


def test_every_word_of_the_workbook_is_understood():
    texts = catalogue("ja")
    for name in SHEETS:
        words = texts.branch(f"classes.{name}.decisions")
        assert [kind_of(word, name) for word in words].count(None) == 0, name
        assert set(words) == set(choices(name))
        assert header_words().column(texts(f"classes.{name}.value_label")) == "value"
    labels = {"number": "number", "evidence": "evidence", "proposed": "proposed_value"}
    for name in (*FILLED_IN, "finding_id", "rule_id"):
        labels[name] = name
    for name, column in labels.items():
        assert header_words().column(name) == column
        if name != "value":
            assert header_words().column(texts(f"workbook.columns.{name}")) == column
    others = set(texts.branch("workbook.columns")) - set(labels)
    found = {name: header_words().column(texts(f"workbook.columns.{name}")) for name in others}
    assert {name for name, column in found.items() if column} == set()


def test_the_tables_of_words_have_no_row_that_never_counts():
    for path in (WORDS, HEADERS):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = [tuple(row.values()) for row in csv.DictReader(lines)]
        assert len(rows) == len(set(rows)), path.name
        assert all(all(row) for row in rows)
    assert set(COLUMNS) >= {"number", "finding_id", "record_key_a", "record_key_b"}


def test_hundreds_of_answers_are_read_in_seconds(tmp_path):
    findings = [
        finding("person__ng_to_pass_back", f"L{n}", finding_id=ID(n), attribute="status")
        for n in range(600)
    ]
    FridayWarehouse(findings=findings).write(tmp_path / "big.duckdb")
    build_friday_report(tmp_path / "big.duckdb", tmp_path, as_of=AS_OF, salesforce_url=None)
    path = tmp_path / "friday" / "2026-10-02" / "decisions.xlsx"
    book = load_workbook(path)
    sheet = Sheet(book, NG)
    for row in range(HEADER_ROW + 1, HEADER_ROW + 501):
        sheet.sheet.cell(row, sheet.columns["decision"]).value = "差し戻す"
    book.save(path)
    started = time.monotonic()
    assert len(list(read_workbook(path).rows)) == 500
    took = time.monotonic() - started
    print(f"500 answers of 600 rows read in {took:.1f} s")
    assert took < 20
