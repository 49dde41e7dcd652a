"""Verdicts: pass, fail or undecided, from values and bounds.

A line passes when the bound on the bad side keeps the limit, and fails when the bound on the good
side breaks it; in between more nights are needed. A regression fails when the difference is surely
above nothing and its estimate at least the stated size; it passes when it is surely below that
size.

Rule of this file: pure; nothing is simulated and nothing is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from study.gate.bounds import of_chance, of_difference, of_mean, of_quantile
from study.gate.declared import MeasuredRegression, MeasuredThreshold, Regression, Threshold

Array = NDArray[np.float64]
Verdict = Literal["pass", "fail", "undecided"]
_RESAMPLES: Final = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One judged threshold.

    Attributes
    ----------
    name, kind : what was judged, and of which part (``predicted`` or ``measured``).
    unit : ``share``, ``s``, ``chance`` or ``ratio``.
    estimate, low, high : with bounds at the one-sided error; None where infinite.
    limit : what is kept; ``below``: must the value be below it?
    samples : nights, requests or objects.
    """

    name: str
    kind: str
    unit: str
    estimate: float | None
    low: float | None
    high: float | None
    limit: float
    below: bool
    samples: int
    verdict: Verdict
    paired: bool | None = None

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def overall(lines: Sequence[Line]) -> Verdict:
    """Fails if one fails; passes if all pass."""
    verdicts = {line.verdict for line in lines}
    return "fail" if "fail" in verdicts else "undecided" if "undecided" in verdicts else "pass"


def _verdict(low: float, high: float, limit: float, below: bool) -> Verdict:
    if below:
        return "pass" if high <= limit else "fail" if low > limit else "undecided"
    return "pass" if low >= limit else "fail" if high < limit else "undecided"


def _as_share(bound: float) -> float:
    """A share is nowhere below 0 nor above 1; what is unbounded stays so."""
    return min(max(bound, 0.0), 1.0) if np.isfinite(bound) else bound


def _worsened(low: float, high: float, estimate: float, size: float) -> Verdict:
    """Of a difference to a baseline, worse being positive, and the size that matters."""
    if low > 0.0 and estimate >= size:
        return "fail"
    return "pass" if high < size else "undecided"


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def threshold(asked: Threshold, values: Array, error: float) -> Line:
    """A threshold on what is predicted.

    Parameters
    ----------
    values : shape (nights,), the objective's share in each.
    error : one-sided, of this look.
    """
    if asked.judge == "mean":
        low, high = (_as_share(bound) for bound in of_mean(values, error))
        estimate, limit, below, unit = (
            float(values.mean()),
            asked.limit,
            asked.at_least is None,
            "share",
        )
    else:
        met = int(asked.met(values).sum())
        low, high = of_chance(met, len(values), error)
        estimate, limit, below, unit = met / len(values), asked.in_nights, False, "chance"
    return Line(
        describe(asked), "predicted", unit, estimate, _finite(low), _finite(high), limit, below,
        len(values), _verdict(low, high, limit, below),
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.6g}%"


def describe(asked: Threshold) -> str:
    """A threshold in a few words, as the file has it."""
    way = "at most" if asked.at_least is None else "at least"
    when = "" if asked.by is None else f" by {asked.by:%Y-%m-%d %H:%M}"
    how = ", mean" if asked.judge == "mean" else f", in {_percent(asked.in_nights)} of nights"
    return f"{asked.measure}{when} {way} {_percent(asked.limit)}{how}"


def regression(
    asked: Regression, values: Array, baseline: Array, paired: bool, error: float
) -> Line:
    """A comparison with a stored baseline, worse being positive.

    Parameters
    ----------
    paired : are these the same nights, in the same order?
    """
    sign = 1.0 if asked.measure == "failed" else -1.0
    if paired:
        common = min(len(values), len(baseline))
        worse = sign * (values[:common] - baseline[:common])
        low, high = of_mean(worse, error)
        estimate = float(worse.mean())
    else:
        low, high = of_difference(sign * values, sign * baseline, error)
        estimate = float(sign * (values.mean() - baseline.mean()))
    return Line(
        f"{asked.measure} worse than the baseline by less than {_percent(asked.worse_by)}",
        "predicted", "share", estimate, _finite(low), _finite(high), asked.worse_by, True,
        len(values), _worsened(low, high, estimate, asked.worse_by), paired,
    )  # fmt: skip


def measured(asked: MeasuredThreshold, values: Array, error: float) -> Line:
    """A threshold on what was measured.

    Parameters
    ----------
    values : seconds for ``answer``; 0 or 1 for ``stored`` and ``refused``.
    """
    if asked.measure == "answer":
        assert asked.at_most is not None
        low, high = of_quantile(values, asked.quantile, error)
        estimate = float(np.quantile(values, asked.quantile, method="inverted_cdf"))
        name = f"answer p{100 * asked.quantile:g} at most {asked.at_most:.4g} s"
        return Line(
            name, "measured", "s", _finite(estimate), _finite(low), _finite(high), asked.at_most,
            True, len(values), _verdict(low, high, asked.at_most, True),
        )  # fmt: skip
    below = asked.measure == "refused"
    limit = asked.at_most if below else asked.at_least
    assert limit is not None
    low, high = of_chance(int(values.sum()), len(values), error)
    estimate = float(values.mean()) if len(values) else np.nan  # nothing to tell: undecided
    way = "at most" if below else "at least"
    return Line(
        f"{asked.measure} {way} {_percent(limit)}", "measured", "share", _finite(estimate), low,
        high, limit, below, len(values), _verdict(low, high, limit, below),
    )  # fmt: skip


def measured_regression(
    asked: MeasuredRegression, values: Array, baseline: Array, error: float, seed: int
) -> Line:
    """A quantile of the answers as a ratio to the baseline's, with bounds by the bootstrap."""
    q = asked.quantile
    ratio = float(np.quantile(values, q) / np.quantile(baseline, q))
    rng = np.random.default_rng(seed)
    draws = np.array(
        [
            np.quantile(rng.choice(values, len(values)), q)
            / np.quantile(rng.choice(baseline, len(baseline)), q)
            for _ in range(_RESAMPLES)
        ]
    )
    low, high = (float(v) - 1.0 for v in np.quantile(draws, (error, 1.0 - error)))
    estimate = ratio - 1.0
    return Line(
        f"answer p{100 * q:g} longer than the baseline's by less than {_percent(asked.worse_by)}",
        "measured", "ratio", estimate, low, high, asked.worse_by, True, len(values),
        _worsened(low, high, estimate, asked.worse_by), False,
    )  # fmt: skip
