"""Keyed random draws: a draw is a pure function of (seed, replication, entity, purpose, attempt).

Nothing is streamed, so the order in which events ask for draws changes nothing: two policies meet
the same night (common random numbers), a run gives the same outcomes on any number of processes,
and a replay in real time meets the night that was predicted.

Rule of this file: it knows numbers and names, nothing of elections. It holds the only source of
randomness of the whole project.

The generator is a counter-based hash: the SplitMix64 finaliser (Steele, Lea and Flood, "Fast
splittable pseudorandom number generators", OOPSLA 2014; constants of Stafford's variant 13)
applied to key + purpose + n * (2**64 / golden ratio): for one key and purpose, SplitMix64's own
sequence. Keys are hashed twice, so that no two entities' sequences start near each other. Uniforms
have 53 random bits and lie strictly inside (0, 1), so that logarithms and inverse distribution
functions are always finite.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MASK: Final = 0xFFFFFFFFFFFFFFFF
_GOLDEN: Final = 0x9E3779B97F4A7C15  # 2**64 / golden ratio, the Weyl increment of SplitMix64
_M1: Final = 0xBF58476D1CE4E5B9
_M2: Final = 0x94D049BB133111EB
_UNIT: Final = 2.0**-53


def mix(z: int) -> int:
    """The SplitMix64 finaliser: a bijection of 64-bit integers whose output bits all depend on
    every input bit."""
    z = ((z ^ (z >> 30)) * _M1) & _MASK
    z = ((z ^ (z >> 27)) * _M2) & _MASK
    return z ^ (z >> 31)


@cache
def code(name: str) -> int:
    """A stable 64-bit number for a name (a purpose such as ``break``, an entity such as a TPS)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def uniform(key: int, purpose: int, n: int = 0) -> float:
    """One draw from U(0, 1).

    Parameters
    ----------
    key : the entity's key in this night, from :meth:`Draws.key`.
    purpose : what the draw is for, from :func:`code`.
    n : which one (attempt, photograph, ...), any integer >= 0.
    """
    z = (key + purpose + n * _GOLDEN) & _MASK  # mix() inlined: the hot path
    z = ((z ^ (z >> 30)) * _M1) & _MASK
    z = ((z ^ (z >> 27)) * _M2) & _MASK
    return (((z ^ (z >> 31)) >> 11) + 0.5) * _UNIT


def uniforms(keys: NDArray[np.uint64], purpose: int, n: int = 0) -> NDArray[np.float64]:
    """:func:`uniform` for an array of keys at once; the same values to the last bit."""
    with np.errstate(over="ignore"):
        z = _mixed(keys + np.uint64((purpose + n * _GOLDEN) & _MASK))
    return ((z >> np.uint64(11)).astype(np.float64) + 0.5) * _UNIT


def _mixed(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """:func:`mix` for an array of numbers at once."""
    with np.errstate(over="ignore"):
        z = (z ^ (z >> np.uint64(30))) * np.uint64(_M1)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(_M2)
        return z ^ (z >> np.uint64(31))


class Draws:
    """All the randomness of one night.

    Parameters
    ----------
    seed : the study's seed; any integer.
    replication : which night of the ensemble, 0, 1, 2, ...
    places : the replication of each place (by its name) that has one of its own: what is drawn
        there is what it was in that night. A night can so be put together from places of others.
    quantities : the draws of each uncertain quantity (by its path) that has some of its own: what
        is drawn of it is what it was there. A night can so differ from another in one quantity.
    """

    __slots__ = ("_root", "places", "quantities", "replication", "seed")

    def __init__(
        self,
        seed: int,
        replication: int,
        places: Mapping[str, int] = MappingProxyType({}),
        quantities: Mapping[str, Draws] = MappingProxyType({}),
    ) -> None:
        self.seed = seed
        self.replication = replication
        self.places = places
        self.quantities = quantities
        self._root = mix((mix((seed + _GOLDEN) & _MASK) + replication * _GOLDEN) & _MASK)

    def within(self, place: str) -> Draws:
        """The draws of all that is in a place."""
        replication = self.places.get(place, self.replication)
        return self if replication == self.replication else Draws(self.seed, replication)

    def key(self, entity: str) -> int:
        """The 64-bit key of an entity (``night``, ``kecamatan/187101``, a TPS's code) tonight."""
        return mix(self._root ^ code(entity))

    def keys(self, entities: Sequence[str], places: Sequence[str] = ()) -> NDArray[np.uint64]:
        """:meth:`key` of many entities, shape (entities,); ``places`` says where each is."""
        codes = np.array([code(entity) for entity in entities], dtype=np.uint64)
        of = {place: self.within(place)._root for place in dict.fromkeys(places)}
        if set(of.values()) <= {self._root}:
            return _mixed(codes ^ np.uint64(self._root))
        return _mixed(codes ^ np.array([of[place] for place in places], dtype=np.uint64))
