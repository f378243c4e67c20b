"""Writes .xlsx files whose bytes depend on nothing but their content.

Belongs here: the file format. Must not: know what the rows mean.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook

_FIXED = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook stamp has no zone
_ZIP_STAMP = (2026, 1, 1, 0, 0, 0)


def write_xlsx(
    sheet: str, preamble: Sequence[str], headers: Sequence[str], rows: Sequence[Sequence[object]]
) -> bytes:
    """Return a workbook of one sheet: title rows, header row, data rows."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    for line in preamble:
        page.append([line])
    page.append(list(headers))
    for row in rows:
        page.append([None if cell == "" else cell for cell in row])
    book.properties.created = book.properties.modified = _FIXED
    buffer = io.BytesIO()
    book.save(buffer)
    return _restamped(buffer.getvalue())


def _restamped(content: bytes) -> bytes:
    """Rewrite a zip with fixed time stamps: openpyxl puts the present moment into it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _ZIP_STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _without_modified(data)
            new.writestr(info, data)
    return target.getvalue()


def _without_modified(core: bytes) -> bytes:
    """Put the fixed moment where openpyxl wrote the moment of saving."""
    start = core.index(b"<dcterms:modified")
    end = core.index(b"</dcterms:modified>")
    inner = core.index(b">", start) + 1
    return core[:inner] + b"2026-01-01T00:00:00Z" + core[end:]
