"""`pipelines.catalogue.seller`: the seller's list with pictures reads like the original, plus pictures."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from fashion_models.pipelines.catalogue.inputs import open_input
from fashion_models.pipelines.catalogue.products import Product
from fashion_models.pipelines.catalogue.seller import Picture, list_with_pictures

ROOT = Path(__file__).resolve().parents[4]
NEW = [
    Picture(address="https://cdn.example/1.jpg", text="front"),
    Picture(address="https://cdn.example/2.jpg", text="back"),
]
ADDRESSES = [picture.address for picture in NEW]


def written(
    folder: Path, text: str, names: list[str], *, name: str = "list.csv", encoding: str = "utf-8"
) -> bytes:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    made = list_with_pictures(open_input(str(path)), dict.fromkeys(names, NEW))
    assert made is not None
    assert made[0] == name.replace(".", ".with-images.").replace("xml", "tsv")
    assert path.read_bytes() == text.encode(encoding), "the seller's own file was touched"
    return made[1]


def records(data: bytes, delimiter: str = ",", encoding: str = "utf-8") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))


def test_shopify_gets_rows_after_the_articles_last(tmp_path: Path) -> None:
    text = (ROOT / "samples/products.csv").read_text()
    (tmp_path / "garments").symlink_to(ROOT / "samples/garments")
    rows = records(written(tmp_path, text, ["printed-tee"]))
    before = records(text.encode())
    added = [row for row in rows if row["Product image URL"] in ADDRESSES]
    assert [row for row in rows if row not in added] == before
    assert [row["URL handle"] for row in rows[4:6]] == ["printed-tee"] * 2
    assert [row["Image position"] for row in added] == ["3", "4"]
    assert all(row["Title"] == "Printed Tee" and row["SKU"] == "" for row in added)


def test_the_list_with_pictures_is_read_again_as_the_same_garments(tmp_path: Path) -> None:
    text = (ROOT / "samples/products.csv").read_text()
    (tmp_path / "garments").symlink_to(ROOT / "samples/garments")
    data = written(tmp_path, text, ["printed-tee", "denim-shorts"])
    (tmp_path / "again.csv").write_bytes(data)

    def read(name: str) -> list[tuple[str, tuple[str, ...], str]]:
        found = [one for one in open_input(str(tmp_path / name)).garments() if isinstance(one, Product)]
        return [(one.name, one.ids, one.photo.uri) for one in found]

    assert read("again.csv") == read("list.csv") and len(read("list.csv")) == 7


WOO = (
    "ID,Type,SKU,Name,Images,Parent,Categories\n"
    '1,variable,TEE,Tee,"tee.jpg, back.jpg",,Tops\n'
    "2,variation,TEE-S,,,TEE,\n"
    "3,variation,TEE-R,,red.jpg,TEE,\n"
)


def test_woocommerce_gets_addresses_in_the_articles_cell(tmp_path: Path) -> None:
    rows = records(written(tmp_path, WOO, ["TEE-R"]))
    assert rows[0]["Images"] == "tee.jpg, back.jpg"
    assert rows[2]["Images"] == "red.jpg, https://cdn.example/1.jpg, https://cdn.example/2.jpg"
    simple = WOO.replace("3,variation,TEE-R,,red.jpg,TEE,\n", "")
    assert records(written(tmp_path, simple, ["TEE"]))[0]["Images"].endswith(", https://cdn.example/2.jpg")


def test_google_gets_at_most_ten_further_pictures_on_every_row_of_the_garment(tmp_path: Path) -> None:
    nine = ",".join(f"https://x.example/{n}.jpg" for n in range(9))
    text = (
        "id\titem_group_id\timage_link\tadditional_image_link\n"
        f"S\tT\thttps://x.example/t.jpg\t{nine}\nM\tT\thttps://x.example/t.jpg\t\n"
    )
    rows = records(written(tmp_path, text, ["T"], name="feed.tsv"), "\t")
    assert rows[0]["additional_image_link"] == f"{nine},{ADDRESSES[0]}"
    assert rows[1]["additional_image_link"] == ",".join(ADDRESSES)
    assert {row["image_link"] for row in rows} == {"https://x.example/t.jpg"}


def test_a_column_that_is_missing_is_added(tmp_path: Path) -> None:
    rows = records(written(tmp_path, "id,image_link\nA,a.jpg\nB,b.jpg\n", ["A"]))
    assert [row["additional_image_link"] or "" for row in rows] == [",".join(ADDRESSES), ""]


def test_an_xml_feed_gets_a_supplemental_feed(tmp_path: Path) -> None:
    text = "<rss><channel><item><id>A</id><image_link>a.jpg</image_link></item></channel></rss>"
    data = written(tmp_path, text, ["A"], name="feed.xml")
    assert records(data, "\t") == [{"id": "A", "additional_image_link": ",".join(ADDRESSES)}]


def test_magento_gets_addresses_beside_its_base_picture(tmp_path: Path) -> None:
    rows = records(written(tmp_path, "sku,base_image,additional_images\nA,a.jpg,\n", ["A"]))
    assert rows == [{"sku": "A", "base_image": "a.jpg", "additional_images": ",".join(ADDRESSES)}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encoding_separator_and_line_ends_stay(tmp_path: Path, encoding: str, ending: str) -> None:
    text = ending.join(["id;image_link;title", 'A;a.jpg;"Größe; „M“"', ""])
    data = written(tmp_path, text, [], encoding=encoding)
    expected = text.replace("title", "title;additional_image_link")
    assert data.decode(encoding) == expected


def test_a_folder_has_no_list_to_fill(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff")
    assert list_with_pictures(open_input(str(tmp_path)), {}) is None
