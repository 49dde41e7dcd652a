"""The records that a compiled night works on: one array a kind of thing.

Rule of this file: data. Units: seconds of scenario time, bytes, bytes/s.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ingest.sharing import Counter


def _record(floats: str, integers: str, keys: str = "") -> np.dtype[np.void]:
    """A dtype of 8-byte fields: all are aligned, and one load each."""
    return np.dtype(
        [(name, "f8") for name in floats.split()]
        + [(name, "i8") for name in integers.split()]
        + [(name, "u8") for name in keys.split()]
    )


NIGHT: Final = _record(
    "now horizon nation_flows told pipe binding resolution service fault deadline queue"
    " retry_after step counter_step",
    "slots exponential cancels keeps_partial radios stations steps saturated names"
    " scheduled seq queued inside peak_slots local order kept trouble version"
    " attempts waits transfers duplicates peak_flows asks"
    # where the arrays are
    " devices apps cells classes offices entries objects events delays course outages shape hours"
    " first flows queues ended free waiting stored pieces minutes phones"
    " counter asked"
    # and how long, where that is asked
    " n_cells n_offices n_events n_course n_outages n_shape n_hours n_ended n_free n_waiting"
    " n_pieces n_counter n_asked",
)
"""What all share: the clock, the server's constants, what is counted, and where everything else
is. ``retry_after`` is NaN where the server says none; ``trouble``: why the night has to be begun
again (:data:`ROOM`) or done by SimPy (:data:`LATE`, :data:`NEGATIVE`)."""

DEVICE: Final = _record(
    # the link; what it does now; the piece's history; the transfer
    "refused breaks access setup warm open now until gives_up again began"
    " first slept memo since entered broken deadline end delivered cut",
    "cell klass office app web covered n failed station object last waits presses m ending"
    " acked ends chunk length asks attempts step step_n after before size seq cut_seq short"
    " day waits_for order brought",
    "key draw",
)
"""A station's phone or an operator's device: :class:`sim.link.Link`, the client that drives it
(:mod:`sim.client.workflow`), its piece's history and its body's flow. ``attempts`` 0: no history.
``after``, ``since``, ``before``: what the server keeps of the object (``Link.kept``). ``brought``:
it is at a portable link; what it goes on with then is among the ``phones``."""

APP: Final = _record(
    "timeout idle stop_seconds stop_after stop_slept stop_attempts base cap ask_jitter ask_most",
    "jitter throttled retries listens invites rule restarts resumes",
)
"""A device's policy. ``retries`` and ``listens`` have a bit for each kind of reply."""

CELL: Final = _record(
    "airtime segment t ceiling armed busy_at_peak",
    "timer seq cut_seq n busy flows office",
)
"""A cell and its clock. ``busy``: how many of its classes are at work; ``flows``: where the list of
its transfers begins; ``office``: it is an office's line, with airtime to itself."""

KLASS: Final = _record("peak cap rate v", "n order")
"""A radio class of a cell; ``order`` lists, at the place of each, the classes that are at work."""

OFFICE: Final = _record(
    "last excel complete starts pleno handling patience again stuck permission typing",
    "open more queue room first length devices can_use",
)
"""A kecamatan's office; ``queue`` and ``room``: where its ring of stations is, and how large."""

ENTRY: Final = _record(
    "acked wasted airtime sent handed tally ready",
    "attempts cause by excel handled has_app",
)
"""A station's record: :class:`sim.ledger.Entry`; ``by`` is -1 until somebody has sent."""

OBJECT: Final = _record("", "size name tally chunk grows_to resume")
"""An object of a station; ``name`` numbers the keys of objects."""

EVENT: Final = np.dtype(
    [("time", "f8"), ("seq", "i8"), ("kind", "i8"), ("who", "i8"), ("more", "i8")]
)
"""An event of the heap."""


DELAY: Final = _record("after", "")
"""A backoff's delay; per app and backoff (usual, throttled) a row of ``steps``."""

MINUTE: Final = _record("flows refused full ahead", "")
"""A minute of :class:`sim.ingest.nation.Course`."""

OUTAGE: Final = _record("begins ends severity", "silent web_only")

LOAD: Final = _record("since load", "")
"""The day's background from a moment on."""

HOURS: Final = _record("begins ends", "")
"""A working day."""

PLACE: Final = _record("", "value")
"""A whole number: an object's place in its list, a transfer in a cell's, a station in a queue."""

TIME: Final = _record("value", "")
"""A moment; :data:`sim.kernel.events.put` makes heaps of them."""

PIECE: Final = _record("since", "number")
"""A piece that begins behind the first byte of its object, and since when it is stored; -1: none
(a hash table)."""

COUNT: Final = _record("carried", "requests")
"""What came in a minute: bytes that passed, requests at the server's door."""


COUNTER: Final = _record("flows", "knocks refused requests full")
"""A step of :class:`sim.ingest.sharing.Counter`; there are none where nobody asks."""

ASKED: Final = _record("at wait", "")
"""When a request came to the queue, and how long the next one would have waited."""


class State(NamedTuple):
    """One night: its record, and the arrays that it points to; what counts for it, if anything."""

    night: NDArray[np.void]
    arrays: dict[str, NDArray[np.void]]
    counter: Counter | None


def place(
    night: NDArray[np.void], arrays: dict[str, NDArray[np.void]], counter: Counter | None
) -> State:
    """Write down where the arrays are, and how long."""
    for name, array in arrays.items():
        assert array.flags.c_contiguous
        night[name] = array.ctypes.data
        if f"n_{name}" in (NIGHT.names or ()):
            night[f"n_{name}"] = array.size
    return State(night, arrays, counter)


# The numbers are 64 bits wide, because numba compiles a function anew for each plain constant that
# it is called with.
NONE: Final[Any] = np.int64(0)
NO_REPLY: Final[Any] = np.int64(-1)


def _numbers(count: int, first: int = 0) -> list[Any]:
    return [np.int64(i) for i in range(first, first + count)]


# why a night comes to nothing: an array was too small; a law of delays goes on behind its table; a
# wait is below 0, which a policy of SimPy's refuses
ROOM, LATE, NEGATIVE = _numbers(3, 1)

# what a device goes on with; all but the last three are events, too
BEGINS, ARRIVED, OVER, HANDED, DAY, AT_WORK, UPLOAD, PASSED, GO, NOTHING = _numbers(10)

# the other events
TIMER, NATION, MORE, TIMEOUT, PLENO, STUCK, PERMITTED, TYPED = _numbers(8, 10)

# how a device's work ends
SENT, GAVE_UP = _numbers(2, 1)

# replies; those from R500 on are HTTP responses
OK, NO_SERVICE, TIMED_OUT, DROPPED, R500, R503, R504, BUSY = _numbers(8)
FULL_QUEUE: Final[Any] = np.int64(8)  # which is answered as BUSY

NO_JITTER, FULL, EQUAL, DECORRELATED, PROPORTIONAL, ADDITIVE = _numbers(6)
IGNORE, AT_LEAST, INSTEAD, NEAR, PUSHBACK = _numbers(5)
NOT_RESUMED, TUS, IETF = _numbers(3)
