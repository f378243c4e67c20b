"""Reads the files of a bulk extract: comma-separated, ``null`` for nothing, NUL characters in them.

Here belong both ways to read one: row by row, and as columns for what is large. Not here: what
the rows mean, where the files come from (``exported``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv

from ingestion.config import MAX_TEXT_CHARS
from ingestion.sources.marketo.values import NULL, without_nul

CHUNK = 5_000
# longer than any row: Marketo's longest field has some 64,000 characters
BLOCK_BYTES = 8_000_000


def read_rows(path: Path) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a file in chunks; the text ``null`` and nothing are null."""
    csv.field_size_limit(10 * MAX_TEXT_CHARS)
    with path.open(encoding="utf-8", errors="surrogatepass", newline="") as lines:
        reader = csv.reader(without_nul(line) for line in lines)
        header = next(reader, [])
        chunk: list[dict[str, Any]] = []
        for cells in reader:
            values = (None if cell in (NULL, "") else cell for cell in cells)
            chunk.append(dict(zip(header, values, strict=False)))
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk


def read_columns(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file as columns of undecoded text, with the same nulls.

    Raises:
        pyarrow.ArrowInvalid: it is no CSV.
    """
    with path.open("rb") as file:
        names = next(csv.reader([file.readline().decode()]), [])
        if not file.read(1):
            return
        file.seek(-1, io.SEEK_CUR)
        yield from pa_csv.open_csv(
            pa.PythonFile(_WithoutNul(file), mode="r"),
            read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES, column_names=names),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.binary()),
                check_utf8=False,
                null_values=[NULL, ""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )


class _WithoutNul(io.RawIOBase):
    """A file read without its NUL characters; in UTF-8 no other character holds that byte."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return some bytes; none at the end only."""
        while content := self._file.read(size):
            if kept := content.replace(b"\x00", b""):
                return kept
        return b""
