"""A device's token: from the devices' CSV, or from a login that is made anew when it is too old.

Rule of this file: the state of one device's login, told the time. Units: seconds of real time, of
any clock that does not jump.
"""

from __future__ import annotations

import json
from math import inf
from urllib.parse import urlencode

from locustfiles.targets.answers import Answer, meant, seconds
from locustfiles.targets.messages import HttpRequest
from locustfiles.targets.schema import TargetSpec
from locustfiles.targets.words import Words


class Session:
    """Whether this device is logged in."""

    def __init__(self, spec: TargetSpec, given: str) -> None:
        self.spec = spec
        self.token = "" if spec.login else given
        self._until = inf

    def request(self, now: float, words: Words) -> HttpRequest | None:
        """The login that is needed before anything else is asked."""
        login = self.spec.login
        if login is None or (self.token and now < self._until):
            return None
        body, kind = b"", ""
        if login.json_ is not None:
            body = json.dumps(words.json(login.json_), ensure_ascii=False).encode()
            kind = "application/json"
        elif login.form is not None:
            fields = {name: words.text(value) for name, value in login.form.items()}
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        fixed = [("Content-Length", str(len(body)))]
        if kind:
            fixed.insert(0, ("Content-Type", kind))
        return HttpRequest(
            login.method,
            words.path(login.path),
            words.headers(login.headers, *fixed, common=False),
            body,
            expects=", ".join(map(str, login.success)),
        )

    def read(self, now: float, answer: Answer) -> bool:
        """Take the token; False: there is none in the answer."""
        login = self.spec.login
        assert login is not None
        self.token = ""
        if meant(answer, self.spec, login.success) >= 300:
            return False
        source = login.token
        found: object
        if source.json_ is not None:
            found = answer.at(source.json_)
        elif source.header is not None:
            found = answer.header(source.header)
        else:
            found = answer.cookie(source.cookie or "")
        if not isinstance(found, str) or not found.isascii() or not found.isprintable():
            return False
        self.token = found
        said = seconds(answer.at(login.expires_in)) if login.expires_in is not None else None
        lasts = said or login.lifetime
        self._until = inf if lasts is None else now + lasts
        return bool(self.token)

    def refused(self) -> None:
        """The server does not take the token: the next request needs a login."""
        if self.spec.login is not None:
            self.token = ""
