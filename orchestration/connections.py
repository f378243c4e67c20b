"""The table that `python -m orchestration connections` prints.

Here belongs how the answers of the vendors are shown. Not here: asking them (`ingestion`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ingestion.config import LoadContext
from ingestion.connections import Connection, LastLoad, State, check
from orchestration.settings import Settings
from reporting.text_tables import aligned

HEADER = ("vendor", "reachable", "signed in as", "missing", "quota left", "last load (Tokyo)")
# a longer list would tear the table apart and stands below it
MAX_MISSING_CHARS = 40
TOKYO = ZoneInfo("Asia/Tokyo")


def ask(settings: Settings) -> tuple[Connection, ...]:
    """Asks every vendor and looks into the inbox; nothing is loaded or posted."""
    context = LoadContext(
        data_dir=settings.data_dir,
        inbox_dir=settings.inbox_dir,
        as_of=settings.as_of or datetime.now(UTC),
        agreement_dir=settings.agreement_dir,
    )
    return check(context)


def has_failed(found: Sequence[Connection]) -> bool:
    """Whether a vendor that is configured would not let itself be loaded from."""
    return any(one.state is State.FAILED for one in found)


def lines(found: Sequence[Connection]) -> Iterator[str]:
    """The table, line by line, and below it what does not fit into it."""
    rows = [HEADER, *map(_row, found)]
    yield from aligned(rows)
    for one in found:
        if _is_long(one.missing):
            yield f"{one.vendor} lacks: {', '.join(one.missing)}"
    for one in found:
        if one.remark:
            yield one.remark
    if any(one.last_load and not one.last_load.is_known for one in found):
        yield "The last loads are not known: a run has warehouse.duckdb open, or it is damaged."
    if all(one.state is State.OFF for one in found):
        yield "Nothing is configured: copy .env.example to .env and fill in what you have."


def _row(one: Connection) -> tuple[str, ...]:
    last_load = _loaded(one.last_load)
    if one.state is State.OFF:
        return (one.vendor, "off", "-", "-", "-", last_load)
    reachable = {True: "yes", False: "no", None: "not tried"}[one.is_reachable]
    if one.state is not State.OK:
        return (one.vendor, reachable, "-", "-", "-", last_load)
    return (
        one.vendor,
        reachable,
        one.signed_in_as or "-",
        _missing(one.missing),
        one.quota_left or "-",
        last_load,
    )


def _missing(missing: tuple[str, ...]) -> str:
    if _is_long(missing):
        return f"{len(missing)}, listed below"
    return ", ".join(missing) or "nothing"


def _is_long(missing: tuple[str, ...]) -> bool:
    return len(", ".join(missing)) > MAX_MISSING_CHARS


def _loaded(load: LastLoad | None) -> str:
    if load is None:
        return "-"
    if not load.is_known:
        return "not known"
    at = f"{load.at.astimezone(TOKYO):%Y-%m-%d %H:%M}" if load.at else "never"
    return at if load.status in ("", "off") else f"{at} {load.status}"
