"""What a channel's file is made from: the shot itself, or the garment cut out of the seller's photo."""

from __future__ import annotations

import functools
import io

import numpy as np
from PIL import Image

from fashion_models.colour import bytes_from_linear, linear_from_srgb
from fashion_models.photo import decode_photo
from fashion_models.pipelines.catalogue.channels import Channel
from fashion_models.pipelines.catalogue.derive import Master
from fashion_models.pipelines.catalogue.model import Item, Source
from fashion_models.pipelines.catalogue.sources import read_source
from fashion_models.pipelines.kept import cut_out
from fashion_models.pipelines.label import ALGORITHMICALLY_ENHANCED, COMPOSITE_SYNTHETIC, labelled_as
from fashion_models.studio.backdrop import resolve_backdrop


def master_for(channel: Channel, item: Item, png: bytes) -> Master:
    """What a channel's file of an item is made from.

    Args:
        channel: The channel.
        item: What was photographed.
        png: The shot as labelled PNG bytes; without a label it is a draft.

    Raises:
        BadInputError: The seller's photo is gone, or no garment can be told from its ground.
        StageError: Its store does not answer.
    """
    if channel.subject == "garment":
        return _garment(item.photo)
    return Master(
        picture=np.asarray(Image.open(io.BytesIO(png)).convert("RGB")),
        backdrop=resolve_backdrop(str(item.request.get("backdrop", "white"))),
        source_type=labelled_as(png) or COMPOSITE_SYNTHETIC,
    )


@functools.lru_cache(maxsize=1)
def _garment(photo: Source) -> Master:
    """The garment cut out of its photo, on white, with a free strip around it."""
    cutout = cut_out(decode_photo(read_source(photo), photo.uri))
    strip = ((2, 2), (2, 2))
    alpha = np.pad(cutout.alpha, strip)[..., None]
    colour = linear_from_srgb(np.pad(cutout.colour, (*strip, (0, 0)), mode="edge"))
    picture = np.where(alpha > 0, bytes_from_linear(colour * alpha + (1 - alpha)), np.uint8(255))
    return Master(
        picture=np.asarray(picture, np.uint8),
        backdrop=resolve_backdrop("white"),
        source_type=ALGORITHMICALLY_ENHANCED,
    )
