"""Explanations: every figure recomputes, every chain holds, every outcome has its words."""

import random
import re
from datetime import UTC, datetime
from itertools import combinations, pairwise

import pytest

from identity.decisions import Constraint
from identity.evidence import EVIDENCE
from identity.explained_records import UnknownRecord, find_key, prior_of, read_case
from identity.explanation import Case, Compared, Decided, Record, Redirect
from identity.explanation_text import pair_lines, record_lines
from sandbox.world.building import build_world
from tests.benchmarks.identity_corpus import agreement_lists
from tests.benchmarks.world_records import company_records, person_records
from tests.fixtures.identity.matched_warehouse import warehouse

BELIEF = {row.reason: row.belief for row in EVIDENCE}


@pytest.fixture(name="made_up", scope="module")
def _made_up():
    world = build_world(people=250, seed=7, now=datetime(2026, 10, 2, 5, 30, tzinfo=UTC))
    with warehouse(person_records(world), company_records(world), agreement_lists()) as con:
        yield con


@pytest.fixture(name="by_hand")
def _by_hand(person_table, company_table, lists):
    def make(persons=(), companies=(), constraints=()):
        return warehouse(person_table(persons), company_table(companies), lists, constraints)

    return make


def told(con, a, b=None):
    case = read_case(con, [key for key in (a, b) if key])
    return "\n".join(pair_lines(case, a, b) if b else record_lines(case, a))


def some_pairs(con, where, number=60):
    rows = con.execute(f"""
        select record_key_a, record_key_b from intermediate.int_person_pairs_compared
        where {where} order by all
    """).fetchall()
    return random.Random(3).sample(rows, min(number, len(rows)))


def test_every_figure_of_a_pair_recomputes_from_its_parts(made_up):
    checked = 0
    for a, b in some_pairs(made_up, "match_weight is not null"):
        pair = read_case(made_up, [a, b]).pair(a, b)
        parts = [weight for weight in pair.weights.values() if weight is not None]
        total = max(min(pair.prior + sum(parts), 60), -60)
        assert pair.total == pytest.approx(total, abs=5e-6)
        weighed = 1 / (1 + 2**-pair.total)
        assert pair.weighed_probability == pytest.approx(weighed)
        stated = next((BELIEF[reason] for reason in pair.fits if reason in BELIEF), 0)
        assert pair.probability == pytest.approx(max(weighed, stated), abs=2e-9)
        checked += 1
    assert checked == 60


def test_the_printed_figures_add_up_too(made_up):
    figure = re.compile(r"^  (\S+?)\u3000* +([+-]\d+\.\d{6})", re.MULTILINE)
    for a, b in some_pairs(made_up, "match_weight is not null", 20):
        text = told(made_up, a, b)
        figures = [(name, float(value)) for name, value in figure.findall(text)]
        *parts, (last, total) = figures
        assert (last, len(parts)) == ("合計", 7), text
        assert sum(value for _, value in parts) == pytest.approx(total, abs=1e-5)
        probability = re.search(r"重みから出る確率: .* = ([\d.]+)", text).group(1)
        assert float(probability) == pytest.approx(1 / (1 + 2**-total), abs=1e-6)
        least = re.search(r"認める最低の確率 ([\d.]+)", text)
        if adopted := re.search(r"採用した確率: ([\d.]+)", text):
            stated = max(float(probability), float(least.group(1)) if least else 0)
            assert float(adopted.group(1)) == pytest.approx(stated, abs=1e-6)


def test_any_two_records_of_a_person_are_joined_by_links_and_those_of_two_are_not(made_up):
    rows = made_up.execute("""
        select resolved_id, list(record_key order by record_key)
        from intermediate.int_records_resolved where entity = 'person' group by 1 order by 1
    """).fetchall()
    persons = random.Random(4).sample([keys for _, keys in rows if len(keys) > 1], 25)
    chained = 0
    for keys in persons:
        case = read_case(made_up, keys[:1])
        for a, b in combinations(keys, 2):
            places = _walk(case, a, b)
            assert places[-1] == case.records[b].place
            chained += len(places) > 2
    assert chained
    for one, other in pairwise(persons):
        case = read_case(made_up, [one[0], other[0]])
        assert case.chain(one[0], other[0]) is None
        assert "結論: 別の人物です" in "\n".join(pair_lines(case, one[0], other[0]))


