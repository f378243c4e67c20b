"""Names and domains of companies, no two of which meet by accident.

Belongs here: drawing true names. Must not: write them wrong, or found companies.
"""

import re
from dataclasses import dataclass
from random import Random

from tests.benchmarks.independent_corpus.person_names import NamePool
from tests.benchmarks.independent_corpus.word_lists import (
    COINED_PARTS,
    COMPANY_STEMS,
    COMPANY_TRADES,
    Trade,
    Word,
)
from tests.benchmarks.independent_corpus.writing_systems import latin_name, plain_kanji, romaji

_MOST_TRIES = 400
_MOST_DOMAINS_OF_A_NAME = 999


@dataclass(frozen=True)
class CompanyName:
    """A name without its legal form.

    Attributes:
        written: As the register has it.
        reading: In katakana; empty for institutions, which nobody writes in kana.
        english: In Latin letters.
        slug: What a domain is made of.
        coined_kana: A coined name in kana; some of these names are officially in Latin letters.
    """

    written: str
    reading: str
    english: str
    slug: str
    coined_kana: str | None = None

    @property
    def other_spelling(self) -> str | None:
        """The kana of a name whose official spelling is another."""
        return self.coined_kana if self.coined_kana != self.written else None


def _squeezed(english: str) -> str:
    return re.sub(r"\W", "", english.lower())


def named_after(stem: Word, trade: Trade, hyphen: str = "-") -> CompanyName:
    """A name of a place, a virtue or an owner, and a trade."""
    return CompanyName(
        stem.written + trade.written,
        stem.reading + trade.reading,
        f"{latin_name(stem.reading)} {trade.english}",
        f"{romaji(stem.reading)}{hyphen}{_squeezed(trade.english)}",
    )


def _of_stem_and_trade(rng: Random) -> CompanyName:
    stem, trade = rng.choice(COMPANY_STEMS), rng.choice(COMPANY_TRADES)
    return named_after(stem, trade, "-" if rng.random() < 0.3 else "")


def _coined(rng: Random) -> CompanyName:
    first, second = rng.choice(COINED_PARTS["first"]), rng.choice(COINED_PARTS["second"])
    kana, slug = first.kana + second.kana, first.latin + second.latin
    written, english = kana, slug.capitalize()
    if rng.random() < 0.3:
        written = rng.choice([slug.upper(), english, english, slug.upper()])
    if rng.random() >= 0.35:
        return CompanyName(written, kana, english, slug, kana)
    trade = rng.choice(COMPANY_TRADES)
    return CompanyName(
        written + trade.written,
        kana + trade.reading,
        f"{english} {trade.english}",
        f"{slug}-{_squeezed(trade.english)[:6]}",
        kana + trade.written,
    )


def _of_two_stems(rng: Random) -> CompanyName | None:
    first, second = rng.choice(COMPANY_STEMS), rng.choice(COMPANY_STEMS)
    trade = rng.choice(COMPANY_TRADES)
    if first.written == second.written:
        return None
    return CompanyName(
        first.written + second.written + trade.written,
        first.reading + second.reading + trade.reading,
        f"{latin_name(first.reading)} {latin_name(second.reading)} {trade.english}",
        romaji(first.reading)[:4] + romaji(second.reading)[:4] + trade.english.lower()[:3].strip(),
    )


class CompanyNameBook:
    """Gives every name, in any of its spellings, and every domain once."""

    def __init__(self, rng: Random, pool: NamePool) -> None:
        self._rng = rng
        self._pool = pool
        self._spellings: set[str] = set()
        self._readings: set[str] = set()
        self._domains: set[str] = set()

    def is_written(self, written: str) -> bool:
        """Whether a company is already written like this."""
        return plain_kanji(written) in self._spellings

    def is_taken(self, name: CompanyName) -> bool:
        """Whether a company is already written or read like this."""
        return self.is_written(name.written) or name.reading in self._readings

    def take(self, written: str, reading: str = "") -> None:
        """Remember a name that was not drawn here, so that nobody else gets it."""
        self._spellings.add(plain_kanji(written))
        if reading:
            self._readings.add(reading)

    def draw(self) -> CompanyName:
        """A new name.

        Raises:
            RuntimeError: The word lists are used up.
        """
        for _ in range(_MOST_TRIES):
            name = self._any_name()
            if name is None or self._meets_another(name):
                continue
            if name.coined_kana:
                self._spellings.add(name.coined_kana)
            self._spellings.add(name.english.lower())
            self.take(name.written, name.reading)
            return name
        raise RuntimeError("no more company names")

    def domain(self, slug: str) -> str:
        """A new domain, reserved by RFC 2606.

        Raises:
            RuntimeError: The name has no domain left.
        """
        rng = self._rng
        stem = re.sub(r"[^a-z0-9-]", "", slug).strip("-") or "kaisha"
        for attempt in range(_MOST_DOMAINS_OF_A_NAME):
            ending = ""
            if attempt:
                number = str(rng.randrange(2, 99))
                ending = rng.choice(["-jp", "-g", "-inc", "-group", number])
            domain = stem + ending + (".test" if rng.random() < 0.6 else ".example")
            if domain not in self._domains:
                self._domains.add(domain)
                return domain
        raise RuntimeError(f"no more domains for {stem}")

    def _any_name(self) -> CompanyName | None:
        form = self._rng.random()
        if form < 0.52:
            return _of_stem_and_trade(self._rng)
        if form < 0.75:
            return _coined(self._rng)
        if form < 0.93:
            return named_after(self._pool.surname(self._rng), self._rng.choice(COMPANY_TRADES))
        return _of_two_stems(self._rng)

    def _meets_another(self, name: CompanyName) -> bool:
        return (
            self.is_taken(name)
            or name.english.lower() in self._spellings
            or (name.coined_kana is not None and self.is_written(name.coined_kana))
        )
