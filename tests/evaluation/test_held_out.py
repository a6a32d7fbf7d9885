from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from omote.evaluation.held_out import MOST_PSNR, Judge, Restored, held_out, measures, restored
from omote.faceset.batch import Batch
from omote.faceset.load import Faceset, digest_of
from omote.faceset.split import split
from omote.models.base import Decoded, Side, SwapNetwork
from omote.training.losses.lpips import Lpips, alexnet


class Mirror(SwapNetwork):
    """Gives back what it reads; of B brighter."""

    input_size = output_size = 32

    def encode(self, face_BCHW: Tensor) -> Tensor:
        return face_BCHW

    def decode(self, code: Tensor, side: Side) -> Decoded:
        return Decoded(code if side == "a" else code + 0.1, None)


@pytest.fixture
def true() -> Batch:
    """Faces that look like something, masked to a half of the picture."""
    torch.manual_seed(3)
    faces = 0.2 + 0.5 * functional.interpolate(torch.rand(3, 3, 6, 6), (32, 32), mode="bilinear")
    mask = torch.zeros(3, 1, 32, 32)
    mask[..., :16] = 1
    return Batch(faces, faces, mask, mask, mask)


def judge(size: int = 32) -> Judge:
    return Judge(size, None)


def test_held_out_faces_are_those_that_are_not_learnt_from_at_the_sizes_asked_for() -> None:
    faces = torch.arange(40, dtype=torch.uint8).view(40, 1, 1, 1).expand(40, 6, 84, 84).contiguous()
    ids = tuple(f"{number:02}" for number in range(40))
    frames = tuple(f"clip/{number}" for number in range(40))
    whole = Faceset(faces, torch.zeros(40, 68, 2), torch.zeros(40, 2), frames, ids, 64, digest_of(ids))
    batches = held_out(whole, 20, 32, 64, torch.device("cpu"))
    assert [(each.feed.shape[2], each.target.shape[2]) for each in batches] == [(32, 64)] * len(batches)
    shown = torch.cat([each.target[:, 0, 0, 0] for each in batches]) * 255
    _, held = split(whole, 20)
    torch.testing.assert_close(shown, held.float())
    assert held_out(whole, 0, 32, 64, torch.device("cpu")) == []


def test_what_is_restored_without_a_fault_is_perfect_and_what_is_brighter_is_as_far_off_as_it_is(true: Batch) -> None:
    ((*perfect,),) = restored(Mirror(), "a", [true], judge())
    assert all(row.ssim == pytest.approx(1, abs=1e-5) and row.psnr == MOST_PSNR for row in perfect)
    ((*brighter,),) = restored(Mirror(), "b", [true], judge())
    assert all(row.psnr == pytest.approx(20, abs=1e-3) for row in brighter)
    assert all(row.ssim < 0.999 for row in brighter)


def test_only_what_lies_in_the_mask_counts(true: Batch) -> None:
    made = true.target.clone()
    made[..., 24:] = 0
    assert all(row.psnr == MOST_PSNR for row in judge().compare(made, true))
    made[..., :8] = 0
    assert all(row.psnr < 15 for row in judge().compare(made, true))


def test_faces_of_another_size_are_brought_to_the_one_of_all(true: Batch) -> None:
    larger = true._replace(
        **{
            name: functional.interpolate(getattr(true, name), (64, 64), mode="bilinear")
            for name in ("target", "mask", "eyes", "mouth")
        }
    )
    ((*rows,),) = restored(Mirror(), "a", [larger], judge(64))
    assert all(25 < row.psnr < MOST_PSNR for row in rows)


def test_figures_are_of_each_person_and_what_is_not_known_is_left_out() -> None:
    nan = float("nan")
    rows = {"a": [Restored(0.8, 30, nan), Restored(0.6, 20, nan)], "b": [Restored(0.5, 25, 0.2)]}
    told = {(each.name, each.group): each for each in measures(rows)}  # type: ignore[arg-type]
    assert told["SSIM of restored faces", "held-out faces of A"].value == pytest.approx(0.7)
    assert told["SSIM of restored faces", "held-out faces of A"].n == 2
    assert told["LPIPS of restored faces", "held-out faces of B"].value == pytest.approx(0.2)
    assert ("LPIPS of restored faces", "held-out faces of A") not in told
    assert len(told) == 5


def test_without_weights_lpips_is_left_out_and_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMOTE_WEIGHTS", "XDG_CACHE_HOME", "TORCH_HOME", "UNIFACE_CACHE_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr("omote.training.losses.at_hand._package", lambda name: [])
    made, said = Judge.at_hand(64, torch.device("cpu"))
    assert made == Judge(64, None) or made.lpips is None
    assert said.startswith("LPIPS is left out: weights are not at hand")


def test_lpips_is_a_mean_inside_the_mask(true: Batch) -> None:
    torch.manual_seed(0)
    network = Lpips(alexnet(), [torch.rand(1, channels, 1, 1) for channels in (64, 192, 384, 256, 256)])
    sees = Judge(64, network)
    whole = true._replace(target=functional.interpolate(true.target, (64, 64)), mask=torch.ones(3, 1, 64, 64))
    assert all(row.lpips == 0 for row in sees.compare(whole.target, whole))
    apart = [row.lpips for row in sees.compare(whole.target.flip(3), whole)]
    assert min(apart) > 0
    half = [row.lpips for row in sees.compare(whole.target.flip(3), whole._replace(mask=0.5 * whole.mask))]
    assert half == pytest.approx(apart, rel=1e-5)
