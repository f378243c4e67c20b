"""Values that cannot be: each has a defined result, becomes a finding, and nothing is lost.

A made-up world gets one of each before it is pulled: acts of 2062 and of 1970, a card exchanged in
2062, a deal closed before it was created, owners who are gone, a history with a missing row and one
with a false end, a person in forty campaigns on one day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from reporting.friday import build_friday_report
from reporting.texts import catalogue
from sandbox.world import build_world
from sandbox.world.world import World
from tests.benchmarks.line_records import AS_OF, pull, unify
from tests.by_hand.facts import read_facts
from tests.by_hand.lives import lead_lives
from tests.integration.test_lifecycle_recomputed import agreed_lists

pytestmark = pytest.mark.integration

EPOCH, FUTURE = "1970-01-01", "2062-01-05"
SOURCES = "intermediate.int_person_sources_assigned"
NOBODY = "0055j00000ZZZZZAAA"
MODELS = (
    "+hygiene_findings", "+hygiene_history", "+hygiene_records", "+hygiene_decisions_followed",
    "+data_freshness", "+accounts", "+sla_clocks", "+score_parts", "+stage_transitions",
    "+funnel_weekly",
)  # fmt: skip


@dataclass
class Planted:
    """Ids of what was planted."""

    future_member: str
    early_member: str
    early_task: str
    backward_deal: str
    ownerless_lead: str
    ownerless_company: str
    crowded_lead: str
    torn_lead: str
    unfinished_lead: str


def plant(world: World) -> Planted:
    """Put one of each into the records of a world."""
    org = world.salesforce
    leads = [lead for lead in org["Lead"] if not lead["IsConverted"] and not lead["IsDeleted"]]
    future, early, ownerless, crowded = leads[:4]
    torn, unfinished = _with_history(world, leads[4:])
    ownerless["OwnerId"] = NOBODY
    company = next(account for account in org["Account"] if not account["IsDeleted"])
    company["OwnerId"] = NOBODY
    deal = next(deal for deal in org["Opportunity"] if deal["IsClosed"])
    deal["CloseDate"] = "2020-01-01"
    for table in ("OpportunityFieldHistory", "OpportunityHistory"):
        org[table] = [row for row in org[table] if row["OpportunityId"] != deal["Id"]]
    torn_rows = _statuses(world, torn)
    org["LeadHistory"].remove(torn_rows[0])
    torn_rows[1]["OldValue"] = "Something Else"
    org["LeadHistory"].append({
        **torn_rows[0], "OldValue": "Before", "NewValue": "Other", "LeadId": torn["Id"],
    })  # fmt: skip
    unfinished["Status"] = "Unqualified"
    campaigns = [campaign for campaign in org["Campaign"] if not campaign["IsDeleted"]]
    for number in range(40 - len(campaigns)):
        campaigns.append(_copy(world, "Campaign", "701", number, Name=f"一括登録 {number}"))
    for number, campaign in enumerate(campaigns[:40]):
        _respond(world, number, crowded, campaign, "2026-09-03")
    return Planted(
        future_member=_respond(world, 100, future, campaigns[0], FUTURE),
        early_member=_respond(world, 101, early, campaigns[0], EPOCH),
        early_task=_copy(
            world, "Task", "00T", 0, WhoId=early["Id"], IsClosed=True, IsDeleted=False,
            Type="Call", TaskSubtype="Call", CompletedDateTime=f"{EPOCH}T00:00:00.000+0000",
        )["Id"],
        backward_deal=deal["Id"],
        ownerless_lead=ownerless["Id"],
        ownerless_company=company["Id"],
        crowded_lead=crowded["Id"],
        torn_lead=torn["Id"],
        unfinished_lead=unfinished["Id"],
    )  # fmt: skip


def _statuses(world: World, lead: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in world.salesforce["LeadHistory"]
            if row["LeadId"] == lead["Id"] and row["Field"] == "Status"]  # fmt: skip


def _with_history(world: World, leads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two leads whose status changed twice."""
    return [lead for lead in leads if len(_statuses(world, lead)) >= 2][:2]


def _copy(world: World, table: str, prefix: str, number: int, **values: Any) -> dict[str, Any]:
    row = {**world.salesforce[table][0], "Id": f"{prefix}5j0000Bad{number:04d}AA", **values}
    world.salesforce[table].append(row)
    return row


def _respond(
    world: World, number: int, lead: dict[str, Any], campaign: dict[str, Any], day: str
) -> str:
    row = _copy(
        world, "CampaignMember", "00v", number, CampaignId=campaign["Id"], LeadId=lead["Id"],
        ContactId=None, HasResponded=True, FirstRespondedDate=day, IsDeleted=False,
    )  # fmt: skip
    return str(row["Id"])


@dataclass
class Line:
    """A folder after one pull and one build."""

    folder: Path
    planted: Planted

    def query(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True) as con:
            con.execute("set timezone = 'UTC'")
            return con.execute(text, list(values)).fetchall()

    def found(self, rule: str) -> set[str]:
        rows = self.query("select source_id from mart.hygiene_findings where rule_id = ?", rule)
        return {source_id for (source_id,) in rows}

    def touch(self, source_id: str) -> list[tuple[Any, ...]]:
        query = "select kind, occurred_at from mart.touchpoints where source_id = ?"
        return self.query(query, source_id)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    folder = tmp_path_factory.mktemp("bad_input")
    world = build_world(people=120, seed=11, now=AS_OF)
    planted = plant(world)
    world.files["cards/未来の名刺.csv"] = (
        f"氏名,会社名,メール,交換日\n未来 花子,株式会社明日,hanako@ashita.test,{FUTURE}\n".encode()
    )
    pull(world, folder)
    unify(folder, *MODELS)
    return Line(folder, planted)


