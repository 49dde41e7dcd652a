"""The catalogue: every named policy, in the order in which it is listed.

To add one: an entry in one of these files (or in your own module, or in a scenario's YAML: see
docs/how-to/policies.md).
"""

from __future__ import annotations

from typing import Final

from sim.client.retry.policy import Policy
from sim.client.retry.presets import cloud, library, mobile, theory

PRESETS: Final[dict[str, Policy]] = {
    policy.name: policy
    for family in (theory.POLICIES, cloud.POLICIES, library.POLICIES, mobile.POLICIES)
    for policy in family
}
