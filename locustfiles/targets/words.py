"""The values that templates name, for one station, one object and one attempt.

Rule of this file: text of one request; no protocol, no IO. A value is percent-encoded in a path and
must be printable ASCII in a header (RFC 9110 section 5.5).
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from locustfiles.targets.messages import Payload, Station, TargetError
from locustfiles.targets.target import HIDDEN, Target, names_token
from locustfiles.targets.templates import Part, render
from sim.client.batching.pieces import Object


@dataclass(frozen=True, slots=True)
class Words:
    """What can be said of one request.

    Parameters
    ----------
    token : the one in force: of a login, or of the station.
    obj, payload : the object that it is about, and how its digest is had.
    attempt : which attempt of the piece it is.
    """

    target: Target
    station: Station
    token: str
    payloads: Callable[[str], Payload]
    obj: Object | None = None
    attempt: int = 1

    def about(self, obj: Object | None, attempt: int, token: str) -> Words:
        """The same about an object, with the token in force."""
        return replace(self, obj=obj, attempt=attempt, token=token)

    def text(self, template: str) -> str:
        """A template with its values as they are."""
        return render(template, self._value)

    def path(self, template: str) -> str:
        """A path: values are percent-encoded, what the template says stays."""
        return render(template, lambda part: quote(self._value(part), safe="*"))

    def json(self, tree: Any) -> Any:
        """A JSON value in which every string is a template; nothing but a number is a number."""
        if isinstance(tree, str):
            said = self.text(tree)
            return int(said) if tree in ("{size}", "{attempt}") else said
        if isinstance(tree, dict):
            return {key: self.json(value) for key, value in tree.items()}
        return [self.json(value) for value in tree] if isinstance(tree, list) else tree

    def headers(
        self, own: Mapping[str, str], *fixed: tuple[str, str], common: bool = True
    ) -> tuple[tuple[str, str], ...]:
        """The target's headers, one section's own in their stead, and ``fixed`` ones in stead of
        both. One that names a token which nobody has is left out: the server may let everybody in.
        """
        spec = self.target.spec
        templates = {n.lower(): (n, t) for n, t in spec.headers.items()} if common else {}
        templates |= {n.lower(): (n, t) for n, t in own.items()}
        for name, _ in fixed:
            templates.pop(name.lower(), None)
        said = [(n, t) for n, t in templates.values() if self.token or not names_token(t)]
        found = [(name, self._header(name, template)) for name, template in said]
        if spec.basic_auth is not None and common:
            auth = spec.basic_auth
            pair = f"{self.text(auth.user)}:{self.text(auth.password)}"
            coded = HIDDEN if self.target.hidden else base64.b64encode(pair.encode()).decode()
            found.append(("Authorization", f"Basic {coded}"))
        return (*found, *fixed)

    def _header(self, name: str, template: str) -> str:
        value = self.text(template)
        if not (value.isascii() and all(c == "\t" or " " <= c <= "~" for c in value)):
            raise TargetError(
                f"{self.target.file}: the header {name} of station {self.station.code} would hold "
                "more than printable ASCII; use another value, or send it in the path or the body"
            )
        return value.strip()

    def _value(self, part: Part) -> str:
        name = part.text
        if part.from_environment:
            return self.target.secrets[name]
        match name:
            case "tps":
                return self.station.code
            case "kecamatan":
                return self.station.kecamatan
            case "token":
                return self.token
            case "run":
                return self.station.run
        return self.station.fields[name] if self._own(name) else self._of_object(name)

    def _own(self, name: str) -> bool:
        return name in self.target.spec.fields

    def _of_object(self, name: str) -> str:
        obj = self.obj
        assert obj is not None  # the target's templates were checked by their place
        match name:
            case "key":
                return obj.key
            case "size":
                return str(obj.size)
            case "attempt":
                return str(self.attempt)
            case "idempotency_key":
                name = f"{self.station.code}/{obj.key}{self.station.run}"
                return str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        digest = self.digest()
        return digest.hex() if name == "sha256_hex" else base64.b64encode(digest).decode()

    def digest(self) -> bytes:
        """SHA-256 of the object."""
        assert self.obj is not None
        payload = self.payloads(self.obj.key)
        if payload.size != self.obj.size:
            raise TargetError(
                f"{self.obj.key} of station {self.station.code} has {payload.size} bytes, but "
                f"{self.obj.size} are to be sent"
            )
        return payload.sha256
