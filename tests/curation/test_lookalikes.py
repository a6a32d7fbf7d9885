import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.spatial.distance import pdist

from omote.core.types import Floats
from omote.curation.linkage import Groups
from omote.curation.lookalikes import limit_among


def people(means: Floats, spread: float = 0.0) -> Groups:
    count = len(means)
    ones = np.ones(count, np.float32)
    return Groups(means.astype(np.float32), ones * spread, ones * 9, csr_array((count, count), dtype=np.float32))


def strangers(count: int, seed: int, over: int = 30) -> Floats:
    """People 1.4 apart on average, as an identifier's are where one person is 1."""
    return (np.random.default_rng(seed).normal(0, 1 / np.sqrt(over), (count, over))).astype(np.float32)


def test_few_people_are_told_apart_by_the_distance_of_one_person() -> None:
    assert limit_among(people(strangers(19, 0) * 0.1), 0.8) == 1
    assert limit_among(people(strangers(30, 0) * 1.5), 0.8) == 1


@pytest.mark.parametrize("over", [20, 30, 60])
@pytest.mark.parametrize("seed", range(3))
def test_among_many_few_pairs_of_strangers_are_nearer_than_the_limit(over: int, seed: int) -> None:
    means = strangers(2000, seed, over)
    limit = limit_among(people(means), 0.1)
    assert (pdist(means) < 1).sum() > 500 or over == 60
    assert (pdist(means) < limit).sum() <= 0.02 * 2000


def test_the_more_people_the_nearer_they_must_be() -> None:
    limits = [limit_among(people(strangers(count, 1)), 0.1) for count in (50, 200, 800, 3200)]
    assert limits == sorted(limits, reverse=True)
    assert limits[0] > limits[-1] > 0.5


def test_it_is_not_less_than_asked_for_even_where_all_are_alike() -> None:
    assert limit_among(people(strangers(500, 2) * 0.2), 0.8) == 0.8
    assert limit_among(people(np.zeros((500, 8), np.float32)), 0.8) == 0.8


def test_the_scatter_of_peoples_own_faces_is_part_of_their_distance() -> None:
    assert limit_among(people(strangers(2000, 3), spread=0.1), 0.1) > limit_among(people(strangers(2000, 3)), 0.1)
