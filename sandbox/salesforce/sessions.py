"""Sessions of the org: given out at sign-in, valid for two hours of sandbox time.

Belongs here: tokens and their lifetime. Must not: check credentials (sign_in.py does).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sandbox.clock import SandboxClock

LIFETIME = timedelta(hours=2)


class Sessions:
    """Valid session ids. One well-known id is valid until it is revoked."""

    def __init__(self, clock: SandboxClock, lasting: str) -> None:
        self._clock = clock
        self._until: dict[str, datetime | None] = {lasting: None}

    def open(self) -> str:
        """Return a new session id."""
        token = f"00D5j0000000001!{secrets.token_urlsafe(24)}"
        self._until[token] = self._clock.now() + LIFETIME
        return token

    def is_valid(self, token: str) -> bool:
        """Tell whether a session id may be used now."""
        if token not in self._until:
            return False
        until = self._until[token]
        return until is None or self._clock.now() < until

    def revoke(self, token: str) -> None:
        """End one session."""
        self._until.pop(token, None)

    def revoke_all(self) -> int:
        """End every session that was given out at sign-in and return how many there were."""
        given_out = [token for token, until in self._until.items() if until is not None]
        for token in given_out:
            self.revoke(token)
        return len(given_out)
