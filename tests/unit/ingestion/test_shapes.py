"""Vendors' answers (tests/fixtures) and the raw rows they become."""

import json
from datetime import UTC, datetime
from pathlib import Path

from ingestion.contracts import Kind
from ingestion.headers import card_synonyms
from ingestion.resources import shaped
from ingestion.sources.hubspot.contract import TABLES as HUBSPOT_TABLES
from ingestion.sources.hubspot.engagement import _submission
from ingestion.sources.hubspot.properties import choose_properties
from ingestion.sources.hubspot.rows import merged_ids
from ingestion.sources.sansan import shape_card
from ingestion.sources.typeform.responses import field_meanings, shape_response

FIXTURES = Path(__file__).parents[2] / "fixtures"


def fixture(name):
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def test_a_sansan_card():
    row = shape_card(fixture("sansan/biz_card.json"))
    assert row["last_name"] == "山田"
    assert (row["owner_id"], row["owner_name"]) == ("7", "営業 一郎")
    assert json.loads(row["tags_json"])[0]["name"] == "展示会"
    assert row["mobile"] is None


def test_answers_land_by_the_questions_title_type_or_ref():
    synonyms = card_synonyms()
    meanings = field_meanings(fixture("typeform/form.json"), synonyms)
    row = shape_response("form1", fixture("typeform/response.json"), meanings, synonyms)
    assert row["answer_full_name"] == "山田 太郎"
    assert row["answer_company"] == "山田製作"
    assert row["answer_email"] == "taro@yamada-seisaku.test"
    assert row["answer_title"] == "部長"
    assert row["answer_phone"] == "+81300001234"
    assert (row["hidden_utm_source"], row["hidden_utm_medium"]) == ("google", None)
    assert "visitor" in row["hidden_json"]
    assert row["referer"].endswith("utm_source=g")


def test_a_hubspot_submission_keeps_the_first_value_and_all_of_them():
    row = _submission("f1", fixture("hubspot/form_submission.json"))
    assert row["conversion_id"] == "c-1"
    assert row["submitted_at"] == datetime(2026, 1, 1, 0, 3, tzinfo=UTC)
    assert (row["value_email"], row["value_lastname"]) == ("taro@yamada-seisaku.test", "山田")
    assert len(json.loads(row["values_json"])) == 4


def test_merged_ids_of_a_winner():
    assert merged_ids("12; 34") == ["12", "34"]
    assert merged_ids(None) == []


def test_an_item_of_another_structure_rejects_only_itself():
    card = fixture("sansan/biz_card.json")
    batch = shaped([card, {**card, "id": "2", "owner": "somebody"}, "x"], shape_card, "id")
    assert [row["id"] for row in batch.rows] == ["10000001"]
    assert [one.source_id[:7] for one in batch.rejected] == ["2", "no-key-"]


def test_properties_asked_for_are_the_known_and_the_portals_own():
    there = [
        {"name": "email", "hubspotDefined": True},
        {"name": "hs_computed_thing", "hubspotDefined": True},
        {"name": "own_field", "hubspotDefined": False},
    ]
    mapped = {"email": Kind.TEXT, "gone": Kind.TEXT, "id": Kind.TEXT}
    names, missing = choose_properties(there, HUBSPOT_TABLES[0], mapped)
    assert names == ["email", "own_field"]
    assert missing == ["gone"]
