"""What an audit says, as plain dataclasses: knows neither Great Expectations nor Dagster.

Results carry ids and counts only; a value of a person never leaves the audit.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExpectationOutcome:
    """How one expectation fared.

    Attributes:
        table: Table the expectation is about.
        expectation: Type of the expectation, as Great Expectations spells it.
        column: Column (or `a, b` for a pair) it looks at; None for the whole table.
        success: Whether the table keeps it.
        unexpected_count: Rows that break it; for a row count, the rows that are missing.
        unexpected_percent: Their share of the rows looked at; None when no row was looked at.
        sample_ids: The first ids of such rows, in order.
        rule: Short stable name of the expectation inside its table.
        description: What is expected, in one Japanese sentence.
        error: Why it could not be evaluated; None when it was.
    """

    table: str
    expectation: str
    column: str | None
    success: bool
    unexpected_count: int
    unexpected_percent: float | None
    sample_ids: tuple[str, ...]
    rule: str = ""
    description: str = ""
    error: str | None = None


@dataclass(frozen=True)
class SuiteResult:
    """Everything one suite found.

    Attributes:
        suite: `gate` or `hygiene`.
        success: Whether every expectation holds.
        results: One outcome per expectation, in the order of the suite.
    """

    suite: str
    success: bool
    results: tuple[ExpectationOutcome, ...]

    @classmethod
    def of(cls, suite: str, results: tuple[ExpectationOutcome, ...]) -> SuiteResult:
        """Judges outcomes; a suite that looked at nothing has not passed."""
        return cls(suite, bool(results) and all(one.success for one in results), results)

    @property
    def failed(self) -> tuple[ExpectationOutcome, ...]:
        """The expectations that do not hold."""
        return tuple(outcome for outcome in self.results if not outcome.success)
