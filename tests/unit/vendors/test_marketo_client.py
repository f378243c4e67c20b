"""Marketo: the token, refusals inside HTTP 200, limits, feeds, and exports fetched whole."""

import hashlib
from urllib.parse import parse_qsl

import pytest

from vendors.errors import Fault, SettingsMissing, VendorError
from vendors.marketo import MarketoClient, MarketoSettings, connect
from vendors.marketo_exports import Export, ExportGone, Exports

TOKEN = "/identity/oauth/token"
USAGE = "/rest/v1/stats/usage.json"
DESCRIBE = "/rest/v1/leads/describe.json"


def good(result=None, **more):
    return {"requestId": "1#2", "success": True, "result": result or [], **more}


def bad(code, message="no"):
    return {"requestId": "1#2", "success": False, "errors": [{"code": code, "message": message}]}


@pytest.fixture
def start(stub):
    """Start a stub that signs in by itself; ``answer`` serves the rest."""

    def begin(answer, used=0, **settings):
        tokens = iter(range(100))

        def serve(method, path, query, body, headers):
            if path == TOKEN:
                token = {"access_token": f"t{next(tokens)}", "expires_in": 3599, "scope": "me"}
                return 200, token
            if path == USAGE:
                users = [{"userId": "me", "count": used}, {"userId": "other", "count": 7}]
                return 200, good([{"total": used + 7, "users": users}])
            return answer(method, path, query, body, headers)

        server = stub(serve)
        waits = []
        given = {"client_id": "id", "client_secret": "secret", "poll_seconds": 60.0, **settings}
        client = MarketoClient(MarketoSettings(server.url, **given), sleep=waits.append)
        return client, server, waits

    return begin


def asked(server, path):
    return [call for call in server.asked if call[1] == path]


def test_the_token_travels_in_the_header_and_serves_many_calls(start):
    client, server, _ = start(lambda *_: (200, good()))
    for _ in range(3):
        client.get(DESCRIBE)
    assert len(asked(server, TOKEN)) == 1
    for call in asked(server, DESCRIBE):
        assert call[4]["Authorization"] == "Bearer t0"
        assert "access_token" not in call[2]
    method, _, query, body, _ = asked(server, TOKEN)[0]
    # an address is kept in the logs of libraries and proxies, a body is not
    assert (method, query) == ("POST", {})
    assert "grant_type=client_credentials" in str(body)
    assert "client_secret=secret" in str(body)


@pytest.mark.parametrize("code", ["601", "602"])
def test_an_ended_token_is_renewed_once(start, code):
    def answer(method, path, query, body, headers):
        return 200, good([1]) if headers["Authorization"] == "Bearer t1" else bad(code)

    client, server, _ = start(answer)
    assert client.get(DESCRIBE)["result"] == [1]
    assert len(asked(server, TOKEN)) == 2
    client, server, _ = start(lambda *_: (200, bad(code)))
    with pytest.raises(VendorError) as error:
        client.get(DESCRIBE)
    assert (error.value.fault, error.value.code) == (Fault.CREDENTIALS, code)
    assert len(asked(server, DESCRIBE)) == 2


def test_a_token_is_fetched_again_before_it_ends(start, monkeypatch):
    client, server, _ = start(lambda *_: (200, good()))
    client.get(DESCRIBE)
    monkeypatch.setattr("vendors.marketo.time.monotonic", lambda: client._token_ends + 1)
    client.get(DESCRIBE)
    assert len(asked(server, TOKEN)) == 2


def test_wrong_client_is_told_without_its_secret(stub):
    server = stub(lambda *_: (401, {"error": "invalid_client"}))
    client = connect(MarketoSettings(server.url, "id", "hush-hush"))
    with pytest.raises(VendorError, match="client id and secret") as error:
        client.get(DESCRIBE)
    assert error.value.fault is Fault.CREDENTIALS
    assert "hush" not in str(error.value)


@pytest.mark.parametrize("code", ["502", "604", "606", "608", "611", "614", "615", "713"])
def test_what_passes_is_waited_for(start, code):
    answers = iter([bad(code), bad(code), good(["here"])])
    client, _, waits = start(lambda *_: (200, next(answers)))
    assert client.get(DESCRIBE)["result"] == ["here"]
    assert len(waits) == 2
    client, server, waits = start(lambda *_: (200, bad(code)))
    with pytest.raises(VendorError) as error:
        client.get(DESCRIBE)
    assert error.value.code == code
    assert (len(waits), len(asked(server, DESCRIBE))) == (5, 6)


