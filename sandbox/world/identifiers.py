"""Identifiers in the spelling of their issuers: Salesforce, HubSpot, tokens, corporate numbers.

Belongs here: making valid ids. Must not: know what the ids stand for.
"""

from __future__ import annotations

import random
import string
import uuid

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_CHECKSUM_ALPHABET = string.ascii_uppercase + "012345"
# the three history objects share one key prefix, so their numbers must not meet
_STARTS = {"ContactHistory": 200_000_000, "OpportunityFieldHistory": 400_000_000}
_ORG_PART = "5j00000"

KEY_PREFIXES = {
    "Lead": "00Q",
    "Contact": "003",
    "Account": "001",
    "Opportunity": "006",
    "OpportunityContactRole": "00K",
    "Campaign": "701",
    "CampaignMember": "00v",
    "Task": "00T",
    "Event": "00U",
    "User": "005",
    "UserRole": "00E",
    "LeadHistory": "017",
    "ContactHistory": "017",
    "OpportunityFieldHistory": "017",
    "OpportunityHistory": "008",
}


def id_checksum(id15: str) -> str:
    """Return the three characters that turn a case-sensitive 15-character id into 18."""
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << n for n, char in enumerate(id15[start : start + 5]) if char.isupper())
        suffix += _CHECKSUM_ALPHABET[bits]
    return suffix


def salesforce_id(prefix: str, number: int) -> str:
    """Return the 18-character id of the `number`-th record under a key prefix."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    id15 = prefix + _ORG_PART + digits.rjust(5, "0")
    return id15 + id_checksum(id15)


class IdSequence:
    """Hands out Salesforce ids per object, in the order asked for."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def new(self, object_name: str) -> str:
        """Return the next unused id of this object."""
        number = self._next.get(object_name, _STARTS.get(object_name, 1_000))
        self._next[object_name] = number + 1
        return salesforce_id(KEY_PREFIXES[object_name], number)


def corporate_number(base12: str) -> str:
    """Prefix twelve digits with the check digit that makes them a 法人番号."""
    weighted = sum(
        int(digit) * (1 if position % 2 == 0 else 2)
        for position, digit in enumerate(reversed(base12))
    )
    return f"{9 - weighted % 9}{base12}"


def guid(rng: random.Random) -> str:
    """Return a random UUID drawn from the given stream."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def token(rng: random.Random, length: int = 24) -> str:
    """Return a lower-case alphanumeric token."""
    return "".join(rng.choices(string.ascii_lowercase + string.digits, k=length))
