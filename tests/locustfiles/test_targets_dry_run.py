"""The dry run shows what would be sent, and no secret in whatever form."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from locustfiles.targets.dry_run import dry_run
from locustfiles.targets.messages import Payload, Station
from locustfiles.targets.target import REFERENCE, read_target
from sim.client.batching.presets import BATCHINGS

EXAMPLES = REFERENCE.parent / "examples"
SECRETS = ["t0ken/+=", "l0gin word", "hunter2 &"]
STATION = Station("001", "Panjang", SECRETS[0], {"nik": SECRETS[1], "password": SECRETS[2]})


def payload(key: str) -> Payload:
    return Payload(200 if key == "tally" else 1000, hashlib.sha256(key.encode()).digest())


def shown(file: Path, batching: str, environment: dict[str, str] | None = None) -> list[str]:
    target = read_target(file, environment or {})
    objects = BATCHINGS[batching].objects([1000])
    return dry_run(target, STATION, objects, payload, turn=target.spec.turns is not None)


def requests(lines: list[str]) -> list[str]:
    words = [line.removeprefix("> ").split(" ") for line in lines if line.startswith("> ")]
    return [" ".join(w) for w in words if w[0] in {"POST", "PUT", "PATCH", "HEAD", "DELETE"}]


@pytest.mark.parametrize(
    ("batching", "wanted"),
    [
        ("per-photo", ["POST /v1/tps/001/photo-1"]),
        ("tus", ["POST /tus", "PATCH /UPLOAD", "HEAD /UPLOAD", "PATCH /UPLOAD"]),
        ("resumable", ["POST /v1/tps/001/photo-1", "HEAD /UPLOAD", "PATCH /UPLOAD"]),
        (
            "tally-first-chunks",
            ["POST /v1/tps/001/tally", "POST /v1/tps/001/photo-1", "HEAD /UPLOAD", "PATCH /UPLOAD"],
        ),
    ],
)
def test_the_reference_server_is_asked_as_the_wires_page_says(
    batching: str, wanted: list[str]
) -> None:
    found = requests(shown(REFERENCE, batching))
    assert found == ["POST /v1/turns/001", *wanted, "DELETE /v1/turns/001"]


def test_what_a_body_holds_is_told_without_sending_it() -> None:
    lines = shown(REFERENCE, "resumable")
    assert "> Upload-Complete: ?1" in lines
    assert "> Content-Length: 1000" in lines
    assert "> [1,000 bytes of photo-1 from byte 0]" in lines
    assert "> [500 bytes of photo-1 from byte 500]" in lines


def test_a_login_and_a_form_are_shown_with_stars() -> None:
    lines = shown(EXAMPLES / "json-login-multipart.yaml", "per-photo", {"APP_KEY": "k3y"})
    assert requests(lines) == ["POST /api/login", "POST /api/forms/001"]
    assert '> {"nik": "***", "password": "***"}' in lines
    assert "> X-App-Key: ***" in lines
    assert "> Authorization: Bearer ***" in lines
    assert '> Content-Disposition: form-data; name="photo"; filename="001-photo-1.jpg"' in lines
    assert "> Content-Type: multipart/form-data; boundary=tangguh-" in "\n".join(lines)
    assert not any(line.startswith("> Content-Length") for line in lines)


LEAKY = """
target: leaky
fields: [nik, password]
headers: {X-Token: "{token}", X-Env: "${ENV}"}
basic_auth: {user: "{nik}", password: "{password}"}
plain:
  path: "/{token}/{nik}?p={password}&e=${ENV}"
  body: multipart
  multipart: {field: photo, file_name: "{password}.jpg", fields: {a: "{token}", b: {c: "${ENV}"}}}
tus: {path: "/tus/{token}", metadata: {who: "{nik}", word: "{password}", key: "${ENV}"}}
turns: {path: "/turn/{password}", give_back: "/turn/{nik}"}
login: {path: "/in/{nik}", form: {p: "{password}", t: "{token}", e: "${ENV}"}, token: {json: ""}}
"""


@pytest.mark.parametrize("batching", ["per-photo", "tus"])
@pytest.mark.parametrize("source", ["{json: /a/b}", "{header: X-T}", "{cookie: sid}"])
def test_no_secret_is_shown_in_any_form(tmp_path: Path, batching: str, source: str) -> None:
    file = tmp_path / "leaky.yaml"
    file.write_text(LEAKY.replace('{json: ""}', source))
    env = "v4riable#"
    text = "\n".join(shown(file, batching, {"ENV": env}))
    assert "would not count" not in text
    for secret in [*SECRETS, env]:
        for form in (
            secret,
            quote(secret, safe=""),
            json.dumps(secret)[1:-1],
            base64.b64encode(secret.encode()).decode().rstrip("="),
        ):
            assert form not in text
    pair = base64.b64encode(f"{SECRETS[1]}:{SECRETS[2]}".encode()).decode()
    assert pair not in text


def test_a_login_that_the_targets_own_rules_refuse_is_told(tmp_path: Path) -> None:
    file = tmp_path / "strict.yaml"
    file.write_text(
        "target: strict\nlogin: {path: /in, token: {json: /t}}\nplain: {path: /u}\n"
        "errors: [{when: {status: 200}, then: 503}]\n"
    )
    assert "* by 'errors' an answer 200 with a token would not count as a login" in shown(
        file, "per-photo"
    )
