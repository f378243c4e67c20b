"""Runs Great Expectations over pandas frames and turns its results into plain outcomes.

Belongs here: the ephemeral context, evaluation, translation of results. Does not: which
expectations there are (the suites), where frames come from. Importing this takes seconds, so
`expectations.validation` does it only when a suite is run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import great_expectations as gx
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations import ExpectColumnValuesToNotBeNull

from expectations.frames import FrameQuery
from expectations.outcomes import ExpectationOutcome

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.data_context import AbstractDataContext
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.expectations.expectation import Expectation

SAMPLE_SIZE = 20
Share = Callable[[int], float]


@dataclass(frozen=True)
class Rule:
    """One expectation with the name and the sentence under which people meet it.

    Attributes:
        share: From the number of values looked at, the least share that must keep the
            expectation; None means all of them, or what the expectation itself says.
    """

    name: str
    description: str
    expectation: Expectation
    share: Share | None = None


@dataclass(frozen=True)
class TableSuite:
    """The frame of one table and what is expected of it."""

    query: FrameQuery
    rules: tuple[Rule, ...]


@cache
def _context() -> AbstractDataContext:
    """A context that lives in memory; without the temporary site that it would leave behind."""
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        ),
    )
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _batch(table: str, frame: pd.DataFrame) -> Batch:
    source = _context().data_sources.add_or_update_pandas("warehouse")
    definition = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("all rows")
    return definition.get_batch(batch_parameters={"dataframe": frame})


def evaluate(suite: TableSuite, frame: pd.DataFrame) -> tuple[ExpectationOutcome, ...]:
    """Evaluates every rule of a table; a rule that cannot be evaluated counts as broken."""
    query = suite.query
    expectations = [_named(rule, frame) for rule in suite.rules]
    validation = _batch(query.table, frame).validate(
        gx.ExpectationSuite(name=query.table, expectations=expectations),
        result_format={
            "result_format": "SUMMARY",
            "partial_unexpected_count": SAMPLE_SIZE,
            "unexpected_index_column_names": [query.id_column],
        },
    )
    # Great Expectations groups its results by kind; people read them in the order of the suite.
    found = {_rule_name(result): result for result in validation.results}
    return tuple(_outcome(query, rule, found[rule.name], len(frame)) for rule in suite.rules)


def _named(rule: Rule, frame: pd.DataFrame) -> Expectation:
    changes: dict[str, Any] = {"meta": {"rule": rule.name}}
    if rule.share:
        changes["mostly"] = rule.share(_looked_at(rule.expectation, frame))
    return rule.expectation.copy(update=changes)


def _looked_at(expectation: Any, frame: pd.DataFrame) -> int:
    """How many values an expectation judges: nulls only count where it is about nulls."""
    if isinstance(expectation, ExpectColumnValuesToNotBeNull):
        return len(frame)
    return int(frame[expectation.column].notna().sum())


def _rule_name(result: Any) -> str:
    return str(result.expectation_config.meta["rule"])


def _outcome(query: FrameQuery, rule: Rule, result: Any, rows: int) -> ExpectationOutcome:
    details = result.result or {}
    kwargs = result.expectation_config.kwargs
    return ExpectationOutcome(
        table=query.table,
        expectation=result.expectation_config.type,
        column=_column(kwargs),
        success=bool(result.success),
        unexpected_count=_unexpected_count(details, kwargs, rows),
        unexpected_percent=details.get("unexpected_percent"),
        sample_ids=_sample_ids(details.get("partial_unexpected_index_list") or [], query.id_column),
        rule=rule.name,
        description=rule.description,
        error=_error(result.exception_info),
    )


def _column(kwargs: dict[str, Any]) -> str | None:
    names = [kwargs[key] for key in ("column", "column_A", "column_B") if kwargs.get(key)]
    return ", ".join(names) or None


def _unexpected_count(details: dict[str, Any], kwargs: dict[str, Any], rows: int) -> int:
    if "unexpected_count" in details:
        return int(details["unexpected_count"])
    return max(0, int(kwargs.get("min_value") or 0) - rows)


def _sample_ids(broken: list[dict[str, Any]], id_column: str) -> tuple[str, ...]:
    ids = {str(row[id_column]) for row in broken if isinstance(row.get(id_column), str)}
    return tuple(sorted(ids)[:SAMPLE_SIZE])


def _error(exception_info: dict[str, Any] | None) -> str | None:
    """A fixed sentence: the exception's own text may quote values."""
    info = exception_info or {}
    raised = info.get("raised_exception") or any(
        isinstance(part, dict) and part.get("raised_exception") for part in info.values()
    )
    return "the expectation could not be evaluated" if raised else None
