"""YAML for the parts of a policy, made from the parts themselves.

Each part (a backoff law, a jitter, a budget, ...) is a dataclass whose annotations say its units;
its YAML is derived from them, so that a new part needs no second description::

    backoff: {exponential: {base: 1 s, factor: 2, cap: 60 s}}
    backoff: {fixed: 30 s}          # a part with one constant
    jitter: full                    # a part without any

Rule of this file: generic; which parts there are is in the tables at its end.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator, Field, create_model, model_validator

from sim.client.retry import backoff, breakers, budgets, jitter
from sim.scenario.errors import unknown
from sim.scenario.loader import Section
from sim.scenario.quantities import Bytes, PerSecond, Seconds, Share

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]

_BY_UNIT: Final[dict[str, Any]] = {
    "s": Seconds,
    "share": Share,
    "count": Amount,
    "B": Bytes,
    "1/s": PerSecond,
    "statuses": frozenset[Annotated[int, Field(ge=100, le=599)]],
    "delays": tuple[Seconds, ...],
}

BACKOFFS: Final[dict[str, type[Any]]] = {
    "fixed": backoff.Fixed,
    "linear": backoff.Linear,
    "exponential": backoff.Exponential,
    "sequence": backoff.Sequence,
}
JITTERS: Final[dict[str, type[Any]]] = {
    "none": jitter.NoJitter,
    "full": jitter.FullJitter,
    "equal": jitter.EqualJitter,
    "decorrelated": jitter.DecorrelatedJitter,
    "proportional": jitter.ProportionalJitter,
    "additive": jitter.AdditiveJitter,
    "smooth": jitter.SmoothJitter,
}
GUARDS: Final[dict[str, type[Any]]] = {
    "quota": budgets.RetryQuota,
    "call-bucket": budgets.CallBucket,
    "throttling": budgets.RetryThrottling,
    "leaky-budget": budgets.LeakyBudget,
    "concurrent": budgets.ConcurrentRetries,
    "ratio": budgets.RetryRatio,
    "failure-ratio": budgets.FailureRatio,
    "breaker": breakers.Breaker,
    "adaptive-throttling": breakers.AdaptiveThrottling,
    "cubic-rate": breakers.CubicRate,
}


def unit_of(hint: Any) -> str | None:
    """The unit that an annotation names, through ``| None``."""
    if get_origin(hint) is Annotated:
        return str(get_args(hint)[1])
    for option in get_args(hint):
        if (unit := unit_of(option)) is not None:
            return unit
    return None


def constants(part: Any) -> dict[str, tuple[Any, str | None]]:
    """A part's constants with their units: ``{"base": (1.0, "s"), ...}``."""
    hints = get_type_hints(type(part), include_extras=True)
    return {
        f.name: (getattr(part, f.name), unit_of(hints[f.name])) for f in dataclasses.fields(part)
    }


def spec(part: type[Any], leave_out: tuple[str, ...] = ()) -> type[Section]:
    """The YAML section of a dataclass; missing keys take the dataclass's defaults."""
    return _spec(part, leave_out)  # type: ignore[arg-type]  # a class is hashable


@cache
def _spec(part: type[Any], leave_out: tuple[str, ...]) -> type[Section]:
    hints = get_type_hints(part, include_extras=True)
    found: dict[str, Any] = {}
    for field in dataclasses.fields(part):
        if field.name in leave_out:
            continue
        hint = hints[field.name]
        kind = _BY_UNIT.get(unit_of(hint) or "", hint)
        needed = field.default is dataclasses.MISSING and (
            field.default_factory is dataclasses.MISSING
        )
        found[field.name] = (kind, ...) if needed else (kind | None, None)
    base = type(f"_{part.__name__}", (Section,), {"__doc__": part.__doc__})
    return create_model(part.__name__, __base__=base, **found)


def values(section: Section) -> dict[str, Any]:
    """What a section says, without the keys that it leaves out."""
    return {name: getattr(section, name) for name in section.model_fields_set}


def one_of(what: str, kinds: Mapping[str, type[Any]]) -> Any:
    """The YAML type of a choice among parts; it validates to a section with one field set."""
    fields: dict[str, Any] = {
        name.replace("-", "_"): (spec(part) | None, Field(default=None, alias=name))
        for name, part in kinds.items()
    }

    def chosen_once(self: Section) -> Section:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"needs exactly one of {', '.join(kinds)}")
        return self

    validators: Any = {"chosen_once": model_validator(mode="after")(chosen_once)}
    model: type[Section] = create_model(
        f"One{what.title()}",
        __base__=Section,
        __validators__=validators,
        **fields,
    )

    def shorthand(value: Any) -> Any:
        if isinstance(value, str):
            if value not in kinds:
                raise ValueError(unknown(what, value, list(kinds)))
            return {value: {}}
        if isinstance(value, dict) and len(value) == 1:
            (name, inner), *_ = value.items()
            if name in kinds and not isinstance(inner, dict):
                return {name: {dataclasses.fields(kinds[name])[0].name: inner}}
        return value

    return Annotated[model, BeforeValidator(shorthand)]


def build_one(section: Section, kinds: Mapping[str, type[Any]]) -> Any:
    """The part that a section of :func:`one_of` chose.

    Raises
    ------
    ValueError : if the part refuses its constants.
    """
    (field,) = section.model_fields_set
    inner = getattr(section, field)
    return kinds[field.replace("_", "-")](**values(inner))


def plain(value: Any) -> Any:
    """A constant as text or number for readers."""
    return value.value if isinstance(value, Enum) else value
