"""One station's evening: the client of both worlds, as a generator without IO.

It yields actions and is sent outcomes::

    wait until the forms are ready
    for each object of the batching scheme, piece by piece:
        send; on failure ask the retry policy: wait and send again, or stop
        when the app has stopped, the crew presses *send* again after a while,
        until its patience is at its end: then the station is handed over

Rule of this file: no clock (every outcome says when it is), no socket, no random source (draws are
keyed and handed in), no knowledge of elections beyond the words station, object and crew. SimPy
drives it in virtual time and Locust in real time; the same object, not a copy.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from sim.client.actions import Action, Send, Wait
from sim.client.batching.pieces import Object
from sim.client.outcomes import Ending, Outcome, Reply, Response, Woken
from sim.client.retry.history import Draw, History
from sim.client.retry.policy import Policy
from sim.draws import code

_AGAIN: Final = code("crew.press-again")

Client = Generator[Action, Outcome, Ending]


@dataclass(frozen=True, slots=True)
class Crew:
    """The people who hold the phone.

    Parameters
    ----------
    starts : when they first press *send*, seconds of scenario time.
    gives_up : when their patience ends; nothing is begun after it.
    press_again : how long, on average, they wait before they press *send* again once the app has
        stopped, seconds (spread by half to three halves); ``inf``: they never do.
    """

    starts: float
    gives_up: float = inf
    press_again: float = inf


def upload(
    objects: Sequence[Object], policy: Policy, crew: Crew, timeout: float, draw: Draw
) -> Client:
    """Send all ``objects``; returns how it ended.

    Parameters
    ----------
    objects : what to send, in order.
    policy : what the app does after a failure.
    crew : when people begin, press again and give up.
    timeout : seconds that one attempt may take.
    draw : keyed draws of this station.
    """
    now = crew.starts
    answer = yield Wait(now)
    now = max(now, answer.at)
    n = 0  # attempts of this client, over all pieces: the number that keys the draws
    presses = 0
    for obj in objects:
        acked = 0
        while acked < obj.size:
            history: History | None = None
            while True:
                if now >= crew.gives_up:
                    return Ending.GAVE_UP
                n += 1
                began = now
                reply = yield _next_piece(obj, acked, timeout, history)
                assert not isinstance(reply, Woken)  # a Send is answered by a Reply
                now = reply.at
                before = acked
                acked = _kept(obj, acked, reply)
                if acked >= obj.size or (acked > before and _succeeded(reply)):
                    break  # the last bytes may be known to be kept although their answer was lost
                history = _remember(history, began, reply, n)
                wait = policy.next_wait(history, draw)
                if wait is None:  # the app has stopped: a person has to press again
                    presses += 1
                    wait = crew.press_again * (0.5 + draw(_AGAIN, presses))
                    history = None
                else:
                    history.wait = wait
                if now + wait >= crew.gives_up:
                    return Ending.GAVE_UP
                if wait > 0.0:
                    answer = yield Wait(now + wait)
                    now = answer.at
    return Ending.SENT


def _next_piece(obj: Object, acked: int, timeout: float, history: History | None) -> Send:
    left = obj.size - acked
    length = left if obj.chunk is None else min(obj.chunk, left)
    attempt = 1 if history is None else history.attempts + 1
    return Send(obj.key, acked, length, obj.size, timeout, attempt)


def _succeeded(reply: Reply) -> bool:
    return isinstance(reply, Response) and 200 <= reply.status < 300


def _kept(obj: Object, acked: int, reply: Reply) -> int:
    """Bytes that need not be sent again: all after a success in one request, what the server says
    it keeps where uploads resume, else none."""
    if obj.chunk is None:
        return obj.size if _succeeded(reply) else 0
    return max(acked, min(reply.acked, obj.size))


def _remember(history: History | None, began: float, reply: Reply, n: int) -> History:
    if history is None:
        return History(began, 1, reply, 0.0, n)
    history.attempts += 1
    history.last = reply
    history.n = n
    return history
