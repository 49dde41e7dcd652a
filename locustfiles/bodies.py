"""The photographs of a replay: bytes that nobody can compress, each object's its own, with its
SHA-256 known before it is sent.

An object is the beginning of one pseudo-random buffer (shared by all objects of a process), ended
by a mark of its own. Digests of the buffer's beginnings are kept every :data:`_STRIDE` bytes, so an
object costs the hashing of one stride at most, not of megabytes in the middle of a replay.

Rule of this file: a pure function of seed, station and key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from locustfiles.targets.messages import Payload
from sim.draws import mix

_STRIDE: Final = 65_536
_MARK: Final = 32

Buffer = bytes | memoryview
Reader = Callable[[int, int], Buffer]
"""From the bounds of a piece to its bytes."""


class Bodies:
    """The contents of all objects of one night.

    Parameters
    ----------
    seed : of the buffer; replays with another seed store other bytes.
    largest : bytes of the largest object.
    """

    def __init__(self, seed: int, largest: int) -> None:
        words = -(-max(largest, 1) // 8)
        generator = np.random.Generator(np.random.Philox(key=mix(seed & (2**63 - 1))))
        self._buffer = generator.integers(0, 2**64, words, dtype=np.uint64).tobytes()
        self._states: list[Any] = [hashlib.sha256()]
        for at in range(0, len(self._buffer), _STRIDE):
            state = self._states[-1].copy()
            state.update(self._buffer[at : at + _STRIDE])
            self._states.append(state)

    def payload(self, station: str, key: str, size: int) -> Payload:
        """Size and SHA-256 of an object."""
        common = size - len(self._mark(station, key, size))
        state = self._states[common // _STRIDE].copy()
        state.update(self._buffer[common - common % _STRIDE : common])
        state.update(self._mark(station, key, size))
        return Payload(size, state.digest())

    def reader(self, station: str, key: str, size: int) -> Reader:
        """Reads an object in pieces, without copying it."""
        mark = self._mark(station, key, size)
        common = size - len(mark)
        buffer = memoryview(self._buffer)

        def read(begin: int, end: int) -> Buffer:
            if end <= common:
                return buffer[begin:end]
            return buffer[begin:common].tobytes() + mark[max(begin - common, 0) : end - common]

        return read

    def _mark(self, station: str, key: str, size: int) -> bytes:
        name = f"{station}/{key}"
        return hashlib.blake2b(name.encode(), digest_size=_MARK).digest()[: min(size, _MARK)]
