"""What a seller has on the table: `Draft`. It lives in the reader's browser, so what comes back is checked.

Every class is frozen and has `from_json`, which takes anything and keeps what is sound: a draft of an older
release, or one that somebody edited, never breaks the page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from fashion_models.errors import PlanError
from fashion_models.garment.model import Category
from fashion_models.person.builds import AVERAGE, builds_of
from fashion_models.pipelines.outfit import check_outfit, worn_open
from fashion_models.plan import FINISHERS
from fashion_models.ui.page.choices import (
    BACKDROPS,
    FACES,
    FORMATS,
    FRAMINGS,
    LIGHTINGS,
    POSES,
    SHOES,
    VIEWS,
    face_wearer,
)
from fashion_models.ui.page.recipes import Choice

#: Most garments, people and pictures of one set.
MAX_GARMENTS, MAX_PEOPLE, MAX_SHOTS = 24, 8, 500
#: Size of a preview [px].
PREVIEW = (288, 432)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A garment on the table.

    Attributes:
        upload: Id of the photo that is used, a corrected one included.
        original: Id of the photo as it came.
        name: File name.
        category: As the seller said; empty: as read.
        read: Category that was read; empty when it could not be.
        problem: Key of what is wrong with it, in the page's texts; empty when nothing is.
        detail: The exact words of the problem.
        back: Id of the back's photo; empty: inferred.
        worn_with: Id of the photo of another garment on the table, as it came, that is worn with it.
        length: Garment length [cm] as text; empty: not known.
        confidence: Of the outline, 0 to 1.
    """

    upload: str
    original: str
    name: str
    category: str = ""
    read: str = ""
    problem: str = ""
    detail: str = ""
    back: str = ""
    worn_with: str = ""
    length: str = ""
    confidence: float = 0.0

    @property
    def ready(self) -> bool:
        """True when shots can be made of it."""
        return not self.problem

    @property
    def kind(self) -> Category | None:
        """What it is, as said or as read; None where neither is known."""
        known = self.category or self.read
        return Category(known) if known in set(Category) else None

    def opens_over(self, other: Piece) -> bool:
        """True when it is worn as a jacket that shows the other garment."""
        return self.kind is not None and other.kind is not None and worn_open([self.kind, other.kind])

    def fields(self) -> dict[str, Any]:
        """Its part of a request."""
        found: dict[str, Any] = {"photo": self.upload}
        if self.category:
            found["category"] = self.category
        if self.back:
            found["back_photo"] = self.back
        if self.length:
            found["size_chart"] = {"length": float(self.length)}
        return found


@dataclass(frozen=True, kw_only=True)
class Wearer:
    """A person of the cast; names as in `ShotRequest`. ``size`` in any of the forms that are read there."""

    identity: int = 15
    gender: str = "female"
    age: int = 30
    tone: int = 9
    ethnicity: str = "east-african"
    size: str = "M"
    stature: float = 170.0
    hair: str = "afro"
    hair_colour: str = "black"
    beard: str = "none"
    expression: str = "slight-smile"
    build: str = "average"

    def fields(self) -> dict[str, Any]:
        """Their part of a request; centimetres name the height themselves."""
        found = asdict(self)
        if "height=" in self.size or self.size.upper().startswith("CN:"):
            del found["stature"]
        return found


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Poses, views, what surrounds them and what finishes them."""

    poses: tuple[str, ...] = ("front",)
    views: tuple[str, ...] = ("front",)
    framing: str = "full"
    backdrop: str = "white"
    lighting: str = "studio"
    format: str = "portrait"
    shoes: str = "white"
    finisher: str = "none"

    def fields(self) -> dict[str, Any]:
        """The part of a request that all shots of the set share."""
        width, height, quality = FORMATS[self.format]
        return {
            "framing": self.framing,
            "backdrop": self.backdrop,
            "lighting": self.lighting,
            "shoes": self.shoes,
            "finisher": self.finisher,
            "width": width,
            "height": height,
            "quality": quality,
        }


@dataclass(frozen=True, kw_only=True)
class Style:
    """What is used again for every product."""

    cast: tuple[Wearer, ...] = (Wearer(),)
    scene: Scene = Scene()

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: object) -> Style:
        """Keep what is sound."""
        raw = given if isinstance(given, Mapping) else {}
        cast = tuple(_wearer(one) for one in _list(raw.get("cast")))[:MAX_PEOPLE]
        return cls(cast=cast or (face_wearer_of(FACES[0]["identity"]),), scene=_scene(raw.get("scene")))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The whole table.

    Attributes:
        pieces: Garments.
        style: Cast and scene.
        person: Place of the person at work in the cast.
        piece: Place of the garment that is previewed.
        catalogue: What the next catalogue job takes.
    """

    pieces: tuple[Piece, ...] = ()
    style: Style = Style()
    person: int = 0
    piece: int = 0
    catalogue: Choice = field(default_factory=Choice)

    @property
    def wearer(self) -> Wearer:
        """The person at work."""
        return self.style.cast[self.person]

    @property
    def ready(self) -> tuple[Piece, ...]:
        """Garments that shots can be made of."""
        return tuple(piece for piece in self.pieces if piece.ready)

    @property
    def total(self) -> int:
        """Number of pictures of the set."""
        scene = self.style.scene
        return len(self.ready) * len(self.style.cast) * len(scene.poses) * len(scene.views)

    def partners(self, place: int) -> tuple[Piece, ...]:
        """Garments on the table that the one at a place can be worn with."""
        return tuple(
            other for other in self.pieces if other.ready and _go_together(self.pieces[place], other)
        )

    def partner(self, place: int) -> Piece | None:
        """The garment that the one at a place is worn with."""
        wanted = self.pieces[place].worn_with
        return next((other for other in self.partners(place) if other.original == wanted), None)

    def garment_fields(self, place: int) -> dict[str, Any]:
        """A garment's part of a request, with what is worn with it."""
        found, other = self.pieces[place].fields(), self.partner(place)
        if other is not None:
            found["worn_with"] = other.upload
            if other.category:
                found["worn_with_category"] = other.category
        return found

    def requests(self) -> Iterator[dict[str, Any]]:
        """Every shot of the set: garments × people × poses × views. One garment and person stay together."""
        scene = self.style.scene
        ready = [self.garment_fields(place) for place, piece in enumerate(self.pieces) if piece.ready]
        for garment, wearer in itertools.product(ready, self.style.cast):
            for pose, view in itertools.product(scene.poses, scene.views):
                yield {**garment, **wearer.fields(), **scene.fields(), "pose": pose, "view": view}

    def preview(self) -> dict[str, Any] | None:
        """The shot that shows the person at work in the garment at work, small; None without a garment."""
        if not self.pieces or not self.pieces[self.piece].ready:
            return None
        scene = self.style.scene
        small = {"width": PREVIEW[0], "height": PREVIEW[1], "quality": "preview", "finisher": "none"}
        shown = {"pose": scene.poses[0], "view": scene.views[0]}
        return {
            **self.garment_fields(self.piece),
            **self.wearer.fields(),
            **scene.fields(),
            **shown,
            **small,
        }

    def with_wearer(self, **changes: Any) -> Draft:
        """With the person at work changed."""
        cast = list(self.style.cast)
        cast[self.person] = _wearer(asdict(self.wearer) | changes)
        return replace(self, style=replace(self.style, cast=tuple(cast)))

    def with_piece(self, place: int, **changes: Any) -> Draft:
        """With one garment changed."""
        pieces = list(self.pieces)
        pieces[place] = replace(pieces[place], **changes)
        return replace(self, pieces=tuple(pieces))

    def without_piece(self, place: int) -> Draft:
        """With one garment removed, also as another's back."""
        gone = {self.pieces[place].upload, self.pieces[place].original}
        kept = tuple(
            replace(piece, back="" if piece.back in gone else piece.back)
            for number, piece in enumerate(self.pieces)
            if number != place
        )
        return replace(self, pieces=kept, piece=max(0, min(self.piece, len(kept) - 1)))

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: object) -> Draft:
        """Keep what is sound."""
        raw = given if isinstance(given, Mapping) else {}
        pieces = tuple(piece for one in _list(raw.get("pieces")) if (piece := _piece(one)) is not None)
        pieces, style = pieces[:MAX_GARMENTS], Style.from_json(raw.get("style"))
        return cls(
            pieces=pieces,
            style=style,
            person=_place(raw.get("person"), len(style.cast)),
            piece=_place(raw.get("piece"), len(pieces)),
            catalogue=Choice.from_json(raw.get("catalogue")),
        )


