"""Which records another transaction seems to hold during the present request.

Belongs here: the one flag between the fault rules and the writers.
Must not: know rules or records.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOCKED: ContextVar[frozenset[str] | None] = ContextVar("locked_records", default=frozenset())


def is_locked(record_id: str) -> bool:
    """Tell whether a write to this record has to fail now."""
    locked = _LOCKED.get()
    return locked is None or record_id in locked


@contextmanager
def locked_records(record_ids: frozenset[str] | None) -> Iterator[None]:
    """Hold these records, or every record when None, during the block."""
    token = _LOCKED.set(record_ids)
    try:
        yield
    finally:
        _LOCKED.reset(token)
