"""The public register of corporations: renamed, absorbed, unique by name and place, no help."""

import csv
import io
from datetime import UTC, datetime
from itertools import combinations
from types import SimpleNamespace

import pyarrow as pa
import pytest

from identity.company_register import EVENT_COLUMNS, find_corporations
from identity.employers import cluster_companies, find_employers
from identity.normalised_records import normalise_companies, normalise_persons
from sandbox.world.building import build_world
from tests.benchmarks.world_records import company_records, person_records

ONE, OTHER, THIRD = "5990000000012", "2990000000023", "7000012050002"
COMPANY = "hubspot:company:"


def event(
    number, name, prefecture="東京都", process="01", day="2015-10-05", heir=None, closed=None
):
    return dict(zip(EVENT_COLUMNS, (number, process, day, name, prefecture, closed, heir),
                    strict=True))  # fmt: skip


def register(*events, numbers=(), cores=()):
    schema = pa.schema([(name, pa.string()) for name in EVENT_COLUMNS])
    batches = pa.Table.from_pylist(list(events), schema).to_batches(max_chunksize=2)
    return find_corporations(lambda: iter(batches), set(numbers), set(cores))


@pytest.fixture(name="joined")
def _joined(person_table, company_table, lists):
    def clusters(companies, known=None):
        records = [{"record_key": f"{COMPANY}{at}", **row} for at, row in enumerate(companies)]
        table, nobody = company_table(records), person_table([])
        rows = cluster_companies(
            nobody, normalise_persons(nobody, lists), table, normalise_companies(table, lists),
            register=known,
        ).to_pylist()  # fmt: skip
        of = {row["key"].removeprefix(COMPANY): row for row in rows}
        return [of[str(at)] for at in range(len(companies))]

    return clusters


def are_one(rows):
    return len({row["cluster"] for row in rows}) == 1


RENAMED = [
    event(ONE, "株式会社架橋"),
    event(ONE, "松風株式会社", process="11", day="2026-04-01"),
]


def test_a_renamed_company_is_one_with_its_earlier_name(joined):
    companies = [
        {"company_name": "松風㈱", "prefecture": "東京都"},
        {"company_name": "(株)架橋", "prefecture": "東京都"},
    ]
    known = register(*RENAMED, cores={"松風", "架橋"})
    assert not are_one(joined(companies))
    rows = joined(companies, known)
    assert are_one(rows)
    assert {row["reason"] for row in rows} == {"国税庁の法人番号情報で同一"}


def test_a_typed_number_meets_the_name_that_the_register_knows(joined):
    companies = [
        {"company_name": "カケハシ", "corporate_number": ONE},
        {"company_name": "松風", "prefecture": "東京都"},
    ]
    assert are_one(joined(companies, register(*RENAMED, numbers={ONE}, cores={"松風"})))


def test_an_absorbed_company_is_the_one_that_took_it_over(joined):
    companies = [
        {"company_name": "株式会社架橋", "corporate_number": ONE, "prefecture": "東京都"},
        {"company_name": "松風株式会社", "corporate_number": OTHER, "prefecture": "大阪府"},
    ]
    known = register(
        event(ONE, "株式会社架橋", process="71", heir=THIRD, closed="2026-04-01"),
        event(THIRD, "中継株式会社", process="21", heir=OTHER, closed="2026-05-01"),
        event(OTHER, "松風株式会社", "大阪府"),
        numbers={ONE, OTHER},
    )
    assert not are_one(joined(companies))
    assert are_one(joined(companies, known))


def test_a_merger_that_was_void_joins_nobody(joined):
    companies = [{"corporate_number": ONE, "company_name": "架橋"},
                 {"corporate_number": OTHER, "company_name": "松風"}]  # fmt: skip
    known = register(
        event(ONE, "株式会社架橋", process="71", heir=OTHER),
        event(ONE, "株式会社架橋", process="72", day="2026-05-01", heir=OTHER),
        event(OTHER, "松風株式会社"),
        numbers={ONE, OTHER},
    )
    assert not are_one(joined(companies, known))


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(
            [event(ONE, "株式会社架橋"), event(OTHER, "株式会社架橋")], id="two of a name"
        ),
        pytest.param([event(ONE, "株式会社架橋", "大阪府")], id="elsewhere"),
        pytest.param([event(ONE, "有限会社架橋")], id="another legal form"),
        pytest.param([event(ONE, "架橋物流株式会社")], id="a longer name"),
        pytest.param(
            [
                event(ONE, "株式会社架橋"),
                event(ONE, "株式会社架橋", process="99", day="2026-04-01"),
            ],
            id="taken back",
        ),
    ],
)
def test_a_name_that_is_not_unique_in_its_place_finds_no_number(joined, events):
    companies = [
        {"company_name": "カケハシ", "corporate_number": ONE},
        {"company_name": "株式会社架橋", "prefecture": "東京都"},
    ]
    assert not are_one(joined(companies, register(*events, numbers={ONE}, cores={"架橋"})))


