"""The message: within Slack's limits, counts only."""

from __future__ import annotations

import json
from pathlib import Path

from reporting.friday import FridayReport, build_friday_report
from reporting.messages import escape, friday_message
from tests.fixtures.reporting.friday_warehouse import (
    AS_OF,
    LAST_WEEK,
    THIS_WEEK,
    FridayWarehouse,
    finding,
    freshness,
    person,
    record,
    week,
)

RULE = "person__ng_to_pass_back"


def report(folder: Path, **tables: list[dict[str, object]]) -> FridayReport:
    warehouse = FridayWarehouse(
        persons=[person("p1", full_name="青山 一郎")],
        records=[record("lead", "00QL1", display_name="青山 一郎", email="a@aozora.test")],
        findings=[finding(RULE, "00QL1", person_id="p1", owner="大西 誠")],
        **tables,
    ).write(folder / "w.duckdb")
    return build_friday_report(warehouse, folder, as_of=AS_OF, salesforce_url=None)


def test_counts_and_their_change_are_told(tmp_path: Path) -> None:
    history = [week(LAST_WEEK, RULE, 3), week(THIS_WEEK, RULE, 1, fixed_since_last=2)]
    payload = friday_message(report(tmp_path, history=history))
    assert payload["text"] == "金曜データ整備:全1件(先週比 -2)"
    fields = [field["text"] for field in payload["blocks"][2]["fields"]]
    assert fields == [
        "*重複の統合*\n0件(先週比 ±0)",
        "*足りない項目の補完*\n0件(先週比 ±0)",
        "*NGリードの差し戻し*\n1件(先週比 -2)",
        "*ステージの更新もれ*\n0件(先週比 ±0)",
        "*おかしな値の確認*\n0件(先週比 ±0)",
    ]
    assert payload["blocks"][3]["elements"][0]["text"] == "先週から解消 2件、新規 0件"


def test_a_first_friday_compares_with_nothing(tmp_path: Path) -> None:
    payload = friday_message(report(tmp_path))
    assert payload["text"] == "金曜データ整備:全1件(先週の記録なし)"
    assert payload["blocks"][3]["elements"][0]["text"] == "取得元はすべて正常です。"


def test_a_source_that_is_down_is_named(tmp_path: Path) -> None:
    payload = friday_message(report(tmp_path, freshness=[freshness("hubspot", "failed")]))
    assert payload["blocks"][3]["elements"][0]["text"] == "最新でない取得元: HubSpot(MA)"


def test_no_person_is_named(tmp_path: Path) -> None:
    text = json.dumps(friday_message(report(tmp_path)), ensure_ascii=False)
    assert not [word for word in ("青山", "大西", "aozora", "00QL1") if word in text]


def test_slack_takes_the_blocks(tmp_path: Path) -> None:
    blocks = friday_message(report(tmp_path))["blocks"]
    assert len(blocks) <= 50
    assert blocks[0]["text"]["type"] == "plain_text"
    assert len(blocks[0]["text"]["text"]) <= 150
    assert len(blocks[2]["fields"]) <= 10
    assert len(blocks[3]["elements"]) <= 10


def test_what_slack_reads_as_markup_is_shown_literally() -> None:
    assert escape("<!channel> & <https://x.test|x>") == (
        "&lt;!channel&gt; &amp; &lt;https://x.test|x&gt;"
    )
