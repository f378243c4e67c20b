"""Marketo's values: one form from REST and from bulk files, windows that share no second."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from ingestion.column_guards import sort_out_columns
from ingestion.contracts import Kind
from ingestion.guards import sort_out
from ingestion.sources.marketo import bulk_files
from ingestion.sources.marketo.activities import shape_activity, wanted_types
from ingestion.sources.marketo.history import History
from ingestion.sources.marketo.leads import select_fields
from ingestion.sources.marketo.values import attributes_of, converter, instant, iso, windows

FILE = (
    "id,name,note,score,rate,flag,day,at\n"
    '1,"株式会社""青空"",\n本社 𠮷",null,35,1.5,true,1990-02-03,2026-09-01T00:00:00Z\n'
    '2,a\x00b,"",null,null,false,null,2026-09-01T00:00:00+0900\n'
    "3,NA,0012,0,-2,null,null,null\n"
)
KINDS = {
    "id": Kind.TEXT, "name": Kind.TEXT, "note": Kind.TEXT, "score": Kind.INTEGER,
    "rate": Kind.NUMBER, "flag": Kind.FLAG, "day": Kind.DATE, "at": Kind.INSTANT,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2026-09-01T00:00:00Z", "2026-09-01T00:00:00Z"),
        ("2026-09-01T00:00:00Z+0000", "2026-09-01T00:00:00Z"),
        ("2026-09-01T00:00:00+0000", "2026-09-01T00:00:00Z"),
        ("2026-09-01T00:00:00-08:00", "2026-09-01T00:00:00-08:00"),
        ("2026-09-01T00:00:00-0800", "2026-09-01T00:00:00-08:00"),
        ("2026-09-01", "2026-09-01"),
        (None, None),
        (17, 17),
    ],
)
def test_instants_have_one_spelling(given, wanted):
    assert instant(given) == wanted


@pytest.mark.parametrize(
    ("kind", "given", "wanted"),
    [
        (Kind.INTEGER, "12", 12),
        (Kind.INTEGER, "12.0", 12),
        (Kind.INTEGER, 12, 12),
        (Kind.INTEGER, "12.5", "12.5"),
        (Kind.INTEGER, "high", "high"),
        (Kind.NUMBER, "1.5", 1.5),
        (Kind.NUMBER, "", None),
        (Kind.FLAG, "true", True),
        (Kind.FLAG, "0", False),
        (Kind.FLAG, "maybe", "maybe"),
        (Kind.TEXT, 1001, "1001"),
        (Kind.TEXT, True, "true"),
        (Kind.TEXT, "a\x00b", "ab"),
        (Kind.TEXT, ["b", "a"], '["b", "a"]'),
        (Kind.DATE, "2026-09-01", "2026-09-01"),
    ],
)
def test_values_take_the_kind_of_their_column_or_stay_as_they_are(kind, given, wanted):
    assert converter(kind)(given) == wanted


def test_a_file_is_the_same_row_by_row_and_as_columns(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(FILE, encoding="utf-8")
    [rows] = bulk_files.read_rows(path)
    converted = [{name: converter(KINDS[name])(v) for name, v in row.items()} for row in rows]
    by_row, rejected = sort_out(converted, KINDS, ["id"])
    [batch] = bulk_files.read_columns(path)
    given = {name: batch.column(name) for name in KINDS}
    by_column, also_rejected = sort_out_columns(given, KINDS, ["id"])
    assert rejected == also_rejected == []
    assert by_column.to_pylist() == by_row.to_pylist()
    assert by_row.to_pylist()[0]["name"] == '株式会社"青空",\n本社 𠮷'
    assert by_row.to_pylist()[2]["name"] == "NA"


def test_a_file_of_nothing_but_its_header_has_no_rows(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("id,name\n", encoding="utf-8")
    assert list(bulk_files.read_rows(path)) == list(bulk_files.read_columns(path)) == []


def test_large_files_come_in_parts(tmp_path, monkeypatch):
    path = tmp_path / "export.csv"
    path.write_text("id\n" + "".join(f"{n}\n" for n in range(3_000)), encoding="utf-8")
    monkeypatch.setattr(bulk_files, "CHUNK", 1_000)
    monkeypatch.setattr(bulk_files, "BLOCK_BYTES", 4_000)
    assert [len(chunk) for chunk in bulk_files.read_rows(path)] == [1_000] * 3
    parts = list(bulk_files.read_columns(path))
    assert len(parts) > 2
    ids = [one for part in parts for one in part.column("id").cast(pa.string()).to_pylist()]
    assert ids == [str(n) for n in range(3_000)]


def test_windows_cover_a_span_without_sharing_a_second():
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    found = list(windows(start, end, {}))
    assert found == [
        ("2026-01-01T00:00:00Z", "2026-01-30T23:59:59Z"),
        ("2026-01-31T00:00:00Z", "2026-03-01T23:59:59Z"),
        ("2026-03-02T00:00:00Z", "2026-03-10T05:30:00Z"),
    ]
    begun = {"2026-01-31T00:00:00Z": "2026-02-02T00:00:00Z"}
    resumed = list(windows(start, end, begun))
    assert resumed[1:3] == [
        ("2026-01-31T00:00:00Z", "2026-02-02T00:00:00Z"),
        ("2026-02-02T00:00:01Z", "2026-03-04T00:00:00Z"),
    ]
    assert list(windows(end, start, {})) == []
    assert iso(start + timedelta(microseconds=5)) == "2026-01-01T00:00:00Z"


def test_activities_have_one_form_from_feed_and_file():
    row = {"marketoGUID": "g", "leadId": 7, "activityTypeId": 10, "activityDate": "x"}
    listed = [{"name": "Is Bot Activity", "value": True}, {"name": "Link", "value": "/a"}]
    by_feed = shape_activity({**row, "attributes": listed})
    texts = {name: str(value) for name, value in row.items()}
    by_file = shape_activity({**texts, "attributes": '{"Link": "/a", "Is Bot Activity": true}'})
    assert by_feed == by_file
    assert by_feed["is_bot_activity"] is True
    assert attributes_of(None) == attributes_of("") == {}


def test_fields_keep_the_kind_they_have_and_missing_ones_are_named():
    described = [
        {"name": "id", "type": "integer"},
        {"name": "leadScore", "type": "string"},
        {"name": "ownFlag", "type": "boolean"},
        {"name": "mergedInto", "type": "string"},
        {"name": "LeadScore", "type": "integer"},
    ]
    frozen = {"id": Kind.TEXT, "lead_score": Kind.INTEGER}
    found = select_fields(described, ["leadScore", "Gone_Field"], frozen)
    assert found.fields == ("id", "leadScore", "ownFlag")
    assert found.kinds == {"id": Kind.TEXT, "lead_score": Kind.INTEGER, "own_flag": Kind.FLAG}
    assert found.missing == ("Gone_Field",)
    assert found.left_out == ("mergedInto", "LeadScore")
    assert found.remark == (
        "fields missing at Marketo: Gone_Field. "
        "fields of a name that is taken: mergedInto, LeadScore."
    )
    shaped = found.shape({"id": 7, "leadScore": "35"})
    assert shaped == {"id": "7", "lead_score": 35, "own_flag": None, "is_deleted": False}


class FakeClient:
    """Knows some kinds of activity."""

    def get(self, path, params=None):
        kinds = [
            {"id": 1, "name": "Visit Webpage", "apiName": "visitWebpage"},
            {"id": 13, "name": "Change Data Value"},
            {"id": 46, "name": "Interesting Moment"},
            {"id": 204, "name": "Change Status in Progression"},
            {"id": 332, "apiName": "mergeLeads", "name": "リードの統合"},
        ]
        return {"result": kinds}


def test_kinds_of_activity_are_found_by_the_instances_own_list():
    history = History(FakeClient(), datetime(2026, 10, 2, tzinfo=UTC))
    assert wanted_types(history) == ["1", "204", "332"]
    assert history.type_id("mergeleads", "32") == "332"
    assert history.type_id("nosuchkind", "99") == "99"
