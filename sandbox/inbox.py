"""Drops the world's files into an inbox, as people of the company would.

Belongs here: writing each file once per inbox. Must not: read what is in them.
"""

from __future__ import annotations

import base64
from pathlib import Path

from sandbox.tables import Estate
from sandbox.taking_over import FILES


def drop_files(estate: Estate, inbox: Path) -> list[str]:
    """Write the files that this inbox has never had, and return their paths.

    A file that was dropped before is not dropped again, even when it has been moved away since.
    """
    table, dropped = estate.table(FILES), []
    for path in table.ids():
        row = table.get(path) or {}
        if str(inbox.resolve()) in row["dropped_into"]:
            continue
        target = inbox / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f".{target.name}.part")
            partial.write_bytes(base64.b64decode(row["content"]))
            partial.replace(target)
            dropped.append(path)
        table.put(path, {**row, "dropped_into": [*row["dropped_into"], str(inbox.resolve())]})
    return dropped
