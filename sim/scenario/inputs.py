"""What commands take from the user: a scenario with its region and trace, or the list of problems.

Rule of this file: a user's fault becomes a ``ScenarioError`` or a ``RejectedRowsError``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.network.profile import Profile
from sim.network.traces import TraceError, read_trace, relative
from sim.population.csv_files import RejectedRowsError, read_region
from sim.population.nation import Nation, read_nation
from sim.population.region import Region
from sim.scenario.conduct import Catalogue, check_scenario
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.loader import Loaded
from sim.scenario.model import Scenario
from sim.scenario.source import Item, load

# files of another kind, by their first key: what they are, and the command that takes them
_OTHERS = {
    "grid": ("a grid", "compare"),
    "truth": ("a truth", "truths"),
    "calibration": ("a calibration", "calibrate"),
    "evidence": ("a file of evidence", "evidence"),
    "gate": ("a gate", "gate"),
    "plan": ("a plan", "plan"),
    "target": ("a target", "replay --target"),
    "ingest": ("the model of a server", "replay --model"),
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """A scenario that is ready to run."""

    loaded: Loaded[Scenario]
    region: Region
    trace: Profile | None
    files: list[Path]
    catalogue: Catalogue

    @property
    def scenario(self) -> Scenario:
        """The scenario itself."""
        return self.loaded.value


@dataclass(frozen=True, slots=True)
class NationInputs:
    """A scenario of a whole nation that is ready to run."""

    loaded: Loaded[Scenario]
    nation: Nation
    trace: Profile | None
    files: list[Path]
    catalogue: Catalogue

    @property
    def scenario(self) -> Scenario:
        """The scenario itself."""
        return self.loaded.value


def load_either(path: Path) -> Inputs | NationInputs:
    """Read a scenario, of a region or of a nation, and the files that it names.

    Raises
    ------
    ScenarioError, RejectedRowsError : as :func:`load_inputs`.
    """
    return check_either(*load(path))


def load_inputs(path: Path) -> Inputs:
    """Read a scenario of a region and the files that it names.

    Raises
    ------
    ScenarioError : problems in the scenario, or files that it names and that are not there.
    RejectedRowsError : rows of a CSV file that cannot be used.
    """
    return check_inputs(*load(path))


def check_inputs(tree: Item, scenario_files: list[Path]) -> Inputs:
    """The same for a tree that has been read from files."""
    found = check_either(tree, scenario_files)
    if isinstance(found, NationInputs):
        what = "is a whole nation; `tangguh run` takes it, this command takes a region"
        raise ScenarioError([found.loaded.problem(("region", "regencies"), what)])
    return found


def check_either(tree: Item, scenario_files: list[Path]) -> Inputs | NationInputs:
    """A scenario, of a region or of a nation, from a tree that has been read from files."""
    for key, (kind, command) in _OTHERS.items():
        if key in tree.value:
            what = f"is {kind}, not a scenario; `tangguh {command}` takes it"
            raise ScenarioError([Problem(scenario_files[0], 1, 1, "", what)])
    loaded, catalogue = check_scenario(tree, scenario_files)
    region = loaded.value.region
    problems: list[Problem] = []

    def named(where: tuple[str, ...], name: str | None) -> Path | None:
        if name is None:
            return None
        file = loaded.beside(where, name)
        if not file.is_file():
            problems.append(loaded.problem(where, f"there is no file {file}"))
        return file

    tps = named(("region", "tps"), region.tps)
    kecamatan = named(("region", "kecamatan"), region.kecamatan)
    kelurahan = named(("region", "kelurahan"), region.kelurahan)
    regencies = named(("region", "regencies"), region.regencies)
    trace = named(("network", "trace"), loaded.value.network.trace)
    if problems:
        raise ScenarioError(problems)
    offset = loaded.value.start.utcoffset()
    assert offset is not None  # an instant has a zone
    stations = (
        read_region(region.name, tps=tps, kecamatan=kecamatan, kelurahan=kelurahan)
        if regencies is None
        else read_nation(region.name, regencies, offset.total_seconds())
    )
    try:
        profile = relative(read_trace(trace)) if trace else None
    except TraceError as error:
        raise ScenarioError([Problem(error.file, error.line, 1, "", error.reason)]) from None
    named_files = (tps, kecamatan, kelurahan, regencies, trace)
    files = [*loaded.files, *(f for f in named_files if f is not None), *catalogue.modules]
    if isinstance(stations, Nation):
        return NationInputs(loaded, stations, profile, files, catalogue)
    return Inputs(loaded, stations, profile, files, catalogue)


Faults = (ScenarioError, RejectedRowsError)
"""What a user's files can be at fault with; the message lists every fault, one a line."""
