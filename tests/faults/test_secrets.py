"""Whatever goes wrong, no secret and nobody's data gets into raw, the logs or what is reported.

Belongs here: one load of every source under every kind of failure, with all that is logged and
printed kept and searched. Must not: test a single message (the sources' own tests do).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.faults.registry import SIDES
from tests.faults.surroundings import load, prepared
from tests.faults.vendor_side import HALF, Place

pytestmark = pytest.mark.integration

ASKED = [side.source for side in SIDES if side.paths]
SECRET = ("SECRET", "TOKEN", "PASSWORD", "API_KEY", "SESSION_ID", "CONSUMER_KEY", "CLIENT_ID")
PERSON = "秘密花子"
MAIL = "hanako.himitsu@example.test"
FAILURES: tuple[dict[str, Any], ...] = (
    {"fault": "status", "status": 401},
    {"fault": "status", "status": 403},
    {"fault": "status", "status": 400, "body": [{"message": f"{PERSON} {MAIL}", "errorCode": "X"}]},
    {"fault": "status", "status": 500, "body": f"<html>{PERSON} {MAIL}"},
    {"fault": "quota"},
    {"fault": "cut_middle"},
    {"fault": "bad_body", "body": f'{{"{PERSON}": "{MAIL}"}}'},
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with prepared(tmp_path, people=60, seed=1) as place:
        lead = place.admin.records("salesforce", "Lead", IsDeleted="False")[0]
        broken = {"Title": f"部長{HALF}", "LastName": PERSON, "Email": MAIL}
        place.admin.change_record("salesforce", "Lead", lead["Id"], broken)
        contact = place.admin.records("hubspot", "contacts", archived="False")[0]
        properties = {"jobtitle": f"部長{HALF}", "lastname": PERSON, "email": MAIL}
        place.admin.change_record("hubspot", "contacts", contact["id"], {"properties": properties})
        yield place


def secrets_of(place: Place) -> set[str]:
    """Every credential of the sandbox, and the session that a sign-in gives out."""
    given = place.sandbox.environment.items()
    known = {value for name, value in given if name.endswith(SECRET)}
    credentials = vars(place.sandbox.credentials).items()
    known |= {value for name, value in credentials if name.upper().endswith(SECRET)}
    return known | {"-----BEGIN", "Bearer ", "access_token"}


def test_nothing_secret_is_kept_or_told(
    place: Place, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for failure in ({"fault": "latency", "seconds": 0.0}, *FAILURES):
        place.admin.faults({**failure, "skip": 3})
        told += [str(load(place, source)) for source in ASKED]
        place.admin.clear_faults()
    assert len(told) == len(ASKED) * (len(FAILURES) + 1)
    logged = "\n".join([*told, caplog.text, *capfd.readouterr()])
    raw = raw_text(place)
    for secret in secrets_of(place):
        assert secret not in logged, f"{secret[:12]}… is told"
        assert secret not in raw, f"{secret[:12]}… is in raw"
    assert PERSON not in logged
    assert MAIL not in logged
    assert MAIL in raw, "the search itself must be able to find something"


def raw_text(place: Place) -> str:
    """Return all cells of all tables of the warehouse as one text, our own landing included."""
    with duckdb.connect(str(place.warehouse), read_only=True) as con:
        names = con.execute("SELECT table_schema, table_name FROM information_schema.tables")
        tables = [f'"{schema}"."{name}"' for schema, name in names.fetchall()]
        rows = [row for name in tables for row in con.execute(f"SELECT * FROM {name}").fetchall()]
    return "\n".join(str(cell) for row in rows for cell in row if isinstance(cell, str))


def test_no_error_of_a_load_quotes_a_record(place: Place) -> None:
    """What is kept of a load names no person; the rejected row itself is data and is kept whole."""
    for source in ("salesforce", "hubspot"):
        load(place, source)
    with duckdb.connect(str(place.warehouse), read_only=True) as con:
        loads = str(con.execute("SELECT * FROM raw_landing.resource_load").fetchall())
        reasons = con.execute("SELECT reason FROM raw_landing.rejected_row").fetchall()
    assert len(reasons) == 2
    for text in (loads, str(reasons)):
        assert PERSON not in text
        assert MAIL not in text
