"""Who computes a night.

Rule of this file: names.
"""

from __future__ import annotations

from enum import StrEnum

from sim.scenario.errors import UserFaultError


class Engine(StrEnum):
    """SimPy is the reference and does all nights. The compiled kernel does those of its domain
    (:mod:`sim.kernel.domain`), with the same result to the last bit."""

    AUTO = "auto"  # the kernel where it can, SimPy elsewhere
    SIMPY = "simpy"
    KERNEL = "kernel"


class EngineError(UserFaultError):
    """The kernel is asked for a night that is outside of its domain."""
