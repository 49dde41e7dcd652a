"""One request over a real socket is one attempt: its bytes as they are granted, its end as it was
cut, its answer whenever it comes, and nothing behind anybody's back.
"""

from __future__ import annotations

import socket
from typing import Any

import gevent.ssl
import pytest
import trustme

from locustfiles.exchange import PIECE, Answer, Connection, Dialer, Lost
from locustfiles.safety import Endpoint
from tests.locustfiles.exchanging import (
    BODY,
    SIZE,
    Steps,
    accepting,
    exchange_with,
    request_of,
    whole,
)
from tests.locustfiles.wire_server import Peer, eventually, wire


def test_the_head_says_how_long_the_body_is_and_the_body_is_that_long() -> None:
    with wire(accepting) as server:
        found = server.run(whole(exchange_with(server)))
        (peer,) = server.peers
    assert found == Answer(201, [("x-seen", "yes"), ("content-length", "12")], b'{"ok": true}')
    head, _, body = bytes(peer.received).partition(b"\r\n\r\n")
    port = server.endpoint.port
    assert head.decode().split("\r\n") == [
        "POST /v1/tps/1/photo-1 HTTP/1.1",
        f"Host: localhost:{port}",
        f"Content-Length: {SIZE}",
    ]
    assert body == BODY


def test_what_stands_around_the_body_goes_with_it_in_order() -> None:
    request = request_of(size=SIZE + 10, before=b"<head", after=b"tail>")
    with wire(accepting) as server:
        exchange = exchange_with(server, request=request)
        assert server.run(whole(exchange)).status == 201
        assert (
            bytes(server.peers[0].received).partition(b"\r\n\r\n")[2] == b"<head" + BODY + b"tail>"
        )
        assert exchange.connection.reusable()
    assert exchange.sent == SIZE


def test_the_body_follows_as_it_is_granted_in_pieces() -> None:
    with wire(accepting) as server:
        exchange = exchange_with(server)
        eventually(lambda: bool(server.peers))
        assert not server.peers[0].received  # it has connected, and waits
        exchange.begin()
        eventually(lambda: b"\r\n\r\n" in server.peers[0].received)
        at = server.peers[0].received.index(b"\r\n\r\n") + 4

        def arrived() -> int:
            return len(server.peers[0].received) - at

        exchange.grant(PIECE - 1)
        gevent.sleep(0)
        assert exchange.sent == arrived() == 0
        for total in (PIECE, PIECE + 5, 2 * PIECE + 100, 5 * PIECE):
            exchange.grant(total)
            enough = total if total - exchange.sent >= PIECE else exchange.sent
            eventually(lambda: arrived() == enough)  # noqa: B023  # it is called at once
            assert exchange.sent == enough
        assert exchange.flushed_at != exchange.flushed_at  # NaN: some are still to come
        exchange.finish()
        eventually(lambda: arrived() == SIZE)
        assert exchange.flushed_at == exchange.flushed_at
        exchange.close()


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_server_that_resets_in_mid_body_sees_one_connection_and_one_attempt(method: str) -> None:
    def resetting(peer: Peer) -> None:
        peer.head()
        peer.take(50_000)
        peer.reset()

    with wire(resetting) as server:
        found = server.run(whole(exchange_with(server, request=request_of(method))))
        gevent.sleep(0.05)  # whoever sends again by itself does so at once
        assert isinstance(found, Lost)
        assert len(server.peers) == 1


def test_a_link_that_breaks_is_a_reset_after_exactly_the_bytes_that_had_passed() -> None:
    def reading(peer: Peer) -> None:
        peer.head()
        peer.rest()

    with wire(reading) as server:
        exchange = exchange_with(server)
        exchange.begin()
        exchange.cut(100_001, reset=True)
        eventually(lambda: bool(server.peers and server.peers[0].ended))
        (peer,) = server.peers
        assert peer.ended == "reset"
        assert bytes(peer.received).partition(b"\r\n\r\n")[2] == BODY[:100_001]
        assert exchange.sent == 100_001
        assert not exchange.answered.triggered


def test_an_app_that_gives_up_closes_the_connection() -> None:
    def reading(peer: Peer) -> None:
        peer.head()
        peer.rest()

    with wire(reading) as server:
        exchange = exchange_with(server)
        exchange.begin()
        exchange.cut(70_000, reset=False)
        eventually(lambda: bool(server.peers and server.peers[0].ended))
        assert server.peers[0].ended == "closed"
        assert bytes(server.peers[0].received).partition(b"\r\n\r\n")[2] == BODY[:70_000]


@pytest.mark.parametrize("reset", [True, False])
def test_a_request_that_is_cut_before_its_head_has_left_sends_nothing(reset: bool) -> None:
    with wire(Peer.rest) as server:
        exchange = exchange_with(server)
        eventually(lambda: bool(server.peers))
        exchange.cut(0, reset=reset)
        eventually(lambda: bool(server.peers[0].ended))
        assert server.peers[0].ended == ("reset" if reset else "closed")
        assert not server.peers[0].received


def test_a_request_that_is_closed_while_it_waits_for_its_answer_tells_nothing_more() -> None:
    def silent(peer: Peer) -> None:
        peer.head()
        peer.rest()

    with wire(silent) as server:
        exchange = exchange_with(server)
        exchange.begin()
        exchange.finish()
        eventually(lambda: len(server.peers) == 1 and len(server.peers[0].received) > SIZE)
        exchange.close()
        eventually(lambda: bool(server.peers[0].ended))
        assert server.peers[0].ended == "closed"
        assert not exchange.answered.triggered


