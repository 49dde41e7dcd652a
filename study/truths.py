"""Truths about overload, each as a small world in YAML that shows it (``scenarios/overload``).

A truth says what is to be seen, varies one quantity, sets some ways of retrying side by side with
the same client and the catalogue's own policies, and states what must come out.

Rule of this file: the file's type, and its measuring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from math import inf
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from sim.client.batching.batching import Batching
from sim.client.retry.policy import Policy, Retrier
from sim.client.workflow import Client, Crew, upload
from sim.draws import Draws, uniform
from sim.overload.arrivals import Load, poisson
from sim.overload.loop import Course, Loop, Service, start
from sim.overload.services import Coin, Refusing, SharedLink, Slowing
from sim.scenario.conduct import BUILT_IN, Catalogue, compose
from sim.scenario.errors import unknown
from sim.scenario.loader import Section
from sim.scenario.model import Title
from sim.scenario.policies import PolicySpec
from sim.scenario.quantities import Bytes, BytesPerSecond, PerSecond, Seconds, Share
from sim.scenario.source import Item
from study.statistics import mean_interval

_SEED: Final = 2020
Whole = Annotated[int, Field(ge=0, le=1_000_000)]


class Way(Section):
    """One way of retrying; ``set`` changes quantities of the world for it alone."""

    label: Title
    policy: str
    batching: str = "per-photo"
    set: dict[str, Any] = Field(default={})


class Varied(Section):
    """The quantity along the horizontal axis."""

    key: str
    values: Annotated[tuple[Any, ...], Field(min_length=2)]
    label: Title


class Expected(Section):
    """What must come out: way number ``way`` (from 0), at ``at`` if something is varied."""

    way: Whole
    at: Any = None
    at_least: Annotated[float, Field(allow_inf_nan=False)] = -inf
    at_most: Annotated[float, Field(allow_inf_nan=False)] = inf


class Truth(Section):
    """A small world. Which quantities it needs depends on its service and its arrivals."""

    truth: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Title
    claim: Title
    why: Title
    source: str

    service: Literal["shared-link", "slowing", "refusing", "coin"]
    capacity: BytesPerSecond = 0.0
    overhead: Seconds = 0.0
    breaks_every: Seconds = 0.0  # mean seconds between breaks of a link; 0: it does not break
    tokens: Whole = 0
    hold: Seconds = 60.0  # how long the server at first thinks that a token is held
    base: Seconds = 0.0
    slope: Seconds = 0.0
    network: Seconds = 0.0
    places: Whole = 0
    work: Seconds = 0.0
    retry_after: Seconds | None = None
    failure: Share = 0.0

    arrivals: Literal["together", "poisson", "spike", "ramp"] = "together"
    clients: Whole = 1
    rate: PerSecond = 0.0
    spike_rate: PerSecond = 0.0
    spike_at: Seconds = 0.0
    spike_for: Seconds = 0.0
    ramp_slope: Annotated[float, Field(ge=0)] = 0.0  # change of the rate, 1/s a second

    size: Bytes = 1.0
    timeout: Seconds
    until: Seconds
    since: Seconds = 0.0
    calls: Whole = 1  # of one app process; the number of processes is clients / calls
    measure: Literal["sent", "share", "duration", "requests", "peak"]
    runs: Annotated[int, Field(ge=1, le=10_000)] = 10

    vary: Varied | None = None
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]
    policies: dict[str, PolicySpec] = Field(default={})
    expect: Annotated[tuple[Expected, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        catalogue = self.catalogue()
        changed = [key for way in self.ways for key in way.set]
        for key in [*changed, *([self.vary.key] if self.vary else [])]:
            if key not in QUANTITIES:
                raise ValueError(unknown("quantity", key, sorted(QUANTITIES)))
        for key, value in self._tried():
            _check_quantity(key, value)
        for way in self.ways:
            if way.policy not in catalogue.policies:
                raise ValueError(unknown("policy", way.policy, list(catalogue.policies)))
            if way.batching not in catalogue.batchings:
                raise ValueError(unknown("batching", way.batching, list(catalogue.batchings)))
        for expected in self.expect:
            if expected.way >= len(self.ways):
                raise ValueError(f"expect: there is no way {expected.way}; they count from 0")
            if (expected.at is None) == (self.vary is not None):
                raise ValueError("expect: 'at' is needed where something is varied, and only there")
            if self.vary is not None and expected.at not in self.vary.values:
                raise ValueError(f"expect: {expected.at} is not among the values of 'vary'")
        return self

    def _tried(self) -> list[tuple[str, Any]]:
        """Every quantity that ways and values replace."""
        found = [pair for way in self.ways for pair in way.set.items()]
        return (
            found + [(self.vary.key, value) for value in self.vary.values] if self.vary else found
        )

    def catalogue(self) -> Catalogue:
        """The built-in catalogue with this file's own policies."""
        return compose(BUILT_IN, policies=self.policies)

    def changed(self, **quantities: Any) -> Truth:
        """The same world with other quantities, checked like the file."""
        said = self.model_dump(mode="json", exclude_unset=True) | quantities
        return Truth.model_validate(said)