@pytest.mark.parametrize(
    ("code", "fault", "says"),
    [
        ("603", Fault.RIGHTS, "allowed ones"),
        ("607", Fault.LIMIT, "until midnight US Central"),
        ("1006", Fault.MISSING, "1006"),
        ("1035", Fault.REFUSED, "does not allow this filter"),
        ("610", Fault.REFUSED, "610"),
    ],
)
def test_other_refusals_stop_at_once_and_say_why(start, code, fault, says):
    client, server, waits = start(lambda *_: (200, bad(code, "who@example.test")))
    with pytest.raises(VendorError, match=says) as error:
        client.get(DESCRIBE)
    assert (error.value.fault, error.value.code) == (fault, code)
    assert "who@example.test" not in str(error.value)
    assert (len(asked(server, DESCRIBE)), waits) == (1, [])


def test_no_data_is_an_empty_result(start):
    client, _, _ = start(lambda *_: (200, bad("702")))
    assert client.get(DESCRIBE)["result"] == []


def test_the_share_of_the_days_calls_stops_politely(start):
    client, server, _ = start(lambda *_: (200, good()), used=8, daily_calls=20)
    client.get(DESCRIBE)
    client.get(DESCRIBE)
    with pytest.raises(VendorError, match="our share") as error:
        client.get(DESCRIBE)
    assert error.value.fault is Fault.LIMIT
    assert len(asked(server, DESCRIBE)) == 2
    # others have nearly used up the day: what is left of it is less than our share
    client, server, _ = start(lambda *_: (200, good()), daily_calls=8, call_share_pct=100)
    client.get(DESCRIBE)
    with pytest.raises(VendorError, match="our share"):
        client.get(DESCRIBE)


def test_bursts_beyond_fifty_calls_in_twenty_seconds_wait(start):
    client, _, waits = start(lambda *_: (200, good()))
    for _ in range(49):  # the sign-in's look at the usage is the fiftieth
        client.get(DESCRIBE)
    assert waits == []
    client.get(DESCRIBE)
    assert len(waits) == 1
    assert 0 < waits[0] <= 20


def test_a_feed_goes_on_through_empty_pages_until_told_to_stop(start):
    pages = iter(
        [
            good([1], moreResult=True, nextPageToken="b="),
            {"success": True, "moreResult": True, "nextPageToken": "c="},
            good([2], moreResult=False, nextPageToken="d="),
        ]
    )

    def answer(method, path, query, body, headers):
        if path.endswith("pagingtoken.json"):
            return 200, good(nextPageToken="a=")
        return 200, next(pages)

    client, server, _ = start(answer)
    path = "/rest/v1/activities.json"
    assert list(client.feed(path, "2026-01-01T00:00:00Z")) == [[1], [], [2]]
    assert [call[2]["nextPageToken"] for call in asked(server, path)] == ["a=", "b=", "c="]


def test_a_feed_that_repeats_itself_is_stopped(start):
    client, _, _ = start(lambda *_: (200, good(moreResult=True, nextPageToken="a=")))
    with pytest.raises(VendorError, match="repeats"):
        list(client.feed("/rest/v1/activities.json", "2026-01-01T00:00:00Z"))


def test_leads_are_asked_for_by_three_hundred_ids_and_by_a_form_when_long(start):
    def answer(method, path, query, body, headers):
        values = dict(parse_qsl(body)).get("filterValues") or query["filterValues"]
        return 200, good([{"id": one} for one in values.split(",")])

    client, server, _ = start(answer)
    ids = [str(10_000_000 + n) for n in range(700)]
    pages = list(client.leads_by_id(ids, ["id", *(f"aLongFieldName{n}" for n in range(300))]))
    assert [row["id"] for page in pages for row in page] == ids
    assert [(call[0], call[2]) for call in asked(server, "/rest/v1/leads.json")] == [
        ("POST", {"_method": "GET"})
    ] * 3


def test_assets_end_with_a_warning(start):
    def answer(method, path, query, body, headers):
        rows = [{"id": n} for n in range(200)] if query["offset"] == "0" else None
        return 200, good(rows) if rows else {"success": True, "warnings": ["No assets found"]}

    client, server, _ = start(answer)
    assert len(list(client.assets("/rest/asset/v1/programs.json"))) == 1
    assert len(asked(server, "/rest/asset/v1/programs.json")) == 2


def test_settings_name_what_lacks_and_drop_the_rest_of_the_address(monkeypatch):
    with pytest.raises(SettingsMissing, match="MARKETO_CLIENT_SECRET"):
        connect(MarketoSettings("https://x.test", "id"))
    for name, value in {
        "MARKETO_BASE_URL": "123-abc-456.mktorest.com/rest/",
        "MARKETO_CLIENT_ID": "id",
        "MARKETO_CALL_SHARE_PCT": "25",
    }.items():
        monkeypatch.setenv(name, value)
    found = MarketoSettings.from_environment()
    assert (found.base_url, found.call_share_pct) == ("https://123-abc-456.mktorest.com", 25.0)
    monkeypatch.setenv("MARKETO_DAILY_CALLS", "many")
    with pytest.raises(VendorError, match="MARKETO_DAILY_CALLS must be a number"):
        MarketoSettings.from_environment()


