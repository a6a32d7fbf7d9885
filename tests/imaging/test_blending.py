from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from omote.core.types import Floats, Picture, Region
from omote.imaging.blending import blend, blend_light, region_around, unit
from omote.imaging.linear import Curve

DEPTHS = (np.uint8, np.uint16)


def parts(picture: Picture, depth: type[np.unsignedinteger[Any]]) -> tuple[npt.NDArray[Any], Floats, Floats]:
    """A plate of the depth, a face, and a mask that is 0 at the top and 1 at the bottom."""
    rng = np.random.default_rng(0)
    plate = picture[::4, ::4].astype(depth)
    if depth == np.uint16:
        plate = (plate * 257 + rng.integers(-90, 90, plate.shape)).clip(0, 65535).astype(depth)
    mask: Floats = np.asarray(rng.random(plate.shape[:2]), np.float32)
    mask[:10], mask[-10:] = 0, 1
    return plate, np.asarray(rng.random(plate.shape), np.float32), mask


def test_a_region_holds_its_points_and_ends_at_the_picture() -> None:
    points = np.array([[-4, 3.2], [20.5, 11]], np.float32)
    assert region_around(points) == Region(-4, 3, 21, 11)
    assert region_around(points).within(15, 220) == Region(0, 3, 15, 11)


def test_a_region_outside_the_picture_is_empty() -> None:
    region = region_around(np.array([[300, 10], [320, 30]], np.float32)).within(240, 220)
    assert region.width == 0


def test_the_whole_range_of_both_depths_is_0_to_1() -> None:
    assert unit(np.array([0, 51, 255], np.uint8)).tolist() == pytest.approx([0, 0.2, 1])
    assert unit(np.array([0, 13107, 65535], np.uint16)).tolist() == pytest.approx([0, 0.2, 1])


@pytest.mark.parametrize("depth", DEPTHS)
def test_blend_is_the_weighted_mean_with_the_mask_applied_once(
    picture: Picture, depth: type[np.unsignedinteger[Any]]
) -> None:
    plate, face, mask = parts(picture, depth)
    full = np.iinfo(depth).max
    slow = [
        [[p * (1 - float(m)) + full * float(f) * float(m) for p, f in zip(*colours, strict=True)]
         for *colours, m in zip(*row, strict=True)]
        for row in zip(plate.tolist(), face.tolist(), mask.tolist(), strict=True)
    ]  # fmt: skip
    out = blend(plate, face, mask)
    np.testing.assert_allclose(out, slow, atol=0.51)
    assert out.dtype == depth
    assert np.array_equal(out[:10], plate[:10])


def test_what_is_too_bright_is_cut() -> None:
    plate, mask = np.full((2, 2, 3), 250, np.uint8), np.ones((2, 2), np.float32)
    assert (blend(plate, np.full((2, 2, 3), 1.2, np.float32), mask) == 255).all()
    assert (blend(plate, np.full((2, 2, 3), -0.2, np.float32), mask) == 0).all()


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("curve", ["srgb", "bt709"])
def test_in_linear_light_it_is_the_mean_of_light(
    picture: Picture, depth: type[np.unsignedinteger[Any]], curve: Curve
) -> None:
    plate, face, mask = parts(picture, depth)
    full = float(np.iinfo(depth).max)

    def light(value: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        value = value.astype(np.float64)
        if curve == "srgb":
            return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
        return np.where(value < 0.081, value / 4.5, ((value + 0.099) / 1.099) ** (1 / 0.45))

    mixed = light(plate / full) * (1 - mask[..., None]) + light(face) * mask[..., None]
    if curve == "srgb":
        slow = np.where(mixed <= 0.0031308, mixed * 12.92, 1.055 * mixed ** (1 / 2.4) - 0.055)
    else:
        slow = np.where(mixed < 0.018, mixed * 4.5, 1.099 * mixed**0.45 - 0.099)
    out = blend_light(plate, face, mask, curve)
    np.testing.assert_allclose(out / full, slow, atol=0.5 / full + 4e-4)
    assert np.array_equal(out[:10], plate[:10])
