"""Progress points: many ways to write a moment and a share, and a reason for every row left out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sim.population.csv_files import RejectedRowsError
from study.progress.moments import read_moment
from study.progress.points import Points, read_points

HEADER = "region,election,tps_total,tps_received,percent,datetime_local,tz,source_url\n"


def read(folder: Path, *rows: str, header: str = HEADER) -> Points:
    file = folder / "points.csv"
    file.write_text(header + "\n".join(rows) + "\n")
    return read_points(file)


@pytest.mark.parametrize(
    "when",
    [
        "2020-12-10 15:30",
        "2020-12-10T15:30:00",
        "2020/12/10 15.30",
        "10/12/2020 15.30",
        "10-12-2020 15:30",
        "10 Desember 2020 pukul 15.30",
        "10 Dec 2020, 15:30",
        "Dec 10, 2020 15:30",
    ],
)
def test_a_moment_is_read_as_people_write_it(when: str) -> None:
    found = read_moment(when, "WIB")
    assert found.at.isoformat() == "2020-12-10T15:30:00+07:00"
    assert found.assumed == ()


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("WIB", 7),
        ("wita (hour as printed)", 8),
        ("WIT", 9),
        ("Asia/Makassar", 8),
        ("Asia/Jayapura (local)", 9),
        ("+07:00", 7),
        ("UTC+8", 8),
        ("UTC", 0),
    ],
)
def test_zones_are_indonesias_iana_names_and_offsets(zone: str, hours: int) -> None:
    assert read_moment("2020-12-10 15:30", zone).at.utcoffset() == timedelta(hours=hours)


def test_an_offset_in_the_moment_itself_counts_before_the_column() -> None:
    assert read_moment("2020-12-10T15:30+09:00", "WIB").at.utcoffset() == timedelta(hours=9)


def test_what_is_assumed_of_a_moment_is_said() -> None:
    assert read_moment("2020-12-10", "").assumed == ("no hour given: noon", "no zone given: WIB")
    assert read_moment("2020-12-10 12:00", "WIB (hour not given)").assumed == (
        "the hour is uncertain",
    )


@pytest.mark.parametrize(
    ("when", "zone", "reason"),
    [
        ("", "WIB", "is empty"),
        ("Thursday", "WIB", "is not a date"),
        ("2020-13-10 15:30", "WIB", "is no moment"),
        ("2020-12-10 25:30", "WIB", "is no moment"),
        ("2020-12-10 evening", "WIB", "'evening' is not a time"),
        ("2020-12-10 15:30", "Mars/Olympus", "is not a zone"),
        ("2020-12-10 15:30", "../../etc/passwd", "is not a zone"),
    ],
)
def test_a_moment_that_cannot_be_read_says_why(when: str, zone: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_moment(when, zone)


@pytest.mark.parametrize(
    ("cells", "share", "total"),
    [
        ("1700,895,52.65", 895 / 1700, 1700),
        ("1700,,52.65", 0.5265, 1700),
        (",,52.65", 0.5265, None),
        (',,"52,65%"', 0.5265, None),
        ("1700,895,", 895 / 1700, 1700),
        ('"1.700","1,700",', 1.0, 1700),
    ],
)
def test_a_share_comes_from_counts_or_from_a_percentage(
    tmp_path: Path, cells: str, share: float, total: int | None
) -> None:
    (point,) = read(tmp_path, f"A,Sirekap 2020,{cells},2020-12-10 15:30,WIB,x").points
    assert point.share == pytest.approx(share)
    assert point.total == total
    assert ("size of the region not given" in point.remarks) == (total is None)


def test_counts_and_a_percentage_that_disagree_are_said_to(tmp_path: Path) -> None:
    (point,) = read(tmp_path, "A,Sirekap 2020,1000,500,60,2020-12-10 15:30,WIB,x").points
    assert point.share == 0.5
    assert point.remarks == ("percent says 60, the counts 50.00: counts taken",)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A,Situng 2019 Pilpres,10,5,50,2019-04-20 07:30,WIB,x", "not Sirekap"),
        ("A,Bawaslu Siwaslu 2020 (NOT Sirekap),10,5,50,2020-12-09 20:00,WIB,x", "not Sirekap"),
        ("Kenya,KIEMS 2022 presidential,10,5,50,2022-08-10 09:14,EAT,x", "not Sirekap"),
        ("A,Sirekap 2024 Pileg DPR,10,5,50,2024-02-15 12:00,WIB,x", "one race"),
        ("A,Village 2020,10,5,50,2020-12-09 20:00,WIB,x", "not known to be Sirekap"),
        ("A,Sirekap 2020 Pilkada,10,,15-50,2020-12-09 20:00,WIB,x", "a range"),
    ],
)
def test_a_row_that_is_not_for_us_is_left_out_with_the_reason(
    tmp_path: Path, row: str, reason: str
) -> None:
    found = read(tmp_path, row)
    assert not found.points
    assert not found.rejects
    assert reason in found.skipped[0].reason


def test_a_column_of_systems_tells_them_apart(tmp_path: Path) -> None:
    header = "region,election,system,percent,datetime_local\n"
    found = read(
        tmp_path,
        "A,Pilkada 2020,Sirekap,50,2020-12-10 15:30",
        "A,Pilkada 2020,Siwaslu,50,2020-12-10 15:30",
        "A,Pilkada 2020,,50,2020-12-10 15:30",
        header=header,
    )
    assert [p.row for p in found.points] == [2, 4]
    assert "taken for Sirekap by the election's name" in found.points[1].remarks
    assert found.skipped[0].reason == "not Sirekap: Siwaslu"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Sirekap 2020,10,5,50,2020-12-09 20:00,WIB,x", "region is empty"),
        ("A,Sirekap 2020,10,11,,2020-12-09 20:00,WIB,x", "more than tps_total"),
        ("A,Sirekap 2020,ten,5,,2020-12-09 20:00,WIB,x", "tps_total 'ten' is not a whole number"),
        ("A,Sirekap 2020,,5,,2020-12-09 20:00,WIB,x", "neither percent nor both"),
        ("A,Sirekap 2020,,,120,2020-12-09 20:00,WIB,x", "not between 0 and 100"),
        ("A,Sirekap 2020,,,half,2020-12-09 20:00,WIB,x", "is not a number"),
        ("A,Sirekap 2020,,,nan,2020-12-09 20:00,WIB,x", "not between 0 and 100"),
        ("A,Sirekap 2020,0,0,,2020-12-09 20:00,WIB,x", "tps_total is 0"),
        ("A,Sirekap 2020,10,5,50,soon,WIB,x", "is not a date"),
        ("A,Sirekap 2020,10,5,50,2020-12-09 20:00,WIB,x,y", "more cells"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_reject_with_its_row(
    tmp_path: Path, row: str, reason: str
) -> None:
    good = "B,Sirekap 2020,10,5,50,2020-12-09 20:00,WIB,x"
    found = read(tmp_path, good, row)
    assert len(found.points) == 1
    assert found.rejects[0].row == 3
    assert reason in found.rejects[0].reason


def test_a_spreadsheets_semicolons_are_understood(tmp_path: Path) -> None:
    found = read(
        tmp_path, "A;Sirekap 2020;;;52,65;10/12/2020 15.30;WIB;x", header=HEADER.replace(",", ";")
    )
    assert found.points[0].share == pytest.approx(0.5265)


def test_a_file_that_lacks_a_column_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(RejectedRowsError, match="column election, datetime_local is missing"):
        read(tmp_path, "A,50", header="region,percent\n")
