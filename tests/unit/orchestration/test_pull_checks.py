"""A gap in what landed turns the check of its table yellow and says why; nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from ingestion.pipeline import LoadReport, ResourceLoad
from orchestration.defs import pull
from orchestration.resources import Line


def load(**what: object) -> ResourceLoad:
    fine = {"status": "ok", "rows_loaded": 2, "rows_total": 5, "rejected": 0, "error": None}
    given = {**fine, "newest_record_at": datetime(2026, 10, 1, tzinfo=UTC), **what}
    return ResourceLoad(resource="biz_card", **given)


def check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, landed: ResourceLoad
) -> dg.AssetCheckEvaluation:
    monkeypatch.setenv("KAKEHASHI_ENV_FILE", "/dev/null")
    monkeypatch.setenv("KAKEHASHI_DATA_DIR", str(tmp_path))
    report = LoadReport("sansan", landed.status, (landed,), landed.error)
    monkeypatch.setattr(pull, "load_source", lambda *_, **__: report)
    ran = dg.materialize([pull.build_pull_assets("sansan")], resources={"line": Line()})
    assert ran.success
    [evaluation] = ran.get_asset_check_evaluations()
    return evaluation


@pytest.mark.parametrize("status", ["ok", "off"])
def test_no_gap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: str) -> None:
    assert check(monkeypatch, tmp_path, load(status=status)).passed


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"status": "failed", "error": "Sansan is down."}, "Sansan is down."),
        ({"status": "partial", "error": "x.csv: 2 problems."}, "x.csv: 2 problems."),
        ({"rejected": 2}, "2 rows could not be loaded, see raw_landing.rejected_row."),
    ],
)
def test_a_gap_warns_and_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: dict[str, object], words: str
) -> None:
    evaluation = check(monkeypatch, tmp_path, load(**what))
    assert not evaluation.passed
    assert evaluation.severity is dg.AssetCheckSeverity.WARN
    assert evaluation.description == words
