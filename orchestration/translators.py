"""Every convention of keys, groups and kinds in one place.

Keys follow the flow: `[source, resource]` → `[layer, model]` → `["gate", suite]` →
`["published", "mart"]` → `["push", system, object]` → `["report", name]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

# In the order of the flow; the UI sorts by name within the graph's own left-to-right layout.
GROUPS = ("pull", "agreement", "staging", "identity", "lifecycle", "mart", "hygiene", "activation")


def raw_key(source: str, resource: str) -> dg.AssetKey:
    """Key of a landed table: `[source, resource]`."""
    return dg.AssetKey([source, resource])


class LineDbtTranslator(DagsterDbtTranslator):
    """Names dbt's nodes in Dagster."""

    def __init__(self) -> None:
        """Turns dbt tests into asset checks."""
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """A raw table joins the key of the asset that pulls it; a model is `[layer, model]`."""
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "source":
            return self._source_key(dbt_resource_props)
        return dg.AssetKey([self._layer(dbt_resource_props), name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder of the model: its layer, or for intermediates the concern."""
        folders = dbt_resource_props["fqn"][1:-1]
        if folders and folders[0] == "intermediate" and len(folders) > 1:
            return folders[1]
        return self._layer(dbt_resource_props)

    def _source_key(self, props: Mapping[str, Any]) -> dg.AssetKey:
        """What the state remembers from earlier runs has a key of its own, else it is a cycle."""
        if props["schema"].startswith("raw_"):
            return raw_key(props["schema"].removeprefix("raw_"), props["name"])
        return dg.AssetKey(["memory", props["name"]])

    def _layer(self, props: Mapping[str, Any]) -> str:
        if props.get("database") == "state":
            return "state"
        return str(props.get("schema") or props["resource_type"])
