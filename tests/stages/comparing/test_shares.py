import os

import pytest

from omote.stages.comparing.shares import cores_here, shares


def test_each_training_has_cores_of_its_own() -> None:
    found = shares(3, [0, 1, 2, 3, 8, 9, 10], [])
    assert sorted(core for share in found for core in share.cores) == [0, 1, 2, 3, 8, 9, 10]
    assert {share.threads for share in found} == {2, 3}
    assert all(share.threads == len(share.cores) for share in found)


def test_where_there_are_too_few_they_are_shared() -> None:
    found = shares(5, [4, 6], ["0", "2"])
    assert [share.cores for share in found] == [(4,), (6,), (4,), (6,), (4,)]
    assert [share.gpu for share in found] == ["0", "2", "0", "2", "0"]


def test_a_system_that_does_not_name_its_cores_shares_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert [(share.cores, share.threads) for share in shares(3, [], [])] == [((), 2)] * 3
    assert shares(99, [], [])[0].threads == 1


def test_a_process_is_told_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    with_gpu, without = shares(1, [0, 1], ["GPU-1a"])[0], shares(1, [0, 1], [])[0]
    assert with_gpu.environment()["CUDA_VISIBLE_DEVICES"] == "GPU-1a"
    assert "CUDA_VISIBLE_DEVICES" not in without.environment()
    assert without.environment()["OMP_NUM_THREADS"] == "2"
    assert without.environment()["PATH"] == os.environ["PATH"]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system does not name its cores")
def test_the_cores_are_those_that_this_process_may_use() -> None:
    assert set(cores_here()) == os.sched_getaffinity(0)
