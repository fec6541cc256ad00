import json

import numpy as np

from fashion_models.garment.overlay import inspection_json, inspection_picture
from fashion_models.garment.read import read_garment
from fashion_models.garment.size import resolve_size
from fashion_models.person.model import Gender, Measurements


def test_facts_are_plain_json_with_points_in_photo_pixels(draw, corners):
    garment = read_garment(*draw("skirt"), category="skirt")
    wearer = Measurements(height=168, bust=88, waist=72, hip=97, source="given")
    facts = json.loads(
        json.dumps(inspection_json(garment, resolve_size(garment, wearer, Gender.FEMALE), None))
    )
    assert facts["category"] == "skirt"
    assert facts["size_source"] == "prior+body"
    assert np.linalg.norm(np.array(facts["landmarks"]["hemR"]) - corners("skirt", 3.0)[2]) < 8


def test_picture_shows_the_garment_and_its_opening_colours(draw):
    picture = inspection_picture(read_garment(*draw("skirt"), category="skirt"), None)
    colours = {tuple(colour) for colour in picture.reshape(-1, 3)[::7].tolist()}
    assert picture.ndim == 3
    assert {(180, 60, 50), (37, 99, 235), (22, 163, 74)} <= colours
