"""What each channel adds to winning deals: the removal effect of a first-order Markov chain.

The chain walks from the start over the channels of a deal's touches to won or lost. Its chance to
end at won is compared with the chance when every walk that comes to a channel is lost there. The
share of a channel is its effect over the sum of all effects, as a whole number of `WHOLE`, so that
yen are shared without rounding. Fractions are exact: the same steps give the same shares in any
order. Nothing comes back while no deal with a touch was won.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pyarrow as pa

START, WON, LOST = "(start)", "(won)", "(lost)"
WHOLE = 1_000_000_000_000
SCHEMA = pa.schema(
    [
        ("channel", pa.string()),
        ("win_chance", pa.float64()),
        ("win_chance_without", pa.float64()),
        ("part", pa.int64()),
    ]
)
Chances = Mapping[str, Mapping[str, Fraction]]


def model(dbt: Any, session: Any) -> pa.Table:
    """Measure the channels of all closed deals."""
    dbt.config(materialized="table")
    steps = dbt.ref("int_attribution_steps_counted").select("from_state, to_state, step_count")
    rows = [tuple(row.values()) for row in steps.to_arrow_table().to_pylist()]
    names = SCHEMA.names
    effects = [dict(zip(names, effect, strict=True)) for effect in effects_of(rows)]
    return pa.Table.from_pylist(effects, schema=SCHEMA)


def effects_of(
    steps: Iterable[tuple[str, str, int]],
) -> list[tuple[str, float, float, int]]:
    """Channel, chance to win, the same without the channel, and the channel's part of `WHOLE`.

    Args:
        steps: from, to, and how often.
    """
    chances = _chances(steps)
    chance = win_chance(chances)
    if not chance:
        return []
    without = {
        channel: win_chance(chances, without=channel)
        for channel in sorted(chances)
        if channel != START
    }
    total = sum((chance - left for left in without.values()), Fraction(0))
    return [
        (channel, float(chance), float(left), round(WHOLE * (chance - left) / total))
        for channel, left in without.items()
    ]


def win_chance(chances: Chances, without: str | None = None) -> Fraction:
    """The chance that a walk from the start ends at won.

    Args:
        chances: state → next state → chance; every state leads to won or lost sooner or later.
        without: a channel at which every walk is lost.
    """
    left = {state: dict(steps) for state, steps in chances.items() if state != without}
    for state in [state for state in left if state != START]:
        _take_out(left, state)
    return left[START].get(WON, Fraction(0)) if START in left else Fraction(0)


def _take_out(left: dict[str, dict[str, Fraction]], state: str) -> None:
    """Lets every walk that came to a state go straight to where it would have left it for."""
    onward = left.pop(state)
    stays = 1 - onward.pop(state, Fraction(0))
    for steps in left.values():
        if arrives := steps.pop(state, None):
            for target, chance in onward.items():
                steps[target] = steps.get(target, Fraction(0)) + arrives * chance / stays


def _chances(steps: Iterable[tuple[str, str, int]]) -> Chances:
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for start, target, count in steps:
        counted[start][target] = count
    return {
        start: {target: Fraction(count, sum(targets.values())) for target, count in targets.items()}
        for start, targets in counted.items()
    }
