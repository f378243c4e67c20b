"""Mail addresses: one spelling per mailbox, whose domain it is, and who may stand behind it.

Not here: which domains are free mail or tests, which the agreement says (`reference_lists`).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

from identity.written_forms import DISTINCT_VALUES, fold_width, read_column, read_table

_ADDRESS = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+")
# labels that are never a company's own name below a country or reserved top level
_SECOND_LEVEL = frozenset({"co", "or", "ne", "ac", "go", "ed", "lg", "gr", "ad"})
# these stay office mailboxes with something behind them (info-tokyo@) and mistyped (ifno@)
_COMMON_ROLES = frozenset({"info", "sales", "support", "contact"})


@dataclass(frozen=True, slots=True)
class Mail:
    """A normalised address.

    Attributes:
        address: The one spelling of the mailbox.
        local_part: Left of the @.
        domain: Right of the @.
        registrable_domain: The part of the domain that its owner registered.
        is_role: Whether the mailbox belongs to an office rather than to a person (info@ …).
    """

    address: str
    local_part: str
    domain: str
    registrable_domain: str
    is_role: bool


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=DISTINCT_VALUES)
def registrable_domain(domain: str | None) -> str | None:
    """The registered part of a host name: `mail.sales.abc.co.jp` → `abc.co.jp`."""
    if not domain:
        return None
    host = domain.casefold().strip(".")
    if not _DOMAIN.fullmatch(host):
        return None
    registered = _public_suffixes().privatesuffix(host)
    if registered and registered.split(".")[0] in _SECOND_LEVEL and host != registered:
        labels = host.split(".")
        return ".".join(labels[-(registered.count(".") + 2) :])
    return registered


@lru_cache(maxsize=DISTINCT_VALUES)
def host_of(url: str | None) -> str | None:
    """The registrable domain of a web address, given with or without scheme and path."""
    text = fold_width(url).casefold()
    host = re.sub(r"^[a-z]+://", "", text).split("/")[0].split("?")[0].split(":")[0]
    return registrable_domain(host.split("@")[-1].removeprefix("www."))


@cache
def _domain_typos() -> dict[str, str]:
    return {row["typo"]: row["domain"] for row in read_table("mail_domain_typos")}


@cache
def _suffix_typos() -> tuple[tuple[str, str], ...]:
    rows = [(row["typo"], row["suffix"]) for row in read_table("mail_suffix_typos")]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


def _mend_domain(domain: str) -> str:
    domain = re.sub(r"\.{2,}", ".", domain.replace(",", ".")).strip(".")
    for typo, suffix in _suffix_typos():
        if domain.endswith(typo):
            domain = domain.removesuffix(typo) + suffix
            break
    return _domain_typos().get(domain, domain)


def _mend_local_part(local: str, domain: str) -> str:
    local = local.split("+")[0].strip(".") if not local.startswith("+") else local
    # Gmail delivers a.b@ and ab@ to the same mailbox.
    return local.replace(".", "") if domain == "gmail.com" else local


def _is_role(local: str) -> bool:
    bare = re.sub(r"[-_.]?\d+$", "", local)
    roles = read_column("role_mailboxes", "local_part")
    first = re.split(r"[-_.]", bare)[0]
    return bare in roles or first in _COMMON_ROLES or any(_is_slip(first, r) for r in _COMMON_ROLES)


def _is_slip(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters were swapped or one was typed twice."""
    if len(typed) == len(meant):
        at = [i for i, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
        return len(at) == 2 and at[1] == at[0] + 1 and sorted(typed) == sorted(meant)
    doubled = {meant[: i + 1] + meant[i:] for i in range(len(meant))}
    return typed in doubled


@lru_cache(maxsize=DISTINCT_VALUES)
def normalise_mail(text: str | None) -> Mail | None:
    """The mailbox behind a written address, or None when there is none.

    >>> normalise_mail("Ｔａｒｏ+web＠GMIAL.com").address
    'taro@gmail.com'
    """
    folded = fold_width(text).casefold().replace("mailto:", "").replace(" ", "")
    found = _ADDRESS.search(folded)
    if found is None:
        return None
    local, domain = found.group().rsplit("@", 1)
    domain = _mend_domain(domain)
    local = _mend_local_part(local, domain)
    registered = registrable_domain(domain)
    if not local or registered is None:
        return None
    return Mail(f"{local}@{domain}", local, domain, registered, _is_role(local))
