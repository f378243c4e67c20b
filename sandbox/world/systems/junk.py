"""Rows that stand for nobody: tests of our own people, spam, placeholders.

Belongs here: junk in every system. Must not: touch real people's records.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.identifiers import guid, token
from sandbox.world.schema import empty_properties
from sandbox.world.streams import Streams
from sandbox.world.systems.card_files import CardDrawer
from sandbox.world.systems.hubspot.portal import Portal
from sandbox.world.systems.salesforce.org import Org
from sandbox.world.systems.typeform import TypeformAccount
from sandbox.world.timing import WEEKS, business_moment, epoch_ms, iso_ms, iso_s
from sandbox.world.truth.sales_team import MARKETERS, OWN_SITE

_NAMES = (
    ("テスト", "太郎"), ("テスト", "花子"), ("test", "test"), ("サンプル", "一郎"),
    ("ダミー", "データ"), ("テスト", ""), ("ＴＥＳＴ", "ユーザー"),
)  # fmt: skip
_DOMAINS = ("example.com", "example.co.jp", "example.net", "example.org")
_SPAM = (
    ("asdf", "qwer"), ("あああ", "いいい"), ("CryptoBonus", "Winner"), ("SEO", "Ranking"),
    ("無料", "集客"), ("xxx", "yyy"),
)  # fmt: skip
_SHARE = 0.014


def scatter_junk(
    people: int,
    streams: Streams,
    org: Org,
    portal: Portal,
    typeform: TypeformAccount,
    drawer: CardDrawer,
    key: AnswerKey,
) -> None:
    """Put some junk into each system; several rows share one address on purpose."""
    for number in range(max(4, round(people * _SHARE))):
        rng = streams.of("junk", number)
        start = org.now - timedelta(weeks=WEEKS)
        at = business_moment(rng, start + timedelta(days=rng.randint(1, WEEKS * 7 - 3)))
        family, given = rng.choice(_NAMES)
        email = f"test{rng.randint(1, 6)}@{rng.choice(_DOMAINS)}"
        if number % 5 == 4:
            family, given = rng.choice(_SPAM)
            email = f"{token(rng, 9)}@spam-sender.test"
        writers = (_lead, _contact, _response)
        writer = writers[number % 4] if number % 4 < 3 else None
        if writer is None:
            drawer.file_junk(
                {"company": "テスト株式会社", "full_name": f"{family}{given}", "email": email}
            )
        elif writer is _lead:
            _lead(org, key, at, family, given, email)
        elif writer is _contact:
            _contact(rng, portal, key, at, (family, given), f"test{number}-{email}")
        else:
            _response(rng, typeform, key, at, (family, given), email)


def _lead(org: Org, key: AnswerKey, at: datetime, family: str, given: str, email: str) -> None:
    record = org.new(
        "Lead",
        at,
        MARKETERS[1].key,
        LastName=family,
        FirstName=given or None,
        Name=f"{family} {given}".strip(),
        Company="テスト株式会社",
        Email=email,
        Status="Open - Not Contacted",
        OwnerId=org.user_ids[MARKETERS[1].key],
    )
    key.note_junk(("salesforce", "lead", record["Id"]))


def _contact(
    rng: random.Random,
    portal: Portal,
    key: AnswerKey,
    at: datetime,
    name: tuple[str, str],
    email: str,
) -> None:
    contact_id = str(50_000_001 + len(portal.records["contacts"]) * 25)
    stamps = {"createdate": iso_ms(at), "lastmodifieddate": iso_ms(at)}
    properties = {
        **empty_properties("contacts"),
        **stamps,
        "email": email,
        "lastname": name[0],
        "firstname": name[1] or None,
        "hs_object_id": contact_id,
        "lifecyclestage": "lead",
        "hs_analytics_source": "DIRECT_TRAFFIC",
    }
    portal.records["contacts"].append(
        {
            "id": contact_id,
            "properties": properties,
            "createdAt": iso_ms(at),
            "updatedAt": iso_ms(at),
            "archived": False,
        }
    )
    form_id = portal.form_ids["hs_inquiry"]
    values = [("email", email), ("lastname", name[0]), ("firstname", name[1])]
    portal.records["form_submissions"].append(
        {
            "formId": form_id,
            "conversionId": guid(rng),
            "submittedAt": epoch_ms(at),
            "values": [{"name": n, "value": v, "objectTypeId": "0-1"} for n, v in values if v],
            "pageUrl": f"{OWN_SITE}/contact",
        }
    )
    key.note_junk(("hubspot", "contact", contact_id))


def _response(
    rng: random.Random,
    typeform: TypeformAccount,
    key: AnswerKey,
    at: datetime,
    name: tuple[str, str],
    email: str,
) -> None:
    form = typeform.forms[1]
    row_token = token(rng, 32)
    values = {"family_name": name[0], "given_name": name[1], "company": "test", "email": email}
    answers = []
    for field in form["fields"]:
        if values.get(field["ref"]):
            kind = "email" if field["ref"] == "email" else "text"
            short = {"id": field["id"], "type": field["type"], "ref": field["ref"]}
            answers.append({"field": short, "type": kind, kind: values[field["ref"]]})
    typeform.responses.append(
        {
            "form_id": form["id"],
            "landing_id": row_token,
            "token": row_token,
            "response_id": row_token,
            "response_type": "completed",
            "landed_at": iso_s(at - timedelta(seconds=30)),
            "submitted_at": iso_s(at),
            "metadata": {
                "user_agent": "Mozilla/5.0",
                "platform": "other",
                "referer": f"{OWN_SITE}/lp/whitepaper",
                "network_id": token(rng, 10),
                "browser": "default",
            },
            "hidden": {},
            "calculated": {"score": 0},
            "variables": [],
            "answers": answers,
        }
    )
    key.note_junk(("typeform", "response", row_token))
