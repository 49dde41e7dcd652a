"""Photographs on the disk: a part while it comes in, an object when it is whole and durable.

    parts/ID                        what has arrived of an upload, and empty spares
    objects/3f/TPS.KEY.SHA256       an object; 3f are the first two digits of its digest
    orphans/                        what no row speaks of, set aside at the start, never deleted

An object's name holds its digest, so two different contents never overwrite each other: which one
counts is decided by the row alone, and a file can be checked without the database. A piece is
written as it arrives, by ``pwrite``, so a connection costs no buffer. Then rename, ``fdatasync``,
``fsync`` of the folder, in a pool of threads: many syncs at once are merged by the file system's
journal, and after the rename one commit of it carries the size and the name. The usual order (sync
first) protects those who take a name for the truth; here the row is, and it is committed last.
(Pillai et al., All File Systems Are Not Created Equal, OSDI 2014, on what must be synced.)

Making a file waits for the journal while others sync, 0.8 ms measured on ext4; so a thread keeps
some spare parts ready, and the event loop takes one.

Rule of this file: files and threads; no HTTP, no rows.
"""

# Names are strings here: a Path object for each would cost more than the call does.
# ruff: noqa: PTH103, PTH104, PTH108, PTH110, PTH116, PTH119

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

_T = TypeVar("_T")

THREADS: Final = 48
"""Syncs at the same time. With 5 ms a sync, two an object, that is 4,800 objects a second: more
than one process can take in. An assumption of ours about the slowest disk worth serving."""
SPARES: Final = 64
"""Empty parts that are kept ready: as many as may begin while one is being made. An assumption."""
_PIECE: Final = 1 << 18  # bytes read at a time where a digest is taken anew


def file_name(tps: str, key: str, sha256: bytes) -> str:
    """The name of an object's file; neither a key nor a digest has a dot."""
    return f"{tps}.{key}.{sha256.hex()}"


