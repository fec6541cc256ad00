"""What is read from a garment photo: `Outline`, `Neckline`, `Garment`, `GarmentSize`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fashion_models.arrays import F32, F64, U8, Bool
from fashion_models.photo import GarmentPhoto


class Category(StrEnum):
    """What kind of garment it is."""

    T_SHIRT = "t-shirt"
    TOP = "top"
    DRESS = "dress"
    SKIRT = "skirt"
    TROUSERS = "trousers"
    SHORTS = "shorts"

    @property
    def family(self) -> Family:
        """The construction the category shares with others."""
        if self in (Category.T_SHIRT, Category.TOP, Category.DRESS):
            return Family.UPPER
        return Family.SKIRT if self is Category.SKIRT else Family.LEGS


class Family(StrEnum):
    """Garments of one family have the same landmarks and openings."""

    UPPER = "upper"
    SKIRT = "skirt"
    LEGS = "legs"


class Sleeve(StrEnum):
    """How far the sleeves reach."""

    NONE = "none"
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, kw_only=True)
class Cutout:
    """A garment told from its background.

    Attributes:
        alpha: Garment coverage in [0, 1], shape (H, W), photo pixels.
        colour: sRGB with the background's colour removed from soft edges, shape (H, W, 3).
        segmenter: Name of the segmenter that made it.
        confidence: How sure the segmenter is, in [0, 1]; below 0.5 a person should look.
        studio: True when the background is a plain, bright studio ground.
    """

    alpha: F32
    colour: U8
    segmenter: str
    confidence: float
    studio: bool


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The garment's contour in its own upright frame.

    Attributes:
        mask: True inside the garment, shape (h, w), frame pixels.
        contour: Closed outer contour, clockwise on screen, shape (N, 2), frame pixels (x, y).
        frame_from_photo: Affine map from photo to frame pixels, shape (2, 3).
        angle_deg: Rotation that was taken out [degrees].
        symmetry: Mirror overlap in [0, 1].
    """

    mask: Bool
    contour: F64
    frame_from_photo: F64
    angle_deg: float
    symmetry: float


@dataclass(frozen=True, kw_only=True)
class Neckline:
    """The front's neck opening below the back's: y = depth · (1 − |t|^power), t in [−1, 1] across the neck.

    Attributes:
        depth: Drop of the front neckline below the neck points [frame pixels].
        power: Shape: 1 a V, 2 an ellipse-like scoop, 3 nearly square.
        source: 'photo' when an edge was found there, else 'default'.
    """

    depth: float
    power: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Garment:
    """A garment as its photo shows it, before it has a size.

    Landmarks lie on the contour [frame pixels]; image left and right, not the wearer's:
    upper: neckL neckR hemL hemR, tipL tipR pitL pitR, and with sleeves cuffLo cuffLi cuffRo cuffRi;
    skirt: waistL waistR hemL hemR; legs: waistL waistR crotch legLout legLin legRout legRin.
    An opening names the two landmarks between which the contour, walked clockwise, is not sewn.

    Attributes:
        photo: The picture it was read from.
        cutout: The garment told from its background.
        category: What it is.
        category_source: 'given' or 'outline'.
        sleeve: Sleeve length; NONE outside the upper family.
        outline: Contour and upright frame.
        landmarks: Name to point, shape (2,) [frame pixels].
        openings: Name ('neck', 'hem', 'cuffL', 'armR', 'waist', 'legL' …) to (start, end) landmark.
        neckline: Front neck opening; None outside the upper family.
        ghost: True for a ghost-mannequin picture, where a worn tube is seen from the front.
    """

    photo: GarmentPhoto
    cutout: Cutout
    category: Category
    category_source: str
    sleeve: Sleeve
    outline: Outline
    landmarks: Mapping[str, F64]
    openings: Mapping[str, tuple[str, str]]
    neckline: Neckline | None
    ghost: bool


@dataclass(frozen=True, kw_only=True)
class GarmentSize:
    """How large the garment is.

    Attributes:
        cm: Measurements laid flat [cm]: length; chest (pit to pit), waist, hip, sleeve, inseam where known.
        source: 'chart', or 'prior+body' when assumed from the category and the wearer.
        metres_per_px: Scale of the frame [m/px].
        width_factor: Extra factor on widths of the body part (a ghost mannequin's tube is seen narrower).
    """

    cm: Mapping[str, float]
    source: str
    metres_per_px: float
    width_factor: float
