"""True mail addresses: company addresses that never meet by accident, and private ones.

Belongs here: giving out addresses. Must not: mistype them (that is `writing`).
"""

from __future__ import annotations

import random

from sandbox.world.truth.names import PersonName

FREE_MAIL_DOMAIN = "freemail.test"
ROLE_LOCALS = ("info", "sales", "contact", "soumu", "eigyo", "support")


class MailBook:
    """Hands out addresses; a second Mr Sato of a company gets a number, as in real life."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def company_address(self, rng: random.Random, name: PersonName, domain: str) -> str:
        """Return a new address at a company's domain."""
        family, given = name.family_romaji, name.given_romaji
        style = rng.random()
        if style < 0.45:
            local = f"{given}.{family}"
        elif style < 0.7:
            local = f"{given[0]}-{family}"
        elif style < 0.85:
            local = f"{family}.{given}"
        else:
            local = family
        return self._new(local, domain)

    def private_address(self, rng: random.Random, name: PersonName) -> str:
        """Return a new free-mail address."""
        local = f"{name.family_romaji}{rng.choice(['.', '_', ''])}{name.given_romaji}"
        return self._new(f"{local}{rng.randint(10, 99)}", FREE_MAIL_DOMAIN)

    def take(self, address: str) -> str:
        """Register an address chosen elsewhere, so that nobody else gets it."""
        self._taken.add(address)
        return address

    def _new(self, local: str, domain: str) -> str:
        address, count = f"{local}@{domain}", 2
        while address in self._taken:
            address, count = f"{local}{count}@{domain}", count + 1
        return self.take(address)
