"""All stand-ins behind one address.

Belongs here: putting estate, vendors, faults and admin pages together into one application.
Must not: open ports (server.py does) or know a vendor's rules.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.clock import SandboxClock
from sandbox.faults.middleware import FaultLayer
from sandbox.faults.rules import FaultBoard
from sandbox.hubspot import associations, batches, marketing, objects, search
from sandbox.hubspot.account import Account
from sandbox.hubspot.gate import Gate as HubSpotGate
from sandbox.marketo.gate import ConcurrencyLayer
from sandbox.marketo.service import Marketo
from sandbox.persistence import Journal
from sandbox.request_log import RequestLog
from sandbox.salesforce import collections as record_collections
from sandbox.salesforce import pages, records
from sandbox.salesforce.bulk_ingest import IngestJobs
from sandbox.salesforce.bulk_query import QueryJobs
from sandbox.salesforce.composites import Composites
from sandbox.salesforce.gate import Gate
from sandbox.salesforce.kept_answers import KeptAnswers
from sandbox.salesforce.org import Org
from sandbox.salesforce.queries import Queries
from sandbox.salesforce.sign_in import SignIn
from sandbox.sansan import Sansan
from sandbox.settings import Credentials
from sandbox.slack import Slack
from sandbox.tables import Estate
from sandbox.tls import ensure_jwt_key
from sandbox.typeform import Typeform
from sandbox.world.schema import hubspot_properties, salesforce_fields

JWT_KEY_FILE = "salesforce_jwt.key"


class Stand:
    """The running whole: data, clock, vendors, switches."""

    def __init__(self, clock: SandboxClock, folder: Path, journal: Journal | None = None) -> None:
        """Take a folder for keys and settings; without a journal it is a temporary one."""
        self.clock = clock
        self.folder = folder
        self.journal = journal
        self.estate = Estate()
        self.credentials = Credentials()
        self.base_url = ""
        self.faults = FaultBoard()
        self.requests = RequestLog()
        self.org = Org(self.estate, clock, salesforce_fields(), self.credentials)
        self.account = Account(self.estate, clock, hubspot_properties(), self.credentials)
        self.typeform = Typeform(self.estate, self.credentials)
        self.sansan = Sansan(self.estate, self.credentials)
        self.marketo = Marketo(self.estate, clock, self.credentials)
        self.slack = Slack(self.estate, clock, self.credentials)

    @property
    def jwt_key_file(self) -> Path:
        """Private key with which a client may sign in by JWT."""
        return self.folder / JWT_KEY_FILE

    def save(self) -> None:
        """Write what changed since the last save."""
        changes = self.estate.take_changes()
        if self.journal is not None:
            self.journal.write(changes)

    def save_clock(self) -> None:
        """Write down the clock, so that a later start has the same one."""
        if self.journal is not None:
            self.journal.write_settings({"clock_offset": self.clock.offset_seconds})

    def close(self) -> None:
        """Save what is left and close the file; a stand without one leaves nothing behind."""
        self.save()
        if self.journal is None:
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        self.journal.close()

    def application(self, admin_routes: list[BaseRoute]) -> ASGIApp:
        """Return the ASGI application of everything."""
        app = Starlette(routes=[*admin_routes, *self._vendor_routes()])
        app.router.redirect_slashes = False
        saved = SavingLayer(app, self)
        faulty = FaultLayer(saved, self.faults, self.requests, self._revoke)
        return ConcurrencyLayer(faulty, self.marketo.instance)

    def _revoke(self, token: str) -> None:
        """End a token before its time, whoever gave it out."""
        self.org.sessions.revoke(token)
        self.marketo.instance.tokens.revoke(token)

    def _vendor_routes(self) -> list[BaseRoute]:
        return [
            *self._salesforce_routes(),
            *self._hubspot_routes(),
            *self.typeform.routes(),
            *self.sansan.routes(),
            *self.marketo.routes(),
            *self.slack.routes(),
        ]

    def _salesforce_routes(self) -> list[BaseRoute]:
        gate, kept = Gate(self.org), KeptAnswers()
        sign_in = SignIn(self.org, lambda: self.base_url, lambda: ensure_jwt_key(self.jwt_key_file))
        return [
            *sign_in.routes(),
            *records.version_routes(),
            *Queries(kept).routes(gate),
            *record_collections.routes(gate),
            *Composites(gate).routes(),
            *QueryJobs(kept).routes(gate),
            *IngestJobs().routes(gate),
            *records.routes(gate),
            *pages.routes(self.org),
        ]

    def _hubspot_routes(self) -> list[BaseRoute]:
        gate = HubSpotGate(self.account)
        return [
            *batches.routes(gate),
            *search.routes(gate),
            *marketing.routes(gate),
            *associations.routes(gate),
            *objects.routes(gate),
        ]


class SavingLayer:
    """Writes each request's changes before its answer leaves, so that no promise is forgotten."""

    def __init__(self, app: ASGIApp, stand: Stand) -> None:
        self._app = app
        self._stand = stand

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def saving_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._stand.save()
            await send(message)

        await self._app(scope, receive, saving_send)
