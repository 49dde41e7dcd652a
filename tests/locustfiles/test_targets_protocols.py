"""The three protocols against the model server, driven by the real client: whatever becomes of
single requests, the right bytes are stored, once."""

from __future__ import annotations

import hashlib
from functools import partial
from itertools import chain, repeat

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from locustfiles.targets.dialogue import Dialogue, HttpRequest, Known, Payload, Reading, Station
from locustfiles.targets.target import REFERENCE, read_target
from sim.client.actions import Ask, Request, Send
from sim.client.batching.pieces import Object, Resume
from sim.client.outcomes import Ending
from sim.client.retry.presets import PRESETS
from sim.client.workflow import Crew, upload
from sim.draws import uniform
from tests.locustfiles.model_server import Fate, ModelServer, headers_of, in_memory, play

TARGET = read_target(REFERENCE, {})
STATION = Station("1871010001-003", "Panjang", "s3cret")
GOOD = (Fate.ARRIVES, 0.0)
UNSHRUNK = (Phase.explicit, Phase.generate)  # to shrink a failure may take minutes


def content_of(sizes: dict[str, int], key: str) -> bytes:
    seed = hashlib.sha256(key.encode()).digest()
    return (seed * (sizes[key] // len(seed) + 1))[: sizes[key]]


def dialogue_about(objects: list[Object]) -> Dialogue:
    content = partial(content_of, {o.key: o.size for o in objects})

    def payload(key: str) -> Payload:
        data = content(key)
        return Payload(len(data), hashlib.sha256(data).digest())

    return Dialogue(TARGET, STATION, {o.key: o for o in objects}, payload)


@st.composite
def some_objects(draw: st.DrawFn, resume: Resume) -> list[Object]:
    """One to three objects, in chunks that may grow."""
    chunk = draw(st.none() | st.integers(20, 900)) if resume is not Resume.NONE else None
    grows_to = draw(st.sampled_from([0, 4 * chunk])) if chunk else 0
    sizes = draw(st.lists(st.integers(1, 3000), min_size=1, max_size=3))
    return [Object(f"photo-{i}", s, chunk, resume, grows_to) for i, s in enumerate(sizes, 1)]


FATES = st.lists(st.tuples(st.sampled_from(Fate), st.floats(0, 1, exclude_max=True)), max_size=40)


@pytest.mark.parametrize("resume", list(Resume))
@settings(max_examples=150, deadline=None, derandomize=True, phases=UNSHRUNK)
@given(data=st.data())
def test_whatever_happens_the_right_bytes_are_stored_exactly_once(
    resume: Resume, data: st.DataObject
) -> None:
    objects = data.draw(some_objects(resume))
    fates = chain(data.draw(FATES), repeat(GOOD))
    policy = PRESETS[data.draw(st.sampled_from(sorted(PRESETS)))]
    sizes = {o.key: o.size for o in objects}
    server = ModelServer()
    client = upload(
        objects,
        policy,
        Crew(0.0, press_again=30.0),
        60.0,
        partial(uniform, data.draw(st.integers(0, 99))),
    )
    content = partial(content_of, sizes)
    ending = play(client, in_memory(dialogue_about(objects), server, content, partial(next, fates)))
    assert ending is Ending.SENT
    assert server.stored == {(STATION.code, o.key): content(o.key) for o in objects}
    assert set(server.times_stored.values()) == {1}


def test_the_requests_of_a_night_without_faults_are_those_of_the_wires_page() -> None:
    wanted = {
        Resume.NONE: ["POST /v1/tps/1871010001-003/photo-1"],
        Resume.TUS: ["POST /tus", "PATCH /tus/u1", "PATCH /tus/u1"],
        Resume.IETF: ["POST /v1/tps/1871010001-003/photo-1", "PATCH /v1/uploads/u1"],
    }
    for resume, lines in wanted.items():
        chunk = None if resume is Resume.NONE else 600
        objects = [Object("photo-1", 1000, chunk, resume)]
        server = ModelServer()
        client = upload(objects, PRESETS["none"], Crew(0.0), 60.0, partial(uniform, 1))
        content = partial(content_of, {"photo-1": 1000})
        play(client, in_memory(dialogue_about(objects), server, content, lambda: GOOD))
        assert [f"{r.method} {r.path}" for r in server.requests] == lines
        assert all(headers_of(r)["authorization"] == "Bearer s3cret" for r in server.requests)


def send(offset: int, length: int, total: int = 1000, key: str = "photo-1") -> Send:
    return Send(key, offset, length, total, 60.0, 1)


def offset_of(key: str = "photo-1") -> Ask:
    return Ask(key, "offset", 60.0, 1)


def test_an_ietf_upload_whose_creation_failed_is_known_to_be_empty() -> None:
    dialogue = dialogue_about([Object("photo-1", 1000, None, Resume.IETF)])
    first = dialogue.request(send(0, 1000), 0.0)
    assert isinstance(first, HttpRequest)
    assert dialogue.request(offset_of(), 1.0) == Known(Reading(204, 0))
    again = dialogue.request(send(0, 1000), 2.0)
    assert again == first


def test_a_104_says_where_the_upload_is_unless_it_is_of_another_draft() -> None:
    for version, found in (("9", "HEAD"), ("8", None), ("", None)):
        dialogue = dialogue_about([Object("photo-1", 1000, None, Resume.IETF)])
        dialogue.request(send(0, 1000), 0.0)
        headers = [("Location", "/v1/uploads/a"), ("Upload-Draft-Interop-Version", version)]
        dialogue.informational(send(0, 1000), 104, headers)
        request = dialogue.request(offset_of(), 1.0)
        assert (request.method if isinstance(request, HttpRequest) else None) == found


def test_all_bytes_without_completion_are_completed_by_an_empty_append() -> None:
    dialogue = dialogue_about([Object("photo-1", 1000, None, Resume.IETF)])
    dialogue.request(send(0, 1000), 0.0)
    version = ("Upload-Draft-Interop-Version", "9")
    dialogue.informational(send(0, 1000), 104, [("Location", "/v1/uploads/a"), version])
    full = [("Upload-Offset", "1000"), ("Upload-Complete", "?0")]
    dialogue.request(offset_of(), 1.0)
    assert dialogue.read(offset_of(), 204, full, b"", 1.0).status == 503
    last = dialogue.request(offset_of(), 2.0)
    assert isinstance(last, HttpRequest)
    said = headers_of(last)
    assert (last.method, last.path) == ("PATCH", "/v1/uploads/a")
    assert (said["upload-offset"], said["upload-complete"], said["content-length"]) == (
        "1000",
        "?1",
        "0",
    )
    done = dialogue.read(offset_of(), 201, [("Upload-Complete", "?1")], b"", 2.0)
    assert done == Reading(201, 1000)


def test_an_upload_that_the_server_ended_early_is_begun_anew() -> None:
    dialogue = dialogue_about([Object("photo-1", 1000, 500, Resume.IETF)])
    dialogue.request(send(0, 500), 0.0)
    dialogue.read(send(0, 500), 201, [("Location", "/v1/uploads/a")], b"", 0.0)
    ended = [("Upload-Offset", "700"), ("Upload-Complete", "?1")]
    dialogue.request(offset_of(), 1.0)
    assert dialogue.read(offset_of(), 204, ended, b"", 1.0) == Reading(204, 0)
    again = dialogue.request(send(0, 500), 2.0)
    assert isinstance(again, HttpRequest)
    assert again.method == "POST"


def test_an_object_that_is_stored_already_is_not_sent_to_its_end() -> None:
    dialogue = dialogue_about([Object("photo-1", 1000, 500, Resume.IETF)])
    dialogue.request(send(0, 500), 0.0)
    stored = dialogue.read(send(0, 500), 200, [("Upload-Complete", "?1")], b"{}", 0.0)
    assert stored == Reading(200, 1000)


def test_an_upload_that_was_refused_when_complete_is_not_resumed() -> None:
    dialogue = dialogue_about([Object("photo-1", 1000, None, Resume.IETF)])
    dialogue.request(send(0, 1000), 0.0)
    version = ("Upload-Draft-Interop-Version", "9")
    dialogue.informational(send(0, 1000), 104, [("Location", "/v1/uploads/a"), version])
    reading = dialogue.read(send(0, 1000), 422, [("Upload-Complete", "?1")], b"", 1.0)
    assert reading.status == 422
    assert dialogue.request(offset_of(), 2.0) == Known(Reading(204, 0))


def test_a_redirect_does_not_become_the_upload() -> None:
    dialogue = dialogue_about([Object("photo-1", 1000, 500, Resume.IETF)])
    dialogue.request(send(0, 500), 0.0)
    dialogue.read(send(0, 500), 307, [("Location", "/elsewhere")], b"", 1.0)
    assert dialogue.request(offset_of(), 2.0) == Known(Reading(204, 0))


@pytest.mark.parametrize("resume", [Resume.TUS, Resume.IETF])
def test_a_first_piece_that_is_taken_without_saying_where_the_rest_goes_is_a_failure(
    resume: Resume,
) -> None:
    dialogue = dialogue_about([Object("photo-1", 1000, 500, resume)])
    action: Request = send(0, 500) if resume is Resume.IETF else Ask("photo-1", "create", 60.0, 1)
    dialogue.request(action, 0.0)
    assert dialogue.read(action, 201, [], b"", 1.0) == Reading(502, 0)


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("resume", [Resume.TUS, Resume.IETF])
def test_a_forgotten_upload_is_begun_anew(resume: Resume, status: int) -> None:
    dialogue = dialogue_about([Object("photo-1", 1000, 500, resume)])
    create: Request = send(0, 500) if resume is Resume.IETF else Ask("photo-1", "create", 60.0, 1)
    dialogue.request(create, 0.0)
    dialogue.read(create, 201, [("Location", "up/7?x=1")], b"", 0.0)
    piece = dialogue.request(send(500, 500), 1.0)
    assert isinstance(piece, HttpRequest)
    assert piece.path.endswith("up/7?x=1")
    assert dialogue.read(send(500, 500), status, [], b"", 1.0).status == status
    assert dialogue.request(send(500, 500), 2.0) == Known(Reading(404, 0))
    asked = dialogue.request(offset_of(), 3.0)
    if resume is Resume.IETF:
        assert asked == Known(Reading(204, 0))
    else:
        assert isinstance(asked, HttpRequest)
        assert (asked.method, asked.path) == ("POST", "/tus")
        assert dialogue.read(offset_of(), 201, [("Location", "/tus/2")], b"", 3.0) == Reading(
            201, 0
        )


def test_an_upload_that_was_simulated_until_now_is_seeded_by_ordinary_actions() -> None:
    for resume, lines in (
        (Resume.NONE, []),
        (Resume.TUS, ["POST", "PATCH"]),
        (Resume.IETF, ["POST"]),
    ):
        objects = [Object("photo-1", 1000, None if resume is Resume.NONE else 400, resume)]
        dialogue, server = dialogue_about(objects), ModelServer()
        content = content_of({"photo-1": 1000}, "photo-1")
        due = send(0, 1000) if resume is Resume.NONE else send(800, 200)
        for action in dialogue.seeds(due):
            request = dialogue.request(action, 0.0)
            assert isinstance(request, HttpRequest)
            piece = content[: action.length] if isinstance(action, Send) else b""
            answer = server.take(request, piece, whole=True, commits=True)
            reading = dialogue.read(action, *answer, 0.0)
            assert 200 <= reading.status < 300
        assert [r.method for r in server.requests] == lines
        assert dialogue.seeds(due) == []
        last = dialogue.request(due, 1.0)
        assert isinstance(last, HttpRequest)
        piece = content[due.offset : due.offset + due.length]
        assert (
            dialogue.read(due, *server.take(last, piece, whole=True, commits=True), 1.0).acked
            == 1000
        )
        assert server.stored[STATION.code, "photo-1"] == content


def test_a_question_for_an_offset_is_seeded_with_what_the_simulated_server_kept() -> None:
    tus = dialogue_about([Object("photo-1", 1000, 400, Resume.TUS)])
    assert [a.what if isinstance(a, Ask) else a.length for a in tus.seeds(offset_of(), 300)] == [
        "create",
        300,
    ]
    assert tus.seeds(offset_of(), 0) == []
    ietf = dialogue_about([Object("photo-1", 1000, 400, Resume.IETF)])
    assert ietf.seeds(offset_of(), 300) == [Send("photo-1", 0, 300, 1000, 60.0, 1)]
    assert ietf.seeds(offset_of(), 0) == []
