"""`pipelines.catalogue.inputs`: every kind of list gives the same garments, every bad row its reason."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fashion_models.errors import ManifestError, ObjectMissingError
from fashion_models.pipelines.catalogue.dialects import DIALECTS
from fashion_models.pipelines.catalogue.inputs import Input, examine, open_input
from fashion_models.pipelines.catalogue.products import Problem, Product, products_of

JPEG = b"\xff\xd8\xff\xe0" + b"picture"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with pictures, for lists to lie beside them; above it lies one that is nobody's business."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for name in ("tee.jpg", "tee-back.jpg", "red.jpg", "blue.jpg", "dress.jpg"):
        (folder / name).write_bytes(JPEG + name.encode())
    (tmp_path / "secret.jpg").write_bytes(JPEG)
    return folder


def table(path: Path, rows: list[Mapping[str, str]], *, separator: str = ",") -> Input:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
    return open_input(str(path))


def products(found: Iterable[Product | Problem]) -> list[Product]:
    return [one for one in found if isinstance(one, Product)]


def problems(found: Iterable[Product | Problem]) -> list[tuple[str, str]]:
    return [(one.row, one.reason) for one in found if isinstance(one, Problem)]


SHOPIFY = {
    "current": ("URL handle", "SKU", "Product image URL", "Variant image URL"),
    "legacy": ("Handle", "Variant SKU", "Image Src", "Variant Image"),
}


@pytest.mark.parametrize("version", SHOPIFY)
def test_shopify_variants_with_one_photo_are_one_garment(shop: Path, version: str) -> None:
    handle, sku, picture, _ = SHOPIFY[version]
    found = table(
        shop / "products.csv",
        [
            {handle: "tee", "Title": "Tee", "Type": "T-Shirts", picture: "tee.jpg", sku: "T-S",
             "Option1 name": "Size", "Option1 value": "S", "Google Shopping / Gender": "female",
             "Image position": "1"},
            {handle: "tee", sku: "T-M", "Option1 value": "M", picture: "tee-back.jpg", "Image position": "2"},
            {handle: "tee", sku: "T-L", "Option1 value": "L"},
        ],
    )  # fmt: skip
    assert found.reading.kind.startswith("Shopify CSV")
    assert (found.reading.encoding, found.reading.delimiter) == ("utf-8", ",")
    assert found.reading.columns["handle"] == handle.lower()
    [garment] = products(found.garments())
    assert (garment.name, garment.category, garment.gender) == ("tee", "t-shirt", "female")
    assert garment.sizes == ("S", "M", "L") and garment.ids == ("T-S", "T-M", "T-L")
    assert garment.photo.uri == str(shop / "tee.jpg")
    assert garment.back_photo is not None and garment.back_photo.uri == str(shop / "tee-back.jpg")
    assert garment.row == "products.csv:2"


@pytest.mark.parametrize("version", SHOPIFY)
def test_shopify_colours_with_their_own_photos_are_garments_of_their_own(shop: Path, version: str) -> None:
    handle, sku, picture, own = SHOPIFY[version]
    found = table(
        shop / "products.csv",
        [
            {handle: "dress", "Title": "Dress", picture: "red.jpg", own: "red.jpg", sku: "D-R-S",
             "Option1 name": "Color", "Option1 value": "Red", "Option2 name": "Size", "Option2 value": "S"},
            {handle: "dress", own: "red.jpg", sku: "D-R-M", "Option1 value": "Red", "Option2 value": "M"},
            {handle: "dress", own: "blue.jpg", sku: "D-B-S", "Option1 value": "Blue", "Option2 value": "S"},
        ],
    )  # fmt: skip
    red, blue = products(found.garments())
    assert (red.name, red.colour, red.sizes, red.sku) == ("D-R-S", "Red", ("S", "M"), "dress")
    assert (blue.name, blue.colour, blue.ids) == ("D-B-S", "Blue", ("D-B-S",))


def test_woocommerce_variations_inherit_their_parents_pictures(shop: Path) -> None:
    found = table(
        shop / "wc.csv",
        [
            {"ID": "1", "Type": "variable", "SKU": "TEE", "Name": "Tee", "Categories": "Women > T-Shirts",
             "Images": "tee.jpg, tee-back.jpg", "Parent": "", "Attribute 1 name": "Size",
             "Attribute 1 value(s)": "S, M"},
            {"ID": "2", "Type": "variation", "SKU": "TEE-S", "Parent": "TEE", "Attribute 1 name": "Size",
             "Attribute 1 value(s)": "S"},
            {"ID": "3", "Type": "variation", "SKU": "TEE-M", "Parent": "id:1", "Attribute 1 name": "Size",
             "Attribute 1 value(s)": "M"},
            {"ID": "4", "Type": "simple", "SKU": "DR", "Name": "Dress", "Images": "dress.jpg"},
        ],
    )  # fmt: skip
    tee, dress = products(found.garments())
    assert (tee.name, tee.sizes, tee.category, tee.gender) == ("TEE", ("S", "M"), "t-shirt", "female")
    assert tee.back_photo is not None
    assert (dress.name, dress.category) == ("DR", "dress")


GOOGLE = {
    "id": "T-S", "item_group_id": "T", "title": "Tee", "image_link": "https://x.example/tee.jpg?v=1",
    "additional_image_link": "https://x.example/tee_back.jpg,https://x.example/c.jpg",
    "google_product_category": "212", "product_type": "T-Shirts", "gender": "male", "age_group": "adult",
    "size": "S", "color": "white",
}  # fmt: skip


def test_googles_table_and_its_xml_give_the_same_garments(shop: Path) -> None:
    rows = [GOOGLE, {**GOOGLE, "id": "T-M", "size": "M"}]
    plain = table(shop / "feed.tsv", rows, separator="\t")
    items = "".join(
        "<item>" + "".join(f"<g:{k}>{v}</g:{k}>" for k, v in row.items()) + "</item>" for row in rows
    )
    (shop / "feed.xml").write_text(
        f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>{items}</channel></rss>'
    )
    xml = open_input(str(shop / "feed.xml"))
    assert (plain.reading.kind, xml.reading.kind) == ("Google feed", "Google feed (XML)")
    [one], [other] = products(plain.garments()), products(xml.garments())
    assert (one.name, one.ids, one.sizes, one.gender) == ("T", ("T-S", "T-M"), ("S", "M"), "male")
    assert one.photo.uri == "https://x.example/tee.jpg?v=1"
    assert one.back_photo is not None and one.back_photo.uri == "https://x.example/tee_back.jpg"
    assert {**vars(one), "row": ""} == {**vars(other), "row": ""}


def test_a_feed_with_entities_is_refused(shop: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><rss><channel><item><id>&a;</id></item></channel></rss>'
    (shop / "feed.xml").write_text(bomb)
    with pytest.raises(ManifestError, match="declares entities"):
        list(open_input(str(shop / "feed.xml")).garments())


def test_magento_children_without_a_picture_have_their_parents(shop: Path) -> None:
    found = table(
        shop / "magento.csv",
        [
            {"sku": "TEE-S", "product_type": "simple", "categories": "Default/Men/Tees", "base_image": "",
             "additional_attributes": "size=S,color=White", "name": "Tee S"},
            {"sku": "TEE-M", "product_type": "simple", "categories": "Default/Men/Tees", "base_image": "",
             "additional_attributes": "size=M,color=White", "name": "Tee M"},
            {"sku": "TEE", "product_type": "configurable", "base_image": "/tee.jpg",
             "configurable_variations": "sku=TEE-S,size=S|sku=TEE-M,size=M"},
        ],
    )  # fmt: skip
    [tee] = products(found.garments())
    assert (tee.name, tee.ids, tee.sizes) == ("TEE", ("TEE-S", "TEE-M"), ("S", "M"))
    assert (tee.category, tee.gender, tee.colour) == ("t-shirt", "male", "White")
    assert tee.photo.uri == str(shop / "tee.jpg")


MANIFEST = [
    {"sku": "tee-white", "item_group_id": "tee", "title": "Tee", "category": "t-shirt", "gender": "female",
     "images": [{"uri": "tee.jpg", "view": "front"}, {"uri": "tee-back.jpg", "view": "back"}]},
    {"sku": "dress", "images": ["dress.jpg"], "size": "M"},
]  # fmt: skip


def test_our_manifest_reads_the_same_from_jsonl_and_parquet(shop: Path) -> None:
    lines = [{**MANIFEST[0], "size": ""}, {**MANIFEST[1], "images": [{"uri": "dress.jpg"}]}]
    (shop / "m.jsonl").write_text("\n".join(map(json.dumps, lines)))
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(lines), shop / "m.parquet")
    for name, kind in (("m.jsonl", "JSONL manifest"), ("m.parquet", "Parquet manifest")):
        found = open_input(str(shop / name))
        assert found.reading.kind == kind
        tee, dress = products(found.garments())
        assert (tee.sku, tee.variant, tee.category) == ("tee", "tee-white", "t-shirt")
        assert tee.back_photo is not None
        assert (dress.name, dress.sizes) == ("dress", ("M",))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ('{"sku": "a", "images": "tee.jpg"}', "images is a list"),
        ('{"sku": "a", "images": [{"uri": "tee.jpg", "view": "side"}]}', "view is front or back"),
        ('{"sku": "a", "colour": "red", "images": []}', "unknown: colour; known are sku, variant_id"),
    ],
)
def test_a_manifest_line_that_cannot_be_read_stops_no_other(shop: Path, line: str, complaint: str) -> None:
    (shop / "m.jsonl").write_text(f'{{"sku": "ok", "images": ["tee.jpg"]}}\n{line}\n')
    found = list(open_input(str(shop / "m.jsonl")).garments())
    assert isinstance(found[0], Product)
    assert isinstance(found[1], Problem)
    assert found[1].row == "m.jsonl:2" and complaint in found[1].message


def test_a_folder_is_a_list_of_its_pictures(shop: Path) -> None:
    (shop / "women" / "dresses").mkdir(parents=True)
    (shop / "women" / "dresses" / "summer_01.JPG").write_bytes(JPEG)
    (shop / "notes.txt").write_text("not a picture")
    (shop / ".hidden.jpg").write_bytes(JPEG)
    found = open_input(str(shop))
    assert found.reading.kind == "folder"
    garments = {one.name: one for one in products(found.garments())}
    assert set(garments) == {"tee", "red", "blue", "dress", "women/dresses/summer_01"}
    assert garments["tee"].back_photo is not None
    summer = garments["women/dresses/summer_01"]
    assert (summer.category, summer.gender) == ("dress", "female")
    assert summer.photo.etag


def test_two_pictures_of_one_name_are_a_clash(shop: Path) -> None:
    (shop / "tee.png").write_bytes(JPEG)
    assert [reason for _, reason in problems(open_input(str(shop)).garments())] == ["duplicate"]


BAD = [
    {"id": "ok", "image_link": "tee.jpg"},
    {"id": "none", "image_link": ""},
    {"id": "ok", "image_link": "red.jpg"},
    {"id": "gif", "image_link": "tee.gif"},
    {"id": "shoe", "image_link": "red.jpg", "product_type": "Shoes"},
    {"id": "kid", "image_link": "blue.jpg", "age_group": "kids"},
    {"id": "out", "image_link": "../secret.jpg"},
    {"id": "ftp", "image_link": "ftp://x/y.jpg"},
    {"id": "gone", "image_link": "gone.jpg"},
    {"id": "text", "image_link": "text.jpg"},
    {"id": "", "image_link": "tee.jpg"},
    {"id": "last", "image_link": "dress.jpg"},
]


def test_every_bad_row_is_reported_by_row_and_reason_and_stops_no_other(shop: Path) -> None:
    (shop / "text.jpg").write_text("this is no picture")
    found = list(examine(table(shop / "feed.csv", BAD).garments()))
    assert [one.name for one in products(found)] == ["ok", "last"]
    assert sorted(problems(found), key=lambda p: int(p[0].partition(":")[2])) == [
        ("feed.csv:3", "no_picture"),
        ("feed.csv:4", "duplicate"),
        ("feed.csv:5", "wrong_type"),
        ("feed.csv:6", "category"),
        ("feed.csv:7", "minor"),
        ("feed.csv:8", "unreachable"),
        ("feed.csv:9", "unreachable"),
        ("feed.csv:10", "unreachable"),
        ("feed.csv:11", "wrong_type"),
        ("feed.csv:12", "row"),
    ]
    assert all(one.photo.etag for one in products(found))


def test_a_list_of_no_known_shop_names_those_that_are(shop: Path) -> None:
    (shop / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(
        ManifestError, match=r"'x\.csv': the columns \(a, b …\).*Shopify CSV \(product image url"
    ):
        open_input(str(shop / "x.csv"))


@pytest.mark.parametrize(("name", "error"), [("gone", ObjectMissingError), ("tee.jpg", ManifestError)])
def test_what_is_no_catalogue_is_refused(shop: Path, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        open_input(str(shop / name))


CELLS = st.dictionaries(
    st.sampled_from(sorted({name for d in DIALECTS for names in d.columns.values() for name in names})),
    st.text(max_size=8) | st.sampled_from(["A", "B", "x.jpg", "y.jpg", "simple", "variation", "sku=A|sku=B"]),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(dialect=st.sampled_from(DIALECTS), rows=st.lists(CELLS, max_size=6))
def test_no_table_whatever_breaks_a_dialect_or_names_two_garments_alike(
    dialect: object, rows: list[dict[str, str]]
) -> None:
    assert dialect in DIALECTS
    entries = DIALECTS[DIALECTS.index(dialect)].entries(  # type: ignore[arg-type]
        (f"t:{n}", row) for n, row in enumerate(rows)
    )
    found = list(products_of(entries))
    names = [one.name for one in products(found)]
    assert len(names) == len(set(names))
    ids = [number for one in products(found) for number in one.ids]
    assert len(ids) == len(set(ids))
