"""Which human decision is obeyed: the newest on a pair, the newer ones over a chain."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.decisions import Constraint, Decision, Standing, Verdict, effective
from identity.disjoint_sets import DisjointSets

START = datetime(2026, 9, 4, 6, 0, tzinfo=UTC)
SAME, NOT_SAME, HELD = Verdict.SAME, Verdict.NOT_SAME, Verdict.HELD


def decided(number, one, verdict, other, *, asked=None, by=None, settles=False):
    """The decision of a day, by default the answer to a question of long before."""
    return Decision(
        decision_id=f"d{number}",
        one=one,
        other=other,
        verdict=verdict,
        decided_at=START + timedelta(days=number),
        asked_at=START + timedelta(days=asked) if asked is not None else START,
        decided_by=by,
        settles=settles,
    )


def obeyed(*decisions, present=None):
    """Pairs that must be one, and pairs that must not."""
    constraints = effective(decisions, present).constraints
    return (
        [c.one + c.other for c in constraints if c.is_same],
        [c.one + c.other for c in constraints if not c.is_same],
    )


def overruled(*decisions):
    return {c.overruled.decision_id: c.by for c in effective(decisions).contradictions}


def test_nothing_decided_binds_nothing():
    assert effective([]) == effective([], present=["a"])
    assert effective([]).constraints == ()


def test_same_and_not_the_same_are_obeyed():
    assert obeyed(decided(1, "b", SAME, "a"), decided(2, "c", NOT_SAME, "d")) == (["ab"], ["cd"])


def test_chains_of_same_close():
    assert obeyed(decided(1, "a", SAME, "b"), decided(2, "c", SAME, "b")) == (["ab", "ac"], [])


def test_not_the_same_holds_for_all_that_are_the_same():
    ties, walls = obeyed(
        decided(1, "b", SAME, "c"), decided(2, "c", NOT_SAME, "e"), decided(3, "e", SAME, "d")
    )
    assert (ties, walls) == (["bc", "de"], ["bd"])


def test_what_was_put_off_binds_nobody_and_takes_back_what_was_said():
    decisions = [decided(1, "a", SAME, "b"), decided(9, "a", HELD, "b", asked=7)]
    assert obeyed(*decisions) == ([], [])
    assert effective(decisions).standings == {"d1": Standing.REVISED, "d9": Standing.HELD}


@pytest.mark.parametrize("second_thought", [{"asked": 7}, {"by": "山本"}, {"settles": True}])
def test_a_second_thought_wins_and_is_no_contradiction(second_thought):
    """Asked anew after the first answer, or answered anew by the same person."""
    decisions = [
        decided(1, "a", SAME, "b", by="山本"),
        decided(9, "a", NOT_SAME, "b", **second_thought),
    ]
    assert obeyed(*decisions) == ([], ["ab"])
    assert overruled(*decisions) == {}


@pytest.mark.parametrize("by", [None, "岡本"])
def test_two_answers_to_one_question_are_reported_and_the_newer_wins(by):
    decisions = [decided(1, "a", SAME, "b", by="山本"), decided(2, "b", NOT_SAME, "a", by=by)]
    assert obeyed(*decisions) == ([], ["ab"])
    assert overruled(*decisions) == {"d1": ("d2",)}


def test_the_same_answer_twice_is_no_contradiction():
    decisions = [decided(1, "a", SAME, "b"), decided(2, "b", SAME, "a")]
    assert obeyed(*decisions) == (["ab"], [])
    assert overruled(*decisions) == {}


def test_an_older_not_the_same_gives_way_to_a_newer_chain():
    decisions = [
        decided(1, "a", NOT_SAME, "c"), decided(2, "a", SAME, "b"), decided(3, "b", SAME, "c"),
    ]  # fmt: skip
    assert obeyed(*decisions) == (["ab", "ac"], [])
    assert overruled(*decisions) == {"d1": ("d2", "d3")}


def test_an_older_link_of_a_chain_gives_way_to_a_newer_not_the_same():
    decisions = [
        decided(1, "a", SAME, "b"), decided(2, "b", SAME, "c"), decided(3, "a", NOT_SAME, "c"),
    ]  # fmt: skip
    assert obeyed(*decisions) == (["bc"], ["ab"])
    assert overruled(*decisions) == {"d1": ("d3", "d2")}


def test_settling_a_contradiction_ends_it():
    decisions = [
        decided(1, "a", NOT_SAME, "c"), decided(2, "a", SAME, "b"), decided(3, "b", SAME, "c"),
        decided(9, "a", SAME, "c", settles=True),
    ]  # fmt: skip
    assert obeyed(*decisions) == (["ab", "ac"], [])
    assert overruled(*decisions) == {}


def test_a_record_is_never_another_than_itself():
    assert obeyed(decided(1, "a", NOT_SAME, "a")) == ([], [])
    assert overruled(decided(1, "a", NOT_SAME, "a")) == {"d1": ()}


def test_decisions_about_records_that_are_gone_sleep_and_wake():
    decisions = [decided(1, "a", SAME, "b"), decided(2, "c", NOT_SAME, "d")]
    assert obeyed(*decisions, present={"a", "c", "d"}) == ([], ["cd"])
    assert obeyed(*decisions, present={"a"}) == ([], [])
    assert obeyed(*decisions, present={"a", "b"}) == (["ab"], [])


def test_what_a_missing_record_tied_together_stays_together():
    decisions = [
        decided(1, "a", SAME, "b"), decided(2, "b", SAME, "c"), decided(3, "b", NOT_SAME, "d"),
    ]  # fmt: skip
    assert obeyed(*decisions, present={"a", "c", "d"}) == (["ac"], ["ad"])


KEYS = st.sampled_from("abcdefg")
DECISIONS = st.lists(
    st.builds(
        Decision,
        decision_id=st.uuids().map(str),
        one=KEYS,
        other=KEYS,
        verdict=st.sampled_from(Verdict),
        decided_at=st.integers(0, 6).map(lambda days: START + timedelta(days=days)),
        asked_at=st.none() | st.integers(-3, 6).map(lambda days: START + timedelta(days=days)),
        decided_by=st.sampled_from([None, "山本", "岡本"]),
        settles=st.booleans(),
    ),
    max_size=14,
    unique_by=lambda decision: decision.decision_id,
)


def sets_of(constraints):
    sets = DisjointSets()
    for constraint in constraints:
        if constraint.is_same:
            sets.union(constraint.one, constraint.other)
    return sets


@settings(max_examples=300, deadline=None)
@given(DECISIONS, st.randoms())
def test_the_order_in_which_decisions_come_does_not_matter(decisions, chance):
    shuffled = decisions[:]
    chance.shuffle(shuffled)
    assert effective(shuffled) == effective(decisions)


@settings(max_examples=300, deadline=None)
@given(DECISIONS)
def test_every_decision_holds_unless_a_newer_one_overrules_it_and_that_is_told(decisions):
    outcome = effective(decisions)
    sets = sets_of(outcome.constraints)
    apart = {
        frozenset((sets.find(c.one), sets.find(c.other)))
        for c in outcome.constraints if not c.is_same
    }  # fmt: skip
    told = {c.overruled.decision_id: c.by for c in outcome.contradictions}
    ages = {d.decision_id: d.age for d in decisions}
    for decision in decisions:
        ends = frozenset((sets.find(decision.one), sets.find(decision.other)))
        standing = outcome.standings[decision.decision_id]
        if standing is Standing.HOLDS:
            assert len(ends) == 1 if decision.verdict is SAME else ends in apart
        elif standing is Standing.OVERRULED:
            assert all(ages[by] > decision.age for by in told[decision.decision_id])
            assert decision.one == decision.other or told[decision.decision_id]
        else:
            newer = [d for d in decisions if d.pair == decision.pair and d.age > decision.age]
            assert newer or decision.verdict is HELD
    assert {k for k, s in outcome.standings.items() if s is Standing.OVERRULED} == set(told)


@settings(max_examples=300, deadline=None)
@given(DECISIONS)
def test_what_is_obeyed_never_contradicts_itself(decisions):
    constraints = effective(decisions).constraints
    sets = sets_of(constraints)
    assert all(sets.find(c.one) != sets.find(c.other) for c in constraints if not c.is_same)
    assert len({(c.one, c.other) for c in constraints}) == len(constraints)


@settings(max_examples=200, deadline=None)
@given(DECISIONS, st.sets(KEYS))
def test_missing_records_change_nothing_between_those_that_are_there(decisions, present):
    whole, part = effective(decisions), effective(decisions, present)
    whole_sets, part_sets = sets_of(whole.constraints), sets_of(part.constraints)
    for one in present:
        for other in present:
            assert (whole_sets.find(one) == whole_sets.find(other)) == (
                part_sets.find(one) == part_sets.find(other)
            )
    assert {key for c in part.constraints for key in (c.one, c.other)} <= present
    assert whole.standings == part.standings


def test_ten_thousand_decisions_in_one_chain_are_quick():
    decisions = [
        Decision(f"d{n}", f"r{n:05}", f"r{n + 1:05}", SAME, START, START) for n in range(10_000)
    ]
    (wall,) = [Decision("w", "r00000", "r10000", NOT_SAME, START - timedelta(days=1), START)]
    outcome = effective([*decisions, wall])
    assert len(outcome.constraints) == 10_000
    assert len(outcome.contradictions[0].by) == 10_000
    assert outcome.constraints[0] == Constraint("r00000", "r00001", is_same=True)
