"""Users whom the tables name and Salesforce did not have: named, with who is near, no fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.agreement import AgreementFolders, AgreementReport, KnownUser, check_agreement

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
USERS = (
    KnownUser("0055j00000000AAAAA", "h-dobashi@example.co.jp", True),
    KnownUser("0055j00000000BBAAA", "t-ogura@example.co.jp", False),
)
EXCEPTIONS = "record,assign_to,valid_from_on,valid_to_on,reason\n"


def check(own: Path, users: tuple[KnownUser, ...] = USERS) -> AgreementReport:
    folders = AgreementFolders(
        PROJECT / "models", PROJECT / "seeds/agreement", PROJECT / "seeds/reference", own
    )
    return check_agreement(folders, users)


@pytest.mark.parametrize(
    ("table", "content", "column", "parts"),
    [
        ("routing_exceptions", f"{EXCEPTIONS}p,h-dobasi@example.co.jp,,,理由\n", "assign_to",
         ["「h-dobasi@example.co.jp」", "いないユーザー", "有効なユーザー 1 人のメールアドレス",
          "近いのは「h-dobashi@example.co.jp」"]),
        ("routing_exceptions", f"{EXCEPTIONS}p,0055j00000000CC,,,理由\n", "assign_to",
         ["ユーザー ID"]),
        ("routing_exceptions", f"{EXCEPTIONS}p,T-Ogura@example.co.jp,,,理由\n", "assign_to",
         ["無効になった"]),
        ("rep_absences", "rep,absent_from_on,absent_until_on,reason\n"
         "nobody@example.co.jp,2026-10-05,2026-10-09,休暇\n", "rep", ["いないユーザー"]),
        ("sales_users", "match_on,match_value,team,comment\n"
         "email,nobody@example.co.jp,,\n", "match_value", ["いないユーザー"]),
    ],
)  # fmt: skip
def test_a_user_who_is_not_there_is_named(
    tmp_path: Path, table: str, content: str, column: str, parts: list[str]
) -> None:
    (tmp_path / f"{table}.csv").write_text(content, encoding="utf-8")
    (note,) = check(tmp_path).notes
    assert (note.path.name, note.line, note.column) == (f"{table}.csv", 2, column)
    assert [part for part in parts if part not in note.message] == []


def test_a_note_is_no_fault(tmp_path: Path) -> None:
    text = f"{EXCEPTIONS}p,nobody@example.co.jp,,,理由\n"
    (tmp_path / "routing_exceptions.csv").write_text(text, encoding="utf-8")
    assert check(tmp_path).faults == ()


def test_ids_of_both_lengths_and_mails_in_any_case_are_known(tmp_path: Path) -> None:
    rows = (
        "p,0055j00000000AA,,,理由\nq,0055j00000000AAAAA,,,理由\nr,H-Dobashi@Example.co.jp,,,理由\n"
    )
    (tmp_path / "routing_exceptions.csv").write_text(EXCEPTIONS + rows, encoding="utf-8")
    assert check(tmp_path).notes == ()


def test_before_the_first_load_nobody_is_unknown(tmp_path: Path) -> None:
    text = f"{EXCEPTIONS}p,nobody@example.co.jp,,,理由\n"
    (tmp_path / "routing_exceptions.csv").write_text(text, encoding="utf-8")
    assert check(tmp_path, ()).notes == ()
