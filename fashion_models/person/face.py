"""The face's parts that are no skin: eyes, brows, lashes."""

from __future__ import annotations

from fashion_models.person.body import Body, PosedBody
from fashion_models.person.brows import brow_pieces, lash_pieces
from fashion_models.person.eyes import eyeball_pieces
from fashion_models.person.model import Person
from fashion_models.person.styles import hair_rgb
from fashion_models.studio.model import Piece


def face_pieces(person: Person, body: Body, posed: PosedBody) -> list[Piece]:
    """Eyeballs, brows and lashes of a posed person.

    Args:
        person: Gives iris and brow colour, gender, age and identity.
        body: The person's body (unused by today's parts: all hang on the posed skin).
        posed: The same body in its pose.

    Returns:
        Two eye surfaces, brows and lashes.

    Raises:
        PlanError: The iris colour or the hair colour is unknown.
    """
    del body
    return [
        *eyeball_pieces(person, posed),
        *brow_pieces(person, posed, hair_rgb(person.hair_colour, brows=True)),
        *lash_pieces(person, posed),
    ]
