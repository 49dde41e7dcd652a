"""What a replay is to do, as it is typed, sent to workers, and made ready to run.

Typed options are checked here once, in the process that the user started; workers get the checked
settings in a message and read the same files (a digest tells whether they are the same).

Rule of this file: from options to objects; every fault of the user's is a :class:`SettingsError` or
one of :data:`sim.scenario.inputs.Faults`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import ssl
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from locustfiles.exchange import Dialer
from locustfiles.safety import MAX_BANDWIDTH, MAX_RATE, Endpoint, check_host
from locustfiles.targets.messages import Station
from locustfiles.targets.support import check_conduct, check_plain, check_station
from locustfiles.targets.target import REFERENCE, Target, read_devices, read_target
from sim.scenario.conduct import Conduct
from sim.scenario.errors import UserFaultError, unknown
from sim.scenario.inputs import Inputs, load_inputs
from sim.scenario.window import WindowError, parse_window
from sim.share import Extent


class SettingsError(UserFaultError):
    """Options that cannot be carried out; one line with reason and remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A replay in plain values, as they travel to a worker.

    Attributes
    ----------
    run : tells this replay's objects from those of others.
    scheme, host, port, address : the server; its name was resolved once.
    target : file that says how it is spoken to; empty for the reference server.
    ca : file of certificates to trust; empty for the system's. ``insecure``: trust any.
    digest : SHA-256 of all files that are read.
    """

    scenario: str
    policy: str
    batching: str
    shaping: str
    seed: int
    replication: int
    begins: float
    ends: float
    speed: float
    share: float
    nation: bool
    scheme: str
    host: str
    port: int
    address: str
    ca: str = ""
    insecure: bool = False
    target: str = ""
    devices: str = ""
    max_rate: float = MAX_RATE
    max_bandwidth: float = MAX_BANDWIDTH
    run: str = ""
    digest: str = ""

    @property
    def extent(self) -> Extent:
        """What of the night is replayed."""
        return Extent(
            self.seed,
            self.replication,
            self.begins,
            self.ends,
            self.speed,
            self.share,
            self.nation,
        )

    def plain(self) -> dict[str, Any]:
        """As a message holds it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ready:
    """Settings with everything that they name."""

    settings: Settings
    inputs: Inputs
    conduct: Conduct
    target: Target
    dialer: Dialer
    station: Callable[[int], Station]


def settle(
    scenario: Path,
    url: str,
    *,
    window: str,
    speed: float = 1.0,
    share: float = 1.0,
    nation: bool = False,
    seed: int = 1,
    replication: int = 0,
    policy: str | None = None,
    batching: str | None = None,
    shaping: str | None = None,
    target: Path | None = None,
    devices: Path | None = None,
    ca: Path | None = None,
    insecure: bool = False,
    confirmed: tuple[str, ...] = (),
    production: bool = False,
    max_rate: float = MAX_RATE,
    max_bandwidth: float = MAX_BANDWIDTH,
    run: str | None = None,
) -> Ready:
    """Check what was typed.

    Parameters
    ----------
    run : None: a new name, so that the server holds none of the objects yet.
    confirmed, production : hosts beside the loopback that the user confirmed by flag.

    Raises
    ------
    SettingsError : for an option that cannot be carried out.
    RefusedError : if the server may not be spoken to.
    """
    inputs = load_inputs(scenario)
    client, catalogue = inputs.scenario.client, inputs.catalogue
    names = {
        "policy": (policy or client.policy, catalogue.policies),
        "batching": (batching or client.batching, catalogue.batchings),
        "shaping": (shaping or client.shaping, catalogue.shapings),
    }
    for kind, (name, known) in names.items():
        if name not in known:
            raise SettingsError(unknown(kind, name, list(known)))
    try:
        begins, ends = parse_window(window, inputs.scenario)
    except WindowError as error:
        raise SettingsError(f"--window: {error}") from None
    if not speed > 0:
        raise SettingsError(f"--speed: {speed:g} is not more than 0")
    if not 0 < share <= 1:
        raise SettingsError(f"--sample: {share:g} does not lie in (0, 1]")
    end = check_host(url, inputs.scenario.replay.hosts, confirmed, production)
    settings = Settings(
        scenario=str(scenario),
        policy=names["policy"][0],
        batching=names["batching"][0],
        shaping=names["shaping"][0],
        seed=seed,
        replication=replication,
        begins=begins,
        ends=ends,
        speed=speed,
        share=share,
        nation=nation,
        scheme=end.scheme,
        host=end.host,
        port=end.port,
        address=end.address,
        ca=str(ca or ""),
        insecure=insecure,
        target=str(target or ""),
        devices=str(devices or ""),
        max_rate=max_rate,
        max_bandwidth=max_bandwidth,
        run=new_run() if run is None else run,
    )
    return make_ready(settings, inputs)


