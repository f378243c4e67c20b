"""Every raw table and column that later steps read exists, whatever was loaded."""

import duckdb

from ingestion.landing import SOURCES, ensure_raw_tables, tables_of

MAPPINGS = """unified_field,entity,system,object,field,data_type
budget,person,salesforce,Lead,Budget_Jpy__c,number
segment,person,hubspot,contact,segment_score,number
"""


def columns(warehouse, schema, name):
    with duckdb.connect(str(warehouse)) as con:
        rows = con.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = ? and table_name = ?",
            [schema, name],
        ).fetchall()
    return dict(rows)


def test_every_declared_table_exists_in_an_empty_warehouse(tmp_path):
    warehouse = tmp_path / "data" / "warehouse.duckdb"
    ensure_raw_tables(warehouse)
    for source in SOURCES:
        for contract in tables_of(source):
            found = columns(warehouse, f"raw_{source}", contract.resource)
            assert set(found) >= {*contract.columns, "_loaded_at"}
    assert columns(warehouse, "raw_salesforce", "lead")["lead_score__c"] == "DOUBLE"
    assert "reason" in columns(warehouse, "raw_landing", "rejected_row")


def test_rows_stay_and_missing_columns_are_added(tmp_path):
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema raw_salesforce")
        con.execute("create table raw_salesforce.lead as select 'L1' as id, 'x' as own__c")
    ensure_raw_tables(warehouse)
    ensure_raw_tables(warehouse)
    with duckdb.connect(str(warehouse)) as con:
        row = con.execute("select id, own__c, last_name from raw_salesforce.lead").fetchall()
    assert row == [("L1", "x", None)]


def test_columns_of_a_companys_own_mapping_exist(tmp_path):
    agreement = tmp_path / "agreement"
    agreement.mkdir()
    (agreement / "field_mappings.csv").write_text(MAPPINGS, encoding="utf-8")
    warehouse = tmp_path / "warehouse.duckdb"
    ensure_raw_tables(warehouse, agreement)
    assert columns(warehouse, "raw_salesforce", "lead")["budget_jpy__c"] == "DOUBLE"
    assert columns(warehouse, "raw_hubspot", "contact")["segment_score"] == "VARCHAR"
