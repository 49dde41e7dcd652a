"""Which model the kernel mirrors: a digest of its source, without comments and docstrings.

``python -m kernel.digest`` prints it. A change of the model changes it, and ``tests/kernel`` fails
until somebody has re-read the change, mended the kernel, run the differential tests and written the
new digest into ``kernel/mirrored.txt``.

Rule of this file: reading only.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
STORED: Final = Path(__file__).with_name("mirrored.txt")
MIRRORED: Final = (
    "assembly",
    "client/batching/batching",
    "client/retry/policy",
    "client/retry/stop",
    "client/workflow",
    "draws",
    "ingest/build",
    "ingest/nation",
    "ingest/outages",
    "ingest/pipe",
    "ingest/server",
    "ingest/slots",
    "ingest/workers",
    "ledger",
    "link",
    "network/build",
    "network/cell",
    "network/cell_clock",
    "network/hazards",
    "network/profile",
    "network/radio",
    "night",
    "people/device",
    "people/kpps",
    "people/ppk",
    "population/world",
    "uplink",
    "way",
)
"""Modules of ``sim`` whose course the kernel repeats, or whose fields it reads."""


def digest() -> str:
    """Of the mirrored modules as they are now."""
    whole = hashlib.sha256()
    for name in MIRRORED:
        tree = ast.parse((ROOT / "sim" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [  # type: ignore[attr-defined]  # every node with a list of statements
                    part
                    for part in body
                    if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
                ]
        whole.update(ast.dump(tree).encode())
    return whole.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest() + "\n")
