import json

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from bench import sort
from bench.identifying import f_of, named


def test_strangers_and_faces_of_one_person_lie_as_the_head_of_the_bench_says() -> None:
    vectors, truth = sort.drawn(40_000, 2000, 1)
    _, first = np.unique(truth, return_index=True)
    apart = pdist(vectors[first])
    assert np.median(apart) == pytest.approx(0.83, abs=0.02)
    assert np.quantile(apart, 0.05) == pytest.approx(0.68, abs=0.02)
    assert np.quantile(apart, 0.001) == pytest.approx(0.57, abs=0.02)
    assert 0.002 < (apart < 0.6).mean() < 0.005
    often = [person for person, count in enumerate(np.bincount(truth)) if count >= 60]
    scatter = [np.sqrt(vectors[truth == person].var(0).sum()) for person in often]
    assert np.median(scatter) == pytest.approx(0.27, abs=0.03)
    assert np.quantile(scatter, [0.05, 0.95]) == pytest.approx([0.19, 0.35], abs=0.04)


def test_people_are_seen_unequally_often_some_once_and_chance_is_that_of_the_seed() -> None:
    vectors, truth = sort.drawn(5000, 100, 2)
    counts = np.bincount(truth)
    assert vectors.shape == (5000, 128)
    assert counts.min() == 1
    assert (counts == 1).sum() == 50
    assert counts[:100].min() >= 2
    assert counts[0] > 5 * np.median(counts[:100])
    assert (sort.drawn(5000, 100, 2)[0] == vectors).all()
    assert (sort.drawn(5000, 100, 3)[0] != vectors).any()


@pytest.mark.slow
def test_the_measure_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert sort.main(["--n", "2000", "--runs", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"seconds", "peak_mib", "bcubed_f", "exponent"} <= found.keys()
    assert found["scipy_average_linkage"].keys() >= {"seconds", "peak_mib", "bcubed_f"}
    assert found["people"] == 40
    assert found["tenth"]["n"] == 200
    assert 0 < found["seconds"] < 60
    assert 0.9 < found["bcubed_f"] <= 1
    assert 20 < found["peak_mib"] < 4096


@pytest.mark.parametrize("wrong", [["--n", "999"], ["--runs", "0"]])
def test_what_says_nothing_is_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        sort.main(wrong)


def test_who_is_like_nobody_is_alone() -> None:
    assert f_of(named(np.array([0, 0, -1, -1])), ["a", "a", "b", "c"]) == 1
    assert f_of(named(np.array([0, 0, 1, 1])), ["a", "a", "b", "c"]) == pytest.approx(2 * 0.75 / 1.75)
