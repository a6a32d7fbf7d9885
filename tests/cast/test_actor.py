from dataclasses import replace
from itertools import pairwise

import pytest

from omote.cast.actor import Actor
from omote.cast.traits import RANGES

MANY = [Actor.from_seed(seed) for seed in range(40)]


def test_the_same_seed_gives_the_same_person() -> None:
    assert Actor.from_seed(7) == Actor.from_seed(7) != Actor.from_seed(8)


def test_people_use_most_of_every_range() -> None:
    for name, (low, high) in RANGES.items():
        values = [getattr(actor, name) for actor in MANY]
        assert max(values) - min(values) > 0.6 * (high - low), name


def test_neighbours_differ_in_skin_and_hair() -> None:
    for one, other in pairwise(MANY):
        assert one.hair != other.hair
        assert abs(one.melanin - other.melanin) > 0.2


def test_there_are_people_of_light_and_dark_skin_with_and_without_beard() -> None:
    assert min(actor.melanin for actor in MANY) < 0.1 < 0.9 < max(actor.melanin for actor in MANY)
    assert {actor.beard for actor in MANY} == {"none", "stubble", "goatee", "full"}
    assert len({actor.hair for actor in MANY}) >= 9


@pytest.mark.parametrize(
    "change", [{"nose_width": 3.0}, {"hair": "wig"}, {"beard": "braid"}, {"iris": (0.1, 0.2, 7.0)}]
)
def test_impossible_people_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be|unknown|colours"):
        replace(MANY[0], **change)  # type: ignore[arg-type]


def test_seeds_are_not_negative() -> None:
    with pytest.raises(ValueError, match="-1"):
        Actor.from_seed(-1)
