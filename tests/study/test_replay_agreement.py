"""The verdict of a replay: each line by its own quantity, scale, limit and unit."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.agreement import Limits
from study.replay.agreement import FEWEST, judge


def comparison(n: int = FEWEST) -> dict[str, Any]:
    return {
        "same_outcome": 0.97,
        "sojourn": {
            "station": {
                "ks": 0.04,
                "predicted": {"n": n, "p50": 100.0, "p95": 400.0},
                "measured": {"n": n, "p50": 104.0, "p95": 300.0},
            }
        },
        "attempts": {"total": {"predicted": 200, "measured": 210}},
        "bytes": {
            "sent": {"predicted": 1000, "measured": 2000},
            "wasted": {"predicted": 50, "measured": 80},
        },
        "concurrency": {"mean": {"predicted": 4.0, "measured": 5.0}, "mean_difference": 0.6},
    }


def lines(found: dict[str, Any], limits: Limits | None = None) -> dict[str, dict[str, Any]]:
    return {line["name"]: line for line in judge(found, limits or Limits())}


def test_each_quantity_is_judged_on_its_own_scale() -> None:
    found = lines(comparison())
    told = {
        name: (line["predicted"], line["measured"], line["value"], line["unit"])
        for name, line in found.items()
    }
    assert told == {
        "same_outcome": (None, 0.97, 0.97, "share"),
        "sojourn_ks": (None, None, 0.04, "distance"),
        "sojourn_median": (100.0, 104.0, 0.04, "s"),
        "sojourn_p95": (400.0, 300.0, 0.25, "s"),
        "attempts": (200, 210, 0.05, "count"),
        "wasted": (50, 80, 0.03, "B"),  # of all bytes that were predicted
        "concurrency": (4.0, 5.0, pytest.approx(0.15), "mean"),
    }
    for name, line in found.items():
        assert line["limit"] == getattr(Limits(), name)


def test_a_line_agrees_up_to_its_limit_and_stations_from_it_on() -> None:
    at = Limits.model_validate(
        {"same_outcome": "97%", "sojourn_p95": "25%", "attempts": "4%", "sojourn_ks": "4%"}
    )
    found = lines(comparison(), at)
    assert found["same_outcome"]["agrees"]
    assert found["sojourn_p95"]["agrees"]
    assert found["sojourn_ks"]["agrees"]
    assert not found["attempts"]["agrees"]
    more = Limits.model_validate({"same_outcome": "98%"})
    assert not lines(comparison(), more)["same_outcome"]["agrees"]


def test_few_stations_are_no_distribution() -> None:
    found = lines(comparison(FEWEST - 1))
    for name in ("sojourn_ks", "sojourn_median", "sojourn_p95"):
        assert found[name]["agrees"] is None
    assert found["same_outcome"]["agrees"] is not None
    assert found["attempts"]["agrees"] is not None


def test_what_one_side_does_not_have_is_not_judged() -> None:
    found = comparison()
    found["sojourn"]["station"]["measured"]["p50"] = None
    found["attempts"]["total"] = {"predicted": 0, "measured": 3}
    found["bytes"]["wasted"] = {"predicted": 0, "measured": 0}
    told = lines(found)
    assert (told["sojourn_median"]["value"], told["sojourn_median"]["agrees"]) == (None, None)
    assert (told["attempts"]["value"], told["attempts"]["agrees"]) == (None, None)
    assert (told["wasted"]["value"], told["wasted"]["agrees"]) == (0.0, True)
