"""A Slack message is delivered, off, or said to have failed; it never raises or leaks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from activation.writers import slack

SECRET_PATH = "/services/T000/B000/secretsecret"


class Hook(BaseHTTPRequestHandler):
    status = 200
    received: list[dict[str, object]] = []  # noqa: RUF012 - one list per test, reset below

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).received.append({"path": self.path, **json.loads(body)})
        self.send_response(type(self).status)
        self.end_headers()
        self.wfile.write(b"ok" if type(self).status == 200 else b"no_service")

    def log_message(self, *_: object) -> None:
        """Keeps the test output quiet."""


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hook]]:
    Hook.status, Hook.received = 200, []
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("SLACK_WEBHOOK_URL", f"http://127.0.0.1:{server.server_port}{SECRET_PATH}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield Hook
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_message_arrives_as_it_was_written(hook: type[Hook]) -> None:
    assert slack.send({"text": "金曜のデータ掃除", "blocks": []}) is None
    assert hook.received == [{"path": SECRET_PATH, "text": "金曜のデータ掃除", "blocks": []}]


def test_a_refused_message_is_one_sentence_without_the_secret(hook: type[Hook]) -> None:
    hook.status = 404
    sentence = slack.send({"text": "x"})
    assert sentence
    assert "secretsecret" not in sentence


def test_an_unreachable_slack_is_one_sentence_without_the_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vendors.session.time.sleep", lambda _: None)
    monkeypatch.setattr("vendors.session.FIRST_WAIT", 0.001)
    monkeypatch.setenv("SLACK_WEBHOOK_URL", f"http://127.0.0.1:9{SECRET_PATH}")
    sentence = slack.send({"text": "x"})
    assert sentence
    assert "secretsecret" not in sentence


def test_without_a_webhook_nothing_is_sent(
    hook: type[Hook], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_WEBHOOK_URL")
    assert slack.send({"text": "x"}) is None
    assert hook.received == []
