"""The monthly review of the agreement: does the score tell who buys, and what would be better?

Belongs here: reading what the review models measured, lifts, thresholds, and which one threshold to
propose. Not here: the page (definition_review_page), replaying the proposal (orchestration).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import duckdb

# below this many people a share says nothing that one more deal would not change
LEAST_PERSONS = 30
# a proposal must keep at least this share of the deals that today's threshold catches
KEPT_DEALS = 0.5
# of the normal distribution, for an interval that is right in 19 of 20 cases
Z = 1.96


@dataclass(frozen=True)
class Caught:
    """Some of the reviewed people and how many of them had and won a deal afterwards."""

    persons: int
    deals: int
    wins: int = 0

    @property
    def deal_rate(self) -> float | None:
        """Share with a deal; none of nobody."""
        return self.deals / self.persons if self.persons else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share; 0 to 1 when nobody is there."""
        n = self.persons
        if not n:
            return 0.0, 1.0
        share = self.deals / n
        middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
        spread = Z / (1 + Z**2 / n) * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
        return middle - spread, middle + spread


@dataclass(frozen=True)
class Decile:
    """A tenth of the people by score."""

    number: int
    lowest: int
    highest: int
    caught: Caught


@dataclass(frozen=True)
class Example:
    """Somebody for whom a rule held at the start of the period; `became` is `deal`, `won` or ''."""

    person_id: str
    name: str
    company: str
    became: str


@dataclass(frozen=True)
class Rule:
    """A scoring rule; `ever` is for how many people it held at any time."""

    rule_id: str
    name: str
    points: int
    ever: int
    caught: Caught
    lift: float | None
    verdict: str
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Threshold:
    """A possible threshold; recall is its share of all deals of the period."""

    score: int
    caught: Caught
    recall: float | None
    is_current: bool


@dataclass(frozen=True)
class Proposal:
    """Another threshold; `is_certain` when its share lies above today's interval."""

    current: Threshold
    proposed: Threshold
    is_certain: bool


@dataclass(frozen=True)
class Review:
    """Everything the page shows."""

    everybody: Caught
    deciles: tuple[Decile, ...]
    rules: tuple[Rule, ...]
    thresholds: tuple[Threshold, ...]
    proposal: Proposal | None

    @property
    def persons_named(self) -> list[str]:
        """The people among the examples, each once, those of the best rule first."""
        named = (example.person_id for rule in self.rules for example in rule.examples)
        return list(dict.fromkeys(named))


def read_review(warehouse: Path) -> Review:
    """Reads what the review models measured and looks for a better threshold.

    Args:
        warehouse: a DuckDB file in which the models were built; opened read-only.
    """
    with duckdb.connect(str(warehouse), read_only=True) as con:
        everybody = Caught(
            *_row(
                con,
                "select count(*), count(*) filter (has_deal), count(*) filter (has_won)"
                " from intermediate.int_review_persons_dated",
            )
        )
        current = _current_threshold(con)
        thresholds = _thresholds(con, everybody, current)
        return Review(
            everybody, _deciles(con), _rules(con, everybody), thresholds, propose(thresholds)
        )


def propose(thresholds: Sequence[Threshold]) -> Proposal | None:
    """The threshold whose people had deals most often, if it is not today's.

    It must catch enough people to say something and keep enough of today's deals.
    """
    current = next((one for one in thresholds if one.is_current), None)
    if current is None or current.caught.deal_rate is None:
        return None
    enough = [
        one
        for one in thresholds
        if one.caught.persons >= LEAST_PERSONS
        and one.caught.deals >= KEPT_DEALS * current.caught.deals
    ]
    best = max(
        enough, key=lambda one: (one.caught.deal_rate or 0, one.caught.persons), default=current
    )
    if (best.caught.deal_rate or 0) <= current.caught.deal_rate:
        return None
    return Proposal(
        current, best, is_certain=(best.caught.deal_rate or 0) > current.caught.interval[1]
    )


def judged(caught: Caught, ever: int, everybody: Caught) -> str:
    """What the numbers say of a rule: never, few, higher, lower or unclear."""
    if not ever:
        return "never"
    if caught.persons < LEAST_PERSONS:
        return "few"
    low, high = caught.interval
    base = everybody.deal_rate or 0
    return "higher" if low > base else "lower" if high < base else "unclear"


def _current_threshold(con: duckdb.DuckDBPyConnection) -> int | None:
    row = con.execute(
        "select max(try_cast(value as integer)) from agreement.stage_rules"
        " where to_stage = 'MQL' and measure = 'score'"
        " and rule_id not in (select rule_id from agreement.stage_rules"
        " where to_stage = 'MQL' and measure <> 'score')"
    ).fetchone()
    return int(row[0]) if row and row[0] is not None else None


def _thresholds(
    con: duckdb.DuckDBPyConnection, everybody: Caught, current: int | None
) -> tuple[Threshold, ...]:
    rows = con.execute(
        "select threshold, person_count, deal_count"
        " from intermediate.int_review_thresholds_measured order by threshold"
    ).fetchall()
    # today's threshold is shown also when nobody has exactly that score
    scores = {score: Caught(persons, deals) for score, persons, deals in rows}
    if current is not None and current not in scores:
        above = [score for score in sorted(scores) if score > current]
        scores[current] = scores[above[0]] if above else Caught(0, 0)
    return tuple(
        Threshold(
            score,
            caught,
            caught.deals / everybody.deals if everybody.deals else None,
            score == current,
        )
        for score, caught in sorted(scores.items())
    )


def _deciles(con: duckdb.DuckDBPyConnection) -> tuple[Decile, ...]:
    rows = con.execute(
        "select decile, lowest_score, highest_score, person_count, deal_count, won_count"
        " from intermediate.int_review_deciles_measured order by decile"
    ).fetchall()
    return tuple(
        Decile(number, lowest, highest, Caught(*counts))
        for number, lowest, highest, *counts in rows
    )


def _rules(con: duckdb.DuckDBPyConnection, everybody: Caught) -> tuple[Rule, ...]:
    rows = con.execute(
        "select rule_id, rule_name_ja, points, ever_count, person_count, deal_count, won_count"
        " from intermediate.int_review_rules_measured order by rule_id"
    ).fetchall()
    examples = _examples(con)
    rules = []
    for rule_id, name, points, ever, *counts in rows:
        caught = Caught(*counts)
        rate, base = caught.deal_rate, everybody.deal_rate
        lift = rate / base if rate is not None and base else None
        verdict = judged(caught, ever, everybody)
        shown = tuple(examples.get(rule_id, ()))
        rules.append(Rule(rule_id, name, points, ever, caught, lift, verdict, shown))
    return tuple(sorted(rules, key=lambda rule: (-(rule.lift or -1), rule.rule_id)))


def _examples(con: duckdb.DuckDBPyConnection) -> dict[str, list[Example]]:
    rows = con.execute(
        "select rule_id, person_id, coalesce(full_name, ''), coalesce(company_name, ''),"
        " case when has_won then 'won' when has_deal then 'deal' else '' end"
        " from intermediate.int_review_examples_listed as examples"
        " inner join mart.persons as persons using (person_id)"
        " order by rule_id, example_number"
    ).fetchall()
    found: dict[str, list[Example]] = {}
    for rule_id, *example in rows:
        found.setdefault(rule_id, []).append(Example(*example))
    return found


def _row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = con.execute(query).fetchone()
    return tuple(row) if row else ()
