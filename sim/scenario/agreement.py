"""How far a measurement may be from its prediction before the two are said to disagree.

Rule of this file: the limits, each with its reason. All are judgements of ours, not laws: a team
that needs more or less certainty changes them in its scenario. Units: shares of 1.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.loader import Section
from sim.scenario.quantities import Share


def _limit(reason: str) -> object:
    return Field(description=reason)


class Limits(Section):
    """The most that predicted and measured may differ; the reason is each field's description."""

    same_outcome: Annotated[
        Share,
        _limit("stations with the same outcome, at least: one in twenty may go the other way"),
    ] = 0.95
    sojourn_ks: Annotated[
        Share,
        _limit("largest distance of the two distributions of sojourn: a tenth of the stations"),
    ] = 0.10
    sojourn_median: Annotated[
        Share, _limit("the middle station: a tenth is less than policies differ by")
    ] = 0.10
    sojourn_p95: Annotated[
        Share, _limit("the slow tail, which few stations determine: wider than the middle")
    ] = 0.20
    attempts: Annotated[Share, _limit("requests in all: what the server is sized by")] = 0.10
    wasted: Annotated[
        Share,
        _limit(
            "bytes sent in vain, as a part of all bytes sent: their own ratio means "
            "nothing where few are wasted"
        ),
    ] = 0.05
    concurrency: Annotated[
        Share, _limit("mean distance of the two curves of uploads at once, as a part of the mean")
    ] = 0.15
