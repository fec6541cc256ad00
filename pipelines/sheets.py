"""What there is to choose from: names with descriptions, and contact sheets of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fashion_models.arrays import U8
from fashion_models.errors import OutputError, PlanError
from fashion_models.person.body import PosedBody
from fashion_models.person.model import Gender, Person
from fashion_models.pipelines.shot import check_folder, png_bytes, write_whole
from fashion_models.pipelines.stages import Cancelled, Progress, stop_if
from fashion_models.studio.model import Piece

#: Number of people on their sheet.
_PEOPLE = 12
#: Size of one picture [px], columns, and height of the line with its name [px].
_TILE, _COLUMNS, _LABEL = (192, 288), 6, 24
#: Faces and hair are photographed larger and cut to head and shoulders.
_CLOSE = 1.8


@dataclass(frozen=True)
class Entry:
    """One thing to choose.

    Attributes:
        name: What is written after the option.
        en: One line that describes it.
        zh: The same in Chinese.
    """

    name: str
    en: str
    zh: str


def entries(kind: str) -> tuple[Entry, ...]:
    """Names and descriptions of all that a kind offers.

    Args:
        kind: One of `KINDS`.

    Raises:
        PlanError: There is no such kind.
    """
    if kind not in KINDS:
        raise PlanError(f"'{kind}' cannot be listed;", limit=f"known: {', '.join(KINDS)}.")
    return KINDS[kind].entries()


def draw_sheet(kind: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> U8:
    """A contact sheet with a small labelled picture of each entry.

    Args:
        kind: One of `KINDS`.
        progress: Called with the entry's name and the share of the sheet that is done.
        cancelled: Asked before each picture.

    Returns:
        The sheet, shape (H, W, 3).

    Raises:
        PlanError: There is no such kind.
        CancelledError: ``cancelled`` said so.
    """
    names = [entry.name for entry in entries(kind)]
    tiles: list[U8] = []
    pictures = KINDS[kind].pictures()
    for number, name in enumerate(names):
        stop_if(cancelled)
        if progress is not None:
            progress(name, number / len(names))
        tiles.append(next(pictures))
    return _arranged(names, tiles)


def save_sheet(
    kind: str,
    path: str | Path,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Path:
    """Draw a contact sheet and write it as PNG.

    Args:
        kind: One of `KINDS`.
        path: The file; its folder is made if it is not there.
        progress: See `draw_sheet`.
        cancelled: See `draw_sheet`.

    Returns:
        The path.

    Raises:
        PlanError: There is no such kind.
        OutputError: The file cannot be written.
        StageError: The disk is full.
    """
    file = Path(path)
    if file.suffix.lower() != ".png" or file.is_dir():
        raise OutputError(f"'{file}' is no PNG file;", cure=f"name one, for example --out {kind}.png.")
    check_folder(file.parent)
    write_whole(file, png_bytes(draw_sheet(kind, progress=progress, cancelled=cancelled)))
    return file


def portrait(person: Person, *, view: str = "front", scale: int = 1, quality: str = "preview") -> U8:
    """Head and shoulders of a person in plain clothing.

    Args:
        person: Who.
        view: A name of `fashion_models.studio.camera.VIEWS`.
        scale: Size of the picture.
        quality: 'preview', 'standard' or 'high'.

    Returns:
        sRGB, shape (288 · scale, 192 · scale, 3).

    Raises:
        PlanError: There is no such view.
    """
    sitting = _Sitting.of(person, "front")
    large = sitting.picture("upper", view=view, scale=_CLOSE * scale, quality=quality)
    width, height = (scale * side for side in _TILE)
    left = (large.shape[1] - width) // 2
    return large[:height, left : left + width]


def _poses() -> tuple[Entry, ...]:
    from fashion_models.pose.library import POSES

    return tuple(Entry(name, pose.en, pose.zh) for name, pose in POSES.items())


def _people() -> tuple[Entry, ...]:
    return tuple(_introduced(_identity(number)) for number in range(1, _PEOPLE + 1))


def _introduced(person: Person) -> Entry:
    beard = [] if person.beard == "none" else [person.beard]
    looks = ", ".join([person.hair, person.hair_colour, *beard, person.expression])
    origin = " + ".join(name for name, _ in person.ethnicity)
    return Entry(
        str(person.identity),
        f"{person.gender}, {person.age} years, tone {person.tone}, {origin}, {looks}",
        f"{'女' if person.gender is Gender.FEMALE else '男'}，{person.age} 岁，"
        f"肤色 {person.tone}，{origin}，{looks}",
    )


def _hair() -> tuple[Entry, ...]:
    from fashion_models.person.styles import HAIR_STYLES, hair_table

    about = hair_table()["about"]
    return tuple(Entry(name, about[name]["en"], about[name]["zh"]) for name in HAIR_STYLES)


def _backdrops() -> tuple[Entry, ...]:
    from fashion_models.studio.backdrop import BACKDROPS

    def entry(name: str, top: str, bottom: str) -> Entry:
        if top == bottom:
            return Entry(name, f"Plain {top}", f"纯色 {top}")
        return Entry(name, f"From {top} above to {bottom} below", f"由上 {top} 渐变到下 {bottom}")

    return tuple(entry(name, *colours) for name, colours in BACKDROPS.items())


def _pose_pictures() -> Iterator[U8]:
    from fashion_models.pose.library import POSES

    for name, pose in POSES.items():
        yield _Sitting.of(_identity(4, hair="bun"), name).picture("full", view=pose.view)


def _people_pictures() -> Iterator[U8]:
    for number in range(1, _PEOPLE + 1):
        yield portrait(_identity(number))


def _hair_pictures() -> Iterator[U8]:
    for entry in _hair():
        person = _identity(9, hair=entry.name, hair_colour="brown")
        yield portrait(person, view="three-quarter")


def _backdrop_pictures() -> Iterator[U8]:
    sitting = _Sitting.of(_identity(8), "front")
    for entry in _backdrops():
        yield sitting.picture("full", backdrop=entry.name)


def _identity(number: int, *, hair: str | None = None, hair_colour: str | None = None) -> Person:
    from fashion_models.person.identity import make_person

    return make_person(identity=number, hair=hair, hair_colour=hair_colour)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sitting:
    """A person in plain clothing in a pose, ready to be photographed."""

    posed: PosedBody
    pieces: Sequence[Piece]

    @classmethod
    def of(cls, person: Person, pose: str) -> _Sitting:
        from fashion_models.person.basics import plain_pieces
        from fashion_models.person.face import face_pieces
        from fashion_models.person.hair import hair_pieces
        from fashion_models.person.skin import skin_piece
        from fashion_models.person.solve import solve_body
        from fashion_models.pose.library import find_pose, pose_rotations
        from fashion_models.studio.props import seat

        body = solve_body(person)
        posed = body.pose(pose_rotations(body, pose))
        tee, clothing = plain_pieces(body, posed)
        pieces: list[Piece] = [
            skin_piece(person, posed),
            *face_pieces(person, body, posed),
            *hair_pieces(person, posed, cloth=(tee.vertices, tee.triangles)),
            tee,
            *clothing,
        ]
        if find_pose(pose).seated:
            pieces.append(seat(posed, pieces))
        return cls(posed=posed, pieces=pieces)

    def picture(
        self,
        framing: str,
        *,
        view: str = "front",
        backdrop: str = "white",
        scale: float = 1.0,
        quality: str = "preview",
    ) -> U8:
        from fashion_models.conditioning.joints import body_joints
        from fashion_models.studio.camera import frame_person
        from fashion_models.studio.render import photograph

        width, height = (round(scale * side) for side in _TILE)
        camera = frame_person(self.posed, self.pieces, framing=framing, view=view, width=width, height=height)
        joints = body_joints(self.posed)
        return photograph(self.pieces, camera, joints=joints, backdrop=backdrop, quality=quality).display


def _arranged(names: Sequence[str], tiles: Sequence[U8]) -> U8:
    """Pictures side by side, each with its name below."""
    from PIL import Image, ImageDraw, ImageFont

    (width, height), font = _TILE, ImageFont.load_default(13)
    rows = -(-len(tiles) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * width, rows * (height + _LABEL)), "white")
    draw = ImageDraw.Draw(sheet)
    for number, (name, tile) in enumerate(zip(names, tiles, strict=True)):
        left, top = number % _COLUMNS * width, number // _COLUMNS * (height + _LABEL)
        sheet.paste(Image.fromarray(tile), (left, top))
        draw.text((left + width / 2, top + height + _LABEL / 2), name, fill="black", font=font, anchor="mm")
    return np.asarray(sheet)


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """A kind of choice: its entries, and their pictures in the same order."""

    entries: Callable[[], tuple[Entry, ...]]
    pictures: Callable[[], Iterator[U8]]


#: What can be listed and drawn.
KINDS = {
    "poses": _Kind(entries=_poses, pictures=_pose_pictures),
    "people": _Kind(entries=_people, pictures=_people_pictures),
    "hair": _Kind(entries=_hair, pictures=_hair_pictures),
    "backdrops": _Kind(entries=_backdrops, pictures=_backdrop_pictures),
}
