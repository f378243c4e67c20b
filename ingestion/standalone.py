"""Runs one source alone from the command line and prints how it went.

Settings come from the environment, as in ``make sync``; the clock is read here and nowhere below.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from ingestion.pipeline import LoadReport, load_source


def main(source: str) -> int:
    """Load one source and print a table.

    Returns:
        The exit code: 1 when the source failed.
    """
    data_dir = Path(os.environ.get("KAKEHASHI_DATA_DIR") or "./data")
    inbox_dir = Path(os.environ.get("KAKEHASHI_INBOX_DIR") or data_dir / "inbox")
    agreement = os.environ.get("KAKEHASHI_AGREEMENT_DIR")
    try:
        as_of = _as_of(os.environ.get("AS_OF") or "")
    except ValueError:
        sys.stderr.write("AS_OF must be an ISO instant such as 2026-10-02T05:30:00Z.\n")
        return 2
    report = load_source(
        source,
        data_dir=data_dir,
        inbox_dir=inbox_dir,
        as_of=as_of,
        agreement_dir=Path(agreement) if agreement else None,
    )
    sys.stdout.write(as_table(report))
    return 1 if report.status == "failed" else 0


def _as_of(text: str) -> datetime:
    given = datetime.fromisoformat(text) if text else datetime.now(UTC)
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def as_table(report: LoadReport) -> str:
    """Return a report as aligned text."""
    lines = [("resource", "status", "loaded", "total", "rejected", "newest record", "remark")]
    for one in report.resources:
        newest = one.newest_record_at
        lines.append(
            (
                one.resource,
                one.status,
                str(one.rows_loaded),
                str(one.rows_total),
                str(one.rejected),
                newest.astimezone(UTC).isoformat(timespec="seconds") if newest else "",
                one.error or "",
            )
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines]
    foot = f"{report.source}: {report.status}, {report.api_calls} API calls"
    return "\n".join([*(row.rstrip() for row in rows), foot, ""])
