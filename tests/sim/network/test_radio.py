"""Radio classes: their rates add up to the cell's capacity, their ratios are the CQI table's."""

from __future__ import annotations

import pytest

from sim.network.radio import CQI_EFFICIENCY, choose, peak_rates


def test_the_harmonic_mean_of_the_peak_rates_is_the_cells_capacity() -> None:
    shares = (0.3, 0.5, 0.2)
    rates = peak_rates(3e6, (15, 7, 1), shares)
    assert 1 / sum(p / r for p, r in zip(shares, rates, strict=True)) == pytest.approx(3e6)
    assert rates[0] / rates[1] == pytest.approx(CQI_EFFICIENCY[14] / CQI_EFFICIENCY[6])
    assert rates[1] / rates[2] == pytest.approx(1.4766 / 0.1523)


def test_each_class_needs_its_share() -> None:
    with pytest.raises(ValueError, match="zip"):
        peak_rates(1.0, (15, 7), (1.0,))


@pytest.mark.parametrize(
    ("u", "klass"), [(0.0, 0), (0.249, 0), (0.25, 1), (0.749, 1), (0.75, 2), (0.999, 2)]
)
def test_a_class_is_chosen_by_its_share_of_the_unit_interval(u: float, klass: int) -> None:
    assert choose(u, (0.25, 0.5, 0.25)) == klass


def test_what_rounding_leaves_over_is_the_last_classs() -> None:
    assert choose(0.95, (0.3, 0.6)) == 1
