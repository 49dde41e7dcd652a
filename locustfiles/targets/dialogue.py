"""What one device and one server say to each other, without IO.

A transport asks for the request of each action of the client, sends it, and has the answer read::

    for action in client:
        for before in dialogue.seeds(action, kept): carry it out like any other action
        login = dialogue.login(now)          send it; dialogue.logged_in(...)
        request = dialogue.request(action, now)
        answer  = ...                        each 1xx: dialogue.informational(...)
        reading = dialogue.read(action, status, headers, body, now)

After a 401 the target's login, if it has one, is due again: the transport may log in and repeat the
action once.

Rule of this file: it delegates by the way in which an object is sent; no clock, no socket. ``now``
is in seconds of real time, of any clock that does not jump.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from locustfiles.targets.answers import Answer, meant, retry_after
from locustfiles.targets.ietf import IetfUploads
from locustfiles.targets.login import Session
from locustfiles.targets.messages import (
    HttpRequest,
    Known,
    Payload,
    Reading,
    Station,
    TargetError,
)
from locustfiles.targets.plain import plain_request, read_plain
from locustfiles.targets.support import check_station, lacking
from locustfiles.targets.target import Target
from locustfiles.targets.tus import TusUploads
from locustfiles.targets.words import Words
from sim.client.actions import TURN, Request, Send
from sim.client.batching.pieces import Object, Resume

__all__ = ["Dialogue", "HttpRequest", "Known", "Payload", "Reading", "Station", "TargetError"]

Headers = Sequence[tuple[str, str]]


class Dialogue:
    """One device's dialogue with the server, about one station's objects.

    Parameters
    ----------
    target : how the server wants to be spoken to.
    station : who speaks.
    objects : what is to be sent, by key.
    payloads : size and digest of an object, by key; asked only where a template needs it.

    Raises
    ------
    TargetError : if an object is to be sent in a way that the target does not describe, or the
        target needs more of the station than is known.
    """

    def __init__(
        self,
        target: Target,
        station: Station,
        objects: Mapping[str, Object],
        payloads: Callable[[str], Payload],
    ) -> None:
        check_station(target, station)
        for obj in objects.values():
            if why := lacking(target, obj.resume):
                raise TargetError(why)
        self._spec = target.spec
        self._objects = objects
        self._words = Words(target, station, station.token, payloads)
        self._session = Session(target.spec, station.token)
        self._tus = TusUploads(target.spec) if target.spec.tus else None
        self._ietf = IetfUploads(target.spec) if target.spec.ietf else None

    def login(self, now: float) -> HttpRequest | None:
        """The login that is needed before the next request, if any."""
        return self._session.request(now, self._words)

    def logged_in(self, now: float, status: int, headers: Headers, body: bytes) -> bool:
        """Read the answer to :meth:`login`; False: there is no token in it."""
        return self._session.read(now, Answer(status, headers, body))

    def seeds(self, action: Request, kept: int = 0) -> list[Request]:
        """What has to be carried out first, so that the server is in the state that an action
        supposes: a replay may begin in the middle of an upload that was simulated until then.

        Parameters
        ----------
        action : the action that is due.
        kept : for an ``Ask`` for the offset: bytes that the simulated server keeps. A ``Send`` says
            it itself by its offset.

        Returns
        -------
        Actions to be carried out in this order, each with success; none if the upload is known.
        """
        if action.key == TURN:
            return []
        if isinstance(action, Send):
            kept = action.offset
        elif action.what == "create":
            return []
        obj = self._objects[action.key]
        if obj.resume is Resume.TUS:
            assert self._tus is not None
            return self._tus.seeds(action, kept, obj.size)
        if obj.resume is Resume.IETF:
            assert self._ietf is not None
            return self._ietf.seeds(action, kept, obj.size)
        return []

    def request(self, action: Request, now: float) -> HttpRequest | Known:
        """The HTTP request of an action, or its answer where that is known without asking.

        Raises
        ------
        TargetError : if the action cannot be said to this server.
        """
        words = self._words_for(action)
        if action.key == TURN:
            return self._ask_turn(words)
        obj = self._objects[action.key]
        if obj.resume is Resume.TUS:
            assert self._tus is not None
            return self._tus.request(action, words)
        if obj.resume is Resume.IETF:
            assert self._ietf is not None
            return self._ietf.request(action, words)
        assert isinstance(action, Send)  # nothing is asked about an object that does not resume
        return plain_request(self._spec, action, words)

    def informational(self, action: Request, status: int, headers: Headers) -> None:
        """An interim answer (1xx) while the request is on its way."""
        if action.key != TURN and self._objects[action.key].resume is Resume.IETF:
            assert self._ietf is not None
            self._ietf.informational(action, Answer(status, headers))

    def read(
        self, action: Request, status: int, headers: Headers, body: bytes, now: float
    ) -> Reading:
        """What the answer to :meth:`request` means to the client."""
        answer = Answer(status, headers, body)
        reading = self._read(action, answer)
        if reading.status == 401:
            self._session.refused()
        return reading

    def _read(self, action: Request, answer: Answer) -> Reading:
        if action.key == TURN:
            assert self._spec.turns is not None
            status = meant(answer, self._spec, self._spec.turns.success)
            return Reading(status, 0, retry_after(answer, self._spec.retry_after))
        obj = self._objects[action.key]
        if obj.resume is Resume.TUS:
            assert self._tus is not None
            return self._tus.read(action, answer)
        if obj.resume is Resume.IETF:
            assert self._ietf is not None
            return self._ietf.read(action, answer, obj.size)
        assert isinstance(action, Send)
        return read_plain(self._spec, action, answer)

    def gives_back(self) -> HttpRequest | None:
        """The request that gives the device's turn back when it has finished; its answer needs no
        reading. None if the target knows no such request."""
        turns = self._spec.turns
        if turns is None or turns.give_back is None:
            return None
        words = self._words_for(None)
        return HttpRequest("DELETE", words.path(turns.give_back), words.headers(turns.headers))

    def _ask_turn(self, words: Words) -> HttpRequest:
        turns = self._spec.turns
        if turns is None:
            raise TargetError(lacking(self._words.target, "turns"))
        headers = words.headers(turns.headers, ("Content-Length", "0"))
        expects = ", ".join(map(str, turns.success))
        return HttpRequest(turns.method, words.path(turns.path), headers, expects=expects)

    def _words_for(self, action: Request | None) -> Words:
        obj = None if action is None or action.key == TURN else self._objects[action.key]
        attempt = 1 if action is None else action.attempt
        return self._words.about(obj, attempt, self._session.token)
