"""Keyed draws: order does not matter, arrays agree with single draws, the law is uniform."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.draws import Draws, code, mix, uniform, uniforms

KEYS = Draws(1, 0).keys([f"tps/{i}" for i in range(20_000)])
A, B = code("a"), code("b")


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 10**6))
def test_arrays_and_single_draws_agree_to_the_last_bit(key: int, purpose: int, n: int) -> None:
    drawn = uniform(key, purpose, n)
    assert uniforms(np.array([key], dtype=np.uint64), purpose, n)[0] == drawn
    assert 0.0 < drawn < 1.0


def test_the_order_of_questions_changes_no_answer() -> None:
    forward = [uniform(int(k), A, 3) for k in KEYS[:50]]
    backward = [uniform(int(k), A, 3) for k in KEYS[:50][::-1]]
    assert forward == backward[::-1]


def test_draws_are_uniform() -> None:
    for purpose in (A, B):
        for n in (0, 1, 7):
            assert stats.kstest(uniforms(KEYS, purpose, n), "uniform").pvalue > 1e-3
    along = np.array([uniform(int(KEYS[0]), A, n) for n in range(20_000)])
    assert stats.kstest(along, "uniform").pvalue > 1e-3


def test_purposes_attempts_and_nights_are_independent() -> None:
    base = uniforms(KEYS, A, 0)
    other_night = uniforms(Draws(1, 1).keys([f"tps/{i}" for i in range(len(KEYS))]), A, 0)
    other_seed = uniforms(Draws(2, 0).keys([f"tps/{i}" for i in range(len(KEYS))]), A, 0)
    bound = 4 / np.sqrt(len(KEYS))  # four standard errors of a correlation of nothing
    for other in (uniforms(KEYS, B, 0), uniforms(KEYS, A, 1), other_night, other_seed, base[::-1]):
        assert abs(np.corrcoef(base, other)[0, 1]) < bound
    pairs, _, _ = np.histogram2d(base, uniforms(KEYS, A, 1), bins=10, range=((0, 1), (0, 1)))
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-3


def test_entities_and_seeds_have_keys_of_their_own() -> None:
    keys = {Draws(s, r).key(e) for s in range(5) for r in range(5) for e in ("x", "y", "night")}
    assert len(keys) == 75
    assert len({mix(z) for z in range(1000)}) == 1000


def test_a_place_with_a_replication_of_its_own_draws_what_it_drew_in_that_night() -> None:
    patched = Draws(1, 3, {"01": 8})
    assert patched.key("night") == Draws(1, 3).key("night")
    assert patched.within("01").key("tps/01-1") == Draws(1, 8).key("tps/01-1")
    assert patched.within("02").key("tps/02-1") == Draws(1, 3).key("tps/02-1")
    keys = patched.keys(["tps/01-1", "tps/02-1"], ["01", "02"])
    assert keys.tolist() == [Draws(1, 8).key("tps/01-1"), Draws(1, 3).key("tps/02-1")]
