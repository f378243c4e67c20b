"""Applies a plan: reads each record once more, writes only what still is as the plan saw it.

Every round re-reads what is pending, compares, writes, and learns from the answers; what a cut
connection did is learnt by the next round's reading. Belongs here: compare-and-set, retries,
outcomes. Does not: any system's API (writers/), what to write (plan).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import duckdb

from activation import ledger
from activation.ledger import FieldOutcome, WriteIntent
from activation.plan import Plan, PlannedChange
from activation.values import api_value, canonical, same
from activation.writer import RecordState, Writer, WriteResult
from vendors.errors import VendorError

ROUNDS = 6
FIRST_WAIT_S = 0.5
NO_ANSWER = "NO_ANSWER"

Pending = dict[str, list[PlannedChange]]


class SystemUnavailable(Exception):
    """The system cannot be asked or written any more; the rest of the plan is held."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Application:
    """One application of one plan.

    Attributes:
        connect: Signs in to the system; called once, when something is to be written.
        intended: What earlier attempts were about to write, with the value before the first one.
        last_code: Why a record is still pending: the code of its latest answer.
        locked: Records that somebody else held in the latest round.
    """

    plan: Plan
    connect: Callable[[], Writer]
    con: duckdb.DuckDBPyConnection
    run_id: str
    now: datetime
    sleep: Callable[[float], None]
    intended: dict[tuple[str, str], str | None] = field(default_factory=dict)
    last_code: dict[str, str] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)

    @cached_property
    def writer(self) -> Writer:
        """The system, signed in to."""
        return self.connect()

    @property
    def api_calls(self) -> int:
        """Calls made so far; none when the system was never signed in to."""
        return self.writer.api_calls if "writer" in vars(self) else 0

    def settle(
        self,
        change: PlannedChange,
        outcome: str,
        *,
        before: str | None = None,
        after: str | None = None,
        error: str | None = None,
    ) -> FieldOutcome:
        """The ledger row of one field."""
        return FieldOutcome(
            plan_id=self.plan.plan_id,
            record_id=change.record_id,
            field=change.field,
            run_id=self.run_id,
            before_value=before,
            after_value=after,
            outcome=outcome,
            error=error,
            happened_at=self.now,
        )


def apply_changes(application: Application, changes: Sequence[PlannedChange]) -> None:
    """Carries out changes batch by batch; each outcome is in the ledger before the next batch."""
    rest = list(changes)
    try:
        rest = _hold_unwritable(application, rest)
        _check_allowance(application)
        for batch in _batches(rest, application.writer.batch_size):
            _apply_batch(application, batch)
    except (SystemUnavailable, VendorError) as error:
        hold(application, rest, _code(error))


def hold(application: Application, changes: Sequence[PlannedChange], code: str) -> None:
    """Notes that changes were not tried; applying the plan again takes them up."""
    settled = ledger.settled_fields(application.con, application.plan.plan_id)
    open_changes = [one for one in changes if (one.record_id, one.field) not in settled]
    ledger.save_outcomes(
        application.con,
        [application.settle(change, "held", error=code) for change in open_changes],
    )


def _code(error: Exception) -> str:
    """Codes only: the sentence of a vendor's error is for logs, not for the ledger."""
    if isinstance(error, VendorError):
        return error.code or error.fault.upper()
    return error.code if isinstance(error, SystemUnavailable) else type(error).__name__


def _hold_unwritable(application: Application, changes: list[PlannedChange]) -> list[PlannedChange]:
    names = sorted({change.field for change in changes})
    lacking = application.writer.unwritable_fields(application.plan.object_name, names)
    for name, code in sorted(lacking.items()):
        hold(application, [one for one in changes if one.field == name], f"{code}: {name}")
    return [change for change in changes if change.field not in lacking]


def _check_allowance(application: Application) -> None:
    left = application.writer.calls_left()
    if left is not None and left < application.plan.api_calls_forecast:
        raise SystemUnavailable("API_LIMIT_TOO_NEAR")


def _batches(changes: Sequence[PlannedChange], size: int) -> Iterator[Pending]:
    by_record: defaultdict[str, list[PlannedChange]] = defaultdict(list)
    for change in changes:
        by_record[change.record_id].append(change)
    record_ids = sorted(by_record)
    for start in range(0, len(record_ids), size):
        yield {one: by_record[one] for one in record_ids[start : start + size]}


def _apply_batch(application: Application, batch: Pending) -> None:
    pending = batch
    for attempt in range(ROUNDS):
        if attempt:
            application.sleep(FIRST_WAIT_S * 2 ** (attempt - 1))
        pending = _one_round(application, pending)
        if not pending:
            return
    _give_up(application, pending)


