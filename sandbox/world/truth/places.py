"""Places whose prefecture, city, postal code and area code agree.

Belongs here: drawing true addresses. Must not: write them badly (that is `writing`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from sandbox.world.schema import DATA_DIR, read_data

_BUILDINGS = (
    "中央ビル",
    "第一ビル",
    "第二みどりビル",
    "さくらタワー",
    "みなとスクエア",
    "駅前ビル",
)


@dataclass(frozen=True)
class Place:
    """One city with the postal prefix and telephone area code that belong to it."""

    prefecture: str
    city: str
    postal_prefix: str
    area_code: str


@dataclass(frozen=True)
class Address:
    """A street address in a place."""

    place: Place
    postal_code: str
    street: str
    building: str


@cache
def places() -> tuple[Place, ...]:
    """Return every place."""
    return tuple(
        Place(r["prefecture"], r["city"], r["postal_prefix"], r["area_code"])
        for r in read_data("places.csv")
    )


@cache
def _weights() -> tuple[int, ...]:
    return tuple(accumulate(int(r["weight"]) for r in read_data("places.csv")))


@cache
def _towns() -> tuple[str, ...]:
    return tuple((DATA_DIR / "towns.txt").read_text(encoding="utf-8").split())


def draw_address(rng: random.Random, not_in: str = "", only_in: str = "") -> Address:
    """Draw an address, more often in the big cities, outside or inside a prefecture."""
    place = rng.choices(places(), cum_weights=_weights())[0]
    if only_in:
        place = rng.choice([p for p in places() if p.prefecture == only_in])
    while place.prefecture == not_in:
        place = rng.choice(places())
    town = rng.choice(_towns())
    street = f"{town}{rng.randint(1, 5)}-{rng.randint(1, 30)}-{rng.randint(1, 20)}"
    building = ""
    if rng.random() < 0.4:
        building = f"{rng.choice(_BUILDINGS)}{rng.randint(2, 18)}F"
    return Address(place, f"{place.postal_prefix}-{rng.randint(1, 99):04d}", street, building)
