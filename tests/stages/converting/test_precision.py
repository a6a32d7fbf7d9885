from pathlib import Path

import pytest
import torch

from omote.core.claims import claimed
from omote.stages.converting.precision import as_begun, picked
from omote.swapping.config import MakingConfig

CPU = torch.device("cpu")


@pytest.mark.parametrize("name", ["fp32", "bf16"])
def test_what_is_asked_for_is_what_is_picked(name: str) -> None:
    assert picked(MakingConfig.checked({"precision": name}), CPU).precision == name
    assert picked(MakingConfig(), CPU).precision in ("fp32", "bf16")


def test_an_output_is_gone_on_with_as_it_was_begun(tmp_path: Path) -> None:
    one, other = (MakingConfig.checked({"precision": name}) for name in ("fp32", "bf16"))
    with pytest.raises(KeyboardInterrupt), claimed(tmp_path / "out") as claim:
        assert as_begun(claim, "k", one, CPU) == one
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt), claimed(tmp_path / "out") as claim:
        assert as_begun(claim, "k", other, CPU) == one
        assert as_begun(claim, "another", other, CPU) == other
        raise KeyboardInterrupt
    with claimed(tmp_path / "out") as claim:
        assert as_begun(claim, "another", one, CPU) == other


@pytest.mark.parametrize("noted", ["", "no json", "[1]", '{"key": "k"}', '{"key": "k", "precision": "fp16"}'])
def test_what_cannot_be_gone_on_with_is_not(tmp_path: Path, noted: str) -> None:
    making = MakingConfig.checked({"precision": "fp32"})
    with claimed(tmp_path / "out") as claim:
        claim.note(noted)
        assert as_begun(claim, "k", making, CPU) == making
