"""Files that are whole or not there: written under another name, then renamed.

Rule of this file: nothing of what is in them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; it takes the place of ``path`` when the block has ended well."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    yield scratch
    scratch.replace(path)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON for people and machines; a number that JSON cannot hold is an error."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    with replacing(path) as scratch:
        scratch.write_text(text + "\n", encoding="utf-8")
