"""Random runs: loads under random faults while people work, and at the end raw equals the vendors.

Belongs here: what a seed means. A run is a few rounds; in each people change records, faults are
switched on, some sources load, and time passes. In the end the faults are gone, every source loads
once more, and the comparer must find nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.comparison import differences
from tests.faults.registry import SIDES
from tests.faults.surroundings import load, prepared
from tests.faults.vendor_side import Place, VendorSide

_STATUSES = (400, 401, 403, 404, 429, 500, 502, 503, 504)
_BODIES = ("<html><body>Bad gateway", "", "{", "{}", "[]", "null", '"ok"', "0")
_ANYWHERE = (
    *("status", "status", "cut_before", "cut_after", "cut_middle", "truncate", "repeat_rows"),
    *("quota", "bad_body", "latency", "edit", "expired_token"),
)
# from how many rows on Salesforce is read in bulk: at once, in the middle of this world, never
_BULK_FROM = (1, 20, 60, 10_000)
_PAUSES = (-240, 1, 30, 400, 3_600, 10_000, 200_000, 3_500_000)


def seeds(few: Sequence[int]) -> list[int]:
    """Return the seeds to run: `SEED=n` one, `SEEDS=n` the first n, else the given few."""
    if one := os.environ.get("SEED"):
        return [int(one)]
    many = int(os.environ.get("SEEDS") or 0)
    return list(range(1, many + 1)) if many else list(few)


@dataclass
class RandomRun:
    """One seed: everything that happens follows from it."""

    seed: int
    story: list[str] = field(default_factory=list)

    def differences(self, folder: Path) -> list[str]:
        """Live through the seed and return what raw then holds otherwise than the vendors."""
        rng = Random(self.seed)
        bulk_from = Random(f"bulk {self.seed}").choice(_BULK_FROM)
        self._tell(f"bulk from {bulk_from} rows")
        people = rng.randint(60, 120)
        with prepared(folder, people=people, seed=self.seed, bulk_from=bulk_from) as place:
            sides = [side(place) for side in SIDES]
            for number in range(rng.randint(2, 3)):
                self._tell(f"round {number + 1}")
                self._round(rng, place, sides)
            return self._end(place, sides)

    def _round(self, rng: Random, place: Place, sides: Sequence[VendorSide]) -> None:
        skew = timedelta(seconds=rng.choice([0, 0, -500, 500]))
        for side in sides:
            if rng.random() < 0.65:
                self._load_under_faults(rng, place, side, skew)
        for side in sides:
            changes: dict[str, Callable[[Random], None]] = dict(side.changes())
            for name in rng.choices(sorted(changes), k=rng.randint(0, 6)):
                self._tell(f"{side.source}: {name}")
                changes[name](rng)
        if rng.random() < 0.1:
            self._lose_warehouse(place, sides)
        pause = rng.choice(_PAUSES)
        self._tell(f"{pause} seconds pass")
        place.admin.move_clock(advance_seconds=pause)

    def _load_under_faults(
        self, rng: Random, place: Place, side: VendorSide, skew: timedelta
    ) -> None:
        rules = [random_rule(rng, side) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
        for rule in rules if side.paths else ():
            self._tell(f"{side.source} fault {rule}")
            place.admin.faults(rule)
        report = load(place, side.source, skew)
        place.admin.clear_faults()
        self._tell(f"{side.source} loaded: {report.status} {report.error or ''}")

    def _lose_warehouse(self, place: Place, sides: Sequence[VendorSide]) -> None:
        """Delete the warehouse; what the vendors no longer tell is then forgotten rightly."""
        self._tell("the warehouse is deleted")
        place.warehouse.unlink(missing_ok=True)
        for side in sides:
            for memory in side.memories.values():
                for key, gone in memory.departed.items():
                    memory.departed[key] = replace(gone, was_loaded=False)

    def _end(self, place: Place, sides: Sequence[VendorSide]) -> list[str]:
        # the vendors' clocks may have been set back, and they tell nothing of their own future
        place.admin.move_clock(advance_seconds=600)
        found = []
        for side in sides:
            report = load(place, side.source)
            self._tell(f"{side.source} loaded at the end: {report.status} {report.error or ''}")
            if report.status in ("failed", "off"):
                found.append(f"{side.source} {report.status} without a fault: {report.error}")
            found += differences(place.warehouse, side.source, side.holdings())
        return found + self._a_week_later(place, sides)

    def _a_week_later(self, place: Place, sides: Sequence[VendorSide]) -> list[str]:
        """Compare once more what a vendor lets us find out only by a look at everything."""
        place.admin.move_clock(advance_seconds=8 * 86_400)
        found = []
        for side in sides:
            if side.tells_late:
                side.is_late = True
                load(place, side.source)
                found += differences(place.warehouse, side.source, side.holdings())
        return found

    def _tell(self, sentence: str) -> None:
        self.story.append(sentence)


def random_rule(rng: Random, side: VendorSide) -> dict[str, Any]:
    """Return a fault of any kind, at any endpoint of a source, at any moment of a load."""
    silent = ("drop_rows", "end_early") if side.counted else ()
    fault = rng.choice([*_ANYWHERE, *silent])
    paths = side.counted if fault in silent else side.paths
    path = rng.choice(paths) if paths else ""
    rule: dict[str, Any] = {
        "match": {"vendor": side.source, "path_regex": path},
        "fault": fault,
        "skip": rng.choice([0, 0, 1, 2, 5, 10, 20]),
        "times": rng.choice([1, 1, 2, 4, None]),
    }
    more: dict[str, Callable[[], dict[str, Any]]] = {
        "status": lambda: {"status": rng.choice(_STATUSES)},
        "bad_body": lambda: {"body": rng.choice(_BODIES)},
        "latency": lambda: {"seconds": 0.01, "times": 2},
        "drop_rows": lambda: {"rows": rng.choice([1, 3])},
        "edit": lambda: {"edits": side.edits(rng), "times": 1},
    }
    return rule | (more[fault]() if fault in more else {})
