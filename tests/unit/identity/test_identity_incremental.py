"""New and changed records only: the outcome is the same as that of a full run."""

import os
import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from identity import earlier_run
from identity.blocking import find_meetings
from identity.changed_records import normalise_changed, normalise_changed_companies
from identity.constraints import never_folded
from identity.decisions import Decision, Verdict, effective
from identity.earlier_run import code_fingerprint
from identity.employers import cluster_companies, find_employers
from identity.normalised_records import normalise_companies, normalise_persons
from identity.person_matching import match_persons
from identity.person_nodes import find_nodes
from identity.resolution import give_ids, person_links
from identity.splink_model import compare_pairs

SEEDS = range(int(os.environ.get("KAKEHASHI_INCREMENTAL_SEEDS", "4")))
START = datetime(2026, 4, 1, tzinfo=UTC)
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

    def __init__(self, persons, companies, lists, before=None, registry=None, constraints=()):
        self.normalised = normalise_changed(persons, lists, before and before.normalised)
        self.of_companies = normalise_changed_companies(
            companies, lists, before and before.of_companies
        )
        records = (persons, self.normalised, companies, self.of_companies)
        self.clusters = cluster_companies(*records, constraints, before and before.clusters)
        self.employers = find_employers(*records, self.clusters)
        self.nodes = find_nodes(
            self.normalised, self.employers, never_folded(constraints), before and before.nodes
        )
        self.meetings = find_meetings(self.nodes, before and before.meetings)
        self.pairs = match_persons(
            self.nodes, person_links(persons), constraints, before and before.pairs, self.meetings
        )
        self.ids = give_ids(persons, companies, self.employers, self.nodes, self.pairs, registry)

    def tables(self):
        return vars(self)


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


def linked(chance, rows, companies):
    """The records with what their sources state of others, some of which are not there."""
    keys = [row["record_key"] for row in rows] + ["form:answer:gone"]
    accounts = [row["record_key"] for row in companies] + ["crm:account:gone"]
    stated = {"converted_to_key": keys, "merged_into_key": keys, "company_key": accounts,
              "converted_account_key": accounts}  # fmt: skip
    return [
        row | {name: chance.choice(among) for name, among in stated.items()
               if chance.random() < 0.12 and row["record_key"] not in among[:1]}
        for row in rows
    ]  # fmt: skip


def random_company(chance, number):
    """A company record, most of it missing."""
    more = {
        "corporate_number": chance.choice(["7000012050002", "2000012010019"]),
        "domain": f"c{chance.randrange(3)}.test",
        "phone": f"03-0000-000{chance.randrange(4)}",
        "prefecture": chance.choice(["東京都", "大阪府"]),
        "merged_into_key": f"crm:account:{chance.randrange(6)}",
    }
    kept = {key: value for key, value in more.items() if chance.random() < 0.4}
    name = f"株式会社{chance.choice('松竹梅')}{chance.choice(['商店', '商事', '東日本商店'])}"
    return {"record_key": f"crm:account:{number}", "company_name": name, "created_at": None} | kept


def random_decisions(chance, rows, companies):
    """What people decided about records and about companies, some of which are gone."""
    keys = [[row["record_key"] for row in held] for held in (rows, companies)]
    return effective(
        Decision(f"d{at}", *sorted(chance.sample(among, 2)),
                 chance.choice([Verdict.SAME, Verdict.NOT_SAME]), START + timedelta(hours=at))
        for at, among in enumerate(chance.choices(keys, k=chance.randrange(6)))
        if len(among) > 1
    ).constraints  # fmt: skip


@pytest.fixture(name="narrow_limits")
def _narrow_limits(monkeypatch):
    """Limits that a few dozen records cross."""
    monkeypatch.setattr("identity.blocking.BLOCK_LIMIT", 4)
    monkeypatch.setattr("identity.person_nodes.NAMES_PER_MAILBOX", 2)
    monkeypatch.setattr("identity.person_components.LARGEST_TANGLE", 5)
    monkeypatch.setattr("identity.scores.SMALL_SAMPLE", 4)
    monkeypatch.setattr("identity.scores._COUNTED_SINGLY", 3)