def test_missing_rights_are_named_and_a_closed_address_is_told(start):
    def answer(method, path, query, body, headers):
        return 200, bad("603") if "/asset/" in path else good()

    client, _, _ = start(answer)
    assert client.missing_rights() == ["Read-Only Assets"]
    client, _, _ = start(lambda *_: (200, bad("603")))
    with pytest.raises(VendorError, match="list of allowed ones"):
        client.missing_rights()


FILE = b"id,email\n1,a@example.test\n" * 40
ROOT = "/bulk/v1/leads/export"
DONE = Export("x", 40, len(FILE), f"sha256:{hashlib.sha256(FILE).hexdigest()}")


def test_a_full_queue_waits_and_a_lost_answer_is_no_fault(start):
    answers = iter(
        [
            good([{"exportId": "x"}]),
            bad("1029", "Too many jobs in queue"),
            bad("1029", "Export is already queued"),
        ]
    )
    client, _, waits = start(lambda *_: (200, next(answers)))
    exports = Exports(client, "leads")
    assert exports.begin(["id"], {"createdAt": {}}) == "x"
    assert (waits, exports.open) == ([60.0], {"x"})


def test_used_up_megabytes_stop_politely(start):
    answers = iter([good([{"exportId": "x"}]), bad("1029", "Export daily quota 500MB exceeded")])
    client, _, waits = start(lambda *_: (200, next(answers, good())))
    exports = Exports(client, "leads")
    with pytest.raises(VendorError, match="quota") as error:
        exports.begin(["id"], {"createdAt": {}})
    assert (error.value.fault, waits) == (Fault.LIMIT, [])
    exports.cancel_open()
    assert exports.open == set()


def test_a_job_is_waited_for_by_its_own_interval(start):
    statuses = iter(["Queued", "Processing", "Completed"])

    def answer(*_):
        return 200, good([{"status": next(statuses), "numberOfRecords": 3, "fileSize": 9}])

    client, _, waits = start(answer)
    assert Exports(client, "leads").wait("x") == Export("x", 3, 9, "")
    assert waits == [60.0, 60.0]


@pytest.mark.parametrize("status", ["Canceled", "Cancelled", "Failed"])
def test_a_job_that_ended_badly_is_gone(start, status):
    client, _, _ = start(lambda *_: (200, good([{"status": status}])))
    with pytest.raises(ExportGone):
        Exports(client, "leads").wait("x")
    client, _, _ = start(lambda *_: (200, bad("1004", "not found")))
    with pytest.raises(ExportGone):
        Exports(client, "leads").wait("x")


def test_a_cut_download_goes_on_where_it_stopped(start, tmp_path):
    def answer(method, path, query, body, headers):
        begin = int(headers.get("Range", "bytes=0-")[6:-1])
        part = FILE[begin : begin + 300]
        return (206 if begin else 200), part

    client, server, _ = start(answer)
    Exports(client, "leads").fetch(DONE, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == FILE
    ranges = [call[4].get("Range") for call in asked(server, f"{ROOT}/x/file.json")]
    assert ranges == [None, "bytes=300-", "bytes=600-", "bytes=900-"]


def test_a_file_that_does_not_fit_its_checksum_is_fetched_again(start, tmp_path):
    files = iter([FILE.replace(b"1", b"2"), FILE])
    client, _, _ = start(lambda *_: (200, next(files)))
    Exports(client, "leads").fetch(DONE, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == FILE
    client, _, _ = start(lambda *_: (200, FILE.replace(b"1", b"2")))
    with pytest.raises(VendorError, match="checksum"):
        Exports(client, "leads").fetch(DONE, tmp_path / "file")


def test_an_error_in_place_of_a_file_is_read(start, tmp_path):
    json = {"Content-Type": "application/json"}
    answers = iter([(200, bad("602"), json), (200, bad("606"), json), (200, FILE)])
    client, server, waits = start(lambda *_: next(answers))
    Exports(client, "leads").fetch(DONE, tmp_path / "file")
    assert (len(asked(server, TOKEN)), len(waits)) == (2, 2)
    client, _, _ = start(lambda *_: (200, bad("607"), json))
    with pytest.raises(VendorError, match="until midnight") as error:
        Exports(client, "leads").fetch(DONE, tmp_path / "file")
    assert error.value.fault is Fault.LIMIT


def test_a_file_that_is_not_there_yet_is_waited_for_and_a_lost_one_is_gone(start, tmp_path):
    answers = iter([(404, b"not yet"), (200, FILE)])
    client, _, waits = start(lambda *_: next(answers))
    Exports(client, "leads").fetch(DONE, tmp_path / "file")
    assert waits == [60.0]
    client, _, _ = start(lambda *_: (404, b"gone"))
    with pytest.raises(ExportGone):
        Exports(client, "leads").fetch(DONE, tmp_path / "file")
