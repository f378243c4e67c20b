"""What the field-mapping table of the agreement asks of a source.

Here belongs reading ``field_mappings.csv`` for ingestion: which fields of which object somebody
relies on. Not here: what the fields mean or where they go (dbt and activation).
"""

from __future__ import annotations

import csv
from pathlib import Path

from ingestion.config import agreement_table
from ingestion.contracts import Kind
from ingestion.naming import column_name

_KINDS = {
    "number": Kind.NUMBER,
    "integer": Kind.INTEGER,
    "boolean": Kind.FLAG,
    "date": Kind.DATE,
    "datetime": Kind.INSTANT,
}


def mapped_fields(source: str, agreement_dir: Path | None) -> dict[str, dict[str, Kind]]:
    """Return resource → field (as the vendor spells it) → kind for one source.

    HubSpot sends every property as text, so only Salesforce fields take the mapping's kind.
    """
    path = agreement_table("field_mappings", agreement_dir)
    found: dict[str, dict[str, Kind]] = {}
    if not path.is_file():
        return found
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            field = (row.get("field") or "").strip()
            if (row.get("system") or "").strip() != source or not field:
                continue
            kind = _KINDS.get((row.get("data_type") or "").strip(), Kind.TEXT)
            resource = column_name((row.get("object") or "").strip())
            found.setdefault(resource, {})[field] = kind if source == "salesforce" else Kind.TEXT
    return found


def mapped_columns(source: str, agreement_dir: Path | None) -> dict[str, dict[str, Kind]]:
    """Return resource → column → kind for one source."""
    return {
        resource: {column_name(field): kind for field, kind in fields.items()}
        for resource, fields in mapped_fields(source, agreement_dir).items()
    }
