import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from bench import train_networks
from bench.train_defaults import Drawn
from bench.train_networks import Resized, Terms, compare, main, settings
from omote.core.errors import SettingError
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.registry import build
from omote.training.config import LearnConfig
from omote.training.phases import Limits
from omote.training.run import base_rate


class Mirror(SwapNetwork):
    """Gives back what it reads."""

    input_size = output_size = 32

    def encode(self, face_BCHW: Tensor) -> Tensor:
        return face_BCHW

    def decode(self, code: Tensor, side: Side) -> Decoded:
        return Decoded(code, code[:, :1])


def test_each_network_learns_at_its_own_rate_and_all_else_is_the_same() -> None:
    chosen = {name: settings(name, [], 4, 0) for name in ("nano", "original")}
    assert base_rate(chosen["nano"], build("nano", {})) == 1e-3
    assert base_rate(chosen["original"], Mirror()) == Mirror.learning_rate == 5e-5
    assert chosen["nano"].model_copy(update={"network": "original"}) == chosen["original"]


def test_options_are_of_the_network_that_they_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[LearnConfig] = []

    def compared(on: Drawn, chosen: list[LearnConfig], terms: Terms) -> list[dict[str, Any]]:
        seen.extend(chosen)
        return []

    monkeypatch.setattr(train_networks, "compare", compared)
    monkeypatch.setattr(train_networks, "drawn", lambda *_: Drawn({}, tmp_path, []))
    monkeypatch.setattr(train_networks, "true_swap_ssim", lambda *_: 0.5)
    options = ["--option", "dlight.output_size=128", "--option", "dlight.details=fast"]
    assert main(["--work", str(tmp_path), "--networks", "nano,dlight", *options]) == 0
    assert [(each.network, each.options) for each in seen] == [
        ("nano", {}), ("dlight", {"output_size": 128, "details": "fast"}),
    ]  # fmt: skip
    with pytest.raises(SystemExit):
        main(["--work", str(tmp_path), "--networks", "nano", *options])
    with pytest.raises(SettingError):
        settings("nano", ["learn_mask"], 4, 0)


def test_a_network_at_another_size_makes_the_same_faces_larger_or_smaller() -> None:
    ramp = torch.linspace(0.1, 0.9, 32).expand(1, 3, 32, 32)
    for size in (16, 32, 64):
        made = Resized(Mirror(), size)(ramp, "a").face
        assert made.shape == (1, 3, size, size)
        middle = (torch.arange(size) + 0.5) / size  # in the middle a ramp stays the ramp that it is
        wanted = 0.1 + 0.8 * (middle * 32 - 0.5) / 31
        torch.testing.assert_close(
            made[0, 0, size // 2, size // 4 : -size // 4], wanted[size // 4 : -size // 4], atol=2e-3, rtol=0
        )


def test_what_is_kept_is_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[str] = []

    def result(learn: LearnConfig, terms: Terms, on: Drawn, place: Path) -> Mapping[str, float]:
        place.mkdir()
        trained.append(learn.network)
        return {"true_swap_ssim": float(len(trained))}

    monkeypatch.setattr(train_networks, "result", result)
    on = Drawn({}, tmp_path / "plate.mp4", [])
    chosen = [settings(name, [], 4, 0) for name in ("nano", "original")]
    rows = compare(on, chosen, Terms(Limits(5)))
    assert [(row["network"], row["true_swap_ssim"]) for row in rows] == [("nano", 1.0), ("original", 2.0)]
    assert compare(on, chosen, Terms(Limits(5))) == rows
    assert trained == ["nano", "original"]
    compare(on, chosen[:1], Terms(Limits(5), 64))
    assert trained == ["nano", "original", "nano"]
    assert len([json.loads(line) for line in (tmp_path / "networks.jsonl").read_text().splitlines()]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["networks.jsonl"]
