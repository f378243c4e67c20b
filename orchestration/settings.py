"""What the environment (or `.env`) says about this installation: folders, push mode, time input.

Vendor credentials are not read here; `vendors/` reads them where a connection is opened.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dotenv import dotenv_values

PROJECT_DIR = Path(__file__).resolve().parents[1] / "dbt_project"
PUSH_MODES = ("off", "plan", "apply")
TARGETS = ("duckdb",)
LANGUAGES = ("ja",)


class SettingsError(ValueError):
    """A setting that cannot be used, said in one plain sentence."""


@dataclass(frozen=True)
class Settings:
    """Folders and switches of one installation; all paths absolute.

    Attributes:
        push_mode: `off` (nothing planned), `plan` (a plan is stored) or `apply` (and done).
        agreement_dir: the company's own agreement tables, or None for the project's.
        as_of: the time input given by `AS_OF`, UTC, or None for "the moment the run was created".
        salesforce_url: base of the links into the SFA, or None when Salesforce is not configured.
    """

    data_dir: Path
    inbox_dir: Path
    push_mode: str
    agreement_dir: Path | None
    target: str
    language: str
    as_of: datetime | None
    salesforce_url: str | None

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that can be deleted at any time."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def state(self) -> Path:
        """The DuckDB file that holds what no source can give back."""
        return self.data_dir / "state.duckdb"

    @property
    def published_dir(self) -> Path:
        """Where readers find the published mart."""
        return self.data_dir / "published"

    @property
    def reports_dir(self) -> Path:
        """Where people find their reports."""
        return self.data_dir / "reports"

    @property
    def log(self) -> Path:
        """What dbt and the others print during a run from the command line."""
        return self.data_dir / "logs" / "run.log"

    @property
    def dagster_home(self) -> Path:
        """Run history and event log of Dagster."""
        return self.data_dir / "dagster"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Reads the settings, with `.env` below the real environment.

        Args:
            environment: Variables to read; default the process's own over `.env`.

        Raises:
            SettingsError: A value is not usable; names the variable and what is allowed.
        """
        values = _merged(environment)
        data_dir = _folder(values, "KAKEHASHI_DATA_DIR", Path("data"))
        inbox_dir = _folder(values, "KAKEHASHI_INBOX_DIR", data_dir / "inbox")
        return cls(
            data_dir=data_dir,
            inbox_dir=inbox_dir,
            push_mode=_choice(values, "KAKEHASHI_PUSH", PUSH_MODES, "plan"),
            agreement_dir=_existing_folder(values, "KAKEHASHI_AGREEMENT_DIR"),
            target=_choice(values, "KAKEHASHI_TARGET", TARGETS, "duckdb"),
            language=_choice(values, "KAKEHASHI_REPORT_LANGUAGE", LANGUAGES, "ja"),
            as_of=_instant(values, "AS_OF"),
            salesforce_url=_salesforce_url(values),
        )


def load_env_file() -> None:
    """Puts the values of `.env` (or `KAKEHASHI_ENV_FILE`) below the process's own environment.

    Raises:
        SettingsError: The file has a line that is not `NAME=value`, or the named one is not there.
    """
    named = os.environ.get("KAKEHASHI_ENV_FILE")
    path = Path(named or ".env")
    if named and not path.exists():
        raise SettingsError(f"KAKEHASHI_ENV_FILE is {path}, which does not exist.")
    if not path.is_file():
        return
    _check_lines(path)
    for name, value in dotenv_values(path, interpolate=False).items():
        if value:
            os.environ.setdefault(name, value)


def _check_lines(path: Path) -> None:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not a UTF-8 text file; save it as UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text and not text.startswith("#") and "=" not in text:
            raise SettingsError(
                f"{path} line {number} is not of the form NAME=value; mend or remove that line."
            )


def _merged(environment: Mapping[str, str] | None) -> Mapping[str, str]:
    if environment is not None:
        return environment
    load_env_file()
    return os.environ


def _folder(values: Mapping[str, str], name: str, default: Path) -> Path:
    path = Path(values.get(name) or default).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise SettingsError(f"{name} is {path}, which is a file; name a folder.")
    return path


def _existing_folder(values: Mapping[str, str], name: str) -> Path | None:
    if not values.get(name):
        return None
    path = Path(values[name]).expanduser().absolute()
    if not path.is_dir():
        raise SettingsError(
            f"{name} is {path}, which is not a folder; create it or leave it empty."
        )
    return path


def _choice(values: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = (values.get(name) or default).strip()
    if value not in allowed:
        raise SettingsError(f"{name} is {value!r}; allowed: {', '.join(allowed)}.")
    return value


def _instant(values: Mapping[str, str], name: str) -> datetime | None:
    text = (values.get(name) or "").strip()
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(
            f"{name} is {text!r}; give an ISO instant such as 2026-10-02T05:30:00Z."
        ) from error
    if instant.tzinfo is None:
        raise SettingsError(f"{name} is {text!r}, which has no time zone; append Z or +09:00.")
    return instant.astimezone(UTC)


def _salesforce_url(values: Mapping[str, str]) -> str | None:
    url = (values.get("SALESFORCE_INSTANCE_URL") or "").strip().rstrip("/")
    return url or None
