"""A source runs alone from the command line and says how it went."""

from ingestion.standalone import main


def test_a_source_runs_alone_and_prints_a_table(landing, monkeypatch, capsys):
    folder = landing.inbox_dir / "cards"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("会社名,氏名\n山田製作,山田 太郎\n", encoding="utf-8")
    monkeypatch.setenv("KAKEHASHI_DATA_DIR", str(landing.data_dir))
    monkeypatch.setenv("KAKEHASHI_INBOX_DIR", str(landing.inbox_dir))
    monkeypatch.setenv("AS_OF", "2026-10-02T05:30:00Z")
    assert main("card_files") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:5] == ["resource", "status", "loaded", "total", "rejected"]
    assert lines[1].split() == ["row", "ok", "1", "1", "0"]
    assert lines[-1] == "card_files: ok, 0 API calls"


def test_a_wrong_instant_is_one_sentence(landing, monkeypatch, capsys):
    monkeypatch.setenv("AS_OF", "yesterday")
    assert main("card_files") == 2
    assert "AS_OF must be an ISO instant" in capsys.readouterr().err
