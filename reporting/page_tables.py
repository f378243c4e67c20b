"""Turns findings into the tables of the Friday page: one shape per kind of decision.

Which columns a decision needs and what a cell says belong here; how it looks does not (see
`templates/`), and neither do counts, cards or the agenda (see `friday_page.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby

from reporting.decisions_received import Received, latest_by_finding
from reporting.findings import Finding, FridayFindings, Record
from reporting.friday_rules import REVIEW_RULES
from reporting.page_cells import Cell, Group, Line, Table
from reporting.texts import Texts

_PAGES = {"lead": "Lead", "contact": "Contact", "account": "Account", "opportunity": "Opportunity"}
_DUPLICATES = ("number", "role", "record", "job", "contact", "owner", "updated")
_PAIR = ("pair", "record", "job", "contact", "owner", "updated")
_MISSING = ("number", "record", "attribute", "proposal", "source", "owner")
_PERSON = ("number", "record", "score", "what", "change", "owner")
_DEAL = ("number", "deal", "amount", "what", "change", "owner")


# Columns, what decides which findings stand together, and how those become a group.
Shape = tuple[tuple[str, ...], Callable[[Finding], str], Callable[[list[Finding]], Group]]


def record_link(salesforce_url: str | None, record: Record | Finding) -> str | None:
    """The address at which a Salesforce record opens; none for other systems.

    Args:
        salesforce_url: Address of the organisation; without it nothing is linked.
        record: Anything with source_system, source_object and source_id.
    """
    page = _PAGES.get(record.source_object)
    if not salesforce_url or record.source_system != "salesforce" or not page:
        return None
    return f"{salesforce_url.rstrip('/')}/lightning/r/{page}/{record.source_id}/view"


def yen(texts: Texts, amount: int | None) -> str:
    """An amount as people write it, or that nobody entered one.

    Args:
        texts: The catalogue.
        amount: Whole yen.
    """
    return texts("words.yen", amount=f"{amount:,}") if amount else texts("words.yen_unknown")


def join(*parts: str | None, by: str = " ") -> str:
    """The parts that say something, in one text.

    Args:
        *parts: Texts or nothing.
        by: What stands between them.
    """
    return by.join(part for part in parts if part)


@dataclass(frozen=True)
class Tables:
    """Builds tables with one set of findings, words and links.

    Attributes:
        salesforce_url: Where records open; none leaves them unlinked.
        why: Person → address of the why card; who is not in it is not linked.
    """

    data: FridayFindings
    texts: Texts
    salesforce_url: str | None
    why: Mapping[str, str] = field(default_factory=dict)

    def of_rule(self, rule_id: str, cap: int) -> Table:
        """The table of a rule, cut to what the meeting can look at.

        Args:
            rule_id: A rule with at least one finding.
            cap: How many findings to show; a group is never cut, so it may be a few more.
        """
        findings = self.data.of_rule(rule_id)
        # a rule that finds people and deals alike shows them as people
        example = next((f for f in findings if not f.opportunity_id), findings[0])
        columns, together, build = self._shape(example)
        groups: list[Group] = []
        shown = 0
        for _, members in groupby(findings, key=together):
            if shown >= cap:
                break
            decided_together = list(members)
            groups.append(build(decided_together))
            shown += len(decided_together)
        return Table(
            rule_id=rule_id,
            label=self.texts.label("rules", rule_id),
            columns=tuple((name, self.texts(f"columns.{name}")) for name in columns),
            groups=tuple(groups),
            total=len(findings),
            shown=shown,
        )

    def _shape(self, finding: Finding) -> Shape:
        if finding.rule_id in REVIEW_RULES:
            return _PAIR, lambda f: f.finding_id, self._pair
        if finding.friday_class == "duplicates":
            return _DUPLICATES, lambda f: f.subject, self._duplicates
        if finding.friday_class == "missing":
            return _MISSING, lambda f: f.record_key, self._missing
        if finding.opportunity_id:
            return _DEAL, lambda f: f.finding_id, self._deal
        return _PERSON, lambda f: f.finding_id, self._person

    def _duplicates(self, members: list[Finding]) -> Group:
        kept = dict.fromkeys(f.proposed_from for f in members if f.proposed_from)
        merged = {f.record_key for f in members}
        rows = [self._duplicate("", key, "keep") for key in kept if key not in merged]
        rows += [
            self._duplicate(
                f.number, f.record_key, "branch" if f.attribute == "parent" else "merge"
            )
            for f in members
        ]
        first = members[0]
        name = (
            first.person.full_name if first.person else first.record and first.record.company_name
        )
        company = first.person.company_name if first.person else None
        return Group(
            rows=tuple(rows),
            heading=join(name or self.texts("report.no_name"), company, by=" / "),
            badge=join(*self._standing(first), by="・"),
            note=join(
                join(*dict.fromkeys(f.what_ja for f in members), by=" / "),
                *(self._previously(f) for f in members),
            ),
        )

    def _duplicate(self, number: str, record_key: str, role: str) -> tuple[Cell, ...]:
        record = self.data.records.get(record_key) or _bare_record(record_key)
        return (
            _lines(number),
            (Line(self.texts(f"words.{role}"), tone=f"role {role}"),),
            self._record_lines(record, company=False) + self._why(record),
            _lines(record.company_name, join(record.department, record.title)),
            _lines(record.email, record.phone),
            self._owner(record.owner),
            _lines(_day(record.updated_on)),
        )

    def _pair(self, members: list[Finding]) -> Group:
        finding = members[0]
        rows = []
        for letter, record in zip("AB", self.pair_of(finding), strict=False):
            cells = self._duplicate("", record.record_key, "merge")[2:]
            rows.append(((Line(letter, tone="role pair"),), *cells))
        likelihood = self.likelihood_of(finding)
        question = self.texts.label("questions", finding.rule_id)
        return Group(
            rows=tuple(rows),
            heading=join(finding.number, question),
            badge=self.texts("words.likelihood", likelihood=likelihood) if likelihood else "",
            note=join(
                finding.what_ja,
                finding.proposed_value and self.texts("words.if_same", what=finding.proposed_value),
                self._previously(finding),
            ),
        )

    def likelihood_of(self, finding: Finding) -> str:
        """How likely two records are one, in a word; nothing where the machine has no idea.

        Args:
            finding: A question about a pair.
        """
        return str(self.texts.branch("likelihoods").get(finding.current_value, ""))

    def pair_of(self, finding: Finding) -> tuple[Record, ...]:
        """The two records of a question about a pair.

        Args:
            finding: Its other record is the one that the proposal comes from.
        """
        keys = [finding.record_key, finding.proposed_from]
        return tuple(self.data.records.get(key) or _bare_record(key) for key in keys if key)

    def previous_decision(self, finding: Finding) -> str:
        """What an earlier meeting decided about a finding that is still there, by whom and when.

        Args:
            finding: Any finding.
        """
        received = self._received.get(finding.finding_id)
        if received is None:
            return ""
        word = self.texts.label("decided", received.kind)
        day = f"{received.decided_on.month}/{received.decided_on.day}"
        return self.texts(
            "words.decided", word=word, signed=join(day, received.decided_by, received.comment)
        )

    def _previously(self, finding: Finding) -> str:
        previous = self.previous_decision(finding)
        return self.texts("words.previously", decision=previous) if previous else ""

    @cached_property
    def _received(self) -> dict[str, Received]:
        return latest_by_finding(self.data.received)

    def _missing(self, members: list[Finding]) -> Group:
        rows = []
        for place, finding in enumerate(members):
            first = place == 0
            rows.append(
                (
                    (Line(finding.number),),
                    self._subject_lines(finding) if first else (),
                    _lines(
                        self.texts.label("attributes", finding.attribute),
                        self._previously(finding),
                    ),
                    self._proposal(finding),
                    _lines(self.source_of(finding)),
                    self._owner(finding.owner) if first else (),
                )
            )
        return Group(rows=tuple(rows))

    def _person(self, members: list[Finding]) -> Group:
        finding = members[0]
        cells = (
            (Line(finding.number),),
            self._subject_lines(finding),
            _lines(*self._standing(finding)),
            _lines(finding.what_ja, self._previously(finding)),
            self._change(finding),
            self._owner(finding.owner),
        )
        return Group(rows=(cells,))

    def _deal(self, members: list[Finding]) -> Group:
        finding = members[0]
        record = finding.record or _bare_record(finding.record_key)
        cells = (
            (Line(finding.number),),
            self._record_lines(record) + self._why(record, finding.person_id),
            (Line(yen(self.texts, record.amount_jpy), tone="amount"),),
            _lines(finding.what_ja, self._previously(finding)),
            self._change(finding),
            self._owner(finding.owner),
        )
        return Group(rows=(cells,))

    def _subject_lines(self, finding: Finding) -> Cell:
        record = finding.record or _bare_record(finding.record_key)
        return self._record_lines(record) + self._why(record, finding.person_id)

    def _why(self, record: Record, person_id: str | None = None) -> Cell:
        """The link to the card of a record's person, if there is one."""
        person = person_id or self.data.person_of.get(record.record_key, "")
        href = self.why.get(person)
        return (Line(self.texts("words.why"), href, "why"),) if href else ()

    def _record_lines(self, record: Record, *, company: bool = True) -> Cell:
        object_label = self.texts.label("objects", f"{record.source_system}:{record.source_object}")
        name = record.display_name or self.texts("report.no_name")
        day = _day(record.created_on)
        created = self.texts("words.created", date=day) if day else None
        lines = [Line(name, record_link(self.salesforce_url, record), "name")]
        if company and record.company_name != name:
            lines += _lines(record.company_name)
        detail = record.state if company else created
        lines.append(Line(join(object_label, detail, by="・"), tone="quiet"))
        return tuple(lines)

    def _standing(self, finding: Finding) -> tuple[str, ...]:
        person = finding.person
        if person is None:
            return ()
        score = self.texts("words.score", score=person.score, label=person.score_label or "-")
        return (person.stage, score) if person.stage else (score,)

    def _change(self, finding: Finding) -> Cell:
        current = (Line(finding.current_value, tone="old"),) if finding.current_value else ()
        return (*current, *self._proposal(finding))

    def _proposal(self, finding: Finding) -> Cell:
        if finding.proposed_value:
            return (Line(finding.proposed_value, tone="new"),)
        open_questions = self.texts.branch("report.no_proposal")
        question = open_questions.get(finding.attribute, open_questions["default"])
        return (Line(question, tone="quiet"),)

    def source_of(self, finding: Finding) -> str:
        """What the proposed value was taken from, as people call it.

        Args:
            finding: Its `proposed_from` is a record key or empty.
        """
        if not finding.proposed_from:
            return ""
        system, source_object, source_id = finding.proposed_from.split(":", 2)
        label = self.texts.label("objects", f"{system}:{source_object}")
        # A row of somebody's card list is found by file and row; other ids say nothing to people.
        return join(label, source_id) if system == "card_files" else label

    def _owner(self, owner: str | None) -> Cell:
        return (Line(owner),) if owner else (Line(self.texts("report.no_owner"), tone="quiet"),)


def _lines(*texts: str | None) -> Cell:
    return tuple(Line(text) for text in texts if text)


def _day(day: date | None) -> str:
    return f"{day:%Y/%m/%d}" if day else ""


def _bare_record(record_key: str) -> Record:
    """What is known of a record that the warehouse no longer shows: its key."""
    system, source_object, source_id = record_key.split(":", 2)
    return Record(record_key, system, source_object, source_id, display_name=source_id)
