"""One garment photo in, measured on-model shots out.

from fashion_models import ShotRequest
from fashion_models.pipelines.shoot import shoot

shot = shoot(ShotRequest(photo="tee.jpg", size="EU:44", tone=8))
print(shot.save("out"), shot.passed)
"""

from fashion_models.errors import BadInputError, FashionModelsError, StageError
from fashion_models.garment.model import Category
from fashion_models.person.model import Gender, Measurements, Person
from fashion_models.photo import GarmentPhoto, load_photo
from fashion_models.plan import ShotPlan, ShotRequest

__version__ = "0.1.0"

__all__ = [
    "BadInputError",
    "Category",
    "FashionModelsError",
    "GarmentPhoto",
    "Gender",
    "Measurements",
    "Person",
    "ShotPlan",
    "ShotRequest",
    "StageError",
    "load_photo",
]
