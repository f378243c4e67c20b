"""The raw table of the National Tax Agency's corporate number files, one row per event."""

from __future__ import annotations

from ingestion.contracts import TableContract, table

# The columns of the files, in their order; they have no header.
FILE_COLUMNS = (
    "sequence_number", "corporate_number", "process", "correct", "update_date", "change_date",
    "name", "name_image_id", "kind", "prefecture_name", "city_name", "street_number",
    "address_image_id", "prefecture_code", "city_code", "post_code", "address_outside",
    "address_outside_image_id", "close_date", "close_cause", "successor_corporate_number",
    "change_cause", "assignment_date", "latest", "en_name", "en_prefecture_name", "en_city_name",
    "en_address_outside", "furigana", "hihyoji",
)  # fmt: skip
_DATES = ("update_date", "change_date", "close_date", "assignment_date")
_NO_TEXT = (*_DATES, "sequence_number")

TABLES: tuple[TableContract, ...] = (
    table(
        "corporation",
        key="corporate_number update_date process",
        text=[*(name for name in FILE_COLUMNS if name not in _NO_TEXT), "file_name"],
        integer="sequence_number",
        date=_DATES,
    ),
)
