"""One station's evening: the client of both worlds, as a generator without IO.

It yields actions and is sent outcomes::

    wait until the forms are ready; ask for a turn if the server gives them
    for each object of the batching, piece by piece:
        send; on failure ask the retry policy: wait and send again, or stop;
            an upload that resumes first asks what the server keeps
        when the app has stopped, the crew presses *send* again after a while,
        until its patience is at its end: then the station is handed over

Rule of this file: no clock (every outcome says when it is), no socket, no random source (draws are
keyed and handed in), no knowledge of elections beyond the words station, object and crew. SimPy
drives it in virtual time and Locust in real time; the same object, not a copy.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Final

from sim.client.actions import TURN, Action, Ask, Request, Send, Wait
from sim.client.batching.pieces import Object, Resume
from sim.client.outcomes import Ending, NoService, Outcome, Reply, Response, Withheld, Woken
from sim.client.retry.history import Draw, History
from sim.client.retry.policy import Policy, Retrier
from sim.draws import code

_AGAIN: Final = code("crew.press-again")
_TURN: Final = code("client.turn")

Client = Generator[Action, Outcome, Ending]
Steps = Generator[Action, Outcome, bool]


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


@dataclass(slots=True)
class Board:
    """What the copies of a hedged upload know of each other."""

    begun: dict[str, float] = field(default_factory=dict)
    arrived: set[str] = field(default_factory=set)


def upload(
    objects: Iterable[Object],
    policy: Policy,
    crew: Crew,
    timeout: float,
    draw: Draw,
    *,
    turn: bool = False,
    copy: int = 0,
    board: Board | None = None,
    retrier: Retrier | None = None,
) -> Client:
    """Send all ``objects``; returns how it ended.

    Parameters
    ----------
    objects : what to send, in order; lanes side by side share one iterator.
    policy : what the app does after a failure.
    crew : when people begin, press again and give up.
    timeout : seconds that one attempt may take, unless the policy says otherwise.
    draw : keyed draws of this station.
    turn : ask the server for a turn first.
    copy, board : which copy of a hedged upload this is, and what the copies share.
    retrier : that of an app process which has been at work before, with what it remembers.
    """
    app = _App(policy, crew, timeout, draw, retrier)
    yield from app.sleep(crew.starts)
    if turn and not (yield from app.take_turn()):
        return Ending.GAVE_UP
    for obj in objects:
        if board is not None and policy.hedge is not None:
            begun = board.begun.setdefault(obj.key, app.now)
            yield from app.sleep(begun + copy * policy.hedge.delay)
        if not (yield from app.send(obj, board)):
            return Ending.GAVE_UP
        if board is not None:
            board.arrived.add(obj.key)
    return Ending.SENT


class _App:
    """One app process at work."""

    def __init__(
        self, policy: Policy, crew: Crew, timeout: float, draw: Draw, retrier: Retrier | None
    ) -> None:
        self.policy = policy
        self.crew = crew
        self.timeout = timeout if policy.timeout is None else policy.timeout
        self.draw = draw
        self.retrier = Retrier(policy, draw) if retrier is None else retrier
        self.retrier.draw = draw
        self.now = crew.starts
        self.n = 0  # attempts of this client, over all pieces: the number that keys the draws
        self.presses = 0

    def sleep(self, until: float) -> Generator[Action, Outcome, None]:
        answer = yield Wait(until)
        self.now = max(self.now, answer.at)

    def take_turn(self) -> Steps:
        """Ask until the server admits this station. What it says about the wait is followed,
        whatever the retry policy makes of Retry-After."""
        history: History | None = None
        while self.now < self.crew.gives_up:
            began = self.now
            reply = yield from self._guarded(Ask(TURN, "turn", self.timeout, 1), history)
            if reply is None:
                return False
            if _succeeded(reply):
                return True
            if isinstance(reply, Response) and reply.status == 429 and reply.retry_after:
                wait = reply.retry_after * (1.0 + self.draw(_TURN, self.n))
                if self.now + wait >= self.crew.gives_up:
                    return False
                yield from self.sleep(self.now + wait)
                history = None
                continue
            history, until = self._failed(history, began, reply)
            if until is None:
                return False
            yield from self.sleep(until)
        return False

    def send(self, obj: Object, board: Board | None) -> Steps:
        """One object, piece by piece; False if patience ended before it had arrived."""
        acked = 0
        resumes = obj.resume is not Resume.NONE
        asks = obj.resume is Resume.TUS  # whether the server has to be asked before bytes are sent
        chunk = obj.chunk
        history: History | None = None
        creates = asks
        ends = 0  # where the piece on its way ends
        while acked < obj.size:
            if board is not None and obj.key in board.arrived:
                return True
            if self.now >= self.crew.gives_up:
                return False
            attempt = 1 if history is None else history.attempts + 1
            request: Request
            if asks:
                request = Ask(obj.key, "create" if creates else "offset", self.timeout, attempt)
            else:
                left = obj.size - acked
                length = left if chunk is None else min(chunk, left)
                ends = acked + length
                request = Send(
                    obj.key, acked, length, obj.size, self.timeout, attempt, self.policy.idle
                )
            began = self.now
            reply: Reply | None
            if self.retrier.guarded:
                reply = yield from self._guarded(request, history)
                if reply is None:
                    return False
            else:  # the common case, without a generator of its own
                self.n += 1
                outcome = yield request
                assert not isinstance(outcome, Woken)  # a request is answered by a Reply
                reply = outcome
                self.now = reply.at
            if _succeeded(reply):
                assert isinstance(reply, Response)
                if asks:
                    asks = creates = False
                    before, acked = acked, max(0, min(reply.acked, obj.size))
                    if not (acked >= ends > 0):  # the piece is still to be sent
                        if acked > before and self.policy.progress_restarts:
                            history = None
                        continue
                elif resumes:
                    before, acked = acked, max(acked, min(reply.acked, obj.size))
                    if acked == before:  # it said yes and kept nothing
                        history, until = self._failed(history, began, reply)
                        if until is None:
                            return False
                        yield from self.sleep(until)
                        continue
                else:
                    acked = obj.size
                self.retrier.succeeded(self.now, history)
                history = None
                if obj.grows_to and chunk is not None:
                    chunk = min(2 * chunk, obj.grows_to)
                continue
            asks = asks or (resumes and not isinstance(reply, Withheld | NoService))
            chunk = obj.chunk
            history, until = self._failed(history, began, reply)
            if until is None:
                return False
            if until > self.now:
                self.now = max(self.now, (yield Wait(until)).at)
        return True

    def _guarded(
        self, request: Request, history: History | None
    ) -> Generator[Action, Outcome, Reply | None]:
        """Carry a request out when the policy's guards allow it; None: patience ends before."""
        retrier = self.retrier
        opens = retrier.opens_at(self.now)
        if opens > self.now:
            if opens >= self.crew.gives_up:
                return None
            yield from self.sleep(opens)
        self.n += 1
        out = retrier.lets_out(self.now, self.n, history is not None)
        reply: Outcome = (yield request) if out else Withheld(self.now)
        assert not isinstance(reply, Woken)
        self.now = reply.at
        return reply

    def _failed(
        self, history: History | None, began: float, reply: Reply
    ) -> tuple[History | None, float | None]:
        """After a failure: the history to go on with, and when to go on. Until then the app waits
        as its policy says, or until the crew presses again (then the history begins anew: None).
        Without a time patience ends before."""
        history = _remember(history, began, reply, self.n)
        wait = self.retrier.next_wait(history)
        kept: History | None = history
        if wait is None:  # the app has stopped: a person has to press again
            self.presses += 1
            wait = self.crew.press_again * (0.5 + self.draw(_AGAIN, self.presses))
            kept = None
        until = self.now + wait
        return kept, until if until < self.crew.gives_up else None


def _succeeded(reply: Reply) -> bool:
    return isinstance(reply, Response) and 200 <= reply.status < 300


def _remember(history: History | None, began: float, reply: Reply, n: int) -> History:
    if history is None:
        return History(began, 1, reply, n)
    history.attempts += 1
    history.last = reply
    history.n = n
    return history
