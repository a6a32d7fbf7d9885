from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from omote.core.errors import SettingError
from omote.runtime.weight_file import read_weight_file

WEIGHTS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.ones(2)}


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth", "inner.pt"])
def test_weights_come_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("safetensors"):
        save_file(WEIGHTS, path)
    else:
        torch.save({"state_dict": WEIGHTS, "epoch": 3} if name.startswith("inner") else WEIGHTS, path)
    found = read_weight_file(path)
    assert found.keys() == WEIGHTS.keys()
    assert all(torch.equal(found[key], WEIGHTS[key]) for key in WEIGHTS)


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("run",)


@pytest.mark.parametrize(("what", "said"), [
    (Evil(), "damaged weight file"), ([1, 2], "not a file of weights"), ({"a": 1}, "not a file of weights"),
])  # fmt: skip
def test_nothing_but_tensors_is_read(
    tmp_path: Path, what: object, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save(what, tmp_path / "w.pth")
    with pytest.raises(SettingError, match=rf"{said}.*w\.pth"):
        read_weight_file(tmp_path / "w.pth")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth"])
def test_a_missing_or_damaged_file_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingError, match="no such weight file"):
        read_weight_file(tmp_path / name)
    (tmp_path / name).write_bytes(b"\x80\x02nothing")
    with pytest.raises(SettingError, match="damaged weight file"):
        read_weight_file(tmp_path / name)
