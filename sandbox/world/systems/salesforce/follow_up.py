"""What sales' work leaves on Leads and Contacts: owner, status, feedback, BANT, conversion.

Belongs here: playing a journey's sales side onto records, with history. Must not: plan it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.world.journeys.plan import Appearance, Journey
from sandbox.world.streams import Streams, chance
from sandbox.world.systems.salesforce.org import Org, Record
from sandbox.world.systems.salesforce.people import PeopleDesk
from sandbox.world.timing import sf_datetime, tokyo_date


@dataclass
class SalesforcePerson:
    """The records of one person in the org."""

    leads: list[Record]
    contacts: list[Record]

    @property
    def contact(self) -> Record | None:
        """Return the contact that deals hang on."""
        return self.contacts[0] if self.contacts else None

    @property
    def working_record(self) -> Record | None:
        """Return the record that sales works on: the open lead, else the contact."""
        if self.leads and not self.leads[0]["IsConverted"]:
            return self.leads[0]
        if self.contacts:
            return self.contacts[0]
        return self.leads[0] if self.leads else None


@dataclass(frozen=True)
class _Change:
    at: datetime
    name: str
    value: Any
    by: str


class FollowUpDesk:
    """Plays hand-off, follow-up and conversion onto the records of one person."""

    def __init__(self, org: Org, streams: Streams, desk: PeopleDesk) -> None:
        self._org = org
        self._streams = streams
        self._desk = desk

    def work(self, journey: Journey, appearances: list[Appearance]) -> SalesforcePerson:
        """Enter the person's records and let sales work on the first Lead."""
        person = SalesforcePerson([], [])
        leads = [a for a in appearances if a.system == "salesforce_lead"]
        contacts = [a for a in appearances if a.system == "salesforce_contact"]
        leads.sort(key=lambda a: (a.at, a.number))
        for appearance in leads:
            person.leads.append(self._desk.enter_lead(appearance, journey))
        changes = sorted(self._changes(journey), key=lambda c: c.at)
        pending = self._work_lead(journey, person, changes)
        for appearance in sorted(contacts, key=lambda a: (a.at, a.number)):
            lead = self._converting_lead(journey, person, appearance)
            contact = self._desk.enter_contact(appearance, journey, lead)
            person.contacts.append(contact)
            if lead is not None:
                self._convert(journey, lead, contact)
            elif len(person.contacts) == 1:
                self._attributes(journey, contact)
        if person.contacts and pending:
            for change in pending:
                self._apply("Contact", person.contacts[0], change)
        return person

    def _work_lead(
        self, journey: Journey, person: SalesforcePerson, changes: list[_Change]
    ) -> list[_Change]:
        """Apply what happened before conversion; return what is left for the Contact."""
        if not person.leads:
            return [c for c in changes if c.name != "Status"]
        lead = person.leads[0]
        self._attributes(journey, lead)
        converted_at = journey.converted_at
        before = [c for c in changes if converted_at is None or c.at < converted_at]
        for change in before:
            self._apply("Lead", lead, change)
        return [c for c in changes if c not in before and c.name != "Status"]

    def _apply(self, object_name: str, record: Record, change: _Change) -> None:
        if change.name == "Sales_Feedback__c" and change.at < self._org.now:
            record["Sales_Feedback_At__c"] = sf_datetime(change.at)
        self._org.change(object_name, record, change.name, change.value, change.at, change.by)

    def _attributes(self, journey: Journey, record: Record) -> None:
        """Fill what sales or marketing noted about the person, without history of its own."""
        person = journey.person
        record["Is_Decision_Maker__c"] = person.is_decision_maker
        record["Competitor_In_Use__c"] = person.competitor_in_use
        record["Interest_Theme__c"] = journey.theme
        record["Sales_Comment__c"] = journey.comment

    def _changes(self, journey: Journey) -> list[_Change]:
        user = journey.sales_user or journey.marketer
        changes = []
        if journey.handed_at and not journey.owned_by_sales_from_start:
            owner = self._org.user_ids[user]
            changes.append(_Change(journey.handed_at, "OwnerId", owner, journey.marketer))
        changes += [_Change(at, "Status", value, user) for value, at in journey.statuses]
        changes += [_Change(at, "Sales_Feedback__c", v, user) for v, at in journey.feedback]
        if journey.bant:
            bant = journey.bant
            values = {
                "Budget_Status__c": bant.budget,
                "Need_Is_Clear__c": bant.need_is_clear,
                "Timeline__c": bant.timeline,
                "Decision_Maker_Will_Attend__c": bant.decision_maker_attends,
            }
            changes += [_Change(bant.at, name, value, user) for name, value in values.items()]
        return changes

    def _converting_lead(
        self, journey: Journey, person: SalesforcePerson, appearance: Appearance
    ) -> Record | None:
        """Return the lead that becomes this contact; one rep in six types it in anew instead."""
        if journey.converted_at != appearance.at or not person.leads:
            return None
        rng = self._streams.of("conversion", journey.person.key)
        return None if chance(rng, 0.16) else person.leads[0]

    def _convert(self, journey: Journey, lead: Record, contact: Record) -> None:
        user, at = str(journey.sales_user), journey.converted_at
        assert at is not None
        self._org.change("Lead", lead, "Status", "Qualified", at, user)
        self._org.history("Lead", lead, "leadConverted", None, None, at, user)
        self._org.history("Contact", contact, "contactCreatedFromLead", None, None, at, user)
        lead["IsConverted"] = True
        lead["ConvertedDate"] = tokyo_date(at).isoformat()
        lead["ConvertedContactId"] = contact["Id"]
        lead["ConvertedAccountId"] = contact["AccountId"]
        self._org.touch(lead, at, user)
        if journey.deal:
            rng = self._streams.of("handover", journey.person.key)
            if chance(rng, 0.5):
                owner = self._org.user_ids[journey.deal.owner]
                later = at + timedelta(hours=rng.randint(2, 60))
                self._org.change("Contact", contact, "OwnerId", owner, later, user)
