"""Decisions as tables: every kind that says something about two records, entity by entity."""

from datetime import UTC, datetime

import pyarrow as pa

from identity.decision_tables import VERDICTS, constraint_table, constraints_of, standing_table
from identity.decisions import Constraint

COLUMNS = (
    "decision_id", "rule_id", "entity", "kind", "record_key_a", "record_key_b", "decided_by",
)  # fmt: skip
MOMENT = pa.timestamp("us", tz="UTC")


def decisions(*rows):
    """Decisions of one morning, a minute apart, to a question of the day before."""
    filled = [
        {
            "decision_id": f"d{at}",
            "rule_id": "person__possible_duplicate",
            "entity": "person",
            **row,
        }
        for at, row in enumerate(rows)
    ]
    columns = {name: pa.array([row.get(name) for row in filled], pa.string()) for name in COLUMNS}
    decided = [datetime(2026, 10, 2, 6, at, tzinfo=UTC) for at in range(len(rows))]
    asked = [datetime(2026, 10, 1, tzinfo=UTC)] * len(rows)
    instants = {"decided_at": decided, "asked_at": asked, "edited_at": decided}
    return pa.table(columns | {name: pa.array(values, MOMENT) for name, values in instants.items()})


def about(kind, one, other, **more):
    return {"kind": kind, "record_key_a": one, "record_key_b": other, **more}


def test_every_kind_about_two_records_binds_as_it_says():
    for kind, verdict in VERDICTS.items():
        table = constraint_table(decisions(about(kind, "a", "b")), {"a", "b"})
        bound = {"same": [True], "not_same": [False], "hold": []}[verdict]
        assert table["is_same"].to_pylist() == bound, kind


def test_other_kinds_and_single_records_bind_nothing():
    table = decisions(
        about("fill_with", "a", None), about("note", "a", "b"), about("merge", "a", None)
    )
    assert constraint_table(table, {"a", "b"}).num_rows == 0
    assert standing_table(table).num_rows == 0


def test_persons_and_companies_are_decided_apart():
    table = decisions(
        about("merge", "a", "b"), about("not_same", "a", "b", entity="account"),
    )  # fmt: skip
    found = constraint_table(table, {"a", "b"}).to_pylist()
    assert [(row["entity"], row["is_same"]) for row in found] == [
        ("account", False), ("person", True),
    ]  # fmt: skip


def test_an_overruled_decision_names_the_newer_ones():
    table = decisions(
        about("not_same", "a", "c"), about("merge", "a", "b"), about("merge", "b", "c")
    )
    rows = {row["decision_id"]: row for row in standing_table(table).to_pylist()}
    assert (rows["d0"]["standing"], rows["d0"]["overruled_by"]) == ("overruled", "d1\nd2")
    assert rows["d1"] == {"decision_id": "d1", "standing": "holds", "overruled_by": None}


def test_settling_ends_a_contradiction():
    table = decisions(
        about("merge", "a", "b", decided_by="山本"),
        about("not_same", "a", "b", decided_by="岡本"),
        about("not_same", "a", "b", rule_id="person__decision_contradicted"),
    )
    assert set(standing_table(table)["standing"].to_pylist()) == {"revised", "holds"}


def test_the_table_is_what_matching_takes():
    table = constraint_table(decisions(about("merge", "b", "a")), {"a", "b", "c"})
    assert constraints_of(table) == (Constraint("a", "b", is_same=True),)
    assert constraints_of(constraint_table(decisions(), set())) == ()
