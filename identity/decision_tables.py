"""Decisions as tables: what dbt hands over, and what of it matching and the report read.

Here belongs which kind of decision says what about two records. Not here: which of them holds
(`decisions`).
"""

from collections.abc import Collection, Iterator
from typing import Any

import pyarrow as pa

from identity.decisions import Constraint, Decision, Effective, Verdict, effective

# A branch belongs to its company, and a record that stays instead of another is the same as it.
VERDICTS = {
    "merge": Verdict.SAME,
    "merge_into": Verdict.SAME,
    "set_parent": Verdict.SAME,
    "not_same": Verdict.NOT_SAME,
    "hold": Verdict.HELD,
}
_CONTRADICTED = "decision_contradicted"

CONSTRAINT_SCHEMA = pa.schema(
    [
        ("entity", pa.string()),
        ("record_key_a", pa.string()),
        ("record_key_b", pa.string()),
        ("is_same", pa.bool_()),
    ]
)
STANDING_SCHEMA = pa.schema(
    [
        ("decision_id", pa.string()),
        ("standing", pa.string()),
        ("overruled_by", pa.string()),
    ]
)


def constraint_table(decisions: pa.Table, present: Collection[str]) -> pa.Table:
    """The pairs of records that are to be brought together or kept apart.

    Args:
        decisions: Rows of `int_decisions_gathered`.
        present: Keys of the records there are.
    """
    rows = [
        (entity, constraint.one, constraint.other, constraint.is_same)
        for entity, outcome in _judged(decisions, present)
        for constraint in outcome.constraints
    ]
    return _table(rows, CONSTRAINT_SCHEMA)


def standing_table(decisions: pa.Table) -> pa.Table:
    """What became of every decision about two records; overruled ones with the newer ones' ids.

    Args:
        decisions: Rows of `int_decisions_gathered`.
    """
    rows = []
    for _, outcome in _judged(decisions, None):
        by = {c.overruled.decision_id: "\n".join(c.by) for c in outcome.contradictions}
        rows += [(key, str(found), by.get(key)) for key, found in outcome.standings.items()]
    return _table(sorted(rows), STANDING_SCHEMA)


def _judged(
    decisions: pa.Table, present: Collection[str] | None
) -> Iterator[tuple[str, Effective]]:
    rows = [row for row in decisions.to_pylist() if row["record_key_b"] is not None]
    for entity in sorted({row["entity"] for row in rows}):
        own = [
            _decision(row) for row in rows if row["entity"] == entity and row["kind"] in VERDICTS
        ]
        yield entity, effective(own, present)


def _decision(row: dict[str, Any]) -> Decision:
    return Decision(
        decision_id=row["decision_id"],
        one=row["record_key_a"],
        other=row["record_key_b"],
        verdict=VERDICTS[row["kind"]],
        decided_at=row["decided_at"],
        asked_at=row["asked_at"],
        edited_at=row["edited_at"],
        decided_by=row["decided_by"],
        settles=row["rule_id"].endswith(_CONTRADICTED),
    )


def _table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = {name: [row[at] for row in rows] for at, name in enumerate(schema.names)}
    return pa.table(columns, schema=schema)


def constraints_of(pairs: pa.Table) -> tuple[Constraint, ...]:
    """The rows of `int_pairs_decided` as matching takes them.

    Args:
        pairs: As made by `constraint_table`.
    """
    return tuple(
        Constraint(row["record_key_a"], row["record_key_b"], row["is_same"])
        for row in pairs.to_pylist()
    )
