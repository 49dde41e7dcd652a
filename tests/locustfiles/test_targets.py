"""Reading target files: every mistake has its place and a remedy, and no secret is ever shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from locustfiles.targets.dialogue import (
    Dialogue,
    HttpRequest,
    Payload,
    Reading,
    Station,
    TargetError,
)
from locustfiles.targets.support import check_conduct
from locustfiles.targets.target import REFERENCE, Target, read_devices, read_target
from sim.client.actions import TURN, Ask, Send
from sim.client.batching.pieces import Object, Resume
from sim.client.batching.presets import BATCHINGS
from sim.population.csv_files import RejectedRowsError
from sim.scenario.errors import ScenarioError
from tests.locustfiles.model_server import headers_of

Write = Callable[[str], Path]
DATA = b"a photograph"
STATION = Station("1871/010 001", "Panjang", "tok", {"nik": "187", "password": "p&s=1"})
SEND = Send("photo-1", 0, len(DATA), len(DATA), 60.0, 2)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        file = tmp_path / "server.yaml"
        file.write_text(dedent(text))
        return file

    return to_file


def faults(file: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_target(file, environment or {})
    return [str(p).removeprefix(f"{file}:") for p in caught.value.problems]


def payload(key: str) -> Payload:
    return Payload(len(DATA), hashlib.sha256(DATA).digest())


def talk(target: Target, resume: Resume = Resume.NONE, station: Station = STATION) -> Dialogue:
    return Dialogue(
        target, station, {"photo-1": Object("photo-1", len(DATA), None, resume)}, payload
    )


def first_request(file: Path, environment: dict[str, str] | None = None) -> HttpRequest:
    request = talk(read_target(file, environment or {})).request(SEND, 0.0)
    assert isinstance(request, HttpRequest)
    return request


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "target: a\nplain: {path: '/u/{tpss}'}\n",
            "2:15: plain.path: unknown placeholder '{tpss}'; did you mean 'tps'?",
        ),
        (
            "target: a\nfields: [nik]\nplain: {path: /u}\nlogin:\n  path: /in\n"
            "  token: {json: /t}\n  json:\n    who: {id: '{nikk}'}\n",
            "8:15: login.json.who.id: unknown placeholder '{nikk}'; did you mean 'nik'?",
        ),
        (
            "target: a\nheaders: {X-Key: '{key}'}\nplain: {path: /u}\n",
            "2:18: headers.X-Key: unknown placeholder '{key}'; it is known in plain, tus, ietf "
            "only",
        ),
        (
            "target: a\nplain: {path: '/u/{nik}'}\n",
            "2:15: plain.path: unknown placeholder '{nik}'; expected one of tps, kecamatan, token, "
            "run, key, size, sha256_hex, sha256_base64, idempotency_key, attempt; a column of the "
            "devices' CSV must be named in 'fields'",
        ),
        (
            "target: a\nfields: [nik, key]\nplain: {path: /u}\n",
            "2:15: fields.1: 'key' is a placeholder already; name the column otherwise",
        ),
        (
            "target: a\nplain: {path: '/u/{tps'}\n",
            "2:15: plain.path: a lonely '{' in '/u/{tps'; write {{ for a brace",
        ),
        (
            "target: a\nheaders: {X-Key: '${APP_KEY}'}\nplain: {path: /u}\n",
            "2:18: headers.X-Key: the environment variable APP_KEY is not set",
        ),
        (
            "target: a\nheaders: {Authorization: Bearer abcdef}\nplain: {path: /u}\n",
            "2:26: headers.Authorization: a secret does not belong into this file; write ${NAME} "
            "for an environment variable, or name a column of the CSV",
        ),
        (
            "target: a\nplain: {path: /u, headers: {X-Tps: {tps}}}\n",
            "2:36: X-Tps: YAML reads {tps} as a mapping; write it in quotes: \"{tps}\"",
        ),
        (
            "target: a\nplain: {path: /u, sucess: 201}\n",
            "2:19: plain: unknown key 'sucess'; did you mean 'success'?",
        ),
        (
            "target: a\nplain: {path: u/x}\n",
            "2:15: plain.path: 'u/x' is no path; it begins with / and has neither spaces nor #",
        ),
        ("target: a\nplain: {}\n", "2:1: plain: missing key 'path'"),
        (
            "name: a-scenario\nstart: 2020-12-09 13:00 WIB\n",
            "1:1: is not a target: a file that describes a server begins with 'target: NAME'",
        ),
        (
            "target: a\n",
            "1:1: describes no way to upload; add a section plain, tus or ietf",
        ),
        (
            "target: a\nplain: {path: /u, headers: {Content-Length: '3'}}\n",
            "2:45: plain.headers.Content-Length: 'Content-Length' is set by the transport; leave "
            "it out",
        ),
        (
            "target: a\nplain: {path: /u, body: multipart}\n",
            "2:8: plain: 'body: multipart' and the section 'multipart' go together",
        ),
        (
            "target: a\nplain: {path: /u}\nlogin: {path: /in, token: {header: X, json: /t}}\n",
            "3:27: login.token: needs exactly one of json (a pointer such as /token), header, "
            "cookie",
        ),
        (
            "target: a\nplain: {path: /u}\nerrors:\n  - {when: {status: 200}, then: 200}\n",
            "4:33: errors[0].then: input should be greater than or equal to 400 (got 200)",
        ),
        (
            "target: a\nplain: {path: /u}\nerrors:\n  - {when: {json: {ok: false}}, then: 503}\n",
            "4:24: errors[0].when.json.ok: 'ok' is no JSON pointer; it begins with /, such as "
            "/data/token",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_a_remedy(write: Write, text: str, fault: str) -> None:
    assert faults(write(text)) == [fault]


def test_all_mistakes_are_told_at_once(write: Write) -> None:
    found = faults(
        write("target: a\nheaders: {X-A: '{tpss}', X-B: '${B}'}\nplain: {path: '/{a}{b}'}\n")
    )
    assert len(found) == 4


@pytest.mark.parametrize("name", ["body", "method", "token", "lifetime"])
def test_a_header_may_have_the_name_of_a_setting_and_is_a_template_still(
    write: Write, name: str
) -> None:
    file = write(f"target: a\nheaders: {{{name}: '{{tpss}}'}}\nplain: {{path: /u}}\n")
    assert "unknown placeholder '{tpss}'" in faults(file)[0]


def test_values_are_encoded_where_they_stand(write: Write) -> None:
    request = first_request(
        write("""
            target: a
            fields: [nik, password]
            headers: {X-Who: "{nik}/{tps}", Accept: "*/*"}
            plain:
              method: PUT
              path: "/up/{tps}/{key}?p={password}&n={attempt}&b={{x}}"
              headers: {accept: text/plain, X-Hash: "{sha256_hex}"}
        """)
    )
    assert (request.method, request.path) == (
        "PUT", "/up/1871%2F010%20001/photo-1?p=p%26s%3D1&n=2&b={x}",
    )  # fmt: skip
    assert headers_of(request) == {
        "x-who": "187/1871/010 001",
        "accept": "text/plain",
        "x-hash": hashlib.sha256(DATA).hexdigest(),
        "content-type": "application/octet-stream",
        "content-length": str(len(DATA)),
    }


def test_the_idempotency_key_is_a_uuid_of_station_and_object_and_stays_the_same(
    write: Write,
) -> None:
    file = write("target: a\nplain: {path: /u, headers: {Idempotency-Key: '{idempotency_key}'}}\n")
    said = {headers_of(first_request(file))["idempotency-key"] for _ in range(2)}
    assert said == {"4113e07a-1d87-5510-9aa7-0dcff1e776aa"}


def test_a_header_that_would_not_be_printable_ascii_is_refused(write: Write) -> None:
    target = read_target(write("target: a\nheaders: {X-K: '{kecamatan}'}\nplain: {path: /u}\n"), {})
    dialogue = talk(target, station=Station("001", "Tanjung\nX"))
    with pytest.raises(TargetError, match="the header X-K of station 001"):
        dialogue.request(SEND, 0.0)


def test_a_token_that_nobody_has_leaves_its_header_out() -> None:
    request = talk(read_target(REFERENCE, {}), station=Station("001", "A")).request(SEND, 0.0)
    assert isinstance(request, HttpRequest)
    assert "authorization" not in headers_of(request)


def test_basic_authentication_is_that_of_rfc_7617(write: Write) -> None:
    request = first_request(
        write("""
            target: a
            basic_auth: {user: Aladdin, password: "${WORD}"}
            plain: {path: /u}
        """),
        {"WORD": "open sesame"},
    )
    assert headers_of(request)["authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_no_secret_is_in_what_is_printed_of_a_target_or_a_station(write: Write) -> None:
    file = write("target: a\nheaders: {X-Key: '${K}'}\nplain: {path: /u}\n")
    target = read_target(file, {"K": "hunter2", "OTHER": "x"})
    assert target.secrets == {"K": "hunter2"}
    assert "hunter2" not in repr(target)
    assert "tok" not in repr(STATION)
    assert "p&s" not in repr(STATION)


LOGIN = """
    target: a
    fields: [nik]
    headers: {Authorization: "Bearer {token}"}
    login:
      path: /in
      json: {nik: "{nik}", device: "{token}", n: 3}
      token: {json: /data/0/token}
      expires_in: /data/0/ttl
      lifetime: 10 min
    plain: {path: /u}
