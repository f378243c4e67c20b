"""Which desired values become changes, and what identifies a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from activation.plan import DesiredValue, Plan, build_plan, forecast_calls, hash_changes

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)


def desired(
    record_id: str = "00Q1",
    field: str = "Lifecycle_Stage__c",
    old: str | None = None,
    new: str | None = "MQL",
    data_type: str = "picklist",
    may_overwrite: bool = True,
) -> DesiredValue:
    return DesiredValue(
        record_id, field, old, new, data_type, may_overwrite, "スコアが30点以上", AS_OF, "per_1"
    )


def plan_of(*rows: DesiredValue, run_id: str = "run-1", closed: tuple[str, ...] = ()) -> Plan:
    return build_plan(
        rows,
        system="salesforce",
        object_name="lead",
        run_id=run_id,
        as_of=AS_OF,
        closed_records=frozenset(closed),
    )


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (desired(), "planned"),
        (desired(old="Prospect"), "planned"),
        (desired(old="MQL"), "unchanged"),
        (desired(old="30.0", new="30", data_type="number"), "unchanged"),
        (desired(old="Prospect", may_overwrite=False), "kept"),
        (desired(old="", may_overwrite=False), "planned"),
        (desired(old=None, new="true", data_type="boolean", may_overwrite=False), "planned"),
        (desired(old="MQL", new=None), "refused"),
        (desired(old="MQL", new=" "), "refused"),
        (desired(old="true", new=None, data_type="boolean"), "refused"),
    ],
)
def test_what_becomes_of_a_desired_value(row: DesiredValue, verdict: str) -> None:
    plan = plan_of(row)
    counts = {name: getattr(plan, name) for name in ("planned", "unchanged", "kept", "refused")}
    assert counts == {**dict.fromkeys(counts, 0), verdict: 1}


def test_a_change_keeps_what_the_plan_saw_and_why() -> None:
    (change,) = plan_of(desired(old="Prospect")).changes
    assert (change.old_value, change.new_value) == ("Prospect", "MQL")
    assert (change.reason, change.person_id) == ("スコアが30点以上", "per_1")


def test_a_converted_lead_is_not_planned() -> None:
    plan = plan_of(desired("00Q1"), desired("00Q2"), closed=("00Q2",))
    assert [change.record_id for change in plan.changes] == ["00Q1"]
    assert plan.refused == 1


def test_contradicting_values_for_one_field_are_refused_and_equal_ones_are_one() -> None:
    assert plan_of(desired(new="MQL"), desired(new="SQL")).refused == 1
    assert plan_of(desired(new="MQL"), desired(new="SQL")).planned == 0
    assert plan_of(desired(new="MQL"), desired(new="MQL")).planned == 1


def test_the_hash_follows_the_content_and_not_the_order() -> None:
    rows = [desired("00Q1"), desired("00Q2"), desired("00Q1", "Lead_Score__c", new="3")]
    plan = plan_of(*rows)
    assert plan_of(*reversed(rows)).plan_hash == plan.plan_hash
    for changed in (
        replace(plan.changes[0], new_value="Won"),
        replace(plan.changes[0], old_value="Won"),
        replace(plan.changes[0], record_id="00Q9"),
        replace(plan.changes[0], reason="別の理由"),
    ):
        other = hash_changes("salesforce", "lead", (changed, *plan.changes[1:]))
        assert other != plan.plan_hash
    assert hash_changes("salesforce", "contact", plan.changes) != plan.plan_hash


def test_the_id_follows_run_and_content() -> None:
    assert plan_of(desired()).plan_id == plan_of(desired()).plan_id
    assert plan_of(desired()).plan_id != plan_of(desired(), run_id="run-2").plan_id
    assert plan_of(desired()).plan_id != plan_of(desired(new="SQL")).plan_id


@pytest.mark.parametrize(("records", "calls"), [(0, 0), (1, 4), (200, 4), (201, 6), (400, 6)])
def test_the_forecast_counts_two_calls_per_batch(records: int, calls: int) -> None:
    changes = plan_of(*(desired(f"00Q{i}") for i in range(records))).changes
    assert forecast_calls(changes, 200) == calls


def test_nothing_to_change_makes_an_empty_plan() -> None:
    plan = plan_of(desired(old="MQL"))
    assert (plan.changes, plan.api_calls_forecast) == ((), 0)
