"""The folders that people drop files into, and where files go afterwards.

    inbox/cards/名刺.csv ─┬▶ processed/名刺.csv
                          ├▶ rejected/名刺.csv + 名刺.csv.txt   (the good rows are loaded)
                          ├▶ processed/same_content/           (loaded before under another name)
                          └▶ processed/replaced/               (older content of the same name)

Files in ``processed`` and ``rejected`` are read again when the warehouse was deleted, so the
inbox stays the source of what was loaded. Not here: what is in the files, the words of the note
(``file_notes``).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.file_notes import Problem, folder_note, note

PLACES = ("", "rejected", "processed")
QUIET_SECONDS = 1.5
# a lock older than this was left behind by a program that crashed
_STALE_LOCK_SECONDS = 24 * 3600
_LONGEST_NAME_BYTES = 200
# what browsers and copying programs call a file until it is whole
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".filepart", ".opdownload", ".tmp")
_NOBODY_DROPPED = {"thumbs.db", "desktop.ini"}
_LOCKS = (("~$", ""), (".~lock.", "#"))
NOTE_SUFFIX = ".txt"


@dataclass(frozen=True)
class DroppedFile:
    """One file: where it lies (``""`` is the inbox itself) and the hash of its content.

    ``sha256`` is empty for what must not be opened (a link).
    """

    path: Path
    place: str
    sha256: str

    @property
    def name(self) -> str:
        """The file name, by which rows refer to it: as text, the same whichever system wrote it."""
        return shown_name(self.path)


@dataclass
class Listing:
    """What lies in an inbox: files by name, and those that wait, with the reason."""

    files: list[list[DroppedFile]] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)


def shown_name(path: Path) -> str:
    """Return a file's name as text that can be stored: composed, without broken bytes."""
    text = os.fsencode(path.name).decode("utf-8", "backslashreplace")
    plain = "".join(one if one.isprintable() else "_" for one in text)
    return unicodedata.normalize("NFC", plain)


