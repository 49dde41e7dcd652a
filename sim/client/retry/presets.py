"""The named policies. A preset is a few lines of data; its constants are those of its source."""

from __future__ import annotations

from typing import Final

from sim.client.retry.backoff import Exponential, Fixed
from sim.client.retry.jitter import DecorrelatedJitter, EqualJitter, FullJitter
from sim.client.retry.policy import Policy
from sim.client.retry.stop import Stop

# One scale for the family that is compared: first delay 1 s and at most 60 s, as google-api-core's
# retry defaults (initial 1.0, multiplier 2.0, maximum 60.0), within ten minutes (Firebase Storage's
# maximum upload retry time).
_BASE, _CAP, _PATIENCE = 1.0, 60.0, 600.0
_EXPONENTIAL = Exponential(_BASE, 2.0, _CAP)
_TEN_MINUTES = Stop(seconds=_PATIENCE)
_SCALE = (
    "base 1 s, factor 2, cap 60 s: google-api-core retry defaults; stops after 10 min: Firebase "
    "Storage maxUploadRetryTime; law: Brooker, AWS Architecture Blog, 2015"
)

PRESETS: Final[dict[str, Policy]] = {
    p.name: p
    for p in (
        Policy("none", stop=Stop(attempts=1), source="requests 2.34: HTTPAdapter max_retries 0"),
        Policy(
            "fixed",
            Fixed(30.0),
            stop=_TEN_MINUTES,
            source="tuspy: retry delay 30 s; stops after 10 min (Firebase Storage)",
        ),
        Policy("exponential", _EXPONENTIAL, stop=_TEN_MINUTES, source=_SCALE),
        Policy("full-jitter", _EXPONENTIAL, FullJitter(), _TEN_MINUTES, source=_SCALE),
        Policy("equal-jitter", _EXPONENTIAL, EqualJitter(), _TEN_MINUTES, source=_SCALE),
        Policy(
            "decorrelated-jitter",
            _EXPONENTIAL,
            DecorrelatedJitter(_BASE, _CAP),
            _TEN_MINUTES,
            source=_SCALE,
        ),
    )
}
