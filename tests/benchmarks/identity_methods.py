"""The ways of finding duplicates that the benchmark sets side by side.

    python -m tests.benchmarks.identity_methods METHOD FOLDER

Each runs in a process of its own over the same files, so that its memory can be told from the
others'. Writes who is whom and prints seconds, processor seconds and the highest memory.
"""

import json
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from identity.changed_records import normalise_changed
from identity.disjoint_sets import DisjointSets
from identity.employers import cluster_companies, find_employers
from identity.normalised_records import normalise_companies, normalise_persons
from identity.person_matching import match_persons
from identity.person_nodes import find_nodes
from identity.resolution import give_ids, person_links
from tests.benchmarks.identity_corpus import agreement_lists
from tests.benchmarks.peak_memory import gigabytes

OURS = "kakehashi"
_SPLINK_THRESHOLD = 0.95
_SPLINK_RANDOM_PAIRS = 1e6
Found = dict[str, list[str]]


@dataclass(frozen=True)
class Outcome:
    """What a method found and what it cost.

    Attributes:
        people: Person record → cluster.
        companies: Record → company cluster; empty for methods that find none.
        seconds: By the clock.
        processor_seconds: Of all its threads.
        gigabytes: The highest memory of its process.
    """

    people: dict[str, str]
    companies: dict[str, str]
    seconds: float
    processor_seconds: float
    gigabytes: float


def _joined(persons: pa.Table, by_name: bool) -> pa.Table:
    sets: DisjointSets[str] = DisjointSets()
    first: dict[str, str] = {}
    columns = ["record_key", "email_normalised", "full_name_normalised", "company_name_normalised"]
    normalised = normalise_persons(persons, agreement_lists()).select(columns)
    for key, mail, name, company in zip(*normalised.to_pydict().values(), strict=True):
        sets.find(key)
        shared = [mail, f"{name}|{company}" if by_name and name and company else None]
        for value in filter(None, shared):
            sets.union(first.setdefault(value, key), key)
    keys = normalised["record_key"].to_pylist()
    return _people(keys, [sets.find(key) for key in keys])


def _people(keys: list[str], clusters: list[str]) -> pa.Table:
    columns = {"entity": ["person"] * len(keys), "record_key": keys, "cluster": clusters}
    return pa.table(columns)


def exact_mail(persons: pa.Table, companies: pa.Table) -> pa.Table:
    """The same mail address is the same person."""
    return _joined(persons, by_name=False)


def mail_or_name_and_company(persons: pa.Table, companies: pa.Table) -> pa.Table:
    """The same mail address, or the same name in a company of the same name."""
    return _joined(persons, by_name=True)


def untuned_splink(persons: pa.Table, companies: pa.Table) -> pa.Table:
    """Splink as its tutorial sets it up: library comparisons, estimated on the data by EM.

    It is given our normalised columns, so that it does not fail over widths and legal forms.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("family_name"),
            cl.EmailComparison("email"),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("mobile"),
            cl.JaroWinklerAtThresholds("company", [0.9, 0.7]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"), block_on("phone"), block_on("mobile"),
            block_on("family_name", "given_name"), block_on("family_name", "company"),
        ],
    )  # fmt: skip
    with duckdb.connect(":memory:") as con:
        con.register("normalised", normalise_persons(persons, agreement_lists()))
        con.execute("""
            create table records as
            select record_key as unique_id, family_name_normalised as family_name,
                given_name_normalised as given_name, email_normalised as email,
                phone_e164 as phone, mobile_e164 as mobile, company_name_normalised as company
            from normalised order by record_key
        """)
        api = DuckDBAPI(connection=con)
        linker = Linker(api.register("records"), settings, log_level=logging.ERROR)
        _train_untuned(linker)
        pairs = linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, _SPLINK_THRESHOLD
        )
        rows = con.sql(f"select unique_id, cluster_id from {clusters.physical_name}").fetchall()
    return _people([key for key, _ in rows], [str(cluster) for _, cluster in rows])


def _train_untuned(linker: Linker) -> None:
    training = linker.training
    certain = [block_on("email", "family_name", "given_name"), block_on("mobile", "family_name")]
    training.estimate_probability_two_random_records_match(certain, recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=_SPLINK_RANDOM_PAIRS, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("email"))
    training.estimate_parameters_using_expectation_maximisation(
        block_on("family_name", "given_name")
    )


def kakehashi(persons: pa.Table, companies: pa.Table) -> pa.Table:
    """This project's identity package, normalisation included."""
    lists = agreement_lists()
    normalised = normalise_changed(persons, lists)
    records = (persons, normalised, companies, normalise_companies(companies, lists))
    employers = find_employers(*records, cluster_companies(*records))
    nodes = find_nodes(normalised, employers)
    pairs = match_persons(nodes, person_links(persons))
    found = give_ids(persons, companies, employers, nodes, pairs)
    return found.select(["entity", "record_key", "resolved_id"]).rename_columns(
        ["entity", "record_key", "cluster"]
    )


METHODS: dict[str, Callable[[pa.Table, pa.Table], pa.Table]] = {
    "exact mail": exact_mail,
    "mail or name+company": mail_or_name_and_company,
    "untuned Splink": untuned_splink,
    OURS: kakehashi,
}


def run_method(method: str, folder: Path) -> Outcome:
    """Run a method over the corpus of a folder in a process of its own."""
    module = [sys.executable, "-m", "tests.benchmarks.identity_methods", method, str(folder)]
    done = subprocess.run(module, check=True, capture_output=True, text=True)
    cost = json.loads(done.stdout.splitlines()[-1])
    found = parquet.read_table(folder / "found.parquet").to_pydict()
    by_entity: dict[str, dict[str, str]] = {"person": {}, "account": {}}
    for entity, key, cluster in zip(*found.values(), strict=True):
        by_entity[entity][key] = cluster
    return Outcome(by_entity["person"], by_entity["account"], **cost)


def _main(method: str, folder: Path) -> None:
    persons = parquet.read_table(folder / "persons.parquet")
    companies = parquet.read_table(folder / "companies.parquet")
    clock, processor = time.perf_counter(), time.process_time()
    found = METHODS[method](persons, companies)
    cost = {
        "seconds": time.perf_counter() - clock,
        "processor_seconds": time.process_time() - processor,
        "gigabytes": gigabytes(resource.getrusage(resource.RUSAGE_SELF)),
    }
    parquet.write_table(found, folder / "found.parquet")
    print(json.dumps(cost))


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
