"""`tangguh policies`, policies composed in YAML and policies of a user's module."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.client.retry.backoff import Exponential
from sim.client.retry.budgets import RetryRatio
from sim.client.retry.jitter import FullJitter
from sim.client.retry.presets import PRESETS
from sim.client.retry.signals import Rule
from sim.scenario.conduct import read_scenario
from sim.scenario.parts import BACKOFFS, GUARDS, JITTERS
from tests.conftest import write_small
from tests.tangguh.test_commands import refused, tangguh

MODULE = """
from dataclasses import dataclass
from sim.client.retry.policy import Policy
from sim.client.retry.stop import Stop

@dataclass(frozen=True)
class Law:
    def delay(self, retry):
        if retry >= 1 and retry < 100:
            raise RuntimeError("no law for that")
        return 1.0

POLICIES = [Policy("mine", source="us", backoff=Law(), stop=Stop(attempts=5))]
"""


def test_the_table_the_filter_and_a_sheet(tmp_path: Path) -> None:
    table = tangguh("policies", cwd=tmp_path)
    assert table.returncode == 0, table.stderr
    for name in ("aws-adaptive", "hub", "slots-by-hash"):
        assert name in table.stdout
    assert "UNFIT" in table.stdout
    found = tangguh("policies", "--match", "finagle", cwd=tmp_path).stdout
    assert "finagle-budget" in found
    assert "aws-adaptive" not in found
    sheet = tangguh("policies", "show", "grpc", "--plot", "law.svg", cwd=tmp_path)
    assert "proposal A6" in sheet.stdout
    assert "retry  3" in sheet.stdout
    assert (tmp_path / "law.svg").read_text().startswith("<?xml")
    assert "did you mean 'grpc'?" in refused("policies", "show", "gprc", cwd=tmp_path)
    assert "expected one of policy, batching, shaping" in refused(
        "policies", "--kind", "retry", cwd=tmp_path
    )


def test_a_policy_composed_in_yaml(tmp_path: Path) -> None:
    file = write_small(
        tmp_path,
        """policies:
  patient:
    like: full-jitter
    backoff: {exponential: {base: 5 s, cap: 5 min}}
    retry_after: {rule: instead, jitter: 50%}
    guards: [{ratio: {per_minute: 4}}]
  plain: {backoff: {fixed: 30 s}, jitter: full, stop: {attempts: 3}}
batchings: {small: {like: chunks, chunk: 64 KiB}}
client: {policy: patient, batching: small}
""",
    )
    _, catalogue = read_scenario(file)
    patient = catalogue.policies["patient"]
    assert patient.backoff == Exponential(5.0, 2.0, 300.0)
    assert patient.jitter == FullJitter()
    assert patient.stop == PRESETS["full-jitter"].stop
    assert patient.retry_after.rule is Rule.INSTEAD
    assert patient.guards == (RetryRatio(1.0, 4.0),)
    assert catalogue.batchings["small"].chunk == 64 * 1024
    assert tangguh("run", file, "-n", 1, "-j", 1, "--no-compare", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("table", "part"),
    [("backoff", p) for p in BACKOFFS]
    + [("jitter", p) for p in JITTERS]
    + [("guards", p) for p in GUARDS],
)
def test_every_part_can_be_written_in_yaml(table: str, part: str, tmp_path: Path) -> None:
    """By the shortest text that it accepts: all constants that it needs, as 1 of their unit."""
    kinds = {"backoff": BACKOFFS, "jitter": JITTERS, "guards": GUARDS}[table]
    import dataclasses
    from typing import get_type_hints

    from sim.scenario.parts import unit_of

    unit = {"s": "1 s", "share": "100%", "1/s": "1 per s", "count": "1", "delays": "[1 s, 2 s]"}
    hints = get_type_hints(kinds[part], include_extras=True)
    needed = {
        f.name: unit[unit_of(hints[f.name]) or ""]
        for f in dataclasses.fields(kinds[part])
        if f.default is dataclasses.MISSING
    }
    inner = ", ".join(f"{k}: {v}" for k, v in needed.items())
    text = f"{{{part}: {{{inner}}}}}"
    value = f"[{text}]" if table == "guards" else text
    file = write_small(tmp_path, f"policies: {{p: {{like: full-jitter, {table}: {value}}}}}\n")
    policy = read_scenario(file)[1].policies["p"]
    built = policy.guards[0] if table == "guards" else getattr(policy, table)
    assert type(built) is kinds[part]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("policies: {p: {like: nonne}}", "did you mean 'none'?"),
        ("policies: {p: {backoff: {expo: 1 s}}}", "expected one of"),
        ("policies: {p: {backoff: fixd}}", "did you mean 'fixed'?"),
        ("policies: {p: {backoff: {fixed: 30}}}", "has no unit"),
        ("policies: {p: {backoff: {fixed: -1 s}}}", "must not be negative"),
        ("policies: {p: {backoff: {fixed: 0 s}}}", "at once for ever"),
        ("policies: {p: {retry_on: [99]}}", "100"),
        ("batchings: {b: {chunk: 1 MB}}", "resumes"),
        ("shapings: {s: {slots: 3}}", "width"),
        ("modules: [nowhere.py]", "there is no file"),
        ("client: {shaping: at-onze}", "did you mean 'at-once'?"),
    ],
)
def test_impossible_entries_are_answered_at_their_place(
    text: str, expected: str, tmp_path: Path
) -> None:
    file = write_small(tmp_path, text + "\n")
    said = refused("validate", file, cwd=tmp_path)
    assert expected in said, said
    assert len(said.splitlines()) == 1, said
    assert said.startswith(f"{file}:4:"), said


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("POLICIES = [1 / 0]", "mine.py:1: in <module>: ZeroDivisionError: division by zero"),
        ("POLICIES = [", "mine.py:1: SyntaxError"),
        ("POLICIES = [3]", "POLICIES holds a int, not a Policy"),
        ("X = 1", "defines none of POLICIES, BATCHINGS, SHAPINGS"),
    ],
)
def test_a_module_that_cannot_be_used_is_one_line(code: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(code)
    said = refused("validate", write_small(tmp_path, "modules: [mine.py]\n"), cwd=tmp_path)
    assert expected in said, said
    assert len(said.splitlines()) == 1, said


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_module_that_raises_in_a_night_ends_the_run_and_keeps_what_was_done(
    jobs: int, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(MODULE)
    file = write_small(tmp_path, "modules: [mine.py]\nclient: {policy: none}\n")
    said = refused(
        "compare", file, "--policy", "none,mine", "-n", 4, "--jobs", jobs, "--out", "o",
        cwd=tmp_path,
    )  # fmt: skip
    assert "mine.py:10: in delay: RuntimeError: no law for that" in said
    assert len(said.strip().splitlines()[-1:]) == 1
    assert list((tmp_path / "o" / "parts").glob("none+*/*.npz"))
