"""`fidelity.rates`: Wilson's bounds, worst group, gap, order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fashion_models.fidelity.rates import Rate, gap, is_rising, worst_group

RATES = st.integers(1, 2000).flatmap(lambda of: st.integers(0, of).map(lambda good: Rate(good=good, of=of)))
GROUPS = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), RATES, min_size=1)


def test_the_bounds_are_those_of_the_published_formula() -> None:
    assert Rate(good=81, of=263).bounds == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Rate(good=0, of=10).bounds == pytest.approx((0, 0.2775), abs=5e-5)
    assert Rate(good=0, of=0).bounds == (0, 1)


@given(RATES)
def test_the_share_lies_within_its_bounds(rate: Rate) -> None:
    low, high = rate.bounds
    assert rate.share is not None
    assert 0 <= low <= rate.share + 1e-12
    assert rate.share <= high + 1e-12 <= 1 + 1e-11


@given(RATES)
def test_failures_are_bounded_like_successes(rate: Rate) -> None:
    low, high = Rate(good=rate.of - rate.good, of=rate.of).bounds
    assert (1 - high, 1 - low) == pytest.approx(rate.bounds, abs=1e-9)


@given(RATES, st.integers(2, 50))
def test_more_trials_of_the_same_share_are_surer(rate: Rate, times: int) -> None:
    low, high = rate.bounds
    more_low, more_high = Rate(good=rate.good * times, of=rate.of * times).bounds
    assert more_high - more_low < high - low


@given(GROUPS)
def test_no_group_is_worse_than_the_worst(groups: dict[str, Rate]) -> None:
    name = worst_group(groups)
    assert name is not None
    worst = groups[name].share
    shares = [rate.share for rate in groups.values() if rate.share is not None]
    assert worst == min(shares)
    assert gap(groups) == max(shares) - min(shares)


def test_of_equal_groups_the_one_with_fewer_trials_is_named() -> None:
    assert worst_group({"many": Rate(good=90, of=90), "few": Rate(good=3, of=3)}) == "few"


def test_groups_without_a_trial_do_not_count() -> None:
    groups = {"none": Rate(good=0, of=0), "all": Rate(good=5, of=5)}
    assert worst_group(groups) == "all"
    assert gap(groups) == 0
    assert worst_group({"none": Rate(good=0, of=0)}) is None


@given(st.lists(st.floats(-100, 100), unique=True))
def test_sorted_values_rise_and_reversed_ones_do_not(values: list[float]) -> None:
    assert is_rising(sorted(values))
    assert is_rising(sorted(values, reverse=True)) == (len(values) < 2)


def test_equal_values_do_not_rise() -> None:
    assert not is_rising([40.0, 40.0])