def test_an_act_of_the_future_waits_and_is_a_finding(line: Line) -> None:
    assert line.touch(line.planted.future_member) == []
    assert line.found("touchpoint__in_the_future") == {
        line.planted.future_member,
        "未来の名刺.csv:1",
    }
    [(rows,)] = line.query("select count(*) from raw_card_files.row where file_name like '未来%'")
    assert rows == 1


def test_an_act_of_1970_counts_at_its_date_and_is_a_finding(line: Line) -> None:
    epoch = datetime(1969, 12, 31, 15, tzinfo=UTC)
    [(_, occurred_at)] = line.touch(line.planted.early_member)
    assert occurred_at == epoch
    assert line.touch(line.planted.early_task) == [("call", datetime(1970, 1, 1, tzinfo=UTC))]
    assert line.found("touchpoint__too_early") == {
        line.planted.early_member,
        line.planted.early_task,
    }
    [(first_seen_at,)] = line.query(
        "select first_seen_at from mart.persons join mart.touchpoints using (person_id) "
        "where touchpoints.source_id = ?",
        line.planted.early_member,
    )
    assert first_seen_at == epoch


def test_a_deal_closed_before_it_was_created_closes_at_its_creation(line: Line) -> None:
    [(created_at, closed_at, is_closed)] = line.query(
        "select created_at, closed_at, is_closed from mart.opportunities "
        "where opportunity_id_salesforce = ?",
        line.planted.backward_deal,
    )
    assert is_closed
    assert closed_at == created_at
    assert line.found("opportunity__closed_before_created") == {line.planted.backward_deal}


def test_a_record_whose_owner_is_gone_stays_and_is_a_finding(line: Line) -> None:
    planted = {line.planted.ownerless_lead, line.planted.ownerless_company}
    assert planted <= line.found("record__owner_gone")
    key = f"salesforce:lead:{line.planted.ownerless_lead}"
    assert line.query(
        "select 1 from intermediate.int_person_sources_assigned where record_key = ?", key
    )


def test_a_history_that_does_not_fit_is_a_finding(line: Line) -> None:
    assert line.found("record__history_broken") == {
        line.planted.torn_lead,
        line.planted.unfinished_lead,
    }


def test_forty_campaigns_on_one_day_all_count_and_are_a_finding(line: Line) -> None:
    key = f"salesforce:lead:{line.planted.crowded_lead}"
    [(person_id,)] = line.query(f"select person_id from {SOURCES} where record_key = ?", key)
    [(counted,)] = line.query(
        "select count(distinct campaign_id) from mart.touchpoints "
        "where person_id = ? and timezone('Asia/Tokyo', occurred_at)::date = '2026-09-03'",
        person_id,
    )
    assert counted == 40
    findings = line.query(
        "select person_id, current_value, len(string_split(evidence, chr(10))) "
        "from mart.hygiene_findings where rule_id = 'person__crowded_day'"
    )
    assert [(person, int(value), lines >= 40) for person, value, lines in findings] == [
        (person_id, 40, True)
    ]


def test_nothing_is_lost(line: Line) -> None:
    """Every response of a living person is a touchpoint or a finding; every record has a person."""
    [(lost,)] = line.query(
        "select count(*) from raw_salesforce.campaign_member as members "
        f"join {SOURCES} as sources on sources.record_key = coalesce("
        "  'salesforce:contact:' || members.contact_id, 'salesforce:lead:' || members.lead_id) "
        "join mart.persons using (person_id) "
        "where members.has_responded and not members.is_deleted "
        "and members.first_responded_date is not null "
        "and members.id not in (select source_id from mart.touchpoints) "
        "and members.id not in (select source_id from mart.hygiene_findings)"
    )
    assert lost == 0
    [(homeless,)] = line.query(
        "select count(*) from raw_salesforce.lead "
        f"where 'salesforce:lead:' || id not in (select record_key from {SOURCES})"
    )
    assert homeless == 0


def test_the_funnel_counts_everybody_from_the_first_week_on(line: Line) -> None:
    [(leads, persons)] = line.query(
        "select (select sum(leads) from mart.funnel_weekly), count(*) from mart.persons "
        "where ng_reason is distinct from 'test_data'"
    )
    assert leads == persons
    [(first_week,)] = line.query("select min(week_start_on) from mart.funnel_weekly")
    assert first_week == date(1969, 12, 29)


def test_stages_are_those_of_the_definitions_all_the_same(line: Line) -> None:
    facts = read_facts(line.folder / "warehouse.duckdb", AS_OF)
    modelled: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for person, stage, at in line.query(
        "select person_id, to_stage, happened_at from mart.stage_transitions "
        "order by person_id, transition_number"
    ):
        modelled[person].append((stage, at))
    lives = lead_lives(facts, agreed_lists(facts))
    assert modelled == {
        person: life.transitions for person, life in lives.items() if life.transitions
    }


def test_the_meeting_reads_them_in_plain_japanese(line: Line) -> None:
    report = build_friday_report(
        line.folder / "warehouse.duckdb", line.folder / "reports", as_of=AS_OF, salesforce_url=None
    )
    texts = catalogue()
    html = report.html_path.read_text(encoding="utf-8")
    sheet = load_workbook(report.workbook_path)[texts("classes.inputs.sheet")]
    named = {cell.value for row in sheet.iter_rows() for cell in row}
    for rule in (
        "record__owner_gone", "touchpoint__in_the_future", "touchpoint__too_early",
        "opportunity__closed_before_created", "person__crowded_day", "record__history_broken",
    ):  # fmt: skip
        label = texts(f"rules.{rule}")
        assert label in html
        assert label in named
