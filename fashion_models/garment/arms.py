"""Sleeves and shoulders cut to the wearer's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fashion_models.arrays import F64, Bool
from fashion_models.garment.ease import arm_radii
from fashion_models.garment.limbs import flat_sleeves
from fashion_models.garment.model import Garment, GarmentSize, Sleeve
from fashion_models.person.body import Body

#: A sleeve may reach this far over the wrist [m].
_OVER_WRIST_M = 0.025
#: How far an arm is turned down when a sleeve's length is judged [radians].
_HANGING = 1.2
#: The most of a sleeve's length that is taken off.
_MOST_OFF = 0.6
#: A neck wider than this share of the shoulders slides off them; narrowed, the shoulders keep this share.
_WIDEST_NECK, _NARROWEST = 0.62, 0.95
#: The same for garments without long sleeves, whose necks may be wide: boat necks and straps.
_WIDEST_BARE_NECK = 0.7
#: The neck is narrowed alike down to this far below its edge [m], then less and less down to the armpits.
_BELOW_NECK_M = 0.02
#: Least width of a shoulder [m].
_SHOULDER_M = 0.02


def neck_share(garment: Garment, size: GarmentSize, body: Body) -> float:
    """Share of its width that the top of a garment with long sleeves keeps, to stay on the shoulders.

    Necks and shoulders do not grow with the girth that sets the size.
    """
    if garment.sleeve is not Sleeve.LONG:
        return 1.0
    joint = abs(float(body.head("upperarm01.L")[0]))
    marks = garment.landmarks
    neck, tips = (
        float(np.linalg.norm(marks[f"{name}R"] - marks[f"{name}L"])) / 2 * size.metres_per_px
        for name in ("neck", "tip")
    )
    return float(min(1.0, max(_WIDEST_NECK * joint / neck, _NARROWEST * joint / tips)))


def narrow_neck(
    flat: F64, landmarks: Mapping[str, F64], garment: Garment, size: GarmentSize, body: Body
) -> tuple[F64, dict[str, F64]]:
    """Take in a neck that would slide off the wearer's shoulders; the shoulders become as much longer.

    Where a hood hides the neck, the photo shows the hood's width.

    Args:
        flat: Flat positions of a panel [m], shape (P, 2).
        landmarks: Flat landmarks [m].
        garment: Its sleeve and neckline.
        size: Its scale.
        body: The wearer.

    Returns:
        Flat positions and landmarks.
    """
    share = _WIDEST_NECK if garment.sleeve is Sleeve.LONG else _WIDEST_BARE_NECK
    neck, tip, pit = (
        np.abs(landmarks[f"{name}L"] - landmarks[f"{name}R"])[0] / 2 for name in ("neck", "tip", "pit")
    )
    most = share * abs(float(body.head("upperarm01.L")[0]))
    if neck <= most:
        return flat, dict(landmarks)
    shoulder = max(tip, neck + _SHOULDER_M)
    deep = _BELOW_NECK_M + (garment.neckline.depth * size.metres_per_px if garment.neckline else 0.0)
    low = max(-float(landmarks["pitL"][1] + landmarks["pitR"][1]) / 2, deep + pit / 4)

    def taken_in(points: F64) -> F64:
        x, y = points.T
        narrow = np.sign(x) * np.interp(np.abs(x), [0.0, neck, shoulder], [0.0, most, shoulder])
        much = np.clip((y + low) / (low - deep), 0.0, 1.0) * (np.abs(x) < shoulder)
        return np.stack([x + much**2 * (3 - 2 * much) * (narrow - x), y], axis=1)

    points = taken_in(np.stack(list(landmarks.values())))
    return taken_in(flat), dict(zip(landmarks, points, strict=True))


def shorten_sleeves(
    flat: F64, landmarks: Mapping[str, F64], sleeves: Mapping[str, Bool], body: Body
) -> tuple[F64, dict[str, F64]]:
    """Take sleeves in that would hang over the wearer's hands.

    Garments are graded by their girth, and arms do not grow with it.

    Args:
        flat: Flat positions of a panel [m], shape (P, 2).
        landmarks: Flat landmarks [m].
        sleeves: Points in the sleeve of each of the wearer's sides, shape (P,).
        body: The wearer.

    Returns:
        Flat positions and landmarks with sleeves that end at the wrist at most.
    """
    points, marks = flat, dict(landmarks)
    for side, sleeve in flat_sleeves(landmarks).items():
        image = "R" if side == "L" else "L"
        cuff = [f"cuff{image}o", f"cuff{image}i"]
        shoulder = abs(float(sleeve.tip[0] - landmarks[f"neck{image}"][0]))  # a collar may stand up
        longest = _reach(body, side, abs(float(landmarks[f"neck{image}"][0]))) - shoulder
        excess = float(np.linalg.norm(sleeve.cuff - sleeve.tip)) - longest
        if excess <= 0:
            continue
        ends = np.stack([landmarks[name] for name in cuff])
        whole = float(sleeve.depth(ends, np.ones(2, bool)).min())
        off = min(excess, _MOST_OFF * whole) * sleeve.axis

        def share(depth: F64, whole: float = whole) -> F64:
            return np.clip(depth / whole, 0.0, 1.0)[:, None]

        points = points - share(sleeve.depth(flat, sleeves[side])) * off
        taken = ends - share(sleeve.depth(ends, np.ones(2, bool))) * off
        marks |= dict(zip(cuff, taken, strict=True))
    return points, marks


def sleeve_ends(garment: Garment, size: GarmentSize, body: Body) -> dict[str, float]:
    """Where sleeves of the photographed length end on the wearer's arms.

    Args:
        garment: What the photo shows.
        size: Its scale.
        body: The wearer.

    Returns:
        Each of the wearer's sides with a sleeve to a length from the shoulder joint along the arm [m].
    """
    ends = {}
    for side, image in (("L", "R"), ("R", "L")):
        if f"cuff{image}o" not in garment.landmarks:
            continue
        neck, tip, out, inner = (
            np.asarray(garment.landmarks[f"{name}{image}{end}"]) * size.metres_per_px
            for name, end in (("neck", ""), ("tip", ""), ("cuff", "o"), ("cuff", "i"))
        )
        middle = float(garment.landmarks["neckL"][0] + garment.landmarks["neckR"][0]) / 2 * size.metres_per_px
        near = abs(float(neck[0]) - middle)
        length = abs(float(tip[0] - neck[0])) + float(np.linalg.norm((out + inner) / 2 - tip))
        if size.source != "chart":
            length = min(length, _reach(body, side, near))
        ends[side] = max(0.0, length - _to_arm(body, side, near))
    return ends


def _to_arm(body: Body, side: str, neck: float) -> float:
    """From the side of the neck, that far from the middle, to the shoulder joint, along the cloth [m].

    Over a lowered arm the cloth runs round the shoulder, farther than the joints lie apart.
    """
    round_shoulder = _HANGING * float(arm_radii(body, side, np.array([0.08]))[0])
    return max(0.0, abs(float(body.head(f"upperarm01.{side}")[0])) - neck) + round_shoulder


def _reach(body: Body, side: str, neck: float) -> float:
    """From the side of the neck, that far from the middle, over the shoulder to just over the wrist [m]."""
    shoulder, elbow, wrist = (body.head(f"{bone}.{side}") for bone in ("upperarm01", "lowerarm01", "wrist"))
    arm = np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow)
    return _to_arm(body, side, neck) + float(arm) + _OVER_WRIST_M
