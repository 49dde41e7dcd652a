"""T1 and B1: TCP's rates and slow start; readiness after a Beta(3, 4) law."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.network.transport import mathis, pftk, slow_start_rounds
from sim.scenario.loader import read
from sim.scenario.model import Scenario

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("rtt", "loss", "by_mathis", "by_pftk"),
    [(0.1, 0.01, 1.37, 0.79), (0.3, 0.03, 0.264, 0.152), (0.6, 0.05, 0.102, 0.060)],
)
def test_t1_rates_of_a_long_transfer(
    rtt: float, loss: float, by_mathis: float, by_pftk: float
) -> None:
    assert mathis(rtt, loss) * 8 / 1e6 == pytest.approx(by_mathis, rel=0.01)
    assert pftk(rtt, loss) * 8 / 1e6 == pytest.approx(by_pftk, rel=0.01)


@pytest.mark.parametrize(("kb", "rounds"), [(10, 1), (100, 4), (500, 6), (2000, 8)])
def test_t1_slow_start_rounds(kb: int, rounds: int) -> None:
    assert slow_start_rounds(kb * 1000) == rounds


def test_b1_readiness_follows_beta_3_4_over_the_evening() -> None:
    scenario = read(ROOT / "scenarios" / "bandarlampung-2020.yaml", Scenario).value
    u = (np.arange(200_000) + 0.5) / 200_000
    ready = scenario.station.ready.ppfs(u) - scenario.start.timestamp()
    begin, length = 3600.0, 8 * 3600.0  # 14:00 to 22:00
    x = (ready - begin) / length
    assert x.mean() == pytest.approx(3 / 7, abs=1e-4)
    assert x.var() == pytest.approx(12 / (49 * 8), abs=1e-4)
    density = np.histogram(x, 200, (0, 1), density=True)[0]
    assert density.max() == pytest.approx(2.0736, rel=0.01)
    assert (density.argmax() + 0.5) / 200 == pytest.approx(0.4, abs=0.02)
