"""What a model card is made of.

Rule of this file: plain data; it is collected elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sim.scenario.assumptions import Assumption
from study.oracles import Verification


@dataclass(frozen=True, slots=True)
class Material:
    """What a card is made of.

    Attributes
    ----------
    calibration : contents of ``calibration.json``.
    assumptions : of each world's scenario, by world.
    effects, sensitivity, evidence : contents of those studies' files; None: not done.
    verification : the oracle tests; None: not run, and ``why`` says why not.
    commands : to reproduce everything, and to fill each gap (by the name of the study).
    """

    calibration: Mapping[str, Any]
    assumptions: Mapping[str, Sequence[Assumption]]
    effects: Mapping[str, Any] | None
    sensitivity: Mapping[str, Any] | None
    evidence: Mapping[str, Any] | None
    verification: Verification | None
    why: str
    commands: Sequence[str]
    gaps: Mapping[str, str]
    versions: Mapping[str, str]
    platform: str
    when: str
    start: datetime
    snapshot: datetime
