import numpy as np
import pytest
import torch
from torch import Tensor

from omote.training.losses.pyramid import Laplacian, pyramid
from tests.training.losses.fakes import Doubles, alike, doubles

BINOMIAL = {-2: 1 / 16, -1: 4 / 16, 0: 6 / 16, 1: 4 / 16, 2: 1 / 16}


def reduced(line: Doubles) -> Doubles:
    small = []
    for at in range(0, len(line), 2):
        near = [(share, line[at + step]) for step, share in BINOMIAL.items() if 0 <= at + step < len(line)]
        small.append(sum(share * value for share, value in near) / sum(share for share, _ in near))
    return np.array(small)


def expanded(line: Doubles, length: int) -> Doubles:
    large = []
    for at in range(length):
        near = [(BINOMIAL[at - 2 * i], value) for i, value in enumerate(line) if at - 2 * i in BINOMIAL]
        large.append(sum(share * value for share, value in near) / sum(share for share, _ in near))
    return np.array(large)


def slow_levels(picture: Doubles) -> list[Doubles]:
    levels: list[Doubles] = []
    while len(levels) < 5 and min(picture.shape) >= 4:
        small = np.apply_along_axis(reduced, 1, np.apply_along_axis(reduced, 0, picture))
        tall = np.apply_along_axis(expanded, 0, small, picture.shape[0])
        levels.append(picture - np.apply_along_axis(expanded, 1, tall, picture.shape[1]))
        picture = small
    return [*levels, picture]


def test_levels_are_what_the_definition_says() -> None:
    picture = torch.rand(1, 1, 21, 40)
    levels, true = pyramid(picture), slow_levels(doubles(picture[0, 0]))
    assert [tuple(level.shape[-2:]) for level in levels] == [(21, 40), (11, 20), (6, 10), (3, 5)]
    for level, truth in zip(levels, true, strict=True):
        np.testing.assert_allclose(doubles(level[0, 0]), truth, atol=1e-6)


def test_large_pictures_have_five_levels_and_the_rest() -> None:
    assert [level.shape[-1] for level in pyramid(torch.rand(1, 1, 256, 256))] == [256, 128, 64, 32, 16, 8]


def test_flat_pictures_have_no_detail() -> None:
    *detail, rest = pyramid(torch.full((1, 3, 50, 33), 0.7))
    assert all(level.abs().max() < 1e-6 for level in detail)
    torch.testing.assert_close(rest, torch.full_like(rest, 0.7))


def test_the_error_is_the_sum_of_the_levels_means(pictures: tuple[Tensor, Tensor]) -> None:
    first, second = pictures
    error = Laplacian()(first, second, torch.ones(2, 1, 37, 44))
    for face in range(2):
        true = np.mean([
            [np.abs(one - other).mean() for one, other in zip(*levels, strict=True)]
            for levels in (
                [slow_levels(doubles(picture[face, channel])) for picture in pictures] for channel in range(3)
            )
        ], 0).sum()  # fmt: skip
        assert error[face].item() == pytest.approx(true, rel=1e-5)


def test_error_where_no_pixel_counts_is_not_seen_at_any_level() -> None:
    true, _ = alike(1, 64, 64, seed=2)
    made = true.clone()
    made[..., 62:, 62:] += 0.5
    weight = torch.ones(1, 1, 64, 64)
    weight[..., 32:, 32:] = 0
    whole = Laplacian()(made, true, torch.ones(1, 1, 64, 64))
    assert Laplacian()(made, true, weight) < 0.02 * whole
