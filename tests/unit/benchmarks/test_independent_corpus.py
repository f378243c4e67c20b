"""The second corpus of the identity benchmark: repeatable, whole, fair, and nobody's data."""

import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from publicsuffixlist import PublicSuffixList

from tests.benchmarks import independent_corpus
from tests.benchmarks.identity_corpus import build_corpus
from tests.benchmarks.independent_corpus.answer_key import shown_evidence, tied_records
from tests.benchmarks.independent_corpus.building import IndependentCorpus, build, tables
from tests.benchmarks.independent_corpus.numbers import TOLL_FREE_PREFIX
from tests.test_architecture import PACKAGES, imported_packages

PEOPLE, SEED = 600, 3
DIGEST_OF_200_PEOPLE = "930131cd5237812d78d784f1fa5613f276d62c2a5aa9a758d50a23ee9fa73466"
KINDS = {
    "changed_domain", "changed_surname", "family_firm", "foreign", "group_company", "handed_on",
    "job_change", "one_kanji_apart", "plain", "proxy_address", "same_name_elsewhere",
    "same_name_same_company", "same_named_companies", "same_reading", "shared_mailbox",
    "shared_phone", "twins",
}  # fmt: skip
# RFC 2606, and what JPRS keeps for examples
RESERVED = re.compile(r"(.*\.)?(test|example|example\.com|example\.jp|example\.co\.jp)")
TYPED_INSTEAD_OF_A_NUMBER = {
    "", "0", "000", "9999", "00000000", "0000000000", "1234567890", "00000000000", "11111111111",
    "0300000000", "09000000000",
}  # fmt: skip


@pytest.fixture(scope="module")
def corpus() -> IndependentCorpus:
    return build(PEOPLE, SEED)


@pytest.fixture(scope="module")
def written(corpus):
    return {name: table.to_pylist() for name, table in tables(corpus).items()}


def test_another_process_writes_the_same_tables(written, tmp_path):
    again = build_corpus(PEOPLE, SEED, tmp_path, "independent")
    assert again.persons.to_pylist() == written["persons"]
    assert again.companies.to_pylist() == written["companies"]
    of_persons = [row for row in written["key"] if row["entity"] == "person"]
    assert again.junk == {row["key"] for row in of_persons if row["person"] is None}
    assert again.tied == {row["key"]: row["tied"] for row in of_persons if row["person"]}


