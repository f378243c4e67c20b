"""The Marketo instance: its tables, fields, tokens, switches and usage in one place.

Belongs here: what every Marketo handler needs. Must not: know HTTP paths.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from sandbox.clock import SandboxClock, iso_seconds, parse_instant
from sandbox.marketo.errors import MarketoFault
from sandbox.settings import Credentials
from sandbox.tables import Estate, Row, Table
from sandbox.world.schema import MarketoField

# US Central without its daylight saving: the day of the quotas begins here
CENTRAL = timezone(timedelta(hours=-6))
API_USER = "api-user@hashiwatashi.test"
NEW_LEAD, CHANGED_VALUE, MERGED, DELETED, CHANGED_STATUS = 12, 13, 32, 37, 104
# what Marketo keeps beside a lead and never shows: its true last change
HIDDEN = "_changedAt"


@dataclass
class Switches:
    """What differs between subscriptions, and Marketo's limits; tests move them.

    ``job_seconds`` is how long an export is processed, ``ready_seconds`` how long it is queued,
    both by the sandbox's clock. Times of minutes, as the real one takes, would only be waited for.
    """

    has_updated_at_filter: bool = True
    rate_calls: int = 100
    rate_seconds: float = 20.0
    concurrent_calls: int = 10
    daily_calls: int = 50_000
    daily_export_bytes: int = 500_000_000
    running_jobs: int = 2
    queued_jobs: int = 10
    ready_seconds: float = 0.05
    job_seconds: float = 0.1
    token_seconds: int = 3600

    def change(self, given: dict[str, Any]) -> None:
        """Set switches by name.

        Raises:
            ValueError: there is no such switch, or the value is of another kind.
        """
        for name, value in given.items():
            now = getattr(self, name, None)
            if now is None or isinstance(value, bool) is not isinstance(now, bool):
                raise ValueError(f"no switch {name} takes {value!r}")
            setattr(self, name, type(now)(value))


@dataclass
class Tokens:
    """The access token in force: asking again before its end gives the same one."""

    token: str = ""
    ends_at: datetime | None = None

    def revoke(self, token: str) -> None:
        """End a token before its time."""
        if token == self.token:
            self.token = ""


@dataclass
class Usage:
    """Calls and errors of the day, and the calls of the last seconds."""

    day: str = ""
    calls: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    export_bytes: int = 0
    recent: deque[float] = field(default_factory=deque)


class Instance:
    """One Marketo instance over the estate's tables."""

    def __init__(
        self,
        estate: Estate,
        clock: SandboxClock,
        fields: Iterable[MarketoField],
        credentials: Credentials,
    ) -> None:
        self.estate = estate
        self.clock = clock
        self.credentials = credentials
        self.fields = {one.name: one for one in fields}
        self.switches = Switches()
        self.tokens = Tokens()
        self.usage = Usage()

    def table(self, name: str) -> Table:
        """Return one of the instance's tables."""
        return self.estate.table(f"marketo.{name}")

    def now(self) -> str:
        """Return the present as Marketo writes it: UTC, whole seconds."""
        return iso_seconds(self.clock.now())

    def token(self) -> dict[str, Any]:
        """Return the token in force with its remaining life, or a new one."""
        now, kept = self.clock.now(), self.tokens
        if not kept.token or kept.ends_at is None or kept.ends_at <= now:
            kept.token = f"{secrets.token_hex(16)}:int"
            kept.ends_at = now + timedelta(seconds=self.switches.token_seconds)
        left = int((kept.ends_at - now).total_seconds())
        return {
            "access_token": kept.token,
            "token_type": "bearer",
            "expires_in": max(left, 0),
            "scope": API_USER,
        }

    def check_token(self, token: str) -> None:
        """Let the token in force pass.

        Raises:
            MarketoFault: 601 for an unknown one, 602 for one past its end.
        """
        if not token or token != self.tokens.token or self.tokens.ends_at is None:
            raise MarketoFault("601", "Access token invalid")
        if self.tokens.ends_at <= self.clock.now():
            raise MarketoFault("602", "Access token expired")

    def count_call(self) -> None:
        """Count a call against the rate and the day.

        Raises:
            MarketoFault: 606 or 607.
        """
        usage, switches = self.today(), self.switches
        now = time.monotonic()
        while usage.recent and usage.recent[0] <= now - switches.rate_seconds:
            usage.recent.popleft()
        if len(usage.recent) >= switches.rate_calls:
            message = f"Max rate limit '{switches.rate_calls}' exceeded with in"
            raise MarketoFault("606", f"{message} '{switches.rate_seconds:g}' secs")
        if usage.calls >= switches.daily_calls:
            raise MarketoFault("607", f"Daily API Request Quota '{switches.daily_calls}' reached")
        usage.recent.append(now)
        usage.calls += 1

    def today(self) -> Usage:
        """Return the usage of the present day, which begins at midnight US Central."""
        day = self.clock.now().astimezone(CENTRAL).date().isoformat()
        if self.usage.day != day:
            self.usage = Usage(day=day, recent=self.usage.recent)
        return self.usage

    def new_id(self, table: str) -> int:
        """Return an id larger than all that a table ever had: those of deleted leads stay taken."""
        ids = map(int, self.table(table).ids())
        acts = self.table("activities").rows() if table == "leads" else ()
        return max([*ids, *(int(row["leadId"]) for row in acts)], default=1000) + 1

    def note_activity(
        self, lead_id: int, type_id: int, primary: tuple[int | None, str | None], **attributes: Any
    ) -> Row:
        """Write an activity of this moment; underscores in names stand for blanks."""
        row: Row = {
            "marketoGUID": f"{secrets.token_hex(16)}{len(self.table('activities')):016x}",
            "leadId": lead_id,
            "activityDate": self.now(),
            "activityTypeId": type_id,
            "primaryAttributeValueId": primary[0],
            "primaryAttributeValue": primary[1],
            "attributes": [
                {"name": name.replace("_", " "), "value": value}
                for name, value in attributes.items()
            ],
        }
        self.table("activities").put(row["marketoGUID"], row)
        return row


def instant_of(text: str | None, what: str) -> datetime:
    """Read an instant that a caller gave.

    Raises:
        MarketoFault: it is missing or no instant.
    """
    if not text:
        raise MarketoFault("701", f"{what} cannot be blank")
    try:
        return parse_instant(text.replace(" ", "+"))
    except ValueError:
        raise MarketoFault("704", f"{what} has an invalid date format") from None
