"""A change of the model that forgets the kernel fails here."""

from __future__ import annotations

import ast
import hashlib
from typing import Any, Final

import numpy as np

from sim.kernel import client
from sim.kernel.jit import entry, version
from tests.conftest import ROOT

MIRRORED: Final = {
    "assembly": "91afb814",
    "client.batching.batching": "d523dace",
    "client.batching.compression": "afb32567",
    "client.retry.backoff": "21ecb492",
    "client.retry.jitter": "4c8c773d",
    "client.retry.policy": "6643a0b1",
    "client.retry.signals": "affe96d5",
    "client.retry.stop": "8ac41715",
    "client.shaping.shaping": "2888cb85",
    "client.workflow": "91baaecc",
    "draws": "301576d0",
    "ingest.build": "5c0b616d",
    "ingest.outages": "a3f90511",
    "ingest.pipe": "0f5ec07f",
    "ingest.server": "3fe8c0ad",
    "ingest.slots": "ec9eba08",
    "ingest.workers": "317df50d",
    "ledger": "bbe3fd3e",
    "link": "2273e04e",
    "network.build": "b96ba1a4",
    "network.cell": "2afdc89b",
    "network.cell_clock": "d71d942b",
    "network.hazards": "e68071a7",
    "network.profile": "db5f17f5",
    "network.radio": "2337af1b",
    "people.device": "b96bbf9f",
    "people.kpps": "1161b1fa",
    "people.ppk": "da1bded5",
    "uplink": "3a4a1ff8",
    "way": "c64cf08e",
    "wiring": "3e143813",
}
"""The modules of ``sim`` whose course the kernel repeats, or whose translation into parts it does,
each with the digest of its code when the kernel was last held to it."""


def code_of(source: str) -> str:
    """The syntax tree of a module, without its docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [
                n
                for n in body
                if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
            ]
            node.body = kept  # type: ignore[attr-defined]  # every node with a list of statements
    return ast.dump(tree)


def digest(name: str) -> str:
    """Of a module as it is now."""
    file = ROOT / "sim" / f"{name.replace('.', '/')}.py"
    return hashlib.sha256(code_of(file.read_text(encoding="utf-8")).encode()).hexdigest()[:8]


def test_the_model_is_the_one_that_the_kernel_repeats() -> None:
    now = {name: digest(name) for name in MIRRORED}
    changed = [f'    "{name}": "{now[name]}",' for name in MIRRORED if now[name] != MIRRORED[name]]
    assert not changed, (
        "modules that sim/kernel repeats have changed. Read the change; mend the kernel, or put "
        "the change outside of sim/kernel/domain.py; run tests/sim/kernel; then write here\n"
        + "\n".join(changed)
    )


def test_comments_and_docstrings_are_no_change_but_code_is() -> None:
    one = '"""Text."""\ndef f(x):\n    """Text."""\n    return x + 1\n'
    assert code_of(one) == code_of("def f(x):  # more\n\n    return x + 1\n")
    assert code_of(one) != code_of(one.replace("1", "2"))


def test_what_is_kept_compiled_is_not_used_for_other_constants(monkeypatch: Any) -> None:
    before = version([client])
    assert before == version([client])
    monkeypatch.setattr(client, "INACTIVITY", 11.0)
    assert version([client]) != before
    monkeypatch.undo()
    monkeypatch.setattr(client, "_PRESS", np.uint64(1))
    assert version([client]) != before


def test_without_a_folder_that_can_be_written_the_kernel_is_compiled_all_the_same(
    monkeypatch: Any,
) -> None:
    def more(x: int) -> int:
        return x + 1

    monkeypatch.setattr("numba.core.caching.CacheImpl._locator_classes", [])
    assert entry(more)(2) == 3
