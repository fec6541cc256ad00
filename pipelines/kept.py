"""What was read from photos, kept by content: `cut_out`, `kept_reading`, `textured`."""

from __future__ import annotations

import numpy as np

from fashion_models.cache import Arrays, remember
from fashion_models.garment.model import Category, Cutout, Garment, Neckline, Outline, Sleeve
from fashion_models.garment.read import read_garment
from fashion_models.garment.segment import Segmenter, segmenter_for
from fashion_models.garment.texture import Texture, make_texture
from fashion_models.photo import GarmentPhoto


def cut_out(photo: GarmentPhoto, segmenter: Segmenter | None = None) -> Cutout:
    """The garment told from its background; kept by the photo's bytes and the segmenter's name."""
    chosen = segmenter_for(photo, segmenter)

    def build() -> Arrays:
        cutout = chosen(photo)
        return {
            "alpha": cutout.alpha,
            "colour": cutout.colour,
            "segmenter": np.array(cutout.segmenter),
            "confidence": np.array(cutout.confidence),
            "studio": np.array(cutout.studio),
        }

    a = remember("cutout", [photo.digest, chosen.name], build)
    return Cutout(
        alpha=a["alpha"],
        colour=a["colour"],
        segmenter=str(a["segmenter"]),
        confidence=float(a["confidence"]),
        studio=bool(a["studio"]),
    )


def kept_reading(
    photo: GarmentPhoto, cutout: Cutout, *, category: str | None = None, view: str = "front"
) -> Garment:
    """`read_garment` without overrides; kept by the photo, the segmenter and what was asked."""
    key = [photo.digest, cutout.segmenter, category, view]
    a = remember("reading", key, lambda: _arrays(read_garment(photo, cutout, category=category, view=view)))
    names, openings = (a[name].tolist() for name in ("landmarks", "openings"))
    return Garment(
        photo=photo,
        cutout=cutout,
        category=Category(str(a["category"])),
        category_source=str(a["category_source"]),
        sleeve=Sleeve(str(a["sleeve"])),
        outline=Outline(
            mask=a["mask"],
            contour=a["contour"],
            frame_from_photo=a["frame_from_photo"],
            angle_deg=float(a["angle_deg"]),
            symmetry=float(a["symmetry"]),
        ),
        landmarks=dict(zip(names, a["points"], strict=True)),
        openings={name: (start, end) for name, start, end in openings},
        neckline=_neckline(a),
        ghost=bool(a["ghost"]),
    )


def _neckline(a: Arrays) -> Neckline | None:
    if not len(a["neckline"]):
        return None
    depth, power = a["neckline"].tolist()
    return Neckline(depth=depth, power=power, source=str(a["neckline_source"]))


def _arrays(garment: Garment) -> Arrays:
    outline, neckline = garment.outline, garment.neckline
    return {
        "category": np.array(garment.category.value),
        "category_source": np.array(garment.category_source),
        "sleeve": np.array(garment.sleeve.value),
        "mask": outline.mask,
        "contour": outline.contour,
        "frame_from_photo": outline.frame_from_photo,
        "angle_deg": np.array(outline.angle_deg),
        "symmetry": np.array(outline.symmetry),
        "landmarks": np.array(list(garment.landmarks)),
        "points": np.array(list(garment.landmarks.values())),
        "openings": np.array([(name, *ends) for name, ends in garment.openings.items()]),
        "neckline": np.array([] if neckline is None else [neckline.depth, neckline.power]),
        "neckline_source": np.array("" if neckline is None else neckline.source),
        "ghost": np.array(garment.ghost),
    }


def textured(garment: Garment, behind: Garment | None) -> Texture:
    """The garment's texture; kept by the pictures and how they were read."""

    def build() -> Arrays:
        made = make_texture(garment, behind)
        return {"atlas": made.atlas, "back": np.array(made.back)}

    a = remember("texture", [_reading(garment), None if behind is None else _reading(behind)], build)
    return Texture(atlas=a["atlas"], back=str(a["back"]))


def _reading(garment: Garment) -> list[object]:
    """All that the texture of a garment depends on."""
    outline = garment.outline
    return [
        garment.photo.digest,
        garment.cutout.segmenter,
        garment.category,
        outline.contour,
        outline.frame_from_photo,
        list(outline.mask.shape),
        dict(garment.landmarks),
        garment.neckline,
    ]
