"""The removal effect of channels, against chances worked out by hand and by walking every path."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

MODEL = (
    Path(__file__).resolve().parents[3]
    / "dbt_project/models/intermediate/attribution/int_attribution_effects_measured.py"
)
Steps = list[tuple[str, str, int]]


@pytest.fixture(scope="module")
def measured() -> ModuleType:
    module = ModuleType("int_attribution_effects_measured")
    exec(compile(MODEL.read_text(encoding="utf-8"), str(MODEL), "exec"), module.__dict__)
    return module


def steps_of(*paths: str) -> Steps:
    """Counted steps of paths such as `web web webinar (won)`."""
    counted: dict[tuple[str, str], int] = {}
    for path in paths:
        states = ["(start)", *path.split()]
        for step in pairwise(states):
            counted[step] = counted.get(step, 0) + 1
    return [(start, target, count) for (start, target), count in counted.items()]


def test_a_channel_counts_by_the_wins_that_fall_away_without_it(measured: ModuleType) -> None:
    """Start to web 2/3, to event 1/3. Web wins by half through webinar; event is always lost."""
    effects = measured.effects_of(steps_of("web webinar (won)", "web (lost)", "event (lost)"))
    assert effects == [
        ("event", pytest.approx(1 / 3), pytest.approx(1 / 3), 0),
        ("web", pytest.approx(1 / 3), 0.0, 500_000_000_000),
        ("webinar", pytest.approx(1 / 3), 0.0, 500_000_000_000),
    ]


def test_shares_follow_the_effects(measured: ModuleType) -> None:
    """Web wins 1 of 2 paths alone and 1 with mail before: without mail half of the wins is left."""
    effects = measured.effects_of(steps_of("web (won)", "email web (won)"))
    assert [(channel, without, part) for channel, _, without, part in effects] == [
        ("email", 0.5, 333_333_333_333),
        ("web", 0.0, 666_666_666_667),
    ]


def test_a_channel_after_itself_is_one_state(measured: ModuleType) -> None:
    """The chain forgets how it came: of three steps from web one stays, one wins and one loses."""
    chances = measured._chances(steps_of("web web (won)", "web (lost)"))
    assert measured.win_chance(chances) == measured.Fraction(1, 2)


@pytest.mark.parametrize("paths", [(), ("web (lost)",), ("web email (lost)", "email (lost)")])
def test_without_a_win_nothing_is_known(measured: ModuleType, paths: tuple[str, ...]) -> None:
    assert measured.effects_of(steps_of(*paths)) == []


def test_order_does_not_matter_and_parts_are_whole(measured: ModuleType) -> None:
    draw = random.Random(7)
    channels = ["web", "webinar", "event", "card", "email"]
    paths = [
        " ".join([*draw.choices(channels, k=draw.randint(1, 9)), draw.choice(["(won)", "(lost)"])])
        for _ in range(400)
    ]
    steps = steps_of(*paths)
    effects = measured.effects_of(steps)
    assert measured.effects_of(sorted(steps, reverse=True)) == effects
    assert sum(part for *_, part in effects) == pytest.approx(measured.WHOLE, abs=5)
    for channel, chance, without, _ in effects:
        assert chance == pytest.approx(walked(steps, None), abs=1e-9)
        assert without == pytest.approx(walked(steps, channel), abs=1e-9)


def walked(steps: Steps, without: str | None) -> float:
    """The chance to win by walking on until next to nobody is on the way."""
    there, won = {"(start)": 1.0}, 0.0
    while sum(there.values()) > 1e-12:
        onward: dict[str, float] = {}
        for state, share in there.items():
            total = sum(count for start, _, count in steps if start == state)
            for _, target, count in (step for step in steps if step[0] == state):
                if target == "(won)":
                    won += share * count / total
                elif target not in ("(lost)", without):
                    onward[target] = onward.get(target, 0.0) + share * count / total
        there = onward
    return won
