"""The faults by name, what is typed after ``--fault``, and several at once.

Rule of this file: text to faults; a wrong text raises one line. Units: seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Final

from server.faults import errors, latency, outage, reset, slow_disk
from server.faults.fault import Fault
from server.units import SpecError, unknown

FAULTS: Final[dict[str, Callable[[str, Random], Fault]]] = {
    "latency": latency.parse,
    "errors": errors.parse,
    "outage": outage.parse,
    "slow-disk": slow_disk.parse,
    "reset": reset.parse,
}
EXAMPLES: Final = {
    "latency": "latency:50ms",
    "errors": "errors:10%",
    "outage": "outage:60s-120s",
    "slow-disk": "slow-disk:5ms",
    "reset": "reset:2%",
}


class Several(Fault):
    """All of some faults: delays add up, and the first that says an error is heard.

    Every fault is asked every time, so that its draws do not depend on the others.
    """

    __slots__ = ("faults",)

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)

    def delay(self, now: float) -> float:
        return sum(fault.delay(now) for fault in self.faults)

    def error(self, now: float) -> int | None:
        answers = [fault.error(now) for fault in self.faults]
        return next((answer for answer in answers if answer is not None), None)

    def disk(self, now: float) -> float:
        return sum(fault.disk(now) for fault in self.faults)


def parse_faults(specs: Iterable[str], seed: int = 0) -> Several:
    """The faults that are asked for, such as ``latency:50ms`` and ``outage:60s-120s:50%``.

    Each draws from its own source, seeded by ``seed``, its place and its name.

    Raises
    ------
    SpecError : one line with what was expected.
    """
    faults = []
    for place, spec in enumerate(specs):
        name, colon, rest = spec.strip().partition(":")
        if name not in FAULTS:
            raise unknown("fault", name, FAULTS)
        if not colon or not rest:
            raise SpecError(f"fault '{name}' needs a value; expected something like "
                            f"'{EXAMPLES[name]}'")  # fmt: skip
        try:
            faults.append(FAULTS[name](rest, Random(f"{seed}/{place}/{name}")))
        except SpecError as error:
            raise SpecError(f"fault '{spec}': {error}") from None
    return Several(faults)
