from collections.abc import Iterator
from typing import NoReturn

import pytest
import torch

from omote.core.errors import SettingError
from omote.runtime.team import Team
from omote.stages.learning.memory import faces_explained, memory_explained
from omote.training.config import LearnConfig
from omote.training.run import Run


class Full(Run):
    """A run that is told how large its batches are, and nothing else."""

    def __init__(self, batch: int) -> None:
        self.config = LearnConfig(batch_size=batch)
        self.team = Team(0, 1, torch.device("cpu"))


def fail(fault: BaseException) -> NoReturn:
    raise fault


@pytest.fixture(
    params=[torch.OutOfMemoryError("CUDA out of memory"), MemoryError(), RuntimeError("can't allocate memory")]
)
def fault(request: pytest.FixtureRequest) -> Iterator[BaseException]:
    yield request.param


def test_on_a_cpu_half_the_batch_is_advised(fault: BaseException) -> None:
    with pytest.raises(SettingError) as said, memory_explained(Full(16)):
        fail(fault)
    assert str(said.value) == "out of memory at batch 16 (--batch-size 8, say)"
    assert said.value.__cause__ is fault
    assert fault.__traceback__ is None  # its frames would hold what filled the memory


def test_nothing_is_smaller_than_one_face() -> None:
    with (
        pytest.raises(SettingError, match=r"not even 1 would fit \(choose a smaller network\)"),
        memory_explained(Full(1)),
    ):
        fail(MemoryError())


def test_on_a_gpu_the_size_is_found_by_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omote.training.fitting.fitting", lambda run: run.config.batch_size - 5)
    with (
        pytest.raises(SettingError, match=r"at batch 16: about 11 would fit \(--batch-size 11\)"),
        memory_explained(Full(16)),
    ):
        fail(torch.OutOfMemoryError("CUDA out of memory"))


def test_other_faults_pass_as_they_are() -> None:
    fault = RuntimeError("size mismatch")
    with pytest.raises(RuntimeError) as said, memory_explained(Full(16)):
        fail(fault)
    assert said.value is fault


def test_without_a_fault_nothing_happens() -> None:
    with memory_explained(Full(16)):
        done = True
    assert done


def test_faces_that_do_not_fit_are_told_where_they_may_lie(fault: BaseException) -> None:
    with (
        pytest.raises(SettingError, match=r"do not fit on the device \(--set learn\.data\.keep=memory"),
        faces_explained(),
    ):
        fail(fault)


def test_other_faults_go_through() -> None:
    with pytest.raises(RuntimeError, match="shapes differ"), faces_explained():
        fail(RuntimeError("shapes differ"))
