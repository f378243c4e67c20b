"""What the harness asks of one source: what its vendor holds, and how people change it there.

Belongs here: the frame that a source plugs into, and the memory of what a vendor held. The
sources themselves are in ``holdings``; each reads the sandbox's stored records, never the code
that loads them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import duckdb

from sandbox.testing import AdminClient, RunningSandbox
from tests.faults.comparison import Cells, Departed, Holding, Key, Rejected

HALF = "\ud83d"
WILD_TEXTS = (
    *("0012", "NA", "NULL", "null", "#N/A", "None", "true", "1E5", "-", '"', "'", ",;\t|"),
    *(
        "1行目\n2行目",
        'カンマ,と"引用符"',
        "𠮷野家 𩸽",
        "👩‍👩‍👧‍👦 家族",
        "髙﨑 邉",
        "ｶﾅ　全角",
        "e\u0301",
        "\u200b",
    ),
    *("=1+1", "2026-02-30", "0", "あ" * 300, "\\n", "{}", "[1]", "\u2028"),
)


@dataclass(frozen=True)
class Place:
    """Where a run happens: the sandbox and the folders of the load."""

    sandbox: RunningSandbox
    data_dir: Path
    inbox_dir: Path

    @property
    def warehouse(self) -> Path:
        """The database that the load writes."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def admin(self) -> AdminClient:
        """The sandbox's own pages."""
        return self.sandbox.admin

    def raw_holds(self, source: str, resource: str, where: str, value: object) -> bool:
        """Tell whether a raw table holds a row now."""
        if not self.warehouse.exists():
            return False
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            sql = f'SELECT 1 FROM "raw_{source}"."{resource}" WHERE "{where}" = ?'
            try:
                return con.execute(sql, [value]).fetchone() is not None
            except duckdb.CatalogException:
                return False


@dataclass
class Memory:
    """The forms that records of one resource had, and which of them are gone."""

    versions: dict[Key, list[Cells]] = field(default_factory=lambda: defaultdict(list))
    departed: dict[Key, Departed] = field(default_factory=dict)

    def saw(self, key: Key, cells: Cells) -> None:
        """Remember a form in which a vendor held a record."""
        self.versions[key].append(cells)

    def left(
        self, key: Key, flags: Cells, *, was_loaded: bool, open: frozenset[str] = frozenset()
    ) -> None:
        """Remember that a vendor holds a record no longer; see ``Departed``."""
        self.departed[key] = Departed(tuple(self.versions[key]), flags, was_loaded, open)


class VendorSide(ABC):
    """One source as the harness sees it.

    Attributes:
        source: its name.
        paths: the endpoints at which faults can strike, as patterns of a path.
        counted: those whose answers tell how many rows there are, so that a loss is noticed.
        tells_late: whether deletions are found out only by a look at everything once a week.
    """

    source: ClassVar[str]
    paths: ClassVar[tuple[str, ...]] = ()
    counted: ClassVar[tuple[str, ...]] = ()
    tells_late: ClassVar[bool] = False

    def __init__(self, place: Place) -> None:
        self.place = place
        self.admin = place.admin
        self.memories: dict[str, Memory] = defaultdict(Memory)
        self.is_late = False

    @abstractmethod
    def holdings(self) -> list[Holding]:
        """Return what the vendor holds now, in the columns and types of raw."""

    @abstractmethod
    def changes(self) -> Mapping[str, Callable[[Random], None]]:
        """Return by name what people do in this system, each as one change."""

    def edits(self, rng: Random) -> list[list[Any]]:
        """Return record-page calls that somebody may make while a load is reading."""
        return []

    def now(self) -> datetime:
        """Return the vendor's present, to the second."""
        return self.admin.now().astimezone(UTC).replace(microsecond=0)


def holding(
    resource: str,
    key: tuple[str, ...],
    rows: list[Cells],
    memory: Memory,
    *,
    unseen: frozenset[str] = frozenset(),
    optional: frozenset[str] = frozenset(),
    id_of: Callable[[Cells], str] | None = None,
) -> Holding:
    """Return a holding; records that no text encoding can store count as rejected.

    Args:
        resource: the raw table.
        key: its key columns.
        rows: every record.
        memory: what is known of records that are gone or were otherwise before.
        unseen: columns that the vendor does not show now.
        optional: columns that need not be landed.
        id_of: how a rejected record is called; its key by default.
    """
    good, rejected = [], {}
    for row in rows:
        at_fault = next((name for name, value in row.items() if is_half(value)), None)
        if at_fault is None:
            good.append(row)
            continue
        one = tuple(row.get(name) for name in key)
        name = id_of(row) if id_of else ":".join(map(str, one))
        rejected[one] = Rejected(name, at_fault, tuple(memory.versions[one]))
    return Holding(resource, key, good, memory.departed, rejected, unseen, optional)


def is_half(value: object) -> bool:
    """Whether a value holds half a surrogate pair."""
    return isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value)


def wild_text(rng: Random, longest: int = 255) -> str:
    """Return a text that careless code changes on its way, or an ordinary one."""
    if rng.random() < 0.5:
        return f"値 {rng.randrange(10**6)}"
    return rng.choice(WILD_TEXTS)[:longest]
