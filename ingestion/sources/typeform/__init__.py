"""Typeform: forms and the answers people gave.

    forms ─▶ fields (when a form changed)
      └────▶ responses, newest first, to 60 min behind the cursor ─▶ raw_typeform.response
             the vendor counts otherwise, or a week passed ─▶ to the end; gone ones get is_deleted

Run standalone: ``python -m ingestion.sources.typeform``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import dlt
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.resources import Batch, Load, shaped
from ingestion.sources.typeform.contract import TABLES
from ingestion.sources.typeform.responses import Forms, read_responses
from vendors.typeform import TypeformClient, TypeformSettings, connect

__all__ = ["build_source", "is_configured", "typeform"]


def is_configured(context: LoadContext) -> bool:
    """Whether a Typeform token is set."""
    return TypeformSettings.from_environment().is_configured


def build_source(load: Load) -> DltSource:
    """Return the dlt source; the token is first used while reading."""
    client = connect(TypeformSettings.from_environment())
    load.api_calls = lambda: client.calls
    return typeform(load, client)


@dlt.source(name="typeform")
def typeform(load: Load, client: TypeformClient) -> list[object]:
    """Return the two resources."""
    forms = Forms(client)
    return [
        load.resource(TABLES[0], partial(_read_forms, forms, load)),
        load.resource(TABLES[1], partial(read_responses, client, forms, load)),
    ]


def _read_forms(forms: Forms, load: Load, state: dict[str, Any]) -> Iterator[Batch]:
    """Yield all forms, then those that are gone with their flag; their responses stay."""
    listed = forms.all()
    yield shaped(listed, _shape_form, "id")
    there = {str(form.get("id")) for form in listed}
    known = load.raw["form"].rows("NOT coalesce(is_deleted, false)")
    gone = [{**row, "is_deleted": True} for row in known if row["id"] not in there]
    yield Batch(gone, is_counted=False)


def _shape_form(form: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": form.get("id"),
        "title": form.get("title"),
        "created_at": form.get("created_at"),
        "last_updated_at": form.get("last_updated_at"),
        "is_deleted": False,
    }
