"""The data dictionary is what the contracts say, and every published column is explained."""

from __future__ import annotations

from orchestration import data_dictionary


def test_the_committed_page_is_up_to_date() -> None:
    assert data_dictionary.PAGE.read_text(encoding="utf-8") == data_dictionary.render(), (
        "run `make dictionary` and commit docs/data-dictionary.md"
    )


def test_no_column_is_unexplained() -> None:
    bare = [line for line in data_dictionary.render().splitlines() if line.endswith("|  |")]
    assert bare == []
