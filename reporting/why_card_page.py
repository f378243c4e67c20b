"""How a why card looks: as text for the terminal and as a page of its own.

Not here: what stands on it (why_card).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reporting.files import write_atomically
from reporting.pages import render
from reporting.text_tables import aligned, width_of
from reporting.texts import Texts, catalogue
from reporting.why_card import Card, Section, shown

WIDEST_CELL = 48
# columns whose values are codes that have a label; all others are shown as they are
LABELLED = ("flags", "policy", "status", "outcome", "kind", "field", "rule", "system", "ng_reason")
FACTS = (
    ("company_name", "department", "title", "prefecture", "email", "phone_e164", "owner_name"),
    ("stage", "stage_reason", "score", "score_label", "is_ng", "ng_reason", "is_untouched"),
    ("is_dormant", "has_opted_out", "first_seen_at", "last_touch_at", "source_count", "person_id"),
)


def lines(card: Card, language: str = "ja") -> Iterator[str]:
    """The card line by line, for the terminal.

    Args:
        card: what is shown.
        language: of the catalogue.
    """
    texts = catalogue(language)
    yield _title(card, texts)
    yield from (f"  {line}" for line in aligned(list(_facts(card, texts))))
    for section in card.sections:
        yield ""
        yield texts(
            "why_card.list",
            label=texts(f"why_card.sections.{section.name}"),
            total=f"{section.total:,}",
        )
        yield from _table(section, texts)


def write_card(folder: Path, card: Card, language: str = "ja", history: str | None = None) -> Path:
    """Writes the card as `<person_id>.html` and returns where it stands.

    Args:
        folder: where it goes; an older card of the person there is replaced.
        card: what is shown.
        language: of the catalogue.
        history: which replayed history the card tells of, `in_force` or `proposed`; none is what
            happened.
    """
    texts = catalogue(language)
    html = render(
        "why_card.html.j2",
        texts,
        history=texts(f"why_card.histories.{history}") if history else None,
        title=_title(card, texts),
        facts=list(_facts(card, texts)),
        sections=[
            (section, _labels(section, texts), list(_cells(section, texts)))
            for section in card.sections
        ],
        total_points=sum(row[1] for row in card.section("score_parts").rows),
    )
    target = folder / f"{card.person['person_id']}.html"
    return write_atomically(target, lambda path: path.write_text(html, encoding="utf-8"))


def _title(card: Card, texts: Texts) -> str:
    name = card.person["full_name"] or texts("report.no_name")
    return texts("why_card.title", name=name)


def _facts(card: Card, texts: Texts) -> Iterator[tuple[str, str]]:
    for name in (name for group in FACTS for name in group):
        yield texts(f"why_card.facts.{name}"), _cell(card.person[name], texts, name)


def _labels(section: Section, texts: Texts) -> list[str]:
    return [texts(f"why_card.columns.{column}") for column in section.columns]


def _cells(section: Section, texts: Texts) -> Iterator[list[str]]:
    for row in section.rows:
        cells = zip(row, section.columns, strict=True)
        yield [_cell(value, texts, column) for value, column in cells]


def _cell(value: object, texts: Texts, column: str) -> str:
    def label(group: str, code: str) -> str:
        return texts.label("why_card.values", code) if group in LABELLED else code

    return shown(value, label, column)


def _table(section: Section, texts: Texts) -> Iterator[str]:
    rows = [_labels(section, texts), *_cells(section, texts)]
    cut = [[_cut(cell) for cell in row] for row in rows]
    yield from (f"  {line}" for line in aligned(cut))
    if section.total > len(section.rows):
        yield "  " + texts("why_card.more", shown=len(section.rows), total=f"{section.total:,}")


def _cut(cell: str) -> str:
    text = " ".join(cell.split())
    while width_of(text) > WIDEST_CELL:
        text = text[:-2] + "…"
    return text
