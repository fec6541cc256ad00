"""How well a pose is found again from its joints in one picture.

Every pose of the library is photographed on one body; the same body, and one much heavier, then take the pose
from the pixels of its eighteen joints. Prints by how many degrees limbs differ, and the time of a fit.

    python -P benchmarks/free_poses.py
"""

from __future__ import annotations

import itertools
import time

import numpy as np

from fashion_models.arrays import F64
from fashion_models.conditioning.joints import body_joints
from fashion_models.mesh import unit
from fashion_models.person.body import Body, BodyShape, Rotations, build_body, template
from fashion_models.pose.fit import fit_pose
from fashion_models.pose.library import POSES, pose_rotations
from fashion_models.studio.camera import DISTANCE_M, project
from fashion_models.studio.model import Camera

LIMBS = {
    "upper arm": ("upperarm01", "lowerarm01"),
    "forearm": ("lowerarm01", "wrist"),
    "thigh": ("upperleg01", "lowerleg01"),
    "shank": ("lowerleg01", "foot"),
}
CAMERA = Camera(
    origin=(0.0, -DISTANCE_M, 1.0),
    target=(0.0, 0.0, 1.0),
    fov_deg=25.0,
    width=768,
    height=1152,
    azimuth_deg=0.0,
)


def body_of(gender: float, weight: float) -> Body:
    return build_body(BodyShape(phenotypes=(("age", 0.68), ("gender", gender), ("weight", weight))))


def directions(body: Body, rotations: Rotations) -> dict[str, F64]:
    _, heads = body.forward(rotations)
    place = {label: heads[i] for i, label in enumerate(template().bone_labels)}
    limbs = {
        f"{name} {side}": unit(place[f"{end}.{side}"] - place[f"{start}.{side}"])
        for (name, (start, end)), side in itertools.product(LIMBS.items(), "LR")
    }
    return limbs | {"torso": unit(place["neck01"] - place["root"])}


def main() -> None:
    photographed = body_of(1.0, 0.5)
    for label, body in (("same body", photographed), ("heavy body", body_of(0.0, 1.2))):
        medians, worsts, seconds = [], [], []
        print(f"{label}: median and worst limb [degrees], joints' median error [mm]")
        for name in (name for name, pose in POSES.items() if not pose.seated):
            known = pose_rotations(photographed, name)
            pixels, _ = project(CAMERA, body_joints(photographed.pose(known)))
            began = time.perf_counter()
            fit = fit_pose(body, pixels, np.ones(18))
            seconds.append(time.perf_counter() - began)
            true, found = directions(photographed, known), directions(body, fit.rotations)
            apart = {limb: np.degrees(np.arccos(np.clip(true[limb] @ found[limb], -1, 1))) for limb in true}
            worst = max(apart, key=lambda limb: apart[limb])
            medians.append(float(np.median(list(apart.values()))))
            worsts.append(float(apart[worst]))
            print(f"  {name:16} {medians[-1]:5.1f} {worsts[-1]:5.1f} ({worst}) {1000 * fit.error:6.1f}")
        print(
            f"  median of the medians {np.median(medians):.1f}, of the worst {np.median(worsts):.1f};",
            end=" ",
        )
        print(f"  a fit takes {np.median(seconds):.1f} s")


if __name__ == "__main__":
    main()
