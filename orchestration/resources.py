"""The two resources of the line: where things are (`Line`) and how dbt is called.

`Line` also answers the one question of time: `as_of` is `AS_OF` or the moment the run was created,
so that every step of a run computes for the same instant.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import dagster as dg

from orchestration import agreement, readiness, state
from orchestration.dbt import PROJECT_DIR
from orchestration.settings import Settings

# The UI starts the next run of its queue while the last one is still putting its things away.
PATIENCE_S = 10


class Line(dg.ConfigurableResource):
    """One installation of Kakehashi as its environment describes it."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Line]:
        """Holds the installation while a run goes on, whether the UI started it or a command."""
        with readiness.only_run(self.settings, patience_s=PATIENCE_S):
            yield self

    @property
    def settings(self) -> Settings:
        """The settings, read when a step runs and never at import."""
        return Settings.from_environment()

    def as_of(self, context: dg.AssetExecutionContext) -> datetime:
        """The instant (UTC, whole seconds) for which the whole run is computed."""
        given = self.settings.as_of
        if given is not None:
            return given
        record = context.instance.get_run_record_by_id(context.run.run_id)
        created = record.create_timestamp if record else datetime.now(UTC)
        return created.astimezone(UTC).replace(microsecond=0)

    def prepare_unify(self, as_of: datetime) -> None:
        """Makes everything ready that dbt expects: agreement, raw tables, state, environment.

        Raises:
            SettingsError: The agreement has faults; lists them all.
        """
        from ingestion.landing import ensure_raw_tables

        settings = self.settings
        build_dir = agreement.build(settings)
        ensure_raw_tables(settings.warehouse, settings.agreement_dir)
        state.prepare(settings, as_of)
        os.environ.update(
            KAKEHASHI_WAREHOUSE_PATH=str(settings.warehouse),
            KAKEHASHI_STATE_PATH=str(settings.state),
            KAKEHASHI_AGREEMENT_BUILD_DIR=str(build_dir),
            # The Python models of the child process import identity/.
            PYTHONPATH=os.pathsep.join([str(PROJECT_DIR.parent), os.environ.get("PYTHONPATH", "")]),
            DO_NOT_TRACK="1",
        )


def dbt_vars(as_of: datetime) -> str:
    """The `--vars` argument of every dbt call."""
    return json.dumps({"as_of": as_of.astimezone(UTC).isoformat()})
