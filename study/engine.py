"""Who computes the nights of a command: SimPy, or the compiled kernel where it can.

The result is the same to the last bit, so nights that are kept are good whoever computed them.

Rule of this file: the choice, and what is written down of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from sim.engine import Engine
from sim.kernel.domain import covers
from sim.scenario.conduct import Catalogue
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from sim.network.profile import Profile
    from study.nights import Variant

_chosen: Final[ContextVar[Engine]] = ContextVar("engine", default=Engine.AUTO)


def chosen() -> Engine:
    """The engine of this command."""
    return _chosen.get()


@contextmanager
def computing_by(engine: Engine) -> Iterator[None]:
    """Let the nights of this block be computed so."""
    before = _chosen.set(engine)
    try:
        yield
    finally:
        _chosen.reset(before)


def answers(
    scenario: Scenario, catalogue: Catalogue, trace: Profile | None, variants: Iterable[Variant]
) -> dict[str, Any]:
    """For a result's provenance: what was asked for, and who computes each variant's nights.

    A night in which something rare was drawn, and the sample of a nation, are SimPy's all the same.
    """
    found = {}
    for variant in variants:
        reason = covers(scenario, catalogue.conduct(*variant), trace)
        by_simpy = chosen() is Engine.SIMPY or reason
        found[str(variant)] = f"simpy ({reason or 'asked for'})" if by_simpy else "kernel"
    return {"asked": chosen().value, "answers": found}
