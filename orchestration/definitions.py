"""The code location: everything below `defs/`, one installation, one process per run."""

from __future__ import annotations

import dagster as dg

from orchestration.defs import alerts, gate, jobs, publish, pull, push, report, review, unify
from orchestration.resources import Line


def build_definitions() -> dg.Definitions:
    """Assembles the code location."""
    steps = (pull, unify, gate, publish, push, alerts, report, review, jobs)
    return dg.Definitions.merge(
        *(step.defs for step in steps),
        dg.Definitions(
            resources={"line": Line()},
            # DuckDB lets one process have the warehouse open: steps run one after the other.
            executor=dg.in_process_executor,
        ),
    )


defs = build_definitions()
