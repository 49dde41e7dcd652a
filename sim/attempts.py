"""The log of attempts: one row a request that a device made, the same in both worlds.

What the model predicts and what a replay measures are compared by this log, and the model of a
server is refitted from it. Planned moments are those of the schedule; in virtual time a thing
happens when it is planned, in real time a little later, and the last fields say how much.

Rule of this file: data. Units: seconds of scenario time, bytes; lateness in seconds of real time.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any, Final, NamedTuple

from sim.ledger import Cause

ATTEMPTS: Final = "attempts.jsonl"
"""The file of a replay that grows while attempts are made."""
EXIT_UNWRITTEN: Final = 4
"""What Locust ends with when the files of a replay could not be written."""


class Attempt(NamedTuple):
    """One request and what became of it.

    Attributes
    ----------
    station : index of the station whose object it carries.
    kecamatan : index of the device's kecamatan.
    operator : made by an operator of the kecamatan rather than by the station's crew?
    key : the object's key; ``turn`` for a turn.
    kind : ``send`` (bytes), ``create``, ``offset`` or ``turn`` (no bytes).
    n : number of the attempt on its device; with the device's key it keys the attempt's draws.
    offset, length : which bytes of the object were to be sent.
    began : when the attempt began.
    joined : when its body entered the cell; NaN if it never did.
    left : when its body had passed the cell, or was cut; NaN if it never entered.
    at : when the client learnt what had become of it.
    status : HTTP status; 0 without an answer.
    cause : why it failed; ``Cause.NONE`` for a success.
    sent : bytes that passed the cell.
    begin_late : how late the attempt really began.
    join_late : how late its body really entered the cell.
    drain_late : how much later than planned its last byte was handed to the network.
    """

    station: int
    kecamatan: int
    operator: bool
    key: str
    kind: str
    n: int
    offset: int
    length: int
    began: float
    joined: float
    left: float
    at: float
    status: int
    cause: Cause
    sent: int
    begin_late: float = 0.0
    join_late: float = 0.0
    drain_late: float = nan

    @property
    def served_in(self) -> float:
        """Seconds from the body's last byte to the answer: the server's own time."""
        return self.at - self.left


def from_row(row: Sequence[Any]) -> Attempt:
    """An attempt from the values of its fields, as JSON or a message holds them."""
    values = dict(zip(Attempt._fields, row, strict=True))
    return Attempt(**{**values, "cause": Cause(values["cause"])})
