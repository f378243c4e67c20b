"""The table at the end of a run: what came in, what became of it, what went out, where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from orchestration.runner import JobRun

Metadata = dict[str, Any]
WIDTH = 34
SHOWN_REASONS = 3


def materializations(run: JobRun) -> dict[tuple[str, ...], Metadata]:
    """Metadata of everything a run materialised, by asset key path."""
    found: dict[tuple[str, ...], Metadata] = {}
    for event in run.result.all_events:
        if event.event_type_value != "ASSET_MATERIALIZATION" or event.asset_key is None:
            continue
        metadata = event.step_materialization_data.materialization.metadata
        found[tuple(event.asset_key.path)] = {key: value.value for key, value in metadata.items()}
    return found


def lines(runs: list[JobRun]) -> Iterator[str]:
    """The table, line by line, for the runs of one command."""
    assets: dict[tuple[str, ...], Metadata] = {}
    for run in runs:
        assets |= materializations(run)
    yield from _sources(assets)
    yield from _unified(assets)
    yield from _findings(assets)
    yield from _push(assets)
    yield from _seconds(runs)
    yield from _paths(assets)


def _row(label: str, text: object) -> str:
    return f"  {label:<{WIDTH}} {text}"


def _sources(assets: dict[tuple[str, ...], Metadata]) -> Iterator[str]:
    pulled: dict[str, list[Metadata]] = {}
    for path, metadata in assets.items():
        if "api_calls_of_source" in metadata:
            pulled.setdefault(path[0], []).append(metadata)
    if not pulled:
        return
    yield "Rows per source (in raw, of these new or changed in this run, rejected)"
    for source, resources in pulled.items():
        total = sum(resource["dagster/row_count"] for resource in resources)
        loaded = sum(resource["rows_loaded"] for resource in resources)
        rejected = sum(resource["rejected"] for resource in resources)
        states = {resource["status"] for resource in resources}
        text = f"{total:>8,} {loaded:>8,} {rejected:>6,}   {', '.join(sorted(states))}"
        yield _row(source, text)
        yield from _reasons(resource["error"] for resource in resources if "error" in resource)


def _reasons(errors: Iterable[str]) -> Iterator[str]:
    """Each reason once, and not more than fit below a row."""
    reasons = list(dict.fromkeys(errors))
    for reason in reasons[:SHOWN_REASONS]:
        yield f"    {reason}"
    if len(reasons) > SHOWN_REASONS:
        yield f"    and {len(reasons) - SHOWN_REASONS} more, see mart.data_freshness"


def _unified(assets: dict[tuple[str, ...], Metadata]) -> Iterator[str]:
    counts = {
        path[-1]: metadata["dagster/row_count"]
        for path, metadata in assets.items()
        if path[0] == "mart" and "dagster/row_count" in metadata
    }
    if {"person_sources", "persons", "accounts"} <= set(counts):
        yield "Unified"
        chain = f"{counts['person_sources']:,} → {counts['persons']:,} → {counts['accounts']:,}"
        yield _row("records → persons → accounts", chain)


def _findings(assets: dict[tuple[str, ...], Metadata]) -> Iterator[str]:
    friday = assets.get(("report", "friday"))
    if friday:
        yield "Friday findings"
        for rule, count in friday["findings"].items():
            yield _row(rule, f"{count:>8,}")


def _push(assets: dict[tuple[str, ...], Metadata]) -> Iterator[str]:
    pushes = {path: metadata for path, metadata in assets.items() if path[0] == "push"}
    if not pushes:
        return
    yield "Push (changes planned, written, skipped, rejected, held)"
    outcomes = ("written", "skipped", "rejected", "held")
    for path, metadata in pushes.items():
        numbers = " ".join(f"{metadata.get(name, 0):>6,}" for name in outcomes)
        yield _row(
            " ".join(path[1:]), f"{metadata.get('planned', 0):>8,} {numbers}   {metadata['mode']}"
        )
        if "waits_for" in metadata:
            yield from _reasons([f"waits until these have come whole: {metadata['waits_for']}"])


def _seconds(runs: list[JobRun]) -> Iterator[str]:
    yield "Seconds per step"
    for run in runs:
        for step, seconds in run.seconds.items():
            yield _row(f"{run.job}: {step}"[:WIDTH], f"{seconds:>8.1f}")


def _paths(assets: dict[tuple[str, ...], Metadata]) -> Iterator[str]:
    yield "Where it lies"
    places = {
        "published mart": assets.get(("published", "mart"), {}).get("path"),
        "Friday report": assets.get(("report", "friday"), {}).get("report"),
        "definition review": assets.get(("report", "definition_review"), {}).get("review"),
        "decision workbook": assets.get(("report", "friday"), {}).get("workbook"),
    }
    for label, path in places.items():
        if path:
            yield _row(label, path)
    yield _row("Dagster UI", "make ui   then open http://127.0.0.1:3000")
