"""The whole Marketo stand-in: its instance and all its routes.

Belongs here: putting the parts together. Must not: know what they do.
"""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.clock import SandboxClock
from sandbox.marketo import activities, leads, programs, usage
from sandbox.marketo.exports import Exports
from sandbox.marketo.gate import Gate
from sandbox.marketo.instance import Instance
from sandbox.settings import Credentials
from sandbox.tables import Estate
from sandbox.world.schema import marketo_fields


class Marketo:
    """One Marketo instance over HTTP."""

    def __init__(self, estate: Estate, clock: SandboxClock, credentials: Credentials) -> None:
        self.instance = Instance(estate, clock, marketo_fields(), credentials)

    def routes(self) -> list[BaseRoute]:
        """Return the routes of sign-in, leads, activities, programs, exports and usage."""
        gate = Gate(self.instance)
        return [
            gate.sign_in(),
            *leads.routes(gate),
            *activities.routes(gate),
            *programs.routes(gate),
            *usage.routes(gate),
            *Exports(self.instance).routes(gate),
        ]
