"""The catalogue: complete, and loud about what is missing."""

from __future__ import annotations

import pytest

from reporting.friday_rules import CLASSES, RULES, class_of
from reporting.texts import catalogue


def test_every_rule_and_class_has_its_words() -> None:
    texts = catalogue()
    assert set(texts.branch("rules")) == set(RULES)
    assert {class_of(rule) for rule in RULES} == set(CLASSES)
    for name in CLASSES:
        assert set(texts.branch(f"classes.{name}")) == set(texts.branch("classes.missing"))


def test_a_choice_holds_no_comma_because_excel_splits_there() -> None:
    texts = catalogue()
    for name in CLASSES:
        assert not [c for c in texts.branch(f"classes.{name}.decisions") if "," in c or '"' in c]


def test_a_missing_text_is_a_fault() -> None:
    with pytest.raises(KeyError, match=r"report\.nothing"):
        catalogue()("report.nothing")
    with pytest.raises(KeyError, match="not a text"):
        catalogue()("report")


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert catalogue().label("objects", "crm:thing") == "crm:thing"
    assert catalogue().label("objects", None) == ""


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(ValueError, match="'xx'"):
        catalogue("xx")
