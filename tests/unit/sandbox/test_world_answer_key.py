"""The answer key names every person-like and company record, and only those."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime

import openpyxl
import pytest

from sandbox.world import World, build_world
from sandbox.world.answer_key import (
    plain_company,
    plain_mail,
    plain_name,
    plain_phone,
    split_pairs,
)
from sandbox.world.truth.hard_cases import HARD_CASES

NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
PREAMBLES = {"名刺リスト_フィールドセールス.xlsx": 3, "大阪支店_名刺.xlsx": 1}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(people=600, seed=3, now=NOW)


def card_rows(world: World) -> set[str]:
    found = set()
    for path, content in world.files.items():
        name = path.rpartition("/")[2]
        if not path.startswith("cards/"):
            continue
        if name.endswith(".xlsx"):
            sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
            count = sheet.max_row - PREAMBLES[name] - 1
        else:
            text = content.decode("utf-8-sig" if "eight" in name else "cp932")
            count = len(list(csv.reader(io.StringIO(text)))) - 1
        found |= {f"{name}:{number}" for number in range(1, count + 1)}
    return found


def keys(world: World, system: str, source_object: str) -> set[str]:
    return {
        row["source_id"]
        for row in world.answer_key
        if (row["source_system"], row["source_object"]) == (system, source_object)
    }


def test_key_covers_each_record_once(world: World) -> None:
    salesforce = world.salesforce
    assert keys(world, "salesforce", "lead") == {r["Id"] for r in salesforce["Lead"]}
    assert keys(world, "salesforce", "contact") == {r["Id"] for r in salesforce["Contact"]}
    assert keys(world, "salesforce", "account") == {r["Id"] for r in salesforce["Account"]}
    assert keys(world, "hubspot", "contact") == {r["id"] for r in world.hubspot["contacts"]}
    assert keys(world, "hubspot", "company") == {r["id"] for r in world.hubspot["companies"]}
    assert keys(world, "marketo", "lead") == {str(r["id"]) for r in world.marketo["leads"]}
    responses = {r["response_id"] for r in world.typeform["responses"]}
    assert keys(world, "typeform", "response") == responses
    assert keys(world, "sansan", "biz_card") == {c["id"] for c in world.sansan["biz_cards"]}
    assert keys(world, "card_files", "row") == card_rows(world)
    spelled = Counter(
        (row["source_system"], row["source_object"], row["source_id"]) for row in world.answer_key
    )
    assert max(spelled.values()) == 1


def test_submissions_in_the_key_belong_to_no_contact(world: World) -> None:
    contacts = {c["properties"]["email"] for c in world.hubspot["contacts"]}
    without = set()
    for row in world.hubspot["form_submissions"]:
        values = {v["name"]: v["value"] for v in row["values"]}
        if values["email"] not in contacts:
            without.add(row["conversionId"])
    assert keys(world, "hubspot", "form_submission") == without != set()


def test_every_hard_case_is_planted(world: World) -> None:
    kinds = {row["kind"] for row in world.answer_key if row["entity"] == "person"}
    assert set(HARD_CASES) | {"plain", "junk"} <= kinds


def test_junk_is_nobody(world: World) -> None:
    for row in world.answer_key:
        if row["entity"] == "person":
            assert (row["person"] is None) == (row["kind"] == "junk")
        else:
            assert row["person"] is None
            assert row["company"] is not None


def test_converted_lead_and_its_contact_are_one_person(world: World) -> None:
    person = {row["source_id"]: row["person"] for row in world.answer_key}
    converted = [r for r in world.salesforce["Lead"] if r["ConvertedContactId"]]
    assert len(converted) > 20
    assert all(person[r["Id"]] == person[r["ConvertedContactId"]] for r in converted)


def test_merged_records_are_one_person(world: World) -> None:
    person = {row["source_id"]: row["person"] for row in world.answer_key}
    merged = [r for r in world.salesforce["Lead"] if r["MasterRecordId"]]
    assert merged
    assert all(r["IsDeleted"] and person[r["Id"]] == person[r["MasterRecordId"]] for r in merged)


def test_most_pairs_are_reachable_and_some_are_not(world: World) -> None:
    split = world.reachable_pairs()
    share = len(split.reachable) / (len(split.reachable) + len(split.unreachable))
    assert 0.85 < share < 1.0


def row(source_id: str, person: str | None, *evidence: str) -> dict[str, object]:
    return {
        "source_system": "s",
        "source_object": "o",
        "source_id": source_id,
        "person": person,
        "evidence": list(evidence),
    }


def test_pairs_are_split_by_chains_of_ties_within_one_person() -> None:
    rows = [
        row("1", "A", "mail:a"),
        row("2", "A", "mail:a", "phone:1"),
        row("3", "A", "phone:1"),
        row("4", "A", "phone:9"),
        row("5", "B", "phone:9"),
        row("6", None, "mail:a"),
    ]
    split = split_pairs(rows)
    assert set(split.reachable) == {
        ("s:o:1", "s:o:2"),
        ("s:o:1", "s:o:3"),
        ("s:o:2", "s:o:3"),
    }
    assert set(split.unreachable) == {
        ("s:o:1", "s:o:4"),
        ("s:o:2", "s:o:4"),
        ("s:o:3", "s:o:4"),
    }


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Taro.Yamada+web@Aozora.test", "taro.yamada@aozora.test"),
        ("ｔａｒｏ＠ａｏｚｏｒａ．ｔｅｓｔ", "taro@aozora.test"),
        ("", ""),
    ],
)
def test_plain_mail(text: str, plain: str) -> None:
    assert plain_mail(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("03-0000-1234", "0300001234"),
        ("+81 90-0000-1234", "09000001234"),
        ("9000001234", "09000001234"),
        ("０３（００００）１２３４（代表）", "0300001234"),
        ("0300001234 内線：123", "0300001234"),
        ("", ""),
    ],
)
def test_plain_phone(text: str, plain: str) -> None:
    assert plain_phone(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [("髙橋　太郎 様", "高橋太郎"), ("ｻﾄｳ ﾀﾛｳ", "サトウタロウ"), ("SATO Taro", "satotaro")],
)
def test_plain_name(text: str, plain: str) -> None:
    assert plain_name(text) == plain


@pytest.mark.parametrize(
    "text", ["株式会社青空工業", "㈱青空工業", "青空工業（株）", "株式会社　青空工業"]
)
def test_plain_company(text: str) -> None:
    assert plain_company(text) == "青空工業"


def test_a_world_without_acts_has_the_same_people_in_the_same_records(world: World) -> None:
    quiet = build_world(people=600, seed=3, now=NOW, with_acts=False)
    assert quiet.answer_key == world.answer_key
    assert quiet.hubspot["email_events"] == []
    assert quiet.salesforce["Task"] == []
