"""The Splink model: how much each agreement and disagreement weighs.

The weights are trained seldom (`tests/benchmarks/identity_training.py`) and committed under
`weights/`; a routine run only predicts. Not here: what agrees (`comparisons`), or what follows
from it (`evidence`).
"""

import json
import logging
from importlib import resources
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison

from identity.comparisons import EMPLOYER_LEVELS, MAIL_LEVELS, NAME_LEVELS, NO_NAME, with_suffixes

WEIGHTS = "person_model.json"
TRAINING = "person_model.training.json"
# Among few records every name looks frequent, so fewer are taken for a part of this many.
SMALL_SAMPLE = 10_000
_FREQUENCY_COLUMNS = ("full_name", "landline", "employer")
_Level = dict[str, Any]


def _null(condition: str) -> _Level:
    return {"sql_condition": with_suffixes(condition), "label_for_charts": "比べる値がない",
            "is_null_level": True}  # fmt: skip


def _level(condition: str, label: str, **more: Any) -> _Level:
    return {"sql_condition": with_suffixes(condition), "label_for_charts": label} | more


_ELSE: _Level = {"sql_condition": "ELSE", "label_for_charts": "不一致"}


def _lacks(column: str) -> str:
    return f"(l.{column} is null or r.{column} is null)"


def _name_comparison() -> CustomComparison:
    frequency = {"tf_adjustment_column": "full_name", "tf_adjustment_weight": 1.0,
                 "disable_tf_exact_match_detection": True}  # fmt: skip
    levels = [
        _level(condition, label, **(frequency if number == 6 else {}))
        for number, condition, label in NAME_LEVELS
    ]
    return CustomComparison([_null(NO_NAME), *levels, _ELSE], "name", "氏名")


def _mail_comparison() -> CustomComparison:
    levels = [_level(condition, label) for _, condition, label in MAIL_LEVELS]
    return CustomComparison([_null(_lacks("email")), *levels, _ELSE], "mail", "メール")


def _equality(column: str, output: str, label: str, by_frequency: bool) -> CustomComparison:
    frequency: _Level = {}
    if by_frequency:
        frequency = {"tf_adjustment_column": column, "tf_adjustment_weight": 1.0}
    equal = _level(f"l.{column} = r.{column}", f"{label}一致", **frequency)
    return CustomComparison([_null(_lacks(column)), equal, _ELSE], output, label)


def _employer_comparison() -> CustomComparison:
    frequency = {"tf_adjustment_column": "employer", "tf_adjustment_weight": 1.0}
    levels = [
        _level(condition, label, **(frequency if number == 2 else {}))
        for number, condition, label in EMPLOYER_LEVELS
    ]
    return CustomComparison([_null(_lacks("employer")), *levels, _ELSE], "employer", "会社")


def build_settings() -> SettingsCreator:
    """The model without weights: comparisons and the single blocking rule."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        comparisons=[
            _name_comparison(),
            _mail_comparison(),
            _equality("mobile", "mobile", "携帯", by_frequency=False),
            _equality("landline", "landline", "電話", by_frequency=True),
            _employer_comparison(),
            _equality("postal_code", "postal", "郵便番号", by_frequency=False),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("blocks", arrays_to_explode=["blocks"]),
        ],
        retain_matching_columns=True,  # brings the gamma_… columns
        retain_intermediate_calculation_columns=False,
    )


def make_linker(
    con: duckdb.DuckDBPyConnection, settings: SettingsCreator | dict[str, Any]
) -> Linker:
    """A linker over the table `nodes` of an in-memory database."""
    # Splink prints its progress through the root of its own loggers
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection=con)
    linker = Linker(api.register("nodes"), settings, log_level=logging.ERROR)
    for column in _FREQUENCY_COLUMNS:
        con.execute(_frequency_sql(column))
        lookup = api.register(f"frequency_of_{column}")
        linker.table_management.register_term_frequency_lookup(lookup, column)
    return linker


def _frequency_sql(column: str) -> str:
    return f"""
        create or replace table frequency_of_{column} as
        select
            {column},
            count(*) / greatest((select count(*) from nodes), {SMALL_SAMPLE}) as tf_{column}
        from nodes
        where {column} is not null
        group by {column}
    """


def _read_weights(name: str) -> dict[str, Any]:
    path = resources.files("identity") / "weights" / name
    weights: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return weights


def predict_pairs(con: duckdb.DuckDBPyConnection) -> str:
    """Score every blocked pair with the committed weights.

    The prior follows the number of records: a record has about as many partners in a large
    company as in a small one, so a random pair matches the more seldom the more records there are.

    Returns:
        The name of a table with unique_id_l, unique_id_r, match_probability and gamma_… columns.
    """
    counted = con.execute("select count(*) from nodes").fetchall()
    others = max(counted[0][0] - 1, 1)
    settings = _read_weights(WEIGHTS)
    partners = _read_weights(TRAINING)["partners_per_record"]
    settings["probability_two_random_records_match"] = min(partners / others, 0.1)
    linker = make_linker(con, settings)
    return str(linker.inference.predict(warning_mode="never").physical_name)
