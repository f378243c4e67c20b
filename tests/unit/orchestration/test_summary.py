"""The closing table names why a source did not come and why a push waits."""

from __future__ import annotations

from typing import Any

from orchestration import summary


def resource(**more: Any) -> dict[str, Any]:
    counts = {"dagster/row_count": 3, "rows_loaded": 2, "rejected": 1, "api_calls_of_source": 4}
    return {**counts, "status": "failed", **more}


def test_each_reason_is_told_once_below_its_source() -> None:
    down = "HubSpot could not be reached at 127.0.0.1:1: no connection."
    assets = {
        ("hubspot", "contact"): resource(error=down),
        ("hubspot", "company"): resource(error=down),
        ("sansan", "biz_card"): resource(status="ok"),
    }
    lines = list(summary._sources(assets))
    assert lines[1].split() == ["hubspot", "6", "4", "2", "failed"]
    assert lines[2] == f"    {down}"
    assert lines[3].split() == ["sansan", "3", "2", "1", "ok"]
    assert len(lines) == 4


def test_many_reasons_are_cut_and_counted() -> None:
    assets = {("salesforce", str(n)): resource(error=f"reason {n}") for n in range(5)}
    lines = list(summary._sources(assets))
    assert lines[-2:] == ["    reason 2", "    and 2 more, see mart.data_freshness"]


def test_a_push_that_waits_says_for_what() -> None:
    assets = {("push", "salesforce", "lead"): {"mode": "apply", "waits_for": "hubspot contact"}}
    lines = list(summary._push(assets))
    assert lines[1].split() == ["salesforce", "lead", "0", "0", "0", "0", "0", "apply"]
    assert lines[2] == "    waits until these have come whole: hubspot contact"
