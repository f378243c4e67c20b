"""How the levels of a comparison add up to the probability that two nodes are one person.

Splink's arithmetic over the committed weights, with the frequencies of today's records: a
comparison depends on its two nodes only and can be kept, a score depends on how frequent a name,
a number or a company is among all. Not here: the weights themselves (`splink_model`).
"""

import math
from typing import Any

import duckdb

from identity.splink_model import COMPARISONS, TRAINING, read_weights

# Among few records every name looks frequent, so fewer are taken for a part of this many.
SMALL_SAMPLE = 10_000
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


def _prior_weight(nodes: int) -> float:
    """log2 odds that a random pair matches.

    A record has about as many partners in a large company as in a small one, so a random pair
    matches the more seldom the more records there are.
    """
    partners: float = read_weights(TRAINING)["partners_per_record"]
    prior = min(partners / max(nodes - 1, 1), 0.1)
    return math.log2(prior / (1 - prior))


def score_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table `scored` of the tables `compared` and `nodes`.

    Adds to the columns of `compared`: weight_… (log2 of the Bayes factor, null where nothing can
    be compared), match_weight (their sum with the prior) and match_probability.
    """
    nodes = con.execute("select count(*) from nodes").fetchall()[0][0]
    shares = [
        f"count(*) over (partition by {column}) / {max(nodes, SMALL_SAMPLE)}.0 as share_of_{column}"
        for column in _frequency_columns()
    ]
    weights = {c["output_column_name"]: _weight_sql(c) for c in read_weights()["comparisons"]}
    total = " + ".join(f"coalesce(weight_{name}, 0)" for name in COMPARISONS)
    con.execute(f"""
        create or replace table scored as
        with shares as (select node, {", ".join(shares)} from nodes),
        weighed as (
            select
                compared.*,
                {", ".join(f"round({weights[name]}, 6) as weight_{name}" for name in COMPARISONS)}
            from compared
            inner join shares on shares.node = compared.one
        ),
        summed as (
            select *, greatest(least(
                round({_prior_weight(nodes)!r}::double + {total}, 6),
                {_LARGEST_WEIGHT}), -{_LARGEST_WEIGHT}) as match_weight
            from weighed
        )
        select *, round(1 / (1 + pow(2::double, -match_weight)), 9) as match_probability
        from summed
    """)
