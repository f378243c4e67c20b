"""Measure the deduplication against an answer key: `make bench-identity`.

    python -m tests.benchmarks.identity [--corpus independent] [--seeds 101 102 …]
        [--people 360 3600 …] [--line]

Prints one table per seed and size. Of the sandbox's world, seeds below 100 were used for training
and for looking at mistakes; the figures that count are those of seeds from 100 on. Of the
independent corpus (`make bench-identity-independent`), mistakes were looked at on seeds 1 and 2.
A person has about 2.8 records.
"""

import argparse
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from sandbox.world.building import build_world
from tests.benchmarks.identity_corpus import (
    CORPORA,
    NOW,
    Corpus,
    build_corpus,
    read_corpus,
    write_corpus,
)
from tests.benchmarks.identity_measures import (
    b_cubed_f1,
    hard_classes,
    junk_inside,
    mixed,
    pair_quality,
)
from tests.benchmarks.identity_methods import METHODS, OURS, Outcome, run_method
from tests.benchmarks.line_records import pull, read, unify

# Splink's own estimation is not repeated for a million records.
_MOST_RECORDS_FOR_SPLINK = 300_000
_HEADER = (
    f"  {'method':<22} {'precision':>9} {'recall':>7} {'reachable':>9} {'F1':>7} {'F1 re.':>7}"
    f" {'B3':>7} {'mixed':>7} {'junk':>5} {'seconds':>8} {'cpu s':>7} {'memory':>7}"
)


def _quality(name: str, corpus: Corpus, outcome: Outcome) -> str:
    every = pair_quality(outcome.people, corpus.people)
    tied = pair_quality(outcome.people, corpus.people, corpus.tied)
    people = len(set(corpus.people.values()))
    mixed_share = len(mixed(outcome.people, corpus.people)) / people
    junk = junk_inside(outcome.people, corpus.people, corpus.junk)
    return (
        f"  {name:<22} {every.precision:9.4f} {every.recall:7.4f} {tied.recall:9.4f}"
        f" {every.f1:7.4f} {tied.f1:7.4f} {b_cubed_f1(outcome.people, corpus.people):7.4f}"
        f" {mixed_share:7.2%} {junk:5} {outcome.seconds:8.1f} {outcome.processor_seconds:7.1f}"
        f" {outcome.gigabytes:5.2f}GB"
    )


def _classes(corpus: Corpus, outcomes: dict[str, Outcome]) -> str:
    """Share of the people of every class that a method merged with somebody else."""
    by_method = {
        name: hard_classes(outcome.people, corpus.people, corpus.kinds)
        for name, outcome in outcomes.items()
    }
    lines = [
        f"  {'wrongly merged people':<24} {'people':>7}"
        + "".join(f" {name:>21}" for name in by_method)
        + f" {'wrong pairs (ours)':>19}"
    ]
    for kind, ours in by_method[OURS].items():
        shares = "".join(f" {found[kind].mixed_share:21.2%}" for found in by_method.values())
        lines.append(f"  {kind:<24} {ours.people:7}{shares} {ours.wrong_pairs:19}")
    return "\n".join(lines)


def _companies(corpus: Corpus, outcome: Outcome) -> str:
    known = {key: outcome.companies.get(key, f"none {key}") for key in corpus.employers}
    quality = pair_quality(known, corpus.employers)
    return (
        f"  companies: pair precision {quality.precision:.4f} recall {quality.recall:.4f}"
        f" F1 {quality.f1:.4f} B3 {b_cubed_f1(known, corpus.employers):.4f}"
    )


def _world(corpus: Corpus) -> str:
    """How much there is to find: records per person, kinds of record."""
    sizes = Counter(Counter(corpus.people.values()).values())
    several = {n: count for n, count in sizes.items() if n > 1}
    kinds = {tuple(key.split(":", 2)[:2]) for key in corpus.people}
    return (
        f"{corpus.persons.num_rows:,} person records of {sum(sizes.values()):,} people"
        f" ({sum(several.values()):,} of them with {min(several)}-{max(several)} records of"
        f" {len(kinds)} kinds), {len(corpus.junk):,} junk records,"
        f" {corpus.companies.num_rows:,} company records"
    )


def measure(seed: int, people: int, methods: list[str], corpus_name: str = "sandbox") -> None:
    """Print the figures of one seed and size."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        corpus = build_corpus(people, seed, folder, corpus_name)
        print(f"\n{corpus_name} seed {seed}: {_world(corpus)}; load {os.getloadavg()[0]:.1f}")
        print(_HEADER)
        outcomes: dict[str, Outcome] = {}
        for name in methods:
            if "Splink" in name and corpus.persons.num_rows > _MOST_RECORDS_FOR_SPLINK:
                continue
            outcomes[name] = run_method(name, folder)
            print(_quality(name, corpus, outcomes[name]), flush=True)
        print(_classes(corpus, outcomes))
        print(_companies(corpus, outcomes[OURS]), flush=True)


def measure_line(seed: int, people: int) -> None:
    """Print the figures of one seed after the real line: HTTP, ingestion, dbt."""
    world = build_world(people, seed, now=NOW)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_corpus(world, folder)
        corpus = read_corpus(folder)
        pull(world, folder)
        started = time.perf_counter()
        unify(folder)
        seconds = time.perf_counter() - started
        rows = read(folder, "intermediate.int_records_resolved").to_pylist()
    found = {
        entity: {row["record_key"]: row["resolved_id"] for row in rows if row["entity"] == entity}
        for entity in ("person", "account")
    }
    absent = corpus.people.keys() - found["person"].keys()
    lost = {key: f"absent {key}" for key in (*corpus.people, *corpus.junk)}
    outcome = Outcome(lost | found["person"], found["account"], seconds, 0.0, 0.0)
    print(f"\nseed {seed} through sandbox, ingestion and dbt ({len(absent)} records missing)")
    print(_HEADER, _quality(f"{OURS} (real line)", corpus, outcome), sep="\n")
    print(_classes(corpus, {OURS: outcome}), _companies(corpus, outcome), sep="\n")


def main() -> None:
    """Measure the seeds and sizes that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default="sandbox", choices=list(CORPORA))
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    parser.add_argument("--people", type=int, nargs="+", default=[360, 3600])
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--line", action="store_true", help="the first seed by the real line too")
    options = parser.parse_args()
    if options.line and options.corpus != "sandbox":
        parser.error("--line needs the sandbox: only its world can be pulled over HTTP")
    for people in options.people:
        for seed in options.seeds:
            methods = [*dict.fromkeys([*options.methods, OURS])]
            measure(seed, people, methods, options.corpus)
    if options.line:
        measure_line(options.seeds[0], options.people[0])


if __name__ == "__main__":
    main()
