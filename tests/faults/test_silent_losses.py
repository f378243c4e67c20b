"""What a vendor loses without a word: rows of a page, the end of a listing. The count tells.

Belongs here: every source whose API counts what it lists. Sansan, HubSpot's events, submissions and
Marketo's feeds count nothing, so nobody can tell there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.comparison import differences, told
from tests.faults.registry import SIDES
from tests.faults.surroundings import load, prepared
from tests.faults.vendor_side import Place, VendorSide

pytestmark = pytest.mark.integration

SOURCES = {side.source: side for side in SIDES}
LOSSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("salesforce", {"fault": "drop_rows", "path": "/query"}),
    ("salesforce", {"fault": "end_early", "path": "/query"}),
    ("hubspot", {"fault": "drop_rows", "path": "/objects/(contacts|companies)$", "rows": 3}),
    ("hubspot", {"fault": "end_early", "path": "/objects/(contacts|companies)$"}),
    ("typeform", {"fault": "drop_rows", "path": "/responses$"}),
    ("typeform", {"fault": "end_early", "path": "/responses$"}),
    ("marketo", {"fault": "drop_rows", "path": "/file.json$"}),
    ("marketo", {"fault": "truncate", "path": "/file.json$"}),
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with prepared(tmp_path, people=60, seed=1) as place:
        yield place


def strike(side: VendorSide, loss: dict[str, Any]) -> None:
    match = {"vendor": side.source, "path_regex": loss["path"]}
    side.admin.faults({"match": match, **{k: v for k, v in loss.items() if k != "path"}})


def found(side: VendorSide) -> list[str]:
    return differences(side.place.warehouse, side.source, side.holdings())


@pytest.mark.parametrize(("source", "loss"), LOSSES, ids=lambda one: str(one)[:34])
def test_a_first_load_that_loses_rows_is_never_called_whole(
    place: Place, source: str, loss: dict[str, Any]
) -> None:
    side = SOURCES[source](place)
    strike(side, loss)
    report = load(place, source)
    assert sum(rule["hits"] for rule in side.admin.faults())
    if report.status == "ok":
        # what one listing lost came by another way; archived records are counted by nobody
        archived = {row["id"] for row in side.admin.records("hubspot", "contacts", archived="True")}
        archived |= {
            row["id"] for row in side.admin.records("hubspot", "companies", archived="True")
        }
        lost = [one for one in found(side) if one.split()[1] not in archived]
        assert not lost, told(lost)
    else:
        assert report.error
    side.admin.clear_faults()
    # all archived records are looked at once a day
    side.admin.move_clock(advance_seconds=90_000)
    assert load(place, source).status == "ok"
    assert not found(side), told(found(side))


@pytest.mark.parametrize(("source", "loss"), LOSSES, ids=lambda one: str(one)[:34])
def test_a_later_load_that_loses_rows_flags_nothing_and_skips_nothing(
    place: Place, source: str, loss: dict[str, Any]
) -> None:
    side = SOURCES[source](place)
    load(place, source)
    for row in side.admin.records("hubspot", "contacts", archived="False") * (source == "hubspot"):
        properties = {"properties": {"city": "堺市"}}
        side.admin.change_record("hubspot", "contacts", row["id"], properties)
    for row in side.admin.records("salesforce", "Lead") * (source == "salesforce"):
        side.admin.change_record("salesforce", "Lead", row["Id"], {"Title": "部長"})
    # long enough for every look at everything to be due
    side.admin.move_clock(advance_seconds=9 * 86_400)
    strike(side, loss)
    load(place, source)
    flags = [one for one in found(side) if "is_deleted is True" in one or "archived is True" in one]
    assert not flags, told(flags)
    side.admin.clear_faults()
    assert load(place, source).status == "ok"
    assert not found(side), told(found(side))
