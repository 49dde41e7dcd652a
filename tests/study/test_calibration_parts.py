"""The arithmetic of a calibration, piece by piece, against what is known otherwise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from study.calibration import account, betabinomial, emulator, holdout, members, predictive
from study.calibration.betabinomial import ICC_GRID
from study.calibration.parameters import overlap
from study.calibration.study import normalised, surely_better

RNG_SEED = 20201209


def rng() -> np.random.Generator:
    return np.random.default_rng(RNG_SEED)


@pytest.mark.parametrize(("p", "icc"), [(0.3, 0.05), (0.01, 0.3), (0.9, 0.004)])
def test_the_beta_binomial_is_scipys(p: float, icc: float) -> None:
    y, n = np.arange(86.0), np.full(86, 85.0)
    ours = betabinomial.log_pmf(y, n, np.full(86, p), np.full(86, icc))
    precision = (1 - icc) / icc
    theirs = stats.betabinom.logpmf(np.arange(86), 85, p * precision, (1 - p) * precision)
    assert np.allclose(ours, theirs, atol=1e-8)
    assert np.exp(ours).sum() == pytest.approx(1.0)


def test_counts_vary_as_the_intra_class_correlation_says() -> None:
    n, p, icc, count = 85.0, 0.3, 0.1, 40_000
    drawn = betabinomial.draw(rng(), np.full(count, n), np.full(count, p), np.full(count, icc))
    expected = n * p * (1 - p) * (1 + (n - 1) * icc)
    assert drawn.mean() == pytest.approx(n * p, abs=3 * np.sqrt(expected / count))
    # the variance's own standard error, with a kurtosis of at most 3 for this law
    assert drawn.var() == pytest.approx(expected, rel=3 * np.sqrt(2 / count) * 1.5)


def test_the_grid_of_icc_has_the_mean_of_its_prior() -> None:
    assert ICC_GRID.mean() == pytest.approx(0.1, abs=0.005)


def smooth(theta: np.ndarray, local: np.ndarray) -> np.ndarray:
    """A share that depends on both, with a cliff."""
    cliff = 1 / (1 + np.exp(-3 * (theta[:, None, 0] + local[:, :, 0])))
    return np.asarray(0.1 + 0.7 * cliff)


def learned(nights: int = 60) -> tuple[emulator.Emulator, np.random.Generator]:
    chance = rng()
    theta, local = chance.normal(size=(nights, 3)), chance.normal(size=(nights, 5, 2))
    n = np.array([80.0, 90.0, 60.0, 120.0, 100.0])
    left = chance.binomial(n.astype(int), smooth(theta, local)).astype(float)
    return emulator.fit(theta, local, left, n), chance


def test_the_emulator_finds_a_cliff_and_says_how_sure_it_is_of_nights_it_has_not_seen() -> None:
    fitted, chance = learned()
    theta, local = chance.normal(size=(200, 3)), chance.normal(size=(200, 1, 2))
    t = np.array([fitted.predict(theta[[i]], local[i])[0, 0] for i in range(200)])
    truth = np.arcsin(np.sqrt(smooth(theta, local)[:, 0]))
    assert np.mean((t - truth) ** 2) < 0.1 * truth.var()
    # its stated error contains the stations' chance, so the truth is inside more often than 90%
    assert np.mean(np.abs(t - truth) < 1.645 * fitted.sigma(t)) > 0.85
    assert fitted.validation.r2 > 0.8
    assert 0.82 < fitted.validation.inside90 < 0.97


def test_all_thetas_at_all_locals_are_what_each_pair_is() -> None:
    fitted, chance = learned(20)
    theta, local = chance.normal(size=(4, 3)), chance.normal(size=(6, 2))
    together = fitted.predict(theta, local)
    for r in range(4):
        for m in range(6):
            assert fitted.predict(theta[[r]], local[[m]])[0, 0] == pytest.approx(together[r, m])


def test_leaving_a_night_out_in_closed_form_is_leaving_it_out() -> None:
    chance = rng()
    x, y = chance.normal(size=(12, 2)), chance.normal(size=12)
    k = emulator._kernel(x, x, np.array([1.0, 2.0])) + 0.1 * np.eye(12)
    inverse = np.asarray(np.linalg.inv(k), dtype=np.float64)
    missed = emulator._leave_night_out(inverse, inverse @ y, 4, 3)
    for night in range(4):
        out = slice(3 * night, 3 * night + 3)
        kept = np.r_[0 : 3 * night, 3 * night + 3 : 12]
        predicted = k[out][:, kept] @ np.linalg.solve(k[np.ix_(kept, kept)], y[kept])
        assert missed[out] == pytest.approx(y[out] - predicted)


def test_the_table_of_likelihoods_is_the_mean_over_the_emulators_error() -> None:
    fitted, chance = learned(20)
    y, n = np.array([12.0]), np.array([40.0])
    table = account.tables(fitted, y, n)
    t, away = np.array([0.8]), np.array([0.2])
    drawn = account.outcome(fitted, np.full(20_000, 0.8), np.full(20_000, 0.2),
                            chance.standard_normal(20_000))  # fmt: skip
    for i in (0, 5, 9):
        p = betabinomial.smoothed(drawn * n, n)
        each = np.exp(betabinomial.log_pmf(y, n, p, ICC_GRID[[i]]))
        found = table.likelihood[i, 0, account.places(t, away)[0]]
        assert found == pytest.approx(each.mean(), rel=0.06)  # the grid is 1/60 of the scale wide


def test_operators_take_nothing_where_they_cannot_use_sirekap() -> None:
    pace, able, untried = np.array([0.4, 0.4]), np.array([True, False]), np.array([0.1, 0.1])
    assert account.taken("unsent", pace, able, untried).tolist() == [0.4, 0.0]
    assert account.taken("attempted", pace, able, untried).tolist() == [0.4, 0.1]
    assert account.failed(np.array([0.3, 0.3]), np.array([0.4, 0.0])).tolist() == [0.0, 0.3]


def test_systematic_resampling_takes_each_as_often_as_its_weight_says() -> None:
    weights = np.array([0.5, 0.25, 0.25, 0.0])
    times = np.bincount(members.systematic(weights, 40, rng()), minlength=4)
    assert times.tolist() == [20, 10, 10, 0]


def test_a_candidate_near_the_count_is_chosen_and_corrects_the_evidence() -> None:
    proposal = members.Proposal(
        theta=np.array([0, 1]),
        icc=np.array([0, 0]),
        locals=np.array([[[7, 7], [8, 8]], [[7, 7], [8, 8]]]),
        log_g=np.zeros((2, 2, 2)),
    )
    simulated = np.array([[[10.0, 70.0], [60.0, 20.0]], [[60.0, 70.0], [61.0, 71.0]]])
    counts = (np.array([10.0, 20.0]), np.array([80.0, 80.0]))
    chosen = members.choose(proposal, simulated, counts, 3, rng())
    assert chosen.locals[:3].tolist() == [[7, 8]] * 3
    assert chosen.failed[:3].tolist() == [[10.0, 20.0]] * 3
    assert chosen.weights[:3].sum() > 0.999  # the second member is nowhere near
    assert chosen.effective == pytest.approx(1.0, abs=0.01)


def test_crps_is_that_of_the_normal_law() -> None:
    drawn = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    known = 2 * stats.norm.pdf(0.7) + 0.7 * (2 * stats.norm.cdf(0.7) - 1) - 1 / np.sqrt(np.pi)
    assert predictive.crps(drawn, 0.7) == pytest.approx(known, abs=2e-3)


def test_a_count_that_the_model_cannot_give_has_a_p_near_an_end() -> None:
    n = np.full(4, 50.0)
    drawn = rng().binomial(50, 0.3, (2000, 4)).astype(float)
    good = predictive.check(np.array([15.0, 17.0, 12.0, 16.0]), n, drawn)
    assert 0.05 < good["total"]["p"] < 0.95
    bad = predictive.check(np.array([2.0, 48.0, 2.0, 48.0]), n, drawn)
    assert bad["chi_square"]["p"] == 0.0
    assert bad["min"]["p"] == 1.0
    assert bad["max"]["p"] == 0.0


def test_baselines_cover_what_they_are_made_for() -> None:
    chance = rng()
    n = np.full(60, 80.0)
    parts = holdout.folds(60, 10, 1)
    assert sorted(np.concatenate(parts).tolist()) == list(range(60))
    same = chance.binomial(80, 0.3, 60).astype(float)
    wide = betabinomial.draw(chance, n, np.full(60, 0.3), np.full(60, 0.15))
    rate = holdout.score(holdout.by_rate(same, n, parts, 1), same)
    assert rate["95"] >= 60 * 0.95 - 3 * np.sqrt(60 * 0.95 * 0.05)
    too_sure = holdout.score(holdout.by_rate(wide, n, parts, 1), wide)
    honest = holdout.score(holdout.by_beta_binomial(wide, n, parts, 1), wide)
    assert honest["crps"] < too_sure["crps"]
    assert honest["95"] >= 60 * 0.95 - 3 * np.sqrt(60 * 0.95 * 0.05)
    assert too_sure["95"] < 45


def test_weights_of_worlds_are_prior_times_evidence_and_nothing_if_all_are_ruled_out() -> None:
    assert normalised([0.5, 0.5], [np.log(3.0), np.log(1.0)]) == pytest.approx([0.75, 0.25])
    assert normalised([0.9, 0.1], [0.0, -np.inf]) == [1.0, 0.0]
    assert normalised([0.5, 0.5], [-np.inf, -np.inf]) == [0.0, 0.0]
    assert members.mixed([1.0, 0.0], [0.5, 0.5])[0] == pytest.approx(0.0)


def test_an_overlap_is_one_where_nothing_was_learned_and_known_for_shifted_laws() -> None:
    assert overlap(0.0, 1.0) == pytest.approx(1.0)
    assert overlap(1.0, 1.0) == pytest.approx(2 * stats.norm.cdf(-0.5), abs=1e-4)
    assert overlap(0.0, 1e-9) < 0.01


def test_a_mechanism_is_surely_better_only_beyond_two_standard_errors() -> None:
    assert surely_better({"mean": -1.0, "error": 0.4})
    assert not surely_better({"mean": -1.0, "error": 0.6})
    assert not surely_better({"mean": -1.0, "error": None})  # one kecamatan tells nothing
