"""`pipelines.catalogue.words`: what product lists mean."""

from __future__ import annotations

import pytest

from fashion_models.pipelines.catalogue.words import child_word, read_category, read_gender, shows_back


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Women > Dresses", "dress"),
        ("T-Shirt", "t-shirt"),
        ("Clothing > Shorts, Sale", "shorts"),
        ("Default Category/Women/Tops", "top"),
        ("2271", "dress"),
        ("Shirt dress", "dress"),
        ("Dress shirt", "top"),
        ("女装/连衣裙", "dress"),
        ("牛仔短裤", "shorts"),
        ("短裙", "skirt"),
        ("Apparel & Accessories > Clothing > Shirts & Tops", None),
        ("Summer 2026", None),
        ("", None),
    ],
)
def test_categories_are_read_from_the_shops_own_words(text: str, category: str | None) -> None:
    assert read_category(text) == category


@pytest.mark.parametrize("text", ["Shoes", "Outerwear > Coats & Jackets", "泳衣", "Baby & Toddler > Socks"])
def test_what_cannot_be_draped_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        read_category(text)


def test_the_more_telling_text_counts() -> None:
    assert read_category("Jeans", "Clothing > Shorts") == "trousers"


@pytest.mark.parametrize(
    ("texts", "gender"),
    [
        (("Women",), "female"),
        (("", "Men's > Tops"), "male"),
        (("Men, Women",), "unisex"),
        (("女装",), "female"),
        (("Summer",), ""),
    ],
)
def test_genders_are_read(texts: tuple[str, ...], gender: str) -> None:
    assert read_gender(*texts) == gender


@pytest.mark.parametrize(
    ("age_group", "texts", "sizes"),
    [
        ("kids", (), ()),
        ("toddler", ("Women",), ()),
        ("", ("Kids' T-Shirt",), ()),
        ("", ("Baby & Toddler",), ()),
        ("", ("童装/上衣",), ()),
        ("", (), ("M", "4T")),
        ("", (), ("6-9M",)),
        ("", (), ("10 years",)),
    ],
)
def test_childrens_clothes_are_recognised(
    age_group: str, texts: tuple[str, ...], sizes: tuple[str, ...]
) -> None:
    assert child_word(age_group=age_group, texts=texts, sizes=sizes)


@pytest.mark.parametrize(
    ("age_group", "texts", "sizes"),
    [
        ("adult", ("Girls Night tee",), ()),
        ("", ("Girlfriend jeans", "Boyfriend shirt"), ("M", "2XL", "38", "EU:44", "10")),
        ("", ("女装",), ("165/88A",)),
    ],
)
def test_adults_clothes_are_not_taken_for_childrens(
    age_group: str, texts: tuple[str, ...], sizes: tuple[str, ...]
) -> None:
    assert child_word(age_group=age_group, texts=texts, sizes=sizes) == ""


@pytest.mark.parametrize(
    ("text", "back"),
    [("tee-back.jpg", True), ("Rear view", True), ("背面", True), ("backpack.jpg", False), ("front", False)],
)
def test_photos_of_the_back_are_told_by_their_names(text: str, back: bool) -> None:
    assert shows_back(text) is back
