"""Measure how long identity takes cold and after a small change: `make bench-identity-scale`.

    python -m tests.benchmarks.identity_scale [--people 360000] [--seed 171] [--changed 0.01]

Prints per step seconds by the clock, processor seconds of all threads and the highest memory so
far; then the same after a part of the records was added, changed or removed, and whether a full
run over the changed records gives the same ids (leave it out with --no-check).
"""

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from identity.blocking import find_meetings
from identity.changed_records import normalise_changed, normalise_changed_companies
from identity.employers import cluster_companies, find_employers
from identity.person_matching import match_persons
from identity.person_nodes import find_nodes
from identity.resolution import give_ids, person_links
from tests.benchmarks.identity_corpus import Corpus, agreement_lists, build_corpus
from tests.benchmarks.peak_memory import gigabytes

Kept = dict[str, pa.Table]


def _timed(name: str, step: Callable[..., pa.Table], *inputs: Any) -> pa.Table:
    clock, processor = time.perf_counter(), time.process_time()
    found = step(*inputs)
    peak = gigabytes(resource.getrusage(resource.RUSAGE_SELF))
    seconds, cpu = time.perf_counter() - clock, time.process_time() - processor
    print(f"  {name:<22} {seconds:8.1f}s {cpu:8.1f}s cpu {peak:6.2f}GB", flush=True)
    return found


def run(
    persons: pa.Table, companies: pa.Table, before: Kept, registry: pa.Table | None
) -> tuple[Kept, pa.Table]:
    """One run over the records; returns what the next one can use, and the ids."""
    clock, processor, lists = time.perf_counter(), time.process_time(), agreement_lists()
    normalised = _timed("normalise", normalise_changed, persons, lists, before.get("normalised"))
    of_companies = _timed(
        "normalise companies", normalise_changed_companies, companies, lists,
        before.get("of_companies"),
    )  # fmt: skip
    records = (persons, normalised, companies, of_companies)
    clusters = _timed("cluster companies", cluster_companies, *records, (), before.get("clusters"))
    employers = _timed("find employers", find_employers, *records, clusters)
    nodes = _timed("fold equal records", find_nodes, normalised, employers, (), before.get("nodes"))
    meetings = _timed("find meetings", find_meetings, nodes, before.get("meetings"))
    links = person_links(persons)
    pairs = _timed("match persons", match_persons, nodes, links, (), before.get("pairs"), meetings)
    ids = _timed("give ids", give_ids, persons, companies, employers, nodes, pairs, registry)
    seconds, cpu = time.perf_counter() - clock, time.process_time() - processor
    print(f"  {'all':<22} {seconds:8.1f}s {cpu:8.1f}s cpu, load {os.getloadavg()[0]:.1f}")
    kept = {"normalised": normalised, "of_companies": of_companies, "clusters": clusters}
    kept |= {"employers": employers, "nodes": nodes, "meetings": meetings}
    return kept | {"pairs": pairs, "ids": ids}, ids


def registry_of(ids: pa.Table) -> pa.Table:
    """What the registry holds after a run."""
    zeros = pa.array([0] * ids.num_rows, pa.timestamp("us", tz="UTC"))
    return ids.select(["entity", "record_key", "resolved_id"]).append_column("first_seen_at", zeros)


def change(persons: pa.Table, share: float, seed: int) -> pa.Table:
    """Some records with another mobile, some without their mail, some gone and new ones come."""
    chance = random.Random(seed)
    chosen = set(chance.sample(range(persons.num_rows), int(persons.num_rows * share)))
    kept = persons.filter(pa.array([at not in chosen for at in range(persons.num_rows)]))
    some = persons.take(pa.array(sorted(chosen))).to_pylist()
    for number, row in enumerate(some):
        if number % 3 == 0:
            row["mobile"] = f"080-0000-{number % 10_000:04d}"
        elif number % 3 == 1:
            row["email"] = None
        else:
            row["record_key"], row["source_id"] = f"{row['record_key']}n", f"{row['source_id']}n"
    return pa.concat_tables([kept, pa.Table.from_pylist(some, schema=persons.schema)])


def measure(corpus: Corpus, share: float, check: bool) -> None:
    """Print what a cold run and one after a change cost."""
    rows = corpus.persons.num_rows
    print(f"cold: {rows:,} person and {corpus.companies.num_rows:,} company records")
    kept, ids = run(corpus.persons, corpus.companies, {}, None)
    registry = registry_of(ids)
    persons = change(corpus.persons, share, seed=1)
    print(f"{share:.1%} of the person records changed:")
    after, _ = run(persons, corpus.companies, kept, registry)
    if check:
        print("the same records without an earlier run:")
        full, _ = run(persons, corpus.companies, {}, registry)
        for name, table in full.items():
            print(f"  {name}: {'the same' if table.equals(after[name]) else 'NOT THE SAME'}")


def main() -> None:
    """Measure the size that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=360_000)
    parser.add_argument("--seed", type=int, default=171)
    parser.add_argument("--changed", type=float, default=0.01)
    parser.add_argument("--no-check", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        corpus = build_corpus(options.people, options.seed, Path(scratch))
    measure(corpus, options.changed, check=not options.no_check)


if __name__ == "__main__":
    main()
