"""Draws by weight. One stream of random numbers runs through the whole corpus, in a fixed order."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def weighted_choice(rng: Random, options: Sequence[tuple[T, float]]) -> T:
    """One of the options, each as likely as its weight says."""
    values, weights = zip(*options, strict=True)
    return rng.choices(values, weights)[0]
