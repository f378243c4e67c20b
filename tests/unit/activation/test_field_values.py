"""When a field holds what it should, per data type."""

from __future__ import annotations

import pytest

from activation.values import api_value, canonical, same


@pytest.mark.parametrize(
    ("one", "other", "data_type"),
    [
        (None, "", "text"),
        (" MQL ", "MQL", "picklist"),
        ("一行目\r\n二行目", "一行目\n二行目", "text"),
        (35.0, "35", "number"),
        (35.0, "35", "integer"),
        ("0035.50", 35.5, "number"),
        ("1.21E7", "12100000", "number"),
        ("-0", "0", "number"),
        ("100", 1e2, "number"),
        ("2026-10-02T05:30:00.000+0000", "2026-10-02 05:30:00+00", "datetime"),
        ("2026-10-02T14:30:00+09:00", "2026-10-02T05:30:00.999Z", "datetime"),
        ("2026-10-02", "2026-10-02T00:00:00", "date"),
        (True, "true", "boolean"),
        (None, "False", "boolean"),
    ],
)
def test_same_whatever_the_notation(one: object, other: object, data_type: str) -> None:
    assert same(one, other, data_type)


@pytest.mark.parametrize(
    ("one", "other", "data_type"),
    [
        ("MQL", "mql", "text"),
        ("0011", "11", "text"),
        (None, "0", "number"),
        ("35", "35.01", "number"),
        ("abc", "0", "number"),
        ("2026-10-02T05:30:00Z", "2026-10-02T05:30:01Z", "datetime"),
        ("2026-10-02T05:30:00+09:00", "2026-10-02T05:30:00Z", "datetime"),
        (True, "false", "boolean"),
    ],
)
def test_different(one: object, other: object, data_type: str) -> None:
    assert not same(one, other, data_type)


@pytest.mark.parametrize(
    ("text", "data_type", "value"),
    [
        ("35", "number", 35),
        ("35", "integer", 35),
        ("35.5", "number", 35.5),
        ("true", "boolean", True),
        ("false", "boolean", False),
        ("MQL", "picklist", "MQL"),
        ("2026-10-02 14:30:00+09", "datetime", "2026-10-02T05:30:00Z"),
    ],
)
def test_what_is_sent(text: str, data_type: str, value: object) -> None:
    sent = api_value(text, data_type)
    assert sent == value
    assert type(sent) is type(value)


def test_an_empty_value_is_never_sent() -> None:
    with pytest.raises(ValueError, match="never written"):
        api_value(" ", "text")


def test_an_odd_number_stays_what_it_is() -> None:
    assert canonical("NaN", "number") == "NaN"
    assert canonical("0.10", "number") == "0.1"
