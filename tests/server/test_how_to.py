"""The commands of docs/how-to/serve.md that do not end by themselves."""

from __future__ import annotations

import hashlib
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import trustme

from tests.conftest import ROOT
from tests.server.running import running

PAGE = (ROOT / "docs" / "how-to" / "serve.md").read_text(encoding="utf-8")
CONSOLE = [
    line
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
SERVE = [line for line in CONSOLE if line.startswith("tangguh serve")]


def test_the_page_has_commands() -> None:
    assert len(SERVE) == 3


@pytest.mark.docs
@pytest.mark.parametrize("line", [line for line in SERVE if "--database" not in line])
def test_the_server_starts_as_the_page_says(tmp_path: Path, line: str) -> None:
    issued = trustme.CA().issue_cert("127.0.0.1")
    files = {
        "cert.pem": b"".join(blob.bytes() for blob in issued.cert_chain_pems),
        "key.pem": issued.private_key_pem.bytes(),
        "devices.csv": b"tps,kecamatan,token\na,X,0123456789abcdef\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    words = [
        str(tmp_path / word) if word in files else word.replace("0.0.0.0", "127.0.0.1")
        for word in shlex.split(line)[2:]
    ]
    with running(tmp_path, *words) as server:
        assert server.port


@pytest.mark.docs
def test_the_folder_is_checked_as_the_page_says(tmp_path: Path) -> None:
    (check,) = [line for line in CONSOLE if "sha256sum" in line]
    with running(tmp_path) as server:
        for number in range(3):
            server.ask("POST", f"/v1/tps/a/photo-{number}", bytes([number]) * 1000)
        command = check.replace("out/server", str(server.data))
        assert subprocess.run(["bash", "-c", command], check=False).returncode == 0
        digest = hashlib.sha256(bytes(1000)).hexdigest()
        (server.data / "objects" / digest[:2] / f"a.photo-0.{digest}").write_bytes(b"damaged")
        damaged = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
        assert damaged.returncode == 1


def test_every_option_that_the_page_names_exists() -> None:
    from tangguh.serve import serve

    names = {f"--{name.replace('_', '-')}" for name in serve.__annotations__}
    assert set(re.findall(r"`(--[a-z-]+)`", PAGE)) <= names
