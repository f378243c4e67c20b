"""Train the Splink weights that are committed under identity/weights/.

    python -m tests.benchmarks.identity_training

Seldom run. A made-up world gives the records and, by its answer key, the true pairs: m comes from
those, u from random pairs. Writes the model and beside it how it was made.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from splink import Linker

from identity.employers import cluster_companies, find_employers
from identity.normalised_records import normalise_companies, normalise_persons
from identity.person_nodes import find_nodes
from identity.splink_model import TRAINING, WEIGHTS, build_settings, make_linker
from tests.benchmarks.identity_corpus import Corpus, agreement_lists, build_corpus

SEED = 11
PEOPLE = 9000
RANDOM_PAIRS = 2e6
RARELY_SEEN, NEARLY_NEVER = 0.005, 1e-7
WEIGHTS_FOLDER = Path(__file__).parents[2] / "identity" / "weights"


def _training_nodes(con: duckdb.DuckDBPyConnection, corpus: Corpus) -> tuple[int, float]:
    """Create `nodes` with their person as label; return their number and partners per node."""
    lists = agreement_lists()
    normalised = normalise_persons(corpus.persons, lists)
    companies = normalise_companies(corpus.companies, lists)
    records = (corpus.persons, normalised, corpus.companies, companies)
    found = find_nodes(normalised, find_employers(*records, cluster_companies(*records)))
    labels = {"record_key": list(corpus.people), "person": list(corpus.people.values())}
    con.register("found", found)
    con.register("labels", pa.table(labels))
    con.execute("""
        create table nodes as
        select row_number() over (order by record_key) as node, person,
            found.* exclude (node, record_key)
        from found inner join labels using (record_key)
        where found.record_key = found.node and not is_junk;
    """)
    nodes, pairs = con.execute("""
        select sum(n), sum(n * (n - 1))
        from (select count(*) as n from nodes group by person)
    """).fetchall()[0]
    return int(nodes), pairs / nodes


def _how(nodes: int, partners: float) -> dict[str, Any]:
    return {
        "trained_by": "python -m tests.benchmarks.identity_training",
        "world_seed": SEED,
        "world_people": PEOPLE,
        "nodes": nodes,
        "partners_per_record": round(partners, 3),
        "m": "from the world's answer key",
        "u": f"from {RANDOM_PAIRS:.0f} random pairs",
        "least_m": RARELY_SEEN,
        "least_u": NEARLY_NEVER,
    }


def _with_floors(model: dict[str, Any]) -> dict[str, Any]:
    """What the made-up world never shows (a changed mobile number) is rare, not impossible."""
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level["m_probability"] = max(level.get("m_probability") or 0.0, RARELY_SEEN)
                level["u_probability"] = max(level.get("u_probability") or 0.0, NEARLY_NEVER)
    return model


def _write(name: str, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (WEIGHTS_FOLDER / name).write_text(text + "\n", encoding="utf-8")


def _save(linker: Linker, how: dict[str, Any]) -> None:
    model = linker.misc.save_model_to_json(None)
    # a name of its own for each training would make every training a change of the file
    model.pop("linker_uid", None)
    _write(WEIGHTS, _with_floors(model))
    _write(TRAINING, how)


def main() -> None:
    """Train and write the weights."""
    with tempfile.TemporaryDirectory() as scratch:
        corpus = build_corpus(PEOPLE, SEED, Path(scratch))
    with duckdb.connect(":memory:") as con:
        nodes, partners = _training_nodes(con, corpus)
        linker = make_linker(con, build_settings())
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
        linker.training.estimate_m_from_label_column("person")
        _save(linker, _how(nodes, partners))
    print(f"{nodes:,} nodes, {partners:.2f} partners each; wrote {WEIGHTS_FOLDER / WEIGHTS}")


if __name__ == "__main__":
    main()
