"""Looks for words in everything that a command has written, whatever the file's form.

Rule of this file: files are read as their readers do, Parquet by its rows, zip and gzip unpacked;
and it looks for a word as it is, in base64, in hexadecimal and as a URL has it.
"""

from __future__ import annotations

import base64
import gzip
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb


def leaks(words: Iterable[str], folder: Path, *said: str) -> list[str]:
    """Where a word stands: ``word in file``; what was printed is ``said``."""
    forms = {form: word for word in words for form in _forms(word)}
    found = {
        f"{word} in {name}"
        for name, content in (*_contents(folder), *(("output", s.encode()) for s in said))
        for form, word in forms.items()
        if form in content
    }
    return sorted(found)


def _forms(word: str) -> set[bytes]:
    plain = word.encode()
    codes = {base64.b64encode(bytes(shift) + plain)[4:-4] for shift in range(3)}  # in any place
    return {plain, plain.hex().encode(), quote(word).encode(), *(c for c in codes if len(c) > 7)}


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = str(path.relative_to(folder))
        yield name, name.encode()
        content = path.read_bytes()
        yield name, content
        if path.suffix == ".parquet":
            rows = duckdb.read_parquet(str(path))
            yield name, str([rows.columns, *rows.fetchall()]).encode()
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for part in packed.namelist():
                    yield f"{name}/{part}", packed.read(part)
        elif content[:2] == b"\x1f\x8b":
            yield name, gzip.decompress(content)
