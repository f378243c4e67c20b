"""The tables that give leads to people: no lead uncaught, no row in vain, no overlapping spans."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.agreement import AgreementFolders, Fault, check_agreement

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
RULES = (
    "rule_id,rule_name_ja,priority,prefectures,industries,minimum_title_rank,interest_themes,"
    "team,queue,comment\n"
)
TEAM = "インサイドセールス,キュー,"
ALL = f"all,すべて,99,,,,,{TEAM}\n"
EXCEPTIONS = "record,assign_to,valid_from_on,valid_to_on,reason\n"
ABSENCES = "rep,absent_from_on,absent_until_on,reason\n"
ESCALATIONS = "rule_id,rule_name_ja,measure,limit_value,consequence,consequence_ja,comment\n"


def faults_of(folder: Path, table: str, content: str) -> tuple[Fault, ...]:
    """The faults of one own table beside the project's."""
    (folder / f"{table}.csv").write_text(content, encoding="utf-8")
    folders = AgreementFolders(
        PROJECT / "models", PROJECT / "seeds/agreement", PROJECT / "seeds/reference", folder
    )
    return check_agreement(folders).faults


# what stands in the table after its header, then line, column and a part of the one fault
BROKEN = [
    ("routing_rules", f"{RULES}east,東,10,東京都,,,,{TEAM}\n", 0, "priority", "条件のない行"),
    ("routing_rules", f"{RULES}{ALL}east,東,100,東京都,,,,{TEAM}\n", 3, "priority", "2 行目"),
    ("routing_rules", f"{RULES}wide,広,5,東京都|大阪府,,2,,{TEAM}\n"
     f"narrow,狭,6,大阪府,製造,3,,{TEAM}\n{ALL}", 3, "priority", "使われません"),
    ("routing_rules", f"{RULES}east,東,10,東京,,,,{TEAM}\n{ALL}", 2, "prefectures",
     "近いのは「東京都」"),
    ("routing_rules", f"{RULES}east,東,10,東京都|大坂府,,,,{TEAM}\n{ALL}", 2, "prefectures",
     "「大坂府」"),
    ("routing_rules", f"{RULES}maker,製造,10,,製造業,,,{TEAM}\n{ALL}", 2, "industries",
     "近いのは「製造」"),
    ("routing_rules", f"{RULES}{ALL}".replace("インサイドセールス", "営業四課"), 2, "team",
     "sales_users.csv の team 列"),
    ("routing_rules", f"{RULES}east,東,10,東京都,,,,インサイドセールス,別キュー,\n{ALL}", 3,
     "queue", "1 つのチームには 1 つのキュー"),
    ("routing_rules", f"{RULES}top,役員,10,,,6,,{TEAM}\n{ALL}", 2, "minimum_title_rank",
     "5 以下"),
    ("routing_rules", f"{RULES}east,東,99,東京都,,,,{TEAM}\n{ALL}", 3, "priority",
     "2 行目にもあります"),
    ("routing_exceptions", f"{EXCEPTIONS}person_1,田中,,,前から担当\n", 2, "assign_to",
     "メールアドレス"),
    ("routing_exceptions", f"{EXCEPTIONS}person_1,a@example.com,2026-10-05,2026-10-05,理由\n", 2,
     "valid_to_on", "2026-10-05)より後"),
    ("routing_exceptions", f"{EXCEPTIONS}p,a@example.com,,2026-10-05,理由\n"
     "p,b@example.com,2026-10-04,,理由\n", 3, "valid_from_on", "2 行目と重なり"),
    ("rep_absences", f"{ABSENCES}a@example.com,2026-10-05,2026-10-04,休暇\n", 2,
     "absent_until_on", "以後の日"),
    ("rep_absences", f"{ABSENCES}a@example.com,2026-10-01,2026-10-05,\n"
     "A@example.com,2026-10-05,2026-10-09,\n", 3, "absent_from_on", "2 行目と重なり"),
    ("escalation_rules", f"{ESCALATIONS}r,違反,violation_rate,10,improvement_plan,計画,\n", 2,
     "limit_value", "0 から 1"),
    ("escalation_rules", f"{ESCALATIONS}r,連敗,losses_in_a_row,2.5,special_review,会議,\n", 2,
     "limit_value", "1 以上の整数"),
    ("escalation_rules", f"{ESCALATIONS}r,連敗,losses_in_a_row,3,allocation_stopped,停止,\n", 2,
     "consequence", "競合ごと"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "content", "line", "column", "part"), BROKEN)
def test_a_fault_is_named(
    tmp_path: Path, table: str, content: str, line: int, column: str, part: str
) -> None:
    found = [
        (fault.line, fault.column)
        for fault in faults_of(tmp_path, table, content)
        if part in fault.message
    ]
    assert found == [(line, column)]


FINE = [
    ("routing_rules", f"{RULES}narrow,狭,5,大阪府,製造,3,,{TEAM}\n"
     f"wide,広,6,東京都|大阪府,,2,,{TEAM}\n{ALL}"),
    ("routing_rules", f"{RULES}high,高,5,,,4,,{TEAM}\nlow,低,6,,,2,,{TEAM}\n{ALL}"),
    ("routing_exceptions", f"{EXCEPTIONS}p,a@example.com,,2026-10-05,理由\n"
     "p,b@example.com,2026-10-05,,理由\n"),
    ("rep_absences", f"{ABSENCES}a@example.com,2026-10-01,2026-10-01,\n"
     "a@example.com,2026-10-02,2026-10-02,\n"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "content"), FINE)
def test_what_is_right_is_left_alone(tmp_path: Path, table: str, content: str) -> None:
    assert faults_of(tmp_path, table, content) == ()
