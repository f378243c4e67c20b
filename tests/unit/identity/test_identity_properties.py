"""What must hold for any records: order, growth, crowds and garbage."""

import random
import time
from collections import Counter

import pyarrow as pa
import pytest

SURNAMES = ["佐藤", "鈴木", "高橋", "田中", "渡辺", "山本", "中村", "小林", "加藤", "吉田"]
GIVEN = ["健一", "太郎", "花子", "裕子", "誠", "直樹", "美香", "智子", "大輔", "翔太"]


def crowd(size, seed=5):
    """People with two or three records each and every kind of tie, some of them hard cases."""
    chance = random.Random(seed)
    rows = []
    for number in range(size):
        family, given = chance.choice(SURNAMES), chance.choice(GIVEN)
        company = f"株式会社{chance.choice('松竹梅鶴亀')}商店"
        person = {
            "family_name": family,
            "given_name": given,
            "company_name": company,
            "email": f"p{number % (size * 3 // 4)}@c{number % 7}.test",
            "mobile": f"090-0000-{number:04d}",
            "phone": f"03-0000-{number % 5:04d}",
        }
        for _ in range(chance.randint(1, 3)):
            kept = {key: value for key, value in person.items() if chance.random() < 0.7}
            rows.append(kept | {"record_key": f"form:answer:{len(rows):04d}"})
    return rows


def ids(rows):
    return {(row["entity"], row["record_key"]): row["resolved_id"] for row in rows}


def remembered(rows):
    """What the registry holds after a run."""
    return pa.table(
        {
            "entity": [row["entity"] for row in rows],
            "record_key": [row["record_key"] for row in rows],
            "resolved_id": [row["resolved_id"] for row in rows],
            "first_seen_at": pa.array([0] * len(rows), pa.timestamp("us", tz="UTC")),
        }
    )


def dated(rows):
    """A fixed created_at for each record, whatever place it stands in."""
    return [
        row | {"created_at": 1_775_000_000_000_000 + int(row["record_key"][-4:])} for row in rows
    ]


def test_a_dozen_input_orders_give_one_id_map(resolve):
    rows = dated(crowd(40))
    companies = [{"company_name": "株式会社松商店", "domain": "c0.test", "created_at": 0}]
    expected = ids(resolve(rows, companies))
    for seed in range(12):
        shuffled = rows[:]
        random.Random(seed).shuffle(shuffled)
        assert ids(resolve(shuffled, companies)) == expected


def in_its_own_world(row, copy):
    """The row with contacts, company and key that no other copy has."""
    contacts = {
        key: row[key].replace(".test", f"-{copy}.test").replace("-0000-", f"-{copy:04d}-")
        for key in ("email", "mobile", "phone")
        if key in row
    }
    company = {"company_name": row["company_name"] + f"第{copy}"} if "company_name" in row else {}
    return row | contacts | company | {"record_key": f"form:answer:{copy}-{row['record_key'][-4:]}"}


def test_two_hundred_input_orders_give_one_map(resolve):
    """Each order is a copy of the crowd in one run; whoever is one in a copy is one in all."""
    rows = dated(crowd(25))
    copies = []
    for copy in range(200):
        shuffled = [in_its_own_world(row, copy) for row in rows]
        random.Random(copy).shuffle(shuffled)
        copies += shuffled
    partitions = {}
    for row in resolve(copies):
        copy, _, record = row["source_id"].partition("-")
        if row["entity"] == "person":
            people = partitions.setdefault(copy, {})
            people.setdefault(row["resolved_id"], []).append((record, row["is_anchor"]))
    found = {tuple(sorted(map(tuple, people.values()))) for people in partitions.values()}
    assert len(partitions) == 200 and len(found) == 1


def test_no_person_has_two_given_names_whatever_chains_them(resolve):
    """Shared mailboxes, mobiles, phones and nameless records link the crowd in every way."""
    rows = dated(crowd(400))
    given = {row["record_key"]: row.get("given_name") for row in rows}
    people = {}
    for row in resolve(rows):
        if row["entity"] == "person" and given[row["record_key"]]:
            people.setdefault(row["resolved_id"], set()).add(given[row["record_key"]])
    assert max(len(names) for names in people.values()) == 1
    assert len(people) > 100


def groups(id_map):
    """id → its records."""
    members = {}
    for key, resolved in id_map.items():
        members.setdefault(resolved, set()).add(key)
    return members


