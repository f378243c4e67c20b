"""Admin pages that change what an org or a portal shows: fields, their types, whole objects.

Belongs here: what an administrator or a lost right does to the schema while records stay.
Must not: change records (admin_records.py does) or be called by product code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.exchange import BadBody, Call, json_answer, route
from sandbox.salesforce.schema import ObjectType, object_types
from sandbox.stand import Stand
from sandbox.world.schema import FieldSpec, MarketoField, PropertySpec

Spec = FieldSpec | PropertySpec | MarketoField


@dataclass
class SchemaPages:
    """``fields/<vendor>/<kind>[/<name>]`` of one stand: read, hide, show again, retype."""

    stand: Stand
    hidden_fields: dict[tuple[str, str, str], Spec] = field(default_factory=dict)
    hidden_objects: dict[str, ObjectType] = field(default_factory=dict)

    def routes(self, root: str) -> list[BaseRoute]:
        """Return the routes of the schema pages."""
        kind = f"{root}/fields/{{vendor}}/{{kind}}"
        one = kind + "/{name}"
        return [
            route(kind, ["GET"], self._known(self.read)),
            route(kind, ["DELETE"], self._known(self.hide_object)),
            route(kind, ["POST"], self._known(self.show_object)),
            route(one, ["DELETE"], self._known(self.hide_field)),
            route(one, ["POST"], self._known(self.show_field)),
            route(one, ["PATCH"], self._known(self.retype_field)),
        ]

    def _known(self, change: Callable[[Call], Any]) -> Callable[[Call], Response]:
        def guarded(call: Call) -> Response:
            try:
                return json_answer(change(call))
            except (BadBody, KeyError) as error:
                return json_answer({"error": f"not possible: {error}"}, 400)

        return guarded

    def read(self, call: Call) -> Any:
        """Return the fields of a kind as they are shown now."""
        specs = self._specs(call).values()
        return [{"name": spec.name, "type": spec.type} for spec in specs]

    def hide_object(self, call: Call) -> Any:
        """Let the signed-in user no longer see a Salesforce object."""
        name = _salesforce_object(call)
        self.hidden_objects[name] = self.stand.org.types.pop(name)
        return {"hidden": name}

    def show_object(self, call: Call) -> Any:
        """Show an object again."""
        name = _salesforce_object(call)
        self.stand.org.types[name] = self.hidden_objects.pop(name)
        return {"shown": name}

    def hide_field(self, call: Call) -> Any:
        """Take a field away; the records keep its values for when it is shown again."""
        specs, name = self._specs(call), call.params["name"]
        self.hidden_fields[_place(call)] = specs.pop(name)
        self._put(call, specs)
        return {"hidden": name}

    def show_field(self, call: Call) -> Any:
        """Show a field again."""
        spec = self.hidden_fields.pop(_place(call))
        self._put(call, {**self._specs(call), spec.name: spec})
        return {"shown": spec.name}

    def retype_field(self, call: Call) -> Any:
        """Give a field another type; what the records hold is not converted."""
        specs, name = self._specs(call), call.params["name"]
        specs[name] = replace(specs[name], type=str(call.json_object()["type"]))
        self._put(call, specs)
        return {"name": name, "type": specs[name].type}

    def _specs(self, call: Call) -> dict[str, Any]:
        vendor, kind = call.params["vendor"], call.params["kind"]
        if vendor == "salesforce":
            return dict(self.stand.org.types[kind].fields)
        if vendor == "marketo":
            return dict(self._marketo_fields(kind))
        return dict(self.stand.account.properties[kind])

    def _marketo_fields(self, kind: str) -> dict[str, Any]:
        return {"leads": self.stand.marketo.instance.fields}[kind]

    def _put(self, call: Call, specs: Mapping[str, Any]) -> None:
        vendor, kind = call.params["vendor"], call.params["kind"]
        if vendor == "salesforce":
            plain = [spec for spec in specs.values() if spec.type != "address"]
            self.stand.org.types[kind] = object_types({kind: plain})[kind]
        elif vendor == "marketo":
            self._marketo_fields(kind).clear()
            self._marketo_fields(kind).update(specs)
        else:
            self.stand.account.properties[kind] = dict(specs)


def _salesforce_object(call: Call) -> str:
    if call.params["vendor"] != "salesforce":
        raise KeyError(call.params["vendor"])
    return call.params["kind"]


def _place(call: Call) -> tuple[str, str, str]:
    return call.params["vendor"], call.params["kind"], call.params["name"]
