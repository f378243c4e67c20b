"""The lifecycle of a made-up world, recomputed in plain Python from definitions.md alone.

tests/by_hand reads the raw tables and asks every rule at every instant; the models must come to
the same stages, instants, scores, parts, clocks, primary persons and yen for every single person.
`make test-lifecycle` does it on five worlds, `SEED=n make test-lifecycle` on one of them. Worlds of
even seeds keep their clocks in business time.
"""

from __future__ import annotations

import csv
import os
import shutil
import unicodedata
from collections import defaultdict
from dataclasses import astuple, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest

from sandbox.world import build_world
from tests.benchmarks.line_records import AGREEMENT, AS_OF, PROJECT, pull, unify
from tests.by_hand.acts import touches_by_person
from tests.by_hand.channel_shares import data_driven_weights, shares_by_channel
from tests.by_hand.clocks import clocks
from tests.by_hand.deals import linear_credits, read_deals
from tests.by_hand.facts import Facts, read_facts
from tests.by_hand.histories import Histories
from tests.by_hand.lives import Cycle, Lists, cycles, is_dormant, is_untouched, lead_lives
from tests.by_hand.stages import Life, other_evidence, score_parts
from tests.faults.random_runs import seeds

pytestmark = pytest.mark.integration

FOUNDATION_DAY = date(2026, 6, 3)  # a Wednesday in the middle of the world's months
MODELS = (
    "+int_person_lifecycle",
    "+attribution_credits",
    "+score_parts",
    "+stage_transitions",
    "+opportunities",
    "+sla_clocks",
)


@dataclass
class Told:
    """What was recomputed, and the warehouse to hold it against."""

    warehouse: Path
    facts: Facts
    lives: dict[str, Life]
    histories: Histories
    on_business_time: bool

    def query(self, text: str) -> list[tuple[Any, ...]]:
        """Rows of the warehouse, instants in UTC."""
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            con.execute("set timezone = 'UTC'")
            return con.execute(text).fetchall()


@pytest.fixture(scope="module", params=seeds(few=(23, 24)))
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    seed = request.param
    folder = tmp_path_factory.mktemp("recomputed")
    pull(build_world(people=300, seed=seed, now=AS_OF), folder)
    on_business_time = seed % 2 == 0
    with mock.patch.dict(os.environ, {"PYTHONPATH": str(PROJECT.parent)}):
        unify(folder, *MODELS, agreement=agreement(folder / "agreed", on_business_time))
    facts = read_facts(folder / "warehouse.duckdb", AS_OF)
    lives = lead_lives(facts, agreed_lists(facts))
    warehouse = folder / "warehouse.duckdb"
    return Told(warehouse, facts, lives, Histories(facts), on_business_time)


def agreement(folder: Path, on_business_time: bool) -> Path:
    """The default tables; if asked with the clocks on business time and a holiday of our own."""
    shutil.copytree(AGREEMENT, folder)
    if on_business_time:
        table = folder / "sla_policies.csv"
        table.write_text(table.read_text("utf-8").replace(",elapsed,", ",business,"), "utf-8")
        with (folder / "company_holidays.csv").open("a", encoding="utf-8") as holidays_of_ours:
            holidays_of_ours.write(f"{FOUNDATION_DAY},創立記念日\n")
    return folder


def holidays(on_business_time: bool) -> set[date]:
    """Public holidays of Japan and, in business time, the company's own."""
    with (PROJECT / "seeds" / "reference" / "japanese_holidays.csv").open(encoding="utf-8") as rows:
        found = {date.fromisoformat(row["holiday_on"]) for row in csv.DictReader(rows)}
    return found | {FOUNDATION_DAY} if on_business_time else found


