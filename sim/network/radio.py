"""Radio classes: how well a station hears its cell decides its peak rate, round trip and loss.

A class's spectral efficiency is taken from the CQI table of 3GPP TS 36.213 (table 7.2.3-1); the
cell's capacity is the *harmonic* mean of the classes' peak rates, weighted by how many stations
each has, because every station needs the airtime that its own bytes take (Bonald and Proutiere
2003). So a cell of capacity C and classes of efficiency e_k gives class k the peak rate

    R_k = C * e_k * sum_j(p_j / e_j).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

# bits per second per hertz of CQI 1 to 15, 3GPP TS 36.213 table 7.2.3-1
CQI_EFFICIENCY: Final = (
    0.1523,
    0.2344,
    0.3770,
    0.6016,
    0.8770,
    1.1758,
    1.4766,
    1.9141,
    2.4063,
    2.7305,
    3.3223,
    3.9023,
    4.5234,
    5.1152,
    5.5547,
)


def peak_rates(capacity: float, cqi: Sequence[int], shares: Sequence[float]) -> list[float]:
    """Peak rate of each class, in the unit of ``capacity``.

    Parameters
    ----------
    capacity : what the cell carries when its stations are the usual mix.
    cqi : channel quality indicator of each class, 1 to 15.
    shares : share of the stations in each class, summing to 1.
    """
    efficiency = [CQI_EFFICIENCY[q - 1] for q in cqi]
    slowness = sum(p / e for p, e in zip(shares, efficiency, strict=True))
    return [capacity * e * slowness for e in efficiency]


def choose(u: float, shares: Sequence[float]) -> int:
    """The class whose share of (0, 1) holds ``u``."""
    total = 0.0
    for k, share in enumerate(shares):
        total += share
        if u < total:
            return k
    return len(shares) - 1
