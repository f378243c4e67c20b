"""Reproducible randomness: one independent stream per named thing.

Belongs here: deriving `random.Random` objects from the world's seed and string keys.
Must not: hold global state, use `hash()` (it differs from process to process) or the clock.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Streams:
    """A family of random streams that depend on nothing but the seed and their key."""

    seed: int

    def of(self, *key: object) -> random.Random:
        """Return the stream of this key; the same key gives the same numbers every time."""
        # string seeding goes through SHA-512 and is therefore stable across processes
        return random.Random(":".join([str(self.seed), *map(str, key)]))


def weighted(rng: random.Random, weights: Mapping[T, float]) -> T:
    """Draw one key of `weights` with a chance in proportion to its value."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def chance(rng: random.Random, probability: float) -> bool:
    """Return True with the given probability."""
    return rng.random() < probability
