"""Fit the silhouettes that the page draws while sizes are dragged: outlines linear in height and girths.

make cards
"""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from fashion_models.arrays import F64
from fashion_models.person.body import PosedBody, template
from fashion_models.person.identity import make_person
from fashion_models.person.model import Gender, Measurements
from fashion_models.person.sizes import parse_size
from fashion_models.person.solve import solve_body
from fashion_models.pose.library import pose_rotations

OUT = Path(__file__).resolve().parent.parent / "ui" / "page" / "silhouettes.json"
#: Pixels per metre while the outline is traced, and points that are kept of it.
SCALE, POINTS = 500, 150
#: Letter sizes, and departures from the middle one [cm], that the fit is made from.
LETTERS = ("XXS", "S", "M", "L", "XL", "XXL", "3XL", "5XL")
SHIFTS = ({"height": 155.0}, {"height": 185.0}, {"bust": 8.0}, {"waist": 8.0}, {"hip": 8.0})


def sizes(gender: Gender) -> list[Measurements]:
    middle = parse_size("M", gender)
    found = [parse_size(letter, gender) for letter in LETTERS]
    for shift in SHIFTS:
        cm = {name: getattr(middle, name) for name in ("height", "bust", "waist", "hip")}
        cm |= {name: value if name == "height" else cm[name] + value for name, value in shift.items()}
        found.append(parse_size(",".join(f"{name}={value:g}" for name, value in cm.items()), gender))
    return found


def posed(gender: Gender, measurements: Measurements) -> PosedBody:
    body = solve_body(make_person(identity=8, gender=gender, age=30, measurements=measurements))
    return body.pose(pose_rotations(body, "front"))


def outline(body: PosedBody) -> list[int]:
    """Vertices along the outline as the camera sees it, in order."""
    flat = body.vertices[:, [0, 2]] * [1, -1]
    pixels = np.round((flat - flat.min(axis=0)) * SCALE).astype(np.int32) + 4
    mask = np.zeros((pixels[:, 1].max() + 5, pixels[:, 0].max() + 5), np.uint8)
    triangles = template().skin_triangles
    for triangle in pixels[triangles]:
        cv2.fillConvexPoly(mask, triangle, 1)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=len)[:, 0]
    wanted = contour[np.linspace(0, len(contour) - 1, POINTS).astype(int)]
    skin = np.unique(triangles)
    nearest = [int(skin[np.square(pixels[skin] - point).sum(axis=1).argmin()]) for point in wanted]
    return list(dict.fromkeys(nearest))


def fit(gender: Gender) -> dict[str, object]:
    """Coefficients of every outline point [cm]: (1, height, bust, waist, hip) to x and to z above ground."""
    given = sizes(gender)
    bodies = [posed(gender, one) for one in given]
    loop = outline(bodies[LETTERS.index("M")])
    design = np.array([[1.0, one.height, one.bust, one.waist, one.hip] for one in given])
    seen: F64 = np.array([points_of(body, loop) for body in bodies])
    solved, *_ = np.linalg.lstsq(design, seen.reshape(len(given), -1), rcond=None)
    worst = np.abs(design @ solved - seen.reshape(len(given), -1)).max()
    print(f"{gender}: {len(loop)} points, at most {worst:.1f} cm off", flush=True)
    return {
        "x": np.round(solved[:, 0::2].T, 4).tolist(),
        "z": np.round(solved[:, 1::2].T, 4).tolist(),
    }


def points_of(body: PosedBody, loop: list[int]) -> F64:
    flat = body.vertices[:, [0, 2]]
    return np.asarray(100 * (flat[loop] - [0.0, flat[:, 1].min()]), np.float64)


def main() -> None:
    OUT.write_text(json.dumps({gender.value: fit(gender) for gender in Gender}) + "\n")
    print(f"{OUT.name}: {OUT.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
