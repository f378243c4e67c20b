"""Fault rules: reading them and counting whom they strike."""

from __future__ import annotations

import json
import time

import pytest

from sandbox.faults.bodies import fault_response
from sandbox.faults.rules import BadRule, FaultBoard, read_rule
from sandbox.request_log import vendor_of


def test_skip_and_times_count_matching_requests_only() -> None:
    board = FaultBoard()
    match = {"method": "get", "path_regex": "/query", "vendor": "salesforce"}
    board.add({"fault": "status", "match": match, "skip": 1, "times": 2})
    struck = [
        bool(board.striking(method, path, vendor))
        for method, path, vendor in [
            ("POST", "/services/data/v62.0/query", "salesforce"),
            ("GET", "/services/data/v62.0/query", "salesforce"),
            ("GET", "/services/data/v62.0/sobjects", "salesforce"),
            ("GET", "/services/data/v62.0/query", "salesforce"),
            ("GET", "/services/data/v62.0/query", "hubspot"),
            ("GET", "/services/data/v62.0/query", "salesforce"),
            ("GET", "/services/data/v62.0/query", "salesforce"),
        ]
    ]
    assert struck == [False, False, False, True, False, True, False]
    assert (board.rules[0].seen, board.rules[0].hits) == (4, 2)


def test_above_strikes_only_what_is_beyond_the_rate() -> None:
    board = FaultBoard()
    board.add({"fault": "status", "status": 429, "above": {"requests": 2, "seconds": 0.2}})
    ask = ("POST", "/crm/v3/objects/contacts/search", "hubspot")
    assert [bool(board.striking(*ask)) for _ in range(4)] == [False, False, True, True]
    time.sleep(0.25)
    assert not board.striking(*ask)


@pytest.mark.parametrize(
    "given",
    [
        "status",
        {},
        {"fault": "explode"},
        {"fault": "status", "matches": {}},
        {"fault": "status", "match": {"path": "/x"}},
        {"fault": "status", "match": {"path_regex": "("}},
        {"fault": "latency", "seconds": "long"},
        {"fault": "status", "above": {"requests": 2}},
    ],
)
def test_a_rule_that_can_not_be_understood_is_refused(given: object) -> None:
    with pytest.raises(BadRule):
        read_rule(given)


def test_a_list_with_one_bad_rule_switches_nothing_on() -> None:
    board = FaultBoard()
    with pytest.raises(BadRule):
        board.add([{"fault": "quota"}, {"fault": "nope"}])
    assert board.rules == []


@pytest.mark.parametrize(
    ("vendor", "rule", "status", "part"),
    [
        ("salesforce", {"fault": "quota"}, 403, "REQUEST_LIMIT_EXCEEDED"),
        ("salesforce", {"fault": "expired_token"}, 401, "INVALID_SESSION_ID"),
        ("salesforce", {"fault": "status", "status": 503}, 503, "SERVER_UNAVAILABLE"),
        ("hubspot", {"fault": "quota"}, 429, '"policyName": "DAILY"'),
        ("hubspot", {"fault": "status", "status": 429}, 429, "TEN_SECONDLY_ROLLING"),
        ("hubspot", {"fault": "expired_token"}, 401, "EXPIRED_AUTHENTICATION"),
        ("typeform", {"fault": "quota"}, 429, "TOO_MANY_REQUESTS"),
        ("sansan", {"fault": "status", "status": 429}, 429, '"statusCode": 429'),
        ("slack", {"fault": "status", "status": 500}, 500, "rollup_error"),
        ("hubspot", {"fault": "bad_body"}, 200, "<html>"),
        ("hubspot", {"fault": "bad_body", "body": '{"results": ['}, 200, '{"results": ['),
        ("hubspot", {"fault": "status", "status": 400, "body": {"a": "あ"}}, 400, '{"a": "あ"}'),
    ],
)
def test_each_vendor_answers_in_its_own_words(
    vendor: str, rule: dict[str, object], status: int, part: str
) -> None:
    answer = fault_response(read_rule(rule), vendor)
    assert answer.status_code == status
    assert part in bytes(answer.body).decode()


def test_headers_of_a_rule_are_sent() -> None:
    rule = read_rule({"fault": "status", "status": 429, "headers": {"Retry-After": 3}})
    answer = fault_response(rule, "hubspot")
    assert answer.headers["retry-after"] == "3"
    assert json.loads(bytes(answer.body))["errorType"] == "RATE_LIMIT"


@pytest.mark.parametrize(
    ("path", "vendor"),
    [
        ("/services/data/v62.0/query", "salesforce"),
        ("/lightning/r/Lead/1/view", "salesforce"),
        ("/crm/objects/2026-03/contacts", "hubspot"),
        ("/form-integrations/v1/submissions/forms/x", "hubspot"),
        ("/forms/abc/responses", "typeform"),
        ("/v3.2/bizCards", "sansan"),
        ("/slack/services/T/B/X", "slack"),
        ("/elsewhere", "unknown"),
    ],
)
def test_paths_belong_to_vendors(path: str, vendor: str) -> None:
    assert vendor_of(path) == vendor
