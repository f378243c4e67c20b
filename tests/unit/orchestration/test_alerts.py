"""A lead that nobody can take is red in the UI, with the queue that holds it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.defs.alerts import nobody_waits_in_a_queue
from orchestration.resources import Line


@pytest.mark.parametrize(
    ("routes", "passed", "description"),
    [
        ([("u1", None)], True, None),
        (
            [("u1", None), (None, "FS預かり"), (None, "IS預かり"), (None, "IS預かり")],
            False,
            "leads that nobody of the team can take: 1 in FS預かり, 2 in IS預かり",
        ),
    ],
)
def test_waiting_leads_turn_the_check_red(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    routes: list[tuple[str | None, str | None]],
    passed: bool,
    description: str | None,
) -> None:
    monkeypatch.setenv("KAKEHASHI_DATA_DIR", str(tmp_path))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("create schema mart; create table mart.routes (owner text, queue text)")
        con.executemany("insert into mart.routes values (?, ?)", routes)
        con.execute("alter table mart.routes add column is_alert boolean")
        con.execute("update mart.routes set is_alert = owner is null")
    result = nobody_waits_in_a_queue(line=Line())
    assert isinstance(result, dg.AssetCheckResult)
    assert (result.passed, result.description) == (passed, description)
    assert result.severity is dg.AssetCheckSeverity.ERROR
