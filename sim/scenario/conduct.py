"""What an app does on the night: a retry policy, a batching and a shaping, looked up by name.

The catalogue is the built-in one, what the scenario composes in YAML, and what the user's own
modules define; the nearest definition of a name wins.

Rule of this file: from names to objects; problems have the place of the name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from sim.client.batching.batching import Batching
from sim.client.batching.presets import BATCHINGS
from sim.client.retry.policy import Policy
from sim.client.retry.presets import PRESETS
from sim.client.shaping.shaping import SHAPINGS, Shaping
from sim.scenario.errors import Problem, ScenarioError, unknown
from sim.scenario.loader import Loaded, Section, check
from sim.scenario.model import Scenario
from sim.scenario.modules import UserCodeError, load_module
from sim.scenario.parts import values
from sim.scenario.policies import build_policy
from sim.scenario.source import Item, load


class Conduct(NamedTuple):
    """What the app does."""

    policy: Policy
    batching: Batching
    shaping: Shaping


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that may be chosen, by name.

    Attributes
    ----------
    modules : the user's files that some of it comes from.
    """

    policies: Mapping[str, Policy]
    batchings: Mapping[str, Batching]
    shapings: Mapping[str, Shaping]
    modules: tuple[Path, ...] = ()

    def conduct(self, policy: str, batching: str, shaping: str) -> Conduct:
        """Look names up.

        Raises
        ------
        KeyError : if one is unknown.
        """
        return Conduct(self.policies[policy], self.batchings[batching], self.shapings[shaping])


BUILT_IN: Final = Catalogue(PRESETS, BATCHINGS, SHAPINGS)
_KINDS: Final[tuple[tuple[str, type[Any]], ...]] = (
    ("policies", Policy),
    ("batchings", Batching),
    ("shapings", Shaping),
)


def own_conduct(scenario: Scenario, catalogue: Catalogue = BUILT_IN) -> Conduct:
    """What the scenario itself says that the app does."""
    client = scenario.client
    return catalogue.conduct(client.policy, client.batching, client.shaping)


def read_scenario(path: Path) -> tuple[Loaded[Scenario], Catalogue]:
    """Read a scenario and all that an app may do in it.

    Raises
    ------
    ScenarioError : every problem of the file; a module that raises; names that do not exist.
    """
    return check_scenario(*load(path))


def check_scenario(tree: Item, files: list[Path]) -> tuple[Loaded[Scenario], Catalogue]:
    """The same for a tree that has been read from files."""
    try:
        loaded = check(tree, files, Scenario)
    except ScenarioError as error:
        said = tree.plain()
        own = said if isinstance(said, dict) else {}
        if own.get("modules"):
            raise  # what its modules define is not known yet
        known = {kind: [*names, *(own.get(kind) or {})] for kind, names in _names(BUILT_IN).items()}
        raise ScenarioError([*error.problems, *_unknown_names(tree, known)]) from None
    return loaded, catalogue_of(loaded)


def catalogue_of(loaded: Loaded[Scenario]) -> Catalogue:
    """The catalogue of a scenario that has been read.

    Raises
    ------
    ScenarioError : a module that raises, constants that cannot be, names that do not exist.
    """
    problems: list[Problem] = []
    found: dict[str, dict[str, Any]] = {
        "policies": dict(PRESETS),
        "batchings": dict(BATCHINGS),
        "shapings": dict(SHAPINGS),
    }
    modules = []
    for i, name in enumerate(loaded.value.modules):
        path = loaded.beside(("modules", i), name)
        try:
            _take(path, found)
            modules.append(path)
        except UserCodeError as error:
            problems.append(loaded.problem(("modules", i), str(error)))
    for kind, cls in _KINDS:
        for name, section in getattr(loaded.value, kind).items():
            try:
                found[kind][name] = _build(cls, name, section, found[kind])
            except (ValueError, TypeError) as error:
                problems.append(loaded.problem((kind, name), str(error)))
                found[kind][name] = next(iter(found[kind].values()))  # the name itself is known
    catalogue = Catalogue(**found, modules=tuple(modules))
    problems += _unknown_names(loaded.tree, _names(catalogue))
    if problems:
        raise ScenarioError(problems)
    return catalogue


def compose(catalogue: Catalogue, policies: Mapping[str, Section]) -> Catalogue:
    """A catalogue with further policies as YAML has them.

    Raises
    ------
    ValueError : if constants cannot be, or a name does not exist.
    """
    found = dict(catalogue.policies)
    for name, section in policies.items():
        found[name] = _build(Policy, name, section, found)
    return dataclasses.replace(catalogue, policies=found)


def _take(path: Path, found: dict[str, dict[str, Any]]) -> None:
    if not path.is_file():
        raise UserCodeError(f"there is no file {path}")
    module = load_module(path)
    count = 0
    for kind, cls in _KINDS:
        for value in getattr(module, kind.upper(), ()):
            if not isinstance(value, cls):
                raise UserCodeError(
                    f"{path}: {kind.upper()} holds a {type(value).__name__}, not a {cls.__name__}"
                )
            found[kind][value.name] = value
            count += 1
    if not count:
        raise UserCodeError(f"{path} defines none of POLICIES, BATCHINGS, SHAPINGS")


def _build(cls: type[Any], name: str, section: Section, known: Mapping[str, Any]) -> Any:
    said = values(section)
    like = said.pop("like", None)
    if like is not None and like not in known:
        raise ValueError(unknown("name after 'like'", like, list(known)))
    start = {} if like is None else {"like": known[like]}
    if cls is Policy:
        return build_policy(name, said, **start)
    said = {key: int(value) if isinstance(value, float) and key in _WHOLE else value
            for key, value in said.items()}  # fmt: skip
    if like is None:
        return cls(name=name, **said)
    return dataclasses.replace(known[like], name=name, **said)


_KEYS: Final = {"policy": "policies", "batching": "batchings", "shaping": "shapings"}
_WHOLE: Final = frozenset({"chunk", "grows_to", "parts"})


def _names(catalogue: Catalogue) -> dict[str, list[str]]:
    return {kind: list(getattr(catalogue, kind)) for kind, _ in _KINDS}


def _unknown_names(tree: Item, known: Mapping[str, Sequence[str]]) -> list[Problem]:
    """Names in ``client`` and ``compare.variants`` that do not exist, with their places."""
    said = tree.plain()
    sections: list[tuple[tuple[str | int, ...], Any]] = []
    if isinstance(said, dict):
        sections.append((("client",), said.get("client")))
        compared = said.get("compare")
        listed = compared.get("variants") if isinstance(compared, dict) else None
        for i, variant in enumerate(listed if isinstance(listed, list) else ()):
            sections.append((("compare", "variants", i), variant))
    problems = []
    for where, section in sections:
        for key, kind in (
            ("policy", "policies"),
            ("batching", "batchings"),
            ("shaping", "shapings"),
        ):
            name = section.get(key) if isinstance(section, dict) else None
            if isinstance(name, str) and name not in known[kind]:
                file, line, column, _ = tree.find((*where, key), key=False)
                path = ".".join(map(str, (*where, key)))
                what = unknown(key, name, list(known[kind]))
                problems.append(Problem(file, line, column, path, what))
    return problems
