"""Imports point one way, and the model stays pure: every module is parsed, none is imported.

tangguh > reports > study > sim, tangguh > locustfiles > sim, and the server stands alone.
`sim` prints nothing, logs nothing, reads no clock, draws no randomness but its own keyed draws, and
opens files in three named places only. Each rule is also shown a module that breaks it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

MAY_IMPORT = {
    "sim": {"sim"},
    "study": {"study", "sim"},
    "reports": {"reports", "study", "sim"},
    "locustfiles": {"locustfiles", "sim"},
    "server": {"server"},
    "tangguh": {"tangguh", "reports", "study", "locustfiles", "sim", "server"},
}
OURS = {*MAY_IMPORT, "tests", "benchmarks", "scenarios", "dev"}

# What the model may know of the world outside the standard library.
SIM_LIBRARIES = {"numba", "numpy", "scipy", "simpy", "pydantic", "pydantic_core", "yaml"}
# What of the standard library would give it a clock, a voice, chance, or the machine it runs on.
SIM_NEVER = {
    "asyncio", "concurrent", "http", "io", "logging", "multiprocessing", "os", "random", "secrets",
    "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time",
    "urllib", "uuid", "warnings",
}  # fmt: skip
SIM_FILE_ROOMS = ("sim/scenario/", "sim/population/", "sim/network/traces.py")
FILE_CALLS = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "loadtxt", "genfromtxt",
    "fromfile", "tofile", "memmap", "savetxt", "savez",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today"}


def _typing_only(tree: ast.Module) -> set[ast.AST]:
    """The nodes under `if TYPE_CHECKING:`, which name things and run nothing."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for child in node.body:
                found.update(ast.walk(child))
    return found


