"""Reads the text of a query into its syntax tree.

Belongs here: tokens and grammar. Must not: know which fields exist.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sandbox.salesforce.errors import malformed_query
from sandbox.salesforce.soql.syntax import (
    Comparison,
    Condition,
    Junction,
    Literal,
    Negation,
    Order,
    Query,
    Selected,
)

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
  | (?P<date>\d{4}-\d\d-\d\d(?![\dT]))
  | (?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_][\w.]*(?::\d+)?)
  | (?P<symbol><=|>=|!=|<>|[=<>(),])
    """,
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_AGGREGATES = {"COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"}
_RANGES = re.compile(
    r"(TODAY|YESTERDAY|TOMORROW|(THIS|LAST|NEXT)_(WEEK|MONTH|YEAR)|(LAST|NEXT)_N_DAYS:\d+)",
    re.IGNORECASE,
)


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise malformed_query(f"unexpected character '{text[position]}' at {position}")
        if match.lastgroup != "space":
            found.append(_Token(str(match.lastgroup), match.group(), position))
        position = match.end()
    return [*found, _Token("end", "<EOF>", len(text))]


def _unescape(quoted: str) -> str:
    """Return the text of a quoted string; ``\\%`` and ``\\_`` stay, for LIKE to tell apart."""

    def plain(match: re.Match[str]) -> str:
        escaped = match.group(1)
        return match.group() if escaped in "%_" else _ESCAPES.get(escaped, escaped)

    return re.sub(r"\\(.)", plain, quoted[1:-1])


class _Reader:
    """Walks over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, *texts: str) -> bool:
        token = self._peek()
        return token.kind in {"word", "symbol"} and token.text.upper() in texts

    def _take(self, *texts: str) -> bool:
        if self._is(*texts):
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._take(text):
            token = self._peek()
            raise malformed_query(
                f"unexpected token: '{token.text}' at {token.at}, expecting {text}"
            )

    def _word(self) -> str:
        token = self._next()
        if token.kind != "word":
            raise malformed_query(f"unexpected token: '{token.text}' at {token.at}")
        return token.text

    def _count(self, clause: str) -> int:
        token = self._next()
        if token.kind != "number" or not token.text.isdigit():
            raise malformed_query(f"unexpected token: '{token.text}' in {clause}")
        return int(token.text)

    def query(self) -> Query:
        self._expect("SELECT")
        selected = self._selected()
        self._expect("FROM")
        object_name = self._word()
        where = self._any_of() if self._take("WHERE") else None
        group_by = self._group_by()
        order_by = self._order_by()
        limit = self._count("LIMIT") if self._take("LIMIT") else None
        offset = self._count("OFFSET") if self._take("OFFSET") else 0
        token = self._peek()
        if token.kind != "end":
            raise malformed_query(f"unexpected token: '{token.text}' at {token.at}")
        return Query(object_name, selected, where, group_by, order_by, limit, offset)

    def _selected(self) -> tuple[Selected, ...]:
        if self._is("("):
            raise malformed_query("nested queries are not supported by this org")
        items = [self._selected_item()]
        while self._take(","):
            items.append(self._selected_item())
        return tuple(items)

    def _selected_item(self) -> Selected:
        name = self._word()
        if not self._take("("):
            return Selected(name)
        function = name.upper()
        if function not in _AGGREGATES | {"FIELDS"}:
            raise malformed_query(f"unknown function: {name}")
        path = "" if self._is(")") else self._word()
        self._expect(")")
        if not path and function != "COUNT":
            raise malformed_query(f"{function} needs a field")
        ends_here = self._is(",", "FROM") or self._peek().kind != "word"
        return Selected(path, function, "" if ends_here else self._word())

    def _any_of(self) -> Condition:
        """Read conditions joined by one operator; mixing needs parentheses, as in Salesforce."""
        parts = [self._single()]
        operator = ""
        while self._is("AND", "OR"):
            token = self._next()
            if operator and token.text.upper() != operator:
                raise malformed_query(f"unexpected token: {token.text} at {token.at}")
            operator = token.text.upper()
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else Junction(operator, tuple(parts))

    def _single(self) -> Condition:
        if self._take("NOT"):
            return Negation(self._single())
        if self._take("("):
            inside = self._any_of()
            self._expect(")")
            return inside
        return self._comparison()

    def _comparison(self) -> Comparison:
        path = self._word()
        if self._take("NOT"):
            self._expect("IN")
            return Comparison(path, "NOT IN", self._list())
        if self._take("IN"):
            return Comparison(path, "IN", self._list())
        token = self._next()
        operator = {"<>": "!="}.get(token.text, token.text.upper())
        if operator not in {"=", "!=", "<", ">", "<=", ">=", "LIKE"}:
            raise malformed_query(f"unexpected token: '{token.text}' at {token.at}")
        return Comparison(path, operator, (self._literal(),))

    def _list(self) -> tuple[Literal, ...]:
        self._expect("(")
        if self._is("SELECT"):
            raise malformed_query("nested queries are not supported by this org")
        values = [self._literal()]
        while self._take(","):
            values.append(self._literal())
        self._expect(")")
        return tuple(values)

    def _literal(self) -> Literal:
        token = self._next()
        if token.kind == "string":
            return Literal("string", _unescape(token.text))
        if token.kind in {"datetime", "date"}:
            return Literal(token.kind, token.text)
        if token.kind == "number":
            return Literal("number", float(token.text))
        upper = token.text.upper()
        if upper in {"TRUE", "FALSE"}:
            return Literal("boolean", upper == "TRUE")
        if upper == "NULL":
            return Literal("null", None)
        if token.kind == "word" and _RANGES.fullmatch(token.text):
            return Literal("range", upper)
        raise malformed_query(f"unexpected token: '{token.text}' at {token.at}")

    def _group_by(self) -> tuple[str, ...]:
        if not self._take("GROUP"):
            return ()
        self._expect("BY")
        paths = [self._word()]
        while self._take(","):
            paths.append(self._word())
        return tuple(paths)

    def _order_by(self) -> tuple[Order, ...]:
        if not self._take("ORDER"):
            return ()
        self._expect("BY")
        keys = [self._order_key()]
        while self._take(","):
            keys.append(self._order_key())
        return tuple(keys)

    def _order_key(self) -> Order:
        path = self._word()
        is_descending = self._take("DESC")
        if not is_descending:
            self._take("ASC")
        nulls_last = False
        if self._take("NULLS"):
            nulls_last = self._take("LAST")
            if not nulls_last:
                self._expect("FIRST")
        return Order(path, is_descending, nulls_last)


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        SalesforceFault: MALFORMED_QUERY, with what was unexpected.
    """
    return _Reader(text).query()
