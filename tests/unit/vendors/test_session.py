"""The session: retries, limits, proxies and certificates, errors without secrets."""

import socket

import pytest

from vendors.errors import Fault, VendorError, scrub
from vendors.session import ATTEMPTS, JsonApi, RetryingSession


def test_five_hundred_then_success(stub):
    answers = iter([(500, {}), (503, {}), (200, {"ok": True})])
    server = stub(lambda *_: next(answers))
    api = JsonApi("Acme", server.url, {})
    assert api.get("/x") == {"ok": True}
    assert api.calls == 3


def test_retry_after_is_honoured(stub):
    answers = iter([(429, {}, {"Retry-After": "7"}), (200, {})])
    server = stub(lambda *_: next(answers))
    waits = []
    JsonApi("Acme", server.url, {}, sleep=waits.append).get("/x")
    assert waits == [7.0]


def test_a_source_that_keeps_failing_costs_one_attempt_after_the_first_time(stub):
    server = stub(lambda *_: (503, {}))
    api = JsonApi("Acme", server.url, {})
    for _ in range(2):
        with pytest.raises(VendorError) as caught:
            api.get("/x")
    assert caught.value.fault is Fault.BROKEN
    assert api.calls == ATTEMPTS + 1


def test_no_connection_is_one_sentence_without_the_credentials_in_the_address(stub):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    session = RetryingSession("Acme", sleep=lambda _: None)
    for _ in range(3):
        with pytest.raises(VendorError) as caught:
            session.request("GET", f"http://user:pass@127.0.0.1:{port}/hook?key=hidden")
    assert str(caught.value) == f"Acme could not be reached at 127.0.0.1:{port}: no connection."
    assert session.calls == ATTEMPTS + 1


def test_broken_json_is_read_again(stub):
    answers = iter([(200, b'{"half": '), (200, {"whole": 1})])
    server = stub(lambda *_: next(answers))
    assert JsonApi("Acme", server.url, {}).get("/x") == {"whole": 1}


@pytest.mark.parametrize(
    ("status", "fault"),
    [(401, Fault.CREDENTIALS), (403, Fault.RIGHTS), (404, Fault.MISSING), (400, Fault.REFUSED)],
)
def test_refusals_are_told_apart_and_not_retried(stub, status, fault):
    server = stub(lambda *_: (status, {"message": "taro@example.com"}))
    api = JsonApi("Acme", server.url, {"Authorization": "Bearer s3cret"})
    with pytest.raises(VendorError) as caught:
        api.get("/things")
    assert caught.value.fault is fault
    assert "example.com" not in str(caught.value) and "s3cret" not in str(caught.value)
    assert api.calls == 1


def test_addresses_are_rewritten_to_the_base_with_its_path(stub):
    server = stub(lambda *_: (200, {}))
    session = RetryingSession("Acme", base_url=server.url + "/sf/", rewrites=lambda host: True)
    session.get("https://login.example.com/services/x?q=1")
    session.get("https://login.example.com/sf/services/x")
    assert [(path, query) for _, path, query, _, _ in server.asked] == [
        ("/sf/services/x", {"q": "1"}),
        ("/sf/services/x", {}),
    ]


def test_netrc_never_replaces_the_token(stub, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else")
    monkeypatch.setenv("NETRC", str(netrc))
    server = stub(lambda *_: (200, {}))
    JsonApi("Acme", server.url, {"Authorization": "Bearer t"}).get("/x")
    assert server.asked[0][4]["Authorization"] == "Bearer t"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Email: taro@example.com is bad", "Email: <mail> is bad"),
        ("call 03-0000-1234 now", "call <number> now"),
        ("Authorization: Bearer abc.def", "Authorization: <token>"),
    ],
)
def test_vendor_texts_are_scrubbed(text, clean):
    assert scrub(text) == clean


def test_the_proxy_of_the_environment_is_used(stub, monkeypatch):
    proxy = stub(lambda *_: (200, {}))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with pytest.raises(VendorError, match="the proxy did not let us through"):
        JsonApi("Acme", "https://api.example.com", {}).get("/x")
    assert [call[:2] for call in proxy.asked] == [("CONNECT", "")]


def test_a_missing_certificate_bundle_is_one_sentence(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(VendorError, match="REQUESTS_CA_BUNDLE names cannot be read"):
        JsonApi("Acme", "https://127.0.0.1:9", {}).get("/x")


@pytest.mark.parametrize("token", ["鍵", "a\nb"])
def test_a_token_that_cannot_be_sent_is_one_sentence(stub, token):
    server = stub(lambda *_: (200, {}))
    api = JsonApi("Acme", server.url, {"Authorization": f"Bearer {token}"})
    with pytest.raises(VendorError, match="a credential holds a character that cannot be sent"):
        api.get("/x")
