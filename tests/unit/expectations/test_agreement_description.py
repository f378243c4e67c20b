"""Every agreement table is described, for the checks and for people, and the page says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations.agreement import read_descriptions

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
TABLES = read_descriptions(PROJECT / "models")
FILES = sorted((PROJECT / "seeds" / "agreement").glob("*.csv"))


def test_every_table_of_the_project_is_described() -> None:
    assert sorted(TABLES) == [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_columns_are_described_in_their_order(path: Path) -> None:
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert tuple(header) == TABLES[path.stem].column_names


def test_everything_is_explained_in_japanese() -> None:
    texts = {name: [t.title, t.decides, t.example, t.effect] for name, t in TABLES.items()}
    texts |= {f"{t.name}.{c.name}": [c.purpose] for t in TABLES.values() for c in t.columns}
    bare = [name for name, said in texts.items() if not all(map(is_japanese, said))]
    assert bare == []


def is_japanese(text: str) -> bool:
    return re.search(r"[ぁ-んァ-ヶ一-龠]", text) is not None


def test_a_test_of_dbt_is_a_rule_of_the_check() -> None:
    rules = TABLES["scoring_rules"]
    operator = next(column for column in rules.columns if column.name == "operator")
    assert rules.keys == (("rule_id",),)
    assert operator.allowed == (">=", ">", "=", "<=", "<", "in", "not_in")
    assert TABLES["field_mappings"].keys[0][0] == "entity"
    term = next(column for column in TABLES["title_ranks"].columns if column.name == "term")
    assert term.is_required


def test_references_point_at_columns_that_exist() -> None:
    targets = [
        target
        for table in TABLES.values()
        for column in table.columns
        for target in [
            column.found_in,
            *(t for f in column.found_when.values() for t in f.values()),
        ]
        if target
    ]
    assert len(targets) >= 4
    for target in targets:
        name, column = target.split(".")
        assert name == "stages" or column in TABLES[name].column_names


def test_conditions_name_columns_and_values_of_the_same_table() -> None:
    for table in TABLES.values():
        allowed = {column.name: column.allowed for column in table.columns}
        for column in table.columns:
            for by, lists in [*column.allowed_when.items(), *column.required_when.items()]:
                assert set(lists) <= set(allowed[by]), f"{table.name}.{column.name} by {by}"


def test_the_fields_that_models_need_are_those_that_the_check_asks_for() -> None:
    macros = "".join(path.read_text("utf-8") for path in (PROJECT / "macros").glob("*.sql"))
    macro = re.search(r"macro required_unified_fields.*?endmacro", macros, re.DOTALL)
    assert macro is not None
    needed = {
        entity: tuple(re.findall(r"'(\w+)'", names))
        for entity, names in re.findall(r"'(\w+)': \[(.*?)\]", macro[0], re.DOTALL)
    }
    column = next(c for c in TABLES["field_mappings"].columns if c.name == "unified_field")
    assert needed == column.every_when["entity"]
