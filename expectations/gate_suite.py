"""The gate: what must hold of persons, accounts and opportunities before anything leaves.

Belongs here: business quality whose breach would harm a reader of the mart or a record in the
SFA. What our own models promise must hold of every row; what shows the dirt of the sources must
hold of most, so that one bad record stops only itself. Does not: invariants between models (dbt
data tests), what people clean on Fridays (hygiene).
"""

from __future__ import annotations

from datetime import datetime

import great_expectations.expectations as gxe

from expectations.engine import Rule, Share, TableSuite
from expectations.frames import FrameQuery
from expectations.gate_facts import GateFacts, RowFloor, ScoreLabels, dirt_share

STAGES = ("Suspect", "Prospect", "MQL", "SQL", "Opportunity", "Won", "Lost", "NG", "Recycled")
ID_PATTERNS = {
    "person_id": r"^per_[0-9a-f]{20}$",
    "account_id": r"^acc_[0-9a-f]{20}$",
    "opportunity_id": r"^opp_006[0-9A-Za-z]{15}$",
}
E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"
EMAIL_PATTERN = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def gate_suite(facts: GateFacts) -> tuple[TableSuite, ...]:
    """The suites of the three gated tables, for the facts of this run."""
    return (_persons(facts), _accounts(facts), _opportunities(facts))


def _persons(facts: GateFacts) -> TableSuite:
    rules = (
        *_identifier("person_id"),
        _row_floor(facts.floors["persons"]),
        _flag("account_exists", "所属企業は企業一覧に存在する", "account_is_known"),
        _present("stage_present", "ステージが空でない", "stage"),
        _member("stage_known", "ステージは定義済みの名称である", "stage", STAGES),
        _present("score_present", "スコアが空でない", "score"),
        _same("score_label_fits", "スコア区分はスコアと一致する", "score_label", "label_of_score"),
        _same("ng_has_reason", "NGには理由があり、NG以外には無い", "is_ng", "has_ng_reason"),
        _member("ng_reason_known", "NG理由は定義済みの名称である", "ng_reason", facts.ng_reasons),
        _flag("ng_stage_flagged", "ステージNGの人物はNGである", "ng_stage_is_flagged"),
        _pattern("phone_is_e164", "電話番号は国際表記である", "phone_e164", E164_PATTERN),
        _pattern(
            "email_looks_right",
            "メールアドレスはほぼ正しい形である",
            "email",
            EMAIL_PATTERN,
            dirt_share,
        ),
        _at_least("title_rank_not_negative", "役職ランクは0以上である", "title_rank", 0),
        _at_least("has_a_source", "人物には1件以上の元レコードがある", "source_count", 1),
        *_not_in_future(("first_seen_at", "last_touch_at"), facts.as_of),
        _present("first_seen_present", "初回接触日時はほぼ全員にある", "first_seen_at", dirt_share),
        Rule(
            "seen_before_touched",
            "最終接触は初回接触より前にならない",
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="last_touch_at",
                column_B="first_seen_at",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
            ),
        ),
    )
    return TableSuite(_persons_query(facts.labels), rules)


def _accounts(facts: GateFacts) -> TableSuite:
    rules = (
        *_identifier("account_id"),
        _row_floor(facts.floors["accounts"]),
        _pattern(
            "corporate_number_has_13_digits",
            "法人番号はほぼ13桁の数字である",
            "corporate_number",
            r"^[0-9]{13}$",
            dirt_share,
        ),
        _at_least("employees_not_negative", "従業員数はほぼ0以上", "employee_count", 0, dirt_share),
        _at_least("revenue_not_negative", "売上高はほぼ0以上", "annual_revenue_jpy", 0, dirt_share),
        _at_least("people_not_negative", "人物数は0以上である", "person_count", 0),
    )
    query = FrameQuery(
        "accounts",
        "account_id",
        """
        select account_id, corporate_number, employee_count, annual_revenue_jpy, person_count
        from mart.accounts order by account_id
        """,
    )
    return TableSuite(query, rules)


