from __future__ import annotations

import pytest

from fashion_models.errors import PlanError
from fashion_models.garment.model import Category
from fashion_models.pipelines.outfit import check_outfit, worn_open


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Category.SKIRT, Category.TROUSERS),
        (Category.DRESS, Category.TROUSERS),
        (Category.SHORTS, Category.DRESS),
        (Category.DRESS, Category.TOP),
        (Category.DRESS, Category.DRESS),
    ],
)
def test_two_garments_that_are_not_worn_together_are_refused_by_name(
    first: Category, second: Category
) -> None:
    with pytest.raises(PlanError, match=rf"a {first.value} and a {second.value} are not worn together"):
        check_outfit(first, second)


def test_a_top_goes_with_whatever_covers_the_legs_in_either_order() -> None:
    for below in (Category.SKIRT, Category.TROUSERS, Category.SHORTS):
        check_outfit(Category.TOP, below)
        check_outfit(below, Category.T_SHIRT)
        assert not worn_open([Category.TOP, below]) and not worn_open([below, Category.T_SHIRT])


def test_a_jacket_is_worn_open_over_a_top_or_a_dress() -> None:
    for under in (Category.TOP, Category.T_SHIRT, Category.DRESS):
        check_outfit(Category.TOP, under)
        assert worn_open([Category.TOP, under])
    assert not worn_open([Category.TOP])
