"""What a product list holds, whatever wrote it: `Product` and `Problem`, and what is shown before a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from fashion_models.garment.model import Category
from fashion_models.pipelines.catalogue.model import Source
from fashion_models.pipelines.catalogue.words import child_word, read_category, read_gender

#: Kinds of problems a row can have, as they stand in errors.jsonl.
REASONS = (
    "no_picture",
    "unreachable",
    "wrong_type",
    "duplicate",
    "category",
    "minor",
    "row",
    "recipe",
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A row that cannot be shot.

    Attributes:
        row: For example 'products.csv:17'.
        sku: The article's number, as far as it was read.
        reason: One of `REASONS`.
        message: What is wrong, and the cure.
    """

    row: str
    sku: str
    reason: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What one row says, in the list's own words.

    Attributes:
        row: Where it stands.
        sku: The article's number.
        variant: The variant's own number; '' for an article without variants.
        front: Address of the first photo; '' if there is none.
        back: Address of a photo of the back.
        categories: What says the category, the most telling first.
        genders: What says the gender, the most telling first.
    """

    row: str
    sku: str
    variant: str = ""
    title: str = ""
    front: str = ""
    back: str = ""
    categories: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    age_group: str = ""
    colour: str = ""
    size: str = ""
    sha256: str = ""
    back_sha256: str = ""
    etag: str = ""
    back_etag: str = ""

    @property
    def id(self) -> str:
        """The number that is the row's own."""
        return self.variant or self.sku


@dataclass(frozen=True, kw_only=True)
class Product:
    """A garment to photograph: one photo, in all the sizes it is sold in.

    Attributes:
        row: Where it was first named.
        sku: The article's number.
        variant: The variant's own number; '' for an article without variants.
        category: What it is; None leaves it to the photo's outline.
        gender: 'female', 'male', 'unisex' or '' if the list does not say.
        sizes: Sizes it is sold in, as the list writes them.
        ids: Every number the list has for it: the variants that share its photo.
        photo: Its photo.
        back_photo: Photo of its back.
    """

    row: str
    sku: str
    variant: str = ""
    title: str = ""
    category: Category | None = None
    gender: str = ""
    colour: str = ""
    sizes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    photo: Source
    back_photo: Source | None = None

    @property
    def name(self) -> str:
        """The number its files are named by."""
        return self.variant or self.sku

    def facts(self) -> dict[str, str]:
        """What names and texts are made from."""
        known = {
            "title": self.title,
            "category": self.category.value if self.category else "",
            "gender": self.gender,
            "colour": self.colour,
            "sizes": ", ".join(self.sizes),
        }
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How an input was understood, to be shown before anything runs.

    Attributes:
        kind: For example 'Shopify CSV'.
        name: The input's own name.
        columns: What we call it → what the list calls it; empty for folders.
        encoding: Of the text; '' where there is none.
        delimiter: Between columns; '' where there is none.
        notes: What was left out and why, in sentences.
    """

    kind: str
    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()


def products_of(entries: Iterable[Entry | Problem]) -> Iterator[Product | Problem]:
    """Garments from rows: rows of one article that share a photo become one, what cannot be shot a problem.

    Args:
        entries: In the list's order; all rows of an article may stand anywhere.
    """
    photos: dict[str, dict[str, list[Entry]]] = {}
    seen: dict[str, str] = {}
    for entry in entries:
        problem = entry if isinstance(entry, Problem) else _refusal(entry, seen)
        if problem is not None:
            yield problem
        elif isinstance(entry, Entry):
            seen[entry.id] = entry.row
            photos.setdefault(entry.sku, {}).setdefault(entry.front, []).append(entry)
    names: dict[str, str] = {}
    for by_photo in photos.values():
        for rows in by_photo.values():
            found = _product(rows, alone=len(by_photo) == 1)
            if isinstance(found, Product) and found.name in names:
                found = _duplicate(found.row, found.name, names[found.name])
            if isinstance(found, Product):
                names[found.name] = found.row
            yield found


def each_product(entries: Iterable[Entry | Problem]) -> Iterator[Product | Problem]:
    """Garments from rows that are one garment each; nothing but their numbers is kept in memory."""
    seen: dict[str, str] = {}
    for entry in entries:
        problem = entry if isinstance(entry, Problem) else _refusal(entry, seen)
        if problem is not None:
            yield problem
        elif isinstance(entry, Entry):
            seen[entry.id] = entry.row
            yield _product([entry], alone=False)


def _refusal(entry: Entry, seen: Mapping[str, str]) -> Problem | None:
    """Why a row is not even looked at; None if it is."""
    if not entry.sku:
        return Problem(row=entry.row, sku="", reason="row", message="the article has no number.")
    if entry.id in seen:
        return _duplicate(entry.row, entry.id, seen[entry.id])
    if not entry.front:
        return Problem(row=entry.row, sku=entry.id, reason="no_picture", message="no picture is named.")
    return None


def _duplicate(row: str, name: str, other: str) -> Problem:
    return Problem(
        row=row, sku=name, reason="duplicate", message=f"'{name}' is already in {other}; numbers are unique."
    )


def _product(rows: list[Entry], *, alone: bool) -> Product | Problem:
    """A garment; ``alone``: its article has no other photo, so the article's own number names it."""
    first = rows[0]
    sizes = tuple(dict.fromkeys(row.size for row in rows if row.size))
    name = first.sku if alone else first.id
    texts = (*first.categories, *first.genders, first.title)
    child = child_word(age_group=first.age_group, texts=texts, sizes=sizes)
    if child:
        return Problem(
            row=first.row,
            sku=name,
            reason="minor",
            message=f"'{child}' says children's clothes; only adults are shown. "
            "If it is for adults, say so in the age group.",
        )
    try:
        category = read_category(*first.categories, first.title)
    except ValueError as word:
        return Problem(
            row=first.row,
            sku=name,
            reason="category",
            message=f"'{word}' cannot be draped; possible are {', '.join(c.value for c in Category)}.",
        )
    ids = tuple(row.id for row in rows)
    product = Product(
        row=first.row,
        sku=first.sku,
        variant="" if alone or first.id == first.sku else first.id,
        title=first.title,
        category=category,
        gender=read_gender(*first.genders, *first.categories),
        colour=first.colour,
        sizes=sizes,
        ids=ids,
        photo=Source(uri=first.front, etag=first.etag, sha256=first.sha256),
    )
    back = next((row for row in rows if row.back), None)
    if back is None:
        return product
    return replace(product, back_photo=Source(uri=back.back, etag=back.back_etag, sha256=back.back_sha256))
