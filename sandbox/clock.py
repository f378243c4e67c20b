"""The sandbox's own time: it starts at a chosen instant and ticks on from there.

Belongs here: the one clock every stand-in reads. Must not: know any vendor's spelling of time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

DEFAULT_NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)


class SandboxClock:
    """Real time moved by a fixed offset, so that a restart with the same offset is seamless."""

    def __init__(self, start: datetime) -> None:
        self._offset = start - datetime.now(UTC)

    @classmethod
    def from_offset(cls, seconds: float) -> SandboxClock:
        """Return the clock whose offset a former run has written down."""
        return cls(datetime.now(UTC) + timedelta(seconds=seconds))

    @property
    def offset_seconds(self) -> float:
        """Sandbox time minus real time."""
        return self._offset.total_seconds()

    def now(self) -> datetime:
        """Return the present sandbox instant in UTC."""
        return datetime.now(UTC) + self._offset

    def set_to(self, instant: datetime) -> None:
        """Jump to an instant; the clock ticks on from it."""
        self._offset = instant - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Jump by a number of seconds."""
        self._offset += timedelta(seconds=seconds)


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant with any offset; one without offset counts as UTC.

    Raises:
        ValueError: the text is no instant.
    """
    instant = datetime.fromisoformat(text.strip())
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


def iso_milliseconds(instant: datetime) -> str:
    """Write an instant like ``2026-10-02T05:30:00.000Z``."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def iso_seconds(instant: datetime) -> str:
    """Write an instant like ``2026-10-02T05:30:00Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch_milliseconds(instant: datetime) -> int:
    """Write an instant as whole milliseconds since 1970."""
    return int(instant.timestamp() * 1000)
