"""Which column a free-hand header means: a synonym table that people can extend.

Here belongs the comparison of headers, in files and in the questions of forms. The tables are
agreement tables (``card_headers.csv``, ``form_headers.csv``, ``spend_headers.csv``).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ingestion.config import agreement_table

_BRACKETS = str.maketrans("[]{}【】〔〕〈〉<>", "()()()()()()")
# what forms add to a question without changing its meaning
_NOISE = re.compile(
    r"必須|任意|半角|全角|を(ご)?(入力|記入)(して)?ください|[\s_*※:、。・/()‐―ー?-]+"
)
# a bracket that names another thing than what stands before it
_OTHER_THING = re.compile(r"カナ|かな|がな|ガナ|よみ|ヨミ|姓|名|携帯|モバイル|fax|kana|月|税")


def normalised(header: str) -> str:
    """Return a header without width, case, spacing and the marks that forms add.

    >>> normalised(" Ｅ-Mail　アドレス ※必須 "), normalised("氏名［姓］")
    ('emailアドレス', '氏名姓')
    """
    return _NOISE.sub("", _folded(header))


def _folded(header: str) -> str:
    return unicodedata.normalize("NFKC", header).casefold().translate(_BRACKETS)


class Synonyms:
    """Synonym tables: header → column.

    Args:
        tables: CSV files, the first that knows a header decides.
        columns: the columns wanted; none for all that the tables name.
    """

    def __init__(self, *tables: Path, columns: Iterable[str] | None = None) -> None:
        wanted = None if columns is None else set(columns)
        self._columns: dict[str, str] = {}
        self.examples: dict[str, str] = {}
        for path in tables:
            for column, header in _rows(path):
                if wanted is None or column in wanted:
                    self._columns.setdefault(normalised(header), column)
                    self.examples.setdefault(column, header)

    def column(self, header: str) -> str | None:
        """Return the column that a header means, or none."""
        found = self._columns.get(normalised(header))
        before, _, inside = _folded(header).partition("(")
        if found is None and before and inside and not _OTHER_THING.search(inside):
            # `会社名(正式)` and `TEL（代表・直通）` mean what stands before the bracket
            found = self._columns.get(normalised(before))
        return found


def _rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [
            ((row.get("column_name") or "").strip(), row.get("header") or "")
            for row in csv.DictReader(lines)
        ]
    return [(column, header) for column, header in rows if column and header]


def header_tables(name: str, agreement_dir: Path | None) -> list[Path]:
    """Return the company's own table, if there is one, and the project's behind it.

    Behind it and not instead of it, so that a company's own table need only hold what it adds.
    """
    return list(dict.fromkeys([agreement_table(name, agreement_dir), agreement_table(name, None)]))


@cache
def card_synonyms(agreement_dir: Path | None = None) -> Synonyms:
    """Return the synonyms of what stands on a business card, for files and forms alike.

    Kept for the life of the process: a run reads its agreement once.
    """
    return Synonyms(*header_tables("card_headers", agreement_dir))
