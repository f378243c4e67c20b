"""How the levels of a comparison add up to the probability that two nodes are one person.

Splink's arithmetic over the committed weights, with the frequencies of today's records: a
comparison depends on its two nodes only and can be kept, a score depends on how frequent a name,
a number or a company is among all. Frequencies count in steps: a name that 1,001 bear weighs what
one of 1,000 weighs, so that one record more does not move the scores of all others, and what a
score is still follows from today's records alone. Not here: the weights (`splink_model`).
"""

import math
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from identity.numbered_nodes import NumberedNodes
from identity.splink_model import COMPARISONS, TRAINING, read_weights

# Among few records every name looks frequent, so fewer are taken for a part of this many.
SMALL_SAMPLE = 10_000
# Up to this many are counted one by one; from there on a step is a quarter of a doubling, which
# moves a weight by an eighth of a bit at most.
_COUNTED_SINGLY = 16
_STEPS_PER_DOUBLING = 4
# A score beyond this says nothing more, and 2 to its power still has a number.
_LARGEST_WEIGHT = 60.0


def _levels(comparison: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """(gamma, level) of the levels that weigh, highest first, as Splink numbers them."""
    weighing = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
    return list(zip(range(len(weighing) - 1, -1, -1), weighing, strict=True))


def _weight_sql(comparison: dict[str, Any]) -> str:
    """log2 of the Bayes factor of a comparison; a frequent value weighs less than a rare one."""
    name = comparison["output_column_name"]
    whens = []
    for gamma, level in _levels(comparison):
        m, u = level["m_probability"], level["u_probability"]
        weight = f"{math.log2(m / u)!r}::double"
        column = level.get("tf_adjustment_column")
        if column:
            weight += f" + ({math.log2(u)!r}::double - log2(share_of_{column}))"
        whens.append(f"when {gamma} then {weight}")
    return f"case gamma_{name} {' '.join(whens)} end"


def _frequency_columns() -> list[str]:
    levels = [one for c in read_weights()["comparisons"] for one in c["comparison_levels"]]
    return sorted({one["tf_adjustment_column"] for one in levels if "tf_adjustment_column" in one})


def _steps(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The steps that counts (from 1 on) fall on."""
    beyond = np.log2(np.maximum(counts, _COUNTED_SINGLY) / _COUNTED_SINGLY)
    steps = np.rint(beyond * _STEPS_PER_DOUBLING).astype(np.int64)
    return np.where(counts <= _COUNTED_SINGLY, counts, _COUNTED_SINGLY + steps)


def _count_of(steps: NDArray[np.int64]) -> NDArray[np.float64]:
    """The count that a step stands for."""
    doublings = np.maximum(steps - _COUNTED_SINGLY, 0) / _STEPS_PER_DOUBLING
    return np.where(steps <= _COUNTED_SINGLY, steps, _COUNTED_SINGLY * 2.0**doublings)


def stepped(count: int) -> float:
    """The count that stands for a count."""
    return float(_count_of(_steps(np.array([max(count, 1)])))[0])


def find_frequencies(nodes: NumberedNodes) -> pa.Table:
    """How frequent the values of each node are today, by the nodes' numbers.

    Returns:
        number, `share_of_…` of the columns whose frequency weighs, and frequency_steps: all that
        the score of a pair depends on beside its comparison.
    """
    living = pc.invert(nodes.rows["is_junk"])
    total = pc.sum(living).as_py() or 0
    shown = np.full(nodes.count, int(_steps(np.array([max(total, 1)]))[0]), dtype=np.int64)
    columns: dict[str, Any] = {"number": np.arange(nodes.count)}
    for name in _frequency_columns():
        values = pc.if_else(living, nodes.column(name), None).combine_chunks().dictionary_encode()
        codes = np.asarray(pc.fill_null(values.indices, len(values.dictionary)))
        counts = np.bincount(codes, minlength=len(values.dictionary) + 1)
        counts[-1] = 1
        steps = _steps(counts)[codes]
        columns[f"share_of_{name}"] = _count_of(steps) / max(stepped(total), SMALL_SAMPLE)
        shown = shown * 1000 + steps
    return pa.table(columns | {"frequency_steps": shown})


def _prior_weight(nodes: int) -> float:
    """log2 odds that a random pair matches.

    A record has about as many partners in a large company as in a small one, so a random pair
    matches the more seldom the more records there are.
    """
    partners: float = read_weights(TRAINING)["partners_per_record"]
    prior = min(partners / max(nodes - 1, 1), 0.1)
    return math.log2(prior / (1 - prior))


def score_pairs(con: duckdb.DuckDBPyConnection, nodes: int) -> None:
    """Create the table `scored` of the tables `compared` and `frequencies`.

    Adds to the columns of `compared`: weight_… (log2 of the Bayes factor, null where nothing can
    be compared), match_weight (their sum with the prior) and match_probability.

    Args:
        con: The database; `frequencies` is what `find_frequencies` returned.
        nodes: How many nodes there are that are no junk.
    """
    prior = _prior_weight(round(stepped(nodes)))
    weights = {c["output_column_name"]: _weight_sql(c) for c in read_weights()["comparisons"]}
    total = " + ".join(f"coalesce(weight_{name}, 0)" for name in COMPARISONS)
    con.execute(f"""
        create or replace table scored as
        with weighed as (
            select
                compared.*,
                {", ".join(f"round({weights[name]}, 6) as weight_{name}" for name in COMPARISONS)}
            from compared
            inner join frequencies on frequencies.number = compared.one
        ),
        summed as (
            select *, greatest(least(
                round({prior!r}::double + {total}, 6),
                {_LARGEST_WEIGHT}), -{_LARGEST_WEIGHT}) as match_weight
            from weighed
        )
        select *, round(1 / (1 + pow(2::double, -match_weight)), 9) as match_probability
        from summed
    """)
