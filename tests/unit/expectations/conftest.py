"""A small warehouse that keeps every expectation; tests break one thing in a copy of it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)

SOUND = """
create schema mart;
create schema hygiene;
create schema agreement;
create schema raw_salesforce;

create table mart.accounts as
select
    'acc_' || lpad(i::varchar, 20, '0') as account_id,
    case when i = 1 then '2180301018771' end as corporate_number,
    case when i = 1 then 120 end as employee_count,
    case when i = 1 then 1000000000 end::bigint as annual_revenue_jpy,
    1 as person_count
from range(1, 21) as r(i);

create table mart.persons (
    person_id varchar, account_id varchar, full_name varchar, email varchar, phone_e164 varchar,
    company_name varchar, title varchar, title_rank integer, prefecture varchar, stage varchar,
    score integer, score_label varchar, is_ng boolean, ng_reason varchar, source_count integer,
    first_seen_at timestamptz, last_touch_at timestamptz
);
insert into mart.persons
select
    'per_' || lpad(i::varchar, 20, '0'),
    case when i <= 2 then 'acc_00000000000000000001' when i = 3 then 'acc_00000000000000000002' end,
    '見本 太郎' || i, 'taro' || i || '@kaisha.test', '+8190000000' || lpad(i::varchar, 2, '0'),
    '株式会社見本', '部長', 3, '東京都',
    case when i = 20 then 'NG' when i = 1 then 'MQL' else 'Prospect' end,
    case when i = 1 then 30 when i = 2 then 15 else 0 end,
    case when i = 1 then '高' when i = 2 then '中' else '低' end,
    i = 20, case when i = 20 then 'student' end, 1,
    timestamptz '2026-09-01 00:00:00+00', timestamptz '2026-10-02 05:30:00+00'
from range(1, 21) as r(i);

create table mart.opportunities as
select
    'opp_0060000000000' || lpad(i::varchar, 2, '0') || 'AAA' as opportunity_id,
    '0060000000000' || lpad(i::varchar, 2, '0') || 'AAA' as opportunity_id_salesforce,
    case when i > 1 then 'acc_' || lpad(i::varchar, 20, '0') end as account_id,
    'Prospecting' as stage, 0::bigint as amount_jpy,
    timestamptz '2026-09-10 00:00:00+00' as created_at,
    case when i = 1 then date '2026-09-01' end as closed_on, i = 1 as is_closed, i = 1 as is_won
from range(1, 21) as r(i);

create table hygiene.hyg_person__duplicate_records (finding_id varchar, person_id varchar);
create table hygiene.hyg_person__missing_attribute (finding_id varchar, person_id varchar);
create table hygiene.hyg_person__ng_to_pass_back (finding_id varchar, person_id varchar);
create table hygiene.hyg_opportunity__stage_overdue (finding_id varchar, opportunity_id varchar);
"""


@pytest.fixture(scope="session")
def sound_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(SOUND)
    return path


@pytest.fixture
def warehouse(sound_warehouse: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound_warehouse, tmp_path / "warehouse.duckdb"))