def _walk(case, a, b):
    """The places that the chain between two records leads over."""
    places = [case.records[a].place]
    for link in case.chain(a, b):
        assert link.is_tie
        assert places[-1] in (link.one, link.other)
        places.append(link.other if link.one == places[-1] else link.one)
    return places


def test_every_company_of_several_records_tells_what_holds_them(made_up):
    rows = made_up.execute("""
        select list(record_key order by record_key) from intermediate.int_records_resolved
        where entity = 'account'
            and split_part(record_key, ':', 2) in ('account', 'company')
        group by resolved_id having count(*) > 1 order by 1
    """).fetchall()
    assert len(rows) > 10
    for (keys,) in rows[:12]:
        text = told(made_up, keys[0], keys[-1])
        assert "結論: 同じ会社です" in text and "つながり: " in text
    text = told(made_up, rows[0][0][0])
    assert text.startswith("会社 acc_") and "結びつけた相手" in text


def test_every_record_of_a_person_has_its_reason(made_up):
    key = made_up.execute("""
        select min(record_key) from intermediate.int_records_resolved where entity = 'person'
        group by resolved_id order by count(*) desc, 1 limit 1
    """).fetchone()[0]
    case = read_case(made_up, [key])
    text = told(made_up, key)
    assert len(case.records) > 5
    for record in case.records.values():
        assert record.key in text and record.reason in text
    assert text.count("結びつけた相手") == len(case.records)


def test_the_prior_is_one_for_the_whole_run(made_up):
    prior = prior_of(made_up)
    weights = [row[0] for row in made_up.execute("""
        select column_name from information_schema.columns
        where table_name = 'int_person_pairs_compared' and starts_with(column_name, 'weight_')
    """).fetchall()]  # fmt: skip
    parts = " + ".join(f"coalesce({name}, 0)" for name in weights)
    worst = made_up.execute(f"""
        select max(abs(match_weight - ({parts}) - {prior}))
        from intermediate.int_person_pairs_compared where abs(match_weight) < 60
    """).fetchone()[0]
    assert worst < 5e-6


YAMADA = {"family_name": "山田", "given_name": "太郎"}
SUZUKI = {"family_name": "鈴木", "given_name": "花子"}
MAIL = {"email": "k1024@kakehashi.test"}


def test_a_veto_is_named(by_hand):
    con = by_hand([{**YAMADA, **MAIL}, {**SUZUKI, **MAIL}])
    text = told(con, "form:answer:0", "form:answer:1")
    assert "結論: 別の人物です" in text
    assert "理由: 禁止の規則「氏名が違う」に当たるため" in text
    assert "結びつけを禁じるもの: 「氏名が違う」" in text
    assert "この2件ではなく" not in text


def test_a_chain_over_a_third_record_is_shown_link_by_link(by_hand):
    con = by_hand([
        {**YAMADA, **MAIL},
        {**YAMADA, **MAIL, "mobile": "090-0000-1234"},
        {**YAMADA, "mobile": "090-0000-1234"},
    ])  # fmt: skip
    text = told(con, "form:answer:0", "form:answer:2")
    assert "つながり: 直接ではなく、次の 2 つの結びつきで" in text
    assert "1. form:answer:0 ─ form:answer:1: メール+氏名一致" in text
    assert "2. form:answer:1 ─ form:answer:2: 携帯+氏名一致" in text


def test_records_of_the_same_content_are_said_to_be(by_hand):
    con = by_hand([{**YAMADA, **MAIL}, {**YAMADA, **MAIL}])
    text = told(con, "form:answer:0", "form:answer:1")
    assert "結論: 同じ人物です" in text and "「全項目一致」" in text


