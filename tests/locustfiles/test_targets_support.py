from __future__ import annotations

import pytest

from locustfiles.targets.dialogue import Station, TargetError
from locustfiles.targets.support import check_conduct, check_plain
from locustfiles.targets.target import REFERENCE, read_target
from sim.client.batching.pieces import Resume
from sim.client.batching.presets import BATCHINGS
from tests.locustfiles.talking import LOGIN, Write, talk

NGINX = REFERENCE.parent / "examples" / "nginx-dav.yaml"


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


def test_a_server_that_takes_no_object_in_one_request_is_told_who_sends_so() -> None:
    tus = read_target(NGINX.with_name("tus-server.yaml"), {})
    with pytest.raises(TargetError, match="but the web page sends each photograph in one request"):
        check_plain(tus, "the web page", "stay away")
    check_plain(read_target(NGINX, {}), "the web page", "stay away")


def test_every_batching_of_the_catalogue_fits_the_reference_server() -> None:
    for batching in BATCHINGS.values():
        check_conduct(read_target(REFERENCE, {}), batching, turns=True)