class Inbox:
    """One folder of the inbox.

    Args:
        folder: the folder.
        hashes: path below it → size, modification time and hash as last seen, so that a file
            that did not change is not read again only to find that out. Kept up to date.
    """

    def __init__(self, folder: Path, hashes: dict[str, list[object]] | None = None) -> None:
        self.folder = folder
        self._known = hashes or {}
        self.hashes: dict[str, list[object]] = {}

    def listing(self) -> Listing:
        """Return what is there; of one name the dropped file first, then rejected, processed."""
        found, by_name = Listing(), dict[str, list[DroppedFile]]()
        unsettled = self._unsettled()
        for place, path in self._meant():
            try:
                file = self._seen(path, place)
            except OSError as error:
                found.waiting[shown_name(path)] = f"cannot be read ({type(error).__name__})"
                continue
            if place == "" and path.name in unsettled:
                found.waiting[file.name] = unsettled[path.name]
            else:
                by_name.setdefault(file.name, []).append(file)
        found.files = [by_name[name] for name in sorted(by_name)]
        found.folders = sorted(
            path.name for path in self._entries("") if path.is_dir() and path.name not in PLACES
        )
        return found

    def _entries(self, place: str) -> list[Path]:
        folder = self.folder / place
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def _meant(self) -> Iterator[tuple[str, Path]]:
        for place in PLACES:
            for path in self._entries(place):
                if _is_meant(path, place):
                    yield place, path

    def _seen(self, path: Path, place: str) -> DroppedFile:
        if path.is_symlink():
            return DroppedFile(path, place, "")
        stat, key = path.stat(), f"{place}/{shown_name(path)}"
        known = self._known.get(key)
        # what was dropped is always read; what lies in the folders of ours only when it changed
        if place and known and known[:2] == [stat.st_size, stat.st_mtime_ns]:
            sha256 = str(known[2])
        else:
            sha256 = _sha256(path)
        self.hashes[key] = [stat.st_size, stat.st_mtime_ns, sha256]
        return DroppedFile(path, place, sha256)

    def _unsettled(self) -> dict[str, str]:
        """Return the names of files that somebody is still writing or has open."""
        paths = [path for path in self._entries("") if _is_meant(path, "")]
        found = {path.name: "is open in a program" for path in paths if _is_locked(path)}
        before = {path: _size_and_time(path) for path in paths}
        now = time.time()
        ages = [now - one[1] / 1e9 for one in before.values() if one]
        rest = QUIET_SECONDS - min((age for age in ages if age >= 0), default=QUIET_SECONDS)
        if rest > 0:
            time.sleep(rest)
            for path, was in before.items():
                if _size_and_time(path) != was:
                    found[path.name] = "is still being written"
        return found

    def accept(self, file: DroppedFile) -> None:
        """Move a file that was loaded whole to ``processed``; older ones of its name step aside."""
        self._step_aside(file, "rejected")
        self._place(file, self.folder / "processed" / _fitting(file.name))

    def accept_copy(self, file: DroppedFile) -> None:
        """Move away a file whose content was loaded under another name."""
        self._place(file, self.folder / "processed" / "same_content" / _fitting(file.name))

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
        target = folder / _fitting(file.name)
        if not loaded and _exists(target) and target != file.path:
            # what lies there may have rows in the warehouse, which a rebuild must find again
            target = folder / f"{file.sha256[:8]}_{target.name}"
        self._place(file, target)
        text = note(file.name, self.folder.name, problems, loaded)
        _write(folder / f"{target.name}{NOTE_SUFFIX}", text)

    def explain_folder(self, name: str) -> None:
        """Write beside the rejected files that a folder is not read."""
        plain = _fitting(shown_name(Path(name)))
        _write(self.folder / "rejected" / f"{plain}.folder{NOTE_SUFFIX}", folder_note(plain))

    def _place(self, file: DroppedFile, target: Path) -> None:
        if target == file.path or not _exists(file.path):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        if _exists(target) and (target.is_symlink() or _sha256(target) != file.sha256):
            self._put_away(target)
        shutil.move(file.path, target)

    def _step_aside(self, file: DroppedFile, place: str) -> None:
        older = self.folder / place / _fitting(file.name)
        older.with_name(f"{older.name}{NOTE_SUFFIX}").unlink(missing_ok=True)
        if _exists(older) and older != file.path:
            self._put_away(older)

    def _put_away(self, path: Path) -> None:
        folder = self.folder / "processed" / "replaced"
        folder.mkdir(parents=True, exist_ok=True)
        mark = "link" if path.is_symlink() else _sha256(path)[:8]
        shutil.move(path, folder / f"{mark}_{path.name}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size_and_time(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.lstat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _exists(path: Path) -> bool:
    # a link counts also when it leads nowhere
    return os.path.lexists(path)


def _is_meant(path: Path, place: str) -> bool:
    name = path.name.lower()
    if name.startswith((".", "~$")) or name.endswith(_UNFINISHED) or name in _NOBODY_DROPPED:
        return False
    if place == "rejected" and _is_note(path):
        return False
    return path.is_symlink() or path.is_file()


def _is_note(path: Path) -> bool:
    """Whether a text is about the file it is named after, which people may have taken away."""
    about = path.name.removesuffix(NOTE_SUFFIX)
    return about != path.name and bool(Path(about).suffix or _exists(path.with_name(about)))


def _is_locked(path: Path) -> bool:
    """Whether Excel or LibreOffice says beside the file that it has it open."""
    for before, after in _LOCKS:
        lock = _size_and_time(path.with_name(f"{before}{path.name}{after}"))
        if lock and time.time() - lock[1] / 1e9 < _STALE_LOCK_SECONDS:
            return True
    return False


def _fitting(name: str) -> str:
    """Return a name short enough that a note of the same name fits beside it."""
    raw = name.encode()
    if len(raw) <= _LONGEST_NAME_BYTES:
        return name
    suffix = Path(name).suffix.encode()[-20:]
    mark = f"~{hashlib.sha256(raw).hexdigest()[:8]}".encode()
    kept = raw[: _LONGEST_NAME_BYTES - len(mark) - len(suffix)]
    return (kept.decode("utf-8", "ignore").encode() + mark + suffix).decode("utf-8", "ignore")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Windows' editor takes a text without this mark for CP932
    path.write_text(text, encoding="utf-8-sig", newline="\r\n")