def test_strangers_have_nothing_in_common(by_hand):
    con = by_hand([{**YAMADA, **MAIL}, {**SUZUKI, "email": "h@matsukaze.test"}])
    text = told(con, "form:answer:0", "form:answer:1")
    assert "2件を結びつける証拠がありません" in text and "直接の比較: ありません" in text


def test_a_link_of_a_source_system_needs_no_comparison(by_hand):
    con = by_hand([{**YAMADA, "converted_to_key": "form:answer:1"}, {**SUZUKI}])
    text = told(con, "form:answer:0", "form:answer:1")
    assert "結論: 同じ人物です" in text and "取引開始(コンバート)" in text


def test_a_decision_is_told_with_who_and_when(by_hand):
    apart = Constraint("form:answer:0", "form:answer:1", is_same=False)
    con = by_hand([{**YAMADA, **MAIL}, {**YAMADA, **MAIL}], constraints=[apart])
    con.execute("""
        insert into intermediate.int_decisions_gathered values
        ('d1', 'not_same', 'form:answer:0', 'form:answer:1', '2026-09-04 01:00:00+00', '営業 部長')
    """)
    con.execute("insert into intermediate.int_decisions_judged values ('d1', 'holds')")
    text = told(con, "form:answer:0", "form:answer:1")
    assert "結論: 別の人物です" in text and "人の判断(別)" in text
    assert "人の判断: form:answer:0 と form:answer:1 は「別」(2026-09-04、営業 部長)" in text


def test_a_person_and_a_company_are_explained_as_employee_and_employer(by_hand):
    con = by_hand(
        [{**YAMADA, "company_name": "株式会社架橋", "email": "t@kakehashi.test"}],
        [{"record_key": "salesforce:account:001", "company_name": "架橋㈱",
          "domain": "kakehashi.test"}],
    )  # fmt: skip
    text = told(con, "form:answer:0", "salesforce:account:001")
    assert "結論: A と B は勤め先と会社の関係です" in text and "根拠: 「ドメイン一致」" in text


def test_two_companies_show_their_values_side_by_side(by_hand):
    con = by_hand([], [
        {"record_key": "salesforce:account:001", "company_name": "架橋㈱", "prefecture": "東京都",
         "corporate_number": "5990000000012"},
        {"record_key": "hubspot:company:2", "company_name": "株式会社架橋", "prefecture": "東京都",
         "corporate_number": "2990000000023"},
    ])  # fmt: skip
    text = told(con, "salesforce:account:001", "hubspot:company:2")
    assert "結論: 別の会社です" in text and "「法人番号が違う」" in text
    assert "会社名　　　　　一致: 架橋 / 架橋" in text
    assert "法人番号　　　　違う: 5990000000012 / 2990000000023" in text


def test_ids_of_before_are_followed_to_the_first(by_hand):
    con = by_hand([{**YAMADA, **MAIL}])
    now = con.execute("select resolved_id from intermediate.int_records_resolved").fetchone()[0]
    con.execute(
        "insert into mart.id_redirects values"
        " ('person', 'per_b', $1, '2026-09-04 01:00:00+00', '統合', $1),"
        " ('person', 'per_a', 'per_b', '2026-08-04 01:00:00+00', '統合', $1),"
        " ('person', 'per_x', 'per_y', '2026-08-04 01:00:00+00', '統合', 'per_y')",
        [now],
    )
    text = told(con, "form:answer:0")
    assert f"以前のID: per_b → {now}(2026-09-04 に統合)" in text
    assert "以前のID: per_a → per_b(2026-08-04 に統合)" in text and "per_x" not in text
    assert find_key(con, "per_a") == find_key(con, now) == "form:answer:0"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("salesforce:account:001", "salesforce:account:001"),
        (" Salesforce:Account:001 ", "salesforce:account:001"),
        ("001", "salesforce:account:001"),
    ],
)
def test_a_record_is_found_by_its_key_or_its_id(by_hand, given, found):
    con = by_hand([], [{"record_key": "salesforce:account:001", "company_name": "架橋㈱"}])
    assert find_key(con, given) == found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("7", "7 はいくつもあります: hubspot:contact:7, salesforce:lead:7"),
        ("salesforce:lead:8", "というレコードはありません"),
        ("'; drop table x; --", "というレコードはありません"),
        ("", "というレコードはありません"),
    ],
)
def test_what_cannot_be_found_is_said_with_what_there_is(by_hand, given, said):
    con = by_hand([{"record_key": "salesforce:lead:7", **YAMADA},
                   {"record_key": "hubspot:contact:7", **SUZUKI}])  # fmt: skip
    with pytest.raises(UnknownRecord, match=re.escape(said)):
        find_key(con, given)