"""


def answer(token: object, ttl: object = None) -> bytes:
    return json.dumps({"data": [{"token": token, "ttl": ttl}]}).encode()


def test_a_login_comes_first_and_again_when_its_token_is_too_old_or_refused(write: Write) -> None:
    dialogue = talk(read_target(write(LOGIN), {}))
    login = dialogue.login(0.0)
    assert login is not None
    assert (login.method, login.path) == ("POST", "/in")
    assert json.loads(login.before) == {"nik": "187", "device": "tok", "n": 3}
    assert int(headers_of(login)["content-length"]) == len(login.before)
    assert "authorization" not in headers_of(login)
    assert dialogue.logged_in(0.0, 200, [], answer("new", 30))
    assert dialogue.login(29.9) is None
    request = dialogue.request(SEND, 1.0)
    assert isinstance(request, HttpRequest)
    assert headers_of(request)["authorization"] == "Bearer new"
    assert dialogue.login(30.0) is not None
    assert dialogue.logged_in(30.0, 200, [], answer("newer"))  # by its lifetime, 10 min
    assert dialogue.login(600.0) is None
    assert dialogue.read(SEND, 401, [], b"", 600.0).status == 401
    assert dialogue.login(600.0) is not None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, answer("t")),
        (200, b"not json"),
        (200, answer(None)),
        (200, answer("a\nb")),
        (204, b""),
    ],
)
def test_a_login_without_a_token_is_none(write: Write, status: int, body: bytes) -> None:
    dialogue = talk(read_target(write(LOGIN), {}))
    assert not dialogue.logged_in(0.0, status, [], body)
    assert dialogue.login(1.0) is not None


@pytest.mark.parametrize(
    ("source", "headers"),
    [
        ("{header: X-Auth}", [("x-auth", "t1")]),
        ("{cookie: sid}", [("Set-Cookie", "a=b"), ("Set-Cookie", 'sid="t1"; Path=/; Secure')]),
    ],
)
def test_a_token_may_come_in_a_header_or_a_cookie(
    write: Write, source: str, headers: list[tuple[str, str]]
) -> None:
    file = write(
        "target: a\nheaders: {Cookie: 'sid={token}'}\nplain: {path: /u}\n"
        f"login: {{path: /in, form: {{u: '{{tps}}', p: a b}}, token: {source}}}\n"
    )
    dialogue = talk(read_target(file, {}))
    login = dialogue.login(0.0)
    assert login is not None
    assert login.before == b"u=1871%2F010+001&p=a+b"
    assert dialogue.logged_in(0.0, 200, headers, b"")
    request = dialogue.request(SEND, 0.0)
    assert isinstance(request, HttpRequest)
    assert headers_of(request)["cookie"] == "sid=t1"


def test_a_turn_is_asked_for_and_given_back() -> None:
    dialogue = talk(read_target(REFERENCE, {}))
    ask = Ask(TURN, "turn", 60.0, 1)
    request = dialogue.request(ask, 0.0)
    assert isinstance(request, HttpRequest)
    assert (request.method, request.path) == ("POST", "/v1/turns/1871%2F010%20001")
    assert headers_of(request)["content-length"] == "0"
    assert dialogue.read(ask, 429, [("Retry-After", "20")], b"", 0.0) == Reading(429, 0, 20.0)
    assert dialogue.read(ask, 200, [], b"", 0.0) == Reading(200, 0)
    back = dialogue.gives_back()
    assert back is not None
    assert back.method == "DELETE"


NGINX = Path(__file__).parents[2] / "locustfiles" / "targets" / "examples" / "nginx-dav.yaml"


def test_a_server_that_cannot_resume_says_which_batchings_fit() -> None:
    target = read_target(NGINX, {})
    with pytest.raises(TargetError) as told:
        check_conduct(target, BATCHINGS["chunks"], turns=False)
    assert str(told.value) == (
        f"{NGINX}: nginx-dav cannot resume uploads by the IETF's draft, as batching 'chunks' asks "
        "(it has no section 'ietf'); choose another batching (--batching per-photo, bundle, "
        "parallel, s3-multipart), or describe it under 'ietf'"
    )
    check_conduct(target, BATCHINGS["bundle"], turns=False)
    with pytest.raises(TargetError, match="gives no turns"):
        check_conduct(target, BATCHINGS["bundle"], turns=True)
    with pytest.raises(TargetError, match="cannot resume uploads by tus"):
        talk(target, Resume.TUS, Station("1", "A", "", {"password": "x"}))


@pytest.mark.parametrize(
    ("station", "missing"),
    [
        (Station("001", "A", "t"), "needs nik of each device, and station 001 has none"),
        (Station("001", "A", "", {"nik": "1"}), "needs token of each device"),
    ],
)
def test_a_station_of_which_too_little_is_known_cannot_speak(
    write: Write, station: Station, missing: str
) -> None:
    with pytest.raises(TargetError, match=missing) as told:
        talk(read_target(write(LOGIN), {}), station=station)
    assert "--devices FILE" in str(told.value)


def test_every_batching_of_the_catalogue_fits_the_reference_server() -> None:
    for batching in BATCHINGS.values():
        check_conduct(read_target(REFERENCE, {}), batching, turns=True)


def test_devices_come_from_a_csv_with_the_targets_own_columns(write: Write, tmp_path: Path) -> None:
    target = read_target(write(LOGIN), {})
    csv = tmp_path / "devices.csv"
    csv.write_text("tps;kecamatan;token;nik;note\n001;Panjang;t1;187;x\n002;Hulu;t2;188;\n")
    found = read_devices(csv, target)
    assert found["002"] == Station("002", "Hulu", "t2", {"nik": "188"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tps,kecamatan,token\n001,A,t\n", "column nik is missing"),
        ("tps,kecamatan,nik\n001,A,1\n", "column token is missing"),
        ("tps,kecamatan,token,nik\n001,A,,1\n", "token is empty"),
        ("tps,kecamatan,token,nik\n001,A,hunter2,\n", "nik is empty"),
        ("tps,kecamatan,token,nik\n001,A,hunter2,1\x07\n", "nik holds a control character"),
        ("tps,kecamatan,token,nik\n001,A,hunter2,1\n001,A,t,2\n", "'001' appears again"),
    ],
)
def test_a_device_that_cannot_speak_is_told_by_its_row_without_its_secrets(
    write: Write, tmp_path: Path, text: str, reason: str
) -> None:
    csv = tmp_path / "devices.csv"
    csv.write_text(text)
    with pytest.raises(RejectedRowsError, match=reason) as rejected:
        read_devices(csv, read_target(write(LOGIN), {}))
    assert "hunter2" not in str(rejected.value)


def test_what_a_target_holds_is_told_in_a_line(write: Write) -> None:
    assert read_target(write(LOGIN), {}).describe() == (
        "a target with login, plain; devices need tps, kecamatan, token, nik"
    )
