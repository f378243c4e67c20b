"""Every model says what one row of it is, and every published column says what it means."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
MODELS = sorted(
    path for suffix in ("sql", "py") for path in (PROJECT / "models").rglob(f"*.{suffix}")
)
LONGEST_MODEL = 150


def properties(folder: str) -> dict[str, dict[str, Any]]:
    """Model name → its entry in the properties files below a folder of models."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((PROJECT / "models" / folder).rglob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or []:
            assert entry["name"] not in found, f"{entry['name']} is described twice"
            found[entry["name"]] = entry
    return found


def test_every_model_opens_its_description_with_its_grain() -> None:
    described = properties(".")
    silent = [
        path.stem
        for path in MODELS
        if not described.get(path.stem, {}).get("description", "").startswith("One row per ")
    ]
    assert silent == []


def test_no_description_is_copied() -> None:
    counted = Counter(entry["description"].strip() for entry in properties(".").values())
    assert [text for text, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("folder", ["marts", "activation"])
def test_every_column_that_leaves_the_house_is_described_and_typed(folder: str) -> None:
    vague = [
        f"{name}.{column['name']}"
        for name, entry in properties(folder).items()
        for column in entry["columns"]
        if not column.get("description") or not column.get("data_type")
    ]
    assert vague == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_fits_on_three_screens(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODEL
