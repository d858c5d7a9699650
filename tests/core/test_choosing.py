"""Which values of a field are wanted and which are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.choosing import Chosen

values = st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a,b", {"a", "b"}), ("-a", {"b", "c"}), ("-a,-b", {"c"}), ("a,-b", {"a"}), ("a,-a", set()), ("", {"a", "b", "c"}),
        (",-,", {"a", "b", "c"}),
    ],
)  # fmt: skip
def test_any_of_what_is_wanted_and_none_of_what_is_not(text: str, kept: set[str]):
    assert {each for each in "abc" if Chosen.read(text).keeps({each})} == kept


@given(values, values)
def test_it_is_read_back_and_turned_twice_it_is_the_same(wanted: list[str], unwanted: list[str]):
    chosen = Chosen(tuple(wanted), tuple(unwanted))
    assert Chosen.read(str(chosen)) == chosen
    assert chosen.turned().turned() == chosen


def test_a_value_is_added_in_the_manner_of_the_others_and_taken_out():
    assert str(Chosen.read("-a").toggled("b")) == "-a,-b"
    assert str(Chosen.read("a").toggled("b")) == "a,b"
    assert str(Chosen.read("a,-b").toggled("b")) == "a"
    assert str(Chosen.read("-a").toggled("a")) == ""
