"""New and changed records only: the outcome is the same as that of a full run."""

import random

import pyarrow as pa
import pytest

from identity.changed_records import normalise_changed, normalise_changed_companies
from identity.employers import cluster_companies, find_employers
from identity.normalised_records import normalise_companies, normalise_persons
from identity.person_matching import match_persons
from identity.person_nodes import find_nodes
from identity.resolution import give_ids, person_links

REGISTRY_SCHEMA = pa.schema(
    [
        ("entity", pa.string()),
        ("record_key", pa.string()),
        ("resolved_id", pa.string()),
        ("first_seen_at", pa.timestamp("us", tz="UTC")),
    ]
)
# names that the lexicon does not know: records that hold them apart teach them
SURNAMES = ["佐藤", "鈴木", "綾瀬川", "木ノ下", "蓬莱谷", "小鳥遊"]
GIVEN = ["健一", "太郎", "花子", "凪沙", "碧羽", "ひなの"]
READINGS = ["アヤセガワ", "キノシタ", "ホウライダニ", "タカナシ", "ナギサ", "アオバ", None]


def random_record(chance, number):
    """A record as forms and cards have them: name together or apart, most of it missing."""
    family, given = chance.choice(SURNAMES), chance.choice(GIVEN)
    apart = {
        "family_name": family,
        "given_name": given,
        "family_name_reading": chance.choice(READINGS),
        "given_name_reading": chance.choice(READINGS),
    }
    name = chance.choice([apart, {"full_name": family + given}, {"full_name": "Takanashi Aoba"}])
    more = {
        "email": f"p{chance.randrange(8)}@c{chance.randrange(3)}.test",
        "mobile": f"090-0000-000{chance.randrange(6)}",
        "phone": f"03-0000-000{chance.randrange(4)}",
        "company_name": f"株式会社{chance.choice('松竹梅')}商店",
    }
    kept = {key: value for key, value in more.items() if chance.random() < 0.6}
    return {"record_key": f"form:answer:{number:03d}", "created_at": number} | name | kept


def changed(chance, rows, step):
    """Some records added, some changed, some gone."""
    rows = [row for row in rows if chance.random() > 0.15]
    rows = [
        random_record(chance, int(row["record_key"][-3:])) if chance.random() < 0.15 else row
        for row in rows
    ]
    return rows + [random_record(chance, 100 * (step + 1) + n) for n in range(chance.randrange(9))]


class Run:
    """One run over some records, with or without what an earlier run left."""

    def __init__(self, persons, companies, lists, before=None, registry=None):
        self.normalised = normalise_changed(persons, lists, before and before.normalised)
        self.of_companies = normalise_changed_companies(
            companies, lists, before and before.of_companies
        )
        records = (persons, self.normalised, companies, self.of_companies)
        self.clusters = cluster_companies(*records, previous=before and before.clusters)
        employers = find_employers(*records, self.clusters)
        nodes = find_nodes(self.normalised, employers)
        self.pairs = match_persons(nodes, person_links(persons), previous=before and before.pairs)
        self.ids = give_ids(persons, companies, employers, nodes, self.pairs, registry)

    def tables(self):
        clusters = self.clusters.sort_by("key")
        return self.normalised, self.of_companies, clusters, self.pairs, self.ids


def registry_after(ids, registry):
    """What is remembered after a run; a record that is gone keeps its row."""
    held = {(row["entity"], row["record_key"]): row for row in registry.to_pylist()}
    for row in ids.to_pylist():
        key = (row["entity"], row["record_key"])
        known = {"entity": key[0], "record_key": key[1], "resolved_id": row["resolved_id"]}
        held.setdefault(key, known | {"first_seen_at": len(held)})
        held[key] |= known
    return pa.Table.from_pylist(list(held.values()), schema=REGISTRY_SCHEMA)


