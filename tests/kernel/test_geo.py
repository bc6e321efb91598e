"""Distances against another formula, coordinates read and refused, postcodes in one form."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.geo import (
    FARTHEST_KM,
    Point,
    great_circle_km,
    normal_postcode,
    read_point,
    read_postcodes,
)

POINTS = st.builds(
    Point,
    st.floats(-90, 90, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)


def by_chord(here: Point, there: Point) -> float:
    """The angle from the straight line through the earth, not from half angles."""
    ends = []
    for point in (here, there):
        north, east = math.radians(point.latitude), math.radians(point.longitude)
        flat = math.cos(north)
        ends.append((flat * math.cos(east), flat * math.sin(east), math.sin(north)))
    dot = sum(a * b for a, b in zip(*ends, strict=True))
    cross = math.dist((0, 0, 0), _cross(*ends))
    return 6371.0088 * math.atan2(cross, dot)


def _cross(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, float, float]:
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


@given(here=POINTS, there=POINTS)
def test_the_distance_is_that_of_another_formula(here: Point, there: Point) -> None:
    found = great_circle_km(here, there)

    assert found == pytest.approx(by_chord(here, there), abs=1e-3)
    assert found == great_circle_km(there, here)
    assert 0 <= found < FARTHEST_KM


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        # a quarter of a great circle, half of one, and one degree of the equator
        (Point(0, 0), Point(90, 0), 6371.0088 * math.pi / 2),
        (Point(0, 0), Point(0, 180), 6371.0088 * math.pi),
        (Point(0, 0), Point(0, 1), 6371.0088 * math.pi / 180),
        (Point(51.5, -0.12), Point(51.5, -0.12), 0),
    ],
)
def test_known_distances(here: Point, there: Point, km: float) -> None:
    assert great_circle_km(here, there) == pytest.approx(km)


@pytest.mark.parametrize(
    ("latitude", "longitude", "point"),
    [
        (51.5, -0.12, (51.5, -0.12)),
        ("51.5", " -0.12 ", (51.5, -0.12)),
        (0, 12, (0, 12)),
        (0, 0, None),
        ("0.0", "0", None),
        (91, 0, None),
        (3, -180.1, None),
        (float("nan"), 3, None),
        ("inf", 3, None),
        (None, 3, None),
        (True, 3, None),
        ("n/a", 3, None),
        ([1], 3, None),
        (10**400, 3, None),
    ],
)
def test_coordinates_are_read_or_refused(latitude, longitude, point) -> None:
    assert read_point(latitude, longitude) == point


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("LS1 4AP", "LS14AP"),
        (" ls1  4ap ", "LS14AP"),
        ("01310-100", "01310100"),
        ("１００ ０２６", "100026"),
        ("94107-1234", "941071234"),
        ("1234 AB", "1234AB"),
        ("--", ""),
    ],
)
def test_postcodes_have_one_form(text: str, form: str) -> None:
    assert normal_postcode(text) == form
    assert normal_postcode(form) == form


def test_a_list_of_postcodes_is_read() -> None:
    assert read_postcodes("LS1, ls2；YO1\n 100、200,, ") == ("LS1", "LS2", "YO1", "100", "200")
    assert read_postcodes("") == ()
