"""The systems that records stand in: how many, how filled, and in whose handwriting.

The shares stand in `data/sources.csv`, one row per kind of record.
"""

from dataclasses import dataclass
from enum import StrEnum

from tests.benchmarks.independent_corpus.word_lists import rows


class Medium(StrEnum):
    """How a record came about, which decides what goes wrong in writing it."""

    LEAD = "lead"
    CONTACT = "contact"
    MARKETING_LEAD = "marketing_lead"
    RESPONSE = "response"
    SUBMISSION = "submission"
    BIZ_CARD = "biz_card"
    CARD_FILE = "card_file"
    COMPANY = "company"


SCANNED = frozenset({Medium.BIZ_CARD, Medium.CARD_FILE})
FILLED_IN_BY_THE_PERSON = frozenset({Medium.RESPONSE, Medium.SUBMISSION})


@dataclass(frozen=True)
class Shares:
    """Share of the records of a source that fill a field.

    Attributes:
        private_mail: Of those who have one, how many give it here instead of that of the job.
        mobile_as_phone: Of those who have one, how many give the mobile where a landline belongs.
    """

    mail: float
    private_mail: float
    phone: float
    mobile: float
    mobile_as_phone: float
    company: float
    corporate_number: float
    website: float
    address: float
    department: float
    title: float
    reading: float


@dataclass(frozen=True)
class Source:
    """A kind of record.

    Attributes:
        weight: How many of all records are of this kind, relatively.
        id_form: What its ids look like, for the number book.
    """

    system: str
    object: str
    medium: Medium
    weight: float
    id_form: str
    shares: Shares

    @property
    def kind(self) -> str:
        """As record keys begin: `salesforce:lead`."""
        return f"{self.system}:{self.object}"

    @property
    def keeps_links(self) -> bool:
        """Whether the system merges or converts its records."""
        return self.system in ("salesforce", "hubspot", "marketo")


def _source(row: dict[str, str]) -> Source:
    shares = {name: float(row[name]) for name in Shares.__annotations__}
    return Source(
        row["system"],
        row["object"],
        Medium(row["medium"]),
        float(row["weight"]),
        row["id_form"],
        Shares(**shares),
    )


SOURCES = [_source(row) for row in rows("sources")]
SOURCE_OF = {source.kind: source for source in SOURCES}
