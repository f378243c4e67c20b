"""Mail addresses: one spelling per mailbox, whose domain it is, and who may stand behind it.

Not here: which domains are free mail or tests, which the agreement says (`reference_lists`).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

from identity.written_forms import DISTINCT_VALUES, fold_width, read_column, read_table

# Japanese providers once gave out a..b@ and .a@, which no standard allows and which exist
_ADDRESS = re.compile(
    r"""["']?([!#-&*+\--9=?A-Z^-~]+)["']?@([^@\s<>"',;:()\[\]。、」』】〉》]+)""", re.I
)
_AT_IN_WORDS = re.compile(r"\s*[(\[<{]\s*(?:at|アット|アットマーク|@)\s*[)\]>}]\s*")
_COMMA_FOR_DOT = re.compile(r"(?<=[a-z0-9]),(?=(?:(?:co|ne|or|ac|go)[.,])?jp\b)")
_AROUND_AT = re.compile(r"\s*@\s*")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
# labels that are never a company's own name below a country or reserved top level
_SECOND_LEVEL = frozenset({"co", "or", "ne", "ac", "go", "ed", "lg", "gr", "ad"})
# another name of the same provider, not a slip
_ALIASES = {"googlemail.com": "gmail.com"}
# these stay office mailboxes with something behind them (info-tokyo@) and mistyped (ifno@)
_COMMON_ROLES = frozenset({"info", "sales", "support", "contact"})
# stand behind the office: soumu-bu@, keiri.tokyo@
_PLACES_OF_WORK = frozenset(
    {"bu", "ka", "shitsu", "dept", "group", "jp", "japan", "honsha", "shiten", "tokyo", "osaka"}
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A normalised address.

    Attributes:
        address: The one spelling of the mailbox.
        written: The address as it was meant to be written: folded, its tag and dots kept.
        local_part: Left of the @.
        domain: Right of the @.
        registrable_domain: The part of the domain that its owner registered.
        is_role: Whether the mailbox belongs to an office rather than to a person (info@ …).
        suggestion: The address that was probably meant when the domain looks mistyped, else None.
            A guess: it may tie records, and is never shown as somebody's address.
    """

    address: str
    written: str
    local_part: str
    domain: str
    registrable_domain: str
    is_role: bool
    suggestion: str | None = None

    @property
    def meant_domain(self) -> str:
        """The domain that was probably meant."""
        return (self.suggestion or self.address).rpartition("@")[2]


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


def _punycode(domain: str) -> str:
    """A domain in letters that the net knows: 日本語.test → xn--….test."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _meant_domain(domain: str) -> str:
    """The domain after taking back a well-known slip of the keyboard."""
    for typo, suffix in _suffix_typos():
        if domain.endswith(typo):
            domain = domain.removesuffix(typo) + suffix
            break
    return _domain_typos().get(domain, domain)


def _mailbox(local: str, domain: str) -> str:
    """The local part without what the provider ignores."""
    local = local.split("+")[0] if not local.startswith("+") else local
    # Gmail delivers a.b@ and ab@ to the same mailbox.
    return local.replace(".", "") if domain == "gmail.com" else local


def _is_role(local: str) -> bool:
    words = [word for word in re.split(r"[-_.\d]+", local) if word]
    if not words or words[0] in _PLACES_OF_WORK:
        return False
    return (
        re.sub(r"[-_.]?\d+$", "", local) in read_column("role_mailboxes", "local_part")
        or words[0] in _COMMON_ROLES
        or any(_is_slip(words[0], role) for role in _COMMON_ROLES)
        or all(map(_is_of_an_office, words))
    )


def _is_of_an_office(word: str) -> bool:
    roles = read_column("role_mailboxes", "local_part") | _PLACES_OF_WORK
    return word in roles or word.removesuffix("bu") in roles


def _is_slip(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters were swapped or one was typed twice."""
    if len(typed) == len(meant):
        at = [i for i, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
        return len(at) == 2 and at[1] == at[0] + 1 and sorted(typed) == sorted(meant)
    doubled = {meant[: i + 1] + meant[i:] for i in range(len(meant))}
    return typed in doubled


@lru_cache(maxsize=DISTINCT_VALUES)
def normalise_mail(text: str | None) -> Mail | None:
    """The first mailbox in a cell, or None when there is none.

    >>> normalise_mail("mailto:Ｔａｒｏ+web＠GMIAL.com").address
    'taro@gmial.com'
    >>> normalise_mail("taro@gmial.com").suggestion
    'taro@gmail.com'
    """
    folded = _AT_IN_WORDS.sub("@", fold_width(text).casefold()).replace("mailto:", " ")
    found = _ADDRESS.search(_AROUND_AT.sub("@", _COMMA_FOR_DOT.sub(".", folded)))
    if found is None:
        return None
    local, domain = found.groups()
    typed = _punycode(re.sub(r"\.{2,}", ".", domain).strip("."))
    domain = _ALIASES.get(typed, typed)
    mailbox = _mailbox(local, domain)
    registered = registrable_domain(domain)
    if not mailbox or registered is None:
        return None
    meant = _meant_domain(domain)
    return Mail(
        address=f"{mailbox}@{domain}",
        written=f"{local}@{typed}",
        local_part=mailbox,
        domain=domain,
        registrable_domain=registered,
        is_role=_is_role(mailbox),
        suggestion=f"{_mailbox(local, meant)}@{meant}" if meant != domain else None,
    )
