"""A push waits where values are known only by half, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from activation.push import reasons_to_wait
from identity import registry

LOADED = "2026-10-02 05:30:00+00"
Load = tuple[str, str, str, str | None, str | None]


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state that remembers people of HubSpot and Salesforce."""
    with duckdb.connect(str(tmp_path / "state.duckdb")) as connection:
        registry.migrate(connection)
        for key in ("hubspot:contact:1", "salesforce:lead:00Q1"):
            connection.execute(
                "insert into identity.registry values ('person', ?, 'per_1', now(), now())", [key]
            )
    return tmp_path / "state.duckdb"


def loads(warehouse: Path, *rows: Load) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema raw_landing")
        connection.execute(
            """
            create table raw_landing.resource_load (
                source varchar, resource varchar, status varchar, last_loaded_at timestamptz,
                fault varchar
            )
            """
        )
        connection.executemany("insert into raw_landing.resource_load values (?, ?, ?, ?, ?)", rows)


@pytest.mark.parametrize("fault", ["unreachable", "credentials", "broken", "limit", None])
def test_a_remembered_source_that_a_rebuilt_warehouse_lacks(
    warehouse: Path, state: Path, fault: str | None
) -> None:
    loads(warehouse, ("hubspot", "contact", "failed", None, fault))
    assert reasons_to_wait(warehouse, state, system="salesforce") == ("hubspot contact",)


def test_half_of_the_system_itself(warehouse: Path, state: Path) -> None:
    loads(
        warehouse,
        ("salesforce", "lead", "ok", LOADED, None),
        ("salesforce", "opportunity", "failed", None, "broken"),
    )
    waits_for = reasons_to_wait(warehouse, state, system="salesforce")
    assert waits_for == ("salesforce opportunity",)


@pytest.mark.parametrize(
    "load",
    [
        pytest.param(("hubspot", "contact", "failed", LOADED, "broken"), id="came before"),
        pytest.param(("hubspot", "contact", "off", None, None), id="switched off"),
        pytest.param(("hubspot", "event", "failed", None, "rights"), id="not in this edition"),
        pytest.param(("salesforce", "task", "failed", None, "missing"), id="no such object"),
        pytest.param(("typeform", "response", "failed", None, "broken"), id="never known"),
        pytest.param(("hubspot", "contact", "ok", LOADED, None), id="fine"),
    ],
)
def test_what_is_no_reason(warehouse: Path, state: Path, load: Load) -> None:
    loads(warehouse, load)
    assert reasons_to_wait(warehouse, state, system="salesforce") == ()


def test_a_state_without_identities_remembers_nothing(warehouse: Path, tmp_path: Path) -> None:
    loads(warehouse, ("hubspot", "contact", "failed", None, "broken"))
    assert reasons_to_wait(warehouse, tmp_path / "new.duckdb", system="salesforce") == ()
