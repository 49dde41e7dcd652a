"""Indices, splits and values against functions whose truth is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from study.sensitivity.indices import screening, sobol, split
from study.sensitivity.regression import columns, fit_predict, held_out, r_squared
from study.sensitivity.value import Told, of_measurement, values

N = 2048
RNG = np.random.default_rng(1)
A, B = RNG.uniform(-np.pi, np.pi, (2, N, 3))


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990), a = 7, b = 0.1."""
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def step(i: int) -> np.ndarray:
    x = A.copy()
    x[:, i] = B[:, i]
    return x


def test_sobol_indices_of_ishigamis_function_are_those_of_the_literature() -> None:
    steps = {f"x{i}": ishigami(step(i)) for i in range(3)}
    found = sobol(ishigami(A), ishigami(B), steps, ["w"] * N, 1)
    first, total = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)  # Saltelli et al. 2008
    for i in range(3):
        its = found[f"x{i}"]
        assert its["first"]["mean"] == pytest.approx(first[i], abs=0.08)
        assert its["total"]["mean"] == pytest.approx(total[i], abs=0.06)
        assert its["first"]["low"] < first[i] < its["first"]["high"]
        assert its["total"]["low"] < total[i] < its["total"]["high"]


def test_what_differs_between_worlds_is_not_taken_for_an_index() -> None:
    worlds = ["near" if i % 2 else "far" for i in range(N)]
    shift = np.where(np.array(worlds) == "far", 100.0, 0.0)
    steps = {f"x{i}": ishigami(step(i)) + shift for i in range(3)}
    found = sobol(ishigami(A) + shift, ishigami(B) + shift, steps, worlds, 1)
    assert found["x1"]["total"]["mean"] == pytest.approx(0.4424, abs=0.06)


def test_the_variance_splits_into_quantities_chance_and_worlds() -> None:
    rng = np.random.default_rng(2)
    worlds = ["a" if i % 2 else "b" for i in range(4000)]
    shift = np.where(np.array(worlds) == "a", 2.0, 0.0)  # variance 1
    theta_a, theta_b = rng.normal(0, 2, (2, 4000))  # variance 4
    noise = rng.normal(0, 1, (3, 4000))  # variance 1
    found = split(
        shift + theta_a + noise[0], shift + theta_b + noise[1], shift + theta_a + noise[2],
        worlds, 1,
    )  # fmt: skip
    for name, share in (("quantities", 4 / 6), ("chance", 1 / 6), ("worlds", 1 / 6)):
        assert found[name]["mean"] == pytest.approx(share, abs=0.04)
        assert found[name]["low"] < share < found[name]["high"]
    assert found["variance"]["mean"] == pytest.approx(6.0, abs=0.4)


def test_an_output_that_never_varies_has_no_indices() -> None:
    flat = np.full(8, 3.0)
    its = sobol(flat, flat, {"x": flat}, ["w"] * 8, 1)["x"]
    assert its["first"]["mean"] == its["total"]["mean"] == 0.0
    assert split(flat, flat, flat, ["w"] * 8, 1)["chance"]["mean"] == 0.0


def test_screening_gives_the_mean_absolute_effect_in_the_outputs_unit() -> None:
    found = screening(np.array([1.0, 5.0]), {"x": np.array([4.0, 4.0]), "y": np.array([1.0, 5.0])})
    assert found["x"]["mu_star"] == 2.0
    assert found["x"]["error"] == pytest.approx(np.std([3, 1], ddof=1) / np.sqrt(2))
    assert found["x"]["sigma"] == pytest.approx(np.std([3, -1], ddof=1))
    assert found["y"] == {"mu_star": 0.0, "error": 0.0, "sigma": 0.0}


def test_the_surface_finds_a_quadratic_and_is_judged_on_what_it_has_not_seen() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(0, 1, (150, 3))
    y = (x[:, 0] + 2 * x[:, 1] ** 2 - x[:, 0] * x[:, 2])[:, None]
    weights = np.full(150, 1 / 150)
    exact = fit_predict(columns(x), y, weights, columns(x))
    assert r_squared(y[:, 0], exact[:, 0], weights) > 0.999
    noise = rng.normal(0, 1, (150, 1))
    unseen = held_out(x, noise, weights, 1, 3)
    assert r_squared(noise[:, 0], unseen.mean(axis=0)[:, 0], weights) < 0.1
    assert columns(np.ones((5, 2))).shape == (5, 0)


def told(measured: np.ndarray, failed: np.ndarray) -> Told:
    n = len(failed)
    known = {"network.capacity": measured, "server.fault": np.arange(n) % 7 / 7.0}
    return Told(failed, np.full(n, 1 / n), known, np.zeros((n, 0)))


def test_a_measurement_that_tells_which_policy_is_better_is_worth_the_closed_form() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(0, 1, 600)
    # the second policy differs by 20 x on average: E[max(0, -20 x)] = 20 / sqrt(2 pi) = 7.98
    failed = np.stack([np.full(600, 100.0), 100.4 + 20 * x + rng.normal(0, 5, 600)], axis=1)
    rows = {row["name"]: row for row in values(told(x, failed), 1)}
    signal, server = rows["signal-log"], rows["access-log"]
    truth = min(failed.mean(axis=0)) - np.minimum(100.0, 100.4 + 20 * x).mean()
    assert signal["value"] == pytest.approx(truth, abs=3 * signal["error"])
    assert signal["value"] > 5 * signal["error"]
    assert signal["changes"] == pytest.approx(0.5, abs=0.1)
    assert signal["r_squared"] > 0.8
    assert abs(server["value"]) < 3 * server["error"] + 0.5
    assert next(iter(rows)) == "signal-log"
    assert rows["all"]["value"] <= 600 * signal["value"]


def test_measurements_tell_quantities_and_whole_sections() -> None:
    known = {"server.outages.app.severity": A, "server.fault": A, "people.ppk.link": A}
    assert of_measurement(("server.outages", "server.faults"), known) == [
        "server.outages.app.severity"
    ]
    assert of_measurement(("people.ppk",), known) == ["people.ppk.link"]


def test_how_often_a_measurement_changes_the_choice_is_its_share_of_the_nights() -> None:
    """The second policy is better in the tenth of the nights with x above 1.28."""
    rng = np.random.default_rng(4)
    x = rng.normal(0, 1, 600)
    failed = np.stack([np.full(600, 100.0), 100.0 + 20 * (1.2816 - x)], axis=1)
    rows = {row["name"]: row for row in values(told(x, failed), 1)}
    assert rows["signal-log"]["changes"] == pytest.approx(0.1, abs=0.04)
    assert values(told(x, failed), 1) == values(told(x, failed), 1)
    assert all("quantities" in row for row in rows.values())
