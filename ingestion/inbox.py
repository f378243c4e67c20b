"""The folders that people drop files into, and where files go afterwards.

    inbox/cards/名刺.csv ─┬▶ processed/名刺.csv
                          ├▶ rejected/名刺.csv + 名刺.csv.txt   (the good rows are loaded)
                          ├▶ processed/same_content/           (loaded before under another name)
                          └▶ processed/replaced/               (older content of the same name)

Files in ``processed`` and ``rejected`` are read again when the warehouse was deleted, so the
inbox stays the source of what was loaded. Not here: what is in the files.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PLACES = ("", "rejected", "processed")


@dataclass(frozen=True)
class DroppedFile:
    """One file: where it lies (``""`` is the inbox itself) and the hash of its content."""

    path: Path
    place: str
    sha256: str

    @property
    def name(self) -> str:
        """The file name, by which rows refer to it."""
        return self.path.name


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file or with one row of it, for the person who dropped it."""

    reason: str
    remedy: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""


class Inbox:
    """One folder of the inbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self) -> list[list[DroppedFile]]:
        """Return the files by name; of one name the dropped one first, then rejected, processed."""
        found: dict[str, list[DroppedFile]] = {}
        for place in PLACES:
            folder = self.folder / place
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                if _is_meant(path, place):
                    file = DroppedFile(path, place, _sha256(path))
                    found.setdefault(path.name, []).append(file)
        return [found[name] for name in sorted(found)]

    def accept(self, file: DroppedFile) -> None:
        """Move a file that was loaded whole to ``processed``; older ones of its name step aside."""
        self._step_aside(file, "rejected")
        self._place(file, self.folder / "processed" / file.name)

    def accept_copy(self, file: DroppedFile) -> None:
        """Move away a file whose content was loaded under another name."""
        self._place(file, self.folder / "processed" / "same_content" / file.name)

    def reject(self, file: DroppedFile, problems: Sequence[Problem], *, loaded: int) -> None:
        """Move a file to ``rejected`` with a text beside it that says what is wrong.

        Args:
            file: the file.
            problems: what is wrong.
            loaded: how many rows of it were loaded; none keeps older content of the name.
        """
        if loaded:
            self._step_aside(file, "processed")
        folder = self.folder / "rejected"
        target = folder / file.name
        if not loaded and target.exists() and target != file.path:
            # what lies there may have rows in the warehouse, which a rebuild must find again
            target = folder / f"{file.sha256[:8]}_{file.name}"
        self._place(file, target)
        note = folder / f"{target.name}.txt"
        note.write_text(_explained(file.name, problems, loaded), encoding="utf-8-sig")

    def _place(self, file: DroppedFile, target: Path) -> None:
        if target == file.path or not file.path.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and _sha256(target) != file.sha256:
            self._put_away(target)
        shutil.move(file.path, target)

    def _step_aside(self, file: DroppedFile, place: str) -> None:
        older = self.folder / place / file.name
        (self.folder / place / f"{file.name}.txt").unlink(missing_ok=True)
        if older.exists() and older != file.path:
            self._put_away(older)

    def _put_away(self, path: Path) -> None:
        folder = self.folder / "processed" / "replaced"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(path, folder / f"{_sha256(path)[:8]}_{path.name}")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_meant(path: Path, place: str) -> bool:
    # ~$ is Excel's lock file, a leading dot a file that is still being written
    hidden = path.name.startswith((".", "~$")) or path.suffix == ".part"
    note = place == "rejected" and path.suffix == ".txt" and path.with_suffix("").suffix
    return path.is_file() and not hidden and not note


def _explained(name: str, problems: Sequence[Problem], loaded: int) -> str:
    head = (
        f"「{name}」のうち {loaded} 行を取り込みました。次の行は取り込めませんでした。"
        if loaded
        else f"「{name}」を取り込めませんでした。"
    )
    tail = "直したファイルを、もう一度 inbox のフォルダに入れてください。"
    return "\n".join([head, "", *map(_line, problems), "", tail, ""])


def _line(problem: Problem) -> str:
    where = []
    if problem.sheet:
        where.append(f"シート「{problem.sheet}」")
    if problem.row is not None:
        where.append(f"{problem.row}行目")
    if problem.column:
        where.append(f"列「{problem.column}」")
    if problem.value:
        where.append(f"値「{problem.value[:100]}」")
    place = f"{' '.join(where)}: " if where else ""
    return f"・{place}{problem.reason} → {problem.remedy}"
