"""Departments: the unit in a department or title field, in one spelling.

Not here: the rank of a title, which the agreement says (`title_ranks.csv`).
"""

import re
from functools import cache, lru_cache

from identity.written_forms import DISTINCT_VALUES, comparable, fold_width, read_column

_SEPARATORS = re.compile(r"[\s・/,、>＞-]+")
_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
_COUNTED = re.compile(
    r"第?([一二三四五六七八九\d]+)(?=\D*(?:部|課|室|係|グループ|チーム|支店|営業所))"
)
_NOTHING = re.compile(r"^(?:なし|無し|不明|未入力|その他|-|ー|n/?a|none)$")


@cache
def _titles() -> str:
    words = sorted(read_column("name_titles", "title"), key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, words))


def _without_title(word: str) -> str:
    """営業部長 stands for 営業部, 部長 for no unit at all."""
    for unit in ("本部", "事業部", "部", "課", "室", "係", "局", "店", "所", "支社", "工場"):
        if word.endswith(f"{unit}長"):
            return word.removesuffix("長") if len(word) > len(unit) + 1 else ""
    return re.sub(rf"(?:兼|・)?(?:{_titles()})(?:代理|補佐|心得)?$", "", word)


@lru_cache(maxsize=DISTINCT_VALUES)
def normalise_department(text: str | None) -> str | None:
    """The unit without separators and titles, its number as a digit; None for none.

    >>> normalise_department("営業本部　第一営業部 部長")
    '営業本部1営業部'
    """
    folded = fold_width(text)
    if _NOTHING.fullmatch(comparable(folded)):
        return None
    words = [_without_title(word) for word in _SEPARATORS.split(folded) if word]
    joined = "".join(word for word in words if word).casefold()
    numbered = _COUNTED.sub(lambda found: found.group(1).translate(_NUMERALS), joined)
    return numbered if re.search(r"\w", numbered) else None
