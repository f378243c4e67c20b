"""Whose a mail address or a domain truly is: what decides how much it speaks for anybody."""

from collections import Counter
from collections.abc import Iterable

from tests.benchmarks.independent_corpus.companies import Company
from tests.benchmarks.independent_corpus.people import Person


class MailDirectory:
    """Knows the users of every address and the owner of every domain.

    Attributes:
        owners: Domain → id of its company, or a name of its own where companies share it.
    """

    def __init__(self, people: Iterable[Person], companies: Iterable[Company]) -> None:
        self._users = Counter(mail for person in people for mail in person.mails())
        self.owners: dict[str, str] = {}
        for company in companies:
            domains = (company.domain, company.former_domain, company.second_domain)
            for domain in {domain for domain in domains if domain}:
                is_shared = domain in self.owners
                self.owners[domain] = f"shared {domain}" if is_shared else company.company_id

    def is_shared(self, mail: str | None) -> bool:
        """Whether several people give this address."""
        return mail is not None and self._users[mail] > 1

    def owner_of(self, mail: str | None) -> str | None:
        """The owner of the address's domain, if it is a company's."""
        return self.owners.get(mail.split("@")[-1]) if mail else None