def new_run() -> str:
    """A name for a replay's objects that no server knows yet."""
    return f"-{secrets.token_hex(3)}"


def make_ready(settings: Settings, inputs: Inputs | None = None) -> Ready:
    """Read what settings name.

    Raises
    ------
    SettingsError : if the files are not those that the settings were made from.
    TargetError : if the target cannot be spoken to as the app does.
    """
    inputs = inputs or load_inputs(Path(settings.scenario))
    target = read_target(Path(settings.target) if settings.target else REFERENCE, os.environ)
    digest = _digest(
        [*inputs.files, target.file, *([Path(settings.devices)] if settings.devices else [])]
    )
    if settings.digest and settings.digest != digest:
        raise SettingsError(
            f"{settings.scenario}: this machine has other files than the one that leads; "
            "give every worker the same checkout"
        )
    checked = Settings(**{**settings.plain(), "digest": digest})
    conduct = inputs.catalogue.conduct(settings.policy, settings.batching, settings.shaping)
    station = _stations(inputs, settings, target)
    _check_target(target, settings, inputs, conduct, station)
    return Ready(checked, inputs, conduct, target, _dialer(settings), station)


def _check_target(
    target: Target,
    settings: Settings,
    inputs: Inputs,
    conduct: Conduct,
    station: Callable[[int], Station],
) -> None:
    """Everybody who will speak to the server must be able to."""
    check_conduct(target, conduct.batching, turns=bool(conduct.shaping.places))
    check_station(target, station(0))
    if settings.nation:
        check_plain(target, "the rest of the nation", "leave --nation out")
        check_station(target, station(len(inputs.region.stations)))
    scenario = inputs.scenario
    at_work = any(
        scenario.seconds(h.begins) < settings.ends and scenario.seconds(h.ends) > settings.begins
        for h in scenario.people.ppk.hours
    )
    if at_work and scenario.people.ppk.web_operators:
        check_plain(target, "the operators' web page", "choose a --window outside their hours")


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def _dialer(settings: Settings) -> Dialer:
    tls = None
    if settings.scheme == "https":
        try:
            tls = ssl.create_default_context(cafile=settings.ca or None)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(f"--ca: {settings.ca}: {error}") from None
        if settings.insecure:
            tls.check_hostname = False
            tls.verify_mode = ssl.CERT_NONE
    end = Endpoint(settings.scheme, settings.host, settings.port, settings.address)
    return Dialer(end, tls)


def _stations(inputs: Inputs, settings: Settings, target: Target) -> Callable[[int], Station]:
    """Who speaks for a station, by its index."""
    region = inputs.region
    known = read_devices(Path(settings.devices), target) if settings.devices else {}
    missing = [s.code for s in region.stations if s.code not in known] if known else []
    if missing:
        raise SettingsError(
            f"{settings.devices}: has no device for {len(missing)} stations, such as {missing[0]}; "
            f"`tangguh devices {settings.scenario}` makes a list of all"
        )

    count = len(region.stations)

    def station(i: int) -> Station:
        if i >= count:
            code = f"nation-{i - count:06d}"
            return replace(known.get(code) or Station(code, ""), run=settings.run)
        one = region.stations[i]
        unknown_device = Station(one.code, region.kecamatan[one.kecamatan].name)
        return replace(known.get(one.code) or unknown_device, run=settings.run)

    return station
