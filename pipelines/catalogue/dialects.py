"""The shop systems' product tables, told apart by their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from fashion_models.errors import ManifestError
from fashion_models.pipelines.catalogue.products import Entry
from fashion_models.pipelines.catalogue.shops import Rows, google, magento, shopify, woocommerce


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One shop system's table.

    Attributes:
        name: For people.
        needs: Columns that tell it from all others, lower case.
        columns: What we call a column → its names in this dialect, the first that is there counts.
        read: Entries from rows whose cells have our names.
    """

    name: str
    needs: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    read: Callable[[Rows], Iterator[Entry]]

    def found(self, header: Iterable[str]) -> dict[str, str]:
        """What we call a column → its name in this header."""
        there = {name.strip().lower() for name in header}
        pairs = ((ours, [name for name in names if name in there]) for ours, names in self.columns.items())
        return {ours: names[0] for ours, names in pairs if names}

    def entries(self, rows: Rows) -> Iterator[Entry]:
        """What the rows say; their cells have the list's own column names in lower case."""

        def renamed(cells: Mapping[str, str]) -> dict[str, str]:
            return {
                ours: next((cells[name] for name in names if name in cells), "")
                for ours, names in self.columns.items()
            }

        return self.read((row, renamed(cells)) for row, cells in rows)


def dialect_of(header: Iterable[str]) -> Dialect:
    """The dialect whose columns are in a header.

    Raises:
        ManifestError: No dialect's are.
    """
    there = {name.strip().lower() for name in header}
    for dialect in DIALECTS:
        if dialect.needs <= there:
            return dialect
    shown = ", ".join(sorted(there)[:8])
    raise ManifestError(
        f"the columns ({shown} …) belong to no product list that is known;",
        limit="known: " + "; ".join(f"{d.name} ({' + '.join(sorted(d.needs))})" for d in DIALECTS) + ".",
        cure="export the list from the shop again, with its header.",
    )


def _options(name: str, value: str, keys: str) -> dict[str, tuple[str, ...]]:
    """Columns that come three times with a number in their names."""
    return {
        **{f"{keys}{n}_name": (name.format(n),) for n in (1, 2, 3)},
        **{f"{keys}{n}": (value.format(n),) for n in (1, 2, 3)},
    }


_SHOPIFY_COMMON = {
    "title": ("title",),
    "type": ("type",),
    "category": ("product category",),
    "gender": ("google shopping / gender",),
    "age_group": ("google shopping / age group",),
}

DIALECTS = (
    Dialect(
        name="Shopify CSV",
        needs=frozenset({"url handle", "product image url"}),
        columns={
            "handle": ("url handle",),
            "sku": ("sku",),
            "picture": ("product image url",),
            "position": ("image position",),
            "alt": ("image alt text",),
            "variant_picture": ("variant image url",),
            **_SHOPIFY_COMMON,
            **_options("option{} name", "option{} value", "option"),
        },
        read=shopify,
    ),
    Dialect(
        name="Shopify CSV (legacy)",
        needs=frozenset({"handle", "image src"}),
        columns={
            "handle": ("handle",),
            "sku": ("variant sku",),
            "picture": ("image src",),
            "position": ("image position",),
            "alt": ("image alt text",),
            "variant_picture": ("variant image",),
            **_SHOPIFY_COMMON,
            **_options("option{} name", "option{} value", "option"),
        },
        read=shopify,
    ),
    Dialect(
        name="Magento CSV",
        needs=frozenset({"sku", "base_image"}),
        columns={
            "sku": ("sku",),
            "name": ("name",),
            "picture": ("base_image",),
            "further": ("additional_images",),
            "categories": ("categories",),
            "set": ("attribute_set_code",),
            "attributes": ("additional_attributes",),
            "variations": ("configurable_variations",),
        },
        read=magento,
    ),
    Dialect(
        name="WooCommerce CSV",
        needs=frozenset({"type", "sku", "images"}),
        columns={
            "id": ("id",),
            "type": ("type",),
            "sku": ("sku",),
            "name": ("name",),
            "parent": ("parent",),
            "images": ("images",),
            "categories": ("categories",),
            **_options("attribute {} name", "attribute {} value(s)", "attribute"),
        },
        read=woocommerce,
    ),
    Dialect(
        name="Google feed",
        needs=frozenset({"id", "image_link"}),
        columns={
            "id": ("id",),
            "group": ("item_group_id",),
            "title": ("title", "structured_title"),
            "picture": ("image_link",),
            "further": ("additional_image_link",),
            "category": ("google_product_category",),
            "type": ("product_type",),
            "gender": ("gender",),
            "age_group": ("age_group",),
            "colour": ("color",),
            "size": ("size",),
        },
        read=google,
    ),
)