def agreed_lists(facts: Facts) -> Lists:
    def column(table: str, name: str) -> list[str]:
        with (AGREEMENT / f"{table}.csv").open(encoding="utf-8") as cells:
            return [row[name].lower() for row in csv.DictReader(cells)]

    domains = tuple(column("competitors", "domain"))
    names = set(column("competitors", "competitor_name"))
    return Lists(
        free_mail=frozenset(column("free_mail_domains", "domain")),
        placeholders=frozenset(column("placeholder_values", "value")),
        competitor_domains=domains,
        competitor_accounts=frozenset(
            account
            for account, row in facts.accounts.items()
            if (row["domain"] or "").lower() in domains
            or unicodedata.normalize("NFKC", row["account_name"] or "").lower() in names
        ),
    )


def test_touchpoints_are_the_same(told: Told) -> None:
    by_hand = {
        (touch.system, touch.id, touch.person, touch.kind, touch.at)
        for touches in touches_by_person(told.facts).values()
        for touch in touches
    }
    modelled = told.query(
        "select source_system, source_id, person_id, kind, occurred_at from mart.touchpoints"
    )
    assert set(modelled) == by_hand
    assert len(modelled) == len(by_hand)


def test_every_transition_is_the_same(told: Told) -> None:
    modelled: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for person, stage, at in told.query(
        "select person_id, to_stage, happened_at from mart.stage_transitions "
        "order by person_id, transition_number"
    ):
        modelled[person].append((stage, at))
    by_hand = {person: life.transitions for person, life in told.lives.items() if life.transitions}
    assert dict(modelled) == by_hand
    stages = {stage for transitions in by_hand.values() for stage, _ in transitions}
    assert stages == {
        "Suspect", "Prospect", "MQL", "SQL", "Opportunity", "Won", "Lost", "NG", "Recycled",
    }  # fmt: skip


def test_scores_and_their_parts_are_the_same(told: Told) -> None:
    by_hand = {
        (person, rule, points)
        for person, life in told.lives.items()
        for rule, (points, _) in score_parts(life, AS_OF).items()
    }
    completed = {
        (person, rule, evidence)
        for person, life in told.lives.items()
        for rule, (_, evidence) in score_parts(life, AS_OF).items()
        if evidence
    }
    modelled = told.query(
        "select person_id, rule_id, points from mart.score_parts where points > 0"
    )
    assert sorted(modelled) == sorted(by_hand)
    assert completed == set(told.query(
        "select person_id, rule_id, evidence_source_id from mart.score_parts "
        "where points > 0 and occurred_at is not null"
    ))  # fmt: skip
    counted_too = {
        (person, *evidence)
        for person, life in told.lives.items()
        for evidence in other_evidence(life, AS_OF)
    }
    assert counted_too == set(told.query(
        "select person_id, rule_id, evidence_source_id from mart.score_parts where points = 0"
    ))  # fmt: skip


def first_contact_clock(told: Told, life: Life, cycle: Cycle | None) -> str | None:
    """State of the first-contact clock of a cycle."""
    if cycle is None:
        return None
    [status] = [
        clock.status
        for clock in clocks(
            cycle,
            as_of=AS_OF,
            excused_from=life.ng_at,
            on_business_time=told.on_business_time,
            holidays=holidays(told.on_business_time),
        )
        if clock.policy == "first_contact"
    ]
    return status


def test_where_everybody_stands_is_the_same(told: Told) -> None:
    by_hand = {}
    for person, life in told.lives.items():
        last = (cycles(told.facts, told.histories, life) or [None])[-1]
        score = sum(points for points, _ in score_parts(life, AS_OF).values())
        by_hand[person] = (
            life.transitions[-1][0] if life.transitions else "Suspect",
            score,
            "高" if score >= 30 else "中" if score >= 15 else "低",
            life.ng_reason,
            life.first_seen_at,
            is_untouched(told.facts, life, last),
            is_dormant(life, last, first_contact_clock(told, life, last)),
        )
    modelled = told.query(
        "select person_id, stage, score, score_label, ng_reason, first_seen_at, "
        "is_untouched, is_dormant from intermediate.int_person_lifecycle"
    )
    assert {person: tuple(rest) for person, *rest in modelled} == by_hand