@pytest.mark.parametrize("status", ["413 Content Too Large", "401 Unauthorized"])
def test_an_answer_before_the_body_is_in_is_heard_and_the_connection_is_not_used_again(
    status: str,
) -> None:
    def refusing(peer: Peer) -> None:
        peer.head()
        peer.take(PIECE)
        peer.say(status, b"no")
        peer.rest()

    with wire(refusing) as server:
        exchange = exchange_with(server)

        def asked() -> Steps:
            exchange.begin()
            exchange.grant(2 * PIECE)
            yield exchange.answered
            return exchange.answered.value

        found = server.run(asked())
        assert (found.status, found.body) == (int(status[:3]), b"no")
        assert not exchange.connection.reusable()
        exchange.connection.close()
        eventually(lambda: bool(server.peers[0].ended))
        assert len(server.peers) == 1


def test_a_server_that_answers_early_and_goes_away_has_still_answered() -> None:
    def refusing(peer: Peer) -> None:
        peer.head()
        peer.take(PIECE)
        peer.say("413 Content Too Large")
        peer.sock.shutdown(socket.SHUT_WR)
        peer.rest()

    with wire(refusing) as server:
        found = server.run(whole(exchange_with(server)))
    assert isinstance(found, Answer)
    assert found.status == 413


def test_a_connection_serves_one_request_after_the_other() -> None:
    with wire(accepting) as server:
        connection = Connection()
        for number in range(3):
            assert connection.reusable() is (number > 0)
            assert server.run(whole(exchange_with(server, connection))).status == 201
        assert len(server.peers) == 1


def test_a_connection_that_the_server_has_closed_meanwhile_is_not_used_again() -> None:
    def once(peer: Peer) -> None:
        peer.head()
        peer.take(SIZE)
        peer.say("201 Created")
        peer.sock.close()

    with wire(once) as server:
        connection = Connection()
        assert server.run(whole(exchange_with(server, connection))).status == 201
        eventually(lambda: not connection.reusable())
        connection.close()
        assert server.run(whole(exchange_with(server))).status == 201
        assert len(server.peers) == 2


def test_a_server_that_says_close_is_believed() -> None:
    def closing(peer: Peer) -> None:
        peer.head()
        peer.take(SIZE)
        peer.say("201 Created", b"", "Connection: close")
        peer.rest()

    with wire(closing) as server:
        connection = Connection()
        assert server.run(whole(exchange_with(server, connection))).status == 201
        assert not connection.reusable()
        connection.close()


def test_interim_answers_are_passed_on_and_are_no_answer() -> None:
    def resumable(peer: Peer) -> None:
        peer.head()
        peer.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        peer.sock.sendall(b"HTTP/1.1 104 Upload\r\nLocation: /v1/uploads/7\r\n\r\n")
        peer.take(SIZE)
        peer.say("201 Created")

    heard: list[tuple[int, list[tuple[str, str]]]] = []
    with wire(resumable) as server:
        exchange = exchange_with(server, heard=lambda s, h: heard.append((s, h)))
        assert server.run(whole(exchange)).status == 201
    assert heard == [(100, []), (104, [("location", "/v1/uploads/7")])]


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 201 Created\r\nContent-Le", b"SSH-2.0-x\r\n\r\n",
                                  b"HTTP/1.1 201 OK\r\nContent-Length: 9\r\n\r\nhalf"])  # fmt: skip
def test_half_an_answer_and_none_are_a_lost_connection(said: bytes) -> None:
    def broken(peer: Peer) -> None:
        peer.head()
        peer.take(SIZE)
        peer.sock.sendall(said)
        peer.sock.shutdown(socket.SHUT_WR)
        peer.rest()

    with wire(broken) as server:
        found = server.run(whole(exchange_with(server)))
        assert isinstance(found, Lost)
        assert found.reason
        assert len(server.peers) == 1


def test_a_server_that_does_not_listen_refuses() -> None:
    with wire(accepting) as server:
        nobody = socket.socket()
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets the port
        end = Endpoint("http", "localhost", nobody.getsockname()[1], "127.0.0.1")
        found = server.run(whole(exchange_with(server, dialer=Dialer(end))))
        nobody.close()
    assert isinstance(found, Lost)
    assert "refused" in found.reason


def test_a_request_without_a_body_ends_with_its_head() -> None:
    with wire(accepting) as server:
        exchange = exchange_with(server, request=request_of("DELETE", 0), body=False)
        assert server.run(whole(exchange)).status == 201
        assert exchange.connection.reusable()
        assert server.peers[0].received.endswith(b"Content-Length: 0\r\n\r\n")


def contexts() -> tuple[Any, Any, Any]:
    """Of a server, of a client that trusts it, and of one that does not."""
    authority = trustme.CA()
    server = gevent.ssl.SSLContext(gevent.ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server)
    trusting, stranger = (gevent.ssl.SSLContext(gevent.ssl.PROTOCOL_TLS_CLIENT) for _ in "ab")
    authority.configure_trust(trusting)
    return server, trusting, stranger


def test_over_tls_a_request_goes_to_the_name_in_the_certificate() -> None:
    own, trusting, _ = contexts()
    with wire(accepting, own) as server:
        found = server.run(whole(exchange_with(server, dialer=server.dialer(trusting))))
        assert found.status == 201
        assert bytes(server.peers[0].received).endswith(BODY)


def test_a_certificate_that_nobody_vouches_for_loses_the_attempt_and_nothing_is_sent() -> None:
    own, _, stranger = contexts()
    with wire(accepting, own) as server:
        found = server.run(whole(exchange_with(server, dialer=server.dialer(stranger))))
        assert isinstance(found, Lost)
        assert "CERTIFICATE_VERIFY_FAILED" in found.reason
        assert not server.peers
