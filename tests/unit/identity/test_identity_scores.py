"""Our sum of weights is Splink's own, given the same frequencies and the same prior."""

import copy

import duckdb
import pyarrow as pa
import pytest

from identity.employers import cluster_companies, find_employers
from identity.normalised_records import normalise_companies, normalise_persons
from identity.person_matching import match_persons
from identity.person_nodes import COMPARED, find_nodes
from identity.resolution import person_links
from identity.scores import SMALL_SAMPLE
from identity.splink_model import COMPARISONS, TRAINING, make_linker, read_weights

MAIL = {"email": "k1024@kakehashi.test"}
YAMADA = {"family_name": "山田", "given_name": "太郎", "company_name": "株式会社架橋"}
ROWS = [
    {**YAMADA, **MAIL},
    {**YAMADA, "phone": "03-0000-1234"},
    {**YAMADA, "phone": "03-0000-1234", "postal_code": "100-0001"},
    {**YAMADA, "family_name": "山本", **MAIL, "mobile": "090-0000-1234"},
    {"full_name": "T. Yamada", **MAIL, "mobile": "090-0000-1234"},
    {"family_name": "鈴木", "given_name": "花子", "phone": "03-0000-1234", **MAIL},
]


@pytest.fixture(name="nodes")
def _nodes(person_table, company_table, lists):
    persons, companies = person_table(ROWS), company_table([])
    normalised = normalise_persons(persons, lists)
    records = (persons, normalised, companies, normalise_companies(companies, lists))
    employers = find_employers(*records, cluster_companies(*records))
    return persons, find_nodes(normalised, employers)


def test_the_weights_add_up_as_in_splink(nodes):
    persons, found = nodes
    ours = {
        (row["record_key_a"], row["record_key_b"]): row["match_weight"]
        for row in match_persons(found, person_links(persons)).to_pylist()
    }
    assert len(ours) > 5
    assert ours == pytest.approx(_splink_weights(found, ours), abs=1e-5)


def _splink_weights(found, pairs):
    settings = copy.deepcopy(read_weights())
    partners = read_weights(TRAINING)["partners_per_record"]
    prior = min(partners / (found.num_rows - 1), 0.1)
    settings["probability_two_random_records_match"] = prior
    with duckdb.connect(":memory:") as con:
        con.register("found", found)
        con.execute(
            f"create table nodes as select record_key as node, {', '.join(COMPARED)} from found"
        )
        linker = make_linker(con, settings)
        for column in ("full_name", "landline", "employer"):
            con.execute(f"""
                create table frequency_of_{column} as
                select {column}, count(*) / {SMALL_SAMPLE} as tf_{column}
                from nodes where {column} is not null group by {column}
            """)
            lookup = linker._db_api.register(f"frequency_of_{column}")
            linker.table_management.register_term_frequency_lookup(lookup, column)
        con.register("asked", pa.table({
            "match_key": ["0"] * len(pairs),
            "join_key_l": [one for one, _ in pairs],
            "join_key_r": [other for _, other in pairs],
        }))  # fmt: skip
        con.execute("create table blocked as from asked")
        linker.table_management.register_blocked_pairs_for_predict(
            linker._db_api.register("blocked")
        )
        scored = linker.inference.predict(warning_mode="never")
        rows = con.execute(f"select node_l, node_r, match_weight from {scored.physical_name}")
        return {tuple(sorted((one, other))): weight for one, other, weight in rows.fetchall()}


def test_every_comparison_of_the_model_is_scored():
    names = {one["output_column_name"] for one in read_weights()["comparisons"]}
    assert names == set(COMPARISONS)
