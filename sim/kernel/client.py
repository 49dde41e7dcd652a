"""The mirror of :mod:`sim.client.workflow` and :mod:`sim.client.retry.policy`: what an app does.

The generator's place is in the device's record: the object and the bytes of it that have arrived,
the request that is on its way (``asks``: for an offset), the history of the piece.

Rule of this file: the arithmetic of the mirrored lines, in their order.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from sim.client.retry import policy as model
from sim.client.workflow import _AGAIN
from sim.kernel.events import uniform
from sim.kernel.jit import inlined
from sim.kernel.memory import Real, Record, Whole, app_at, delay_at, device_at, entry_at, object_at
from sim.kernel.records import (
    ADDITIVE,
    AT_LEAST,
    DECORRELATED,
    EQUAL,
    FULL,
    GAVE_UP,
    LATE,
    NEAR,
    NEGATIVE,
    NO_SERVICE,
    NOT_RESUMED,
    OK,
    PROPORTIONAL,
    PUSHBACK,
    R500,
    SENT,
    TUS,
)
from sim.link import INACTIVITY

_PRESS = np.uint64(_AGAIN)
_JITTER = np.uint64(model._JITTER)
_SPREAD = np.uint64(model._SPREAD)


@inlined
def begin_object(s: Record, d: int) -> None:
    """The next object of a device, if there is one."""
    device = device_at(s, d)
    device.acked = device.ends = device.attempts = 0
    device.after = device.before = 0
    device.since = 0.0
    if device.object < device.last:
        it = object_at(s, device.object)
        device.chunk = it.chunk
        device.asks = 1 if it.resume == TUS else 0


@inlined
def choose(s: Record, d: int) -> Whole:
    """What a device asks of its world next: it ends, or a request is made out."""
    device = device_at(s, d)
    if device.object == device.last:
        return SENT
    if device.now >= device.gives_up:
        return GAVE_UP
    if not device.asks:
        left = object_at(s, device.object).size - device.acked
        device.length = device.chunk if 0 < device.chunk < left else left
        device.ends = device.acked + device.length
    device.waits = 0
    return 0


@inlined
def _spread(s: Record, d: int, delay: float) -> Real:
    """The wait in place of the backoff's delay, by the jitter law."""
    device = device_at(s, d)
    app = app_at(s, device.app)
    law = app.jitter
    u = uniform(device.draw, _JITTER, device.m)
    if law == FULL:
        return u * delay
    if law == EQUAL:
        return delay / 2 + u * delay / 2
    if law == DECORRELATED:
        high = 3 * max(app.base, device.memo)
        device.memo = min(app.cap, app.base + u * (high - app.base))
        return device.memo
    if law == PROPORTIONAL:
        return delay * (1 - app.base + 2 * app.base * u)
    if law == ADDITIVE:
        return min(app.cap, delay + u * app.base)
    return delay


@inlined
def _asked(s: Record, d: int, own: float) -> Real:
    """The wait when the server says how long, given the policy's own."""
    device = device_at(s, d)
    app = app_at(s, device.app)
    asked = s.retry_after
    if app.rule == NEAR:
        return max(own, min(asked, own + app.ask_most))
    u = uniform(device.draw, _SPREAD, device.m) if app.ask_jitter != 0.0 else 0.0
    asked = min(asked, app.ask_most) * (1 + app.ask_jitter * u)
    return max(own, asked) if app.rule == AT_LEAST else asked


@inlined
def _next_wait(s: Record, d: int, kind: int) -> Real:
    """Seconds until the next attempt, or -1: the app stops."""
    device = device_at(s, d)
    app = app_at(s, device.app)
    says = kind >= R500 and (app.listens >> kind) & 1 != 0
    if kind >= R500 and (app.retries >> kind) & 1 == 0 and not (says and app.invites):
        return -1.0
    if device.attempts >= app.stop_attempts or device.now - device.first >= app.stop_after:
        return -1.0
    step = device.step
    if step >= s.steps:
        if not s.saturated:
            s.trouble = LATE
        step = s.steps - 1
    row = 2 * device.app + (app.throttled >> kind & 1)
    wait = _spread(s, d, delay_at(s, row * s.steps + step).after)
    device.step += 1
    if says:
        if app.rule == PUSHBACK:
            device.step = 0
        wait = _asked(s, d, wait)
    if (
        wait == inf
        or device.now + wait - device.first > app.stop_seconds
        or device.slept + wait > app.stop_slept
    ):
        return -1.0
    if not wait >= 0.0:
        s.trouble = NEGATIVE
        return -1.0
    device.slept += wait
    return wait


@inlined
def _failed(s: Record, d: int, kind: int) -> Whole:
    """After a failure: wait as the policy says, or until the crew presses again."""
    device = device_at(s, d)
    it = object_at(s, device.object)
    if it.resume != NOT_RESUMED and kind != NO_SERVICE:
        device.asks = 1
    device.chunk = it.chunk
    if device.attempts == 0:
        device.first = device.began
        device.step = 0
        device.slept = device.memo = 0.0
    device.attempts += 1
    wait = _next_wait(s, d, kind)
    if wait < 0.0:
        device.presses += 1
        wait = device.again * (0.5 + uniform(device.draw, _PRESS, device.presses))
        device.attempts = 0
    until = device.now + wait
    if not until < device.gives_up:
        return GAVE_UP
    if until > device.now:
        device.waits = 1
        device.until = until
    return 0


@inlined
def _succeeded(s: Record, d: int, acked: int) -> None:
    """A request has succeeded; the server is known to keep ``acked`` bytes of the object."""
    device = device_at(s, d)
    it = object_at(s, device.object)
    if device.asks:
        device.asks = 0
        before = device.acked
        device.acked = max(0, min(acked, it.size))
        if not device.acked >= device.ends > 0:  # the piece is still to be sent
            if device.acked > before and app_at(s, device.app).restarts:
                device.attempts = 0
            return
    elif it.resume != NOT_RESUMED:
        device.acked = max(device.acked, min(acked, it.size))
    else:
        device.acked = it.size
        if it.tally:
            entry_at(s, device.station).tally = device.now
    device.attempts = 0
    if it.grows_to and device.chunk:
        device.chunk = min(2 * device.chunk, it.grows_to)
    if device.acked >= it.size:
        device.object += 1
        begin_object(s, d)


@inlined
def replied(s: Record, d: int, kind: int, at: float, acked: Any) -> Whole:
    """The reply to a request, known at ``at``; returns how the client ends, or 0: it waits, or
    chooses at once."""
    device = device_at(s, d)
    device.now = at
    device.failed = kind != OK
    device.open = at + INACTIVITY if kind == OK else -inf
    if kind == OK:
        _succeeded(s, d, acked)
        return 0
    return _failed(s, d, kind)
