"""A body's pose from the joints of a photo: `fit_pose`, inverse kinematics by gradient descent in torch.

What is sought are the angles of pelvis, spine, neck, shoulders, elbows, hips and knees. Each angle runs
between the limits of its joint and cannot leave them. A photo does not say how far a joint is from the
camera, so the descent starts from eight turns of the body at once, prefers angles that people stand in, lets
limbs be a little longer or shorter than the body's own, and keeps the start that explains the photo best.

Imports torch at the top: import it inside functions only.

Source: Bogo et al., Keep it SMPL, 2016 (joints in a photo, priors on angles); body and limits are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from fashion_models.arrays import F64
from fashion_models.conditioning.joints import Joint, joint_weights
from fashion_models.mesh import unit
from fashion_models.person.body import VERTICES, Body, template
from fashion_models.pose.kinematics import ELBOW_LIMIT, KNEE_LIMIT, Limb, limb
from fashion_models.pose.skeleton import X, Y, Z, aim, mirror_turn

SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03", "head")
_ARM, _LEG = ("clavicle", "upperarm01", "lowerarm01"), ("upperleg01", "lowerleg01")
#: Bones that turn; all others follow the one before them.
BONES = ("root", *SPINE, *NECK, *(f"{bone}.{side}" for side in "LR" for bone in (*_ARM, *_LEG)))

#: Angle → least, most, usual, and how far from the usual is still common [degrees]; limbs as left ones.
LIMITS: Mapping[str, tuple[float, float, float, float]] = {
    "pitch": (-20.0, 30.0, 0.0, 3.0),
    "roll": (-18.0, 18.0, 0.0, 8.0),
    "spine_x": (-15.0, 35.0, 0.0, 4.0),
    "spine_y": (-20.0, 20.0, 0.0, 8.0),
    "spine_z": (-35.0, 35.0, 0.0, 12.0),
    "neck_x": (-30.0, 35.0, 2.0, 12.0),
    "neck_y": (-28.0, 28.0, 0.0, 10.0),
    "neck_z": (-68.0, 68.0, 0.0, 30.0),
} | {
    f"{name}_{side}": limits
    for side in "LR"
    for name, limits in {
        "shrug": (-4.0, 20.0, 0.0, 6.0),
        "arm_out": (-25.0, 170.0, 15.0, 60.0),
        "arm_ahead": (-55.0, 150.0, 0.0, 50.0),
        "arm_turn": (-110.0, 105.0, -20.0, 50.0),
        "elbow": (2.0, ELBOW_LIMIT, 20.0, 60.0),
        "leg_out": (-25.0, 70.0, 3.0, 20.0),
        "leg_ahead": (-35.0, 110.0, 0.0, 12.0),
        "leg_turn": (-30.0, 45.0, 8.0, 12.0),
        "knee": (0.0, KNEE_LIMIT, 4.0, 30.0),
    }.items()
}
#: Turns of the whole body the descent starts from [degrees].
_STARTS = (0.0, 45.0, -45.0, 90.0, -90.0, 135.0, -135.0, 180.0)
#: Limbs whose length may differ from the body's, by the bone at their far end, and how much is common.
_LENGTHS = {"upperarm01": 0, "lowerarm01": 1, "upperleg01": 2, "lowerleg01": 3, **dict.fromkeys(SPINE, 4)}
_LENGTH_SPREAD = 0.03
#: How much it counts that people seldom stand like that.
_PRIOR = 2.0
#: Distance of the photo's camera, and an error of a joint that is common [m].
_CAMERA, _ERROR = 4.5, 0.01
#: Steps of the descent, and the size of the first ones [degrees].
_STEPS, _RATE = 250, 2.5
#: How much the joints of the head count: faces differ more than limbs.
_HEAD = 0.4
_HEAD_JOINTS = (Joint.NOSE, Joint.RIGHT_EYE, Joint.LEFT_EYE, Joint.RIGHT_EAR, Joint.LEFT_EAR)


@dataclass(frozen=True, eq=False)
class Fit:
    """A pose that explains the joints of a photo.

    Attributes:
        rotations: Bone of `BONES` to its rotation in its parent's frame, (3, 3).
        angles: Angle of `LIMITS`, and the whole body's 'turn' to its left [degrees].
        error: Median distance of the body's joints from the photo's [m].
    """

    rotations: Mapping[str, F64]
    angles: Mapping[str, float]
    error: float


def fit_pose(body: Body, points: F64, seen: F64) -> Fit:
    """Find the angles at which a body's joints lie where a photo shows them.

    Args:
        body: The body.
        points: Joints in the photo, x to the right, y down, in any unit, shape (18, 2).
        seen: How much each counts, 0 for a joint that is not seen, shape (18,).

    Returns:
        The pose, before feet are set on the floor and arms are cleared from the body.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the tensors are tiny, and the result shall not depend on the machine's cores
    try:
        return _descend(_Skeleton(body), points, seen)
    finally:
        torch.set_num_threads(threads)


