"""Asks every vendor, by a few cheap calls, whether a load would work now.

Here belongs what each vendor can tell: whether it answers, as whom, which rights or mapped fields
lack, what is left of the day's calls. Nothing is loaded, written or posted. Not here: how the
answers are shown (``orchestration``), paths and limits of a vendor (``vendors``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import duckdb

from ingestion.config import LoadContext
from ingestion.landing import tables_of
from ingestion.mappings import mapped_fields
from ingestion.naming import column_name
from ingestion.shaping import iso_of_ms, ms_of
from ingestion.sources import campaign_spend, card_files, decisions, houjin_bangou, web_forms
from ingestion.sources.hubspot.objects import KINDS
from ingestion.sources.salesforce.queries import api_name
from vendors import hubspot, marketo, salesforce, sansan, slack, typeform
from vendors.errors import Fault, VendorError

__all__ = ["Connection", "LastLoad", "State", "check", "last_loads"]

T = TypeVar("T")
SANSAN_WINDOW = timedelta(minutes=1)
MAX_NAME_CHARS = 60
# what an answer of another shape than the vendor documents brings about
_UNEXPECTED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class State(StrEnum):
    """What was found out: it works, it does not, it is not configured, it cannot be tried."""

    OK = "ok"
    FAILED = "failed"
    OFF = "off"
    UNTRIED = "untried"


@dataclass(frozen=True)
class LastLoad:
    """When a source was last loaded, and the worst status among its resources since.

    ``is_known`` is False when there is a warehouse that cannot be read now: a run has it open.
    """

    at: datetime | None = None
    status: str = ""
    is_known: bool = True


@dataclass(frozen=True)
class Connection:
    """What one vendor or inbox folder answered.

    Attributes:
        vendor: its name as people write it.
        state: whether a load would work.
        is_reachable: None when that is not known.
        signed_in_as: name of the integration's user or account; empty where nobody signs in.
        missing: rights, objects and mapped fields that lack; the rest would load.
        quota_left: what is left of the day's calls; empty when the vendor does not tell.
        remark: why it failed, or what else is to be known, in one sentence.
        last_load: None for what is not loaded from.
    """

    vendor: str
    state: State
    is_reachable: bool | None = None
    signed_in_as: str = ""
    missing: tuple[str, ...] = ()
    quota_left: str = ""
    remark: str = ""
    last_load: LastLoad | None = None


def check(context: LoadContext) -> tuple[Connection, ...]:
    """Ask all vendors at the same time, so that one that hangs does not add to the others.

    Args:
        context: where the inbox and the agreement lie, and the instant.
    """
    loads = last_loads(context)
    with ThreadPoolExecutor(len(_PROBES)) as pool:
        found = pool.map(partial(_asked, context), _PROBES)
        return tuple(
            replace(one, last_load=_load_of(probe.source, loads))
            for probe, one in zip(_PROBES, found, strict=True)
        )


def last_loads(context: LoadContext) -> dict[str, LastLoad] | None:
    """Return source → last load as the warehouse tells it; None when it cannot be read now."""
    if not context.warehouse.exists():
        return {}
    try:
        with duckdb.connect(str(context.warehouse), read_only=True) as con:
            con.execute("SET TimeZone = 'UTC'")
            rows = con.execute(
                "SELECT source, max(last_loaded_at), list(DISTINCT status)"
                " FROM raw_landing.resource_load GROUP BY source"
            ).fetchall()
    except duckdb.CatalogException:
        return {}
    except duckdb.Error:
        return None
    return {source: LastLoad(at, _worst(statuses)) for source, at, statuses in rows}


def _load_of(source: str, loads: dict[str, LastLoad] | None) -> LastLoad | None:
    if not source:
        return None
    return LastLoad(is_known=False) if loads is None else loads.get(source, LastLoad())


def _worst(statuses: Iterable[str]) -> str:
    order = ("failed", "partial", "ok", "off")
    return next((one for one in order if one in statuses), "")


def _asked(context: LoadContext, probe: Probe) -> Connection:
    vendor = probe.vendor
    try:
        found = probe.ask(context)
    except VendorError as error:
        unknown = error.fault is Fault.SETTINGS
        is_reachable = None if unknown else error.fault is not Fault.UNREACHABLE
        return Connection(vendor, State.FAILED, is_reachable, remark=str(error))
    except _UNEXPECTED as error:
        # its text may quote what was answered
        remark = f"{vendor} answered something unexpected ({type(error).__name__})."
        return Connection(vendor, State.FAILED, True, remark=remark)
    return replace(found, signed_in_as=" ".join(found.signed_in_as.split())[:MAX_NAME_CHARS])


def _salesforce(context: LoadContext) -> Connection:
    settings = salesforce.SalesforceSettings.from_environment()
    if not settings.is_configured:
        return Connection(salesforce.VENDOR, State.OFF)
    client = salesforce.connect(settings)
    there = client.object_names()
    wanted = [api_name(contract.resource) for contract in tables_of("salesforce")]
    missing = [f"object {name}" for name in wanted if name not in there]
    for resource, fields in mapped_fields("salesforce", context.agreement_dir).items():
        name = api_name(resource)
        if name in there:
            described = client.describe(name).get("fields") or ()
            missing += _lacking(name, fields, (one["name"] for one in described))
    return Connection(
        salesforce.VENDOR,
        State.OK,
        is_reachable=True,
        signed_in_as=_if_told(client.user_name) or settings.username or "the session's user",
        missing=tuple(missing),
        quota_left=_quota(_if_told(partial(_salesforce_calls, client))),
    )


def _salesforce_calls(client: salesforce.SalesforceClient) -> tuple[int, int]:
    calls = client.limits()["DailyApiRequests"]
    return int(calls["Remaining"]), int(calls["Max"])


def _hubspot(context: LoadContext) -> Connection:
    settings = hubspot.HubSpotSettings.from_environment()
    if not settings.is_configured:
        return Connection(hubspot.VENDOR, State.OFF)
    client = hubspot.connect(settings)
    missing = client.missing_scopes()
    for resource, fields in mapped_fields("hubspot", context.agreement_dir).items():
        if resource in KINDS:
            missing += _lacking_properties(client, resource, fields)
    account = _if_told(client.account_id)
    return Connection(
        hubspot.VENDOR,
        State.OK,
        is_reachable=True,
        signed_in_as=f"account {account}" if account else "the token's account",
        missing=tuple(missing),
        quota_left=_quota(_if_told(client.calls_left)),
    )


def _lacking_properties(
    client: hubspot.HubSpotClient, resource: str, fields: Iterable[str]
) -> list[str]:
    kind = KINDS[resource]
    try:
        described = client.properties(kind)
    except VendorError as error:
        if error.fault is not Fault.RIGHTS:
            raise
        return [f"crm.schemas.{kind}.read"]
    return _lacking(resource, fields, (one["name"] for one in described))


def _marketo(context: LoadContext) -> Connection:
    settings = marketo.MarketoSettings.from_environment()
    if not settings.is_configured:
        return Connection(marketo.VENDOR, State.OFF)
    client = marketo.connect(settings)
    missing = client.missing_rights()
    if "Read-Only Lead" not in missing:
        mapped = mapped_fields("marketo", context.agreement_dir).get("lead", {})
        missing += _lacking("lead", mapped, (one["name"] for one in client.lead_fields()))
    return Connection(
        marketo.VENDOR,
        State.OK,
        is_reachable=True,
        signed_in_as=client.api_user or "the service's user",
        missing=tuple(missing),
        quota_left=_quota(_if_told(client.calls_left)),
    )


def _typeform(context: LoadContext) -> Connection:
    settings = typeform.TypeformSettings.from_environment()
    if not settings.is_configured:
        return Connection(typeform.VENDOR, State.OFF)
    client = typeform.connect(settings)
    missing = []
    if form := client.first_form():
        try:
            client.response_count(form)
        except VendorError as error:
            if error.fault is not Fault.RIGHTS:
                raise
            missing.append("responses:read")
    return Connection(
        typeform.VENDOR,
        State.OK,
        is_reachable=True,
        signed_in_as=_if_told(client.account_name) or "the token's owner",
        missing=tuple(missing),
    )


def _sansan(context: LoadContext) -> Connection:
    settings = sansan.SansanSettings.from_environment()
    if not settings.is_configured:
        return Connection(sansan.VENDOR, State.OFF)
    until = context.as_of.replace(microsecond=0)
    window = [iso_of_ms(ms_of(one) or 0)[:19] + "Z" for one in (until - SANSAN_WINDOW, until)]
    sansan.connect(settings).ask_for_one(*window)
    return Connection(sansan.VENDOR, State.OK, is_reachable=True, signed_in_as="the key's user")


def _slack(context: LoadContext) -> Connection:
    settings = slack.SlackSettings.from_environment()
    if not settings.is_configured:
        return Connection(slack.VENDOR, State.OFF)
    address = urlsplit(settings.webhook_url)
    if address.scheme not in ("http", "https") or not address.netloc:
        sentence = "SLACK_WEBHOOK_URL is not an address that begins with https://."
        raise VendorError(slack.VENDOR, Fault.SETTINGS, sentence)
    return Connection(slack.VENDOR, State.UNTRIED)


def _folder(label: str, name: str, context: LoadContext) -> Connection:
    folder = context.inbox_dir / name
    if not folder.exists():
        return Connection(label, State.OFF)
    try:
        for place in (folder, folder / "processed", folder / "rejected"):
            if place.exists():
                # nameless where the system can, so that nothing takes it for a dropped file
                tempfile.TemporaryFile(dir=place, prefix=".").close()
    except OSError as error:
        sentence = f"{folder} is not a folder that can be written ({error.strerror})."
        return Connection(label, State.FAILED, False, remark=sentence)
    return Connection(label, State.OK, is_reachable=True)


def _lacking(name: str, wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    columns = {column_name(one) for one in there}
    return [f"{name}.{one}" for one in wanted if column_name(one) not in columns]


def _quota(left: tuple[int, int] | None) -> str:
    return f"{left[0]:,} of {left[1]:,} calls" if left else ""


def _if_told(ask: Callable[[], T]) -> T | None:
    """Return an answer that is only for people; a right to it is no condition of a load."""
    try:
        return ask()
    except (VendorError, *_UNEXPECTED):
        return None


@dataclass(frozen=True)
class Probe:
    """How one vendor is asked; ``source`` is empty for one that nothing is loaded from."""

    vendor: str
    source: str
    ask: Callable[[LoadContext], Connection]


_PROBES = (
    Probe(salesforce.VENDOR, "salesforce", _salesforce),
    Probe(hubspot.VENDOR, "hubspot", _hubspot),
    Probe(marketo.VENDOR, "marketo", _marketo),
    Probe(typeform.VENDOR, "typeform", _typeform),
    Probe(sansan.VENDOR, "sansan", _sansan),
    Probe("card files", "card_files", partial(_folder, "card files", card_files.FOLDER)),
    Probe("spend files", "campaign_spend", partial(_folder, "spend files", campaign_spend.FOLDER)),
    Probe("form files", "web_forms", partial(_folder, "form files", web_forms.FOLDER)),
    Probe("decisions", "decisions", partial(_folder, "decisions", decisions.FOLDER)),
    Probe(
        "corporate numbers",
        "houjin_bangou",
        partial(_folder, "corporate numbers", houjin_bangou.FOLDER),
    ),
    Probe(slack.VENDOR, "", _slack),
)
