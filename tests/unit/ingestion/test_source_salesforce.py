"""Salesforce: fields, cursors, deletions, poison, and what heals after a run that broke off."""

import re

import pytest

from ingestion.contracts import Kind
from ingestion.sources.salesforce.contract import TABLES
from ingestion.sources.salesforce.objects import _shaped, api_name, build_soql, select_fields
from vendors.errors import Fault, VendorError

LEAD_FIELDS = {
    "Id": "id",
    "LastName": "string",
    "Email": "email",
    "Address": "address",
    "NumberOfEmployees": "int",
    "Own_Score__c": "double",
    "IsDeleted": "boolean",
    "MasterRecordId": "reference",
    "CreatedDate": "datetime",
    "SystemModstamp": "datetime",
}


def lead(number, stamp="2026-09-01T00:00:00.000+0000", **values):
    return {
        "Id": f"00Q{number:015}",
        "LastName": "山田",
        "Email": f"taro{number}@example.com",
        "NumberOfEmployees": 50,
        "Own_Score__c": 1.5,
        "IsDeleted": False,
        "MasterRecordId": None,
        "CreatedDate": "2026-08-01T00:00:00.000+0000",
        "SystemModstamp": stamp,
        **values,
    }


class Org:
    """A Salesforce with leads and nothing else, standing in for the client."""

    def __init__(self):
        self.leads = {}
        self.asked = []
        self.broken = {}
        self.api_calls = 0

    def put(self, *rows):
        for row in rows:
            self.leads[row["Id"]] = row

    def describe(self, name):
        self.api_calls += 1
        fields = LEAD_FIELDS if name == "Lead" else {"Id": "id", "SystemModstamp": "datetime"}
        return {"fields": [{"name": one, "type": kind} for one, kind in fields.items()]}

    def query_pages(self, soql, include_deleted=False):
        self.api_calls += 1
        name = re.search(r"FROM (\w+)", soql)[1]
        self.asked.append((name, soql, include_deleted))
        if name in self.broken:
            raise self.broken[name]
        rows = list(self.leads.values()) if name == "Lead" else []
        since = re.search(r"SystemModstamp >= (\S+)Z", soql)
        if since:
            rows = [row for row in rows if row["SystemModstamp"][:19] >= since[1]]
        for at in range(0, len(rows), 2):
            yield rows[at : at + 2]
            if "after first page" in self.broken:
                raise self.broken["after first page"]


@pytest.fixture
def org(landing, monkeypatch):
    monkeypatch.setenv("SALESFORCE_SESSION_ID", "x")
    monkeypatch.setenv("SALESFORCE_INSTANCE_URL", "https://acme.example.com")
    standing_in = Org()
    few = tuple(one for one in TABLES if one.resource in ("lead", "task"))
    monkeypatch.setattr("ingestion.sources.salesforce.TABLES", few)
    monkeypatch.setattr("ingestion.sources.salesforce.connect", lambda settings: standing_in)
    return standing_in


def of(report, resource="lead"):
    return next(one for one in report.resources if one.resource == resource)


def test_a_second_run_without_changes_loads_nothing(landing, org):
    org.put(*[lead(number) for number in range(5)])
    first, raw = landing.load("salesforce"), landing.ask("SELECT * FROM raw_salesforce.lead")
    second = landing.load("salesforce")
    assert (of(first).rows_loaded, of(first).rows_total) == (5, 5)
    assert (of(second).rows_loaded, of(second).rows_total) == (0, 5)
    assert landing.ask("SELECT * FROM raw_salesforce.lead") == raw
    assert "WHERE SystemModstamp >= 2026-08-31T23:50:00Z" in org.asked[-2][1]


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
    assert org.asked[0][2] is True


def test_a_deleted_warehouse_comes_back_whole(landing, org):
    org.put(lead(1), lead(2))
    landing.load("salesforce")
    (landing.data_dir / "warehouse.duckdb").unlink()
    assert of(landing.load("salesforce")).rows_total == 2
    assert "WHERE" not in org.asked[-2][1]


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


def test_a_page_cut_in_the_middle_keeps_the_cursor_where_it_was(landing, org):
    org.put(*[lead(number) for number in range(5)])
    org.broken["after first page"] = VendorError("Salesforce", Fault.UNREACHABLE, "gone")
    assert of(landing.load("salesforce")).status == "failed"
    org.broken.clear()
    assert of(landing.load("salesforce")).rows_total == 5


def test_duplicate_pages_leave_one_row_and_the_newest_version(landing, org):
    old, new = lead(1), lead(1, "2026-09-02T00:00:00.000+0000", LastName="鈴木")
    org.put(old)
    pages = [[old, lead(2)], [old, new], [lead(3), old]]
    org.query_pages = lambda soql, include_deleted=False: (
        iter(pages) if "FROM Lead" in soql and "History" not in soql else iter(())
    )
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
    def refuse(settings):
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


def test_too_many_fields_keep_the_declared_ones_and_name_the_rest():
    many = [{"name": f"A_Very_Long_Custom_Field_{at}__c", "type": "string"} for at in range(400)]
    described = {"fields": [*many, {"name": "LastName", "type": "string"}]}
    selection = select_fields(described, TABLES[0], [], {})
    assert selection.fields[0] == "LastName"
    assert len(build_soql("Lead", selection.fields, None, None)) < 11_100
    assert "A_Very_Long_Custom_Field_99__c" in selection.remark


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
    assert _shaped({"Own__c": value}, selection) == {"own__c": landed}


def test_a_field_that_cannot_be_converted_is_named_and_left_out():
    described = {"fields": [{"name": "Own__c", "type": "picklist"}]}
    selection = select_fields(described, TABLES[0], ["Own__c"], {"own__c": Kind.FLAG})
    assert selection.fields == ()
    assert selection.remark == "fields of a type that does not fit: Own__c."
