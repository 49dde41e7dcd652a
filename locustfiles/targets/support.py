"""Whether a server can do what a scenario's app asks of it, and what to choose if it cannot.

Rule of this file: sentences with a remedy; nothing is sent.
"""

from __future__ import annotations

from typing import Final, Literal

from locustfiles.targets.messages import Station, TargetError
from locustfiles.targets.target import Target
from sim.client.batching.batching import Batching
from sim.client.batching.pieces import Resume
from sim.client.batching.presets import BATCHINGS

_SECTION: Final[dict[Resume | Literal["turns"], str]] = {
    Resume.NONE: "plain",
    Resume.TUS: "tus",
    Resume.IETF: "ietf",
    "turns": "turns",
}
_NEEDS: Final[dict[Resume | Literal["turns"], str]] = {
    Resume.NONE: "takes no object in one request",
    Resume.TUS: "cannot resume uploads by tus",
    Resume.IETF: "cannot resume uploads by the IETF's draft",
    "turns": "gives no turns",
}


def lacking(target: Target, way: Resume | Literal["turns"]) -> str:
    """Why a server cannot do something, and the remedy; empty if it can."""
    section = _SECTION[way]
    if getattr(target.spec, section) is not None:
        return ""
    if way == "turns":
        remedy = "choose a shaping without places (--shaping at-once)"
    else:
        fitting = [name for name, batching in BATCHINGS.items() if _fits(target, batching)]
        remedy = f"choose another batching (--batching {', '.join(fitting[:4])})"
    name = target.spec.target
    return (
        f"{target.file}: {name} {_NEEDS[way]} (it has no section '{section}'); {remedy}, or "
        f"describe it under '{section}'"
    )


def check_conduct(target: Target, batching: Batching, *, turns: bool) -> None:
    """Can a server be spoken to as the app does?

    Raises
    ------
    TargetError : naming the batching and what to choose.
    """
    for way in _ways(batching):
        if why := lacking(target, way):
            raise TargetError(
                why.replace(" (it has", f", as batching '{batching.name}' asks (it has", 1)
            )
    if turns and (why := lacking(target, "turns")):
        raise TargetError(why)


def check_plain(target: Target, who: str, remedy: str) -> None:
    """Does a server take what others than the app send: an object in one request?

    Raises
    ------
    TargetError : naming who sends so, and what to do about it.
    """
    if target.spec.plain is None:
        raise TargetError(
            f"{target.file}: {target.spec.target} has no section 'plain', but {who} sends each "
            f"photograph in one request; {remedy}, or describe it under 'plain'"
        )


def check_station(target: Target, station: Station) -> None:
    """Is all known of a station that the target's templates name?

    Raises
    ------
    TargetError : naming what is missing, and where it comes from.
    """
    needed = [name for name in target.spec.fields if name not in station.fields]
    if target.spec.login is not None and target.needs_token and not station.token:
        needed.insert(0, "token")
    if needed:
        raise TargetError(
            f"{target.file}: {target.spec.target} needs {', '.join(needed)} of each device, and "
            f"station {station.code} has none; give --devices FILE, a CSV with the columns "
            f"{', '.join(['tps', 'kecamatan', *needed])}"
        )


def _ways(batching: Batching) -> set[Resume]:
    """The ways in which a batching sends its objects."""
    return {obj.resume for obj in batching.objects([1])}


def _fits(target: Target, batching: Batching) -> bool:
    return all(getattr(target.spec, _SECTION[way]) is not None for way in _ways(batching))
