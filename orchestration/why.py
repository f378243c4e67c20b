"""Says why: two records are one person or are not (`A`, `B`), or a person is what it is (`RECORD`).

Reads the warehouse of the last run and changes nothing but the page of a why card. Here belongs
what is asked for and where it is read. Not here: what explains records (`identity`) and what stands
on a card (`reporting`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from identity.explained_records import UnknownRecord, find_key, read_case
from identity.explanation_text import pair_lines, record_lines
from orchestration.readiness import NotReady
from orchestration.settings import Settings, SettingsError
from reporting.why_card import UnknownPerson, find_person, open_marts, read_card
from reporting.why_card_page import lines, write_card

NEEDED = ("int_records_resolved", "int_person_pairs_compared", "int_employers_found")


@dataclass(frozen=True)
class Question:
    """What somebody wants explained.

    Attributes:
        a: a record, as `system:object:id` or by an id that only one record has.
        b: a second one, or None for the whole person or company of the first.
    """

    a: str
    b: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Question:
        """The question in the variables `A` and `B`.

        Raises:
            SettingsError: `A` is missing.
        """
        a, b = (environment.get(name, "").strip() for name in ("A", "B"))
        if not a:
            raise SettingsError(
                "name a record: make why A=salesforce:lead:<id> [B=hubspot:contact:<id>], "
                "or a person: make why RECORD=<record, mail address or person_id>."
            )
        return cls(a, b or None)


def card_of(settings: Settings, named: str) -> tuple[Path, list[str]]:
    """The why card of a person: the page that was written, and the card line by line.

    Args:
        settings: the installation.
        named: a person_id, `system:object:id` of a record, or a mail address.

    Raises:
        NotReady: there was no run yet, a run is going on, or nobody is known by it.
    """
    _opened(settings).close()
    try:
        with open_marts(settings.warehouse, settings.state) as con:
            card = read_card(con, find_person(con, named))
    except UnknownPerson as error:
        raise NotReady(f"RECORD: {error}") from error
    except duckdb.CatalogException as error:
        raise NotReady("no run has come as far as the marts yet; run `make sync` first.") from error
    page = write_card(settings.reports_dir / "why", card, settings.language)
    return page, list(lines(card, settings.language))


def answer(settings: Settings, question: Question) -> Iterator[str]:
    """The explanation, line by line.

    Raises:
        NotReady: there was no run yet, a run is going on, or a record is not known.
    """
    with _opened(settings) as con:
        try:
            keys = [find_key(con, one) for one in (question.a, question.b) if one]
            case = read_case(con, keys)
        except UnknownRecord as error:
            raise NotReady(str(error)) from error
    if len(keys) == 2 and keys[0] != keys[1]:
        yield from pair_lines(case, *keys)
    else:
        yield from record_lines(case, keys[0])


def _opened(settings: Settings) -> duckdb.DuckDBPyConnection:
    if not settings.warehouse.exists():
        raise NotReady(f"there was no run yet in {settings.data_dir}; run `make sync` first.")
    try:
        con = duckdb.connect(str(settings.warehouse), read_only=True)
    except duckdb.IOException as error:
        raise NotReady("a run has the warehouse open; ask again when it is done.") from error
    found = con.execute(
        "select count(*) from information_schema.tables"
        " where table_schema = 'intermediate' and table_name in (select unnest($1))",
        [list(NEEDED)],
    ).fetchone()
    if found is None or found[0] < len(NEEDED):
        con.close()
        raise NotReady("no run has come as far as matching yet; run `make sync` first.")
    con.execute("set timezone = 'UTC'")
    return con