def _one_round(application: Application, pending: Pending) -> Pending:
    """Reads, compares, writes; returns what is still to be done."""
    plan, writer = application.plan, application.writer
    fields = sorted({change.field for group in pending.values() for change in group})
    states = writer.read(plan.object_name, sorted(pending), fields)
    writable: Pending = {}
    outcomes: list[FieldOutcome] = []
    for record_id, group in pending.items():
        state = states.get(record_id)
        judged = [(change, _judge(application, change, state)) for change in group]
        outcomes += [outcome for _, outcome in judged if outcome is not None]
        if still := [change for change, outcome in judged if outcome is None]:
            writable[record_id] = still
    ledger.save_outcomes(application.con, outcomes)
    return _write(application, writable, states) if writable else {}


def _judge(
    application: Application, change: PlannedChange, state: RecordState | None
) -> FieldOutcome | None:
    """The outcome of a field that must not be written now; None when it is as the plan saw it."""
    if state is None:
        return application.settle(change, "skipped", error="RECORD_GONE")
    current = canonical(state.values.get(change.field), change.data_type)
    key = (change.record_id, change.field)
    if same(current, change.new_value, change.data_type):
        # An earlier attempt whose answer was lost, by a cut connection or a crash.
        if key in application.intended:
            before = application.intended[key]
            return application.settle(change, "written", before=before, after=current)
        return application.settle(change, "unchanged", before=current, after=current)
    if state.closed_because:
        return application.settle(
            change, "skipped", before=current, after=current, error=state.closed_because
        )
    if not same(current, change.old_value, change.data_type):
        return application.settle(
            change, "skipped", before=current, after=current, error="CHANGED_SINCE_PLAN"
        )
    return None


def _write(
    application: Application, writable: Pending, states: Mapping[str, RecordState]
) -> Pending:
    _note_intents(application, writable, states)
    results: dict[str, WriteResult] = {}
    for group in _write_groups(writable, application.locked):
        rows = [_row(record_id, writable[record_id]) for record_id in group]
        answers = application.writer.write(application.plan.object_name, rows)
        results |= {answer.record_id: answer for answer in answers}
    pending: Pending = {}
    outcomes: list[FieldOutcome] = []
    application.locked = {one.record_id for one in results.values() if one.is_locked}
    for record_id, changes in writable.items():
        settled, again = _learn(application, changes, results[record_id])
        outcomes += settled
        if again:
            pending[record_id] = again
    ledger.save_outcomes(application.con, outcomes)
    return pending


def _write_groups(writable: Pending, locked: set[str]) -> list[list[str]]:
    """One call for all; a record that was locked goes alone, so that it holds no other up."""
    free = [record_id for record_id in writable if record_id not in locked]
    alone = [[record_id] for record_id in writable if record_id in locked]
    return ([free] if free else []) + alone


def _row(record_id: str, changes: Sequence[PlannedChange]) -> dict[str, object]:
    values = {change.field: api_value(change.new_value, change.data_type) for change in changes}
    return {"Id": record_id, **values}


def _note_intents(
    application: Application, writable: Pending, states: Mapping[str, RecordState]
) -> None:
    intents = [
        WriteIntent(
            plan_id=application.plan.plan_id,
            record_id=change.record_id,
            field=change.field,
            run_id=application.run_id,
            before_value=canonical(
                states[change.record_id].values.get(change.field), change.data_type
            ),
            happened_at=application.now,
        )
        for changes in writable.values()
        for change in changes
    ]
    ledger.save_intents(application.con, intents)
    for intent in intents:
        application.intended.setdefault((intent.record_id, intent.field), intent.before_value)


def _learn(
    application: Application, changes: list[PlannedChange], result: WriteResult
) -> tuple[list[FieldOutcome], list[PlannedChange]]:
    """Outcomes and what to try again, from the answer for one record."""
    if result.success:
        return [_written(application, change) for change in changes], []
    application.last_code[result.record_id] = result.code or NO_ANSWER
    if not result.answered or result.is_locked:
        return [], changes
    # One field that the system refuses must not keep the others of its record from being written.
    named = [change for change in changes if change.field in result.fields]
    refused = named or changes
    again = [change for change in changes if change not in refused]
    return [_rejected(application, change, result.code) for change in refused], again


def _written(application: Application, change: PlannedChange) -> FieldOutcome:
    before = application.intended[change.record_id, change.field]
    after = canonical(change.new_value, change.data_type)
    return application.settle(change, "written", before=before, after=after)


def _rejected(application: Application, change: PlannedChange, code: str) -> FieldOutcome:
    before = application.intended.get((change.record_id, change.field))
    return application.settle(
        change, "rejected", before=before, after=before, error=f"{code}: {change.field}"
    )


def _give_up(application: Application, pending: Pending) -> None:
    """After the last round: a lock that never opened is a rejection, silence holds the rest."""
    code_of = application.last_code
    locked = [
        change for one, group in pending.items() if one in application.locked for change in group
    ]
    ledger.save_outcomes(
        application.con,
        [_rejected(application, change, code_of[change.record_id]) for change in locked],
    )
    silent = next((one for one in pending if one not in application.locked), None)
    if silent is not None:
        raise SystemUnavailable(code_of.get(silent, NO_ANSWER))