def _opportunities(facts: GateFacts) -> TableSuite:
    rules = (
        *_identifier("opportunity_id"),
        _row_floor(facts.floors["opportunities"]),
        _pattern(
            "salesforce_id_has_18_characters",
            "SFAの商談IDは18桁である",
            "opportunity_id_salesforce",
            r"^006[0-9A-Za-z]{15}$",
        ),
        _flag("account_exists", "取引先はほぼ企業一覧に存在する", "account_is_known", dirt_share),
        _present("stage_present", "商談フェーズが空でない", "stage"),
        _at_least("amount_not_negative", "金額は0円以上である", "amount_jpy", 0),
        _flag("closed_has_date", "完了した商談には完了日がある", "has_date_if_closed"),
        _flag("won_is_closed", "受注した商談は完了している", "is_closed_if_won"),
        _present("created_present", "商談の作成日時が空でない", "created_at"),
        *_not_in_future(("created_at",), facts.as_of),
    )
    query = FrameQuery(
        "opportunities",
        "opportunity_id",
        """
        select
            o.opportunity_id, o.opportunity_id_salesforce, o.stage, o.amount_jpy, o.created_at,
            o.account_id is null or a.account_id is not null as account_is_known,
            not o.is_closed or o.closed_on is not null as has_date_if_closed,
            not o.is_won or o.is_closed as is_closed_if_won
        from mart.opportunities as o
        left join (select distinct account_id from mart.accounts) as a
            on o.account_id = a.account_id
        order by o.opportunity_id
        """,
    )
    return TableSuite(query, rules)


def _persons_query(labels: ScoreLabels) -> FrameQuery:
    return FrameQuery(
        "persons",
        "person_id",
        f"""
        select
            p.person_id, p.stage, p.score, p.score_label, p.is_ng, p.ng_reason, p.phone_e164,
            p.email, p.title_rank, p.source_count, p.first_seen_at, p.last_touch_at,
            p.account_id is null or a.account_id is not null as account_is_known,
            {labels.as_sql("p.score")} as label_of_score,
            p.ng_reason is not null as has_ng_reason,
            p.stage <> 'NG' or p.is_ng as ng_stage_is_flagged
        from mart.persons as p
        left join (select distinct account_id from mart.accounts) as a
            on p.account_id = a.account_id
        order by p.person_id
        """,
    )


def _identifier(column: str) -> tuple[Rule, ...]:
    return (
        _present("id_present", "IDが空でない", column),
        Rule("id_unique", "IDは一意である", gxe.ExpectColumnValuesToBeUnique(column=column)),
        _pattern("id_well_formed", "IDは決められた形である", column, ID_PATTERNS[column]),
    )


def _row_floor(floor: RowFloor) -> Rule:
    return Rule(
        "no_collapse", floor.description, gxe.ExpectTableRowCountToBeBetween(min_value=floor.rows)
    )


def _present(name: str, description: str, column: str, share: Share | None = None) -> Rule:
    return Rule(name, description, gxe.ExpectColumnValuesToNotBeNull(column=column), share)


def _member(name: str, description: str, column: str, allowed: tuple[str, ...]) -> Rule:
    expectation = gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(allowed))
    return Rule(name, description, expectation)


def _flag(name: str, description: str, column: str, share: Share | None = None) -> Rule:
    expectation = gxe.ExpectColumnValuesToBeInSet(column=column, value_set=[True])
    return Rule(name, description, expectation, share)


def _same(name: str, description: str, column: str, other: str) -> Rule:
    expectation = gxe.ExpectColumnPairValuesToBeEqual(
        column_A=column, column_B=other, ignore_row_if="neither"
    )
    return Rule(name, description, expectation)


def _pattern(
    name: str, description: str, column: str, regex: str, share: Share | None = None
) -> Rule:
    expectation = gxe.ExpectColumnValuesToMatchRegex(column=column, regex=regex)
    return Rule(name, description, expectation, share)


def _at_least(
    name: str, description: str, column: str, low: int, share: Share | None = None
) -> Rule:
    expectation = gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low)
    return Rule(name, description, expectation, share)


def _not_in_future(columns: tuple[str, ...], as_of: datetime) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            f"{column}_not_in_future",
            "日時は基準時刻より後にならない",
            gxe.ExpectColumnValuesToBeBetween(column=column, max_value=as_of),
        )
        for column in columns
    )
