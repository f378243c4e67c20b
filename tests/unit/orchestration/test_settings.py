"""Settings: defaults, and one plain sentence for each that cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.settings import Settings, SettingsError, load_env_file


def test_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.data_dir == tmp_path / "data"
    assert settings.inbox_dir == tmp_path / "data" / "inbox"
    assert settings.push_mode == "plan"
    assert settings.as_of is None
    assert settings.salesforce_url is None


def test_empty_values_count_as_unset(tmp_path: Path) -> None:
    given = {"KAKEHASHI_DATA_DIR": str(tmp_path), "KAKEHASHI_PUSH": "", "AS_OF": " "}
    settings = Settings.from_environment(given)
    assert (settings.push_mode, settings.as_of) == ("plan", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-02T05:30:00Z", datetime(2026, 10, 2, 5, 30, tzinfo=UTC)),
        ("2026-10-02T14:30:00+09:00", datetime(2026, 10, 2, 5, 30, tzinfo=UTC)),
    ],
)
def test_as_of_is_utc(text: str, expected: datetime) -> None:
    assert Settings.from_environment({"AS_OF": text}).as_of == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"KAKEHASHI_PUSH": "yes"}, ["KAKEHASHI_PUSH", "'yes'", "off, plan, apply"]),
        ({"KAKEHASHI_TARGET": "oracle"}, ["KAKEHASHI_TARGET", "duckdb"]),
        ({"KAKEHASHI_AGREEMENT_DIR": "/nowhere/at/all"}, ["KAKEHASHI_AGREEMENT_DIR", "/nowhere"]),
        ({"AS_OF": "yesterday"}, ["AS_OF", "2026-10-02T05:30:00Z"]),
        ({"AS_OF": "2026-10-02T05:30:00"}, ["AS_OF", "no time zone"]),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(
    given: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment(given)
    assert all(word in str(raised.value) for word in words)


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(SettingsError, match="which is a file"):
        Settings.from_environment({"KAKEHASHI_DATA_DIR": str(file)})


def test_a_broken_env_file_is_named_with_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "broken.env"
    path.write_text("KAKEHASHI_PUSH=plan\nthis is not a setting\n", encoding="utf-8")
    monkeypatch.setenv("KAKEHASHI_ENV_FILE", str(path))
    with pytest.raises(SettingsError, match="line 2 is not of the form NAME=value"):
        load_env_file()


def test_the_environment_wins_over_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "some.env"
    path.write_text("KAKEHASHI_PUSH=off\nAS_OF=2026-10-02T05:30:00Z\n", encoding="utf-8")
    monkeypatch.setenv("KAKEHASHI_ENV_FILE", str(path))
    monkeypatch.setenv("KAKEHASHI_PUSH", "plan")
    monkeypatch.setenv("KAKEHASHI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AS_OF", "")
    monkeypatch.delenv("AS_OF")
    settings = Settings.from_environment()
    monkeypatch.delenv("AS_OF", raising=False)
    assert settings.push_mode == "plan"
    assert settings.as_of == datetime(2026, 10, 2, 5, 30, tzinfo=UTC)


def test_a_named_settings_file_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KAKEHASHI_ENV_FILE", str(tmp_path / "kakehashi.env"))
    with pytest.raises(SettingsError, match=r"KAKEHASHI_ENV_FILE is .*which does not exist"):
        load_env_file()
