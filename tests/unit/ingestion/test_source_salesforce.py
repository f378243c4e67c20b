"""Salesforce: fields, cursors, deletions, poison, and what heals after a run that broke off."""

import pytest

from ingestion.contracts import Kind
from ingestion.sources.salesforce.contract import TABLES
from ingestion.sources.salesforce.queries import api_name
from ingestion.sources.salesforce.selection import select_fields, shape_row
from tests.fixtures.salesforce_org import Org, lead
from vendors.errors import Fault, VendorError

PROBE = (
    "SELECT Id, SystemModstamp, CreatedDate, Email, IsDeleted, LastName, MasterRecordId,"
    " NumberOfEmployees, Own_Score__c FROM Lead ORDER BY SystemModstamp DESC"
)


def of(report, resource="lead"):
    return next(one for one in report.resources if one.resource == resource)


def test_a_second_run_without_changes_loads_nothing(landing, org):
    org.put(*[lead(number) for number in range(5)])
    first, raw = landing.load("salesforce"), landing.ask("SELECT * FROM raw_salesforce.lead")
    second = landing.load("salesforce")
    assert (of(first).rows_loaded, of(first).rows_total) == (5, 5)
    assert (of(second).rows_loaded, of(second).rows_total) == (0, 5)
    assert landing.ask("SELECT * FROM raw_salesforce.lead") == raw
    assert org.calls() == {"describe": 2, PROBE: 2}


def test_changes_deletions_and_merges_arrive_as_new_versions(landing, org):
    org.put(lead(1), lead(2), lead(3))
    landing.load("salesforce")
    later = "2026-09-02T00:00:00.000+0000"
    org.put(
        lead(1, later, LastName="鈴木"),
        lead(2, later, IsDeleted=True),
        lead(3, later, IsDeleted=True, MasterRecordId="00Q1"),
    )
    assert of(landing.load("salesforce")).rows_loaded == 3
    rows = "SELECT last_name, is_deleted, master_record_id FROM raw_salesforce.lead ORDER BY id"
    assert landing.ask(rows) == [
        ("鈴木", False, None),
        ("山田", True, None),
        ("山田", True, "00Q1"),
    ]
    assert org.asked[1][2] is True


def test_a_deleted_warehouse_comes_back_whole(landing, org):
    org.put(lead(1), lead(2))
    landing.load("salesforce")
    (landing.data_dir / "warehouse.duckdb").unlink()
    assert of(landing.load("salesforce")).rows_total == 2
    assert not any("WHERE" in soql for soql in org.calls())


def test_a_run_that_was_killed_leaves_nothing_that_loads_twice(landing, org):
    org.put(lead(1))
    landing.load("salesforce")
    scratch = landing.data_dir / "dlt" / "salesforce"
    (scratch / "schemas").mkdir(parents=True, exist_ok=True)
    (scratch / "state.json").write_text("{ half a")
    org.put(lead(2, "2026-09-02T00:00:00.000+0000"))
    assert of(landing.load("salesforce")).rows_total == 2


POISON = [
    ({"NumberOfEmployees": "many"}, "number_of_employees", "is text where a whole number"),
    ({"LastName": "\ud842"}, "last_name", "half a surrogate"),
    ({"LastName": "x" * 1_000_001}, "last_name", "longer than"),
    ({"LastName": {"a": 1}}, "last_name", "is a structure where text"),
    ({"SystemModstamp": "yesterday"}, "system_modstamp", "is text where an instant"),
    ({"Own_Score__c": "high"}, "own_score__c", "is text where a number"),
    ({"Id": ""}, "id", "the key is missing"),
]


def test_poison_rows_are_rejected_with_their_reasons_and_the_rest_loads(landing, org):
    rows = [{**lead(10 + at), **change} for at, (change, _, _) in enumerate(POISON)]
    org.put(lead(1), *rows, lead(3))
    done = of(landing.load("salesforce"))
    assert (done.rows_loaded, done.rejected, done.status) == (2, len(POISON), "ok")
    told = {source_id: (column, reason) for _, source_id, column, reason in landing.rejected()}
    for row, (_, column, reason) in zip(rows, POISON, strict=True):
        source_id = row["Id"] or next(one for one in told if one.startswith("no-key-"))
        assert told[source_id][0] == column
        assert reason in told[source_id][1]


def test_a_rejected_row_leaves_the_list_once_it_loads(landing, org):
    org.put(lead(1), lead(2, NumberOfEmployees="many"))
    landing.load("salesforce")
    org.put(lead(2, "2026-09-03T00:00:00.000+0000"))
    landing.load("salesforce")
    assert landing.rejected() == []


def test_one_broken_object_stops_only_itself_and_heals(landing, org):
    org.put(lead(1))
    org.broken["Task"] = VendorError("Salesforce", Fault.RIGHTS, "Salesforce denies Task.")
    done = landing.load("salesforce")
    assert done.status == "partial"
    assert (of(done, "task").status, of(done, "task").error) == (
        "failed",
        "Salesforce denies Task.",
    )
    assert (of(done).status, of(done).rows_loaded) == ("ok", 1)
    org.broken.clear()
    assert landing.load("salesforce").status == "ok"