def _descend(skeleton: _Skeleton, points: F64, seen: F64) -> Fit:
    target = torch.as_tensor(points)
    weight = torch.as_tensor(seen).clone()
    weight[list(_HEAD_JOINTS)] *= _HEAD
    starts = torch.tensor(_STARTS, dtype=torch.float64)
    low, high, usual, _ = _limits().T
    bends = usual.repeat(len(starts), 1).requires_grad_()
    turn = starts.clone().requires_grad_()
    lengths = torch.zeros(len(starts), len(set(_LENGTHS.values())), dtype=torch.float64).requires_grad_()
    descent = torch.optim.Adam(
        [{"params": [bends, turn], "lr": _RATE}, {"params": [lengths], "lr": 0.1 * _LENGTH_SPREAD}]
    )
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(descent, _STEPS)
    for _ in range(_STEPS):
        descent.zero_grad()
        cost, _ = _cost(skeleton, bends, turn, lengths, target, weight)
        cost.sum().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        descent.step()
        slower.step()
        with torch.no_grad():
            bends.clamp_(low, high)
    with torch.no_grad():
        cost, errors = _cost(skeleton, bends, turn, lengths, target, weight)
        best = int(cost.argmin())
        angles = _named(bends, turn)
        local = skeleton.turns(angles)
    return Fit(
        rotations={bone: matrix[best].numpy() for bone, matrix in local.items()},
        angles={name: angle[best].item() for name, angle in angles.items()},
        error=float(errors[best][weight > 0].median()),
    )


def _limits() -> Tensor:
    """`LIMITS` as a table, shape (angles, 4)."""
    return torch.tensor(list(LIMITS.values()), dtype=torch.float64)


def _named(bends: Tensor, turn: Tensor) -> dict[str, Tensor]:
    """Every angle by its name [degrees], each of shape (starts,)."""
    return dict(zip(LIMITS, bends.unbind(1), strict=True)) | {"turn": turn}


def _cost(
    skeleton: _Skeleton, bends: Tensor, turn: Tensor, lengths: Tensor, target: Tensor, weight: Tensor
) -> tuple[Tensor, Tensor]:
    """What speaks against each start, shape (starts,), and its joints' errors [m], shape (starts, 18)."""
    joints = skeleton.joints(_named(bends, turn), lengths)
    away = _CAMERA / (_CAMERA + joints[..., 1:2])
    shown = torch.cat([joints[..., :1], -joints[..., 2:]], dim=-1) * away
    errors = _misses(shown, target, weight)
    _, _, usual, common = _limits().T
    unusual = torch.log1p(((bends - usual) / common) ** 2).sum(dim=1)
    stretched = ((lengths / _LENGTH_SPREAD) ** 2).sum(dim=1)
    floor = joints[:, Joint.LEFT_ANKLE, 2] - joints[:, Joint.RIGHT_ANKLE, 2]
    lifted = floor**2 / (floor**2 + 0.1**2)  # feet stand on one floor, unless one is plainly lifted
    missed = (weight * (errors / _ERROR) ** 2).sum(dim=1)
    return missed + _PRIOR * unusual + stretched + 6.0 * lifted, errors


