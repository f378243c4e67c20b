"""Where companies sit: real prefectures and towns with made-up blocks and postal codes."""

from dataclasses import dataclass
from random import Random

from tests.benchmarks.independent_corpus.word_lists import PREFECTURES

_WEIGHTS = [prefecture.weight for prefecture in PREFECTURES]
_BUILDINGS = ("", "", "", "第一ビル", "センタービル", "三和ビル", "タワー")


@dataclass(frozen=True)
class Site:
    """An address with all its parts."""

    prefecture: str
    prefecture_english: str
    area_code: str
    postal_code: str
    town: str
    chome: int
    banchi: int
    go: int
    building: str
    floor: int


def draw_site(rng: Random, prefecture_name: str | None = None) -> Site:
    """An address in a prefecture, or anywhere with the weights of where business is."""
    if prefecture_name is None:
        prefecture = rng.choices(PREFECTURES, _WEIGHTS)[0]
    else:
        prefecture = next(p for p in PREFECTURES if p.name == prefecture_name)
    return Site(
        prefecture.name,
        prefecture.english,
        prefecture.area_code,
        f"{prefecture.postal_digit}{rng.randrange(100):02d}-{rng.randrange(10000):04d}",
        rng.choice(prefecture.towns),
        rng.randrange(1, 9),
        rng.randrange(1, 30),
        rng.randrange(1, 25),
        rng.choice(_BUILDINGS),
        rng.randrange(2, 20),
    )