@pytest.mark.parametrize("step", [2, 3, 5])
def test_adding_records_renames_nobody(step, resolve):
    """Whoever still consists of the same known records keeps the id; nobody new gets a used one."""
    rows = dated(crowd(60))
    first = resolve(rows[::step])
    second = resolve(rows, registry=remembered(first))
    before, after = groups(ids(first)), groups(ids(second))
    known = {key for members in before.values() for key in members}
    old_id = {frozenset(members & known): old for old, members in before.items()}
    for new, members in after.items():
        same = old_id.get(frozenset(members & known))
        assert same is None or same == new
        assert new not in before or members & before[new]


def test_a_second_run_over_the_same_records_changes_nothing(resolve):
    rows = dated(crowd(30))
    first = resolve(rows)
    second = resolve(rows, registry=remembered(first))
    assert ids(first) == ids(second)
    assert all(row["redirect_reason"] is None for row in second)


CROWDS = {
    "one mail, many names": lambda n: {"email": "a@c.test", **name(n)},
    "one mail, no names": lambda n: {"email": "a@c.test", "company_name": f"会社{n}"},
    "one phone, many names": lambda n: {"phone": "03-0000-1234", **name(n)},
    "one mobile, many names": lambda n: {"mobile": "090-0000-1234", **name(n)},
    "one name, many mails": lambda n: {"full_name": "佐藤 健", "email": f"m{n}@c{n}.test"},
    "one name in one company": lambda n: {
        "full_name": "佐藤 健",
        "company_name": "株式会社松",
        "email": f"m{n}@c.test",
    },
    "one surname, one phone": lambda n: {"full_name": "佐藤", "phone": "03-0000-1234"},
}


def name(number):
    """A name that no other number has: two kanji count up to 10,000."""
    given = chr(0x4E00 + number % 70) + chr(0x6000 + number // 70)
    return {"family_name": SURNAMES[number % 10], "given_name": given}


@pytest.mark.parametrize("crowd_name", CROWDS)
def test_a_crowd_around_one_value_stays_quick_and_forms_no_giant(crowd_name, resolve):
    started = time.monotonic()
    rows = resolve([CROWDS[crowd_name](number) for number in range(10_000)])
    sizes = Counter(row["resolved_id"] for row in rows if row["entity"] == "person")
    assert max(sizes.values()) <= 20
    assert time.monotonic() - started < 60


def test_a_chain_of_3000_nameless_contacts_is_nobody(resolve):
    """Each shares its mail with the one before and its mobile with the one after."""
    rows = resolve(
        {"email": f"k{n // 2}@c.test", "mobile": f"090-{(n + 1) // 2:04d}-0000"}
        for n in range(3000)
    )
    assert len({row["resolved_id"] for row in rows if row["entity"] == "person"}) == 3000


def test_one_mailbox_and_name_with_10000_phones_is_one_person_still(resolve):
    """The pairs of an oversized block are capped, those that evidence ties are not lost."""
    started = time.monotonic()
    rows = resolve(
        {
            "full_name": "佐藤 健",
            "email": "a@c.test",
            "phone": f"03-{n // 10000:04d}-{n % 10000:04d}",
        }
        for n in range(10_000)
    )
    assert len({row["resolved_id"] for row in rows if row["entity"] == "person"}) == 1
    assert time.monotonic() - started < 60


def test_a_form_sent_10000_times_is_one_person(resolve):
    rows = resolve([{"full_name": "佐藤 健", "email": "a@c.test"} for _ in range(10_000)])
    assert len({row["resolved_id"] for row in rows if row["entity"] == "person"}) == 1


def test_garbage_is_survived(resolve):
    chance = random.Random(9)
    columns = (
        "full_name",
        "family_name",
        "given_name",
        "full_name_reading",
        "email",
        "phone",
        "mobile",
        "company_name",
        "corporate_number",
        "website",
        "postal_code",
        "prefecture",
        "address",
        "merged_into_key",
        "company_key",
    )

    def text():
        return "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(60)))

    rows = resolve([{column: text() for column in columns} for _ in range(300)])
    assert len({row["record_key"] for row in rows if row["entity"] == "person"}) == 300


def test_gigantic_values_and_control_characters_are_survived(resolve):
    rows = resolve(
        [
            {"full_name": "山" * 1_000_000, "email": "a" * 1_000_000 + "@b.test"},
            {"full_name": "\x00\x01山田\u200b 太郎\n", "email": "\ttaro@b.test\x07"},
            {"full_name": "山田太郎", "email": "taro@b.test"},
        ]
    )
    people = {row["record_key"]: row["resolved_id"] for row in rows if row["entity"] == "person"}
    assert people["form:answer:1"] == people["form:answer:2"]
