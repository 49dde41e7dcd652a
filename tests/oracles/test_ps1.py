"""PS1: M/G/1 processor sharing. E[T] = E[S] / (1 - rho), and E[T | size x] = x / (1 - rho),
whatever the law of sizes (Kleinrock, Queueing Systems II, section 4.4)."""

import numpy as np
import pytest

from tests.oracles.tools import LAWS, batch_means, shared

RHO, N = 0.8, 60_000


@pytest.mark.parametrize("law", LAWS)
def test_mean_sojourn_depends_on_the_load_only(law: str) -> None:
    rng = np.random.default_rng(11)
    arrivals = np.cumsum(rng.exponential(1 / RHO, N))
    sojourn, _ = shared(arrivals, LAWS[law](rng, N))
    mean, error = batch_means(sojourn)
    assert mean == pytest.approx(1 / (1 - RHO), abs=3 * error)
    assert error < 0.5  # the test can fail


def test_a_large_upload_waits_in_proportion_to_its_size() -> None:
    rng = np.random.default_rng(12)
    sizes = LAWS["exponential"](rng, N)
    sojourn, _ = shared(np.cumsum(rng.exponential(1 / RHO, N)), sizes)
    for low, high in ((0.0, 0.5), (0.5, 1.5), (1.5, 4.0)):
        chosen = (sizes >= low) & (sizes < high)
        ratio, error = batch_means(sojourn[chosen] / sizes[chosen])
        assert ratio == pytest.approx(1 / (1 - RHO), abs=3 * error)
