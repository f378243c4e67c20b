"""Every convention of keys, groups and kinds in one place.

Keys follow the flow: `[source, resource]` → `[layer, model]` → `["gate", suite]` →
`["published", "mart"]` → `["push", system, object]` → `["report", name]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

# Which step of the flow a model belongs to where its folder does not say it; first match wins.
# The groups make a graph without cycles, so that the UI can lay them out from left to right.
GROUP_OF = (
    ("int_person_push_values", "activation"),
    ("hyg*", "hygiene"),
    ("remembered_routes", "routing"),
    ("remembered_*", "hygiene"),
    ("sla_clocks", "lifecycle"),
    ("opportunities", "deals"),
    ("snp_*", "history"),
    ("int_*_records_unioned", "records"),
    ("int_acts_*", "touchpoints"),
    ("int_*_acts_listed", "touchpoints"),
    ("int_touchpoints_*", "touchpoints"),
    ("int_mail_addresses_owned", "touchpoints"),
    ("touchpoints", "touchpoints"),
    ("int_campaign*", "touchpoints"),
    ("int_opportunit*", "deals"),
    ("int_attribution_*", "attribution"),
)


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

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The sentence from the model's yml alone; the SQL is a click away in the repository."""
        return " ".join(dbt_resource_props["description"].split())

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The step of the flow: by name where needed, else the folder of the model."""
        for pattern, group in GROUP_OF:
            if fnmatch(dbt_resource_props["name"], pattern):
                return group
        folders = dbt_resource_props["fqn"][1:-1]
        if folders[:2] == ["intermediate", "records"]:
            return "survivorship"
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
