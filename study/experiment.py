"""Variants of a scenario over the same nights, from a folder's parts to plain results.

Rule of this file: the plan (which nights of which variants) and its carrying out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.assembly import Night
from study.ensemble import run
from study.nights import Setting, Task, Variant, recall


@dataclass(frozen=True, slots=True)
class Plan:
    """How many nights of each variant; every variant has nights 0, 1, 2, ... of the same seed."""

    nights: Mapping[Variant, int]

    def tasks(self) -> list[Task]:
        """The tasks, night by night, so that an interrupted plan leaves comparable halves."""
        longest = max(self.nights.values(), default=0)
        return [
            Task(variant, replication)
            for replication in range(longest)
            for variant, count in self.nights.items()
            if replication < count
        ]


def carry_out(
    setting: Setting, plan: Plan, jobs: int, finished: Callable[[Task], None]
) -> dict[Variant, list[Night]]:
    """Simulate what is missing and return all nights of the plan, in order of replication."""
    run(setting, plan.tasks(), jobs, finished)
    return {
        variant: [recall(Task(variant, r).path(setting.parts)) for r in range(count)]
        for variant, count in plan.nights.items()
    }
