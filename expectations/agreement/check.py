"""Checks a whole agreement before anything runs: the company's tables together with the fallbacks.

Belongs here: which file stands for which table, running every check, one report. Does not: the
checks themselves, settings, exit codes (orchestration).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from expectations.agreement import conditions, references, thresholds
from expectations.agreement.cells import cell_faults
from expectations.agreement.description import Column, Description, read_descriptions
from expectations.agreement.faults import Fault, choice_of, near
from expectations.agreement.rules import rule_faults
from expectations.agreement.table import SAVE_AS, Table, read_table
from expectations.agreement.users import KnownUser, user_notes

TABLE_SUFFIXES = {".csv", ".xlsx", ".xlsm", ".xls", ".ods"}


@dataclass(frozen=True)
class AgreementReport:
    """What the check found: counts, and every fault in the order of files and lines.

    Attributes:
        notes: what is worth a look and stops nothing: users that Salesforce did not have.
    """

    table_count: int
    row_count: int
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class AgreementFolders:
    """Where an agreement lies.

    Attributes:
        models: dbt's models, whose seed properties describe the tables.
        project: the project's own tables, which stand in for those that a company lacks.
        reference: facts that the tables may point at but that nobody agrees on anew.
        own: the company's own tables, or None.
    """

    models: Path
    project: Path
    reference: Path
    own: Path | None = None


def check_agreement(folders: AgreementFolders, users: Sequence[KnownUser] = ()) -> AgreementReport:
    """Runs every check over the agreement as a run would see it.

    Args:
        folders: where it lies.
        users: those of Salesforce when it was last read; none are not compared with.
    """
    descriptions = read_descriptions(folders.models)
    faults = list(_unknown_files(folders.own, descriptions)) if folders.own else []
    tables: dict[str, Table] = {}
    for name, description in descriptions.items():
        table, form_faults = read_table(_path(folders, description), description)
        faults += form_faults
        if table is not None:
            tables[name] = table
    faults += _one_per_cell(_content_faults(tables, folders.reference))
    return AgreementReport(
        table_count=len(tables),
        row_count=sum(len(table.rows) for table in tables.values()),
        faults=tuple(sorted(faults)),
        notes=tuple(sorted(user_notes(tables, users))),
    )


def _path(folders: AgreementFolders, description: Description) -> Path:
    own = folders.own / description.file_name if folders.own else None
    return own if own is not None and own.is_file() else folders.project / description.file_name


def _unknown_files(own: Path, descriptions: Mapping[str, Description]) -> Iterator[Fault]:
    """Files in the company's folder that no run would ever read."""
    known = [description.file_name for description in descriptions.values()]
    for path in sorted(own.iterdir()):
        is_table = path.suffix.lower() in TABLE_SUFFIXES and not path.name.startswith((".", "~$"))
        if not is_table or path.name in known:
            continue
        if path.suffix.lower() != ".csv" and f"{path.stem}.csv" in known:
            yield Fault(path, 0, "", f"Excel の形式は読みません。{SAVE_AS}")
        else:
            allowed = choice_of(sorted(known)).replace("使えるのは", "使える表は")
            yield Fault(path, 0, "", f"知らない表です。{allowed}{near(path.name, known)}")


def _content_faults(tables: Mapping[str, Table], reference: Path) -> Iterator[Fault]:
    """Every fault of the cells, the more basic ones first."""
    for table in tables.values():
        yield from cell_faults(table)
    for table in tables.values():
        yield from references.key_faults(table)
        yield from references.missing_value_faults(table)
        yield from rule_faults(table)
        if table.description.name in ("scoring_rules", "stage_rules"):
            yield from conditions.condition_faults(table)
    yield from references.reference_faults({**tables, "stages": _stages(reference)})
    yield from conditions.kind_faults(tables)
    yield from conditions.stage_rule_faults(tables)
    yield from conditions.twice_counted_faults(tables)
    yield from thresholds.threshold_faults(tables)
    yield from thresholds.rank_faults(tables)


def _one_per_cell(faults: Iterator[Fault]) -> list[Fault]:
    """Keeps the first fault of a cell: what follows from it would only confuse."""
    first: dict[tuple[Path, int, str, str], Fault] = {}
    for fault in faults:
        whole_file = "" if fault.line else fault.message
        first.setdefault((fault.path, fault.line, fault.column, whole_file), fault)
    return list(first.values())


def _stages(reference: Path) -> Table:
    """The stages of the line, which are a fact of the product and not of an agreement."""
    columns = (Column("stage", ""),)
    description = Description("stages", "", "", "", "", columns, (), {}, True, True)
    table, faults = read_table(reference / description.file_name, description)
    if table is None or faults:
        raise ValueError(f"reference table broken: {faults}")
    return table
