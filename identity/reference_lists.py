"""The lists that matching obeys: agreement tables, which come in from outside.

Not here: lists of the language itself, such as legal forms or surnames (`identity/data`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from identity.mails import Mail
from identity.written_forms import comparable


@dataclass(frozen=True, slots=True)
class ReferenceLists:
    """Lists in the form in which values are looked up; build them with `of`.

    Attributes:
        free_mail_domains: Domains whose addresses say nothing about an employer.
        placeholder_values: What people type where a company is asked and none is given.
        test_names: Names of test rows.
        test_domains: Mail domains of test rows, with everything below them.
    """

    free_mail_domains: frozenset[str] = frozenset()
    placeholder_values: frozenset[str] = frozenset()
    test_names: frozenset[str] = frozenset()
    test_domains: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        free_mail_domains: Iterable[str] = (),
        placeholder_values: Iterable[str] = (),
        test_names: Iterable[str] = (),
        test_domains: Iterable[str] = (),
    ) -> "ReferenceLists":
        """Fold the entries the way the values will be folded."""
        return cls(
            free_mail_domains=frozenset(map(comparable, free_mail_domains)),
            placeholder_values=frozenset(map(comparable, placeholder_values)),
            test_names=frozenset(map(comparable, test_names)),
            test_domains=frozenset(map(comparable, test_domains)),
        )

    @classmethod
    def of_tables(
        cls,
        free_mail_domains: pa.Table,
        placeholder_values: pa.Table,
        test_names: pa.Table,
        test_domains: pa.Table,
    ) -> "ReferenceLists":
        """The lists from the agreement tables of the same names."""
        return cls.of(
            free_mail_domains=free_mail_domains.column("domain").to_pylist(),
            placeholder_values=placeholder_values.column("value").to_pylist(),
            test_names=test_names.column("name").to_pylist(),
            test_domains=test_domains.column("domain").to_pylist(),
        )

    def is_free_mail(self, mail: Mail) -> bool:
        """Whether anybody can get an address there, or where it was probably meant to be."""
        domains = {mail.domain, mail.registrable_domain, mail.meant_domain}
        return not domains.isdisjoint(self.free_mail_domains)

    def is_test_domain(self, domain: str | None) -> bool:
        """Whether the domain is in or under a test domain."""
        if not domain:
            return False
        labels = domain.split(".")
        return any(".".join(labels[at:]) in self.test_domains for at in range(len(labels)))

    def employer_domain(self, domain: str | None) -> str | None:
        """The domain if it can belong to an employer, else None."""
        if not domain or domain in self.free_mail_domains or self.is_test_domain(domain):
            return None
        return domain
