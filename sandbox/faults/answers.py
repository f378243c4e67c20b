"""What a fault does to an answer that the vendor's stand-in has already given.

Belongs here: losing rows, ending a listing early, sending rows twice, cutting a body, over JSON
and CSV. Must not: decide when a fault strikes or touch a connection.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.exchange import json_text
from sandbox.faults.rules import Rule

ALTERING = ("drop_rows", "end_early", "repeat_rows", "truncate")
# where the vendors put the rows of a page
_LISTS = ("records", "results", "items", "data", "events", "result")
# what changes from page to page of one listing
_PAGING = re.compile(r"&?(after|before|offset|nextPageToken|page|locator|startAt)=[^&]*")
Headers = list[tuple[bytes, bytes]]


def listing_of(path: str, query: str) -> str:
    """Return by what the pages of one listing are known: its address without the place in it."""
    return f"{path}?{_PAGING.sub('', query)}"


@dataclass
class Answer:
    """A vendor's answer, held back before it leaves."""

    status: int = 200
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header's value, or an empty text."""
        found = (value for key, value in self.headers if key.lower() == name.lower().encode())
        return next(found, b"").decode("latin-1")

    def replace_header(self, name: str, value: str) -> None:
        """Give a header that the answer has another value."""
        wanted = name.lower().encode()
        self.headers = [
            (key, value.encode() if key.lower() == wanted else old) for key, old in self.headers
        ]

    def replace_body(self, body: bytes) -> None:
        """Send another body, with a length that fits it."""
        self.body = body
        self.replace_header("content-length", str(len(body)))


def alter(rule: Rule, listing: str, answer: Answer) -> None:
    """Let a fault do its work on an answer; one that holds no rows is left as it is.

    Args:
        rule: the fault.
        listing: which listing the answer is a page of.
        answer: is changed.
    """
    if rule.fault == "truncate":
        answer.replace_body(answer.body[: len(answer.body) // 2])
    elif answer.status >= 300 or not answer.body:
        return
    elif "csv" in answer.header("content-type"):
        _alter_csv(rule, listing, answer)
    elif "json" in answer.header("content-type"):
        _alter_json(rule, listing, answer)


def _alter_json(rule: Rule, listing: str, answer: Answer) -> None:
    body = json.loads(answer.body)
    name = _list_in(body)
    if name is None:
        return
    if rule.fault == "end_early":
        _end(body)
    else:
        body[name] = _other_rows(rule, listing, body[name])
    answer.replace_body(json_text(body).encode())


def _alter_csv(rule: Rule, listing: str, answer: Answer) -> None:
    if rule.fault == "end_early":
        answer.replace_header("sforce-locator", "null")
        return
    header, *rows = csv.reader(io.StringIO(answer.body.decode(), newline=""))
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([header, *_other_rows(rule, listing, rows)])
    answer.replace_body(text.getvalue().encode())


def _other_rows(rule: Rule, listing: str, rows: list[Any]) -> list[Any]:
    if rule.fault == "drop_rows":
        return rows[: max(len(rows) - rule.rows, 0)]
    before = rule.sent.get(listing, rows)
    rule.sent[listing] = rows
    return [*before, *rows]


def _list_in(body: Any) -> str | None:
    """Return the name of the list of rows in an answer; what describes or reports has none."""
    if not isinstance(body, dict):
        return None
    return next((name for name in _LISTS if isinstance(body.get(name), list)), None)


def _end(body: dict[str, Any]) -> None:
    """Take away what tells that there is more, and leave every count as it is."""
    for name in ("nextRecordsUrl", "paging", "nextPageToken", "offset"):
        body.pop(name, None)
    ended = {"done": True, "hasMore": False, "moreResult": False, "page_count": 1}
    body.update({name: value for name, value in ended.items() if name in body})
