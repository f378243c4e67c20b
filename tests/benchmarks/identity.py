"""Measure the deduplication against the sandbox's answer key: `make bench-identity`.

    python -m tests.benchmarks.identity [--seeds 101 102 103] [--people 3000] [--line]

Prints one row per seed and method. Seeds below 100 were used for training and for looking at
mistakes; the figures that count are those of seeds from 100 on.
"""

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from identity.disjoint_sets import DisjointSets
from identity.normalised_records import normalise_persons
from identity.reference_lists import ReferenceLists
from identity.resolution import resolve_records
from sandbox.world.building import build_world
from sandbox.world.world import World
from tests.benchmarks.identity_measures import (
    b_cubed_f1,
    mixed_share,
    pair_quality,
    pairs_of,
    wrong_by_kind,
)
from tests.benchmarks.line_records import pull, read, unify
from tests.benchmarks.world_records import company_records, person_records

NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
AGREEMENT = Path(__file__).parents[2] / "dbt_project" / "seeds" / "agreement"
Clustering = dict[str, str]


@dataclass(frozen=True)
class Corpus:
    """A world's records with the truth about them."""

    persons: pa.Table
    companies: pa.Table
    people: Clustering
    employers: Clustering
    kinds: dict[str, str]
    reachable: set[tuple[str, str]]


def agreement_lists() -> ReferenceLists:
    """The project's own agreement tables."""
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=False)
    names = ("free_mail_domains", "placeholder_values", "test_names", "test_domains")
    return ReferenceLists.of_tables(
        **{
            name: pyarrow.csv.read_csv(AGREEMENT / f"{name}.csv", convert_options=options)
            for name in names
        }
    )


def corpus_of(world: World) -> Corpus:
    """The records of a world and the answer key, by record key."""
    people, employers, kinds = {}, {}, {}
    for row in world.answer_key:
        key = f"{row['source_system']}:{row['source_object']}:{row['source_id']}"
        kinds[key] = row["kind"]
        if row["entity"] == "person":
            people[key] = row["person"] or f"junk {key}"
        elif row["company"]:
            employers[key] = row["company"]
    persons, companies = person_records(world), company_records(world)
    landed = {
        *persons.column("record_key").to_pylist(),
        *companies.column("record_key").to_pylist(),
    }
    unknown = sorted(landed - people.keys() - kinds.keys())
    absent = sorted(kinds.keys() - landed)
    if unknown or absent:
        print(f"records without truth: {unknown[:3]} ({len(unknown)}),", end=" ")
        print(f"truth without records: {absent[:3]} ({len(absent)})")
    reachable = {tuple(sorted(pair)) for pair in world.reachable_pairs().reachable}
    people = {key: person for key, person in people.items() if key in landed}
    return Corpus(persons, companies, people, employers, kinds, reachable)


def resolved(corpus: Corpus, lists: ReferenceLists) -> dict[str, Clustering]:
    """What the identity package makes of the records, by entity."""
    normalised = normalise_persons(corpus.persons, lists)
    rows = resolve_records(corpus.persons, normalised, corpus.companies, lists)
    found: dict[str, Clustering] = defaultdict(dict)
    for row in rows.to_pylist():
        found[row["entity"]][row["record_key"]] = row["resolved_id"]
    return found


def _joined(corpus: Corpus, lists: ReferenceLists, by_name: bool) -> Clustering:
    sets = DisjointSets()
    first: dict[str, str] = {}
    for row in normalise_persons(corpus.persons, lists).to_pylist():
        sets.find(row["record_key"])
        keys = [row["email_normalised"]]
        if by_name and row["full_name_normalised"] and row["company_name_normalised"]:
            keys.append(f"{row['full_name_normalised']}|{row['company_name_normalised']}")
        for key in filter(None, keys):
            sets.union(first.setdefault(key, row["record_key"]), row["record_key"])
    return {record: root for root, group in sets.groups().items() for record in group}