def _imported(node: ast.AST, package: list[str]) -> list[str]:
    """The full names of the modules that a node imports; `?` for a name that is computed."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        return [f"{base}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call):
        if ast.unparse(node.func).split(".")[-1] not in ("import_module", "__import__"):
            return []
        first = node.args[0] if node.args else None
        literal = isinstance(first, ast.Constant) and isinstance(first.value, str)
        return [str(first.value) if literal and isinstance(first, ast.Constant) else "?"]
    return []


def _impure(node: ast.AST, may_open: bool) -> str:
    """What a node of the model does that the model must not do, or nothing."""
    if isinstance(node, ast.Attribute):
        name = ast.unparse(node)
        if name in ("np.random", "numpy.random"):
            return f"draws from {name}; the only source of chance is sim.draws"
        if name in ("sys.stdout", "sys.stderr", "sys.stdin"):
            return f"uses {name}"
    if not isinstance(node, ast.Call):
        return ""
    *owner, call = ast.unparse(node.func).split(".")
    if not owner and call in ("print", "input"):
        return f"calls {call}()"
    if owner and owner[-1] in ("datetime", "date") and call in CLOCKS:
        return f"reads the clock by {owner[-1]}.{call}()"
    if call in FILE_CALLS and not may_open:
        return f"opens a file by {call}()"
    return ""


def _faults_of(path: str, source: str) -> Iterator[str]:
    room = path.split("/")[0]
    tree = ast.parse(source, path)
    typing_only = _typing_only(tree)
    package = path.split("/")[:-1]
    may_open = path.startswith(SIM_FILE_ROOMS)
    for node in ast.walk(tree):
        where = f"{path}:{getattr(node, 'lineno', 0)}"
        for name in _imported(node, package):
            top = name.split(".")[0]
            if top == "?":
                yield f"{where}: imports a module whose name it computes"
            elif top in OURS and top not in MAY_IMPORT[room]:
                yield f"{where}: {room} imports {top}"
            elif room != "sim" or top in OURS or node in typing_only:
                continue
            elif top in SIM_NEVER or name.startswith("numpy.random"):
                yield f"{where}: sim imports {name}"
            elif top not in SIM_LIBRARIES and top not in sys.stdlib_module_names:
                yield f"{where}: sim imports {name}, a library it should not know"
        if room == "sim" and (fault := _impure(node, may_open)):
            yield f"{where}: sim {fault}"


def faults(root: Path) -> list[str]:
    """Every breach of the rules in the rooms under a folder, one line each."""
    return [
        fault
        for room in MAY_IMPORT
        for path in sorted((root / room).rglob("*.py"))
        for fault in _faults_of(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    ]


def plant(root: Path, path: str, source: str) -> list[str]:
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text(source, encoding="utf-8")
    return faults(root)


def test_the_rooms_of_this_project_keep_the_arrows_and_the_purity_of_the_model() -> None:
    assert faults(ROOT) == []


def test_there_are_modules_to_look_at() -> None:
    for room in ("sim", "study", "tangguh"):
        assert list((ROOT / room).rglob("*.py")), room


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("sim/cell.py", "import study.ensemble"),
        ("sim/cell.py", "from reports import html"),
        ("sim/net/cell.py", "from ... import tangguh\nfrom ...study import ensemble"),
        ("sim/cell.py", "import importlib\nimportlib.import_module('study.plan')"),
        ("study/plan.py", "import tangguh.cli"),
        ("study/plan.py", "def late():\n    from reports.html import page"),
        (
            "study/plan.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import reports",
        ),
        ("study/plan.py", "import locustfiles.driver"),
        ("reports/html.py", "from tangguh import __version__"),
        ("locustfiles/driver.py", "import study"),
        ("locustfiles/driver.py", "import server.app"),
        ("server/app.py", "from sim.client import actions"),
        ("server/app.py", "import tangguh"),
        ("tangguh/run.py", "import tests.helpers"),
        ("tangguh/run.py", "import benchmarks"),
        ("tangguh/run.py", "import importlib\nimportlib.import_module('si' + 'm')"),
    ],
)
def test_an_arrow_that_points_the_wrong_way_is_found(
    tmp_path: Path, path: str, source: str
) -> None:
    found = plant(tmp_path, path, source)
    assert found
    assert all(line.startswith(f"{path}:") for line in found)


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from random import random",
        "import time",
        "from time import monotonic",
        "import logging",
        "import os",
        "import requests",
        "from locust import HttpUser",
        "import numpy.random",
        "from numpy.random import default_rng",
        "from numpy import random",
        "import numpy as np\nx = np.random.default_rng(1)",
        "import datetime\nx = datetime.datetime.now()",
        "from datetime import datetime, UTC\nx = datetime.now(UTC)",
        "from datetime import date\nx = date.today()",
        "print('sent')",
        "import sys\nsys.stderr.write('sent')",
        "open('cells.csv')",
        "from pathlib import Path\nPath('cells.csv').read_text()",
        "import numpy as np\nx = np.loadtxt('cells.csv')",
    ],
)
def test_a_model_that_is_not_pure_is_found(tmp_path: Path, source: str) -> None:
    assert len(plant(tmp_path, "sim/network/cell.py", source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("sim/night.py", "from datetime import datetime, time\nx: time"),
        ("sim/night.py", "import simpy\ndef run(env):\n    return env.now"),
        ("sim/night.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import logging"),
        ("sim/night.py", "from sim.network import cell"),
        ("sim/scenario/source.py", "from pathlib import Path\nPath('a').read_text()"),
        ("sim/population/csv_files.py", "open('a')"),
        ("sim/network/traces.py", "open('a')"),
        ("study/store.py", "import time, os, logging\nprint(time.time())"),
        ("tangguh/run.py", "import reports, study, sim, locustfiles, server"),
        ("server/app.py", "import server.store, sqlite3"),
    ],
)
def test_what_is_allowed_is_left_alone(tmp_path: Path, path: str, source: str) -> None:
    assert plant(tmp_path, path, source) == []