def test_a_page_cut_in_the_middle_keeps_the_cursor_where_it_was(landing, org, monkeypatch):
    monkeypatch.setattr("ingestion.sources.salesforce.objects.PROBE_ROWS", 2)
    org.put(*[lead(number) for number in range(5)])
    org.broken["after first page"] = VendorError("Salesforce", Fault.UNREACHABLE, "gone")
    assert of(landing.load("salesforce")).status == "failed"
    org.broken.clear()
    assert of(landing.load("salesforce")).rows_total == 5


def test_duplicate_pages_leave_one_row_and_the_newest_version(landing, org):
    old, new = lead(1), lead(1, "2026-09-02T00:00:00.000+0000", LastName="鈴木")
    org.put(old)
    pages = [[old, lead(2)], [old, new], [lead(3), old]]
    org.pages_from = lambda page: iter(pages)
    org.broken["order"] = VendorError("Salesforce", Fault.REFUSED, "Too many rows to sort.")
    landing.load("salesforce")
    assert landing.ask("SELECT id, last_name FROM raw_salesforce.lead ORDER BY id") == [
        (old["Id"], "鈴木"),
        (lead(2)["Id"], "山田"),
        (lead(3)["Id"], "山田"),
    ]


def test_mapped_fields_that_the_org_lacks_are_named(landing, org):
    (landing.agreement_dir / "field_mappings.csv").write_text(
        "system,object,field,data_type\nsalesforce,lead,Budget_Jpy__c,number\n"
        "salesforce,lead,Email,text\n"
    )
    org.put(lead(1))
    done = of(landing.load("salesforce"))
    assert done.status == "partial"
    assert done.error == "fields missing at Salesforce: Budget_Jpy__c."
    assert landing.ask("SELECT email, budget_jpy__c FROM raw_salesforce.lead") == [
        ("taro1@example.com", None)
    ]


def test_a_refused_sign_in_fails_the_source_in_one_sentence(landing, org, monkeypatch):
    def refuse(settings, share):
        raise VendorError("Salesforce", Fault.CREDENTIALS, "Salesforce said no.")

    org.put(lead(1))
    landing.load("salesforce")
    monkeypatch.setattr("ingestion.sources.salesforce.connect", refuse)
    done = landing.load("salesforce")
    assert (done.status, done.error) == ("failed", "Salesforce said no.")
    assert of(done).rows_total == 1
    kept = "SELECT DISTINCT status, error, fault FROM raw_landing.resource_load"
    assert landing.ask(kept) == [("failed", "Salesforce said no.", "credentials")]


def test_off_is_a_row_for_every_resource(landing):
    done = landing.load("salesforce")
    assert done.status == "off"
    kept = "SELECT count(*), any_value(status) FROM raw_landing.resource_load"
    assert landing.ask(kept) == [(len(TABLES), "off")]


def test_half_a_configuration_names_what_is_missing(landing, monkeypatch):
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", "k")
    done = landing.load("salesforce")
    assert done.status == "failed"
    assert "SALESFORCE_CONSUMER_SECRET" in done.error


def test_rows_are_stamped_with_the_runs_instant(landing, org):
    org.put(lead(1))
    landing.load("salesforce")
    found = landing.ask("SELECT DISTINCT _loaded_at::varchar FROM raw_salesforce.lead")
    assert found == [("2026-10-02 05:30:00+00",)]


def test_an_absurd_stamp_does_not_hide_what_follows(landing, org):
    org.put(lead(1, "9999-12-31T00:00:00.000+0000"))
    landing.load("salesforce")
    org.put(lead(2, "2026-10-04T00:00:00.000+0000"))
    assert of(landing.load("salesforce")).rows_total == 2


@pytest.mark.parametrize(
    ("resource", "name"),
    [("lead", "Lead"), ("opportunity_contact_role", "OpportunityContactRole")],
)
def test_objects_are_named_as_the_vendor_names_them(resource, name):
    assert api_name(resource) == name


def test_fields_that_no_row_can_hold_are_not_asked_for():
    description = Org().describe("Lead")
    selection = select_fields(description, TABLES[0], [], {})
    assert "Address" not in selection.fields
    assert selection.kinds["own_score__c"] == "number"


@pytest.mark.parametrize(
    ("vendor_type", "kind", "value", "landed"),
    [
        ("string", "number", "35", 35.0),
        ("string", "number", "high", "high"),
        ("double", "text", 7010001000017.0, "7010001000017"),
        ("boolean", "text", True, "true"),
        ("date", "instant", "2026-01-02", "2026-01-02T00:00:00+09:00"),
        ("anyType", "text", False, "false"),
        ("double", "integer", 5.0, 5.0),
    ],
)
def test_a_field_of_another_type_is_converted(vendor_type, kind, value, landed):
    described = {"fields": [{"name": "Own__c", "type": vendor_type}]}
    selection = select_fields(described, TABLES[0], [], {"own__c": Kind(kind)})
    assert shape_row({"Own__c": value}, selection) == {"own__c": landed}


def test_a_field_that_cannot_be_converted_is_named_and_left_out():
    described = {"fields": [{"name": "Own__c", "type": "picklist"}]}
    selection = select_fields(described, TABLES[0], ["Own__c"], {"own__c": Kind.FLAG})
    assert selection.fields == ()
    assert selection.remark == "fields of a type that does not fit: Own__c."
