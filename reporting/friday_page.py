"""The Friday page: cards, agenda, classes of lists and the freshness of the sources, as HTML.

What stands on the page and in which order belongs here; the looks are in `templates/`, the words in
the catalogue, single tables in `page_tables.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reporting.decisions_received import counts_of_week, waiting_longer
from reporting.findings import TOKYO, Freshness, FridayFindings
from reporting.friday_rules import CLASSES, REVIEW_RULES, class_of
from reporting.page_cells import Table
from reporting.page_tables import Tables
from reporting.pages import render
from reporting.texts import Texts

# Half a minute per decision is what the classes in thirty minutes leave; the rest waits.
SHOWN_PER_CLASS = 40
LEAST_SHOWN = 10
MEETING_MINUTES = 30
OPENING_MINUTES = 3
CLOSING_MINUTES = 3
LEAST_MINUTES = 2


@dataclass(frozen=True)
class ClassCount:
    """The numbers of one Friday class."""

    name: str
    count: int
    previous: int | None
    fixed: int
    new: int
    checked: int

    @property
    def change(self) -> int | None:
        """This week minus last week; none when there was no last week."""
        return None if self.previous is None else self.count - self.previous


@dataclass(frozen=True)
class AgendaItem:
    """One part of the meeting."""

    starts: str
    minutes: int
    what: str
    name: str = ""


@dataclass(frozen=True)
class Section:
    """One Friday class with its lists."""

    name: str
    number: int
    count: ClassCount
    tables: tuple[Table, ...]
    shown: int


def class_counts(data: FridayFindings) -> tuple[ClassCount, ...]:
    """The numbers of the cards, summed over the rules of each class.

    Args:
        data: What was read for the report.
    """

    def total(numbers: dict[str, int], name: str) -> int:
        return sum(count for rule, count in numbers.items() if class_of(rule) == name)

    return tuple(
        ClassCount(
            name=name,
            count=total(data.counts, name),
            previous=None if data.previous_counts is None else total(data.previous_counts, name),
            fixed=total(data.fixed, name),
            new=total(data.new, name),
            checked=total(data.checked, name),
        )
        for name in CLASSES
    )


def agenda(texts: Texts, shown: Sequence[Section], as_of: datetime) -> list[AgendaItem]:
    """Thirty minutes, shared out by how much each class shows.

    Args:
        texts: The catalogue.
        shown: The classes with what the page shows of them.
        as_of: The day of the meeting, which starts at 15:00 in Tokyo.
    """
    plan = [("", texts("agenda.opening"), OPENING_MINUTES)]
    for section, minutes in zip(shown, _class_minutes(shown), strict=True):
        plan.append((section.name, _agenda_line(texts, section), minutes))
    plan.append(("", texts("agenda.closing"), CLOSING_MINUTES))
    starts = as_of.astimezone(TOKYO).replace(hour=15, minute=0)
    items = []
    for name, what, minutes in plan:
        if minutes:
            items.append(AgendaItem(f"{starts:%H:%M}", minutes, what, name))
            starts += timedelta(minutes=minutes)
    return items


def _agenda_line(texts: Texts, section: Section) -> str:
    label, count = texts(f"classes.{section.name}.label"), f"{section.count.count:,}"
    if not section.shown:
        return texts("agenda.class_none", label=label)
    if section.shown < section.count.count:
        return texts("agenda.class_top", label=label, shown=section.shown, count=count)
    return texts("agenda.class", label=label, count=count)


def _class_minutes(shown: Sequence[Section]) -> list[int]:
    """Two minutes for every class that found something, the rest by size (largest remainder)."""
    weights = [section.shown for section in shown]
    filled = sum(weight > 0 for weight in weights)
    if not filled:
        return [0] * len(weights)
    room = MEETING_MINUTES - OPENING_MINUTES - CLOSING_MINUTES - LEAST_MINUTES * filled
    exact = [room * weight / sum(weights) for weight in weights]
    minutes = [
        int(share) + (LEAST_MINUTES if w else 0) for share, w in zip(exact, weights, strict=True)
    ]
    by_remainder = sorted(range(len(exact)), key=lambda i: int(exact[i]) - exact[i])
    for place in by_remainder[: room - sum(int(share) for share in exact)]:
        minutes[place] += 1
    return minutes


def sections(tables: Tables, counts: tuple[ClassCount, ...]) -> list[Section]:
    """The classes with their lists, cut to what a meeting can look at.

    Args:
        tables: Builder of the single lists.
        counts: The numbers of the classes.
    """
    found = []
    for number, count in enumerate(counts, start=1):
        rules = tables.data.rules_of(count.name)
        totals = [len(tables.data.of_rule(rule)) for rule in rules]
        # What only people can say is limited where it is found, and shown whole.
        asked = [
            total if rule in REVIEW_RULES else 0 for rule, total in zip(rules, totals, strict=True)
        ]
        others = [total - own for total, own in zip(totals, asked, strict=True)]
        room = max(SHOWN_PER_CLASS - sum(asked), LEAST_SHOWN)
        shares = [own + more for own, more in zip(asked, share_out(room, others), strict=True)]
        lists = tuple(tables.of_rule(rule, cap) for rule, cap in zip(rules, shares, strict=True))
        shown = sum(table.shown for table in lists)
        found.append(Section(count.name, number, count, lists, shown))
    return found


def share_out(cap: int, totals: Iterable[int]) -> list[int]:
    """Shares the room of a class among its lists: small lists whole, the rest evenly.

    Args:
        cap: Rows the class may show.
        totals: Rows each of its lists has.
    """
    wanted = list(totals)
    shares = [0] * len(wanted)
    left = min(cap, sum(wanted))
    while left:
        for place, want in enumerate(wanted):
            if left and shares[place] < want:
                shares[place] += 1
                left -= 1
    return shares


def stale(freshness: tuple[Freshness, ...]) -> list[Freshness]:
    """Sources whose data is not up to date, for the note at the top.

    One that was never connected has no data that could be missed; the table below tells of it.

    Args:
        freshness: One entry per source.
    """
    return [
        source
        for source in freshness
        if source.status != "ok" and not (source.status == "off" and source.last_loaded_at is None)
    ]


def persons_named(data: FridayFindings, texts: Texts) -> list[str]:
    """Whom the page shows, in its order.

    Args:
        data: What was read for the report.
        texts: The catalogue.
    """
    everybody = {person: person for person in data.person_of.values()}
    everybody |= {f.person_id: f.person_id for f in data.findings if f.person_id}
    shown = sections(Tables(data, texts, None, everybody), class_counts(data))
    lines = (
        line
        for section in shown
        for table in section.tables
        for group in table.groups
        for row in group.rows
        for cell in row
        for line in cell
    )
    return list(dict.fromkeys(line.href for line in lines if line.tone == "why" and line.href))


def render_page(
    data: FridayFindings,
    texts: Texts,
    *,
    as_of: datetime,
    salesforce_url: str | None,
    why: Mapping[str, str] | None = None,
) -> str:
    """The whole page as one self-contained HTML document.

    Args:
        data: What was read for the report.
        texts: The catalogue.
        as_of: The moment of the report.
        salesforce_url: Where records open; none leaves them unlinked.
        why: Person → address of the why card; who is not in it is not linked.
    """
    counts = class_counts(data)
    shown = sections(Tables(data, texts, salesforce_url, why or {}), counts)
    moment = as_of.astimezone(TOKYO)
    return render(
        "friday.html.j2",
        texts,
        date_label=day_label(texts, as_of),
        time_label=f"{moment:%H:%M}",
        counts=counts,
        agenda=agenda(texts, shown, as_of),
        sections=shown,
        freshness=data.freshness,
        stale=stale(data.freshness),
        received=counts_of_week(data.received, moment.date()),
        waiting_longer=waiting_longer(data.received, moment.date()),
    )


def day_label(texts: Texts, as_of: datetime) -> str:
    """The day of the report as people write it: 2026年10月2日(金).

    Args:
        texts: The catalogue.
        as_of: The moment of the report.
    """
    day = as_of.astimezone(TOKYO)
    weekday = texts.branch("words.weekdays")[day.weekday()]
    return texts("words.day", year=day.year, month=day.month, day=day.day, weekday=weekday)
