"""The photographs of a replay: each object its own bytes, its digest known before it is sent."""

from __future__ import annotations

import hashlib
import itertools
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from locustfiles.bodies import Bodies

LARGEST = 300_000
BODIES = Bodies(7, LARGEST)

SIZES = st.one_of(
    st.integers(1, LARGEST),
    st.sampled_from([1, 31, 32, 33, 200, 65_535, 65_536, 65_567, 65_568, 65_569, 131_104, LARGEST]),
)


def read(size: int, key: str = "photo-1", station: str = "1871-003") -> bytes:
    return bytes(BODIES.reader(station, key, size)(0, size))


@settings(deadline=None)
@given(SIZES, st.lists(st.floats(0, 1), max_size=8))
def test_the_digest_is_that_of_the_pieces_as_they_are_read(size: int, cuts: list[float]) -> None:
    edges = sorted({0, size, *(int(cut * size) for cut in cuts)})
    reader = BODIES.reader("1871-003", "photo-1", size)
    digest = hashlib.sha256()
    for begin, end in itertools.pairwise(edges):
        piece = reader(begin, end)
        assert len(piece) == end - begin
        digest.update(piece)
    payload = BODIES.payload("1871-003", "photo-1", size)
    assert payload.size == size
    assert payload.sha256 == digest.digest()


def test_every_object_has_bytes_of_its_own() -> None:
    size = 50_000
    objects = [
        read(size, key, station)
        for station in ("1871-003", "1871-004")
        for key in ("photo-1", "photo-2", "bundle")
    ]
    assert len(set(objects)) == len(objects)
    assert len({read(n) for n in range(32, 200)}) == 168


def test_a_process_of_its_own_makes_the_same_bytes_and_another_seed_others() -> None:
    assert bytes(Bodies(7, LARGEST).reader("a", "b", 999)(0, 999)) == bytes(
        BODIES.reader("a", "b", 999)(0, 999)
    )
    other = Bodies(8, LARGEST)
    assert other.payload("a", "b", 999).sha256 != BODIES.payload("a", "b", 999).sha256


def test_nobody_can_compress_a_photograph() -> None:
    body = read(200_000)
    assert len(zlib.compress(body, 9)) > 0.99 * len(body)


def test_most_of_a_body_is_read_without_a_copy() -> None:
    piece = BODIES.reader("a", "b", LARGEST)(16_384, 32_768)
    assert isinstance(piece, memoryview)
    assert piece.readonly
