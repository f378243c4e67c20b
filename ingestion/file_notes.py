"""The text beside a rejected file, for the person who dropped it.

Here belong its words, in Japanese, for people who keep lists and do not program. Not here: what
is a problem (each source), where files lie (``inbox``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SHOWN_PER_REASON = 30
_SHOWN_VALUE = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file or with one row of it, for the person who dropped it."""

    reason: str
    remedy: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""


def note(name: str, folder: str, problems: Sequence[Problem], loaded: int) -> str:
    """Return the text that stands beside a rejected file.

    Args:
        name: the file.
        folder: name of the inbox folder that it was dropped into.
        problems: what is wrong; those of one kind are told together.
        loaded: how many of its rows were loaded.
    """
    rows = sum(problem.row is not None for problem in problems)
    head = [f"「{name}」を取り込めませんでした。"]
    if loaded:
        head = [f"「{name}」のうち {loaded:,} 行を取り込みました。"]
        head += [f"次の {rows:,} 行は取り込めませんでした。"] if rows else []
    elif rows:
        head = [f"「{name}」は 1 行も取り込めませんでした。"]
    return "\n".join([*head, "", *_kinds(problems), *_next_steps(folder, loaded), ""])


def folder_note(name: str) -> str:
    """Return the text that says that a folder was dropped and is not read."""
    return "\n".join(
        [
            f"フォルダ「{name}」の中は読みません。",
            "",
            "直し方: フォルダの中のファイルを、フォルダから出して入れてください。",
            "",
        ]
    )


def _kinds(problems: Iterable[Problem]) -> Iterable[str]:
    """One paragraph per kind of problem, with the rows that have it."""
    kinds: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.column, problem.reason, problem.remedy), []).append(problem)
    for (_, reason, remedy), alike in kinds.items():
        yield f"■ {reason}"
        yield f"　直し方: {remedy}"
        yield from (f"　・{_where(one)}" for one in alike[:_SHOWN_PER_REASON] if _where(one))
        if len(alike) > _SHOWN_PER_REASON:
            yield f"　・ほか {len(alike) - _SHOWN_PER_REASON:,} 行"
        yield ""


def _where(problem: Problem) -> str:
    parts = [f"シート「{_one_line(problem.sheet)}」"] if problem.sheet else []
    if problem.row is not None:
        parts.append(f"{problem.row}行目")
    if problem.column:
        parts.append(f"列「{_one_line(problem.column)}」")
    if problem.value:
        shown = _one_line(problem.value)
        parts.append(f"値「{shown[:_SHOWN_VALUE]}{'…' if len(shown) > _SHOWN_VALUE else ''}」")
    return " ".join(parts)


def _next_steps(folder: str, loaded: int) -> list[str]:
    again = f"直したファイルを、もう一度「{folder}」フォルダに入れてください。"
    if not loaded:
        return [again]
    return [
        f"{again}ファイルの名前は変えないでください。",
        "取り込めた行も消さずに、ファイル全体を入れてください(前の内容と入れ替わります)。",
    ]


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
