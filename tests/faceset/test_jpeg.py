import cv2
import numpy as np
import pytest
import torch

from omote.core.types import Picture
from omote.faceset.jpeg import compressed


def libjpeg(picture: Picture, quality: int) -> np.ndarray:
    sampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality, *sampling])
    read = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert read is not None
    return np.asarray(read[..., ::-1])


def tensor(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].float() / 255


@pytest.mark.parametrize("quality", [10, 30, 50, 75, 90])
def test_it_does_what_libjpeg_does(picture: Picture, quality: int) -> None:
    rgb = picture[:96, :96]
    made = (compressed(tensor(rgb), torch.tensor([float(quality)])) * 255).round()
    # libjpeg also rounds what lies between its steps, so that a wave half way between two multiples may go either way.
    off = (made - tensor(libjpeg(rgb, quality)) * 255).abs()
    assert off.mean() < 0.8
    assert off.quantile(0.99) <= 6


def test_faces_of_one_batch_have_their_own_quality(picture: Picture) -> None:
    rgb = tensor(picture[:64, :64]).repeat(3, 1, 1, 1)
    lost = (compressed(rgb, torch.tensor([90.0, 40, 10])) - rgb).abs().mean((1, 2, 3))
    assert lost[0] < lost[1] < lost[2]


def test_sides_need_not_be_whole_blocks(picture: Picture) -> None:
    rgb = tensor(picture[:75, :61])
    made = compressed(rgb, torch.tensor([60.0]))
    assert made.shape == rgb.shape
    assert (made - tensor(libjpeg(picture[:75, :61], 60))).abs().quantile(0.98) < 4 / 255


def test_within_a_block_at_the_lowest_quality_hardly_more_than_one_luma_is_left() -> None:
    noise = torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(0)).expand(1, 3, 32, 32) * 0.2 + 0.4
    made = compressed(noise, torch.tensor([1.0]))
    blocks = made[0, 0].reshape(4, 8, 4, 8)
    assert blocks.std((1, 3)).max() < 1e-3
