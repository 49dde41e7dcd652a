"""Uncertain quantities: a fixed value or a law, with its scope, its standing and its source.

In YAML a plain quantity, or a mapping that names exactly one law::

    timeout: 60 s
    timeout: {value: 60 s, standing: assumed, source: "..."}
    capacity: {lognormal: {median: 3 Mbit/s, p95: 12 Mbit/s}, per: cell, standing: ..., source: ...}
    {uniform: [a, b]}   {loguniform: [a, b]}   {triangular: [low, mode, high]}
    {beta: {a: 6, b: 2, low: ..., high: ...}}   {choice: {3: 90%, 4: 10%}}

Rule of this file: parsing and composing; the mathematics of the laws is in ``distributions``.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final, Generic, Literal, Self, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import core_schema

from sim.scenario.distributions import (
    Beta,
    Choice,
    Fixed,
    Law,
    Lognormal,
    Loguniform,
    Triangular,
    Uniform,
)
from sim.scenario.quantities import Kind, Number, Share

Q = TypeVar("Q")
Standing = Literal["counted", "stated", "assumed"]
Scope = Literal["night", "kecamatan", "cell", "station", "photo"]
_LAWS: Final = ("value", "uniform", "loguniform", "lognormal", "beta", "triangular", "choice")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LognormalSpec(_Strict, Generic[Q]):
    """Half of the values lie below ``median``, 95% below ``p95``."""

    median: Q
    p95: Q


class BetaSpec(_Strict, Generic[Q]):
    """A beta law between ``low`` and ``high`` (0 and 1 if not given)."""

    a: Number
    b: Number
    low: Q | None = None
    high: Q | None = None


class Spec(_Strict, Generic[Q]):
    """What may be written for an uncertain quantity."""

    value: Q | None = None
    uniform: tuple[Q, Q] | None = None
    loguniform: tuple[Q, Q] | None = None
    lognormal: LognormalSpec[Q] | None = None
    beta: BetaSpec[Q] | None = None
    triangular: tuple[Q, Q, Q] | None = None
    choice: dict[Q, Share] | None = None
    per: Scope = "night"
    standing: Standing | None = None
    source: str = ""

    @model_validator(mode="after")
    def _one_law(self) -> Self:
        given = [name for name in _LAWS if getattr(self, name) is not None]
        if len(given) != 1:
            said = f"has {' and '.join(given)}" if given else "has no value"
            raise ValueError(f"{said}; expected exactly one of {', '.join(_LAWS)}")
        return self


class Uncertain(Generic[Q]):
    """A quantity that is known (a fixed law) or drawn.

    Attributes
    ----------
    law : the distribution, in base units (an Instant in POSIX seconds).
    per : for whom it is drawn.
    standing : counted, stated or assumed; ``None`` if the scenario does not say.
    kind : what is measured, for showing values of it.
    words : the law in words, with units.
    written : canonical JSON of what was written, for hashes and dumps.
    """

    # Not a dataclass: pydantic would take its fields for a schema of its own.
    __slots__ = ("kind", "law", "per", "source", "standing", "words", "written")

    def __init__(
        self,
        law: Law,
        per: Scope,
        standing: Standing | None,
        source: str,
        kind: Kind,
        words: str,
        written: str,
    ) -> None:
        self.law = law
        self.per = per
        self.standing = standing
        self.source = source
        self.kind = kind
        self.words = words
        self.written = written

    def __repr__(self) -> str:
        return f"Uncertain({self.words}, per {self.per})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Uncertain) and self.written == other.written

    def __hash__(self) -> int:
        return hash(self.written)

    @property
    def fixed(self) -> bool:
        """Is it the same whatever is drawn?"""
        return isinstance(self.law, Fixed)

    def ppf(self, u: float) -> float:
        """The value at probability ``u`` in (0, 1)."""
        return float(self.law.ppf(np.float64(u)))

    def ppfs(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values at probabilities ``u``, of the same shape."""
        return np.asarray(self.law.ppf(u), dtype=np.float64)

    def mean(self) -> float:
        """The expected value."""
        return self.law.mean()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        (quantity,) = get_args(source)
        kind = next(m for m in quantity.__metadata__ if isinstance(m, Kind))
        spec = Spec[quantity]  # type: ignore[valid-type]  # a type known only at run time

        def read(value: object, parse: core_schema.ValidatorFunctionWrapHandler) -> object:
            if isinstance(value, Uncertain):
                return value
            return _build(parse(_as_mapping(value, kind)), kind)

        def for_editors(schema: Any, describe: Any) -> dict[str, Any]:
            scalar = kind.__get_pydantic_json_schema__(schema, describe)
            return {"anyOf": [scalar, describe(schema["schema"])]}

        return core_schema.no_info_wrap_validator_function(
            read,
            handler(spec),
            metadata={"pydantic_js_functions": [for_editors]},
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: json.loads(value.written), when_used="json"
            ),
        )


