"""Verdicts: pass, fail or undecided, from values and bounds.

A line passes when the bound on the bad side keeps the limit, and fails when the bound on the good
side breaks it; in between more nights are needed. A regression fails when the difference is surely
above nothing and its estimate at least the stated size; it passes when it is surely below that
size.

Rule of this file: pure; nothing is simulated, nothing is read, and nothing is put into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from study.gate.bounds import enough, of_chance, of_mean, of_quantile
from study.gate.declared import MeasuredRegression, MeasuredThreshold, Regression, Threshold

Array = NDArray[np.float64]
Verdict = Literal["pass", "fail", "undecided"]
_RESAMPLES: Final = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One judged threshold.

    Attributes
    ----------
    asked, kind : what was judged, as the file has it, and of which part (``predicted`` or
        ``measured``).
    unit : ``share``, ``s``, ``chance`` or ``ratio``.
    estimate, low, high : with bounds at the one-sided error; None where infinite.
    limit : what is kept; ``below``: must the value be below it?
    samples : nights, requests or objects.
    paired : of a regression: are these the baseline's own nights?
    needed : about how many nights or requests would tell; None: it is told, or no number would.
    planted : of a self-test: by what the values were made worse.
    """

    asked: Mapping[str, Any]
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
    needed: int | None = None
    planted: Mapping[str, Any] | None = None

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
    error : one-sided, of all looks together.
    """
    limit, below, unit = asked.limit, asked.at_least is None, "share"
    if asked.judge == "nights":
        values = asked.met(values).astype(np.float64)
        limit, below, unit = asked.in_nights, False, "chance"
    low, high = of_mean(values, error)
    verdict = _verdict(low, high, limit, below)
    way = "at_most" if asked.at_least is None else "at_least"
    said = {"measure": asked.measure, "by": None if asked.by is None else asked.by.isoformat(),
            "judge": asked.judge, way: asked.limit}  # fmt: skip
    if asked.judge == "nights":
        said["in_nights"] = asked.in_nights
    return Line(
        said, "predicted", unit, float(values.mean()), low, high, limit, below, len(values),
        verdict, needed=enough(values, limit, error) if verdict == "undecided" else None,
    )  # fmt: skip


def regression(
    asked: Regression, values: Array, baseline: Array, paired: bool, error: float
) -> Line:
    """A comparison with a stored baseline, worse being positive.

    Parameters
    ----------
    baseline : as many nights as ``values``. They are subtracted one by one; if they are other
        nights, which is which does not matter, because they are independent.
    paired : are these the same nights, in the same order?
    """
    sign = 1.0 if asked.measure == "failed" else -1.0
    worse = sign * (values - baseline)
    low, high = of_mean(worse, error, -1.0, 1.0)
    estimate = float(worse.mean())
    verdict = _worsened(low, high, estimate, asked.worse_by)
    decides = 0.0 if estimate >= asked.worse_by else asked.worse_by
    return Line(
        _regression(asked), "predicted", "share", estimate, low, high, asked.worse_by, True,
        len(values), verdict, paired,
        needed=enough(worse, decides, error, -1.0, 1.0) if verdict == "undecided" else None,
    )  # fmt: skip


def unchanged(asked: Regression) -> Line:
    """A comparison with a baseline of the very same app, server and nights: nothing can differ, and
    no night is needed to say so."""
    return Line(
        _regression(asked), "predicted", "share", 0.0, 0.0, 0.0, asked.worse_by, True, 0, "pass",
        True,
    )  # fmt: skip


def _regression(asked: Regression) -> dict[str, Any]:
    return {"measure": asked.measure, "worse_by": asked.worse_by}


def measured(asked: MeasuredThreshold, values: Array, error: float) -> Line:
    """A threshold on what was measured.

    Parameters
    ----------
    values : seconds for ``answer``; 0 or 1 for ``stored`` and ``refused``.
    """
    line = _measured(asked, values, error)
    if line.verdict != "undecided":
        return line
    return replace(line, needed=_enough_requests(asked, values, error))


def _enough_requests(asked: MeasuredThreshold, values: Array, error: float) -> int | None:
    """About how many requests like these would tell; None: more than a hundred times as many."""
    for times in np.geomspace(1.1, 100.0, 48):
        more = np.resize(values, ceil(times * len(values)))
        if len(more) and _measured(asked, more, error).verdict != "undecided":
            return len(more)
    return None


def _measured(asked: MeasuredThreshold, values: Array, error: float) -> Line:
    below = asked.measure != "stored"
    limit = asked.at_most if below else asked.at_least
    assert limit is not None
    said = {"measure": asked.measure, "at_most" if below else "at_least": limit}
    if asked.measure == "answer":
        low, high = of_quantile(values, asked.quantile, error)
        estimate = float(np.quantile(values, asked.quantile, method="inverted_cdf"))
        unit, said["quantile"] = "s", asked.quantile
    else:
        low, high = of_chance(int(values.sum()), len(values), error)
        estimate = float(values.mean()) if len(values) else np.nan  # nothing to tell: undecided
        unit = "share"
    return Line(
        said, "measured", unit, _finite(estimate), _finite(low), _finite(high), limit, below,
        len(values), _verdict(low, high, limit, below),
    )  # fmt: skip


def measured_regression(
    asked: MeasuredRegression, values: Array, baseline: Array, error: float, seed: int
) -> Line:
    """A quantile of the answers as a ratio to the baseline's, with bounds by the bootstrap."""
    q = asked.quantile
    rng = np.random.default_rng(seed)

    def quantiles(found: Array) -> Array:
        drawn = (rng.choice(found, len(found)) for _ in range(_RESAMPLES))
        return np.array([np.quantile(sample, q) for sample in drawn])

    ratios = quantiles(values) / quantiles(baseline)
    low, high = (float(v) - 1.0 for v in np.quantile(ratios, (error, 1.0 - error)))
    estimate = float(np.quantile(values, q) / np.quantile(baseline, q)) - 1.0
    said = {"measure": "answer", "quantile": q, "worse_by": asked.worse_by}
    return Line(
        said, "measured", "ratio", estimate, low, high, asked.worse_by, True, len(values),
        _worsened(low, high, estimate, asked.worse_by), False,
    )  # fmt: skip
