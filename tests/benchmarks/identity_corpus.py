"""A made-up world's records with the truth about them, as files that other processes read.

    python -m tests.benchmarks.identity_corpus PEOPLE SEED FOLDER

Building a large world takes more memory than resolving it, so it is done in a process of its own.
"""

import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as parquet

from identity.disjoint_sets import DisjointSets
from identity.reference_lists import ReferenceLists
from sandbox.world.building import build_world
from sandbox.world.world import World
from tests.benchmarks.world_records import company_records, person_records

NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
AGREEMENT = Path(__file__).parents[2] / "dbt_project" / "seeds" / "agreement"
_LISTS = ("free_mail_domains", "placeholder_values", "test_names", "test_domains")
# Modules that take PEOPLE SEED FOLDER and write persons, companies and key.
CORPORA = {
    "sandbox": "tests.benchmarks.identity_corpus",
    "independent": "tests.benchmarks.independent_corpus",
}


@dataclass(frozen=True)
class Corpus:
    """Records with the truth about them.

    Attributes:
        persons: Person-like records.
        companies: Company records.
        people: Person record → person; without junk.
        junk: Person records that stand for nobody.
        employers: Record → company, where it leads to one.
        kinds: Person record → hard class of its person.
        tied: Person record → the part of its person's records that evidence ties together.
    """

    persons: pa.Table
    companies: pa.Table
    people: dict[str, str]
    junk: set[str]
    employers: dict[str, str]
    kinds: dict[str, str]
    tied: dict[str, str]


def agreement_lists() -> ReferenceLists:
    """The project's own agreement tables."""
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=False)
    return ReferenceLists.of_tables(
        **{
            name: pyarrow.csv.read_csv(AGREEMENT / f"{name}.csv", convert_options=options)
            for name in _LISTS
        }
    )


def _tied(rows: list[dict[str, object]]) -> dict[str, str]:
    """Record → the smallest record of its person that its evidence leads to."""
    sets: DisjointSets[str] = DisjointSets()
    first: dict[tuple[object, str], str] = {}
    for row in rows:
        sets.find(str(row["key"]))
        for clue in row["evidence"]:  # type: ignore[attr-defined]
            holder = first.setdefault((row["person"], clue), str(row["key"]))
            sets.union(holder, str(row["key"]))
    return {str(row["key"]): sets.find(str(row["key"])) for row in rows}


def write_corpus(world: World, folder: Path) -> None:
    """Write the records and the key of a world into a folder."""
    persons, companies = person_records(world), company_records(world)
    parquet.write_table(persons, folder / "persons.parquet")
    parquet.write_table(companies, folder / "companies.parquet")
    rows = [
        row | {"key": f"{row['source_system']}:{row['source_object']}:{row['source_id']}"}
        for row in world.answer_key
    ]
    tied = _tied([row for row in rows if row["person"] is not None])
    key = {
        name: pa.array([row[name] for row in rows], pa.string())
        for name in ("key", "entity", "person", "company", "kind")
    }
    key["tied"] = pa.array([tied.get(row["key"]) for row in rows], pa.string())
    parquet.write_table(pa.table(key), folder / "key.parquet")
    landed = {*persons["record_key"].to_pylist(), *companies["record_key"].to_pylist()}
    _tell_of_strays(landed, {row["key"] for row in rows})


def _tell_of_strays(landed: set[str], known: set[str]) -> None:
    unknown, absent = sorted(landed - known), sorted(known - landed)
    if unknown or absent:
        print(f"records without truth: {unknown[:3]} ({len(unknown)}),", end=" ")
        print(f"truth without records: {absent[:3]} ({len(absent)})")


def read_corpus(folder: Path) -> Corpus:
    """The corpus of a folder."""
    persons = parquet.read_table(folder / "persons.parquet")
    companies = parquet.read_table(folder / "companies.parquet")
    landed = {*persons["record_key"].to_pylist(), *companies["record_key"].to_pylist()}
    truth: dict[str, dict[str, str]] = defaultdict(dict)
    junk: set[str] = set()
    columns = parquet.read_table(folder / "key.parquet").to_pydict()
    for key, entity, person, company, kind, tied in zip(*columns.values(), strict=True):
        if key not in landed:
            continue
        if entity == "person" and person is None:
            junk.add(key)
        elif entity == "person":
            truth["people"][key], truth["kinds"][key] = person, kind
            truth["tied"][key] = tied
        elif company is not None:
            truth["employers"][key] = company
    return Corpus(
        persons, companies, truth["people"], junk, truth["employers"], truth["kinds"],
        truth["tied"],
    )  # fmt: skip


def build_corpus(people: int, seed: int, folder: Path, name: str = "sandbox") -> Corpus:
    """Build one of the corpora in a process of its own and read what it wrote."""
    module = [sys.executable, "-m", CORPORA[name]]
    subprocess.run([*module, str(people), str(seed), str(folder)], check=True)
    return read_corpus(folder)


if __name__ == "__main__":
    write_corpus(
        build_world(int(sys.argv[1]), int(sys.argv[2]), now=NOW, with_acts=False),
        Path(sys.argv[3]),
    )
