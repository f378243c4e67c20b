"""Cells and tables of the Bulk API."""

from __future__ import annotations

import pytest

from sandbox.salesforce.bulk_csv import cell, read_csv, write_csv
from sandbox.salesforce.errors import SalesforceFault
from sandbox.world.schema import FieldSpec


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("string", None, ""),
        ("string", "", ""),
        ("string", "001", "001"),
        ("boolean", True, "true"),
        ("boolean", False, "false"),
        ("int", 120, "120"),
        ("double", 35.0, "35.0"),
        ("double", 0.0, "0.0"),
        ("currency", 9999999.0, "9999999.0"),
        ("currency", 12100000.0, "1.21E7"),
        ("currency", 10000000.0, "1.0E7"),
        ("currency", 123456789.0, "1.23456789E8"),
        ("currency", -25000000.0, "-2.5E7"),
        ("datetime", "2026-10-02T05:30:00.000+0000", "2026-10-02T05:30:00.000Z"),
        ("date", "2026-10-02", "2026-10-02"),
    ],
)
def test_cells(kind: str, value: object, expected: str) -> None:
    assert cell(FieldSpec("Field__c", kind, "項目"), value) == expected


def test_tables_keep_quotes_commas_and_line_breaks() -> None:
    rows = [['a "b", c', "二行\nある"], ["", "001"]]
    text = write_csv(["X", "Y"], rows, "COMMA", "LF")
    assert text.startswith('"X","Y"\n"a ""b"", c",')
    assert read_csv(text.encode(), "COMMA") == (["X", "Y"], rows)


def test_other_delimiters_and_a_byte_order_mark() -> None:
    assert write_csv(["X", "Y"], [["1", "2"]], "TAB", "CRLF") == '"X"\t"Y"\r\n"1"\t"2"\r\n'
    assert read_csv("\ufeffX;Y\r\n1;2\r\n".encode(), "SEMICOLON") == (["X", "Y"], [["1", "2"]])


@pytest.mark.parametrize("body", [b"", "姓\n".encode("cp932") + b"\x81"])
def test_what_is_no_table_is_refused(body: bytes) -> None:
    with pytest.raises(SalesforceFault) as refused:
        read_csv(body, "COMMA")
    assert refused.value.code == "INVALIDDATA"
