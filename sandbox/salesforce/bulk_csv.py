"""CSV as the Bulk API writes and reads it.

Belongs here: delimiters, spelling of values in cells. Must not: know jobs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.salesforce.errors import SalesforceFault
from sandbox.world.schema import FieldSpec

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


def write_csv(
    header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str, line_ending: str
) -> str:
    """Return a table as CSV, every cell in quotes."""
    buffer = io.StringIO()
    writer = csv.writer(
        buffer,
        delimiter=DELIMITERS[delimiter],
        lineterminator=LINE_ENDINGS[line_ending],
        quoting=csv.QUOTE_ALL,
    )
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def read_csv(body: bytes, delimiter: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of an uploaded table.

    Raises:
        SalesforceFault: it is not UTF-8 or has no header.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SalesforceFault(400, "INVALIDDATA", "The data is not UTF-8") from None
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=DELIMITERS[delimiter]) if row]
    if not rows:
        raise SalesforceFault(400, "INVALIDDATA", "The CSV has no header")
    return rows[0], rows[1:]


def cell(spec: FieldSpec, value: Any) -> str:
    """Return a stored value as a cell of a query result: null and empty look alike."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    if spec.type == "datetime":
        return str(value).removesuffix("+0000") + "Z"
    return str(value)


def _double(value: float) -> str:
    """Write a number as the Bulk API does: ``35.0``, but ``1.21E7`` from ten million on."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    mantissa, _, exponent = f"{value:.16e}".partition("e")
    digits = mantissa.rstrip("0")
    shortest = repr(value / 10 ** int(exponent))
    mantissa = shortest if float(f"{shortest}e{exponent}") == value else digits
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"
