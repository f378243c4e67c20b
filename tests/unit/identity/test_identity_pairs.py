"""What is told of compared pairs: the verdict, the evidence and what speaks against it."""

import pytest

from identity.company_pairs import compare_companies
from identity.constraints import never_folded
from identity.decisions import Constraint
from identity.employers import cluster_companies, find_employers
from identity.normalised_records import normalise_companies, normalise_persons
from identity.person_matching import match_persons
from identity.person_nodes import find_nodes
from identity.resolution import person_links

MAIL = {"email": "k1024@kakehashi.test"}
COMPANY = {"company_name": "株式会社架橋"}
YAMADA = {"family_name": "山田", "given_name": "太郎"}
SUZUKI = {"family_name": "鈴木", "given_name": "花子"}


@pytest.fixture(name="tables")
def _tables(person_table, company_table, lists):
    def make(persons=(), companies=(), constraints=()):
        persons, companies = person_table(persons), company_table(companies)
        normalised = normalise_persons(persons, lists)
        normalised_companies = normalise_companies(companies, lists)
        records = (persons, normalised, companies, normalised_companies)
        employers = find_employers(*records, cluster_companies(*records, constraints))
        nodes = find_nodes(normalised, employers, never_folded(constraints))
        pairs = match_persons(nodes, person_links(persons), constraints)
        company_pairs = compare_companies(companies, normalised_companies, employers, constraints)
        return pairs.to_pylist(), company_pairs.to_pylist()

    return make


def only(pairs):
    assert len(pairs) == 1
    return pairs[0]


def test_a_joined_pair_tells_its_evidence_and_weights(tables):
    rows = [{**YAMADA, **MAIL}, {**YAMADA, **MAIL, "mobile": "090-0000-1234"}]
    pair = only(tables(rows)[0])
    assert (pair["verdict"], pair["veto"]) == ("joined", None)
    assert pair["evidence"] == pair["evidence_names"][0] == "メール+氏名一致"
    assert pair["weight_name"] > 0 and pair["weight_mail"] > 0
    assert pair["weight_mobile"] is None and pair["weight_employer"] is not None
    assert 0.99 < pair["match_probability"] <= 1


def test_the_weights_add_up_to_the_match_weight_but_for_the_prior(tables):
    rows = [{**YAMADA, **MAIL}, {**YAMADA, **MAIL, "mobile": "090-0000-1234"}, SUZUKI]
    pair = only(tables(rows)[0])
    weights = [value or 0 for name, value in pair.items() if name.startswith("weight_")]
    prior = pair["match_weight"] - sum(weights)
    assert -20 < prior < 0


def test_a_handed_on_address_is_vetoed_by_the_name(tables):
    pair = only(tables([{**YAMADA, **MAIL}, {**SUZUKI, **MAIL}])[0])
    assert (pair["verdict"], pair["veto"]) == ("vetoed", "氏名が違う")


def test_a_record_that_fits_two_people_stands_between(tables):
    rows = [
        {**YAMADA, "email": "t.yamada@kakehashi.test", **COMPANY},
        {**YAMADA, "email": "t.yamada2@kakehashi.test", **COMPANY},
        {**YAMADA, **COMPANY},
    ]
    verdicts = {
        (row["record_key_a"], row["record_key_b"]): (row["verdict"], row["veto"])
        for row in tables(rows)[0]
    }
    assert verdicts == {
        ("form:answer:0", "form:answer:1"): ("vetoed", "同じ勤め先の別メール"),
        ("form:answer:0", "form:answer:2"): ("between", None),
        ("form:answer:1", "form:answer:2"): ("between", None),
    }


def test_a_veto_through_a_third_record_is_told(tables):
    rows = [
        {**YAMADA, **MAIL},
        {"family_name": "山田", "given_name": "花子", "mobile": "090-0000-1234"},
        {"family_name": "山田", **MAIL, "mobile": "090-0000-1234"},
    ]
    found = {row["record_key_b"]: row for row in tables(rows)[0] if row["verdict"] == "vetoed"}
    assert all(row["veto"] == "氏名が違う" for row in found.values())


def test_a_link_of_the_source_is_a_pair_although_nothing_agrees(tables):
    lead = {
        "record_key": "salesforce:lead:1",
        "converted_to_key": "salesforce:contact:2",
        **YAMADA,
    }
    pair = only(tables([lead, {"record_key": "salesforce:contact:2", **SUZUKI}])[0])
    assert (pair["verdict"], pair["evidence"]) == ("joined", "取引開始(コンバート)")
    assert pair["match_weight"] is None


def test_a_decision_is_told_as_evidence_and_as_veto(tables):
    rows = [{**YAMADA, **MAIL}, {**YAMADA, **MAIL}]
    apart = [Constraint("form:answer:0", "form:answer:1", is_same=False)]
    pair = only(tables(rows, constraints=apart)[0])
    assert (pair["verdict"], pair["veto"]) == ("vetoed", "人の判断(別)")
    same = [Constraint("form:answer:0", "form:answer:1", is_same=True)]
    pair = only(tables([YAMADA, SUZUKI], constraints=same)[0])
    assert (pair["verdict"], pair["evidence"]) == ("joined", "人の判断(同一)")


COMPANY_CASES = {
    "number": (
        {"company_name": "架橋", "corporate_number": "7000012050002"},
        {"company_name": "架橋商事", "corporate_number": "7000012050002"},
        ("joined", "法人番号一致", None),
    ),
    "other number": (
        {"company_name": "架橋", "corporate_number": "7000012050002"},
        {"company_name": "架橋", "corporate_number": "2000012010019"},
        ("vetoed", "会社名一致", "法人番号が違う"),
    ),
    "other prefecture": (
        {"company_name": "架橋", "prefecture": "東京都"},
        {"company_name": "架橋", "prefecture": "大阪府"},
        ("vetoed", "会社名一致", "都道府県が違う"),
    ),
    "group on one domain": (
        {"company_name": "架橋製作所", "domain": "kakehashi.test"},
        {"company_name": "架橋販売", "domain": "kakehashi.test"},
        ("between", "ドメイン一致", None),
    ),
}


@pytest.mark.parametrize("case", COMPANY_CASES)
def test_pairs_of_companies(case, tables):
    one, other, expected = COMPANY_CASES[case]
    pair = only(tables(companies=[one, other])[1])
    assert (pair["verdict"], pair["evidence"], pair["veto"]) == expected
    assert (pair["match_probability"] is None) == (pair["verdict"] != "joined")
