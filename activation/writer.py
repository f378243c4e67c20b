"""What applying a plan needs of a system: the protocol that each module of `writers/` fulfils.

Belongs here: the shapes that pass between the plan and a system. Does not: any system's API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class RecordState:
    """A record as it is at the moment of writing.

    Attributes:
        values: Field → current value, for the fields asked for.
        closed_because: Code of the reason why the record must not be written; None when it may.
    """

    values: Mapping[str, Any]
    closed_because: str | None = None


@dataclass(frozen=True)
class WriteResult:
    """What the system said about one row.

    Attributes:
        record_id: The row's record.
        success: Whether it was written.
        code: The system's error code; empty on success.
        fields: Fields that the error names.
        answered: False when the call failed as a whole and what it did is unknown.
        is_locked: Whether somebody else held the record and a later attempt may succeed.
    """

    record_id: str
    success: bool
    code: str = ""
    fields: tuple[str, ...] = ()
    answered: bool = True
    is_locked: bool = False


class Writer(Protocol):
    """A system that can be read and written record by record.

    Every method raises `vendors.errors.VendorError` when the system cannot be asked, except
    `write`, which reports rows without an answer instead.
    """

    batch_size: int

    @property
    def api_calls(self) -> int:
        """Calls made so far."""

    def calls_left(self) -> int | None:
        """Calls that the system still allows today; None when it does not say."""

    def unwritable_fields(self, object_name: str, fields: Sequence[str]) -> dict[str, str]:
        """Field → code for the fields that the system lacks or does not let us write."""

    def read(
        self, object_name: str, record_ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, RecordState]:
        """The live records among those asked for, as they are now."""

    def write(self, object_name: str, rows: Sequence[Mapping[str, Any]]) -> list[WriteResult]:
        """Writes rows (`Id` and fields), at most `batch_size`; one result per row, in order."""
