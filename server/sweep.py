"""The start: what a crash has left is put in order before the first request.

| left behind | what happens |
|---|---|
| a part that no upload owns (a plain upload was cut off) | removed: it was never acknowledged |
| an upload's row and part | the upload goes on, at the part's size |
| an upload's row, its object without a row (cut before the commit) | whoever asks commits it |
| an upload's row, its object stored | the upload is finished |
| an upload's row and nothing else | its row is removed |
| an object without a row | set aside in ``orphans/``, reported |
| a row without its file | reported as lost: it must never happen; the object may be sent again |

Rule of this file: it runs once, before anybody is served.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.disk import Disk, file_name
from server.records.rows import Contents, Opened
from server.store import Store
from server.uploads import Upload


@dataclass(slots=True)
class Found:
    """What the sweep found, by number.

    Attributes
    ----------
    lost : rows whose file is not there or has another size, as ``TPS/KEY``.
    """

    objects: int = 0
    resumed: int = 0
    finished: int = 0
    orphans: int = 0
    cut: int = 0
    lost: tuple[str, ...] = ()


async def sweep(store: Store, contents: Contents) -> Found:
    """Put a store in order, and take what counts into memory."""
    disk, found = store.disk, Found()
    files = disk.objects()
    lost = []
    for row in contents.stored:
        if files.pop(file_name(row.tps, row.key, row.sha256), ("", -1))[1] == row.size:
            store.know(row)
            found.objects += 1
        else:
            lost.append(f"{row.tps}/{row.key}")
    found.lost = tuple(lost)
    parts = disk.parts()
    closed = []
    for opened in contents.opened:
        upload = _resumed(store, disk, opened, parts, files)
        if upload is None:
            closed.append(opened.id)
            continue
        store.take_up(upload)
        parts.pop(opened.id, None)
        if upload.done:
            found.finished += 1
        else:
            found.resumed += 1
    for name in parts:
        disk.remove(name)
        found.cut += 1
    for path, _ in files.values():
        disk.set_aside(path)
        found.orphans += 1
    if closed:
        await store.committer.close(*closed)
    return found


def _resumed(
    store: Store,
    disk: Disk,
    row: Opened,
    parts: dict[str, tuple[int, float]],
    files: dict[str, tuple[str, int]],
) -> Upload | None:
    """An upload as the crash has left it; ``None`` if nothing of it is left."""
    if row.id in parts:
        size, touched = parts[row.id]
        return Upload(row, row.length, size, touched=touched)
    stored = store.objects.get((row.tps, row.key))
    if stored is not None:
        if row.sha256 is not None and row.sha256 != stored.sha256:
            return None
        return Upload(row, stored.size, stored.size, stored.size, done=True, touched=stored.at)
    announced = row.sha256.hex() if row.sha256 is not None else "[0-9a-f]{64}"
    own = re.compile(rf"{re.escape(row.tps)}\.{row.key}\.({announced})")
    for name in files:
        if match := own.fullmatch(name):
            (_, size), sha256 = files.pop(name), bytes.fromhex(match[1])
            return Upload(row, size, size, size, sealed=sha256, touched=row.at)
    return None