def _report(name: str, corpus: Corpus, found: Clustering, seconds: float) -> str:
    true_pairs, found_pairs = pairs_of(corpus.people), pairs_of(found)
    every = pair_quality(found_pairs, true_pairs, true_pairs)
    tied = pair_quality(found_pairs, true_pairs, corpus.reachable)
    return (
        f"  {name:<24} {every.precision:9.4f} {every.recall:8.4f} {tied.recall:10.4f}"
        f" {every.f1:7.4f} {b_cubed_f1(found, corpus.people):7.4f}"
        f" {mixed_share(found, corpus.people):7.2%} {seconds:6.1f}s"
    )


def _hard_cases(corpus: Corpus, found: Clustering) -> str:
    wrong = wrong_by_kind(pairs_of(found), corpus.people, corpus.kinds)
    people = Counter({corpus.people[key]: corpus.kinds[key] for key in corpus.people}.values())
    parts = [
        f"{kind} {wrong[kind]} (of {people[kind]} people)"
        for kind in sorted(wrong, key=lambda kind: (-wrong[kind], kind))
    ]
    return f"  wrongly merged pairs of records: {', '.join(parts) or 'none'}"


def _companies(corpus: Corpus, found: Clustering) -> str:
    known = {key: found[key] for key in corpus.employers}
    quality = pair_quality(pairs_of(known), pairs_of(corpus.employers), pairs_of(corpus.employers))
    b_cubed = b_cubed_f1(known, corpus.employers)
    return (
        f"  companies: pair precision {quality.precision:.4f} recall {quality.recall:.4f}"
        f" F1 {quality.f1:.4f} B3 {b_cubed:.4f}"
    )


def measure(seed: int, people: int, lists: ReferenceLists) -> None:
    """Print the figures of one seed."""
    corpus = corpus_of(build_world(people, seed, now=NOW))
    sizes = Counter(corpus.people.values())
    print(
        f"\nseed {seed}: {corpus.persons.num_rows:,} person records of {len(sizes):,} people,"
        f" {corpus.companies.num_rows:,} company records"
    )
    print(
        f"  {'method':<24} {'precision':>9} {'recall':>8} {'reachable':>10} {'F1':>7}"
        f" {'B3':>7} {'mixed':>7} {'time':>7}"
    )
    methods: dict[str, Callable[[], Clustering]] = {
        "exact mail": lambda: _joined(corpus, lists, by_name=False),
        "mail or name+company": lambda: _joined(corpus, lists, by_name=True),
    }
    for name, method in methods.items():
        started = time.perf_counter()
        found = method()
        print(_report(name, corpus, found, time.perf_counter() - started))
    started = time.perf_counter()
    ours = resolved(corpus, lists)
    print(_report("kakehashi", corpus, ours["person"], time.perf_counter() - started))
    print(_hard_cases(corpus, ours["person"]))
    print(_companies(corpus, ours["account"]))


def measure_line(seed: int, people: int) -> None:
    """Print the figures of one seed after the real line: HTTP, ingestion, dbt."""
    world = build_world(people, seed, now=NOW)
    corpus = corpus_of(world)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pull(world, folder)
        started = time.perf_counter()
        unify(folder)
        seconds = time.perf_counter() - started
        rows = read(folder, "intermediate.int_records_resolved").to_pylist()
    found = {row["record_key"]: row["resolved_id"] for row in rows if row["entity"] == "person"}
    absent = corpus.people.keys() - found.keys()
    print(
        f"\nseed {seed} through sandbox, ingestion and dbt ({len(absent)} records did not arrive)"
    )
    print(_report("kakehashi (real line)", corpus, found, seconds))
    print(_hard_cases(corpus, found))


def main() -> None:
    """Measure the seeds that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--line", action="store_true", help="the first seed by the real line too")
    options = parser.parse_args()
    lists = agreement_lists()
    for seed in options.seeds:
        measure(seed, options.people, lists)
    if options.line:
        measure_line(options.seeds[0], options.people)


if __name__ == "__main__":
    main()
