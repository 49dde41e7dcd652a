"""What is stored and what is under way: the rows in memory, the files on the disk, kept in step.

The order makes an acknowledgement true: the file is durable under its final name, then its row is
committed, then the answer goes out. A crash between two steps leaves a file without a row (set
aside at the next start) and never a row without its file.

One process owns a store (a lock on its folder), so the rows are held in memory: about 500 bytes an
object, 7 MB for the 13,600 photographs of 1,700 stations.

Rule of this file: the order of the steps; no HTTP.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from server.answers import RefusedError
from server.committer import Committer, Kept
from server.disk import Disk, Part
from server.holdings import Holdings
from server.records.rows import Opened, Stored
from server.seams import Progress
from server.uploads import Upload

_REMEMBERED: Final = 10_000  # ids of uploads that are gone, to tell 410 from 404
_TALLY: Final = "tally"  # the key of a station's tally; every other object counts as photographs


class Store:
    """The rows in memory.

    Parameters
    ----------
    kecamatan : of a station, by its code.
    totals : stations of each kecamatan, from the registry; empty without one.
    expires : seconds after which an upload that does not go on is forgotten.
    expected : photographs of a complete station, where that is known.
    """

    def __init__(
        self,
        disk: Disk,
        committer: Committer,
        kecamatan: Callable[[str], str],
        totals: dict[str, int],
        expires: float,
        expected: int | None = None,
    ) -> None:
        self.disk = disk
        self.committer = committer
        self.expires = expires
        self.objects: dict[tuple[str, str], Stored] = {}
        self.uploads: dict[str, Upload] = {}
        self._under_way: dict[tuple[str, str], Upload] = {}
        self._gone: dict[str, None] = {}
        self.holdings = Holdings()
        self._kecamatan = kecamatan
        self._totals = totals
        self._rows = {name: Progress(name, count, 0, 0, 0, None) for name, count in totals.items()}
        self._heard: set[str] = set()
        self._photos: Counter[str] = Counter()
        self._expected = expected

    def know(self, row: Stored) -> None:
        """Take a committed row into memory."""
        if (row.tps, row.key) in self.objects:
            return
        self.objects[row.tps, row.key] = row
        self.holdings.take(row.tps, row.size)
        name = self._kecamatan(row.tps)
        was = self._rows.get(name) or Progress(name, 0, 0, 0, 0, None)
        photo = row.key != _TALLY
        heard = name not in self._totals and row.tps not in self._heard
        self._heard.add(row.tps)
        self._photos[row.tps] += photo
        count = self._photos[row.tps]
        self._rows[name] = Progress(
            name,
            was.tps_total + heard,
            was.tps_some + (photo and count == 1),
            was.photos + photo,
            was.bytes + row.size,
            max(was.last or 0.0, row.at),
            was.tps_all + (photo and count == self._expected),
        )

    def progress(self) -> list[Progress]:
        """How far every kecamatan is, by name."""
        return sorted(self._rows.values())

    def take_up(self, upload: Upload) -> None:
        """Take an upload into memory."""
        self.uploads[upload.id] = upload
        upload.promised = 0 if upload.done else upload.length or upload.offset
        self.holdings.take(upload.row.tps, upload.promised)
        if not upload.done:
            self._under_way[upload.row.tps, upload.row.key] = upload

    def under_way(self, tps: str, key: str) -> Upload | None:
        """The upload of an object that is not stored yet."""
        return self._under_way.get((tps, key))

    def find(self, name: str) -> Upload:
        """An upload by its id.

        Raises
        ------
        RefusedError : 404, or 410 where it is known to be gone.
        """
        upload = self.uploads.get(name)
        if upload is None:
            raise RefusedError(410 if name in self._gone else 404, "no such upload")
        return upload

    def promise(self, upload: Upload, size: int) -> None:
        """An upload is to have so many bytes."""
        if size > upload.promised:
            self.holdings.grow(upload.row.tps, size - upload.promised)
            upload.promised = size

    def new_upload(self, tps: str, key: str, length: int | None, sha256: bytes | None) -> Upload:
        """Begin an upload, in memory and with an empty part; its row is the caller's to commit."""
        now = time.time()
        part = self.disk.create()
        part.close()
        row = Opened(part.name, tps, key, length, sha256, now)
        upload = Upload(row, length, hasher=part.hasher, touched=now)
        self.take_up(upload)
        return upload

    def done_upload(self, stored: Stored) -> Upload:
        """An upload that is finished before it began; it is not kept over a restart."""
        row = Opened(secrets.token_hex(16), *stored[:4], time.time())
        upload = Upload(row, stored.size, stored.size, stored.size, done=True, touched=row.at)
        self.take_up(upload)
        return upload

    async def keep(
        self,
        part: Part,
        tps: str,
        key: str,
        sha256: bytes,
        sealed: Callable[[], None] = lambda: None,
    ) -> tuple[Stored, bool]:
        """Store a whole part; it is durable when this returns. Needs a place on the disk.

        Parameters
        ----------
        sealed : called when the file is durable and the row is not yet, from another thread.

        Returns
        -------
        The row, and whether it is new.

        Raises
        ------
        RefusedError : 409, if another digest is stored under this name.
        RecordsDownError : the row may or may not be kept; the file is.
        OSError : the file is not kept.
        """
        row = Stored(tps, key, part.size, sha256, time.time())
        kept: Kept = asyncio.get_running_loop().create_future()

        def queue() -> None:
            sealed()
            self.committer.put(row, kept)

        def sealing_failed(done: asyncio.Future[None]) -> None:
            if not done.cancelled() and (error := done.exception()) and not kept.done():
                kept.set_exception(error)

        self.disk.seal(part, tps, key, sha256, queue).add_done_callback(sealing_failed)
        return self._kept(row, await kept)

    async def commit(self, tps: str, key: str, size: int, sha256: bytes) -> tuple[Stored, bool]:
        """Commit the row of a sealed object; as :meth:`keep`."""
        row = Stored(tps, key, size, sha256, time.time())
        known = self.objects.get((tps, key))
        return self._kept(row, known.sha256 if known else await self.committer.store(row))

    def _kept(self, row: Stored, winner: bytes) -> tuple[Stored, bool]:
        """What became of a row whose name now stands for ``winner``."""
        if winner != row.sha256:
            self.disk.drop(row.tps, row.key, row.sha256)
            raise conflict()
        fresh = (row.tps, row.key) not in self.objects
        self.know(row)
        return self.objects[row.tps, row.key], fresh

    def finished(self, upload: Upload) -> None:
        """An upload has become an object."""
        upload.done = True
        self.holdings.grow(upload.row.tps, -upload.promised)  # the object has them now
        upload.promised = 0
        self._leave(upload)

    async def forget(self, upload: Upload) -> None:
        """Remove an upload, its part and its row; what it has stored stays."""
        self.remove(upload)
        await self.committer.close(upload.id)

    def remove(self, upload: Upload) -> None:
        """Remove an upload and its part from memory and disk; its row is the caller's to close."""
        if self.uploads.pop(upload.id, None) is not None:
            self.holdings.leave(upload.row.tps, upload.promised)
        self._leave(upload)
        upload.gone = True
        self._gone[upload.id] = None
        if len(self._gone) > _REMEMBERED:
            del self._gone[next(iter(self._gone))]
        self.disk.remove(upload.id)

    def overdue(self, now: float) -> Iterator[Upload]:
        """Uploads that have not gone on for too long."""
        for upload in self.uploads.values():
            if now - upload.touched > self.expires and not upload.busy:
                yield upload

    def _leave(self, upload: Upload) -> None:
        name = (upload.row.tps, upload.row.key)
        if self._under_way.get(name) is upload:
            del self._under_way[name]


def conflict() -> RefusedError:
    """Another object has this name."""
    return RefusedError(409, "an object with another digest is stored under this key")