class Part:
    """A file that grows while a body comes in; digests are taken on the way.

    Attributes
    ----------
    size : bytes that are in the file.
    hasher : SHA-256 of all of them; ``None`` where earlier ones were not seen by this process.
    content : digest of this request's bytes only, where one was announced.
    """

    __slots__ = ("content", "fd", "hasher", "path", "size")

    def __init__(self, path: str, fd: int, size: int, hasher: Any) -> None:
        self.path = path
        self.fd = fd
        self.size = size
        self.hasher = hasher
        self.content: Any = None

    @property
    def name(self) -> str:
        """Its name among the parts."""
        return self.path[self.path.rindex("/") + 1 :]

    def write(self, piece: bytes | memoryview) -> None:
        """Append a piece.

        Raises
        ------
        OSError : the disk is full, or broken.
        """
        written = os.pwrite(self.fd, piece, self.size)
        while written < len(piece):
            written += os.pwrite(self.fd, memoryview(piece)[written:], self.size + written)
        self.size += written
        if self.hasher is not None:
            self.hasher.update(piece)
        if self.content is not None:
            self.content.update(piece)

    def close(self) -> None:
        """Let go of the file; it stays."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def discard(self) -> None:
        """Let go of the file, and remove it."""
        self.close()
        with suppress(FileNotFoundError):
            os.unlink(self.path)


class Disk:
    """The folder of a store.

    Parameters
    ----------
    stall : seconds that are added to every sync (a fault; see :class:`server.seams.Faults`).
    synced : called from a thread after each sync with its seconds.
    """

    def __init__(
        self,
        root: Path,
        stall: Callable[[], float] = lambda: 0.0,
        synced: Callable[[float], None] = lambda seconds: None,
        threads: int = THREADS,
    ) -> None:
        self.root = root
        self._parts = f"{root}/parts"
        self._objects = f"{root}/objects"
        self._orphans = f"{root}/orphans"
        self._stall = stall
        self._synced = synced
        self._pool = ThreadPoolExecutor(threads, "disk")
        self._places = asyncio.Semaphore(threads)
        self._spares: deque[tuple[str, int]] = deque()
        self._refilling = False
        shards = [f"{self._objects}/{number:02x}" for number in range(256)]
        for folder in (self._parts, self._objects, self._orphans, *shards):
            os.makedirs(folder, exist_ok=True)
        self._folders = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY) for folder in shards]
        for folder in (self._objects, str(root)):
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            os.fsync(fd)
            os.close(fd)

    def create(self) -> Part:
        """A new part, with a name that cannot be guessed."""
        if not self._refilling and len(self._spares) < SPARES // 2:
            self._refilling = True
            asyncio.get_running_loop().run_in_executor(self._pool, self._refill)
        try:
            name, fd = self._spares.popleft()
        except IndexError:
            name, fd = self._new_file()
        return Part(f"{self._parts}/{name}", fd, 0, hashlib.sha256())

    def reopen(self, name: str, size: int, hasher: Any) -> Part:
        """A part that goes on after its first ``size`` bytes.

        Raises
        ------
        FileNotFoundError : it is not there.
        """
        path = f"{self._parts}/{name}"
        return Part(path, os.open(path, os.O_RDWR | os.O_CLOEXEC), size, hasher)

    def remove(self, name: str) -> None:
        """Remove a part, if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(f"{self._parts}/{name}")

    def truncate(self, part: Part, size: int) -> None:
        """Cut a part back."""
        os.ftruncate(part.fd, size)
        part.size = size

    async def place(self) -> None:
        """Wait for a thread; what needs it gives it back, or :meth:`leave` does."""
        await self._places.acquire()

    def leave(self) -> None:
        """Give a place back unused."""
        self._places.release()

    async def sync(self, part: Part) -> None:
        """Make a part's bytes durable. Needs a place."""
        await self._in_thread(self._sync, os.fdatasync, part.fd)

    def seal(
        self, part: Part, tps: str, key: str, sha256: bytes, sealed: Callable[[], None]
    ) -> asyncio.Future[None]:
        """Make a part an object, durably, and let go of it. Needs a place.

        Parameters
        ----------
        sealed : called from the thread once it is durable: what follows need not wait for the loop.
        """
        loop = asyncio.get_running_loop()
        sealing = loop.run_in_executor(self._pool, self._seal, part, tps, key, sha256, sealed)
        sealing.add_done_callback(lambda done: self._places.release())
        return sealing

    async def digest(self, part: Part) -> bytes:
        """The SHA-256 of a part, read anew. Needs a place."""
        return await self._in_thread(self._digest, part)

    def drop(self, tps: str, key: str, sha256: bytes) -> None:
        """Remove an object that another one won against."""
        with suppress(FileNotFoundError):
            os.unlink(self._path(file_name(tps, key, sha256)))

    def parts(self) -> dict[str, tuple[int, float]]:
        """Names of all parts with their sizes and the times of their last change."""
        with os.scandir(self._parts) as found:
            return {e.name: (e.stat().st_size, e.stat().st_mtime) for e in found}

    def objects(self) -> dict[str, tuple[str, int]]:
        """Where every object lies, and its size, by the name of its file."""
        found = {}
        for folder, _, names in os.walk(self._objects):
            for name in names:
                path = f"{folder}/{name}"
                found[name] = path, os.stat(path).st_size
        return found

    def set_aside(self, path: str) -> None:
        """Move a file that no row speaks of."""
        to = f"{self._orphans}/{os.path.basename(path)}"
        while os.path.exists(to):
            to += "~"
        os.rename(path, to)

    def close(self) -> None:
        """End the threads, and remove the spares."""
        self._pool.shutdown()
        for fd in self._folders:
            os.close(fd)
        while self._spares:
            name, fd = self._spares.popleft()
            os.close(fd)
            self.remove(name)

    def _path(self, name: str) -> str:
        """Where an object's file lies."""
        at = name.rindex(".") + 1
        return f"{self._objects}/{name[at : at + 2]}/{name}"

    def _new_file(self) -> tuple[str, int]:
        name = secrets.token_hex(16)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return name, os.open(f"{self._parts}/{name}", flags, 0o640)

    def _refill(self) -> None:
        try:
            while len(self._spares) < SPARES:
                self._spares.append(self._new_file())
        finally:
            self._refilling = False

    async def _in_thread(self, work: Callable[..., _T], *arguments: Any) -> _T:
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, work, *arguments)
        finally:
            self._places.release()

    def _seal(
        self, part: Part, tps: str, key: str, sha256: bytes, sealed: Callable[[], None]
    ) -> None:
        path = self._path(file_name(tps, key, sha256))
        os.rename(part.path, path)
        self._sync(os.fdatasync, part.fd)
        part.close()
        self._sync(os.fsync, self._folders[sha256[0]])
        sealed()

    def _sync(self, call: Callable[[int], None], fd: int) -> None:
        began = time.perf_counter()
        if stall := self._stall():
            time.sleep(stall)
        call(fd)
        self._synced(time.perf_counter() - began)

    def _digest(self, part: Part) -> bytes:
        hasher = hashlib.sha256()
        at = 0
        while at < part.size and (piece := os.pread(part.fd, min(_PIECE, part.size - at), at)):
            hasher.update(piece)
            at += len(piece)
        return hasher.digest()
