"""The what-if as people see it: a page with chart and tables, and the short table of the terminal.

Not here: the numbers (what_if_figures) and the replays (orchestration).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reporting.files import write_atomically
from reporting.findings import TOKYO
from reporting.pages import render
from reporting.texts import Texts, catalogue
from reporting.what_if_figures import NOBODY, Comparison, Lead

PAGE = "what_if.html"
SHOWN_PERSONS = 50
# the chart in its own units; the page scales it
HEIGHT, GAP, BAR, LEFT, BOTTOM = 160, 10, 12, 34, 24
SHOWN_WEEKS = 26


@dataclass(frozen=True)
class Bar:
    """One bar of the chart, in the chart's units from its upper left corner."""

    x: float
    y: float
    height: float
    series: str
    title: str


@dataclass(frozen=True)
class Chart:
    """MQLs per week, before and after, as bars side by side."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str], ...]


def write_page(
    folder: Path,
    comparison: Comparison,
    changes: Sequence[str],
    *,
    as_of: datetime,
    language: str = "ja",
    why: Mapping[str, str] | None = None,
) -> Path:
    """Writes the page and returns where it stands.

    Args:
        folder: where it goes; an older page there is replaced.
        comparison: the two histories.
        changes: the rows of the agreement that differ, one text each.
        as_of: the instant for which both were replayed.
        language: of the catalogue.
        why: person → address of the why card; who is not in it is not linked.
    """
    texts = catalogue(language)
    html = render(
        "what_if.html.j2",
        texts,
        comparison=comparison,
        changes=changes,
        chart=weekly_chart(texts, comparison.weeks[-SHOWN_WEEKS:]),
        moved=list(_moved(comparison, why or {})),
        load=list(_load(texts, comparison)),
        day=f"{as_of.astimezone(TOKYO):%Y年%-m月%-d日 %H:%M}",
        shown=SHOWN_PERSONS,
        percent=percent,
        why=why,
    )
    return write_atomically(folder / PAGE, lambda path: path.write_text(html, encoding="utf-8"))


def lines(comparison: Comparison, language: str = "ja") -> Iterator[str]:
    """The comparison in a few lines without any name, for the terminal."""
    texts = catalogue(language)
    for group in comparison.groups:
        yield texts(
            "what_if.line",
            label=texts(f"what_if.groups.{group.name}"),
            size=f"{group.size:,}",
            opportunity=percent(group.opportunity_rate),
            win=percent(group.win_rate),
        )
    for policy, clocks in comparison.before.clocks.items():
        yield texts(
            "what_if.clock_line",
            label=texts.label("what_if.policies", policy),
            before=percent(clocks.compliance),
            after=percent(comparison.after.clocks[policy].compliance),
        )


def percent(share: float | None) -> str:
    """A share as people read it; a dash when there is none."""
    return "—" if share is None else f"{share:.1%}"


def weekly_chart(texts: Texts, weeks: Sequence[tuple[date, int, int]]) -> Chart:
    """Lays the bars out; the highest bar fills the height."""
    highest = max((max(before, after) for _, before, after in weeks), default=0) or 1
    step = 2 * BAR + GAP
    bars: list[Bar] = []
    labels = []
    for number, (week, *counts) in enumerate(weeks):
        x = LEFT + number * step
        for place, (series, count) in enumerate(zip(("before", "after"), counts, strict=True)):
            height = count / highest * HEIGHT
            title = texts(
                "what_if.bar",
                week=f"{week:%-m/%-d}",
                label=texts(f"what_if.{series}"),
                count=count,
            )
            bars.append(Bar(x + place * BAR, HEIGHT - height + 8, height, series, title))
        if number % 4 == 0:
            labels.append((x + BAR, f"{week:%-m/%-d}"))
    ticks = tuple((HEIGHT - part * HEIGHT + 8, f"{part * highest:.0f}") for part in (0.0, 0.5, 1.0))
    width = LEFT + max(len(weeks), 1) * step
    return Chart(width, HEIGHT + BOTTOM + 8, tuple(bars), ticks, tuple(labels))


@dataclass(frozen=True)
class Moved:
    """A person who is an MQL in one history only; `href` opens their why card, if there is one."""

    is_gained: bool
    lead: Lead
    other_score: int
    href: str | None


def persons_shown(moved: Sequence[str]) -> Sequence[str]:
    """Whom the page names of those who are gained or lost.

    Args:
        moved: `gained` or `lost` of the comparison.
    """
    return moved[:SHOWN_PERSONS]


def _moved(
    comparison: Comparison, why: Mapping[str, str]
) -> Iterator[tuple[str, list[Moved], int]]:
    for name, keys, own, other in (
        ("gained", comparison.gained, comparison.after, comparison.before),
        ("lost", comparison.lost, comparison.before, comparison.after),
    ):
        moved = [
            Moved(
                name == "gained",
                own.leads[key],
                other.leads[key].score if key in other.leads else 0,
                why.get(key),
            )
            for key in persons_shown(keys)
        ]
        yield name, moved, len(keys)


def _load(texts: Texts, comparison: Comparison) -> Iterator[tuple[str, int, int]]:
    before, after = comparison.before.load, comparison.after.load
    for name in sorted(before.keys() | after.keys(), key=lambda one: (one == NOBODY, one)):
        label = name if name != NOBODY else texts("what_if.queue")
        yield label, before.get(name, 0), after.get(name, 0)
