"""Commands on a disk that is too small, or that may not be written to: a real one, of memory.

    unshare --user --map-root-user --mount python -m tests.robustness.small_disk JOBS.json

The mounts are seen by this process alone and end with it, however it ends. ``JOBS.json`` holds
``[{"options": "size=16k", "from": FOLDER, "words": [...], "keep": FOLDER}, ...]``: each command
runs in a copy of ``from`` with a folder ``disk``, of which the files are copied to ``keep``. What
the commands said is printed as JSON.

Rule of this file: it mounts and copies; what is right is judged by who asked.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.robustness.command import carry_out


def perform(job: dict[str, Any], disk: Path) -> dict[str, Any]:
    """Mount, carry out, copy, and unmount."""
    folder = disk.parent / "at-work"
    shutil.copytree(job["from"], folder)
    (folder / "disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", job["options"], "none", str(folder / "disk")]
    subprocess.run(mount, check=True)
    try:
        with contextlib.chdir(folder):
            ended = carry_out(job["words"])
        shutil.copytree(folder / "disk", job["keep"])
    finally:
        subprocess.run(["umount", str(folder / "disk")], check=True)
        shutil.rmtree(folder)
    return {"code": ended.code, "err": ended.err, "escaped": ended.escaped, "out": ended.out}


def main() -> None:
    """Every job of the file."""
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with TemporaryDirectory(prefix="tangguh-disk-") as base:
        found = [perform(job, Path(base) / "disk") for job in jobs]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
