"""HubSpot's property values, lifecycle and search comparisons; Slack's message limits."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.hubspot.errors import HubSpotFault
from sandbox.hubspot.property_rules import accepted_values, moved_lifecycle
from sandbox.hubspot.search import comparable
from sandbox.slack import payload_problem
from sandbox.world.schema import hubspot_properties

CONTACT = {spec.name: spec for spec in hubspot_properties()["contacts"]}


def test_values_are_kept_as_text_and_empty_text_clears() -> None:
    given = {"firstname": "太郎", "kakehashi_score": 35, "company": "", "phone": None}
    assert accepted_values(CONTACT, given) == {
        "firstname": "太郎",
        "kakehashi_score": "35",
        "company": None,
        "phone": None,
    }


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"nope": "x"}, "PROPERTY_DOESNT_EXIST"),
        ({"createdate": "2026-10-02"}, "READ_ONLY_VALUE"),
        ({"lifecyclestage": "リード"}, "INVALID_OPTION"),
        ({"kakehashi_score": "many"}, "INVALID_DOUBLE"),
        ({"email": "not an address"}, "INVALID_EMAIL"),
    ],
)
def test_refused_values_are_named(given: dict[str, Any], error: str) -> None:
    with pytest.raises(HubSpotFault) as refused:
        accepted_values(CONTACT, {**given, "firstname": "太郎"})
    assert refused.value.status == 400
    assert refused.value.message.startswith("Property values were not valid: [")
    assert error in refused.value.message


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        (None, "lead", "lead"),
        ("lead", "marketingqualifiedlead", "marketingqualifiedlead"),
        ("opportunity", "lead", "opportunity"),
        ("opportunity", None, None),
        ("lead", "lead", "lead"),
    ],
)
def test_the_lifecycle_only_moves_forward_unless_cleared(
    before: str | None, wanted: str | None, after: str | None
) -> None:
    assert moved_lifecycle(before, wanted) == after


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("1790919000000", "datetime", 1790919000000.0),
        ("2026-10-02T05:30:00.000Z", "datetime", 1790919000000.0),
        ("35", "number", 35.0),
        ("Taro", "string", "taro"),
        ("", "string", None),
        (None, "number", None),
    ],
)
def test_search_compares_values_of_any_spelling(value: Any, kind: str, expected: Any) -> None:
    assert comparable(value, kind) == expected


SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "本文"}}


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ({"text": "ok"}, None),
        ({"text": "ok", "blocks": [SECTION, {"type": "divider"}]}, None),
        ([], "invalid_payload"),
        ({"text": " "}, "no_text"),
        ({}, "no_text"),
        ({"blocks": []}, "invalid_blocks"),
        ({"blocks": [SECTION] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "table"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]},
            "invalid_blocks",
        ),
        (
            {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
            "invalid_blocks",
        ),
        (
            {"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]},
            "invalid_blocks",
        ),
        (
            {"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}]},
            "invalid_blocks",
        ),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5},
            "msg_blocks_too_long",
        ),
    ],
)
def test_slack_refuses_what_is_too_long_or_misshapen(payload: Any, problem: str | None) -> None:
    assert payload_problem(payload) == problem
