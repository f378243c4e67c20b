"""One row per source and resource tells how fresh it is, also where nothing is configured."""

from ingestion import connections
from ingestion.landing import SOURCES
from ingestion.pipeline import resource_names

KNOWN = "SELECT source, resource, status, last_loaded_at FROM raw_landing.resource_load"


def test_every_resource_of_every_source_says_off_where_nothing_is_configured(landing, monkeypatch):
    for name in ("MARKETO_CLIENT_ID", "MARKETO_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    # the place for decisions is made where it is missing, so that source is never off
    sources = [source for source in SOURCES if source != "decisions"]
    for source in sources:
        assert landing.load(source).status == "off"
    expected = {(source, one, "off", None) for source in sources for one in resource_names(source)}
    rows = landing.ask(KNOWN)
    assert set(rows) == expected
    assert len(rows) == len(expected)


def test_a_source_that_is_switched_off_keeps_when_it_was_loaded(landing):
    folder = landing.inbox_dir / "cards"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("氏名,会社名\n架空 太郎,例\n", encoding="utf-8")
    landing.load("card_files")
    before = dict(row[2:] for row in landing.ask(KNOWN) if row[0] == "card_files")
    (folder / "processed" / "a.csv").unlink()
    (folder / "processed").rmdir()
    folder.rmdir()
    landing.load("card_files")
    after = dict(row[2:] for row in landing.ask(KNOWN) if row[0] == "card_files")
    assert list(before) == ["ok"]
    assert after == {"off": before["ok"]}


def test_connections_asks_after_every_source():
    assert {probe.source for probe in connections._PROBES} - {""} == set(SOURCES)
