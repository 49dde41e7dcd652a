"""Does the measurement agree with its prediction? One line a quantity, each with its limit.

Rule of this file: from a comparison to a verdict; the limits and their reasons are
:class:`sim.scenario.agreement.Limits`.
"""

from __future__ import annotations

from typing import Any, Final

from sim.scenario.agreement import Limits


def _relative(predicted: float | None, measured: float | None, scale: float | None) -> float | None:
    if predicted is None or measured is None:
        return None
    if predicted == measured:
        return 0.0
    return abs(measured - predicted) / scale if scale else None


def _line(
    name: str, predicted: Any, measured: Any, value: float | None, limit: float, unit: str
) -> dict[str, Any]:
    return {
        "name": name,
        "predicted": predicted,
        "measured": measured,
        "value": value,
        "limit": limit,
        "unit": unit,
        "reason": str(Limits.model_fields[name].description),
        "agrees": None if value is None else value <= limit,
    }


FEWEST: Final = 20
"""Stations sent, on either side, that a distribution is judged by: of fewer, one alone moves its
distance by 0.05 and more, half of the usual limit. A judgement of ours."""


def judge(found: dict[str, Any], limits: Limits) -> list[dict[str, Any]]:
    """The lines; ``agrees`` is None where one side has nothing, or too little, to compare."""
    sojourn = found["sojourn"]["station"]
    attempts, sizes, flows = found["attempts"]["total"], found["bytes"], found["concurrency"]
    same = found["same_outcome"]
    lines = [
        _line("same_outcome", None, same, same, limits.same_outcome, "share")
        | {"agrees": same >= limits.same_outcome},
        _line("sojourn_ks", None, None, sojourn["ks"], limits.sojourn_ks, "distance"),
    ]
    for name, quantile in (("sojourn_median", "p50"), ("sojourn_p95", "p95")):
        model, real = sojourn["predicted"][quantile], sojourn["measured"][quantile]
        value = _relative(model, real, model)
        lines.append(_line(name, model, real, value, getattr(limits, name), "s"))
    if min(sojourn["predicted"]["n"], sojourn["measured"]["n"]) < FEWEST:
        lines[1:] = [line | {"agrees": None} for line in lines[1:]]
    model, real = attempts["predicted"], attempts["measured"]
    value = _relative(model, real, model)
    lines.append(_line("attempts", model, real, value, limits.attempts, "count"))
    model, real = sizes["wasted"]["predicted"], sizes["wasted"]["measured"]
    value = _relative(model, real, sizes["sent"]["predicted"])
    lines.append(_line("wasted", model, real, value, limits.wasted, "B"))
    mean = flows["mean"]
    value = _relative(0.0, flows["mean_difference"], mean["predicted"])
    lines.append(
        _line("concurrency", mean["predicted"], mean["measured"], value, limits.concurrency, "mean")
    )
    return lines