def test_a_record_without_a_company_is_said_to_have_none(by_hand):
    con = by_hand([{**YAMADA, **MAIL, "email": "taro@gmail.com"}],
                  [{"record_key": "salesforce:account:001", "company_name": "架橋㈱"}])  # fmt: skip
    with pytest.raises(UnknownRecord, match="form:answer:0 から分かる会社はありません"):
        read_case(con, ["form:answer:0", "salesforce:account:001"])


def _record(key, resolved_id, entity="person"):
    return Record(key, entity, resolved_id, "メール+氏名一致", 0.999, key)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (None, None),
        (("5990000000012", "株式会社架橋", "架橋", False),
         "法人番号 5990000000012: 株式会社架橋\n国税庁"),
        (("5990000000012", "株式会社架橋", "架橋", True), ": 株式会社架橋(閉鎖)"),
        (("2990000000023", "株式会社架橋", "架橋", True),
         "株式会社架橋(2990000000023 に合併・承継)"),
        (("5990000000012", "松風株式会社", "松風", False),
         "松風株式会社 — 記録の会社名「架橋」とは違います"),
    ],
)  # fmt: skip
def test_a_stated_number_is_checked_where_the_register_is_there(by_hand, values, said):
    con = by_hand([], [
        {"record_key": "salesforce:account:001", "company_name": "架橋㈱",
         "corporate_number": "5990000000012"},
        {"record_key": "salesforce:account:002", "company_name": "松風",
         "corporate_number": "2990000000023"},
    ])  # fmt: skip
    if values is None:
        assert "国税庁" not in told(con, "salesforce:account:001")
        return
    con.execute(
        "insert into intermediate.int_corporations_found values"
        " ('5990000000012', $1, $2, $3, 'kk', '東京都', true, $4)",
        values,
    )
    assert said in told(con, "salesforce:account:001")
    other = told(con, "salesforce:account:002")
    assert "法人番号 2990000000023: 取り込んだ公表情報にはありません。" in other


def test_what_the_register_tied_is_shown_with_where_it_comes_from():
    records = {key: _record(key, "x", "account") for key in ("a", "b")}
    tied = Case(records, [Compared("a", "b", "joined", "国税庁の法人番号情報で同一", None)])
    bare = Case(records, [Compared("a", "b", "joined", "ドメイン一致", 0.98)])
    assert "国税庁によって保証されたものではありません" in "\n".join(pair_lines(tied, "a", "b"))
    assert "国税庁" not in "\n".join([*pair_lines(bare, "a", "b"), *record_lines(bare, "a")])


def test_the_link_that_was_refused_is_named_and_an_overruled_decision_too():
    case = Case(
        {key: _record(key, found) for key, found in (("a", "p"), ("b", "p"), ("c", "q"))},
        [
            Compared("a", "b", "joined", "メール+氏名一致", 0.999),
            Compared("b", "c", "vetoed", "電話+氏名一致", 0.985, veto="同じ勤め先の別メール"),
        ],
        [Decided("a", "c", True, holds=False)],
        [Redirect("old", "p", datetime(2026, 9, 4, tzinfo=UTC), "分割")],
    )
    text = "\n".join(pair_lines(case, "a", "c"))
    assert "途中の b と c を結びつけていません(同じ勤め先の別メール)" in text
    assert "は「同じ」(日時不明) — 新しい判断と食い違うため使っていません" in text
    assert "以前のID: old → p(2026-09-04 を分割)" in text
