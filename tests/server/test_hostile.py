"""What an attacker would try: floods, drips, names that climb, two who write to one upload.

Nobody here has to be let in: most of it is sent without a token. After each attack the server
answers others, has kept nothing, and is as large as it was; a traceback in its log fails any test.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import random
import re
import threading
import time
from contextlib import ExitStack, suppress

import pytest

from tests.server.attacking import GROWTH, MEGABYTE, MOST, head, pour, token, tus
from tests.server.running import Running, eventually

HEAD_AS = "HEAD /v1/tps/A-2/x HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\n\r\n"

pytestmark = pytest.mark.usefixtures("unharmed")

# Floods


def test_one_connection_cannot_queue_requests_without_end(attacked: Running) -> None:
    with attacked.connect() as wire:
        assert not pour(wire, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 10_000, 100)


def test_a_few_requests_in_one_piece_are_answered_in_their_order(attacked: Running) -> None:
    def upload(n: int, last: bool) -> bytes:
        more = {"Connection": "close"} if last else {}
        body = f"photo {n}".encode()
        return head("POST", f"/v1/tps/A-1/row-{n}", "A-1", Content_Length=7, **more) + body

    said = attacked.talk(b"".join(upload(n, last=n == 9) for n in range(10)))
    places = [said.index(f'"key": "row-{n}"'.encode()) for n in range(10)]
    assert places == sorted(places)
    assert said.count(b"HTTP/1.1 201 ") == 10


@pytest.mark.parametrize("path", ["/healthz", "/", "/v1/tps/A-1/chunks", "/tus"])
@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(b"0\r\n" + b"A: b\r\n" * 10_000, id="trailers"),
        pytest.param(b"0\r\nA: " + b"b" * 60_000, id="one endless trailer"),
        pytest.param(b"1;" + b"x" * 60_000, id="one endless extension"),
        pytest.param(b"1\r\nx\r\n" * 10_000, id="tiny chunks"),
        pytest.param(b"fffffff\r\n" + b"x" * 60_000, id="a huge chunk"),
    ],
)
def test_a_chunked_body_costs_nothing_however_it_goes_on(
    attacked: Running, path: str, flood: bytes
) -> None:
    with attacked.connect() as wire:
        wire.sendall(head("POST", path, "A-1", Transfer_Encoding="chunked") + flood)
        pour(wire, flood.removeprefix(b"0\r\n"), 300)


def test_a_body_without_a_token_is_thrown_away_unread(attacked: Running) -> None:
    with attacked.connect() as wire:
        wire.sendall(head("POST", "/v1/tps/A-1/big", Content_Length=50 * MEGABYTE))
        assert pour(wire, b"x" * MEGABYTE, 50)
        assert wire.recv(4096).startswith(b"HTTP/1.1 401 ")


def test_hundreds_of_unfinished_heads_keep_nobody_out(attacked: Running) -> None:
    with ExitStack() as wires:
        for _ in range(300):
            wire = wires.enter_context(attacked.connect())
            wire.sendall(b"POST /v1/tps/A-1/x HTTP/1.1\r\nX: " + b"y" * 8000)
        assert attacked.ask("GET", "/healthz").status == 200


@pytest.mark.parametrize("field", [b"a:\r\n", b"a: b\r\n", b"Upload-Metadata: k QUFB\r\n"])
def test_many_small_fields_cost_no_more_memory_than_a_few_large_ones(
    attacked: Running, field: bytes
) -> None:
    before = attacked.memory()
    with ExitStack() as wires:
        for _ in range(200):
            wire = wires.enter_context(attacked.connect())
            wire.sendall(b"POST /tus HTTP/1.1\r\nHost: x\r\n" + field * (15_000 // len(field)))
        assert attacked.ask("GET", "/healthz").status == 200
        assert attacked.memory() < before + GROWTH


def test_requests_that_wait_behind_a_slow_one_are_few_and_small(attacked: Running) -> None:
    before = attacked.memory()
    slow = head("POST", "/v1/tps/A-1/slow", "A-1", Content_Length=5) + b"phot"
    behind = head("POST", "/v1/tps/A-1/x", X="y" * 3800, Content_Length=0)
    with ExitStack() as wires:
        for _ in range(20):
            wire = wires.enter_context(attacked.connect())
            wire.sendall(slow)
            wire.settimeout(1.0)
            with suppress(OSError):  # it reads no more
                wire.sendall(behind * 1000)
        assert attacked.ask("GET", "/healthz").status == 200
        assert attacked.memory() < before + GROWTH


def test_junk_costs_the_log_no_more_than_a_few_lines_a_second(attacked: Running) -> None:
    before, began = len(attacked.log()), time.monotonic()
    for _ in range(300):
        assert attacked.talk(b"\0junk\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    seconds = time.monotonic() - began
    assert len(attacked.log()) - before < (seconds + 2) * 20 * 150


def test_guesses_of_a_token_are_refused_and_counted(attacked: Running) -> None:
    def refused() -> int:
        text = attacked.ask("GET", "/metrics").body.decode()
        found = re.search(r'requests_total{route="plain",status="401"} (\d+)', text)
        return int(found[1]) if found else 0

    before = refused()
    right = token("A-2")["Authorization"]
    with attacked.connect() as wire:
        for n in range(500):
            guess = f"{right[:-1]}{n}" if n % 2 else right[: 7 + n % 18]
            wire.sendall(HEAD_AS.format(guess).encode())
            assert wire.recv(4096).startswith(b"HTTP/1.1 401 ")
    assert refused() == before + 500
    assert right.split()[1] not in attacked.log()


# Early answers reach those who send slowly


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
def test_a_refusal_reaches_a_client_that_reads_only_after_it_has_sent_everything(
    attacked: Running, connection: str
) -> None:
    with attacked.connect() as wire:
        wire.sendall(
            head("POST", "/v1/tps/A-1/big", Content_Length=8 * MEGABYTE, Connection=connection)
        )
        assert pour(wire, b"x" * MEGABYTE, 8)
        assert wire.recv(4096).startswith(b"HTTP/1.1 401 ")


def test_a_client_that_asked_whether_to_send_is_told_no_and_that_the_connection_ends(
    attacked: Running,
) -> None:
    said = attacked.talk(
        head("POST", "/v1/tps/A-1/big", Content_Length=MEGABYTE, Expect="100-continue"), until=0.3
    )
    assert said.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in said
    assert b"100 Continue" not in said


# Drips


def test_a_byte_now_and_then_does_not_hold_a_place(attacked: Running) -> None:
    with attacked.connect() as wire:
        wire.sendall(head("POST", "/v1/tps/A-1/drip", "A-1", Content_Length=600))
        wire.setblocking(False)

        def given_up() -> bool:
            try:
                wire.send(b"x")
                return wire.recv(4096).startswith(b"HTTP/1.1 408 ")
            except BlockingIOError:
                time.sleep(0.1)
                return False

        eventually(given_up)


def test_junk_behind_an_upload_does_not_cost_its_acknowledgement(attacked: Running) -> None:
    said = attacked.talk(
        head("POST", "/v1/tps/A-1/junk", "A-1", Content_Length=5) + b"photo\x16\x03\x01 junk"
    )
    assert said.startswith(b"HTTP/1.1 201 ")
    assert said.count(b"HTTP/1.1 ") == 1


# Names


@pytest.mark.parametrize(
    "name",
    [
        "A-1/..%2f..%2fescaped", "..%2f..%2fetc/escaped", "%2e%2e/escaped", "A-1/%2e%2e",
        "../escaped", "A-1/escaped%00", "A-1/escaped%0a", "A-1%5c..%5cescaped/x", "A-1/%ff",
        "A-1/\u00e9scaped",
        "A-1/" + "k" * 65, "a" * 65 + "/x", ".A-1/escaped", "A-1/", "/x", "A-1/ESCAPED",
    ],
)  # fmt: skip
def test_names_that_would_climb_out_are_refused(attacked: Running, name: str) -> None:
    request = (
        head("POST", f"/v1/tps/{name}", "A-1", Content_Length=5, Connection="close") + b"photo"
    )
    status = int(attacked.talk(request, until=5.0).split()[1])
    assert status in (400, 401, 404)
    root = attacked.data.parent
    assert not [path for path in root.rglob("*") if "scaped" in path.name.lower()]


@pytest.mark.parametrize(
    "target",
    ["*", "http://x:99999999/", "//v1/tps/A-1/x", "x", "/v1/tps", "/tus/../v1", "/tus/%2e"],
)
def test_strange_targets_are_answered_with_an_error(attacked: Running, target: str) -> None:
    said = attacked.talk(head("POST", target, "A-1", Content_Length=0, Connection="close"))
    assert said.split()[1][:1] == b"4"


def test_one_token_cannot_fill_the_disk(attacked: Running) -> None:
    for n in range(MOST):
        assert attacked.ask("POST", f"/v1/tps/A-3/p-{n}", b"x", **token("A-3")).status == 201
    for path in ("/v1/tps/A-3/one-more", "/v1/tps/A-3/p-one-more"):
        assert attacked.ask("POST", path, b"x", **token("A-3")).status == 403
    more = {"Upload-Complete": "?0", **token("A-3")}
    assert attacked.ask("POST", "/v1/tps/A-3/resumable", b"x", **more).status == 403
    for key in ("bmV3", "cC0w"):  # new, p-0: one that is stored may not be made a hundred times
        metadata = f"tps QS0z,key {key}"
        made = tus(attacked, "POST", "/tus", "A-3", Upload_Length=1, Upload_Metadata=metadata)
        assert made.status == 403
    again = attacked.ask(
        "POST", "/v1/tps/A-3/p-0", b"x", **token("A-3"),
        Content_Digest=f"sha-256=:{base64.b64encode(hashlib.sha256(b'x').digest()).decode()}:",
    )  # fmt: skip
    assert again.status == 200  # a retry of what is stored is always answered


def test_an_upload_of_another_station_is_nobodys_else(attacked: Running) -> None:
    metadata = "tps QS0x,key cHJpdmF0ZQ=="  # A-1, private
    made = tus(attacked, "POST", "/tus", "A-1", Upload_Length=5, Upload_Metadata=metadata)
    place = made.headers["Location"]
    for method in ("HEAD", "PATCH", "DELETE"):
        assert tus(attacked, method, place, "A-2", Upload_Offset=0).status == 401
    assert (
        tus(attacked, "POST", "/tus", "A-2", Upload_Length=5, Upload_Metadata=metadata).status
        == 401
    )
    assert tus(attacked, "HEAD", place, "A-1").headers["Upload-Offset"] == "0"
    assert tus(attacked, "DELETE", place, "A-1").status == 204


# Two at once


def test_of_two_contents_under_one_name_one_is_kept_and_the_other_is_told(
    attacked: Running,
) -> None:
    photos = [random.Random(n).randbytes(200_000) for n in range(8)]
    for round_number in range(5):
        path = f"/v1/tps/A-1/race-{round_number}"
        wires = []
        with ExitStack() as stack:
            for photo in photos:
                wire = stack.enter_context(attacked.connect())
                wire.sendall(head("POST", path, "A-1", Content_Length=len(photo)) + photo[:-1])
                wires.append(wire)
            for wire, photo in zip(wires, photos, strict=True):
                wire.sendall(photo[-1:])
            answers = [int(wire.recv(4096).split()[1]) for wire in wires]
        assert sorted(answers) == [201] + [409] * 7
        key = ("A-1", f"race-{round_number}")
        kept = [content for name, content in attacked.stored().items() if name[:2] == key]
        assert kept == [photos[answers.index(201)]]


def test_many_writers_on_one_upload_never_mix_their_bytes(attacked: Running) -> None:
    photo = random.Random(9).randbytes(400_000)
    made = tus(
        attacked, "POST", "/tus", "A-1", Upload_Length=len(photo),
        Upload_Metadata="tps QS0x,key bWFueQ==",  # A-1, many
    )  # fmt: skip
    place = made.headers["Location"]
    seen: list[int] = []
    cut: list[int] = []

    def step(most: int) -> bool:
        """Ask how far it is and send a piece; True, when all is there."""
        at = int(tus(attacked, "HEAD", place, "A-1").headers["Upload-Offset"])
        if at < len(photo):
            piece = photo[at : at + most]
            seen.append(tus(attacked, "PATCH", place, "A-1", piece, Upload_Offset=at).status)
        return at == len(photo)

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(50):
            try:
                if step(chance.randint(1, 60_000)):
                    return
            except (OSError, http.client.HTTPException):
                cut.append(seed)  # ended by another writer

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(20)
        assert not writer.is_alive()
    eventually(lambda: step(len(photo)))  # one that is left alone comes to the end
    digest = hashlib.sha256(photo).hexdigest()
    assert attacked.stored()["A-1", "many", digest] == photo
    assert set(seen) <= {204, 409}
    assert cut
