"""PS2: processor sharing with at most K = 10 uploads. Blocking (1-r) r^K / (1 - r^(K+1)) and mean
sojourn are the same for every law of sizes (insensitivity)."""

import numpy as np
import pytest

from tests.oracles.tools import LAWS, batch_means, shared

N, K = 60_000, 10


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(
    ("rho", "blocking", "sojourn"), [(0.9, 0.05081, 4.647), (1.2, 0.19259, 6.926)]
)
def test_blocking_and_sojourn(law: str, rho: float, blocking: float, sojourn: float) -> None:
    assert blocking == pytest.approx((1 - rho) * rho**K / (1 - rho ** (K + 1)), abs=5e-6)
    rng = np.random.default_rng(21)
    arrivals = np.cumsum(rng.exponential(1 / rho, N))
    times, _ = shared(arrivals, LAWS[law](rng, N), K)
    refused, error = batch_means(np.isnan(times).astype(float))
    assert refused == pytest.approx(blocking, abs=3 * error)
    mean, error = batch_means(times[~np.isnan(times)])
    assert mean == pytest.approx(sojourn, abs=3 * error)