def test_who_goes_by_a_name_today_comes_before_who_once_did(joined):
    companies = [
        {"company_name": "株式会社架橋", "prefecture": "東京都"},
        {"company_name": "ゲンザイ", "corporate_number": OTHER},
    ]
    known = register(
        *RENAMED, event(OTHER, "株式会社架橋", day="2026-05-01"), numbers={OTHER}, cores={"架橋"}
    )
    assert are_one(joined(companies, known))


def test_an_empty_register_changes_nothing(joined):
    companies = [
        {"company_name": "株式会社架橋", "corporate_number": ONE, "domain": "kakehashi.test"},
        {"company_name": "架橋", "domain": "kakehashi.test"},
        {"company_name": "松風", "prefecture": "東京都"},
    ]
    assert joined(companies, register()) == joined(companies)


@pytest.mark.parametrize(
    ("registered", "core"),
    [
        ("株式会社髙橋商店", "高橋商店"),
        ("キャノン・ワークス株式会社", "キヤノンワクス"),
        ("株式会社ＡＢＣ", "abc"),
        ("医療法人社団青空会", "青空会"),
        ("一般社団法人架橋協会", "架橋協会"),
        ("株式会社セブン‐イレブン", "セブンイレブン"),
        ("合同会社Ａ＆Ｂ", "a&b"),
    ],
)
def test_a_registered_name_is_found_however_records_write_it(registered, core):
    found = register(event(ONE, registered), cores={core}).to_pylist()
    assert [(row["corporate_number"], row["core"]) for row in found] == [(ONE, core)]


def test_only_corporations_that_records_speak_of_are_kept():
    strangers = [event(f"{n:013d}", f"株式会社他社{n}") for n in range(50)]
    found = register(*strangers, *RENAMED, cores={"松風"}).to_pylist()
    assert {row["corporate_number"] for row in found} == {ONE}
    assert {(row["core"], row["is_current"]) for row in found} == {("架橋", False), ("松風", True)}


def _landed(content):
    """The rows of a file of the agency as staging shows them."""
    places = {"corporate_number": 1, "process": 2, "updated_on": 4, "company_name": 6,
              "prefecture": 9, "closed_on": 18, "successor_corporate_number": 20}  # fmt: skip
    rows = csv.reader(io.StringIO(content.decode()))
    return [{name: row[at] or None for name, at in places.items()} for row in rows]


def test_the_register_of_a_made_up_world_mixes_nothing_and_loses_nothing(lists):
    """Measured against the answer key: companies stay pure, and none falls apart."""
    world = build_world(people=300, seed=17, now=datetime(2026, 10, 2, 5, 30, tzinfo=UTC))
    truth = {
        f"{row['source_system']}:{row['source_object']}:{row['source_id']}": row["company"]
        for row in world.answer_key
    }
    persons, companies = person_records(world), company_records(world)
    records = (persons, normalise_persons(persons, lists),
               companies, normalise_companies(companies, lists))  # fmt: skip
    cores = {core for table in (records[1], records[3])
             for core in table["company_name_normalised"].to_pylist() if core}  # fmt: skip
    known = register(*_landed(world.register), cores=cores)
    assert known.num_rows > 30
    bare, helped = (
        _company_pairs(find_employers(*records, cluster_companies(*records, register=given)), truth)
        for given in (None, known)
    )
    assert helped.wrong <= bare.wrong
    assert helped.right >= bare.right > 30, (bare, helped)


def _company_pairs(employers, truth):
    """Pairs of records that were put into one company, rightly or wrongly."""
    right, wrong = 0, 0
    clusters = {}
    for row in employers.to_pylist():
        if row["is_company_record"] and truth.get(row["record_key"]):
            clusters.setdefault(row["cluster"], []).append(truth[row["record_key"]])
    for members in clusters.values():
        for one, other in combinations(members, 2):
            right, wrong = right + (one == other), wrong + (one != other)
    return SimpleNamespace(right=right, wrong=wrong)
