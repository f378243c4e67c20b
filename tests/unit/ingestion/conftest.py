"""A hermetic place to load into, and one call that loads a source and reads raw back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.pipeline import LoadReport, load_source

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
CREDENTIALS = ("SALESFORCE_", "HUBSPOT_", "TYPEFORM_", "SANSAN_")


@dataclass
class Landing:
    """Loads into a folder of its own."""

    data_dir: Path
    inbox_dir: Path
    agreement_dir: Path

    def load(self, source: str, as_of: datetime = AS_OF) -> LoadReport:
        return load_source(
            source,
            data_dir=self.data_dir,
            inbox_dir=self.inbox_dir,
            as_of=as_of,
            agreement_dir=self.agreement_dir,
        )

    def ask(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.data_dir / "warehouse.duckdb")) as con:
            con.execute("SET TimeZone = 'UTC'")
            return con.execute(sql).fetchall()

    def rejected(self) -> list[tuple]:
        return self.ask(
            "SELECT resource, source_id, column_name, reason FROM raw_landing.rejected_row"
            " ORDER BY ALL"
        )


@pytest.fixture
def landing(tmp_path, monkeypatch):
    """An empty data folder, no credentials, no retries that wait, no mapped fields."""
    import os

    for name in list(os.environ):
        if name.startswith(CREDENTIALS):
            monkeypatch.delenv(name)
    monkeypatch.setattr("vendors.session.FIRST_WAIT", 0.0)
    monkeypatch.setattr("vendors.session.FIRST_WAIT_ON_LIMIT", 0.0)
    monkeypatch.setattr("ingestion.inbox.QUIET_SECONDS", 0.0)
    agreement = tmp_path / "agreement"
    agreement.mkdir()
    (agreement / "field_mappings.csv").write_text("system,object,field,data_type\n")
    return Landing(tmp_path / "data", tmp_path / "inbox", agreement)


@pytest.fixture
def org(landing, monkeypatch):
    """A Salesforce with leads and no tasks, both of which are loaded; nothing else is."""
    from ingestion.sources.salesforce.contract import TABLES
    from tests.fixtures.salesforce_org import Org

    monkeypatch.setenv("SALESFORCE_SESSION_ID", "x")
    monkeypatch.setenv("SALESFORCE_INSTANCE_URL", "https://acme.example.com")
    standing_in = Org()
    few = tuple(one for one in TABLES if one.resource in ("lead", "task"))
    monkeypatch.setattr("ingestion.sources.salesforce.TABLES", few)
    monkeypatch.setattr("ingestion.sources.salesforce.connect", lambda *_: standing_in)
    return standing_in
