"""Weights of worlds: by hand, with errors, and what it means to rule a world out."""

from __future__ import annotations

import numpy as np
import pytest

from study.evidence.weights import Table, movements, night_weights, weigh


def table(prior: float, **likelihood: list[float]) -> Table:
    logs = {name: np.log(np.array(values)) for name, values in likelihood.items()}
    n = len(next(iter(logs.values())))
    return Table(prior, np.full(n, 1 / n), logs, logs)


def test_weights_are_bayes_rule_with_the_mean_likelihood() -> None:
    worlds = {"a": table(0.5, x=[0.2, 0.4]), "b": table(0.5, x=[0.1, 0.1])}
    found = weigh(worlds, ["x"], 1)
    assert found["a"].weight == pytest.approx(0.3 / 0.4)
    assert found["a"].log_evidence == pytest.approx(np.log(0.3))
    assert sum(w.weight for w in found.values()) == pytest.approx(1.0)


def test_the_likelihoods_of_two_observations_multiply_night_by_night() -> None:
    worlds = {
        "a": table(0.5, x=[1.0, 0.0001], y=[0.0001, 1.0]),  # no night fits both
        "b": table(0.5, x=[0.5, 0.5], y=[0.5, 0.5]),
    }
    assert weigh(worlds, ["x"], 1)["a"].weight == pytest.approx(0.5, abs=0.001)
    assert weigh(worlds, ["x", "y"], 1)["a"].weight < 0.001


def test_with_nothing_switched_on_the_prior_is_left() -> None:
    worlds = {"a": table(0.3, x=[0.2]), "b": table(0.7, x=[0.9])}
    found = weigh(worlds, [], 1)
    assert found["a"].weight == pytest.approx(0.3)
    assert found["a"].error == 0.0


def test_weighted_nights_count_by_their_weight() -> None:
    logs = {"x": np.log(np.array([0.2, 0.8]))}
    worlds = {
        "a": Table(0.5, np.array([0.9, 0.1]), logs, logs),
        "b": table(0.5, x=[0.26, 0.26]),
    }
    assert weigh(worlds, ["x"], 1)["a"].weight == pytest.approx(0.5)


def test_the_effective_number_of_nights_is_one_where_one_carries_all() -> None:
    worlds = {"a": table(1.0, x=[1.0] + [1e-9] * 49)}
    found = weigh(worlds, ["x"], 1)["a"]
    assert found.effective == pytest.approx(1.0, abs=0.001)
    assert not found.supported
    assert weigh({"a": table(1.0, x=[0.5] * 50)}, ["x"], 1)["a"].supported


def test_the_bootstrap_error_agrees_with_repetition() -> None:
    rng = np.random.default_rng(7)
    n = 200

    def draw() -> dict[str, Table]:
        return {w: table(0.5, x=rng.uniform(0, m, n).tolist()) for w, m in (("a", 1), ("b", 2))}

    repeated = [weigh(draw(), ["x"], 1)["a"].weight for _ in range(200)]
    said = np.mean([weigh(draw(), ["x"], i)["a"].error for i in range(20)])
    assert said == pytest.approx(np.std(repeated), rel=0.25)  # sd of 200: 5%; 3 of them and bias


def test_a_world_is_ruled_out_when_little_of_its_weight_is_left() -> None:
    worlds = {"a": table(0.5, x=[0.001] * 20, y=[1.0] * 20),
              "b": table(0.5, x=[1.0] * 20, y=[1.0] * 20)}  # fmt: skip
    x, y = movements(worlds, ["x", "y"], ["x", "y"], 1)
    assert x["rules_out"] == ["a"]
    assert x["moves_alone"] == pytest.approx(0.5, abs=0.01)
    assert y["rules_out"] == []
    assert y["moves_alone"] == pytest.approx(0.0, abs=1e-12)


def test_what_is_said_twice_moves_little_the_second_time() -> None:
    worlds = {"a": table(0.5, x=[0.001] * 20, y=[0.001] * 20),
              "b": table(0.5, x=[1.0] * 20, y=[1.0] * 20)}  # fmt: skip
    x, _ = movements(worlds, ["x", "y"], ["x", "y"], 1)
    assert x["moves_last"] < 0.01 < x["moves_alone"]


def test_an_observation_that_is_off_is_reported_and_changes_nothing() -> None:
    worlds = {"a": table(0.5, x=[0.1], y=[1.0]), "b": table(0.5, x=[1.0], y=[1.0])}
    (row,) = movements(worlds, ["y"], ["x"], 1)
    assert not row["on"]
    assert weigh(worlds, ["y"], 1)["a"].weight == pytest.approx(0.5)


def test_night_weights_add_up_and_follow_the_likelihood() -> None:
    found = night_weights(table(1.0, x=[0.1, 0.3]), ["x"])
    assert found.tolist() == pytest.approx([0.25, 0.75])
