"""The Splink model: what is compared, and how much each agreement and disagreement weighs.

The weights are trained seldom (`tests/benchmarks/identity_training.py`) and committed under
`weights/`; a routine run only compares. Not here: what agrees (`comparisons`), how weights add up
to a probability (`scores`), or what follows from it (`evidence`).
"""

import json
import logging
from functools import cache
from importlib import resources
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.comparison_library import CustomComparison

from identity.comparisons import (
    EMPLOYER_LEVELS,
    MAIL_LEVELS,
    NAME_LEVELS,
    NO_NAME,
    SAME_WRITTEN_NAME_LEVEL,
    with_suffixes,
)

WEIGHTS = "person_model.json"
TRAINING = "person_model.training.json"
COMPARISONS = ("name", "mail", "mobile", "landline", "employer", "postal")
# Splink carries every compared value along; so many pairs at a time bound the memory.
_PAIRS_AT_A_TIME = 250_000
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
        _level(condition, label, **(frequency if number == SAME_WRITTEN_NAME_LEVEL else {}))
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
    """The model without weights; which pairs are compared is the work of `blocking`."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="node",
        comparisons=[
            _name_comparison(),
            _mail_comparison(),
            _equality("mobile", "mobile", "携帯", by_frequency=False),
            _equality("landline", "landline", "電話", by_frequency=True),
            _employer_comparison(),
            _equality("postal_code", "postal", "郵便番号", by_frequency=False),
        ],
        blocking_rules_to_generate_predictions=[],
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
    # the committed weights are checked by a test, and checking them here costs half a second
    return Linker(api.register("nodes"), settings, validate_settings=False, log_level=logging.ERROR)


@cache
def read_weights(name: str = WEIGHTS) -> dict[str, Any]:
    """A file of the folder `weights/`; not to be changed by its readers."""
    path = resources.files("identity") / "weights" / name
    weights: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return weights


def _only_comparing() -> dict[str, Any]:
    """The settings without frequencies: those follow from all records, not from the two."""
    settings: dict[str, Any] = json.loads(json.dumps(read_weights()))
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            for name in ("column", "weight"):
                level.pop(f"tf_adjustment_{name}", None)
            level.pop("disable_tf_exact_match_detection", None)
    return settings


def compare_pairs(con: duckdb.DuckDBPyConnection, pairs: str, compared: str) -> None:
    """Compare pairs of nodes.

    Args:
        con: The database with the table `nodes`.
        pairs: Table with the columns one and other.
        compared: Table to append to: one, other and the gamma_… columns.
    """
    total = con.execute(f"select count(*) from {pairs}").fetchall()[0][0]
    for start in range(0, total, _PAIRS_AT_A_TIME):
        linker = make_linker(con, _only_comparing())
        con.execute(f"""
            create or replace table chunk as
            select '0' as match_key, one as join_key_l, other as join_key_r
            from {pairs}
            where rowid between {start} and {start + _PAIRS_AT_A_TIME - 1}
        """)
        api = linker._db_api
        linker.table_management.register_blocked_pairs_for_predict(api.register("chunk"))
        found = linker.inference.predict(warning_mode="never")
        con.execute(f"""
            insert into {compared}
            select node_l, node_r, {", ".join(f"gamma_{name}" for name in COMPARISONS)}
            from {found.physical_name}
        """)
        found.drop_table_from_database_and_remove_from_cache()
    con.execute("drop table if exists chunk")
