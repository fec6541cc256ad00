"""How each shop system's rows make articles and variants. Cells come by our names, '' where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fashion_models.pipelines.catalogue.products import Entry
from fashion_models.pipelines.catalogue.words import shows_back

Row = tuple[str, Mapping[str, str]]
Rows = Iterable[Row]


def split_pictures(cell: str) -> list[str]:
    """The addresses in a cell that holds several, separated by commas."""
    parts = [part.strip() for part in cell.replace("\n", ",").split(",")]
    joined: list[str] = []
    for part in parts:
        # A comma inside an address is followed by no new address.
        if joined and part and "://" in joined[-1] and "://" not in part:
            joined[-1] += f",{part}"
        elif part:
            joined.append(part)
    return joined


def front_and_back(pictures: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The first photo, and the first that is said to show the back; '' where there is none.

    Args:
        pictures: Address and description of each, in order.
    """
    front = back = ""
    for address, text in pictures:
        if shows_back(f"{text} {address.rpartition('/')[2]}"):
            back = back or address
        elif address:
            front = front or address
    return front, back


def shopify(rows: Rows) -> Iterator[Entry]:
    """Rows of one handle are one article: the first tells about it, the others add pictures and variants."""
    articles: dict[str, list[Row]] = {}
    for row, cells in rows:
        articles.setdefault(cells["handle"], []).append((row, cells))
    for handle, lines in articles.items():
        pictures = sorted((c for _, c in lines if c["picture"]), key=lambda c: _position(c["position"]))
        front, back = front_and_back((c["picture"], c["alt"]) for c in pictures)
        head_row, head = lines[0]
        variants = [(row, c) for row, c in lines if c["sku"] or c["option1"] or c["variant_picture"]]
        for row, cells in variants or [(head_row, head)]:
            own = cells["variant_picture"]
            options = {head[f"option{n}_name"].lower(): cells[f"option{n}"] for n in (1, 2, 3)}
            named = "/".join(value for value in options.values() if value and value != "Default Title")
            yield Entry(
                row=row,
                sku=handle,
                variant=cells["sku"] or (f"{handle}/{named}" if named else ""),
                title=head["title"],
                front=own or front,
                back=back if own in ("", front) else "",
                categories=(head["type"], head["category"]),
                genders=(head["gender"],),
                age_group=head["age_group"],
                colour=_option(options, "color", "colour", "颜色"),
                size=_option(options, "size", "尺码", "尺寸"),
            )


def _position(cell: str) -> int:
    """A picture's place; those without one come last, in their own order."""
    return int(cell) if cell.isascii() and cell.isdigit() else 1_000_000


def _option(options: Mapping[str, str], *names: str) -> str:
    return next((options[name] for name in names if options.get(name)), "")


def woocommerce(rows: Rows) -> Iterator[Entry]:
    """A variation has its parent's pictures unless it has its own; a parent with variations is no garment."""
    lines = list(rows)
    parents: dict[str, Mapping[str, str]] = {}
    for _, cells in lines:
        if "variation" not in cells["type"]:
            parents[cells["sku"] or f"id:{cells['id']}"] = cells
            parents[f"id:{cells['id']}"] = cells
    with_variations = {cells["parent"] for _, cells in lines if cells["parent"]}
    for row, cells in lines:
        parent = parents.get(cells["parent"], cells)
        sku = cells["sku"] or cells["id"]
        if {sku, f"id:{cells['id']}"} & with_variations and parent is cells:
            continue
        own, theirs = split_pictures(cells["images"]), split_pictures(parent["images"])
        front, back = front_and_back((address, "") for address in own or theirs)
        attributes = {cells[f"attribute{n}_name"].lower(): cells[f"attribute{n}"] for n in (1, 2, 3)}
        yield Entry(
            row=row,
            sku=parent["sku"] or parent["id"],
            variant="" if parent is cells else sku,
            title=cells["name"] or parent["name"],
            front=front,
            back=back,
            categories=(parent["categories"],),
            genders=(_option(attributes, "gender", "性别"), parent["categories"]),
            age_group=_option(attributes, "age group", "年龄"),
            colour=_option(attributes, "color", "colour", "颜色"),
            size=_option(attributes, "size", "尺码"),
        )


def google(rows: Rows) -> Iterator[Entry]:
    """Every row is a variant; those of one article share its group."""
    for row, cells in rows:
        further = split_pictures(cells["further"])
        pictures = [cells["picture"], *further]
        front, back = front_and_back((address, "") for address in pictures)
        group = cells["group"]
        yield Entry(
            row=row,
            sku=group or cells["id"],
            variant=cells["id"] if group else "",
            title=cells["title"],
            front=front,
            back=back,
            categories=(cells["type"], cells["category"]),
            genders=(cells["gender"],),
            age_group=cells["age_group"],
            colour=cells["colour"],
            size=cells["size"],
        )


def magento(rows: Rows) -> Iterator[Entry]:
    """A configurable article names its children; a child without a picture of its own has the article's."""
    lines = list(rows)
    parent_of: dict[str, Mapping[str, str]] = {}
    for _, cells in lines:
        for child in cells["variations"].split("|"):
            parts = dict(part.split("=", 1) for part in child.split(",") if "=" in part)
            if "sku" in parts:
                parent_of[parts["sku"]] = cells
    for row, cells in lines:
        if cells["variations"]:
            continue
        parent = parent_of.get(cells["sku"], cells)
        own = cells["picture"] or parent["picture"]
        further = split_pictures(cells["further"] or parent["further"])
        front, back = front_and_back((address, "") for address in [own, *further])
        extra = dict(part.split("=", 1) for part in cells["attributes"].split(",") if "=" in part)
        yield Entry(
            row=row,
            sku=parent["sku"],
            variant="" if parent is cells else cells["sku"],
            title=cells["name"] or parent["name"],
            front=front,
            back=back,
            categories=(cells["categories"] or parent["categories"], cells["set"]),
            genders=(extra.get("gender", ""), cells["categories"] or parent["categories"]),
            age_group=extra.get("age_group", ""),
            colour=extra.get("color", ""),
            size=extra.get("size", ""),
        )