def _as_mapping(value: object, kind: Kind) -> object:
    """A plain quantity as a law of one value; the keys of a JSON choice as the numbers they are."""
    if not isinstance(value, dict):
        return {"value": value}
    choice = value.get("choice")
    if kind.json_type != "number" or not isinstance(choice, dict):
        return value
    keys = {k: float(k) if isinstance(k, str) and _is_number(k) else k for k in choice}
    return value | {"choice": {keys[k]: share for k, share in choice.items()}}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _build(spec: Spec[Any], kind: Kind) -> Uncertain[Any]:
    name = next(n for n in _LAWS if getattr(spec, n) is not None)
    value = getattr(spec, name)
    law, words = _LAW_OF[name](value, kind)
    if kind.name == "Share" and not (
        law.ppf(np.float64(0.0)) >= 0 and law.ppf(np.float64(1.0)) <= 1
    ):
        raise ValueError(f"{name} can leave the range of a share, 0% to 100%; use beta or uniform")
    if kind.name == "Number" and law.ppf(np.float64(0.0)) < 0:
        raise ValueError(f"{name} can be less than 0, and is a number of things")
    written = spec.model_dump(mode="json", exclude_none=True)
    return Uncertain(
        law=law,
        per=spec.per,
        standing=spec.standing,
        source=spec.source,
        kind=kind,
        words=words,
        written=json.dumps(written, sort_keys=True),
    )


def _plain(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value)


def _fixed(value: Any, kind: Kind) -> tuple[Law, str]:
    return Fixed(_plain(value)), kind.show(value)


def _uniform(value: Any, kind: Kind) -> tuple[Law, str]:
    low, high = value
    return Uniform(_plain(low), _plain(high)), f"uniform, {kind.show(low)} to {kind.show(high)}"


def _loguniform(value: Any, kind: Kind) -> tuple[Law, str]:
    low, high = value
    words = f"log-uniform, {kind.show(low)} to {kind.show(high)}"
    return Loguniform(_plain(low), _plain(high)), words


def _lognormal(value: Any, kind: Kind) -> tuple[Law, str]:
    words = f"lognormal, median {kind.show(value.median)}, 95% below {kind.show(value.p95)}"
    return Lognormal(_plain(value.median), _plain(value.p95)), words


def _beta(value: Any, kind: Kind) -> tuple[Law, str]:
    low = 0.0 if value.low is None else _plain(value.low)
    high = 1.0 if value.high is None else _plain(value.high)
    words = f"beta({value.a:g}, {value.b:g})"
    if value.low is not None and value.high is not None:
        words += f", {kind.show(value.low)} to {kind.show(value.high)}"
    return Beta(value.a, value.b, low, high), words


def _triangular(value: Any, kind: Kind) -> tuple[Law, str]:
    low, mode, high = value
    words = f"triangular, {kind.show(low)} to {kind.show(high)}, most likely {kind.show(mode)}"
    return Triangular(_plain(low), _plain(mode), _plain(high)), words


def _choice(value: Any, kind: Kind) -> tuple[Law, str]:
    words = ", ".join(f"{kind.show(v)}: {100 * share:.4g}%" for v, share in value.items())
    return Choice(tuple(_plain(v) for v in value), tuple(value.values())), words


_LAW_OF: Final = {
    "value": _fixed,
    "uniform": _uniform,
    "loguniform": _loguniform,
    "lognormal": _lognormal,
    "beta": _beta,
    "triangular": _triangular,
    "choice": _choice,
}
