"""Every kind of act is in the one list of acts, and whoever reads acts reads them from there."""

from __future__ import annotations

import re
from pathlib import Path

MODELS = Path(__file__).resolve().parents[3] / "dbt_project" / "models"
REF = re.compile(r"ref\('(int_\w+_acts_listed)'\)")


def readers_of_acts() -> dict[str, set[str]]:
    """Model → the lists of acts that it reads, for every model that reads one."""
    read = {path.stem: set(REF.findall(path.read_text("utf-8"))) for path in MODELS.rglob("*.sql")}
    return {name: lists for name, lists in read.items() if lists}


def test_every_list_of_acts_is_in_the_one_that_all_read() -> None:
    lists = {path.stem for path in MODELS.rglob("int_*_acts_listed.sql")}
    assert len(lists) >= 4
    assert readers_of_acts() == {"int_acts_unioned": lists}