def _go_together(one: Piece, other: Piece) -> bool:
    """Two garments that one person can wear at once."""
    if one is other or one.kind is None or other.kind is None:
        return False
    try:
        check_outfit(one.kind, other.kind)
    except PlanError:
        return False
    return True


def face_wearer_of(identity: int) -> Wearer:
    """The person of a face card."""
    return Wearer(**face_wearer(identity))


def _piece(given: object) -> Piece | None:
    known = _sound(Piece, given)
    if not {"upload", "original", "name"} <= known.keys():
        return None
    return Piece(**known | {"length": number_text(known.get("length", ""))})


def _wearer(given: object) -> Wearer:
    wearer = Wearer(**_sound(Wearer, given))
    beard = "none" if wearer.gender == "female" else wearer.beard
    return replace(wearer, beard=beard, build=_among(wearer.build, builds_of(wearer.gender), AVERAGE))


def _scene(given: object) -> Scene:
    raw = given if isinstance(given, Mapping) else {}
    return Scene(
        poses=tuple(name for name in POSES if name in _list(raw.get("poses"))) or ("front",),
        views=tuple(name for name in VIEWS if name in _list(raw.get("views"))) or ("front",),
        framing=_among(raw.get("framing"), FRAMINGS, "full"),
        backdrop=_among(raw.get("backdrop"), BACKDROPS, "white"),
        lighting=_among(raw.get("lighting"), tuple(LIGHTINGS), "studio"),
        format=_among(raw.get("format"), FORMATS, "portrait"),
        shoes=_among(raw.get("shoes"), SHOES, "white"),
        finisher=_among(raw.get("finisher"), FINISHERS, "none"),
    )


def number_text(given: object) -> str:
    """A positive number as text, or nothing."""
    try:
        value = float(str(given))
    except ValueError:
        return ""
    return f"{value:g}" if 0 < value < 1000 else ""


def _sound(kind: type[Any], given: object) -> dict[str, Any]:
    """The fields of a dataclass that have the right type, or are texts of the right type."""
    raw = given if isinstance(given, Mapping) else {}
    found: dict[str, Any] = {}
    for one in fields(kind):
        value, wanted = raw.get(one.name), {"str": str, "int": int, "float": float}[str(one.type)]
        try:
            if value is not None and not (wanted is str and not isinstance(value, str)):
                found[one.name] = wanted(value)
        except (TypeError, ValueError):
            continue
    return found


def _list(given: object) -> list[Any]:
    return list(given) if isinstance(given, list | tuple) else []


def _among(given: object, known: Mapping[str, Any] | tuple[str, ...], otherwise: str) -> str:
    return given if isinstance(given, str) and given in known else otherwise


def _place(given: object, count: int) -> int:
    return given if isinstance(given, int) and 0 <= given < count else 0
