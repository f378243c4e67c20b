"""Stand-in of a Slack incoming webhook: checks a message like Slack does and keeps it.

Belongs here: Block Kit limits and Slack's plain-text errors. Must not: know other vendors.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import SandboxClock, iso_seconds
from sandbox.exchange import BadBody, Call, route, text_answer
from sandbox.settings import Credentials
from sandbox.tables import Estate

LARGEST_BLOCKS = 50
LONGEST_TEXT = 40_000
LONGEST_TOTAL = 13_200
_BLOCK_TYPES = {"header", "section", "divider", "context", "actions", "image", "markdown"} | {
    "rich_text"
}


class Slack:
    """One webhook that keeps what is posted to it."""

    def __init__(self, estate: Estate, clock: SandboxClock, credentials: Credentials) -> None:
        self._messages = estate.table("slack.messages")
        self._clock = clock
        self._path = credentials.slack_path

    def routes(self) -> list[Route]:
        """Return the webhook's route."""
        return [route("/slack/services/{team}/{app}/{secret}", ["POST"], self.post)]

    def post(self, call: Call) -> Response:
        """Take one message."""
        if call.path != self._path:
            return text_answer("no_service", 404)
        try:
            payload = call.json()
        except BadBody:
            return text_answer("invalid_payload", 400)
        problem = payload_problem(payload)
        if problem:
            return text_answer(problem, 400)
        number = str(len(self._messages) + 1)
        kept = {"id": number, "received_at": iso_seconds(self._clock.now()), "payload": payload}
        self._messages.put(number, kept)
        return text_answer("ok")


def payload_problem(payload: Any) -> str | None:
    """Return Slack's word for what is wrong with a message, or None."""
    if not isinstance(payload, dict):
        return "invalid_payload"
    text, blocks = payload.get("text"), payload.get("blocks")
    if blocks is None and not (isinstance(text, str) and text.strip()):
        return "no_text"
    if text is not None and (not isinstance(text, str) or len(text) > LONGEST_TEXT):
        return "invalid_payload"
    if blocks is None:
        return None
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= LARGEST_BLOCKS:
        return "invalid_blocks"
    if not all(_is_block(block) for block in blocks):
        return "invalid_blocks"
    return "msg_blocks_too_long" if _characters(blocks) > LONGEST_TOTAL else None


def _is_block(block: Any) -> bool:
    if not isinstance(block, dict) or block.get("type") not in _BLOCK_TYPES:
        return False
    if len(str(block.get("block_id", ""))) > 255:
        return False
    check = {"header": _is_header, "section": _is_section, "context": _is_context}.get(
        block["type"]
    )
    if block["type"] == "actions":
        return 1 <= len(block.get("elements") or []) <= 25
    return check is None or check(block)


def _is_text(text: Any, longest: int, kinds: set[str]) -> bool:
    return (
        isinstance(text, dict)
        and text.get("type") in kinds
        and isinstance(text.get("text"), str)
        and 1 <= len(text["text"]) <= longest
    )


def _is_header(block: dict[str, Any]) -> bool:
    return _is_text(block.get("text"), 150, {"plain_text"})


def _is_section(block: dict[str, Any]) -> bool:
    kinds = {"mrkdwn", "plain_text"}
    text, fields = block.get("text"), block.get("fields")
    if text is None and not fields:
        return False
    if text is not None and not _is_text(text, 3000, kinds):
        return False
    return not fields or (
        len(fields) <= 10 and all(_is_text(field, 2000, kinds) for field in fields)
    )


def _is_context(block: dict[str, Any]) -> bool:
    return 1 <= len(block.get("elements") or []) <= 10


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(_characters(part) for part in value.values() if not isinstance(part, str))
    return sum(_characters(part) for part in value) if isinstance(value, list) else 0
