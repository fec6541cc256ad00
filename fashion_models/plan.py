"""From what was asked to what will be made: `ShotRequest` (holes allowed) → `ShotPlan` (complete, hashable).

The plan's digest names the picture: the same plan is the same picture, so it serves as cache key, storage
key and idempotency key at once. Therefore it also holds what is not asked for but changes the picture: the
segmenter that reads the photo, and the release of this package.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fashion_models.cache import digest
from fashion_models.errors import PlanError
from fashion_models.garment.model import Category
from fashion_models.person.model import Gender, Person
from fashion_models.photo import GarmentPhoto, load_photo

if TYPE_CHECKING:
    from fashion_models.garment.segment import Segmenter
    from fashion_models.pose.reference import JointDetector, Joints

MIN_SIDE, MAX_SIDE = 128, 4096
MAX_PIXELS = 8_000_000


class Quality(StrEnum):
    """How much time a picture may take."""

    PREVIEW = "preview"
    STANDARD = "standard"
    HIGH = "high"


#: 'none', and the presets of `fashion_models.pipelines.finish.presets`, whose weights have to be fetched.
FINISHERS = ("none", "cpu", "small", "mid", "large", "mps", "zh", "taiyi")
#: Largest side of a finished picture [px], and longest description of a scene [characters].
MAX_FINISHED_SIDE, MAX_SCENE = 2048, 200


@dataclass(frozen=True, kw_only=True)
class ShotRequest:
    """What a user asks for; what is left out is chosen, by the identity's seed where it concerns the person.

    Attributes:
        photo: Garment photo (JPEG, PNG or WebP).
        back_photo: Photo of the same garment's back.
        worn_with: Photo of a second garment worn with it: what a top needs below, what trousers need
            above, or what a jacket is worn open over.
        worn_with_category: Category of the second garment; left out: read from the outline.
        category: 't-shirt', 'top', 'dress', 'skirt', 'trousers' or 'shorts'; left out: read from the outline.
        size_chart: Flat measurements of the garment [cm], for example {'length': 72, 'chest': 54}.
        identity: Seed of the person: the same seed is the same person everywhere.
        gender: 'female' or 'male'.
        age: Years, 18 to 80.
        tone: Monk skin tone, 1 (lightest) to 10.
        ethnicity: A named ancestry, or a blend such as 'african=0.7,east-asian=0.3'.
        size: 'M', 'EU:44', 'UK:12', 'US:8', 'CN:165/88A' or 'bust=96,waist=80,hip=104,height=170'.
        stature: Body height [cm].
        hair: Hair style.
        hair_colour: Hair colour.
        beard: 'none', 'stubble', 'short' or 'full'; for men.
        expression: 'neutral', 'slight-smile' or 'smile'.
        build: 'average', 'muscular' or 'pregnant', which adds 20 cm to the waist of a named size.
        base_colour: Colour of the base clothing, a name or '#rrggbb'; contrasting if left out.
        shoes: 'white', 'black' or 'none' (barefoot).
        pose: Pose name.
        pose_photo: Photo of a person whose pose is taken, or a JSON file of its joints.
        framing: 'full', 'three-quarter', 'upper', 'lower', 'detail' or 'chin-crop'.
        view: 'front', 'back' or 'three-quarter'.
        backdrop: 'white', another named backdrop, or '#rrggbb'.
        lighting: 'studio', 'soft' or 'dramatic'.
        width: Picture width [px].
        height: Picture height [px].
        seed: Small variation of the pose and of the renderer's noise.
        quality: 'preview', 'standard' or 'high'.
        segmenter: 'classical' or 'segment-anything'; left out: the latter where its weights are.
        finisher: 'none' delivers the path-traced draft; a preset's name makes it photographic.
        scene: Where the picture is taken, in free words, for a finisher; left out: before the backdrop.
        identity_card: An approved shot of the same person, whose face a finisher is to keep.
    """

    photo: str | Path | GarmentPhoto
    back_photo: str | Path | GarmentPhoto | None = None
    worn_with: str | Path | GarmentPhoto | None = None
    worn_with_category: str | None = None
    category: str | None = None
    size_chart: Mapping[str, float] | None = None
    identity: int = 1
    gender: str | None = None
    age: int | None = None
    tone: int | None = None
    ethnicity: str | None = None
    size: str | None = None
    stature: float | None = None
    hair: str | None = None
    hair_colour: str | None = None
    beard: str | None = None
    expression: str | None = None
    build: str | None = None
    base_colour: str | None = None
    shoes: str = "white"
    pose: str = "front"
    pose_photo: str | Path | Joints | None = None
    framing: str = "full"
    view: str = "front"
    backdrop: str = "white"
    lighting: str = "studio"
    width: int = 768
    height: int = 1152
    seed: int = 0
    quality: str = "standard"
    segmenter: str | None = None
    finisher: str = "none"
    scene: str | None = None
    identity_card: str | Path | None = None


@dataclass(frozen=True, kw_only=True)
class ShotPlan:
    """Everything resolved. Photos enter by the digest of their bytes, a finisher by that of its weights."""

    photo: str
    back_photo: str | None
    worn_with: str | None
    worn_with_category: Category | None
    category: Category | None
    size_chart: tuple[tuple[str, float], ...] | None
    person: Person
    base_colour: str | None
    shoes: str
    pose: str
    joints: Joints | None
    framing: str
    view: str
    backdrop: str
    lighting: str
    width: int
    height: int
    seed: int
    quality: Quality
    finisher: str
    scene: str | None
    identity_card: str | None
    weights: str | None
    segmenter: str
    release: str

    @property
    def id(self) -> str:
        """Digest of the plan, hexadecimal; its first eight characters stand in the file name."""
        return digest(self)

    def as_dict(self) -> dict[str, Any]:
        """The plan as JSON-ready values."""
        return asdict(self)


def plan_shot(
    request: ShotRequest,
    segmenter: Segmenter | None = None,
    *,
    detector: JointDetector | None = None,
    weights: str | None = None,
) -> tuple[ShotPlan, GarmentPhoto, GarmentPhoto | None]:
    """Check a request and fill its holes; nothing slow happens here but to look for joints in a pose photo.

    Args:
        request: What was asked.
        segmenter: Tells the garment from its background where the photo does not; the weightless one if left
            out.
        detector: Finds the joints of a pose photo; needed only where one is given.
        weights: Digest of the finisher's weights, which change the picture as much as any option.

    Returns:
        The plan, the garment photo and the back photo.

    Raises:
        PlanError: An option has no such value, or breaks a limit.
        SizeError: The size is unknown or impossible.
        PhotoError: A photo cannot be read.
    """
    from importlib.metadata import version

    from fashion_models.garment.segment import segmenter_for
    from fashion_models.person.basics import base_rgb
    from fashion_models.person.identity import make_person
    from fashion_models.person.shoes import check_shoes
    from fashion_models.person.sizes import parse_size
    from fashion_models.pose.library import FREE_POSE, pose_names
    from fashion_models.pose.reference import take_joints
    from fashion_models.studio.backdrop import resolve_backdrop
    from fashion_models.studio.camera import FRAMINGS, VIEWS
    from fashion_models.studio.lighting import LIGHTINGS

    _one_of("pose", request.pose, pose_names())
    if request.pose_photo is not None and request.pose != "front":
        raise PlanError(f"a pose photo and the pose '{request.pose}' were given;", cure="give one of them.")
    _one_of("framing", request.framing, FRAMINGS)
    _one_of("view", request.view, VIEWS)
    _one_of("lighting", request.lighting, LIGHTINGS)
    _one_of("quality", request.quality, [q.value for q in Quality])
    _check_finish(request)
    for category in (request.category, request.worn_with_category):
        if category is not None:
            _one_of("category", category, [c.value for c in Category])
    if request.gender is not None:
        _one_of("gender", request.gender, [g.value for g in Gender])
    _check_picture(request.width, request.height)
    if request.tone is not None and not 1 <= request.tone <= 10:
        raise PlanError(f"tone {request.tone} is not on the Monk scale;", limit="tones run from 1 to 10.")
    resolve_backdrop(request.backdrop)
    check_shoes(request.shoes)
    if request.base_colour is not None:
        base_rgb(request.base_colour)
    person = make_person(
        identity=request.identity,
        gender=None if request.gender is None else Gender(request.gender),
        age=request.age,
        tone=request.tone,
        ethnicity=request.ethnicity,
        measurements=lambda gender: parse_size(request.size, gender, height=request.stature),
        hair=request.hair,
        hair_colour=request.hair_colour,
        beard=request.beard,
        expression=request.expression,
        build=request.build,
    )
    joints = None if request.pose_photo is None else take_joints(request.pose_photo, detector)
    photo = as_photo(request.photo)
    back = None if request.back_photo is None else as_photo(request.back_photo)
    second = None if request.worn_with is None else as_photo(request.worn_with)
    if second is None and request.worn_with_category is not None:
        raise PlanError("a second category needs a second garment;", cure="give its photo, too.")
    plan = ShotPlan(
        photo=photo.digest,
        back_photo=None if back is None else back.digest,
        worn_with=None if second is None else second.digest,
        worn_with_category=_category(request.worn_with_category),
        category=_category(request.category),
        size_chart=None if request.size_chart is None else tuple(sorted(request.size_chart.items())),
        person=person,
        base_colour=request.base_colour,
        shoes=request.shoes,
        pose=request.pose if joints is None else FREE_POSE,
        joints=joints,
        framing=request.framing,
        view=request.view,
        backdrop=request.backdrop,
        lighting=request.lighting,
        width=request.width,
        height=request.height,
        seed=request.seed,
        quality=Quality(request.quality),
        finisher=request.finisher,
        scene=request.scene,
        identity_card=None if request.identity_card is None else _file_digest(request.identity_card),
        weights=weights,
        segmenter=segmenter_for(photo, segmenter).name,
        release=version("fashion-models"),
    )
    return plan, photo, back


def as_photo(given: str | Path | GarmentPhoto) -> GarmentPhoto:
    """The photo itself, read if only its place was given.

    Raises:
        PhotoError: It cannot be read.
    """
    return given if isinstance(given, GarmentPhoto) else load_photo(given)


def _category(name: str | None) -> Category | None:
    return None if name is None else Category(name)


def _check_finish(request: ShotRequest) -> None:
    _one_of("finisher", request.finisher, FINISHERS)
    if request.finisher == "none":
        for name, value in (("a scene", request.scene), ("an identity card", request.identity_card)):
            if value is not None:
                raise PlanError(
                    f"{name} needs a finisher;", cure=f"choose one: --finisher {'|'.join(FINISHERS[1:])}."
                )
    elif max(request.width, request.height) > MAX_FINISHED_SIDE:
        raise PlanError(
            f"{request.width}×{request.height} is too large for a finisher;",
            limit=f"its pictures have at most {MAX_FINISHED_SIDE} px a side.",
        )
    if request.scene is not None and not 0 < len(request.scene.strip()) <= MAX_SCENE:
        raise PlanError(
            f"the scene has {len(request.scene.strip())} characters;",
            limit=f"between 1 and {MAX_SCENE} are read.",
        )


def _file_digest(path: str | Path) -> str:
    """Digest of a file's bytes.

    Raises:
        PlanError: It cannot be read.
    """
    try:
        return digest(Path(path).read_bytes())
    except OSError as error:
        raise PlanError(f"the identity card '{path}' cannot be read: {error.strerror}.") from error


def _one_of(what: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise PlanError(f"{what} '{value}' is unknown;", limit=f"known: {', '.join(known)}.")


def _check_picture(width: int, height: int) -> None:
    for name, value in (("width", width), ("height", height)):
        if not MIN_SIDE <= value <= MAX_SIDE:
            raise PlanError(
                f"{name} {value} px is out of range;",
                limit=f"between {MIN_SIDE} and {MAX_SIDE} px are possible.",
            )
    if width * height > MAX_PIXELS:
        raise PlanError(
            f"{width}×{height} is {width * height / 1e6:.1f} million pixels;",
            limit=f"at most {MAX_PIXELS / 1e6:.0f} million are possible.",
        )
