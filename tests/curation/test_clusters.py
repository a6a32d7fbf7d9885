import tracemalloc

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage

from bench.identifying import f_of, named
from bench.sort import drawn
from omote.core.types import Floats
from omote.curation import clusters
from omote.curation.clusters import NOBODY, clustered, likeness_order
from omote.curation.linkage import Groups, Labels, _Near

_ONE_PERSON = 0.6


def agreement(labels: Labels, truth: Labels) -> float:
    return f_of(named(labels), named(truth))


def album(sizes: list[int], seed: int) -> tuple[Floats, Labels]:
    """Faces of people who are well apart, in mixed order."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    vectors = rng.normal(0, 0.08, (len(sizes), 128))[truth] + rng.normal(0, 0.025, (len(truth), 128))
    return vectors.astype(np.float32), truth


@pytest.mark.parametrize("seed", range(3))
def test_people_are_found_whatever_their_number_and_how_often_each_is_seen(seed: int) -> None:
    vectors, truth = album([300, 90, 25, 8, 3, 2], seed)
    assert clustered(list(vectors), _ONE_PERSON).tolist() == truth.tolist()
    assert clustered(list(vectors * 7), _ONE_PERSON * 7).tolist() == truth.tolist()


def test_it_agrees_with_scipys_average_linkage_on_hard_faces() -> None:
    vectors, truth = drawn(2000, 15, 1)
    exact = fcluster(linkage(vectors, "average"), _ONE_PERSON, "distance").astype(np.int64)
    labels = clustered(list(vectors), _ONE_PERSON)
    assert agreement(labels, exact) > 0.95
    assert agreement(labels, truth) >= agreement(exact, truth) - 0.01


def test_who_is_like_no_other_and_who_cannot_be_told_are_nobody() -> None:
    vectors, truth = album([30, 12, 1, 1], 3)
    faces: list[Floats | None] = [*vectors, None]
    labels = clustered(faces, _ONE_PERSON)
    assert labels.tolist() == [*np.where(truth < 2, truth, NOBODY), NOBODY]
    assert clustered([], _ONE_PERSON).tolist() == []
    assert clustered([None, None], _ONE_PERSON).tolist() == [NOBODY, NOBODY]
    assert clustered([vectors[0]], _ONE_PERSON).tolist() == [NOBODY]


def test_faces_with_the_vector_of_their_track_are_one_person_and_count_each() -> None:
    vectors, truth = album([10, 1], 4)
    (lonely,) = np.flatnonzero(truth == 1)
    labels = clustered([*vectors, *[vectors[lonely]] * 20], _ONE_PERSON)
    assert labels[:11].tolist() == (1 - truth).tolist()
    assert set(labels[11:].tolist()) == {0}


def test_of_people_seen_equally_often_who_comes_first_is_first() -> None:
    vectors, truth = album([6, 6, 6], 5)
    _, places = np.unique(truth, return_index=True)
    assert clustered(list(vectors), _ONE_PERSON)[np.sort(places)].tolist() == [0, 1, 2]


@pytest.mark.parametrize("count", [1500, 6000])
def test_the_order_of_faces_makes_no_difference(count: int) -> None:
    vectors, _ = drawn(count, count // 50, 2)
    order = np.random.default_rng(0).permutation(count)
    labels, moved = clustered(list(vectors), _ONE_PERSON), clustered(list(vectors[order]), _ONE_PERSON)
    assert agreement(moved, labels[order]) == 1
    assert np.bincount(moved + 1).tolist() == np.bincount(labels + 1).tolist()


def test_two_faces_of_one_frame_are_two_people_whatever_names_the_frame() -> None:
    rng = np.random.default_rng(6)
    vectors = list(rng.normal(0, 0.02, (80, 128)).astype(np.float32))
    assert set(clustered(vectors, _ONE_PERSON).tolist()) == {0}
    twins = [("clip", place // 2) for place in range(80)]
    labels = clustered(vectors, _ONE_PERSON, twins)
    assert (labels[::2] != labels[1::2]).all()
    alone = [("clip", place) for place in range(80)]
    assert set(clustered(vectors, _ONE_PERSON, alone).tolist()) == {0}


def test_many_faces_are_compared_with_few_others_in_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, truth = drawn(20_000, 400, 3)
    compared, search = 0, _Near.search

    def counted(near: _Near, groups: Groups, rows: Labels) -> None:
        nonlocal compared
        compared += len(groups) * len(rows)
        search(near, groups, rows)

    monkeypatch.setattr(_Near, "search", counted)
    tracemalloc.start()
    labels = clustered(list(vectors), _ONE_PERSON)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert agreement(labels, truth) >= 0.97
    assert compared < 0.5 * len(vectors) ** 2
    assert peak < 200 * 2**20  # a matrix of all distances is 763 MiB


def test_what_many_faces_lead_to_is_near_what_comparing_all_would(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = drawn(6000, 120, 4)
    by_steps = clustered(list(vectors), _ONE_PERSON)
    monkeypatch.setattr(clusters, "_FEW", 6000)
    assert agreement(by_steps, clustered(list(vectors), _ONE_PERSON)) > 0.98


def test_the_most_typical_face_comes_first_and_a_stranger_last() -> None:
    rng = np.random.default_rng(7)
    away = rng.permutation(np.arange(20.0))
    around = np.concatenate([away[:, None] * [0.01, 0], away[:, None] * [-0.01, 0], [[0, 3]], [[0, -3]]])
    order = likeness_order(around.astype(np.float32))
    assert sorted(order.tolist()) == list(range(42))
    assert sorted(order[-2:].tolist()) == [40, 41]
    far = np.linalg.norm(around[order], axis=1)
    assert (np.diff(far) >= -1e-6).all()
