"""What people decided holds over every tie, link and veto, and through other records."""

import random
from itertools import combinations

import pytest

from identity.decisions import Constraint

YAMADA = {"family_name": "山田", "given_name": "太郎", "email": "taro.yamada@kakehashi.test"}
SUZUKI = {"family_name": "鈴木", "given_name": "花子", "email": "hanako.suzuki@matsukaze.test"}


def key(number):
    return f"form:answer:{number}"


def same(a, b):
    return Constraint(key(a), key(b), is_same=True)


def not_same(a, b):
    return Constraint(key(a), key(b), is_same=False)


def test_the_same_joins_what_nothing_ties(together):
    assert together([YAMADA, SUZUKI], constraints=[same(0, 1)]) == [["0", "1"]]


def test_the_same_brings_along_all_that_is_tied_to_either(together):
    rows = [YAMADA, SUZUKI, {**YAMADA, "title": "部長"}, {**SUZUKI, "mobile": "090-0000-1234"}]
    assert together(rows, constraints=[same(0, 3)]) == [["0", "1", "2", "3"]]


def test_not_the_same_holds_equal_records_apart(together):
    assert together([YAMADA, YAMADA], constraints=[not_same(0, 1)]) == []


def test_not_the_same_is_not_chained_over(together):
    rows = [YAMADA, {**YAMADA, "mobile": "090-0000-1234"}, {**YAMADA, "title": "部長"}]
    groups = together(rows, constraints=[not_same(0, 1)])
    assert len(groups) == 1 and not {"0", "1"} <= set(groups[0])


def test_not_the_same_outranks_a_link_of_the_source(together):
    lead = {
        "record_key": "salesforce:lead:1",
        "converted_to_key": "salesforce:contact:2",
        **YAMADA,
    }
    contact = {"record_key": "salesforce:contact:2", **YAMADA}
    apart = Constraint("salesforce:lead:1", "salesforce:contact:2", is_same=False)
    assert together([lead, contact], constraints=[apart]) == []


def test_of_two_contradicting_decisions_the_newer_holds(together):
    rows = [YAMADA, SUZUKI]
    assert together(rows, constraints=[not_same(0, 1), same(0, 1)]) == [["0", "1"]]
    assert together(rows, constraints=[same(0, 1), not_same(0, 1)]) == []


def test_of_decisions_that_contradict_through_a_third_record_the_oldest_yields(together):
    rows = [YAMADA, SUZUKI, {"full_name": "高橋 誠"}]
    decided = [same(0, 1), same(1, 2), not_same(0, 2)]
    assert together(rows, constraints=decided) == [["1", "2"]]


def test_a_decision_about_a_record_that_is_gone_is_no_matter(together):
    rows = [YAMADA, YAMADA]
    assert together(rows, constraints=[same(0, 7), not_same(1, 8)]) == [["0", "1"]]


def test_the_reason_names_the_decision(resolve):
    rows = resolve([YAMADA, SUZUKI], constraints=[same(0, 1)])
    reasons = {row["match_reason"] for row in rows if row["entity"] == "person"}
    assert reasons == {"人の判断(同一)"}


def test_companies_of_two_corporate_numbers_are_one_if_people_say_so(together):
    companies = [
        {"company_name": "株式会社架橋", "corporate_number": "7000012050002"},
        {"company_name": "株式会社松風", "corporate_number": "2000012010019"},
        {"company_name": "架橋", "corporate_number": "7000012050002"},
    ]
    decided = [Constraint("crm:account:0", "crm:account:1", is_same=True)]
    assert together([], companies, "account", decided) == [["0", "1", "2"]]


def test_companies_told_apart_stay_apart_through_a_third(together):
    company = {"company_name": "株式会社架橋", "website": "https://kakehashi.test"}
    decided = [Constraint("crm:account:0", "crm:account:1", is_same=False)]
    groups = together([], [company, company, company], "account", decided)
    assert len(groups) == 1 and not {"0", "1"} <= set(groups[0])


@pytest.mark.parametrize("seed", range(8))
def test_decisions_always_hold(seed, resolve):
    """Random records, ties and decisions: whatever is not contradicted by newer ones holds."""
    chance = random.Random(seed)
    people = [
        {"family_name": f, "given_name": g, "email": f"{m}@kakehashi.test"}
        for f, g, m in [("山田", "太郎", "a"), ("山田", "花子", "b"), ("鈴木", "誠", "c")]
    ]
    rows = [chance.choice(people) | {"title": str(n)} for n in range(12)]
    pairs = chance.sample(list(combinations(range(12), 2)), 10)
    decided = [chance.choice((same, not_same))(a, b) for a, b in pairs]
    found = {
        row["record_key"]: row["resolved_id"]
        for row in resolve(rows, constraints=decided)
        if row["entity"] == "person"
    }
    for constraint in _uncontradicted(decided):
        one, other = found[constraint.one], found[constraint.other]
        assert (one == other) == constraint.is_same


def _uncontradicted(decided):
    """Newest first, those that fit what was taken before; slow and obvious."""
    groups, apart, kept = {}, [], []
    for c in reversed(decided):
        a = groups.setdefault(c.one, {c.one})
        b = groups.setdefault(c.other, {c.other})
        opposed = any({x, y} & a and {x, y} & b for x, y in apart if not {x, y} <= a)
        if c.is_same and a is not b and opposed:
            continue
        if not c.is_same and a is b:
            continue
        kept.append(c)
        if not c.is_same:
            apart.append((c.one, c.other))
        elif a is not b:
            a |= b
            for member in b:
                groups[member] = a
    return kept
