import numpy as np

from omote.core.types import Floats
from omote.curation.chain import chained


def way(vectors: Floats) -> float:
    return float(np.linalg.norm(np.diff(vectors, axis=0), axis=1).sum())


def test_points_of_a_curve_are_walked_from_end_to_end() -> None:
    t = np.sort(np.random.default_rng(1).uniform(0, 2, 500))
    curve = np.stack([t, np.sin(t), t**2], 1).astype(np.float32)
    shuffled = np.random.default_rng(2).permutation(500)
    order = shuffled[chained(curve[shuffled])]
    assert sorted(order) == list(range(500))
    assert abs(np.corrcoef(order, np.arange(500))[0, 1]) > 0.999


def test_heaps_are_walked_one_after_the_other() -> None:
    rng = np.random.default_rng(3)
    heaps = rng.permutation(np.repeat(np.arange(8), 50))
    vectors = (rng.normal(0, 1, (8, 10))[heaps] + rng.normal(0, 0.05, (400, 10))).astype(np.float32)
    walked = heaps[chained(vectors)]
    assert (np.diff(walked) != 0).sum() <= 14  # 7 would be none broken
    assert way(vectors[chained(vectors)]) < 0.3 * way(vectors)


def test_few_and_equal_ones_will_do() -> None:
    assert chained(np.zeros((0, 3), np.float32)).tolist() == []
    assert chained(np.ones((1, 3), np.float32)).tolist() == [0]
    assert sorted(chained(np.ones((200, 3), np.float32))) == list(range(200))