def test_every_cycle_is_the_same(told: Told) -> None:
    by_hand = {
        (person, cycle.mql_at, cycle.handed_at, cycle.first_contact_at, cycle.feedback_at)
        for person, life in told.lives.items()
        for cycle in cycles(told.facts, told.histories, life)
    }
    modelled = told.query(
        "select person_id, mql_at, handed_at, first_contact_at, feedback_at "
        "from intermediate.int_person_cycles_measured"
    )
    assert set(modelled) == by_hand
    assert len(modelled) == len(by_hand)


def test_every_clock_is_the_same(told: Told) -> None:
    by_hand = {
        (person, number, *astuple(clock))
        for person, life in told.lives.items()
        for number, cycle in enumerate(cycles(told.facts, told.histories, life), 1)
        for clock in clocks(
            cycle,
            as_of=AS_OF,
            excused_from=life.ng_at,
            on_business_time=told.on_business_time,
            holidays=holidays(told.on_business_time),
        )
    }
    modelled = told.query(
        "select person_id, cycle_number, policy, started_at, due_at, met_at, status, "
        "elapsed_hours, business_hours from mart.sla_clocks"
    )
    assert set(modelled) == by_hand
    assert len(modelled) == len(by_hand)
    assert {status for _, _, _, _, _, _, status, _, _ in modelled} >= {"met", "breached"}


def test_deals_and_their_shares_are_the_same(told: Told) -> None:
    touches = touches_by_person(told.facts)
    deals = read_deals(told.facts, touches)
    modelled = told.query(
        "select opportunity_id_salesforce, closed_at, is_won, primary_person_id "
        "from mart.opportunities"
    )
    assert sorted(modelled, key=str) == sorted(
        ((deal.id, deal.closed_at, deal.is_won, deal.primary) for deal in deals), key=str
    )
    credited: dict[str, dict[str | None, int]] = defaultdict(dict)
    for deal, touch, credit in told.query(
        "select opportunity_id_salesforce, touchpoints.source_id, credit_jpy "
        "from mart.attribution_credits as credits "
        "join mart.opportunities using (opportunity_id) "
        "left join mart.touchpoints on touchpoints.touchpoint_id = credits.touchpoint_id "
        "where model = 'linear' and amount_jpy is not null"
    ):
        credited[deal][touch] = credit
    assert dict(credited) == {
        deal.id: linear_credits(deal, touches) for deal in deals if deal.amount is not None
    }


def test_data_driven_weights_are_the_same(told: Told) -> None:
    touches = touches_by_person(told.facts)
    deals = read_deals(told.facts, touches)
    weights: dict[str, dict[str | None, float]] = defaultdict(dict)
    for deal, touch, weight in told.query(
        "select opportunity_id_salesforce, touchpoints.source_id, weight "
        "from mart.attribution_credits as credits "
        "join mart.opportunities using (opportunity_id) "
        "left join mart.touchpoints on touchpoints.touchpoint_id = credits.touchpoint_id "
        "where model = 'data_driven'"
    ):
        weights[deal][touch] = weight
    shares = shares_by_channel(deals, touches)
    assert len(shares) > 2
    assert sum(shares.values()) == pytest.approx(1)
    assert set(weights) == {deal.id for deal in deals}
    for deal in deals:
        by_hand = data_driven_weights(deal, touches, shares)
        assert weights[deal.id] == pytest.approx(by_hand, abs=1e-9)


def test_most_of_what_was_handed_over_was_followed_up(told: Told) -> None:
    """The world is steered to the articles' picture: some 40 % of handed leads never followed."""
    [(handed, contacted)] = told.query(
        "select count(handed_at), count(case when handed_at is not null then first_contact_at end) "
        "from intermediate.int_person_cycles_measured"
    )
    assert handed > 50
    assert 0.2 < 1 - contacted / handed < 0.6
