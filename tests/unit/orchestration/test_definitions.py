"""The code location loads with zero credentials, and a rename of what others rely on is seen."""

from __future__ import annotations

from graphlib import TopologicalSorter

import dagster as dg
import pytest

from orchestration.definitions import build_definitions
from orchestration.defs import push, report, unify


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    return build_definitions().get_repository_def()


def test_jobs_and_schedules(repository: dg.RepositoryDefinition) -> None:
    jobs = {job.name for job in repository.get_all_jobs() if not job.name.startswith("__")}
    assert jobs == {"sync", "friday_hygiene", "apply_plan", "monthly_definition_review"}
    rhythm = {
        schedule.job_name: (schedule.cron_schedule, schedule.execution_timezone)
        for schedule in repository.schedule_defs
    }
    assert rhythm == {
        "sync": ("0 9-18 * * 1-5", "Asia/Tokyo"),
        "friday_hygiene": ("30 14 * * 5", "Asia/Tokyo"),
        "monthly_definition_review": ("0 7 1 * *", "Asia/Tokyo"),
    }


def test_every_step_waits_for_the_one_pool(repository: dg.RepositoryDefinition) -> None:
    definitions = repository.assets_defs_by_key.values()
    pools = {asset.op.name: asset.op.pool for asset in definitions if asset.is_executable}
    assert set(pools.values()) == {"duckdb"}, pools


def test_the_flow_is_one_graph_from_source_to_report(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    landed = dg.AssetKey(["salesforce", "lead"])
    behind = graph.get_all_asset_keys() & _downstream(graph, landed)
    for path in (
        ["staging", "stg_salesforce__leads"],
        ["mart", "persons"],
        ["gate", "mart"],
        ["published", "mart"],
        ["push", "salesforce", "lead"],
        ["push", "salesforce", "contact"],
        ["report", "friday"],
        ["report", "definition_review"],
    ):
        assert dg.AssetKey(path) in behind, path


def test_every_asset_has_a_group_and_a_description(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    bare = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if not graph.get(key).description or graph.get(key).group_name in (None, "default")
    ]
    assert bare == []


def test_the_groups_flow_from_left_to_right(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    upstream: dict[str, set[str]] = {}
    for key in graph.get_all_asset_keys():
        group = graph.get(key).group_name
        parents = {graph.get(parent).group_name for parent in graph.get(key).parent_keys}
        upstream.setdefault(group, set()).update(parents - {group})
    order = tuple(TopologicalSorter(upstream).static_order())
    assert order.index("pull") < order.index("mart") < order.index("push")


def test_nothing_leaves_before_the_gate(repository: dg.RepositoryDefinition) -> None:
    behind_gate = _downstream(repository.asset_graph, dg.AssetKey(["gate", "mart"]))
    leaving = {dg.AssetKey(["push", *target]) for target in push.TARGETS}
    assert leaving | {dg.AssetKey(["published", "mart"])} <= behind_gate


def test_the_friday_report_waits_for_this_weeks_memory() -> None:
    remembered = set(unify.remember_hygiene.keys)
    assert report.friday_report.asset_deps[report.FRIDAY_KEY] & remembered


def _downstream(graph: dg.AssetGraph, start: dg.AssetKey) -> set[dg.AssetKey]:
    seen: set[dg.AssetKey] = set()
    waiting = [start]
    while waiting:
        for child in graph.get(waiting.pop()).child_keys - seen:
            seen.add(child)
            waiting.append(child)
    return seen
