"""The tables behind the skin maps: where blood, pigment, shine, beards and wrinkles lie.

Places are in head coordinates (origin between the eyes, x to the person's left, y to the back, z up, metres
of the reference head) or relative to a joint of the reference body; entries off the middle stand for both
sides.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Blob:
    """A soft ball.

    Attributes:
        at: Centre relative to the anchor [m].
        radius: Standard deviation [m].
        amount: Value in its middle.
        joint: Bone (without side) whose head is the anchor; '' is the point between the eyes.
    """

    at: tuple[float, float, float]
    radius: float
    amount: float
    joint: str = ""


@dataclass(frozen=True)
class Crease:
    """A wrinkle along a line of the face's plane.

    Attributes:
        line: (x, z) in head coordinates [m].
        width: Standard deviation across [m].
        depth: In the middle [m], in old age.
        mirrored: Also on the right side.
    """

    line: tuple[tuple[float, float], ...]
    width: float
    depth: float
    mirrored: bool = True


_KNUCKLES = tuple(f"finger{f}-{k}" for f in (2, 3, 4, 5) for k in (1, 2))

BLOOD = (
    Blob((0.043, -0.012, -0.036), 0.016, 0.17),  # cheeks
    Blob((0.055, 0.005, -0.030), 0.018, 0.06),
    Blob((0.0, -0.044, -0.042), 0.011, 0.15),  # tip of the nose
    Blob((0.013, -0.032, -0.046), 0.006, 0.12),  # its wings
    Blob((0.031, -0.016, -0.017), 0.008, 0.07),  # under the eyes
    Blob((0.016, -0.014, -0.002), 0.005, 0.10),  # inner corners
    Blob((0.0, -0.026, -0.105), 0.012, 0.06),  # chin
    *(Blob((0.001, 0.0, 0.004), 0.008, 0.10, joint) for joint in _KNUCKLES),
    *(Blob((0.001, 0.0, 0.0), 0.010, 0.10, f"finger{f}-3") for f in (1, 2, 3, 4, 5)),  # finger tips
    Blob((0.005, 0.045, 0.0), 0.030, 0.10, "lowerarm01"),  # elbows
    Blob((0.005, -0.050, 0.0), 0.035, 0.09, "lowerleg01"),  # knees
    Blob((0.005, -0.10, -0.05), 0.05, 0.10, "foot"),
    Blob((0.01, 0.05, -0.05), 0.03, 0.10, "foot"),  # heels
    Blob((0.02, -0.12, -0.10), 0.09, 0.05, "shoulder01"),  # upper chest
)

PIGMENT = (
    Blob((0.031, -0.015, -0.016), 0.008, 0.10),  # under the eyes
    Blob((0.031, -0.013, 0.010), 0.008, 0.06),  # lids
    Blob((0.0, -0.036, -0.058), 0.010, 0.03),  # upper lip
    *(Blob((0.001, 0.0, 0.004), 0.007, 0.11, joint) for joint in _KNUCKLES),
    Blob((0.005, 0.045, 0.0), 0.025, 0.14, "lowerarm01"),
    Blob((0.005, -0.050, 0.0), 0.030, 0.10, "lowerleg01"),
    Blob((0.03, -0.03, -0.07), 0.03, 0.05, "upperarm01"),  # armpits
)

SHINE = (
    Blob((0.0, -0.042, -0.030), 0.012, 0.05),  # nose
    Blob((0.0, -0.024, 0.045), 0.022, 0.04),  # forehead
    Blob((0.040, -0.014, -0.022), 0.012, 0.03),  # cheek bones
    Blob((0.0, -0.026, -0.106), 0.010, 0.03),
)

FRECKLES = (
    Blob((0.032, -0.016, -0.028), 0.020, 0.9),
    Blob((0.0, -0.040, -0.025), 0.016, 0.9),
    Blob((0.0, -0.02, 0.05), 0.030, 0.25),
    Blob((0.02, -0.06, -0.02), 0.07, 0.35, "shoulder01"),
    Blob((0.005, -0.03, 0.0), 0.09, 0.30, "lowerarm02"),
)

SPOTS = (
    Blob((0.055, 0.005, 0.0), 0.030, 0.8),
    Blob((0.030, -0.005, 0.065), 0.025, 0.6),
    Blob((0.005, 0.0, 0.02), 0.055, 1.0, "finger3-1"),
    Blob((0.005, 0.0, 0.0), 0.09, 0.5, "lowerarm02"),
    Blob((0.02, -0.06, -0.04), 0.07, 0.4, "shoulder01"),
)

BEARD = (
    Blob((0.0, -0.028, -0.108), 0.020, 0.95),  # chin
    Blob((0.020, -0.022, -0.104), 0.016, 0.7),
    Blob((0.036, 0.0, -0.095), 0.018, 0.8),  # jaw
    Blob((0.052, 0.025, -0.078), 0.017, 0.75),
    Blob((0.064, 0.045, -0.055), 0.012, 0.7),
    Blob((0.068, 0.052, -0.030), 0.009, 0.6),  # before the ears
    Blob((0.011, -0.034, -0.0575), 0.0065, 0.9),  # moustache
    Blob((0.023, -0.026, -0.066), 0.0065, 0.6),
    Blob((0.0, -0.030, -0.088), 0.006, 0.5),  # below the lip
    Blob((0.018, 0.010, -0.125), 0.018, 0.5),  # throat
)

WRINKLES = (
    Crease(
        ((-0.036, 0.038), (-0.02, 0.042), (0.0, 0.040), (0.02, 0.042), (0.036, 0.038)), 0.0009, 5e-4, False
    ),
    Crease(
        ((-0.040, 0.051), (-0.02, 0.055), (0.0, 0.053), (0.02, 0.056), (0.040, 0.050)), 0.0010, 6e-4, False
    ),
    Crease(
        ((-0.034, 0.064), (-0.015, 0.068), (0.0, 0.066), (0.018, 0.068), (0.034, 0.063)), 0.0010, 5e-4, False
    ),
    Crease(((0.006, 0.010), (0.0065, 0.020), (0.008, 0.030)), 0.0009, 6e-4),  # between the brows
    Crease(((0.051, 0.002), (0.058, 0.005), (0.066, 0.012)), 0.0007, 5e-4),  # crow's feet
    Crease(((0.051, -0.002), (0.059, -0.002), (0.068, 0.001)), 0.0007, 5e-4),
    Crease(((0.050, -0.006), (0.057, -0.010), (0.065, -0.015)), 0.0007, 5e-4),
    Crease(((0.018, -0.010), (0.026, -0.0165), (0.036, -0.017), (0.045, -0.012)), 0.0009, 5e-4),  # eye bags
    Crease(((0.022, -0.019), (0.030, -0.023), (0.041, -0.021)), 0.0009, 4e-4),
    Crease(
        ((0.017, -0.040), (0.024, -0.052), (0.030, -0.064), (0.032, -0.076)), 0.0014, 1.1e-3
    ),  # nose to mouth
    Crease(((0.026, -0.076), (0.029, -0.086), (0.030, -0.098)), 0.0012, 7e-4),  # mouth to chin
    Crease(((0.036, -0.062), (0.041, -0.075), (0.041, -0.088)), 0.0011, 4e-4),
    Crease(((0.006, -0.056), (0.006, -0.066)), 0.0006, 2.5e-4),  # upper lip
    Crease(((0.012, -0.057), (0.0125, -0.066)), 0.0006, 2.5e-4),
    Crease(((0.018, -0.060), (0.0185, -0.068)), 0.0006, 2.5e-4),
    Crease(((-0.018, -0.092), (0.0, -0.089), (0.018, -0.092)), 0.0014, 5e-4, False),  # above the chin
    Crease(
        ((-0.05, -0.150), (-0.02, -0.158), (0.0, -0.160), (0.02, -0.158), (0.05, -0.150)), 0.0012, 6e-4, False
    ),
    Crease(
        ((-0.05, -0.172), (-0.02, -0.181), (0.0, -0.183), (0.02, -0.181), (0.05, -0.172)), 0.0012, 6e-4, False
    ),
)
