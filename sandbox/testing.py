"""A sandbox for tests: started on a free port, stopped at the end.

Belongs here: the context manager and the admin client that tests use.
Must not: be imported by anything but tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests

from sandbox.clock import DEFAULT_NOW, parse_instant
from sandbox.opening import DEFAULT_SEED, Options, open_stand
from sandbox.server import RunningServer, listen
from sandbox.settings import Credentials
from sandbox.tables import Row
from sandbox.taking_over import WorldLike
from sandbox.tls import ensure_jwt_key
from sandbox.world import World, build_world


class AdminClient:
    """Small client of the sandbox's own pages."""

    def __init__(self, base_url: str, ca_bundle: Path | None) -> None:
        self._root = f"{base_url}/__sandbox"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(ca_bundle) if ca_bundle else True

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self._session.request(method, f"{self._root}/{path}", timeout=30, **more)
        if answer.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def health(self) -> dict[str, Any]:
        """Return the sandbox's state with the number of rows per table."""
        return dict(self._ask("GET", "health"))

    def answer_key(self) -> list[dict[str, Any]]:
        """Return who is who in truth."""
        return list(self._ask("GET", "answer-key"))

    def faults(self, *rules: dict[str, Any]) -> list[dict[str, Any]]:
        """Switch rules on, and return all rules with their counts."""
        if not rules:
            return list(self._ask("GET", "faults"))
        return list(self._ask("POST", "faults", json=list(rules)))

    def clear_faults(self) -> None:
        """Switch all faults off."""
        self._ask("DELETE", "faults")

    def requests(self) -> dict[str, Any]:
        """Return the counts of requests per vendor and path."""
        return dict(self._ask("GET", "requests"))

    def reset_requests(self) -> None:
        """Start counting requests anew."""
        self._ask("DELETE", "requests")

    def messages(self) -> list[dict[str, Any]]:
        """Return the messages posted to the Slack webhook."""
        return list(self._ask("GET", "messages"))

    def now(self) -> datetime:
        """Return the sandbox's time."""
        return parse_instant(self._ask("GET", "clock")["now"])

    def move_clock(self, *, advance_seconds: float) -> datetime:
        """Move the sandbox's time forward, and return it."""
        wish = {"advance_seconds": advance_seconds}
        return parse_instant(self._ask("POST", "clock", json=wish)["now"])

    def switch_marketo(self, **switches: Any) -> dict[str, Any]:
        """Change limits and abilities of the Marketo instance, and return them all."""
        return dict(self._ask("POST", "marketo", json=switches))

    def end_sessions(self) -> None:
        """End every Salesforce session given out so far."""
        self._ask("DELETE", "sessions")

    def records(self, vendor: str, kind: str, **equal: str) -> list[dict[str, Any]]:
        """Return the rows of a kind, all or those whose fields equal the given values."""
        return list(self._ask("GET", f"records/{vendor}/{kind}", params=equal))

    def record(self, vendor: str, kind: str, row_id: str) -> dict[str, Any]:
        """Return one row."""
        return dict(self._ask("GET", f"records/{vendor}/{kind}/{row_id}"))

    def add_record(self, vendor: str, kind: str, row: dict[str, Any]) -> dict[str, Any]:
        """Add a row as a person in that system would, and return it."""
        return dict(self._ask("POST", f"records/{vendor}/{kind}", json=row))

    def change_record(
        self, vendor: str, kind: str, row_id: str, fields: dict[str, Any], user: str | None = None
    ) -> dict[str, Any]:
        """Change a row as a person (`user`: a Salesforce user id) would, and return it."""
        params = {"user": user} if user else {}
        path = f"records/{vendor}/{kind}/{row_id}"
        return dict(self._ask("PATCH", path, json=fields, params=params))

    def delete_record(self, vendor: str, kind: str, row_id: str, *, hard: bool = False) -> None:
        """Delete a row the way its vendor does, or for good."""
        params = {"hard": "true"} if hard else {}
        self._ask("DELETE", f"records/{vendor}/{kind}/{row_id}", params=params)

    def fields(self, vendor: str, kind: str) -> dict[str, str]:
        """Return field → type, as the vendor shows them now."""
        return {one["name"]: one["type"] for one in self._ask("GET", f"fields/{vendor}/{kind}")}

    def hide(self, vendor: str, kind: str, name: str = "") -> None:
        """Take a field, or a whole Salesforce object, out of sight; its values stay."""
        self._ask("DELETE", f"fields/{vendor}/{kind}" + (f"/{name}" if name else ""))

    def show(self, vendor: str, kind: str, name: str = "") -> None:
        """Show a hidden field or object again."""
        self._ask("POST", f"fields/{vendor}/{kind}" + (f"/{name}" if name else ""))

    def retype(self, vendor: str, kind: str, name: str, field_type: str) -> None:
        """Give a field another type; what the records hold is not converted."""
        self._ask("PATCH", f"fields/{vendor}/{kind}/{name}", json={"type": field_type})


@dataclass
class HandMadeWorld:
    """A world of a few records written down in a test.

    Salesforce records need an ``Id``; fields that are left out are empty, stamps are those of now.
    """

    salesforce: dict[str, list[Row]] = field(default_factory=dict)
    hubspot: dict[str, list[Row]] = field(default_factory=dict)
    typeform: dict[str, list[Row]] = field(default_factory=dict)
    sansan: dict[str, list[Row]] = field(default_factory=dict)
    marketo: dict[str, list[Row]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    answer_key: list[Row] = field(default_factory=list)


class RunningSandbox:
    """A sandbox that answers."""

    def __init__(self, server: RunningServer) -> None:
        self.base_url = server.stand.base_url
        self.environment = dict(server.environment)
        self.ca_bundle = server.ca_bundle
        self.credentials: Credentials = server.stand.credentials
        self._jwt_key_file = server.stand.jwt_key_file
        self.admin = AdminClient(self.base_url, self.ca_bundle)

    @property
    def jwt_key_file(self) -> Path:
        """Private key for sign-in by JWT, made when first asked for."""
        ensure_jwt_key(self._jwt_key_file)
        return self._jwt_key_file


@lru_cache(maxsize=2)
def cached_world(people: int, seed: int) -> World:
    """Return a world, built once per test process; nobody may change it."""
    return build_world(people=people, seed=seed, now=DEFAULT_NOW)


@contextmanager
def running_sandbox(
    *,
    people: int = 300,
    seed: int = DEFAULT_SEED,
    tls: bool = False,
    state: Path | None = None,
    inbox: Path | None = None,
    world: WorldLike | None = None,
) -> Iterator[RunningSandbox]:
    """Run a sandbox in a thread on a free port for the duration of the block.

    Give `world` (anything with the attributes of `WorldLike`) to serve hand-made records instead
    of a generated world.
    """
    options = Options(people=people, seed=seed, now=DEFAULT_NOW, state=state, inbox=inbox, tls=tls)
    stand = open_stand(options, world or cached_world(people, seed))
    server = RunningServer(stand, listen(0), tls=tls)
    server.start()
    try:
        yield RunningSandbox(server)
    finally:
        server.stop()