def _check_quantity(key: str, value: Any) -> None:
    """Can the quantity be so?"""
    try:
        TypeAdapter(Truth.model_fields[key].rebuild_annotation()).validate_python(value)
    except ValidationError as error:
        raise ValueError(f"{key} cannot be {value!r}: {error.errors()[0]['msg']}") from None


def is_truth(tree: Item) -> bool:
    """Is this file a truth rather than a scenario?"""
    return isinstance(tree.value, dict) and "truth" in tree.value


QUANTITIES: Final = frozenset(Truth.model_fields) - {
    "truth", "title", "claim", "why", "source", "measure", "vary", "ways", "policies", "expect",
}  # fmt: skip


def investigate(truth: Truth) -> dict[str, Any]:
    """Measure every way at every value; says what was expected and whether it came out."""
    curves = []
    for way in truth.ways:
        world = truth.changed(**way.set) if way.set else truth
        if truth.vary is None:
            points = [_point(world, way) | {"x": None, "written": None}]
        else:
            key, values = truth.vary.key, truth.vary.values
            changed = [(v, world.changed(**{key: v})) for v in values]
            points = [
                _point(w, way) | {"x": float(getattr(w, key)), "written": v} for v, w in changed
            ]
        curves.append({"label": way.label.model_dump(), "points": points})
    checks = [_check(truth, e, curves) for e in truth.expect]
    return {
        "truth": truth.truth,
        "title": truth.title.model_dump(),
        "claim": truth.claim.model_dump(),
        "why": truth.why.model_dump(),
        "source": truth.source,
        "measure": truth.measure,
        "axis": truth.vary.label.model_dump() if truth.vary else None,
        "curves": curves,
        "checks": checks,
        "reproduced": all(c["good"] for c in checks),
    }


def _point(world: Truth, way: Way) -> dict[str, Any]:
    catalogue = world.catalogue()
    policy, batching = catalogue.policies[way.policy], catalogue.batchings[way.batching]
    found = [play(world, policy, batching, run) for run in range(world.runs)]
    return mean_interval(np.array(found))._asdict()


def _check(truth: Truth, expected: Expected, curves: list[dict[str, Any]]) -> dict[str, Any]:
    point = next(p for p in curves[expected.way]["points"] if expected.at in (None, p["written"]))
    found = point["mean"]
    return {
        "way": truth.ways[expected.way].label.model_dump(),
        "at": expected.at,
        "at_least": expected.at_least if expected.at_least > -inf else None,
        "at_most": expected.at_most if expected.at_most < inf else None,
        "found": found,
        "good": expected.at_least <= found <= expected.at_most,
    }


def play(world: Truth, policy: Policy, batching: Batching, run: int) -> float:
    """One run of a small world; returns what it measures."""
    draws = Draws(_SEED, run)
    loop, service = Loop(), _service(world)
    courses: list[Course] = []
    if world.arrivals == "together":
        starts = [0.0] * (world.clients // max(world.calls, 1))
    else:
        starts = poisson(_load(world), world.until, draws.key("arrivals"))
    for i, began in enumerate(starts):
        key = draws.key(f"client/{i}")
        client = _process(world, policy, batching, key, began)
        courses.append(start(loop, service, client, key, began))
    loop.run(world.until)
    return _measured(world, courses)


def _process(world: Truth, policy: Policy, batching: Batching, key: int, began: float) -> Client:
    """An app process and its calls, one after the other, whether they arrive or not."""
    retrier = Retrier(policy, partial(uniform, key))
    objects = batching.objects([round(world.size)])
    ending = None
    for call in range(max(world.calls, 1)):
        draw = partial(uniform, key + call)
        turn = bool(world.tokens)
        ending = yield from upload(
            objects, policy, Crew(began), world.timeout, draw, turn=turn, retrier=retrier
        )
    assert ending is not None
    return ending


def _service(world: Truth) -> Service:
    if world.service == "shared-link":
        breaks = 1.0 / world.breaks_every if world.breaks_every else 0.0
        return SharedLink(world.capacity, world.overhead, breaks, world.tokens, world.hold)
    if world.service == "slowing":
        return Slowing(world.base, world.slope, world.network)
    if world.service == "refusing":
        return Refusing(world.places, world.work, world.retry_after)
    return Coin(world.failure)


def _load(world: Truth) -> Load:
    if world.arrivals == "spike":
        ends = world.spike_at + world.spike_for
        return lambda t: world.spike_rate if world.spike_at <= t <= ends else world.rate
    if world.arrivals == "ramp":
        return lambda t: world.rate - world.ramp_slope * abs(t - world.spike_at)
    return lambda _t: world.rate


def _measured(world: Truth, courses: Sequence[Course]) -> float:
    if world.measure == "sent":
        return float(sum(c.sent for c in courses))
    if world.measure == "share":
        begun = [c for c in courses if c.began >= world.since]
        return sum(c.sent for c in begun) / max(len(begun), 1)
    if world.measure == "duration":
        return float(np.mean([c.ended - c.began for c in courses]))
    if world.measure == "requests":
        return sum(len(c.requests) for c in courses) / (len(courses) * max(world.calls, 1))
    seconds = Counter(int(t) for c in courses for t in c.requests if t >= world.since)
    return float(max(seconds.values(), default=0))