def test_the_corpus_stays_as_it_was_written():
    """Failing means: figures measured before can no longer be compared with those from now on."""
    rows = {name: table.to_pylist() for name, table in tables(build(200, 1)).items()}
    text = json.dumps(rows, default=str, ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST_OF_200_PEOPLE


def test_another_seed_writes_other_tables(written):
    other = {name: table.to_pylist() for name, table in tables(build(PEOPLE, SEED + 1)).items()}
    mails, other_mails = (
        {row["email"] for row in world["persons"] if row["email"]} for world in (written, other)
    )
    assert len(mails & other_mails) < len(mails) / 10


def test_each_record_stands_once(written):
    keys = [row["record_key"] for name in ("persons", "companies") for row in written[name]]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    for name in ("persons", "companies"):
        for row in written[name]:
            named = (row["source_system"], row["source_object"], row["source_id"])
            assert row["record_key"] == ":".join(named)


def test_links_lead_to_records(written):
    persons = {row["record_key"] for row in written["persons"]}
    companies = {row["record_key"] for row in written["companies"]}
    for row in written["persons"]:
        assert {row["converted_to_key"], row["merged_into_key"]} - {None} <= persons
        assert {row["company_key"], row["converted_account_key"]} - {None} <= companies
    assert {row["merged_into_key"] for row in written["companies"]} - {None} <= companies


def test_the_key_covers_each_record(written):
    persons = {row["record_key"] for row in written["persons"]}
    companies = {row["record_key"] for row in written["companies"]}
    of_persons = Counter(row["key"] for row in written["key"] if row["entity"] == "person")
    of_companies = Counter(row["key"] for row in written["key"] if row["entity"] == "account")
    assert of_persons == Counter(persons)
    assert set(of_companies) - companies <= persons
    assert companies <= set(of_companies)
    assert set(of_companies.values()) == {1}


def test_there_are_people_of_each_class(written):
    people = {(row["person"], row["kind"]) for row in written["key"] if row["person"]}
    kinds = Counter(kind for _, kind in people)
    assert set(kinds) == KINDS
    assert len(people) == PEOPLE
    assert kinds["plain"] > PEOPLE / 2


def test_tied_records_are_linked_by_evidence_of_their_person_alone(corpus, written):
    shown = shown_evidence(corpus.person_records)
    people = {record.key: record.person.person_id for record in corpus.person_records}
    groups, holders = defaultdict(set), defaultdict(set)
    for key, all_of_it in shown.items():
        for evidence in all_of_it:
            holders[evidence].add(key)
    for row in written["key"]:
        if row["person"] and row["entity"] == "person":
            groups[row["tied"]].add(row["key"])
    assert sum(len(group) > 1 for group in groups.values()) > PEOPLE / 3
    for leader, group in groups.items():
        assert len({people[key] for key in group}) == 1
        assert _reached(leader, shown, holders) == group


def _reached(start, shown, holders):
    """Records that a chain of shared evidence leads to, step by step."""
    found, waiting = {start}, [start]
    while waiting:
        near = set().union(*(holders[evidence] for evidence in shown[waiting.pop()])) - found
        found |= near
        waiting.extend(near)
    return found


def test_a_mail_that_two_people_show_ties_only_with_the_name(corpus):
    shown = shown_evidence(corpus.person_records)
    users = defaultdict(set)
    for record in corpus.person_records:
        if record.mail and record.mail.evidence:
            users[record.mail.evidence].add(record.person.person_id)
    shared = {mail for mail, people in users.items() if len(people) > 1}
    told = {evidence[:2] for key in shown for evidence in shown[key] if evidence[0] == "mail"}
    assert shared
    assert not {("mail", mail) for mail in shared} & told
    with_name = [e for key in shown for e in shown[key] if e[0] == "mail and name"]
    assert any(mail in shared for _, mail, _ in with_name)


def test_a_chain_of_evidence_ties_and_nothing_else_does():
    shown = {"c": {1}, "a": {2}, "b": {1, 2}, "d": {3}, "e": set()}
    assert tied_records(shown) == {"a": "a", "b": "a", "c": "a", "d": "d", "e": "e"}


def test_people_of_one_class_can_be_told_apart(corpus):
    """No two people of one name and company, but those of the class that is about it."""
    holders = defaultdict(set)
    for record in corpus.person_records:
        for key in record.name_keys:
            if key.form == "written" and record.company_id:
                holders[key, record.company_id].add(record.person)
    pairs = {
        frozenset((one.kind, other.kind))
        for people in holders.values()
        for one, other in combinations(people, 2)
    }
    assert pairs <= {frozenset({"same_name_same_company"}), frozenset({"group_company"})}


def test_true_domains_are_reserved(corpus):
    people = {record.person for record in corpus.person_records}
    mails = {mail for person in people for mail in person.mails()}
    domains = {mail.split("@")[1] for mail in mails}
    domains |= {r.company.domain for r in corpus.company_records if r.company} - {None}
    assert len(domains) > 100
    assert [domain for domain in domains if not RESERVED.fullmatch(domain)] == []


def test_no_mistyped_domain_is_a_real_one(written):
    known = PublicSuffixList(accept_unknown=False)
    for name in ("persons", "companies"):
        for row in written[name]:
            for column in ("email", "website", "domain"):
                domain = _domain(row.get(column) or "")
                is_real = known.publicsuffix(domain) and not RESERVED.fullmatch(domain)
                assert not is_real, row[column]


def _domain(text):
    plain = unicodedata.normalize("NFKC", text).lower().strip(" \r\n\u200b;>")
    domain = re.sub(r"^https?://", "", plain.split("@")[-1]).split("/")[0]
    return domain if "." in domain else ""


def test_no_telephone_stands_in_a_block_that_is_given_out(corpus):
    for record in corpus.person_records:
        for number in _true_numbers(record):
            prefix, block, _ = number.split("-")
            assert block.startswith("00")
            assert prefix not in ("0120", "0800", "0570")
    companies = {record.company for record in corpus.company_records} - {None}
    toll_free = [c.phone for c in companies if c.phone.startswith(TOLL_FREE_PREFIX)]
    assert 0 < len(toll_free) < len(companies) / 10


def _true_numbers(record):
    person, job = record.person, record.job
    numbers = (person.mobile, job.phone, job.direct_line, person.traits.home_line)
    return [number for number in numbers if number]


def test_written_telephones_are_those_numbers_or_none(corpus):
    for record in corpus.person_records:
        true = [number.replace("-", "")[1:] for number in _true_numbers(record)]
        for column in ("phone", "mobile"):
            text = unicodedata.normalize("NFKC", record.row.get(column) or "")
            digits = "".join(re.findall("[0-9]", text.replace("(0)", "")))
            is_of_nobody = digits in TYPED_INSTEAD_OF_A_NUMBER or "E+" in text
            assert is_of_nobody or any(number in digits for number in true), text


def test_a_form_sent_twice_is_one_act_minutes_apart(corpus):
    forms = defaultdict(list)
    for record in corpus.person_records:
        varying = {"record_key", "source_id", "created_at"}
        said = {name: value for name, value in record.row.items() if name not in varying}
        if record.source.system in ("typeform", "web_forms"):
            forms[record.person, tuple(said.items())].append(record.row["created_at"])
    twice = [sorted(times) for times in forms.values() if len(times) > 1]
    assert twice
    assert all(times[1] - times[0] < timedelta(minutes=15) for times in twice)


def test_the_corpus_knows_nothing_of_the_product():
    modules = list(Path(independent_corpus.__path__[0]).glob("*.py"))
    assert len(modules) > 20
    for module in modules:
        source = module.read_text(encoding="utf-8")
        assert not imported_packages(source) & PACKAGES, module.name
        ours = set(re.findall(r"from (tests\.\w+\.\w+)", source))
        assert ours <= {"tests.benchmarks.independent_corpus", "tests.fixtures.identity"}
