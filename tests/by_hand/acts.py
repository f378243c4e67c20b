"""Touchpoints by hand: definitions.md, section on touchpoint kinds, read out loud.

Belongs here: which acts there are and which are told once. Slow and obvious on purpose.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tests.by_hand.facts import Facts, midnight

SALES_KINDS = {"call", "meeting", "sales_mail"}
PROSPECT_KINDS = {
    "inquiry", "document_download", "webinar_registered", "webinar_attended",
    "event_attended", "card_exchanged",
}  # fmt: skip
TYPES = {
    "Call": "call", "電話": "call", "Meeting": "meeting", "訪問": "meeting", "商談": "meeting",
    "打合せ": "meeting", "Email": "sales_mail", "メール": "sales_mail",
}  # fmt: skip
CAMPAIGN_TYPES = {
    "Webinar": "webinar_attended", "Trade Show": "event_attended",
    "Conference": "event_attended", "Seminar": "event_attended",
    "Content": "document_download", "Email": "mail_clicked", "Advertisement": "site_visit",
    "Banner Ads": "site_visit", "Direct Mail": "site_visit",
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Touch:
    """One dated act of a person; sorts by (when, system, id)."""

    at: datetime
    system: str
    id: str
    person: str
    kind: str
    content: str
    owner: str = ""


def touches_by_person(facts: Facts) -> dict[str, list[Touch]]:
    """Kept touchpoints up to as_of, in order."""
    kept: dict[str, list[Touch]] = defaultdict(list)
    last: dict[tuple[str, str, str], datetime] = {}
    for touch in sorted(all_acts(facts)):
        key = (touch.person, touch.kind, touch.content)
        if key in last and touch.at - last[key] <= timedelta(minutes=10):
            continue
        last[key] = touch.at
        kept[touch.person].append(touch)
    return kept


def all_acts(facts: Facts) -> Iterator[Touch]:
    """Every act of a living person up to as_of, twice told ones included."""
    for acts in (_forms, _pages, _mails, _marketo, _webinars, _cards, _members, _activities):
        for touch in acts(facts):
            if touch.person in facts.persons and touch.at <= facts.as_of:
                yield touch


def form_kind(name: str) -> str | None:
    """Kind of a form by what its name contains."""
    if "問い合わせ" in name:
        return "inquiry"
    if "資料" in name:
        return "document_download"
    return "webinar_registered" if "ウェビナー" in name or "セミナー" in name else None


def _forms(facts: Facts) -> Iterator[Touch]:
    names = {form["id"]: form["name"] for form in facts.rows("raw_hubspot.form")}
    for row in facts.rows("raw_hubspot.form_submission"):
        own = facts.person_of.get(f"hubspot:form_submission:{row['conversion_id']}")
        person = own or facts.person_of_mail.get((row["value_email"] or "").strip().lower(), "")
        name = names.get(row["form_id"], "")
        if kind := form_kind(name):
            yield Touch(row["submitted_at"], "hubspot", row["conversion_id"], person, kind, name)
    titles = {form["id"]: form["title"] for form in facts.rows("raw_typeform.form")}
    for row in facts.rows("raw_typeform.response"):
        person = facts.person_of.get(f"typeform:response:{row['response_id']}", "")
        name = titles.get(row["form_id"], "")
        kind = form_kind(name)
        if kind and row["submitted_at"] and row["response_type"] in (None, "completed"):
            yield Touch(row["submitted_at"], "typeform", row["response_id"], person, kind, name)
    exports = sorted(
        facts.rows("raw_web_forms.submission"), key=lambda row: (row["_loaded_at"], row["row_id"])
    )
    # of a submission in several exports the last one counts
    for row in {row["submission_id"]: row for row in exports}.values():
        person = facts.person_of.get(f"web_forms:submission:{row['submission_id']}", "")
        name, sent = row["form_name"], row["submitted_at"]
        if kind := form_kind(name):
            yield Touch(sent, "web_forms", row["submission_id"], person, kind, name)


def _pages(facts: Facts) -> Iterator[Touch]:
    merged = {
        loser.strip(): winner["id"]
        for winner in facts.rows("raw_hubspot.contact")
        for loser in (winner["hs_merged_object_ids"] or "").split(";")
    }
    for row in facts.rows("raw_hubspot.event"):
        if row["event_type"] != "e_visited_page":
            continue
        contact = row["object_id"]
        person = facts.person_of.get(f"hubspot:contact:{contact}") or facts.person_of.get(
            f"hubspot:contact:{merged.get(contact)}", ""
        )
        url = urlsplit(row["url"])
        kind = "product_page_view" if url.path.startswith("/product") else "site_visit"
        yield Touch(row["occurred_at"], "hubspot", row["id"], person, kind, url.netloc + url.path)


def _mails(facts: Facts) -> Iterator[Touch]:
    kinds = {"OPEN": "mail_opened", "CLICK": "mail_clicked"}
    for row in facts.rows("raw_hubspot.email_event"):
        if row["type"] in kinds and not row["filtered_event"]:
            person = facts.person_of_mail.get(row["recipient"].strip().lower(), "")
            kind, content = kinds[row["type"]], row["email_campaign_id"]
            yield Touch(row["created_at"], "hubspot", row["id"], person, kind, content)


def _lead_of(facts: Facts, lead: str) -> str:
    """The person of a Marketo lead, or of the lead that took it in."""
    for row in facts.rows("raw_marketo.activity"):
        if lead in re.findall(r"\d+", row["merge_ids"] or ""):
            lead = row["lead_id"]
            break
    return facts.person_of.get(f"marketo:lead:{lead}", "")


def _marketo(facts: Facts) -> Iterator[Touch]:
    mails = {"10": "mail_opened", "11": "mail_clicked"}
    for row in facts.rows("raw_marketo.activity"):
        type_id, kind = row["activity_type_id"], None
        if type_id == "1":
            url = urlsplit(row["webpage_url"])
            content = url.netloc + url.path
            kind = "product_page_view" if url.path.startswith("/product") else "site_visit"
        elif type_id == "2":
            content = row["primary_attribute_value"]
            kind = form_kind(content)
        elif type_id in mails:
            kind, content = mails[type_id], row["primary_attribute_value_id"]
        if kind and not row["is_bot_activity"]:
            person = _lead_of(facts, row["lead_id"])
            at, guid = row["activity_date"], row["marketo_guid"]
            yield Touch(at, "marketo", guid, person, kind, content)


def _webinars(facts: Facts) -> Iterator[Touch]:
    webinars = {
        row["id"]: row["name"] for row in facts.rows("raw_marketo.program")
        if row["type"] == "webinar" or row["channel"] == "Webinar"
    }  # fmt: skip
    told = set()
    for row in sorted(facts.rows("raw_marketo.activity"), key=lambda row: row["activity_date"]):
        pair = (row["primary_attribute_value_id"], row["lead_id"])
        if row["new_status"] == "Attended" and pair[0] in webinars and pair not in told:
            told.add(pair)
            person, at = _lead_of(facts, row["lead_id"]), row["activity_date"]
            name = webinars[pair[0]]
            yield Touch(at, "marketo", row["marketo_guid"], person, "webinar_attended", name)
    for row in facts.rows("raw_marketo.program_membership"):
        pair = (row["program_id"], row["lead_id"])
        if row["status_name"] == "Attended" and pair[0] in webinars and pair not in told:
            person, at = _lead_of(facts, row["lead_id"]), row["reached_success_date"]
            yield Touch(
                at, "marketo", ":".join(pair), person, "webinar_attended", webinars[pair[0]]
            )


def _cards(facts: Facts) -> Iterator[Touch]:
    cards = [("sansan", "biz_card", row["id"], row["exchange_date"])
             for row in facts.rows("raw_sansan.biz_card") if not row["is_deleted"]]  # fmt: skip
    cards += [("card_files", "row", row["row_id"], row["exchanged_on"])
              for row in facts.rows("raw_card_files.row")]  # fmt: skip
    for system, thing, card, day in cards:
        person = facts.person_of.get(f"{system}:{thing}:{card}", "")
        if at := midnight(day):
            yield Touch(at, system, card, person, "card_exchanged", "")


def _members(facts: Facts) -> Iterator[Touch]:
    campaigns = {row["id"]: row for row in facts.rows("raw_salesforce.campaign")}
    for row in facts.rows("raw_salesforce.campaign_member"):
        at = midnight(row["first_responded_date"])
        if not row["has_responded"] or row["is_deleted"] or at is None:
            continue
        campaign = campaigns[row["campaign_id"]]
        kind = CAMPAIGN_TYPES.get(campaign["type"], "inquiry")
        status = (row["status"] or "").lower()
        if kind == "webinar_attended" and any(
            word in status for word in ("登録", "申込", "register")
        ):
            kind = "webinar_registered"
        who = f"contact:{row['contact_id']}" if row["contact_id"] else f"lead:{row['lead_id']}"
        person = facts.person_of.get(f"salesforce:{who}", "")
        yield Touch(at, "salesforce", row["id"], person, kind, campaign["name"])


def _activities(facts: Facts) -> Iterator[Touch]:
    tasks = [(row, row["completed_date_time"], row["task_subtype"], None)
             for row in facts.rows("raw_salesforce.task") if row["is_closed"]]  # fmt: skip
    events = [(row, row["end_date_time"], row["event_subtype"], "meeting")
              for row in facts.rows("raw_salesforce.event")]  # fmt: skip
    for row, at, subtype, otherwise in [*tasks, *events]:
        kind = TYPES.get(row["type"]) or {"Call": "call", "Email": "sales_mail"}.get(subtype)
        kind = kind or otherwise
        if row["is_deleted"] or at is None or kind is None or subtype in ("ListEmail", "Cadence"):
            continue
        who = row["who_id"] or ""
        thing = {"00Q": "lead", "003": "contact"}.get(who[:3], "")
        person = facts.person_of.get(f"salesforce:{thing}:{who}", "")
        yield Touch(
            at, "salesforce", row["id"], person, kind, row["subject"] or "", row["owner_id"]
        )
