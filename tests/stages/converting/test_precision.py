from pathlib import Path

import pytest

from omote.core.claims import claimed
from omote.stages.converting.precision import as_begun, picked
from omote.swapping.config import MakingConfig


@pytest.mark.parametrize("name", ["fp32", "bf16"])
def test_what_is_asked_for_is_what_is_picked(name: str) -> None:
    assert picked(MakingConfig.checked({"precision": name}), "cpu").precision == name
    assert picked(MakingConfig(), "cpu").precision in ("fp32", "bf16")


def test_an_output_is_gone_on_with_as_it_was_begun(tmp_path: Path) -> None:
    one, other = (MakingConfig.checked({"precision": name}) for name in ("fp32", "bf16"))
    with pytest.raises(KeyboardInterrupt), claimed(tmp_path / "out") as claim:
        assert as_begun(claim, "k", one, "cpu") == one
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt), claimed(tmp_path / "out") as claim:
        assert as_begun(claim, "k", other, "cpu") == one
        assert as_begun(claim, "another", other, "cpu") == other
        raise KeyboardInterrupt
    with claimed(tmp_path / "out") as claim:
        assert as_begun(claim, "another", one, "cpu") == other


@pytest.mark.parametrize("noted", ["", "no json", "[1]", '{"key": "k"}', '{"key": "k", "precision": "fp16"}'])
def test_what_cannot_be_gone_on_with_is_not(tmp_path: Path, noted: str) -> None:
    making = MakingConfig.checked({"precision": "fp32"})
    with claimed(tmp_path / "out") as claim:
        claim.note(noted)
        assert as_begun(claim, "k", making, "cpu") == making
