import math

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from omote.training.losses.flip import Flip
from tests.training.losses.fakes import Doubles, alike, doubles

PPD = 0.7 * (3840 / 0.7) * math.pi / 180
MATRIX = np.array([
    [10135552 / 24577794, 8788810 / 24577794, 4435075 / 24577794],
    [2613072 / 12288897, 8788810 / 12288897, 887015 / 12288897],
    [1425312 / 73733382, 8788810 / 73733382, 70074185 / 73733382],
])  # fmt: skip
WHITE = MATRIX.sum(1)[:, None, None]


def to_xyz(light: Doubles) -> Doubles:
    return np.tensordot(MATRIX, light, 1)


def lab(xyz: Doubles) -> Doubles:
    t = xyz / WHITE
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def hunt(colours: Doubles) -> Doubles:
    return np.stack([colours[0], 0.01 * colours[0] * colours[1], 0.01 * colours[0] * colours[2]])


def hyab(first: Doubles, second: Doubles) -> Doubles:
    apart = first - second
    return np.asarray(np.abs(apart[0]) + np.hypot(apart[1], apart[2]))


def ycxcz(rgb: Doubles) -> Doubles:
    light = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    x, y, z = to_xyz(light) / WHITE
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def as_seen(picture: Doubles) -> Doubles:
    reach = math.ceil(3 * math.sqrt(0.04 / (2 * math.pi**2)) * PPD)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1] / PPD
    blurred = []
    for channel, (a1, b1, a2, b2) in zip(
        picture, [(1, 0.0047, 0, 1e-5), (1, 0.0053, 0, 1e-5), (34.1, 0.04, 13.5, 0.025)], strict=True
    ):
        kernel = sum(
            a * math.sqrt(math.pi / b) * np.exp(-(math.pi**2) * (x**2 + y**2) / b) for a, b in ((a1, b1), (a2, b2))
        )
        blurred.append(ndimage.correlate(channel, kernel / kernel.sum(), mode="nearest"))
    light, cx, cz = blurred
    level = (light + 16) / 116
    xyz = np.stack([level + cx / 500, level, level - cz / 200]) * WHITE
    rgb = np.clip(np.tensordot(np.linalg.inv(MATRIX), xyz, 1), 0, 1)
    return hunt(lab(to_xyz(rgb)))


def feature_strength(light: Doubles, kind: str) -> Doubles:
    spread = 0.5 * 0.082 * PPD
    reach = math.ceil(3 * spread)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    bell = np.exp(-(x**2 + y**2) / (2 * spread**2))
    kernel = -x * bell if kind == "edge" else (x**2 / spread**2 - 1) * bell
    kernel = np.where(kernel < 0, kernel / -kernel[kernel < 0].sum(), kernel / kernel[kernel > 0].sum())
    normal = (light + 16) / 116
    down, across = (ndimage.correlate(normal, turned, mode="nearest") for turned in (kernel, kernel.T))
    return np.asarray(np.hypot(down, across))


def slow_flip(first: Doubles, second: Doubles) -> Doubles:
    one, other = ycxcz(first), ycxcz(second)
    ends = [hunt(lab(to_xyz(np.array(colour, np.float64)[:, None, None]))) for colour in ((0, 1, 0), (0, 0, 1))]
    most = hyab(*ends).item() ** 0.7
    colour = hyab(as_seen(one), as_seen(other)) ** 0.7
    knee = 0.4 * most
    colour = np.where(colour < knee, 0.95 / knee * colour, 0.95 + (colour - knee) / (most - knee) * 0.05)
    edges, points = (
        np.abs(feature_strength(one[0], kind) - feature_strength(other[0], kind)) for kind in ("edge", "point")
    )
    return np.asarray(colour ** (1 - np.sqrt(np.maximum(edges, points) / math.sqrt(2))))


@pytest.mark.parametrize("kind", ["alike", "noise"])
def test_the_map_is_what_the_definition_says(kind: str) -> None:
    first, second = alike(2, 30, 41, seed=6) if kind == "alike" else torch.rand(2, 2, 3, 30, 41)
    seen = Flip().seen(first, second)
    for face in range(2):
        true = slow_flip(doubles(first[face]), doubles(second[face]))
        np.testing.assert_allclose(doubles(seen[face, 0]), true, atol=2e-3)
        assert np.abs(doubles(seen[face, 0]) - true).mean() < 5e-5


@pytest.mark.parametrize(("first", "second", "least"), [((0, 1, 0), (0, 0, 1), 0.999), ((0, 0, 0), (1, 1, 1), 0.9)])
def test_the_furthest_colours_are_one_apart(first: tuple[float, ...], second: tuple[float, ...], least: float) -> None:
    one, other = (
        torch.tensor(c, dtype=torch.float32)[None, :, None, None].expand(1, 3, 32, 32) for c in (first, second)
    )
    seen = Flip().seen(one, other)
    assert least < seen.min() <= seen.max() <= 1 + 1e-5


def test_equal_pictures_are_not_told_apart_and_have_no_slope(pictures: tuple[Tensor, Tensor]) -> None:
    made = pictures[0].clone().requires_grad_()
    error = Flip()(made, pictures[0], torch.ones(2, 1, 37, 44))
    assert not error.any()
    (slope,) = torch.autograd.grad(error.sum(), made)
    assert slope.isfinite().all()
