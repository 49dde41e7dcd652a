"""Batchings: into which objects photographs are cut, named, and in what order."""

from __future__ import annotations

import pytest

from sim.client.batching.batching import TALLY, TALLY_BYTES, Batching
from sim.client.batching.compression import Level, compressed
from sim.client.batching.pieces import Object, Resume
from sim.client.batching.presets import MIB


def test_photographs_are_numbered_from_one_and_keep_how_they_are_sent() -> None:
    batching = Batching("b", chunk=100, grows_to=400, resume=Resume.IETF, tally_first=True)
    assert batching.objects([1000, 50]) == [
        Object(TALLY, TALLY_BYTES),
        Object("photo-1", 1000, 100, Resume.IETF, 400),
        Object("photo-2", 50, 100, Resume.IETF, 400),
    ]
    assert Batching("b").objects([7]) == [Object("photo-1", 7, None, Resume.NONE, 0)]


def test_a_bundle_holds_all_photographs() -> None:
    assert Batching("b", bundled=True).objects([1000, 50]) == [Object("bundle", 1050)]


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        (7, [("photo-1", 7)]),
        (8, [("photo-1", 8)]),
        (9, [("photo-1-part-1", 8), ("photo-1-part-2", 1)]),
        (24, [("photo-1-part-1", 8), ("photo-1-part-2", 8), ("photo-1-part-3", 8)]),
    ],
)
def test_only_what_is_larger_than_a_part_is_cut_into_parts(
    size: int, parts: list[tuple[str, int]]
) -> None:
    objects = Batching("b", parts=8 * MIB).objects([size * MIB])
    assert [(o.key, o.size // MIB) for o in objects] == parts
    assert sum(o.size for o in objects) == size * MIB


def test_a_bundle_is_cut_into_parts_under_its_own_name() -> None:
    objects = Batching("b", bundled=True, parts=10).objects([8, 8])
    assert objects == [Object("bundle-part-1", 10), Object("bundle-part-2", 6)]


def test_a_photograph_is_compressed_to_at_least_one_byte() -> None:
    assert compressed(1_000_000, Level.MEDIUM) == 354_000
    assert compressed(1, Level.STRONG) == 1
    assert compressed(3, Level.LIGHT) == 2
    assert Batching("b", compression=Level.STRONG).objects([1000])[0].size == 202


@pytest.mark.parametrize(
    ("batching", "reason"),
    [
        ({"lanes": 0}, "lanes is 0; at least 1 is needed"),
        ({"chunk": 10, "grows_to": 9, "resume": Resume.IETF}, "grows_to is smaller than chunk"),
        ({"parts": 5, "resume": Resume.TUS}, "they go with resume: none"),
    ],
)
def test_what_does_not_go_together_is_refused(batching: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Batching("b", **batching)  # type: ignore[arg-type]


def test_the_limits_themselves_are_allowed() -> None:
    batching = Batching("b", lanes=1, chunk=10, grows_to=10, resume=Resume.IETF)
    assert (batching.lanes, batching.grows_to) == (1, 10)
