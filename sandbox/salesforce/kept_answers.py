"""Answers to great queries, kept while no record changes, so that serving them costs no time.

Belongs here: which rows and rendered pages are kept and for how long. Must not: render them.
Queries with conditions are not kept: they are small, and TODAY means another day tomorrow.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

from sandbox.salesforce.soql.execution import Plan
from sandbox.tables import Row

_MOST_BYTES = 1_500_000_000
_MOST_LISTS = 8


class KeptAnswers:
    """Row lists and pages by the text of their query."""

    def __init__(self) -> None:
        self._version = -1
        self._rows: OrderedDict[str, list[Row]] = OrderedDict()
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def rows(self, plan: Plan, name: str, version: int, candidates: Iterable[Row]) -> list[Row]:
        """Return the rows of a query; ``version`` is that of the estate."""
        if plan.test is not None:
            return plan.matching(candidates)
        self._forget_older(version)
        if name not in self._rows:
            self._rows[name] = plan.matching(candidates)
            if len(self._rows) > _MOST_LISTS:
                self._rows.popitem(last=False)
        return self._rows[name]

    def page(self, plan: Plan, name: str, version: int, render: Callable[[], bytes]) -> bytes:
        """Return a page of rows that were found at a version of the estate."""
        if plan.test is not None or version < self._version:
            return render()
        self._forget_older(version)
        # an administrator may give a field another type, and no record changes by that
        name = f"{name} {' '.join(column.spec.type for column in plan.columns)}"
        if name not in self._pages:
            self._pages[name] = render()
            self._bytes += len(self._pages[name])
            while self._bytes > _MOST_BYTES:
                self._bytes -= len(self._pages.popitem(last=False)[1])
        return self._pages[name]

    def _forget_older(self, version: int) -> None:
        if version > self._version:
            self._version = version
            self._rows.clear()
            self._pages.clear()
            self._bytes = 0
