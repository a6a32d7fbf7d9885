import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array, csr_array
from scipy.spatial.distance import cdist, pdist

from omote.core.types import Floats
from omote.curation import linkage as ours
from omote.curation.linkage import Groups, Labels, linked


def single(vectors: Floats, together: csr_array | None = None) -> Groups:
    """Each vector as a group of its own."""
    count = len(vectors)
    none = csr_array((count, count), dtype=np.float32)
    sizes = np.ones(count, np.float32)
    return Groups(vectors.astype(np.float32), sizes * 0, sizes, none if together is None else together)


def seen_together(count: int, *pairs: tuple[int, int]) -> csr_array:
    one, other = np.array([*pairs, *(pair[::-1] for pair in pairs)]).T
    return coo_array((np.ones(2 * len(pairs), np.float32), (one, other)), (count, count)).tocsr()


def partition(labels: Labels) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


def clouds(rng: np.random.Generator, count: int, noise: float) -> Floats:
    vectors = rng.normal(0, 1, (9, 16))[rng.integers(9, size=count)] + rng.normal(0, noise, (count, 16))
    return vectors.astype(np.float32)


def test_what_is_kept_of_two_groups_tells_the_mean_squared_distance_of_their_members() -> None:
    rng = np.random.default_rng(0)
    vectors = clouds(rng, 60, 0.4)
    names = rng.permutation(np.arange(60) % 5)
    groups = single(vectors).merged(names)
    twice = single(vectors).merged(rng.permutation(60)).merged(np.zeros(60, np.int64))
    for one in range(5):
        own = vectors[names == one]
        assert groups.sizes[one] == len(own)
        assert groups.means[one] == pytest.approx(own.mean(0), abs=1e-5)
        for other in range(one):
            truth = (cdist(own, vectors[names == other]) ** 2).mean()
            away = groups.means[one] - groups.means[other]
            assert away @ away + groups.spreads[one] + groups.spreads[other] == pytest.approx(truth, rel=1e-4)
    assert twice.spreads[0] == pytest.approx(vectors.var(0).sum(), rel=1e-4)


@pytest.mark.parametrize("noise", [0.15, 0.3, 0.8])
@pytest.mark.parametrize("seed", range(4))
def test_it_is_average_linkage_of_squared_distances(noise: float, seed: int) -> None:
    vectors = clouds(np.random.default_rng(seed), 300, noise)
    tree = linkage(pdist(vectors, "sqeuclidean"), "average")
    for limit in np.quantile(tree[:, 2], [0.1, 0.5, 0.9, 0.97, 1]) * 1.0001:
        assert partition(linked(single(vectors), limit)) == partition(fcluster(tree, limit, "distance"))


def test_blocks_of_distances_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = clouds(np.random.default_rng(5), 200, 0.3)
    whole = linked(single(vectors), 4.0)
    monkeypatch.setattr(ours, "_BLOCK", 700)
    assert partition(linked(single(vectors), 4.0)) == partition(whole)


def test_going_on_from_a_lower_limit_leads_to_the_same_groups() -> None:
    groups = single(clouds(np.random.default_rng(6), 300, 0.4))
    first = linked(groups, 3.0)
    assert 9 < len(np.unique(first)) < 300
    assert partition(linked(groups.merged(first), 8.0)[first]) == partition(linked(groups, 8.0))


def test_equal_distances_come_to_an_end() -> None:
    grid = np.stack(np.meshgrid(*[np.arange(4.0)] * 3), -1).reshape(-1, 3).astype(np.float32)
    assert len(partition(linked(single(grid), 0.99))) == 64
    pairs = partition(linked(single(grid), 1.0))
    assert all(len(pair) <= 2 for pair in pairs)
    assert len(partition(linked(single(grid), 100.0))) == 1
    assert len(partition(linked(single(np.zeros((50, 3), np.float32)), 0.0))) == 1


def test_no_group_and_one_group_are_left_as_they_are() -> None:
    assert linked(single(np.zeros((0, 3), np.float32)), 1.0).tolist() == []
    assert linked(single(np.zeros((1, 3), np.float32)), 1.0).tolist() == [0]


def test_two_who_are_seen_together_are_two_however_near() -> None:
    vectors = np.array([[0, 0], [0.01, 0], [0.02, 0], [5, 5]], np.float32)
    labels = linked(single(vectors, seen_together(4, (0, 1))), 1.0)
    assert labels[0] != labels[1]
    assert labels[2] == labels[1]  # the nearer one by rounding; the third is beside neither
    assert len(set(labels.tolist())) == 3


def test_two_people_in_the_same_frames_stay_apart_as_their_groups_grow() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(0, 0.1, (200, 8)).astype(np.float32)
    vectors[::2, 0] += 0.9
    together = seen_together(200, *((place, place + 1) for place in range(0, 200, 2)))
    labels = linked(single(vectors, together), 2.0)
    assert partition(labels) == {frozenset(range(0, 200, 2)), frozenset(range(1, 200, 2))}
    assert len(partition(linked(single(vectors), 2.0))) == 1


def test_a_mirror_in_one_frame_takes_few_faces_from_a_person() -> None:
    rng = np.random.default_rng(2)
    vectors = rng.normal(0, 0.1, (501, 8)).astype(np.float32)
    labels = linked(single(vectors, seen_together(501, (0, 500))), 1.0)
    assert np.bincount(labels).max() > 501 - 1 / 0.05