@pytest.mark.parametrize("limits", ["the limits", "narrow limits"])
@pytest.mark.parametrize("seed", SEEDS)
def test_any_sequence_of_changes_gives_what_a_full_run_gives(
    seed, limits, request, lists, person_table, company_table
):
    if limits == "narrow limits":
        request.getfixturevalue("narrow_limits")
    chance = random.Random(seed)
    rows = [random_record(chance, number) for number in range(30)]
    companies = [random_company(chance, number) for number in range(5)]
    before, registry = None, REGISTRY_SCHEMA.empty_table()
    for step in range(4):
        persons = person_table(linked(random.Random(seed + step // 2), rows, companies))
        of_companies = company_table(companies)
        decisions = random_decisions(chance, rows, companies)
        full = Run(persons, of_companies, lists, None, registry, decisions)
        incremental = Run(persons, of_companies, lists, before, registry, decisions)
        for name, expected in full.tables().items():
            assert incremental.tables()[name].equals(expected), name
        registry = registry_after(full.ids, registry)
        before, rows = incremental, changed(chance, rows, step)
        companies = [row for row in companies if chance.random() > 0.2]
        companies = [*companies, random_company(chance, 5 + step)]


SATO = {"family_name": "佐藤", "given_name": "健一", "email": "sato@c0.test"}
SUZUKI = {"family_name": "鈴木", "given_name": "花子", "email": "sato@c0.test"}
HOME = {"company_name": "株式会社松商店", "email": "sato.kenichi@c0.test"}
CROWD = [SATO | {"mobile": f"090-0000-000{n}", "phone": f"03-0000-000{n}"} for n in range(7)]
# what was there before, and what is there now
CHANGES = {
    "a mailbox comes under another name": ([SATO, SATO | HOME], [SATO, SATO | HOME, SUZUKI]),
    "a mailbox is nobody else's any more": ([SATO, SUZUKI, HOME], [SATO, HOME]),
    "a mailbox comes under too many names": (
        [SATO, SATO | {"family_name": "佐東"}],
        [SATO, SATO | {"family_name": "佐東"}, SATO | {"family_name": "左藤"}],
    ),
    "a block becomes too large": (CROWD[:4], CROWD[:6]),
    "a block becomes small enough": (CROWD[:6], CROWD[:4]),
    "a node leaves a large block": (CROWD, CROWD[:2] + CROWD[3:]),
    "a name becomes frequent": (
        [SATO, SATO | HOME],
        [SATO, SATO | HOME, *(SATO | {"email": f"sato@d{n}.test"} for n in range(12))],
    ),
    "the record that stands for its equals goes": ([SATO, SATO, SATO, HOME], [SATO, SATO, HOME]),
    "an equal record comes before the others": ([HOME, SATO, SATO], [SATO, SATO, SATO]),
    "the only one with the name of a domain goes": ([HOME, HOME | {"company_name": None}],
                                                    [HOME | {"company_name": None}]),
    "all go": ([SATO, HOME], []),
    "all come": ([], [SATO, HOME]),
}  # fmt: skip


@pytest.mark.usefixtures("narrow_limits")
@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("goes", ["first", "last"])
def test_a_change_gives_what_a_full_run_gives(case, goes, lists, person_table, company_table):
    earlier, today = CHANGES[case]
    number = len(earlier) - len(today) if goes == "first" and len(earlier) > len(today) else 0
    keys = [{"record_key": f"form:answer:{at:03d}"} for at in range(40)]
    before = [row | key for row, key in zip(earlier, keys, strict=False)]
    after = [row | key for row, key in zip(today, keys[number:], strict=False)]
    companies = company_table([{"company_name": "株式会社松商店", "domain": "c0.test"}])
    held = Run(person_table(before), companies, lists)
    full = Run(person_table(after), companies, lists)
    incremental = Run(person_table(after), companies, lists, held)
    for name, expected in full.tables().items():
        assert incremental.tables()[name].equals(expected), name


def test_only_pairs_with_a_changed_record_are_compared(
    lists, person_table, company_table, monkeypatch
):
    rows = [SATO | {"mobile": f"090-0000-00{n:02d}"} for n in range(20)]
    companies = company_table([])
    before = Run(person_table(rows), companies, lists)
    compared = []

    def counting(con, pairs, found):
        compared.extend(con.execute(f"select one, other from {pairs}").fetchall())
        return compare_pairs(con, pairs, found)

    monkeypatch.setattr("identity.person_matching.compare_pairs", counting)
    Run(person_table(rows), companies, lists, before)
    assert not compared
    rows[7] = rows[7] | {"mobile": "090-0000-0099"}
    after = Run(person_table(rows), companies, lists, before)
    # form:answer:7 is the eighteenth by its key
    assert len(compared) == 19 and all(17 in pair for pair in compared)
    assert after.pairs.num_rows == before.pairs.num_rows == 190


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


@pytest.mark.parametrize("changed_file", ["weights/person_model.json", "data/surnames.csv", "x.py"])
def test_rows_of_other_code_names_or_weights_are_not_taken_over(
    changed_file, tmp_path, monkeypatch
):
    before = code_fingerprint.__wrapped__()
    copied = tmp_path / "identity"
    shutil.copytree(Path(earlier_run.__file__).parent, copied)
    monkeypatch.setattr("identity.earlier_run.resources.files", lambda _: copied)
    assert code_fingerprint.__wrapped__() == before
    with (copied / changed_file).open("a") as file:
        file.write("\n")
    assert code_fingerprint.__wrapped__() != before
