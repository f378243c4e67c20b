"""Puts finished files in place so that nobody ever opens half a one.

Not here: what is in them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def write_atomically(target: Path, write: Callable[[Path], object]) -> Path:
    """Writes beside the target, then swaps it in; on a fault the old file stays as it was.

    Args:
        target: Where the file shall stand; missing folders are made.
        write: Writes the content to the path it is given.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        write(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def set_aside(path: Path) -> Path:
    """Renames a file that must not be overwritten, with the first free number.

    Args:
        path: An existing file, for instance a workbook in which people decided something.
    """
    number = 1
    while (free := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    return path.rename(free)
