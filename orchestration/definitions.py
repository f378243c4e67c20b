"""The code location: everything below `defs/`, one installation, one process per run."""

from __future__ import annotations

import dagster as dg

from orchestration.defs import gate, jobs, publish, pull, push, report, unify
from orchestration.resources import Line


def build_definitions(line: Line | None = None) -> dg.Definitions:
    """Assembles the code location.

    Args:
        line: The installation to work on; tests pass their own.
    """
    steps = (pull, unify, gate, publish, push, report, jobs)
    return dg.Definitions.merge(
        *(step.defs for step in steps),
        dg.Definitions(
            resources={"line": line or Line()},
            # DuckDB lets one process have the warehouse open: steps run one after the other.
            executor=dg.in_process_executor,
        ),
    )


defs = build_definitions()
