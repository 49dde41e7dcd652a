"""What a crash leaves behind is put in order: each row of the sweep's table."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TypeVar

import pytest

from server.answers import RecordsDownError, RefusedError
from server.committer import Committer
from server.disk import Disk, file_name
from server.records.rows import Batch, Opened, Stored
from server.records.sqlite import SqliteRecords
from server.store import Store
from server.sweep import Found, sweep

T = TypeVar("T")
BODY = b"hello"
SHA256 = hashlib.sha256(BODY).digest()
ROW = Stored("a-1", "photo-1", len(BODY), SHA256, 1.0)


def upload(name: str, key: str = "photo-1", sha256: bytes | None = None) -> Opened:
    return Opened(name, "a-1", key, len(BODY), sha256, 1.0)


def put(folder: Path, row: Stored, body: bytes = BODY) -> Path:
    name = file_name(row.tps, row.key, row.sha256)
    path = folder / "objects" / row.sha256.hex()[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def opened(folder: Path, use: Callable[[Store, Found], Awaitable[T]]) -> T:
    """Open the store in a folder as the server does, use it, close it."""

    async def work() -> T:
        records = SqliteRecords(folder / "records.sqlite")
        disk, committer = Disk(folder), Committer(records)
        contents = await committer.open("x", True)
        store = Store(disk, committer, lambda tps: "", {}, 60.0)
        try:
            return await use(store, await sweep(store, contents))
        finally:
            await committer.stop()
            disk.close()

    return asyncio.run(work())


def written(folder: Path, batch: Batch) -> None:
    async def work() -> None:
        records = SqliteRecords(folder / "records.sqlite")
        await records.open("x", True)
        await records.commit(batch)
        await records.close()

    asyncio.run(work())


async def what(store: Store, found: Found) -> Found:
    return found


def test_a_row_with_its_file_is_an_object(tmp_path: Path) -> None:
    written(tmp_path, Batch(stored=[ROW]))
    put(tmp_path, ROW)
    assert opened(tmp_path, what) == Found(objects=1)


@pytest.mark.parametrize("body", [None, b"hell"])
def test_a_row_without_its_whole_file_is_reported_and_may_be_sent_again(
    tmp_path: Path, body: bytes | None
) -> None:
    written(tmp_path, Batch(stored=[ROW]))
    if body is not None:
        put(tmp_path, ROW, body)

    async def use(store: Store, found: Found) -> tuple[str, ...]:
        assert store.objects == {}
        part = store.disk.create()
        part.write(BODY)
        await store.disk.place()
        assert (await store.keep(part, "a-1", "photo-1", SHA256))[1]
        return found.lost

    assert opened(tmp_path, use) == ("a-1/photo-1",)
    assert opened(tmp_path, what).lost == ()


def test_an_object_without_a_row_is_set_aside_and_never_deleted(tmp_path: Path) -> None:
    name = put(tmp_path, ROW).name
    assert opened(tmp_path, what) == Found(orphans=1)
    assert (tmp_path / "orphans" / name).read_bytes() == BODY


def test_a_part_that_no_upload_owns_is_removed(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "cut").write_bytes(b"hel")
    assert opened(tmp_path, what) == Found(cut=1)
    assert not (tmp_path / "parts" / "cut").exists()


def test_an_upload_goes_on_at_the_size_of_its_part(tmp_path: Path) -> None:
    written(tmp_path, Batch(opened=[upload("u")]))
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "u").write_bytes(b"hel")

    async def use(store: Store, found: Found) -> tuple[Found, int]:
        return found, store.find("u").offset

    assert opened(tmp_path, use) == (Found(resumed=1), 3)


@pytest.mark.parametrize("sha256", [None, SHA256])
def test_an_upload_whose_object_has_no_row_yet_waits_for_whoever_asks(
    tmp_path: Path, sha256: bytes | None
) -> None:
    written(tmp_path, Batch(opened=[upload("u", sha256=sha256)]))
    put(tmp_path, ROW)

    async def use(store: Store, found: Found) -> Found:
        kept = store.find("u")
        assert (kept.sealed, kept.done, kept.offset) == (SHA256, False, len(BODY))
        return found

    assert opened(tmp_path, use) == Found(resumed=1)


def test_an_upload_that_is_stored_is_finished_and_one_of_which_nothing_is_left_is_gone(
    tmp_path: Path,
) -> None:
    written(tmp_path, Batch([ROW], [upload("done"), upload("lost", "photo-2")]))
    put(tmp_path, ROW)

    async def use(store: Store, found: Found) -> Found:
        assert store.find("done").done
        with pytest.raises(RefusedError):
            store.find("lost")
        return found

    assert opened(tmp_path, use) == Found(objects=1, finished=1)


def test_a_name_that_is_no_objects_is_set_aside_too(tmp_path: Path) -> None:
    junk = tmp_path / "objects" / "zz"
    junk.mkdir(parents=True)
    (junk / "note.txt").write_text("?")
    (tmp_path / "objects" / "note.txt").write_text("!")
    assert opened(tmp_path, what).orphans == 1  # both have one name: one at a time
    assert opened(tmp_path, what).orphans == 1
    assert sorted(p.read_text() for p in (tmp_path / "orphans").iterdir()) == ["!", "?"]


def test_two_contents_under_one_name_leave_the_first(tmp_path: Path) -> None:
    async def use(store: Store, found: Found) -> list[bytes]:
        for body in (BODY, b"other"):
            part = store.disk.create()
            part.write(body)
            await store.disk.place()
            with pytest.raises(RefusedError) if body != BODY else nullcontext():
                await store.keep(part, "a-1", "photo-1", hashlib.sha256(body).digest())
        return [path.read_bytes() for path in (tmp_path / "objects").rglob("a-1.*")]

    assert opened(tmp_path, use) == [BODY]


def test_an_acknowledgement_comes_after_the_syncs_and_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    done: list[str] = []
    for name in ("rename", "fdatasync", "fsync"):
        real = getattr(os, name)

        def noted(*arguments: object, real=real, name=name) -> object:
            result = real(*arguments)
            done.append(name)
            return result

        monkeypatch.setattr(os, name, noted)
    commit = SqliteRecords.commit

    async def committed(self: SqliteRecords, batch: Batch) -> object:
        result = await commit(self, batch)
        done.append("commit")
        return result

    monkeypatch.setattr(SqliteRecords, "commit", committed)

    async def use(store: Store, found: Found) -> list[str]:
        part = store.disk.create()
        part.write(BODY)
        done.clear()
        await store.disk.place()
        await store.keep(part, "a-1", "photo-1", SHA256)
        return list(done)

    assert opened(tmp_path, use) == ["rename", "fdatasync", "fsync", "commit"]


def test_rows_that_wait_are_committed_together_and_a_broken_database_fails_them_all(
    tmp_path: Path,
) -> None:
    sizes: list[int] = []

    class Records(SqliteRecords):
        broken = False

        async def commit(self, batch: Batch) -> dict[tuple[str, str], bytes]:
            if self.broken:
                raise RecordsDownError("broken")
            sizes.append(len(batch.stored))
            return dict(await super().commit(batch))

    async def work() -> None:
        records = Records(tmp_path / "r.sqlite")
        committer = Committer(records)
        await committer.open("x", True)
        rows = [ROW._replace(tps=f"t{n}") for n in range(50)]
        block = committer.store(ROW)  # the rest gathers behind it
        futures = [committer.store(row) for row in rows]
        futures.append(committer.store(rows[0]._replace(sha256=b"x" * 32)))
        said = await asyncio.gather(*futures)
        await block
        assert said == [SHA256] * 51  # the first of two rows of one name counts
        records.broken = True
        down = [committer.store(ROW), committer.close("u")]
        assert [type(e) for e in await asyncio.gather(*down, return_exceptions=True)] == [
            RecordsDownError
        ] * 2
        assert committer.down == "broken"
        records.broken = False
        assert await committer.store(ROW) == SHA256
        assert committer.down == ""
        await committer.stop()

    asyncio.run(work())
    # 52; the second row of one name may, on a busy machine, come in a batch of its own
    assert sum(sizes) in (52, 53)
    assert sizes[-1] == 1
    assert len(sizes) <= 5
