"""What must hold before a run touches anything, each said in one plain sentence when it does not.

Belongs here: folder, disk, files held by somebody else, one run at a time. Does not: the values of
settings (settings) and vendors, which are allowed to be down.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from orchestration.settings import Settings, SettingsError

NEEDED_MIB = 500
PATIENCE_WITH_DBT_S = 60
LOCK_FILE = ".run.lock"
_held: set[Path] = set()


class NotReady(Exception):
    """A run cannot start now although the settings are right."""


def check_folder(settings: Settings) -> None:
    """Makes the data folder and sees that it can be written and has room.

    Raises:
        SettingsError: The folder cannot be made or written.
        NotReady: The disk is full.
    """
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free_mib = shutil.disk_usage(folder).free // 2**20
        if free_mib < NEEDED_MIB:
            raise NotReady(
                f"the disk of {folder} is full: {free_mib} MiB are free and a run needs "
                f"{NEEDED_MIB} MiB; free some space and run again."
            )
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"KAKEHASHI_DATA_DIR is {folder}, which cannot be written ({error.strerror}); "
            "name a folder that can."
        ) from error


def check_agreement(settings: Settings) -> None:
    """Sees before anything is pulled that the agreement tables can be used.

    Raises:
        SettingsError: Lists every fault with file, line, column and what is allowed.
    """
    from orchestration import agreement

    agreement.require_valid(settings)


def check_files(settings: Settings) -> None:
    """Sees that nobody else has warehouse or state open and that both can be read.

    Raises:
        NotReady: Names the file, who holds it, and what to do.
    """
    remedies = {
        settings.warehouse: "delete it and run again: it comes back the same",
        settings.state: f"put the latest copy from {settings.data_dir / 'backups'} in its place",
    }
    for path, remedy in remedies.items():
        if path.exists():
            _check_file(path, remedy)


def _check_file(path: Path, remedy: str) -> None:
    import duckdb

    patient_until = time.monotonic() + PATIENCE_WITH_DBT_S
    while True:
        try:
            duckdb.connect(str(path)).close()
        except duckdb.Error as error:
            if "lock" not in str(error).lower():
                raise NotReady(
                    f"{path} is damaged or not a file of this DuckDB version; {remedy}."
                ) from error
            holder = re.search(r"PID (\d+)", str(error))
            if not _is_dbt(holder) or time.monotonic() >= patient_until:
                who = f"process {holder[1]}" if holder else "another process"
                raise NotReady(f"{who} has {path} open; close it and run again.") from error
            time.sleep(0.5)
        else:
            return


def _is_dbt(holder: re.Match[str] | None) -> bool:
    """Whether a file is held by a dbt that outlives its killed run for some seconds."""
    if holder is None:
        return False
    try:
        return b"dbt" in Path(f"/proc/{holder[1]}/cmdline").read_bytes()
    except OSError:
        return False


@contextmanager
def only_run(settings: Settings, *, patience_s: float = 0) -> Iterator[None]:
    """Holds the installation for one run; a process that is killed lets go of it.

    Within the process that holds it the lock may be taken again.

    Args:
        settings: The installation.
        patience_s: How long to wait for a run that is just ending.

    Raises:
        NotReady: Another run is going on.
    """
    path = settings.data_dir / LOCK_FILE
    if path in _held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        patient_until = time.monotonic() + patience_s
        while not _is_locked_by_us(lock):
            if time.monotonic() >= patient_until:
                raise NotReady(
                    f"another run is going on in {settings.data_dir}; wait until it has ended."
                )
            time.sleep(0.2)
        _held.add(path)
        try:
            yield
        finally:
            _held.remove(path)


def _is_locked_by_us(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
