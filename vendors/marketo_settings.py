"""Marketo's settings, read from the environment.

Here belong the address, the credentials and the limits of a subscription. Not here: calls.
"""

from __future__ import annotations

from dataclasses import dataclass

from vendors.errors import Fault, VendorError
from vendors.settings import setting, with_scheme

VENDOR = "Marketo"
DAILY_CALLS = 50_000
CALL_SHARE_PCT = 50.0
POLL_SECONDS = 60.0
# half of what an instance allows, because every other integration takes from the same allowance
CALLS_PER_20S = 50


@dataclass(frozen=True)
class MarketoSettings:
    """What the environment says about Marketo.

    Attributes:
        base_url: ``https://<munchkin id>.mktorest.com``, without ``/rest``.
        client_id: of the LaunchPoint service.
        client_secret: of the LaunchPoint service.
        daily_calls: what the subscription allows in a day; Marketo's API does not tell it.
        call_share_pct: how much of that this line may use.
        calls_per_20s: most calls in any twenty seconds; an instance allows 100 to all together.
        poll_seconds: how often a running export is asked for; Marketo moves it once a minute.
        since: ISO date from which leads and activities are read; empty asks the oldest lead.
    """

    base_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    daily_calls: int = DAILY_CALLS
    call_share_pct: float = CALL_SHARE_PCT
    calls_per_20s: int = CALLS_PER_20S
    poll_seconds: float = POLL_SECONDS
    since: str = ""

    @classmethod
    def from_environment(cls) -> MarketoSettings:
        """Read the settings.

        Raises:
            VendorError: a setting that must be a number is none.
        """
        return cls(
            base_url=_without_rest(with_scheme(setting("MARKETO_BASE_URL"))),
            client_id=setting("MARKETO_CLIENT_ID"),
            client_secret=setting("MARKETO_CLIENT_SECRET"),
            daily_calls=int(_number("MARKETO_DAILY_CALLS", DAILY_CALLS)),
            call_share_pct=_number("MARKETO_CALL_SHARE_PCT", CALL_SHARE_PCT),
            calls_per_20s=max(int(_number("MARKETO_CALLS_PER_20S", CALLS_PER_20S)), 1),
            poll_seconds=_number("MARKETO_POLL_SECONDS", POLL_SECONDS),
            since=setting("MARKETO_SINCE"),
        )

    @property
    def missing(self) -> list[str]:
        """Names of the settings that a sign-in needs and that are not given."""
        needed = {
            "MARKETO_BASE_URL": self.base_url,
            "MARKETO_CLIENT_ID": self.client_id,
            "MARKETO_CLIENT_SECRET": self.client_secret,
        }
        return [name for name, value in needed.items() if not value]

    @property
    def is_configured(self) -> bool:
        """Whether any of the sign-in's settings is given."""
        return len(self.missing) < 3


def _number(name: str, default: float) -> float:
    text = setting(name, str(default))
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if value < 0:
        raise VendorError(VENDOR, Fault.SETTINGS, f"{name} must be a number, not {text!r}.")
    return value


def _without_rest(address: str) -> str:
    """Return an address without the ``/rest`` that Marketo's own screens show behind it."""
    return address.removesuffix("/rest").removesuffix("/identity")
