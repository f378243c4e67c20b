"""Measure the build of staging to marts for many people: `make bench-lifecycle`.

    python -m tests.benchmarks.lifecycle [--people 1000000 | --sizes 10000,100000,1000000]
        [--touches 10] [--seed 171] [--slowest 25] [--keep FOLDER]

Prints for each size the rows, seconds by the clock and highest memory of the whole build, seconds
per model, and beside them the floor: a plain scan and aggregation of the same raw rows in the same
run. Of several sizes it says how the cost of one person grows against the smallest.
"""

import argparse
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.lifecycle_run import Build, build, row_counts, scan
from tests.benchmarks.lifecycle_world import Base, build_base, identity_models, multiply


@dataclass(frozen=True)
class Measured:
    """One size: how many persons and touches came of it, and what they cost."""

    persons: int
    touches: int
    raw_rows: int
    build: Build
    floor: float


def measure(base: Base, folder: Path, people: int, touches: float) -> Measured:
    """Make a warehouse for so many persons, build it and scan it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    warehouse = folder / "warehouse.duckdb"
    multiply(base, warehouse, people, touches)
    built = build(folder, identity_models(base.folder))
    rows = row_counts(warehouse)
    raw_rows = sum(count for table, count in rows.items() if table.startswith("raw_"))
    return Measured(
        rows["mart.persons"], rows["mart.touchpoints"], raw_rows, built, scan(warehouse)
    )


def told(found: Measured, slowest: int) -> None:
    """Print one size."""
    tests = found.build.of_kind("test")
    others = found.build.of_kind("model", "snapshot", "seed")
    print(f"{found.persons:,} persons, {found.touches:,} touches, {found.raw_rows:,} raw rows")
    spent = found.build
    print(
        f"  whole build {spent.seconds:,.1f} s by the clock, {spent.cpu_seconds:,.1f} s of"
        f" processors, peak {spent.peak_gb:.2f} GB"
    )
    print(
        f"  {len(others)} models, snapshots and seeds {sum(others.values()):,.1f} s and"
        f" {len(tests)} tests {sum(tests.values()):,.1f} s, two at a time"
    )
    print(
        f"  floor: scan and aggregate of the raw rows {found.floor:,.1f} s;"
        f" the build is {found.build.seconds / found.floor:.0f} times that"
    )
    for kind, nodes in (("models", others), ("tests", tests)):
        print(f"  dearest {kind}:")
        for name, seconds in list(nodes.items())[:slowest]:
            print(f"    {seconds:8.1f} s  {name}")
    print(f"  load {os.getloadavg()[0]:.1f}", flush=True)


def compare(sizes: list[Measured]) -> None:
    """Print the cost of one person at each size against the smallest size."""
    smallest = sizes[0]
    for found in sizes:
        by_clock, then = found.build.seconds / found.persons, smallest.build.seconds
        by_cpu, cpu_then = found.build.cpu_seconds / found.persons, smallest.build.cpu_seconds
        print(
            f"{found.persons:>10,} persons: {by_clock * 1e6:7,.0f} µs per person by the clock"
            f" ({by_clock * smallest.persons / then:.2f} of the smallest),"
            f" {by_cpu * 1e6:7,.0f} µs of processors ({by_cpu * smallest.persons / cpu_then:.2f})"
        )
    dearer = growing_models(smallest, sizes[-1])
    for name, times in list(dearer.items())[:10]:
        print(f"    {times:5.2f} times as dear per person: {name}")


def growing_models(smallest: Measured, largest: Measured) -> dict[str, float]:
    """How many times dearer per person a model is at the largest size, worst first.

    Only models that take a hundredth of the whole: of the others the start is most of the cost.
    """
    before, after = smallest.build.of_kind("model"), largest.build.of_kind("model")
    scale = smallest.persons / largest.persons
    dear = [name for name in after if after[name] > 0.01 * sum(after.values())]
    times = {name: after[name] / max(before[name], 0.05) * scale for name in dear}
    return dict(sorted(times.items(), key=lambda one: -one[1]))


def main() -> None:
    """Measure the sizes that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--sizes", help="several sizes, separated by commas, instead of --people")
    parser.add_argument("--touches", type=float, default=10.0, help="touches per person")
    parser.add_argument("--seed", type=int, default=171)
    parser.add_argument("--slowest", type=int, default=25, help="how many models are listed")
    parser.add_argument("--keep", type=Path, help="a folder to leave the warehouses in")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")] if given.sizes else [given.people]
    with tempfile.TemporaryDirectory(prefix="bench-lifecycle-") as scratch:
        folder = given.keep or Path(scratch)
        base = build_base(folder / "base", given.seed)
        found = []
        for people in sizes:
            found.append(measure(base, folder / str(people), people, given.touches))
            told(found[-1], given.slowest)
            if not given.keep:
                shutil.rmtree(folder / str(people))
    if len(found) > 1:
        compare(found)


if __name__ == "__main__":
    main()
