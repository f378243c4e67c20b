"""A company's own agreement tables win; what it lacks falls back; what nobody knows is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import agreement
from orchestration.dbt import PROJECT_DIR
from orchestration.settings import Settings, SettingsError

TITLE_RANKS = "term,match,title_rank,comment\n所長,contains,5,\n"


def settings(tmp_path: Path, own: Path | None) -> Settings:
    given = {"KAKEHASHI_DATA_DIR": str(tmp_path / "data")}
    if own is not None:
        given["KAKEHASHI_AGREEMENT_DIR"] = str(own)
    return Settings.from_environment(given)


def test_without_an_own_folder_the_project_tables_stand(tmp_path: Path) -> None:
    built = PROJECT_DIR / agreement.build(settings(tmp_path, None))
    default = agreement.DEFAULT_DIR / "field_mappings.csv"
    assert (built / "field_mappings.csv").read_bytes() == default.read_bytes()


def test_an_own_table_wins_and_the_rest_falls_back(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "title_ranks.csv").write_text(TITLE_RANKS, encoding="utf-8")
    built = PROJECT_DIR / agreement.build(settings(tmp_path, own))
    assert (built / "title_ranks.csv").read_text(encoding="utf-8") == TITLE_RANKS
    assert (built / "field_mappings.csv").exists()


def test_an_own_table_that_was_removed_falls_back_again(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    table = own / "title_ranks.csv"
    table.write_text(TITLE_RANKS, encoding="utf-8")
    agreement.build(settings(tmp_path, own))
    table.unlink()
    built = PROJECT_DIR / agreement.build(settings(tmp_path, own))
    default = agreement.DEFAULT_DIR / "title_ranks.csv"
    assert (built / "title_ranks.csv").read_bytes() == default.read_bytes()


def test_an_unknown_table_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "title_rank.csv").write_text("term,rank\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"title_rank\.csv: 知らない表.*「title_ranks\.csv」"):
        agreement.build(settings(tmp_path, own))


def test_a_fault_stops_the_build_before_anything_is_copied(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    built = PROJECT_DIR / agreement.build(settings(tmp_path, None))
    before = (built / "title_ranks.csv").read_bytes()
    (own / "title_ranks.csv").write_text(TITLE_RANKS.replace(",5,", ",三,"), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"title_ranks\.csv 2行目 title_rank 列: 「三」"):
        agreement.build(settings(tmp_path, own))
    assert (built / "title_ranks.csv").read_bytes() == before


def test_the_mark_that_excel_sets_is_left_out(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "title_ranks.csv").write_text(TITLE_RANKS, encoding="utf-8-sig")
    built = PROJECT_DIR / agreement.build(settings(tmp_path, own))
    assert (built / "title_ranks.csv").read_bytes() == TITLE_RANKS.encode()


def test_dbt_is_given_a_path_that_it_does_not_write_over(tmp_path: Path) -> None:
    assert not agreement.build(settings(tmp_path, None)).is_absolute()
