"""Replays history under another agreement and shows what would differ: `make what-if AGREEMENT=…`.

Both histories are built by the real models in a scratch folder from copies of warehouse and state,
for the same instant: once under the agreement in force, once under the given one. Nothing is
published, planned or pushed, and nothing outside the scratch folder and the report is written. Who
is the same person is not decided anew: the replay begins behind identity resolution.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingestion.landing import ensure_raw_tables
from orchestration import agreement, readiness
from orchestration.dbt import PROJECT_DIR, dbt_executable
from orchestration.resources import dbt_vars
from orchestration.settings import Settings, SettingsError
from reporting.linked_cards import FOLDER, write_cards
from reporting.what_if_figures import Comparison, compare, read_figures
from reporting.what_if_page import persons_shown, write_page

SCRATCH = "what_if"
LEFT_OUT = (
    "path:models/intermediate/identity",
    "path:models/hygiene",
    "path:models/activation",
    "resource_type:snapshot",
    "tag:friday",
)


@dataclass(frozen=True)
class WhatIf:
    """The comparison and where its page stands."""

    comparison: Comparison
    changes: tuple[str, ...]
    page: Path


def replay(settings: Settings, proposed: Path, as_of: datetime | None = None) -> WhatIf:
    """Replays both histories and writes the page.

    Args:
        settings: the installation, with the agreement in force.
        proposed: folder with the tables that would change; the others stay as they are.
        as_of: the instant both are replayed for; default `AS_OF`, else now.

    Raises:
        SettingsError: the folder does not exist, or a table in it has faults (all are listed).
        NotReady: nothing was loaded yet, a replay failed, or another run is going on.
    """
    if not proposed.is_dir():
        raise SettingsError(f"AGREEMENT is {proposed}, which is not a folder; name one.")
    if not settings.warehouse.exists():
        raise readiness.NotReady("there is no history to replay yet; run `make sync` first.")
    as_of = as_of or settings.as_of or datetime.now(UTC).replace(microsecond=0)
    scratch = settings.data_dir / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    changed = _proposed_agreement(settings, proposed, scratch / "agreement")
    now = replace(settings, data_dir=scratch / "in_force")
    then = replace(settings, data_dir=scratch / "proposed", agreement_dir=changed)
    folder = settings.reports_dir / SCRATCH / f"{as_of:%Y-%m-%d}-{proposed.resolve().name}"
    try:
        for history in (now, then):
            _replay(history, settings, as_of)
        found = compare(read_figures(now.warehouse), read_figures(then.warehouse))
        changes = tuple(_changes(settings, changed))
        why = _cards(folder, found, now, then)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    page = write_page(folder, found, changes, as_of=as_of, language=settings.language, why=why)
    return WhatIf(found, changes, page)


def _proposed_agreement(settings: Settings, proposed: Path, folder: Path) -> Path:
    """The company's own tables with the proposed ones over them, checked as a whole."""
    agreement.require_valid(replace(settings, agreement_dir=proposed.resolve()))
    folder.mkdir(parents=True)
    own = sorted(settings.agreement_dir.glob("*.csv")) if settings.agreement_dir else []
    for table in [*own, *sorted(proposed.glob("*.csv"))]:
        shutil.copyfile(table, folder / table.name)
    agreement.require_valid(replace(settings, agreement_dir=folder))
    return folder


def _cards(folder: Path, found: Comparison, now: Settings, then: Settings) -> dict[str, str]:
    """The why cards of whom the page names, each of the history in which they are an MQL."""
    links: dict[str, str] = {}
    for name, moved, history, called in (
        ("gained", found.gained, then, "proposed"),
        ("lost", found.lost, now, "in_force"),
    ):
        links |= write_cards(
            folder,
            persons_shown(moved),
            warehouse=history.warehouse,
            state=history.state,
            language=history.language,
            cards=f"{FOLDER}/{name}",
            history=called,
        )
    return links


def _replay(there: Settings, here: Settings, as_of: datetime) -> None:
    there.data_dir.mkdir(parents=True)
    with readiness.only_run(here):
        readiness.check_files(here)
        shutil.copyfile(here.warehouse, there.warehouse)
        shutil.copyfile(here.state, there.state)
    # a table of raw that the code knows since the last run
    ensure_raw_tables(there.warehouse, there.agreement_dir)
    _build(there, here, as_of)


def _build(there: Settings, here: Settings, as_of: datetime) -> None:
    build_dir = agreement.build(there)
    command = [dbt_executable(), "--quiet", "--no-use-colors", "build"]
    command += ["--resource-type", "seed", "--resource-type", "model", "--exclude", *LEFT_OUT]
    command += ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    command += ["--target-path", str(here.data_dir / "dbt"), "--vars", dbt_vars(as_of)]
    command += ["--log-path", str(there.data_dir / "logs")]
    environment = {
        **os.environ,
        "KAKEHASHI_WAREHOUSE_PATH": str(there.warehouse),
        "KAKEHASHI_STATE_PATH": str(there.state),
        "KAKEHASHI_AGREEMENT_BUILD_DIR": str(build_dir),
        "PYTHONPATH": str(PROJECT_DIR.parent),
        "DO_NOT_TRACK": "1",
    }
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, env=environment, check=False
        )
    finally:
        shutil.rmtree(PROJECT_DIR / build_dir, ignore_errors=True)
    if result.returncode:
        here.log.parent.mkdir(parents=True, exist_ok=True)
        with here.log.open("a", encoding="utf-8") as log:
            log.write(result.stdout + result.stderr)
        raise readiness.NotReady(f"the replay failed; dbt's own words are in {here.log}.")


def _changes(settings: Settings, changed: Path) -> Iterator[str]:
    """The rows that only one of the two agreements has, table by table."""
    for proposed in sorted(changed.glob("*.csv")):
        present = agreement.table_in_force(settings, proposed.name)
        old, new = _rows(present), _rows(proposed)
        yield from (f"{proposed.name} − {row}" for row in old if row not in new)
        yield from (f"{proposed.name} ＋ {row}" for row in new if row not in old)


def _rows(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [", ".join(cells) for cells in csv.reader(file)][1:]
