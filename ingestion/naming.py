"""How a vendor's field name becomes a column name: dlt's snake_case, the same in every source.

Written out here, and not asked of dlt, so that table declarations need no import of dlt; a test
compares the two over generated names.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"([^_])([A-Z][a-z]+)")
_RUN = re.compile(r"([a-z0-9])([A-Z])")
_OUTSIDE = re.compile(r"[^a-zA-Z0-9_]")
_UNDERSCORES = re.compile(r"_+")
_SIGNS = str.maketrans("+-*@|", "x_xal")


def column_name(field: str) -> str:
    """Return the column name of a vendor's field.

    >>> column_name("LastName"), column_name("Lead_Score__c"), column_name("MQL_At__c")
    ('last_name', 'lead_score__c', 'mql_at__c')
    """
    parts = [_part(part) for part in field.strip().split("__") if part.strip()]
    return "__".join(parts)


def _part(text: str) -> str:
    plain = _OUTSIDE.sub("_", text.strip().translate(_SIGNS))
    snake = _RUN.sub(r"\1_\2", _WORD.sub(r"\1_\2", plain)).lower()
    if snake[:1].isdigit():
        snake = "_" + snake
    stem = snake.rstrip("_")
    return _UNDERSCORES.sub("_", stem + "x" * (len(snake) - len(stem)))