def test_several_processes_say_what_one_says(lists, person_table, monkeypatch):
    chance = random.Random(4)
    persons = person_table([random_record(chance, number) for number in range(60)])
    alone = normalise_changed(persons, lists)
    monkeypatch.setattr("identity.side_by_side.WORTH_A_PROCESS", 20)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert normalise_changed(persons, lists).equals(alone)


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_changes_gives_what_a_full_run_gives(
    seed, lists, person_table, company_table
):
    chance = random.Random(seed)
    rows = [random_record(chance, number) for number in range(30)]
    companies = company_table([{"company_name": "株式会社松商店", "domain": "c0.test"}])
    before, registry = None, REGISTRY_SCHEMA.empty_table()
    for step in range(3):
        persons = person_table(rows)
        full = Run(persons, companies, lists, None, registry)
        incremental = Run(persons, companies, lists, before, registry)
        for expected, found in zip(full.tables(), incremental.tables(), strict=True):
            assert found.equals(expected)
        registry = registry_after(full.ids, registry)
        before, rows = incremental, changed(chance, rows, step)


def test_the_rows_are_those_of_the_plain_normalisation(lists, person_table):
    chance = random.Random(8)
    persons = person_table([random_record(chance, number) for number in range(60)])
    plain = normalise_persons(persons, lists)
    reusable = normalise_changed(persons, lists).select(plain.column_names)
    assert reusable.equals(plain.sort_by("record_key"))


def test_a_record_is_read_anew_when_another_teaches_its_name(lists, person_table):
    """蓬莱谷碧羽 is split after two characters until a record says where the surname ends."""
    unsplit = {"full_name": "蓬莱谷碧羽", "email": "a@c.test", "record_key": "form:answer:1"}
    teacher = {"family_name": "蓬莱谷", "given_name": "碧羽", "record_key": "form:answer:2"}
    before = normalise_changed(person_table([unsplit]), lists)
    after = normalise_changed(person_table([unsplit, teacher]), lists, before)
    assert before["family_name_normalised"][0].as_py() == "蓬莱"
    assert after["family_name_normalised"][0].as_py() == "蓬莱谷"


def test_only_new_and_changed_records_are_read(lists, person_table, monkeypatch):
    rows = [
        {"family_name": "佐藤", "given_name": "健一", "email": f"p{n}@c.test"} for n in range(50)
    ]
    before = normalise_changed(person_table(rows), lists)
    read = []
    monkeypatch.setattr(
        "identity.changed_records.normalise_person",
        lambda row, *_: read.append(row["record_key"]) or {"record_key": row["record_key"]},
    )
    rows[7] = rows[7] | {"email": "other@c.test"}
    normalise_changed(person_table([*rows, {"full_name": "鈴木 花子"}]), lists, before)
    assert read == ["form:answer:50", "form:answer:7"]


def test_other_lists_read_all_anew(lists, person_table):
    rows = person_table([{"company_name": "みてい", "email": "a@c.test"}])
    before = normalise_changed(rows, lists)
    assert before["company_name_normalised"][0].as_py() is not None
    other = type(lists).of(placeholder_values=["みてい"])
    after = normalise_changed(rows, other, before)
    assert after["company_name_normalised"][0].as_py() is None


def test_only_new_and_changed_companies_are_read(lists, company_table, monkeypatch):
    rows = [{"company_name": f"株式会社松{n}"} for n in range(9)]
    before = normalise_changed_companies(company_table(rows), lists)
    plain = normalise_companies(company_table(rows), lists)
    assert before.select(plain.column_names).equals(plain.sort_by("record_key"))
    read = []

    def reading(companies, lists):
        read.extend(companies["record_key"].to_pylist())
        return normalise_companies(companies, lists)

    monkeypatch.setattr("identity.changed_records.normalise_companies", reading)
    rows[3] = {"company_name": "株式会社竹"}
    after = normalise_changed_companies(company_table(rows), lists, before)
    assert read == ["crm:account:3"]
    assert after["company_name_normalised"][3].as_py() == "竹"
