from __future__ import annotations

import http.client
import ssl
from pathlib import Path

import pytest
import trustme

from tests.server.running import running, start


def test_uploads_arrive_over_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    context = ssl.create_default_context()
    authority.configure_trust(context)
    body = bytes(300_000)
    with running(tmp_path, "--tls-cert", str(cert), "--tls-key", str(key)) as server:
        wire = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=20, context=context)
        for number in range(3):
            wire.request("POST", f"/v1/tps/a/photo-{number}", body)
            answer = wire.getresponse()
            answer.read()
            assert answer.status == 201
        wire.close()
        assert set(server.stored().values()) == {body}
        assert server.talk(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", until=2.0)[:8] != b"HTTP/1.1"


def test_a_certificate_that_is_none_is_one_line(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("nothing")
    for cert in (nothing, tmp_path / "missing.pem"):
        with pytest.raises(AssertionError, match="tangguh: --tls-cert, --tls-key: "):
            start(tmp_path, "--tls-cert", str(cert), "--tls-key", str(cert))
    assert "Traceback" not in (tmp_path / "server.log").read_text()
