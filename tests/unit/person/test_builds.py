from __future__ import annotations

import numpy as np
import pytest

from fashion_models.errors import PlanError
from fashion_models.person.body import Body, template
from fashion_models.person.builds import BUILDS
from fashion_models.person.identity import make_person
from fashion_models.person.measure import arm_share, measure
from fashion_models.person.model import Gender
from fashion_models.person.sizes import parse_size
from fashion_models.person.solve import solve_body


def body(build: str, gender: Gender = Gender.FEMALE, size: str = "M") -> Body:
    person = make_person(
        identity=5, gender=gender, age=31, build=build, measurements=lambda who: parse_size(size, who)
    )
    return solve_body(person)


def belly_m(of: Body) -> float:
    """How far the trunk reaches to the front of the spine between hips and chest."""
    posed = of.pose({})
    skin = template().groups["body"]
    points = posed.vertices[skin][arm_share()[skin] < 0.1]
    low, high = posed.head("upperleg01.L")[2], posed.head("spine01")[2]
    trunk = points[(points[:, 2] > low) & (points[:, 2] < high)]
    return float(posed.head("spine03")[1] - trunk[:, 1].min())


def upper_arm_m(of: Body) -> float:
    """Mean distance of the upper arm's skin from its bone."""
    posed, t = of.pose({}), template()
    start, end = posed.head("upperarm02.L"), posed.head("lowerarm01.L")
    strongest = t.weight_bones[np.arange(len(t.weights)), t.weights.argmax(axis=1)]
    points = posed.vertices[strongest == t.bone("upperarm02.L")]
    way = (end - start) / np.linalg.norm(end - start)
    return float(np.linalg.norm(np.cross(points - start, way), axis=1).mean())


@pytest.mark.parametrize("size", ["XS", "M", "5XL"])
@pytest.mark.parametrize(
    ("build", "gender"),
    [("muscular", Gender.FEMALE), ("muscular", Gender.MALE), ("pregnant", Gender.FEMALE)],
)
def test_every_size_can_be_built_within_a_centimetre(build: str, gender: Gender, size: str) -> None:
    asked = parse_size(size, gender)
    found = measure(body(build, gender, size).rest)
    more = BUILDS[build].waist_cm
    assert [found.height, found.bust, found.waist - more, found.hip] == pytest.approx(
        [asked.height, asked.bust, asked.waist, asked.hip], abs=1.0
    )


def test_a_pregnant_belly_stands_out_to_the_front() -> None:
    assert belly_m(body("pregnant")) > belly_m(body("average")) + 0.05


@pytest.mark.parametrize("gender", list(Gender))
def test_muscular_people_of_the_same_girths_have_stronger_arms(gender: Gender) -> None:
    assert upper_arm_m(body("muscular", gender)) > 1.04 * upper_arm_m(body("average", gender))


def test_given_centimetres_of_a_pregnant_woman_are_taken_as_they_are() -> None:
    given = "bust=98,waist=104,hip=108,height=170"
    person = make_person(gender=Gender.FEMALE, build="pregnant", measurements=lambda g: parse_size(given, g))
    assert person.measurements.waist == 104


def test_a_build_that_cannot_be_is_refused_with_what_is_possible() -> None:
    with pytest.raises(PlanError, match="build 'athletic' is unknown; known: average, muscular, pregnant"):
        make_person(build="athletic")
    with pytest.raises(PlanError, match="is for women"):
        make_person(gender=Gender.MALE, build="pregnant")
