"""What a TCP connection costs: handshakes, slow start, and the rate that loss allows.

Each is charged once per attempt, because carriers drop idle connections within minutes (NetPiculet,
SIGCOMM 2011) and a retry after a backoff has to connect anew.
Units: seconds, bytes, bytes/s.
"""

from __future__ import annotations

from math import ceil, inf, log2, sqrt
from typing import Final

MSS: Final = 1400  # bytes; a usual maximum segment size on mobile links (IP, TCP, tunnel headers)
INITIAL_WINDOW: Final = 10 * MSS  # RFC 6928
MIN_RTO: Final = 1.0  # seconds; RFC 6298 section 2.4

TCP_ROUND_TRIPS: Final = 1  # RFC 9293: SYN, SYN-ACK
TLS_ROUND_TRIPS: Final = {"none": 0, "1.3": 1, "1.2": 2}  # RFC 8446, RFC 5246 (full handshakes)
REQUEST_ROUND_TRIPS: Final = 1  # request out, response back


def mathis(rtt: float, loss: float, mss: int = MSS) -> float:
    """Rate of a long TCP transfer under periodic loss, (MSS/RTT) * sqrt(3/2) / sqrt(p), bytes/s.

    Mathis, Semke, Mahdavi and Ott, "The macroscopic behavior of the TCP congestion avoidance
    algorithm", ACM CCR 27(3), 1997. ``inf`` without loss.
    """
    return mss / rtt * sqrt(1.5) / sqrt(loss) if loss > 0 else inf


def pftk(rtt: float, loss: float, mss: int = MSS, rto: float = MIN_RTO, b: int = 2) -> float:
    """Rate of a long TCP transfer with timeouts, bytes/s.

    Padhye, Firoiu, Towsley and Kurose, "Modeling TCP throughput", SIGCOMM 1998, equation 32
    without the receiver's window; ``b`` segments are acknowledged by one ACK.
    """
    if loss <= 0:
        return inf
    timeouts = min(1.0, 3 * sqrt(3 * b * loss / 8)) * loss * (1 + 32 * loss**2)
    return mss / (rtt * sqrt(2 * b * loss / 3) + rto * timeouts)


def slow_start_rounds(size: float, initial_window: float = INITIAL_WINDOW) -> int:
    """Round trips until slow start has sent ``size`` bytes, the window doubling each time."""
    return ceil(log2(size / initial_window + 1)) if size > 0 else 0


def setup_time(rtt: float, size: float, peak: float, tls: str = "1.3") -> float:
    """Seconds that an attempt spends before its bytes move at the cell's rate.

    Handshakes and the request's own round trip, then slow start until the window covers either
    the body or the path (its bandwidth-delay product at ``peak`` bytes/s).
    """
    trips = TCP_ROUND_TRIPS + TLS_ROUND_TRIPS[tls] + REQUEST_ROUND_TRIPS
    return rtt * (trips + slow_start_rounds(min(size, peak * rtt)))