def _misses(shown: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Distances [m] after the photo's scale and place were taken out, shape (starts, 18)."""
    share = (weight / weight.sum())[:, None]
    mine = shown - (share * shown).sum(dim=1, keepdim=True)
    theirs = target - (share * target).sum(dim=0)
    scale = (share * mine * theirs).sum(dim=(1, 2)) / (share * theirs**2).sum()
    away = mine - scale[:, None, None] * theirs
    return torch.sqrt((away**2).sum(dim=-1) + 1e-12)  # a joint that lies right has a gradient too


class _Skeleton:
    """The bones that turn, and the joints as sums of points that ride on them."""

    def __init__(self, body: Body) -> None:
        t = template()
        place = {bone: i for i, bone in enumerate(BONES)}
        owner = [0] * len(t.bone_labels)
        for i, (label, parent) in enumerate(zip(t.bone_labels, t.parents, strict=True)):
            owner[i] = place[label] if label in place else owner[parent] if parent >= 0 else 0
        self.parents = [0 if bone == "root" else owner[t.parents[t.bone(bone)]] for bone in BONES]
        heads = np.stack([body.head(bone) for bone in BONES])
        self.offsets = torch.as_tensor(heads - heads[self.parents])
        self.stretches = [_LENGTHS.get(BONES[parent].split(".")[0], -1) for parent in self.parents]
        self.path = torch.zeros(len(BONES), len(BONES), dtype=torch.float64)
        for i, parent in enumerate(self.parents):
            self.path[i] = self.path[parent]
            self.path[i, i] = 1.0
        ride = np.zeros((VERTICES, len(BONES)))
        np.add.at(ride, (np.arange(VERTICES)[:, None], np.array(owner)[t.weight_bones]), t.weights)
        weights = joint_weights()
        self.share = torch.as_tensor(weights @ ride)
        points = np.einsum("jv,vb,vi->jbi", weights, ride, body.rest, optimize=True)
        self.points = torch.as_tensor(points - self.share.numpy()[..., None] * heads)
        arms = {side: _hanging(limb(body, side)) for side in "LR"}
        self.hang = {side: torch.as_tensor(_seen(hang, side)) for side, (hang, _, _) in arms.items()}
        self.bent = {f"elbow_{side}": bent for side, (_, _, bent) in arms.items()}
        axes = _AXES | {
            f"{name}_{side}": axis if side == "L" else axis * (1, -1, -1)  # as the mirrored limb turns
            for side in "LR"
            for name, axis in (_LIMB_AXES | {"elbow": arms[side][1]}).items()
        }
        self.names = tuple(axes)
        x, y, z = np.stack(list(axes.values())).T
        none = np.zeros_like(x)
        cross = np.stack([none, -z, y, z, none, -x, -y, x, none], axis=1).reshape(-1, 3, 3)
        self.cross = torch.as_tensor(cross)

    def joints(self, angles: Mapping[str, Tensor], lengths: Tensor) -> Tensor:
        """Joints with the pelvis at the origin [m], shape (starts, 18, 3)."""
        local = self.turns(angles)
        frames: list[Tensor] = []
        for bone, parent in zip(BONES, self.parents, strict=True):
            frames.append(local[bone] if bone == "root" else frames[parent] @ local[bone])
        turned = torch.stack(frames, dim=1)
        stretch = torch.nn.functional.pad(torch.exp(lengths), (0, 1), value=1.0)[:, self.stretches]
        steps = (turned[:, self.parents] @ self.offsets[..., None])[..., 0] * stretch[..., None]
        return self.share @ (self.path @ steps) + torch.einsum("nbik,jbk->nji", turned, self.points)

    def turns(self, angles: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Rotation of each bone in its parent's frame, shape (starts, 3, 3) each."""
        parts = {"spine": len(SPINE), "neck": len(NECK)}
        given = [
            (angles[name] - self.bent.get(name, 0.0)) / parts.get(name.split("_")[0], 1)
            for name in self.names
        ]
        r = dict(zip(self.names, _rotations(self.cross, torch.stack(given, dim=1)).unbind(1), strict=True))
        turns = {"root": r["turn"] @ r["roll"] @ r["pitch"]}
        for bones, part in ((SPINE, "spine"), (NECK, "neck")):
            turns |= dict.fromkeys(bones, r[f"{part}_z"] @ r[f"{part}_y"] @ r[f"{part}_x"])
        for s in "LR":
            arm = r[f"arm_ahead_{s}"] @ r[f"arm_out_{s}"] @ r[f"arm_turn_{s}"] @ self.hang[s]
            leg = r[f"leg_ahead_{s}"] @ r[f"leg_out_{s}"] @ r[f"leg_turn_{s}"]
            turns |= {f"clavicle.{s}": r[f"shrug_{s}"], f"upperarm01.{s}": arm, f"upperleg01.{s}": leg}
            turns |= {f"lowerarm01.{s}": r[f"elbow_{s}"], f"lowerleg01.{s}": r[f"knee_{s}"]}
        return turns


#: Axis about which each angle turns.
_AXES = {"pitch": X, "roll": Y, "turn": Z} | {
    f"{part}_{name}": axis for part in ("spine", "neck") for name, axis in zip("xyz", (X, Y, Z), strict=True)
}
_LIMB_AXES = {
    "shrug": -Y,
    "arm_out": -Y,
    "arm_ahead": -X,
    "arm_turn": Z,
    "leg_out": -Y,
    "leg_ahead": -X,
    "leg_turn": Z,
    "knee": X,
}


def _hanging(arm: Limb) -> tuple[F64, F64, float]:
    """How an arm, seen as a left one, comes to hang straight with its elbow's hinge across the body.

    Returns:
        Rotation from the identity pose, shape (3, 3); the hinge in the identity pose, shape (3,); the bend of
        the elbow there [degrees].
    """
    upper = unit(arm["lowerarm01"] - arm["upperarm01"])
    fore = unit(arm["wrist"] - arm["lowerarm01"])
    hinge = np.cross(upper, fore)
    bent = float(np.degrees(np.arctan2(np.linalg.norm(hinge), upper @ fore)))
    return aim(-Z, -Y) @ aim(upper, fore).T, unit(hinge), bent


def _seen(rotation: F64, side: str) -> F64:
    return rotation if side == "L" else mirror_turn(rotation)


def _rotations(cross: Tensor, degrees: Tensor) -> Tensor:
    """Rotations by angles (starts, N) about axes given as cross products (N, 3, 3): (starts, N, 3, 3)."""
    angle = torch.deg2rad(degrees)[..., None, None]
    eye = torch.eye(3, dtype=torch.float64)
    return eye + torch.sin(angle) * cross + (1.0 - torch.cos(angle)) * (cross @ cross)
