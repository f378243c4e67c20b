"""HubSpot's errors as it spells them.

Belongs here: categories, messages, bodies. Must not: decide when they happen.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any


class HubSpotFault(Exception):
    """A refusal with the HTTP status and category that HubSpot gives."""

    def __init__(self, status: int, category: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message

    def body(self) -> dict[str, Any]:
        """Return the JSON body of a refused call."""
        return {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
            "category": self.category,
        }

    def row_error(self, context: dict[str, Any]) -> dict[str, Any]:
        """Return the error of one input of a batch."""
        return {
            "status": "error",
            "category": self.category,
            "message": self.message,
            "context": context,
        }


def validation(message: str) -> HubSpotFault:
    """Return the refusal of a request that breaks a rule."""
    return HubSpotFault(400, "VALIDATION_ERROR", message)


def missing() -> HubSpotFault:
    """Return the refusal of an unknown resource."""
    return HubSpotFault(404, "OBJECT_NOT_FOUND", "resource not found")


def invalid_values(problems: Sequence[dict[str, Any]]) -> HubSpotFault:
    """Return the refusal of property values, naming each."""
    listed = json.dumps(list(problems), ensure_ascii=False)
    return validation(f"Property values were not valid: {listed}")
