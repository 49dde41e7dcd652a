from __future__ import annotations

import csv
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from typer.testing import CliRunner, Result

from tangguh.cli import app
from tests.conftest import ROOT, write_small
from tests.server.running import start, stop


def tangguh(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--max-bytes-per-station", "1"), "has no unit"),
        (("--devices", "x", "--max-body", "2 GB"), "less than one object may have"),
        (("--bind", "0.0.0.0"), "needs --devices FILE"),
        (("--devices", "x"), "x: No such file"),
        (("--database", "mysql://x/y"), "expected postgresql://USER@HOST:PORT/NAME"),
        (("--fault", "latency:50ms"), "say --allow-faults too"),
        (("--allow-faults", "--fault", "slow"), "unknown fault 'slow'"),
        (("--limit", "fixd:3"), "did you mean 'fixed'?"),
        (("--max-body", "20"), "has no unit"),
        (("--max-body", "0 MB"), "must be more than 0"),
        (("--expires", "1 year"), "unknown unit 'year'"),
        (("--tls-cert", "x"), "needs both --tls-cert and --tls-key"),
        (("--port", "70000"), "less than or equal to 65535"),
    ],
)
def test_a_wrong_option_is_refused_in_words(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    done = tangguh("serve", "--data", str(tmp_path / "d"), "--port", "0", *options)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert isinstance(done.exception, SystemExit)  # and no other


@pytest.mark.parametrize("name", ["nothing.pem", "missing.pem"])
def test_a_certificate_that_is_none_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "nothing.pem").write_text("nothing")
    pair = ("--tls-cert", str(tmp_path / name), "--tls-key", str(tmp_path / name))
    done = tangguh("serve", "--data", str(tmp_path / "d"), "--port", "0", *pair)
    assert done.exit_code == 2
    assert done.stderr.startswith("tangguh: --tls-cert, --tls-key: ")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "d").exists()


def test_a_key_with_a_password_is_refused_because_nobody_is_there_to_type_it(
    tmp_path: Path,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"hunter2")
    )
    pem = tmp_path / "key.pem"
    cert = trustme.CA().issue_cert("127.0.0.1").cert_chain_pems[0].bytes()
    pem.write_bytes(cert + key)
    words = ("--tls-cert", str(pem), "--tls-key", str(pem), "--port", "0")
    done = tangguh("serve", "--data", str(tmp_path / "d"), *words)
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "tangguh: --tls-key: has a password, which nobody would be there to type; take it off"
    ]


@pytest.mark.parametrize(
    "url",
    [
        "://u:{}@h/db", "//u:{}@h/db", "u:{}@h/db", "{}", "postgresql:{}", "mysql://u:{}@h/db",
        "postgresql://u:ab/{}@127.0.0.1:1/db", "postgresql://u:ab?{}@127.0.0.1:1/db",
        "postgresql://u:ab#{}@127.0.0.1:1/db", "postgresql://u:ab[{}@127.0.0.1:1/db",
        "postgresql://u:p@127.0.0.1:{}/db", "postgresql://u:{}@127.0.0.1:1/db",
        "postgresql://u@127.0.0.1:1/db?password={}", "postgresql://u@127.0.0.1:1/db?{}",
        "postgresql://u@127.0.0.1:1/db?sslmode={}", "postgresql://u:{}@127.0.0.1:1/db?sslmode=no",
    ],
)  # fmt: skip
def test_no_part_of_a_password_is_repeated_however_its_url_is_wrong(
    tmp_path: Path, url: str
) -> None:
    words = ("--database", url.format("hunter2"), "--data", str(tmp_path / "d"), "--port", "0")
    done = tangguh("serve", *words)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert len(done.stderr.splitlines()) == 1
    assert "hunter2" not in done.output
    assert "--database" in done.stderr


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = tangguh("serve", "--data", str(tmp_path / "d"), "--port", port)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"tangguh: cannot listen on 127.0.0.1:{port}: Address already")
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = tangguh("serve", "--data", str(tmp_path / "file" / "d"), "--port", "0")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


def test_devices_are_drawn_kept_secret_and_taken_by_the_server(tmp_path: Path) -> None:
    scenario, out = write_small(tmp_path), tmp_path / "devices.csv"
    done = tangguh("devices", str(scenario), "--out", str(out), "--stations", "20")
    assert done.exit_code == 0, done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    assert {row["kecamatan"] for row in rows} == {"Hulu", "Hilir"}
    assert len({row["token"] for row in rows}) == 20
    assert all(len(row["token"]) == 43 for row in rows)
    again = tangguh("devices", str(scenario), "--out", str(out))
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    server = start(tmp_path, "--devices", str(out))
    try:
        path = f"/v1/tps/{rows[0]['tps']}/photo-1"
        token = {"Authorization": f"Bearer {rows[0]['token']}"}
        assert server.ask("POST", path, b"x", **token).status == 201
        assert server.ask("POST", path, b"x").status == 401
    finally:
        stop(server)


def test_the_server_loads_no_part_of_the_model(tmp_path: Path) -> None:
    code = (
        "import sys, tangguh.cli, server.run, sim.scenario.quantities\n"
        "print([m for m in ('numpy', 'scipy', 'simpy', 'locust', 'gevent', 'duckdb')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
