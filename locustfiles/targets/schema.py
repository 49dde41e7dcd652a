"""How a server wants to be spoken to: the type of a target file (``target: NAME``).

Every text under ``headers``, ``login``, ``plain``, ``tus``, ``ietf`` and ``turns`` is a template.

Rule of this file: types, and checks of one value; templates are checked when the file is read.
Units: seconds of real time (the server's), bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from sim.scenario.loader import Section
from sim.scenario.quantities import Seconds

TRANSPORTS: Final = frozenset({"connection", "content-length", "host", "transfer-encoding"})
"""Headers that frame a request; whoever sends it sets them (RFC 9112)."""
INTEROP_VERSION: Final = 9
"""Interop version of draft-ietf-httpbis-resumable-upload since -12: httpwg/http-extensions, pull
request 3476 of July 2026."""


_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_PLACE: Final = re.compile(r"/[^\s#]*")
_POINTER: Final = re.compile(r"(/([^~/]|~[01])*)*")  # RFC 6901 section 3


def _header_name(name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"'{name}' is no name of a header")
    if name.lower() in TRANSPORTS:
        raise ValueError(f"'{name}' is set by the transport; leave it out")
    return name


def _place(path: str) -> str:
    if not _PLACE.fullmatch(path):
        raise ValueError(f"'{path}' is no path; it begins with / and has neither spaces nor #")
    return path


def _pointer(pointer: str) -> str:
    if not _POINTER.fullmatch(pointer):
        raise ValueError(f"'{pointer}' is no JSON pointer; it begins with /, such as /data/token")
    return pointer


def _statuses(value: Any) -> Any:
    """One status or a list of them."""
    return (value,) if isinstance(value, int) else value


HeaderName = Annotated[str, AfterValidator(_header_name)]
Headers = Annotated[dict[HeaderName, str], Field(default_factory=dict)]
Place = Annotated[str, AfterValidator(_place)]  # path and query
Pointer = Annotated[str, AfterValidator(_pointer)]
Status = Annotated[int, Field(ge=100, le=599)]
_SOME: Final = {"type": "integer", "minimum": 100, "maximum": 599}
Statuses = Annotated[
    tuple[Status, ...],
    Field(min_length=1),
    BeforeValidator(_statuses),
    WithJsonSchema({"anyOf": [_SOME, {"type": "array", "items": _SOME, "minItems": 1}]}),
]
Body = Literal["POST", "PUT", "PATCH"]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
FieldName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]*$")]
Text = Annotated[str, Field(min_length=1)]


class BasicAuth(Section):
    """HTTP basic authentication (RFC 7617); the password is never shown."""

    user: str
    password: str


class TokenSource(Section):
    """Where in the answer to a login the token is. Exactly one of the three."""

    json_: Pointer | None = Field(default=None, alias="json")
    header: HeaderName | None = None
    cookie: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(v is not None for v in (self.json_, self.header, self.cookie)) != 1:
            raise ValueError("needs exactly one of json (a pointer such as /token), header, cookie")
        return self


class Login(Section):
    """A request for a token, made before the first request and when the token is too old or was
    refused (401). ``{token}`` in it is the token of the devices' CSV."""

    method: Body = "POST"
    path: Place
    headers: Headers
    json_: dict[str, Any] | None = Field(default=None, alias="json")
    form: dict[str, str] | None = None
    success: Statuses = (200, 201)
    token: TokenSource
    lifetime: Seconds | None = None
    expires_in: Pointer | None = None  # where the answer says its lifetime, in seconds

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if self.json_ is not None and self.form is not None:
            raise ValueError("has both 'json' and 'form'; a request has one body")
        if self.lifetime == 0:
            raise ValueError("lifetime: must be more than 0; leave it out if a token stays good")
        return self


class Multipart(Section):
    """A multipart/form-data body (RFC 7578): the object as a file, and fields before it. A field
    that is a mapping is sent as JSON."""

    field: Text
    file_name: Text = "{key}.jpg"
    fields: dict[str, str | dict[str, Any]] = Field(default_factory=dict)


class Plain(Section):
    """One request an object."""

    method: Body = "POST"
    path: Place
    headers: Headers
    body: Literal["raw", "multipart"] = "raw"
    content_type: Text = "application/octet-stream"  # of the object
    multipart: Multipart | None = None
    success: Statuses = (200, 201, 204)

    @model_validator(mode="after")
    def _fits_body(self) -> Self:
        if (self.body == "multipart") != (self.multipart is not None):
            raise ValueError("'body: multipart' and the section 'multipart' go together")
        return self


class Tus(Section):
    """tus 1.0.0: creation, offset, append. ``metadata`` goes into Upload-Metadata."""

    path: Place
    headers: Headers
    metadata: dict[Annotated[str, Field(pattern=r"^[^\s,]+$")], str] = Field(default_factory=dict)


class Ietf(Section):
    """draft-ietf-httpbis-resumable-upload. ``headers`` go with the request that creates."""

    method: Body = "POST"
    path: Place
    headers: Headers
    interop_version: Annotated[int, Field(ge=3, le=99)] = INTEROP_VERSION


class Turns(Section):
    """Asking for a turn to upload; ``give_back`` is sent as DELETE when the device has finished."""

    method: Literal["POST", "PUT", "GET"] = "POST"
    path: Place
    headers: Headers
    success: Statuses = (200, 201, 204)
    give_back: Place | None = None


class When(Section):
    """Which answers a rule is for: all that is said must hold."""

    status: Statuses | None = None
    json_: dict[Pointer, Any] = Field(default_factory=dict, alias="json")
    headers: dict[HeaderName, str] = Field(default_factory=dict)  # a part of the value
    text: Text | None = None  # a part of the body

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.status is None and not self.json_ and not self.headers and self.text is None:
            raise ValueError("says nothing; name a status, json, headers or text")
        return self


class ErrorRule(Section):
    """An answer that means another status than its own."""

    when: When
    then: Annotated[int, Field(ge=400, le=599)]


class RetryAfter(Section):
    """Where the server says how long to wait: a header, or before it a JSON field."""

    header: HeaderName = "Retry-After"
    json_: Pointer | None = Field(default=None, alias="json")
    unit: Literal["s", "ms"] = "s"  # of the JSON field


class TargetSpec(Section):
    """A server. Without ``tus`` and ``ietf`` it cannot resume uploads; without ``turns`` it gives
    no turns. ``fields`` are the columns of the devices' CSV that templates may name, beyond
    tps, kecamatan and token."""

    target: Name
    description: str = ""
    fields: tuple[FieldName, ...] = ()
    headers: Headers
    basic_auth: BasicAuth | None = None
    login: Login | None = None
    plain: Plain | None = None
    tus: Tus | None = None
    ietf: Ietf | None = None
    turns: Turns | None = None
    errors: tuple[ErrorRule, ...] = ()
    retry_after: RetryAfter = RetryAfter()

    @model_validator(mode="after")
    def _can_upload(self) -> Self:
        if self.plain is None and self.tus is None and self.ietf is None:
            raise ValueError("describes no way to upload; add a section plain, tus or ietf")
        if self.basic_auth is not None and _names_authorization(self.headers):
            raise ValueError("has both 'basic_auth' and a header Authorization")
        return self


def _names_authorization(headers: Mapping[str, str]) -> bool:
    return any(name.lower() == "authorization" for name in headers)
