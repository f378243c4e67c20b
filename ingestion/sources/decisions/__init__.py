"""Decisions: the Friday workbook that people filled in and dropped back.

    inbox/decisions/*.xlsx ─▶ answered rows ─▶ what was asked ─▶ raw_decisions.decision
                               (hidden keys)                  └▶ rejected/ with a Japanese note

Run standalone: ``python -m ingestion.sources.decisions``.
"""

from __future__ import annotations

from functools import partial

import dlt
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.dropped_files import read_dropped
from ingestion.resources import Load
from ingestion.sources.decisions.answers import shape_answer
from ingestion.sources.decisions.contract import TABLES
from ingestion.sources.decisions.workbook import read_workbook

__all__ = ["build_source", "decisions", "is_configured"]

FOLDER = "decisions"


def is_configured(context: LoadContext) -> bool:
    """Always: who was handed a workbook needs a place to put it."""
    (context.inbox_dir / FOLDER).mkdir(parents=True, exist_ok=True)
    return True


def build_source(load: Load) -> DltSource:
    """Return the dlt source."""
    return decisions(load)


@dlt.source(name="decisions")
def decisions(load: Load) -> list[object]:
    """Return the one resource: the answers of all files, each content of a file for itself."""
    inbox = load.context.inbox_dir / FOLDER
    shape = partial(shape_answer, as_of=load.context.as_of)
    read = partial(read_dropped, inbox, load, TABLES[0], read_workbook, shape)
    return [load.resource(TABLES[0], read)]
