"""A loopback server that answers from a script and remembers what it was asked."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest


class Stub:
    """Answers by ``answer(method, path, query, body, headers) -> (status, payload[, headers])``."""

    def __init__(self, answer: Callable) -> None:
        self.asked: list[tuple[str, str, dict, str, dict]] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                call = (
                    self.command,
                    parts.path,
                    dict(parse_qsl(parts.query)),
                    body,
                    dict(self.headers),
                )
                stub.asked.append(call)
                status, payload, *more = answer(*call)
                raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
                self.send_response(status)
                for name, value in (more[0] if more else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = _serve

            def do_CONNECT(self) -> None:
                stub.asked.append(("CONNECT", "", {}, "", {}))
                self.send_error(403)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def stub(monkeypatch):
    """Start stubs; retries do not wait."""
    monkeypatch.setattr("vendors.session.FIRST_WAIT", 0.0)
    monkeypatch.setattr("vendors.session.FIRST_WAIT_ON_LIMIT", 0.0)
    started: list[Stub] = []

    def start(answer: Callable) -> Stub:
        started.append(Stub(answer))
        return started[-1]

    yield start
    for one in started:
        one.server.shutdown()
        one.server.server_close()
