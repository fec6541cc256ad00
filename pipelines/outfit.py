"""What is worn: one garment, or a top with what belongs below it: `Worn`, `as_one`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fashion_models.arrays import U8
from fashion_models.drape.fit import is_too_small
from fashion_models.drape.layers import layered, together
from fashion_models.drape.model import Drape
from fashion_models.errors import PlanError
from fashion_models.garment.atlas import placed, stacked
from fashion_models.garment.model import Category, Family, Garment, GarmentSize
from fashion_models.garment.texture import Texture
from fashion_models.person.body import PosedBody


@dataclass(frozen=True, kw_only=True, eq=False)
class Worn:
    """A garment in its size, draped on the bare body."""

    garment: Garment
    size: GarmentSize
    texture: Texture
    drape: Drape

    def facts(self) -> dict[str, Any]:
        """What the report says of it, as JSON-ready values."""
        return {
            "category": self.garment.category.value,
            "category_source": self.garment.category_source,
            "sleeve": self.garment.sleeve.value,
            "size_cm": {name: round(value, 1) for name, value in self.size.cm.items()},
            "size_source": self.size.source,
            "fit": "too small" if is_too_small(self.drape.figures) else "fits",
            "back": self.texture.back,
            "segmenter": self.garment.cutout.segmenter,
            "confidence": round(self.garment.cutout.confidence, 3),
        }


def check_outfit(first: Category, second: Category) -> None:
    """Refuse two garments that are not worn together.

    Raises:
        PlanError: They cannot be worn together.
    """
    tops = sum(category.family is Family.UPPER for category in (first, second))
    if tops == 0 or first is Category.DRESS or (second is Category.DRESS and tops != 2):
        raise PlanError(
            f"a {first.value} and a {second.value} are not worn together;",
            cure="give a t-shirt or top with trousers, shorts or a skirt, or a jacket with what is under it.",
        )


def worn_open(categories: Sequence[Category]) -> bool:
    """True when the first of two garments is a jacket, worn open over the second."""
    return len(categories) == 2 and all(category.family is Family.UPPER for category in categories)


def as_one(worn: Sequence[Worn], posed: PosedBody) -> tuple[Drape, U8]:
    """All that is worn as one cloth with one texture; a top hangs over what is below it, a jacket over a top.

    Args:
        worn: One garment; a top and a lower garment in either order; or a jacket and what is under it.
        posed: The body that wears them.

    Returns:
        The drape, and its atlas, sRGB.
    """
    if len(worn) == 1:
        return worn[0].drape, worn[0].texture.atlas
    jacket = worn_open([one.garment.category for one in worn])
    upper, lower = sorted(worn, key=lambda one: one.garment.category.family is not Family.UPPER)
    atlas = stacked(upper.texture.atlas, lower.texture.atlas)
    outer, inner = layered(upper.drape, lower.drape, posed, tucked=not jacket)
    outer = replace(outer, uv=placed(outer.uv, upper.texture.atlas, atlas, below=False))
    inner = replace(inner, uv=placed(inner.uv, lower.texture.atlas, atlas, below=True))
    return together(outer, inner), atlas
