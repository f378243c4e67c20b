"""Every fault of an agreement table is named by file, line and column, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.agreement import AgreementFolders, AgreementReport, Fault, check_agreement

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
DEFAULTS = PROJECT / "seeds" / "agreement"


def check(own: Path | None) -> AgreementReport:
    return check_agreement(
        AgreementFolders(PROJECT / "models", DEFAULTS, PROJECT / "seeds" / "reference", own)
    )


def default(table: str) -> str:
    return (DEFAULTS / f"{table}.csv").read_text(encoding="utf-8")


def changed(table: str, old: str, new: str) -> str:
    """The default table with its first `old` replaced."""
    text = default(table)
    assert old in text, f"{table}.csv no longer holds {old}"
    return text.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if part in line)


def check_table(folder: Path, table: str, content: str | bytes) -> tuple[Fault, ...]:
    data = content.encode() if isinstance(content, str) else content
    (folder / f"{table}.csv").write_bytes(data)
    return check(folder).faults


def test_the_default_agreement_is_valid() -> None:
    report = check(None)
    assert report.faults == ()
    assert report.table_count == len(list(DEFAULTS.glob("*.csv")))
    assert report.row_count > 600


# table, what stands in the default, what stands there instead, the line by a part of it, the
# column, and parts of the message: what stands there, what is allowed, what is near.
CELLS = [
    ("scoring_rules", "industry,in,", "industry,inn,", "industry,inn", "operator",
     ["「inn」", "使えるのは >=、>", "近いのは「in」"]),
    ("scoring_rules", "document_download,>=", "document_downlaod,>=", "downlaod", "measure",
     ["「document_downlaod」", "近いのは「document_download」"]),
    ("scoring_rules", "50,,,5,", "50,,,5点,", "5点", "points", ["「5点」", "整数"]),
    ("scoring_rules", "5,false,A", "5,no,A", "5,no,A", "is_per_event", ["「no」", "true か false"]),
    ("scoring_rules", "false,A,true,,,業種", "false,A,true,2026/10/1,,業種", "2026/10/1",
     "valid_from_on", ["「2026/10/1」", "日付(例: 2026-10-01)"]),
    ("scoring_rules", "false,A,true,,,業種", "false,A,true,2026-02-30,,業種", "2026-02-30",
     "valid_from_on", ["「2026-02-30」", "日付"]),
    ("scoring_rules", "false,A,true,,,業種", "false,A,true,2026-10-01,2026-09-01,業種", "2026-09",
     "valid_to_on", ["「2026-09-01」", "valid_from_on(2026-10-01)より後"]),
    ("scoring_rules", "false,B,false", "false,B,true", "_b,", "valid_from_on",
     ["6 行目の webinar_attended と同じ条件", "二重"]),
    ("scoring_rules", "10,false,B", "10,false,C", "false,C", "variant", ["「C」", "A、B"]),
    ("scoring_rules", "1,180,,10,", "1,-180,,10,", "-180", "window_days",
     ["「-180」", "0 より大きい"]),
    ("scoring_rules", ">=,50,,,5", ">=,50,30,,5", "50,30", "window_days", ["「30」", "空欄"]),
    ("scoring_rules", "5,false,A", "5,true,A", "5,true,A", "is_per_event",
     ["「true」", "接点の種類"]),
    ("scoring_rules", "title_rank,>=,3", "title_rank,>=,部長", "部長,,", "value",
     ["「部長」", "数で"]),
    ("scoring_rules", "document_download,>=,1", "document_download,>=,0", ">=,0", "value",
     ["「0」", "1 以上の整数"]),
    ("scoring_rules", "document_download,>=", "document_download,in", "download,in", "operator",
     ["「in」", "使えるのは >=", "接点の種類"]),
    ("scoring_rules", "industry,in", "industry,>=", "industry,>=", "operator",
     ["「>=」", "=、in、not_in"]),
    ("scoring_rules", "is_decision_maker,=,true", "is_decision_maker,=,はい", "はい", "value",
     ["「はい」", "true、false"]),
    ("scoring_rules", "製造|IT|医療", "製造|IT|医寮", "医寮", "value",
     ["「医寮」", "近いのは「医療」", "industries.csv の industry 列"]),
    ("scoring_rules", "employees_50,", "inquiry,", 11, "rule_id", ["「inquiry」は 2 行目にも"]),
    ("scoring_rules", "employees_50,", ",", "従業員", "rule_id", ["空欄です"]),
    ("scoring_rules", "employee_count,", "employee_count ,", "employee_count ,", "measure",
     ["「employee_count 」", "空白"]),
    ("stage_rules", "score,>=,30", "score,>=,111", "111", "value",
     ["「111」", "110 点", "届きません"]),
    ("stage_rules", "score,>=,30", "score,>,110", "110", "value",
     ["「110」", "110 点", "届きません"]),
    ("stage_rules", "title_rank,>=,3", "title_rank,>=,6", "rank,>=,6", "value",
     ["「6」", "title_ranks.csv のいちばん高い段階は 5", "5 以下"]),
    ("scoring_rules", "title_rank,>=,3", "title_rank,>,5", "rank,>,5", "value",
     ["「5」", "誰も当てはまりません"]),
    ("stage_rules", "score_30,MQL", "score_30,MLQ", "MLQ", "to_stage",
     ["「MLQ」", "Prospect、MQL、SQL、Recycled", "近いのは「MQL」"]),
    ("stage_rules", "medical_named,MQL,医療の指名条件,title", "medical_named,Prospect,医療,title",
     "医療,title", "to_stage", ["「Prospect」", "9 行目は「MQL」"]),
    ("stage_rules", "SQL,BANT の最低条件,timeline", "SQL,BANT の最低条件,score", "score,not_in",
     "measure", ["「score」", "to_stage が SQL"]),
    ("stage_rules", "tentative|confirmed", "tentative|confrimed", "confrimed", "value",
     ["「confrimed」", "近いのは「confirmed」", "measure が budget_status"]),
    ("stage_rules", "連絡不能,", "連絡不可,", "連絡不可", "value",
     ["「連絡不可」", "近いのは「連絡不能」"]),
    ("stage_rules", "inquiry,>=,1", "inquiry,>=,ー", "ー", "value", ["「ー」", "1 以上の整数"]),
    ("score_labels", "中,15", "中,31", "中,", "minimum_score",
     ["「中」が「31」", "「高」が「30」", "小さく"]),
    ("score_labels", "中,15", "中,", "中,", "minimum_score", ["空欄", "いちばん低い「低」"]),
    ("score_labels", "高,30", "高,300", "高,", "minimum_score", ["「300」", "110 点"]),
    ("score_labels", "低,,", "低い,,", "低い", "label",
     ["「低い」", "高、中、低", "近いのは「低」"]),
    ("ng_rules", "20,student", "20,studnet", "studnet", "ng_reason", ["近いのは「student」"]),
    ("ng_rules", ",name_in_list,", ",name_in,", "name_in,", "condition", ["「name_in」"]),
    ("ng_rules", "test_names,", "test_name,", "test_name,", "value",
     ["「test_name」", "test_names", "condition が name_in_list"]),
    ("ng_rules", "対象外,\n", "対象害,\n", "対象害", "value", ["近いのは「対象外」"]),
    ("ng_rules", "account_won_before_first_seen,", "account_won_before_first_seen,yes", "seen,yes",
     "value", ["「yes」", "空欄"]),
    ("ng_rules", "学生|大学院生", "", "title_in", "value", ["空欄です"]),
    ("ng_rules", "21,student", "20,student", 5, "priority", ["「20」", "4 行目"]),
    ("sla_policies", "24,elapsed", "24,workdays", "workdays", "calendar",
     ["「workdays」", "elapsed、business"]),
    ("sla_policies", "24,elapsed", "-24,elapsed", "-24", "limit_hours",
     ["「-24」", "0 より大きい"]),
    ("sla_policies", "24,elapsed,,", "24,elapsed,24,", "hand_off", "untouched_after_hours",
     ["first_contact の行だけ"]),
    ("sla_policies", "handed_at,feedback_at", "handed_at,handed_at", "feedback,", "met_by",
     ["starts_at と同じ"]),
    ("sla_policies", "hand_off,", "handoff,", "handoff", "policy",
     ["「handoff」", "近いのは「hand_off」"]),
    ("attribution_models", "365,40,0,40,20", "365,50,0,40,20", "365,50", "first_pct",
     ["合計が 110", "100 にして"]),
    ("attribution_models", ",u_shaped,", ",u_shape,", "u_shape,", "model_without_mql_touch",
     ["「u_shape」", "近いのは「u_shaped」"]),
    ("attribution_models", "linear,", "liner,", "liner", "model", ["近いのは「linear」"]),
    ("kpi_targets", "0.25,ratio", "25,ratio", "25,ratio", "target", ["「25」", "0 から 1"]),
    ("kpi_targets", "follow_rate", "folow_rate", "folow", "metric", ["近いのは「follow_rate」"]),
    ("stage_status_map", "\nMQL,", "\nMQQ,", "MQQ", "stage", ["「MQQ」", "stages.csv の stage 列"]),
    ("stage_status_map", "\nMQL,Open - Not Contacted,1", "\nMQL,Open - Not Contacted,2", "MQL",
     "status_rank", ["「2」", "2 行目は「1」"]),
    ("sales_users", "department,営業部", "dept,営業部", "dept", "match_on",
     ["「dept」", "department"]),
    ("sales_users", "department,営業部", "user_id,田中", "田中", "match_value", ["005 で始まる"]),
    ("sales_users", "department,営業部", "email,営業部", "email", "match_value",
     ["メールアドレス"]),
    ("sales_users", "department,営業本部", "department,営業部", 3, "match_on、match_value",
     ["「営業部」は 2 行目"]),
    ("test_domains", "example.jp", "@example.jp", "@example.jp", "domain", ["ドメイン(例"]),
    ("competitors", "tsubame-shodan.test", "", "つばめ", "domain", ["少なくとも一方"]),
    ("competitors", "tsubame-shodan.test,", "tsubame-shodan.test,123", "123", "corporate_number",
     ["「123」", "13 桁"]),
    ("touchpoint_kinds", "typeform,response,10,", "typfeorm,response,10,", "typfeorm",
     "source_system", ["近いのは「typeform」"]),
    ("touchpoint_kinds", "typeform,response,10,", "typeform,form,10,", "typeform,form",
     "source_object", ["「form」", "response", "source_system が typeform"]),
    ("touchpoint_kinds", "資料,document_download", "資料,whitepaper", "whitepaper", "kind",
     ["「whitepaper」", "inquiry"]),
    ("touchpoint_kinds", "資料,document_download,web", "資料,document_download,event", "資料",
     "channel", ["「event」", "1 つのチャネル"]),
    ("touchpoint_kinds", "資料,document_download,web", "資料,document_download,", "資料", "channel",
     ["空欄", "document_download"]),
    ("touchpoint_kinds", "name,contains,資料", "name,,資料", "資料", "match_operator", ["空欄"]),
    ("touchpoint_kinds", "form_submission,20", "form_submission,10", "資料",
     "source_system、source_object、priority", ["2 行目にもあります"]),
    ("touchpoint_kinds", "salesforce,event,130", "salesforce,event,115", 63, "priority",
     ["先に調べる 64 行目"]),
    ("field_mappings", "full_name,person,salesforce", "fullname,person,salesforce", "fullname",
     "unified_field", ["「fullname」", "近いのは「full_name」", "entity が person"]),
    ("field_mappings", "person,salesforce,contact", "person,salseforce,contact", "salseforce",
     "system", ["近いのは「salesforce」"]),
    ("field_mappings", "salesforce,contact", "salesforce,contacts", "contacts", "object",
     ["「contacts」", "近いのは「contact」", "system が salesforce"]),
    ("field_mappings", "text,sales,source_priority", "text,sales,newest", "newest", "survivorship",
     ["「newest」", "most_recent"]),
    ("field_mappings", "10,pull,", "10,in,", "10,in", "direction", ["pull、push、both"]),
    ("field_mappings", "10,pull,", ",pull,", ",,pull", "priority", ["空欄です"]),
    ("title_ranks", "社長,contains,5", "社長,contains,6", "contains,6", "title_rank", ["5 以下"]),
    ("title_ranks", "社長,contains,5", "社長,contain,5", "contain,", "match",
     ["近いのは「contains」"]),
    ("industries", "\nメーカー,", "\n製造,", 4, "source_value", ["「製造」は 2 行目"]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "where", "column", "parts"), CELLS)
def test_a_broken_cell_is_the_one_fault(
    tmp_path: Path,
    table: str,
    old: str,
    new: str,
    where: str | int,
    column: str,
    parts: list[str],
) -> None:
    text = changed(table, old, new)
    (fault,) = check_table(tmp_path, table, text)
    line = where if isinstance(where, int) else line_of(text, where)
    assert (fault.path.name, fault.line, fault.column) == (f"{table}.csv", line, column)
    assert [part for part in parts if part not in fault.message] == []


def without_column(table: str, place: int) -> str:
    lines = (line.split(",") for line in default(table).split("\n") if line)
    return "\n".join(",".join(cells[:place] + cells[place + 1 :]) for cells in lines)


def without_lines(table: str, part: str) -> str:
    lines = default(table).splitlines(keepends=True)
    return "".join(line for line in lines if part not in line)


# What is wrong with the file as such: table, content, then line, column and parts of each fault.
FORMS: list[tuple[str, str | bytes, list[tuple[int, str, list[str]]]]] = [
    ("company_holidays", "", [(0, "", ["空です", "holiday_on,holiday_name"])]),
    ("company_holidays", "\n \n", [(0, "", ["空です"])]),
    ("score_labels", "label,minimum_score,meaning_ja\n", [(0, "", ["行がありません"])]),
    ("industries", default("industries").encode("cp932"),
     [(2, "", ["Shift_JIS(CP932)", "CSV UTF-8(コンマ区切り)"])]),
    ("industries", default("industries").encode("utf-16"),
     [(0, "", ["UTF-16", "CSV UTF-8(コンマ区切り)"])]),
    ("test_domains", b"domain,comment\na.example,\nb.example,\xff\xfe\x81\n",
     [(3, "", ["UTF-8 として読めない"])]),
    ("score_labels", without_column("score_labels", 1),
     [(1, "minimum_score", ["この列がありません"])]),
    ("score_labels", default("score_labels").replace("minimum_score", "min_score"),
     [(1, "min_score", ["この表にない列", "近いのは「minimum_score」"]),
      (1, "minimum_score", ["この列がありません"])]),
    ("test_domains", "domain,comment,comment\na.example,,\n", [(1, "comment", ["2 回あります"])]),
    ("test_domains", "domain,comment,\na.example,,\n", [(1, "", ["3 番目の見出しが空"])]),
    ("test_domains", "domain,comment,note\na.example,,\n",
     [(1, "note", ["この表にない列", "domain、comment"])]),
    ("test_domains", "domain;comment\na.example;\n", [(1, "", ["コンマで区切られていません"])]),
    ("test_domains", "domain,comment\na.example,b,c\nd.example,\n",
     [(2, "", ["「a.example」", "欄は 3 個", "見出しは 2 個"])]),
    ("test_domains", 'domain,comment\na.example,"b\nc.example,\n', [(2, "", ["引用符"])]),
    ("industries", default("industries").replace(",その他", ",製造"),
     [(0, "industry", ["「その他」の行が"])]),
    ("sla_policies", without_lines("sla_policies", "first_contact,"),
     [(0, "policy", ["「first_contact」の行が"])]),
    ("field_mappings", without_lines("field_mappings", "account_name"),
     [(0, "unified_field", ["account_name の行が", "account"])]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "content", "expected"), FORMS)
def test_a_broken_file_is_named(
    tmp_path: Path, table: str, content: str | bytes, expected: list[tuple[int, str, list[str]]]
) -> None:
    faults = check_table(tmp_path, table, content)
    assert [(fault.line, fault.column) for fault in faults] == [(e[0], e[1]) for e in expected]
    for fault, (_, _, parts) in zip(faults, expected, strict=True):
        assert fault.path == tmp_path / f"{table}.csv"
        assert [part for part in parts if part not in fault.message] == []


def test_a_file_saved_by_excel_as_utf8_is_fine(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + default("score_labels").replace("\n", "\r\n").encode()
    assert check_table(tmp_path, "score_labels", content) == ()


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    content = 'domain,comment\na.example,"two\nlines"\n\n@b.example,\n'
    (fault,) = check_table(tmp_path, "test_domains", content)
    assert (fault.line, fault.column) == (5, "domain")


def test_field_mappings_may_have_more_columns(tmp_path: Path) -> None:
    lines = default("field_mappings").splitlines()
    content = "\n".join([lines[0] + ",reviewed_by", *(line + ",佐藤" for line in lines[1:])])
    assert check_table(tmp_path, "field_mappings", content) == ()


def test_a_list_may_be_empty(tmp_path: Path) -> None:
    header = "competitor_name,domain,corporate_number,comment\n"
    assert check_table(tmp_path, "competitors", header) == ()


def test_a_rule_that_scores_per_event_has_no_ceiling(tmp_path: Path) -> None:
    rules = changed("scoring_rules", "1,90,,20,false", "1,90,,20,true")
    (tmp_path / "scoring_rules.csv").write_text(rules, encoding="utf-8")
    assert check_table(tmp_path, "score_labels", changed("score_labels", "高,30", "高,300")) == ()


def test_points_that_are_never_valid_together_do_not_add_up(tmp_path: Path) -> None:
    """Of a rule that follows another only one scores at a time."""
    ends = changed("scoring_rules", "180,,15,false,A,true,,", "180,,15,false,A,true,,2027-04-01")
    rules = ends.replace("10,false,B,false,,", "10,false,B,true,2027-04-01,")
    assert rules.count("2027-04-01") == 2
    (tmp_path / "scoring_rules.csv").write_text(rules, encoding="utf-8")
    reached = changed("stage_rules", "score,>=,30", "score,>=,110")
    assert check_table(tmp_path, "stage_rules", reached) == ()
    (fault,) = check_table(tmp_path, "stage_rules", reached.replace(">=,110", ">=,111"))
    assert "110 点なので、誰も届きません" in fault.message


def test_the_same_condition_may_follow_itself(tmp_path: Path) -> None:
    a_ends = changed("scoring_rules", "180,,15,false,A,true,,", "180,,15,false,A,true,,2027-04-01")
    both = a_ends.replace("false,B,false,,", "false,B,true,2027-04-01,")
    assert check_table(tmp_path, "scoring_rules", both) == ()
    overlapping = both.replace("2027-04-01,,比較用", "2027-03-31,,比較用")
    (fault,) = check_table(tmp_path, "scoring_rules", overlapping)
    assert (fault.line, fault.column) == (12, "valid_from_on")


def test_unknown_files_are_named_and_others_left_alone(tmp_path: Path) -> None:
    for name in ("scoring_rule.csv", "Industries.csv", "stage_rules.xlsx", "~$stage_rules.xlsx"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "README.md").write_text("x", encoding="utf-8")
    faults = {fault.path.name: fault.message for fault in check(tmp_path).faults}
    assert set(faults) == {"scoring_rule.csv", "Industries.csv", "stage_rules.xlsx"}
    assert "近いのは「scoring_rules.csv」" in faults["scoring_rule.csv"]
    assert "近いのは「industries.csv」" in faults["Industries.csv"]
    assert "Excel の形式" in faults["stage_rules.xlsx"]


def test_all_faults_come_at_once_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    (tmp_path / "score_labels.csv").write_bytes(default("score_labels").encode("cp932"))
    rules = changed("scoring_rules", "industry,in", "industy,in").replace("1,90,,20", "1,-90,,二十")
    (tmp_path / "scoring_rules.csv").write_text(rules, encoding="utf-8")
    (tmp_path / "targets.csv").write_text("", encoding="utf-8")
    found = [(fault.path.name, fault.line, fault.column) for fault in check(tmp_path).faults]
    assert found == [
        ("score_labels.csv", 2, ""),
        ("scoring_rules.csv", 3, "measure"),
        ("scoring_rules.csv", 11, "points"),
        ("scoring_rules.csv", 11, "window_days"),
        ("targets.csv", 0, ""),
    ]


def test_an_own_table_is_checked_together_with_the_fallbacks(tmp_path: Path) -> None:
    industries = "source_value,industry\n工場,製造\nソフト,IT\n他,その他\n"
    faults = check_table(tmp_path, "industries", industries)
    assert [(fault.path, fault.line, fault.column) for fault in faults] == [
        (DEFAULTS / "scoring_rules.csv", 3, "value"),
        (DEFAULTS / "stage_rules.csv", 9, "value"),
    ]
    assert all("「医療」" in fault.message for fault in faults)


def test_a_rule_on_a_kind_that_no_row_makes_is_named(tmp_path: Path) -> None:
    kinds = without_lines("touchpoint_kinds", "card_exchanged")
    (fault,) = check_table(tmp_path, "touchpoint_kinds", kinds)
    assert (fault.path.name, fault.line, fault.column) == ("stage_rules.csv", 7, "measure")
    assert "touchpoint_kinds.csv のどの行もこの種類を作らない" in fault.message


def test_an_exception_names_a_known_policy_a_record_and_an_instant(tmp_path: Path) -> None:
    good = "first_contact,salesforce:lead:00Q000000000001AAA,2026-10-05 09:00,先方の希望\n"
    bad = "first_contct,salesforce:00Q,来週,\n"
    content = f"policy,record,excused_at,reason\n{good}{bad}"
    faults = check_table(tmp_path, "sla_exceptions", content)
    columns = ["excused_at", "policy", "reason", "record"]
    assert [(fault.line, fault.column) for fault in faults] == [(3, name) for name in columns]
    assert "近いのは「first_contact」" in faults[1].message
