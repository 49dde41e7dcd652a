"""Reading target files: every mistake has its place and a remedy, and no secret is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from locustfiles.targets.dialogue import Station
from locustfiles.targets.target import read_devices, read_target
from sim.population.csv_files import RejectedRowsError
from sim.scenario.errors import ScenarioError
from tests.locustfiles.talking import LOGIN, STATION, Write


def faults(file: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_target(file, environment or {})
    return [str(p).removeprefix(f"{file}:") for p in caught.value.problems]


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


def test_no_secret_is_in_what_is_printed_of_a_target_or_a_station(write: Write) -> None:
    file = write("target: a\nheaders: {X-Key: '${K}'}\nplain: {path: /u}\n")
    target = read_target(file, {"K": "hunter2", "OTHER": "x"})
    assert target.secrets == {"K": "hunter2"}
    assert "hunter2" not in repr(target)
    assert "tok" not in repr(STATION)
    assert "p&s" not in repr(STATION)


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
