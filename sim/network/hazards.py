"""What congestion does to an attempt besides slowing it: access refused, links broken.

Both follow the *background* load alone. The polling stations cannot overload random access by
themselves: 1,700 devices in one cell over ten seconds all get through (our simulation of 3GPP
TR 37.868), so their own number does not enter. Citizens can: at crowded events connection failures
rise more than a hundredfold (Shafiq et al., SIGMETRICS 2013).

Rule of this file: pure functions of the time, the peak value and a uniform draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from typing import Final

from sim.network.profile import Constant, Profile


@dataclass(frozen=True, slots=True)
class Congestion:
    """How busy the background is over time, and what that does to attempts.

    Parameters
    ----------
    shape : background load relative to its peak, 0 to 1.
    refused_at_peak : probability that an attempt is refused access when shape is 1.
    break_rate_at_peak : breaks per second of transfer when shape is 1.
    """

    shape: Profile
    refused_at_peak: float
    break_rate_at_peak: float

    def refused(self, now: float, u: float) -> bool:
        """Is the attempt at ``now`` refused access?"""
        return u < self.refused_at_peak * self.shape.segment(now)[0]

    def break_after(self, now: float, u: float) -> float:
        """Seconds of transfer until the link breaks, exponential; ``inf`` if it never does.

        The hazard at the start of the transfer is kept for its whole length (transfers are short
        against the hours over which the background changes).
        """
        rate = self.break_rate_at_peak * self.shape.segment(now)[0]
        return -log(u) / rate if rate > 0.0 else inf


CALM: Final = Congestion(Constant(0.0), 0.0, 0.0)
"""No background load: nothing refused, nothing broken (an office's fixed line)."""
