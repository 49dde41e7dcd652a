"""Which nights the kernel does; SimPy does all others.

What is new in the model is outside until the kernel has learnt it: a field that is not listed here
and is not at its default puts a night outside, and so does a part of a type that is not listed.

Rule of this file: the one list of what the kernel knows.
"""

from __future__ import annotations

import dataclasses
from importlib.util import find_spec
from typing import Any, Final

from sim.client.batching.batching import Batching
from sim.client.retry import backoff, jitter
from sim.client.retry.policy import Policy
from sim.client.retry.signals import RetryAfter
from sim.client.retry.stop import Stop
from sim.client.shaping.shaping import Shaping
from sim.kernel import records
from sim.network.profile import Profile
from sim.scenario import model
from sim.scenario.conduct import Conduct
from sim.scenario.model import Scenario
from sim.scenario.portable import Portable

JITTERS: Final[dict[type[Any], int]] = {
    jitter.NoJitter: records.NO_JITTER,
    jitter.FullJitter: records.FULL,
    jitter.EqualJitter: records.EQUAL,
    jitter.DecorrelatedJitter: records.DECORRELATED,
    jitter.ProportionalJitter: records.PROPORTIONAL,
    jitter.AdditiveJitter: records.ADDITIVE,
}
BACKOFFS: Final = (backoff.Fixed, backoff.Linear, backoff.Exponential, backoff.Sequence)

_KNOWN: Final[dict[type[Any], str]] = {
    Scenario: "name title start snapshot region station client network server people observed"
    " compare replay policies batchings shapings modules",
    model.Region: "name tps kecamatan kelurahan regencies stations_per_cell tps_standing"
    " tps_source",
    model.Station: "photos photo_size ready no_app no_signal",
    model.Client: "policy batching shaping timeout",
    model.Network: "capacity busy_at_peak access_failure_at_peak break_rate_at_peak access_delay"
    " shape radio tls trace portable",
    Portable: "per_kecamatan serves reach bring works rate rtt loss comes goes",
    model.Server: "pipe slots workers queue service service_law deadline fault retry_after"
    " busy_status cancellation keeps_partial outages nation",
    model.OutageWindow: "name begins ends severity silent web_only enabled",
    model.NationLoad: "stations free_rate retry_every patience enabled",
    model.People: "kpps ppk",
    model.Kpps: "patience press_again walks_to_signal walk",
    model.Ppk: "web_operators mobile_operators hours starts cannot_use pleno handling patience"
    " press_again link stuck_after permission excel_per_station",
    Policy: "name source family backoff jitter stop when_throttled retry_on retry_after timeout"
    " idle progress_restarts unfit",
    Stop: "attempts seconds after slept",
    RetryAfter: "rule jitter most statuses invites",
    Batching: "name source bundled tally_first chunk grows_to resume compression",
    Shaping: "name source spread slots width by lease",
}


def covers(scenario: Scenario, conduct: Conduct, trace: Profile | None = None) -> str | None:
    """Why a night is outside of the kernel's domain; None: it is inside."""
    portable = scenario.network.portable
    if portable is not None and portable.per_kecamatan == 0:  # nothing of it is drawn
        network = scenario.network.model_copy(update={"portable": None})
        scenario = scenario.model_copy(update={"network": network})
    elif portable is not None and portable.serves == "office":
        return "network.portable.serves"
    elif portable is not None and (conduct.shaping.slots > 1 or conduct.shaping.spread):
        return "network.portable with a shaping"
    if find_spec("numba") is None:
        return "numba is not installed"
    if trace is not None:
        return "a trace of the cells' capacity"
    policy = conduct.policy
    parts: list[tuple[str, object]] = [
        ("", scenario),
        ("region.", scenario.region),
        ("station.", scenario.station),
        ("client.", scenario.client),
        ("network.", scenario.network),
        ("network.portable.", scenario.network.portable),
        ("server.", scenario.server),
        *((f"server.outages.{o.name}.", o) for o in scenario.server.outages),
        ("server.nation.", scenario.server.nation),
        ("people.", scenario.people),
        ("people.kpps.", scenario.people.kpps),
        ("people.ppk.", scenario.people.ppk),
        ("policy.", policy),
        ("policy.stop.", policy.stop),
        ("policy.retry_after.", policy.retry_after),
        ("batching.", conduct.batching),
        ("shaping.", conduct.shaping),
    ]
    for place, part in parts:
        if part is not None:
            reason = _unknown(place, part)
            if reason is not None:
                return reason
    for law in (policy.backoff, policy.when_throttled):
        if law is not None and type(law) not in BACKOFFS:
            return f"policy.backoff: {type(law).__name__}"
    if type(policy.jitter) not in JITTERS:
        return f"policy.jitter: {type(policy.jitter).__name__}"
    return None


def _unknown(place: str, part: object) -> str | None:
    """The first thing about a part that the kernel does not know."""
    if type(part) not in _KNOWN:
        return f"{place}{type(part).__name__}"
    known = _KNOWN[type(part)].split()
    for name, default in _defaults(part).items():
        if name not in known and getattr(part, name) != default:
            return f"{place}{name}"
    return None


def _defaults(part: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(part):
        found = {}
        for field in dataclasses.fields(part):
            made = field.default_factory
            found[field.name] = field.default if made is dataclasses.MISSING else made()
        return found
    return {
        name: f.get_default(call_default_factory=True)
        for name, f in type(part).model_fields.items()
    }
