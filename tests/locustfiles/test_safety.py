from __future__ import annotations

import pytest

from locustfiles.forecast import Forecast
from locustfiles.safety import (
    Caps,
    Endpoint,
    RefusedError,
    Throttle,
    check_host,
    looks_like_production,
)

ADDRESSES = {
    "localhost": ["::1", "127.0.0.1"],
    "meja.local": ["127.0.0.2"],
    "staging.example.org": ["192.0.2.7"],
    "www.example.org": ["192.0.2.8"],
    "uji.sirekap.kpu.go.id": ["192.0.2.9"],
    "both.example.org": ["127.0.0.1", "192.0.2.1"],
    "mapped.example.org": ["::ffff:127.0.0.1"],
}


def resolve(host: str, port: int) -> list[str]:
    if host in ADDRESSES:
        return ADDRESSES[host]
    if host.replace(".", "").isdigit() or ":" in host:
        return [host]
    raise OSError("Name or service not known")


@pytest.mark.parametrize(
    ("url", "address", "authority"),
    [
        ("http://127.0.0.1:8080", "127.0.0.1", "127.0.0.1:8080"),
        ("http://127.9.9.9", "127.9.9.9", "127.9.9.9"),
        ("https://[::1]:8443/", "::1", "[::1]:8443"),
        ("http://LOCALHOST:80", "127.0.0.1", "localhost"),
        ("https://localhost.:443", "127.0.0.1", "localhost"),
        ("http://meja.local:9000", "127.0.0.2", "meja.local:9000"),
        ("http://mapped.example.org", "::ffff:127.0.0.1", "mapped.example.org"),
    ],
)
def test_the_loopback_needs_no_leave(url: str, address: str, authority: str) -> None:
    endpoint = check_host(url, resolve=resolve)
    assert (endpoint.address, endpoint.authority) == (address, authority)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("127.0.0.1:8080", "is no address of a server"),
        ("ftp://u:hunter2@localhost", "is no address of a server"),
        ("http://u:hunter2@localhost:x", "is no address of a server"),
        ("http://u:hunter2@[localhost", "is no address of a server"),
        ("http://u:hunter2/x@localhost", "is no address of a server"),
        ("ftp://localhost", "is no address of a server"),
        ("http://", "is no address of a server"),
        ("http://localhost:99999", "is no address of a server"),
        ("http://localhost/api", "has a path"),
        ("http://me:pw@localhost", "names a user"),
        ("http://localhost@staging.example.org", "names a user"),
        ("http://nowhere.example.org", "has no address"),
    ],
)
def test_what_is_no_address_of_a_server_is_refused_in_one_line(url: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason) as refused:
        check_host(url, resolve=resolve)
    assert "\n" not in str(refused.value)
    assert "pw" not in str(refused.value)
    assert "hunter" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://both.example.org", "http://0.0.0.0", "http://192.0.2.1"])
def test_what_is_not_all_loopback_needs_leave(url: str) -> None:
    with pytest.raises(RefusedError, match="the scenario does not name it"):
        check_host(url, resolve=resolve)


def test_a_host_must_be_in_the_scenario_and_confirmed_and_both_remedies_are_told() -> None:
    url, host = "http://Staging.Example.org:8080", "staging.example.org"
    with pytest.raises(RefusedError, match=r"replay: \{hosts: \[staging.example.org\]\}"):
        check_host(url, [], [host], resolve=resolve)
    with pytest.raises(RefusedError, match=r"--confirm-host staging\.example\.org"):
        check_host(url, [host], [], resolve=resolve)
    found = check_host(url, ["STAGING.example.org"], ["staging.example.org."], resolve=resolve)
    assert found == Endpoint("http", host, 8080, "192.0.2.7")
    assert str(found) == "http://staging.example.org:8080"


@pytest.mark.parametrize("host", ["www.example.org", "uji.sirekap.kpu.go.id"])
def test_production_needs_a_second_flag_even_when_confirmed(host: str) -> None:
    url = f"https://{host}"
    with pytest.raises(RefusedError, match="--yes-production"):
        check_host(url, [host], [host], resolve=resolve)
    assert check_host(url, [host], [host], True, resolve=resolve).address == ADDRESSES[host][0]
    with pytest.raises(RefusedError, match="--confirm-host"):  # the second flag is not the first
        check_host(url, [host], [], True, resolve=resolve)


