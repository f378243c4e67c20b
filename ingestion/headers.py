"""Which column a free-hand header means: a synonym table that people can extend.

Here belongs the comparison of headers, in files and in the questions of forms. The tables lie
with the sources (``card_headers.csv``, ``spend_headers.csv``).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

CARD_HEADERS = Path(__file__).parent / "sources" / "card_files" / "card_headers.csv"
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
    """A synonym table: header → column."""

    def __init__(self, path: Path) -> None:
        self._columns: dict[str, str] = {}
        self.examples: dict[str, str] = {}
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                self._columns.setdefault(normalised(row["header"]), row["column"])
                self.examples.setdefault(row["column"], row["header"])

    def column(self, header: str) -> str | None:
        """Return the column that a header means, or none."""
        found = self._columns.get(normalised(header))
        before, _, inside = _folded(header).partition("(")
        if found is None and before and inside and not _OTHER_THING.search(inside):
            # `会社名(正式)` and `TEL（代表・直通）` mean what stands before the bracket
            found = self._columns.get(normalised(before))
        return found


@cache
def card_synonyms() -> Synonyms:
    """Return the synonyms of what stands on a business card, for files and forms alike."""
    return Synonyms(CARD_HEADERS)