@pytest.mark.parametrize(
    ("host", "is_production"),
    [
        ("kpu.go.id", True),
        ("staging.sirekap.kpu.go.id", True),
        ("kpu.go.id.example.org", False),
        ("sirekap-web.example.org", True),
        ("sirekap2024.example.org", True),
        ("sirekap-staging.example.org", False),
        ("uat.sirekap.example.org", False),
        ("api-prod3.example.org", True),
        ("api.production.example.org", True),
        ("preprod.example.org", False),
        ("www.example.dev", True),
        ("www.example.test", False),
        ("reproduce.example.org", False),
        ("192.0.2.7", False),
        ("loadbox", False),
    ],
)
def test_a_name_looks_like_production_or_not(host: str, is_production: bool) -> None:
    assert bool(looks_like_production(host)) == is_production


def test_a_name_is_resolved_once_and_its_address_is_handed_back() -> None:
    asked: list[str] = []

    def moving(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.66"]

    assert check_host("http://rebind.example.org", resolve=moving).address == "127.0.0.1"
    assert asked == ["rebind.example.org"]


def test_localhost_of_this_machine_is_the_loopback() -> None:
    assert check_host("http://localhost:1").address in ("127.0.0.1", "::1")


MODEST = Forecast(1000, 1e9, 100.0, 20e6, 50, 600.0, 60.0, 0.5)


def test_a_forecast_within_the_caps_passes() -> None:
    Caps().check(MODEST)


@pytest.mark.parametrize(
    ("caps", "message"),
    [
        (
            Caps(rate=30.0),
            "the replay would send 100 requests/s at its peak, more than the cap of 30 requests/s; "
            "--speed 18 or --sample 0.15 should fit, or raise the cap by --max-rate",
        ),
        (
            Caps(bandwidth=7e6),
            "the replay would send 160 Mbit/s at its peak, more than the cap of 56 Mbit/s; "
            "--speed 21 or --sample 0.17 should fit, or raise the cap by --max-bandwidth",
        ),
        (
            Caps(volume=0.3e9),
            "the replay would send 1 GB in all, more than the cap of 300 MB; "
            "--sample 0.15 should fit, or raise the cap by --max-volume",
        ),
    ],
)
def test_a_forecast_over_a_cap_is_refused_with_what_would_fit(caps: Caps, message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        caps.check(MODEST)
    assert str(refused.value) == message


def test_a_cap_of_nothing_is_refused() -> None:
    with pytest.raises(RefusedError, match="more than 0"):
        Caps(rate=0.0)


def test_the_throttle_is_silent_up_to_a_fifth_over_the_cap() -> None:
    throttle = Throttle(max_rate=100.0, max_bandwidth=1e6)
    for i in range(1200):
        assert throttle.sent(i / 120.0, 1, 10_000) is None


def test_the_throttle_speaks_when_a_second_holds_more_than_that() -> None:
    throttle = Throttle(max_rate=100.0, max_bandwidth=1e12)
    said = [throttle.sent(5.0 + i / 200.0, 1) for i in range(200)]
    first = next(i for i, reason in enumerate(said) if reason)
    assert first == 120
    assert said[first] == (
        "121 requests within a second, over the cap of 100 by more than 20%: stopped, the run is "
        "not valid"
    )


def test_the_throttle_counts_bytes_too() -> None:
    throttle = Throttle(max_rate=1e9, max_bandwidth=1e6)
    assert throttle.sent(0.0, 0, 1_150_000) is None
    assert "1.25 MB sent within a second" in (throttle.sent(0.5, 0, 100_000) or "")


def test_a_second_of_silence_empties_the_throttle() -> None:
    throttle = Throttle(max_rate=100.0, max_bandwidth=1e12)
    assert throttle.sent(0.95, 110) is None
    assert throttle.sent(1.96, 110) is None
    assert throttle.sent(2.0, 110) is not None


def test_a_clock_that_is_told_a_little_late_does_no_harm() -> None:
    throttle = Throttle(max_rate=10.0, max_bandwidth=1e12)
    assert throttle.sent(3.2, 5) is None
    assert throttle.sent(3.1, 5) is None
    assert throttle.sent(3.2, 5) is not None
