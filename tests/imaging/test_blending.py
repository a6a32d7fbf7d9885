import numpy as np

from omote.core.types import Picture, Region
from omote.imaging.blending import blend, region_around


def test_a_region_holds_its_points_and_ends_at_the_picture() -> None:
    points = np.array([[-4, 3.2], [20.5, 11]], np.float32)
    assert region_around(points) == Region(-4, 3, 21, 11)
    assert region_around(points).within(15, 220) == Region(0, 3, 15, 11)


def test_a_region_outside_the_picture_is_empty() -> None:
    region = region_around(np.array([[300, 10], [320, 30]], np.float32)).within(240, 220)
    assert region.width == 0


def test_a_part_is_found_again_in_the_whole(picture: Picture) -> None:
    whole, part = Region(3, 4, 60, 70), Region(10, 20, 30, 25)
    assert np.array_equal(part.seen_from(whole).of(whole.of(picture)), part.of(picture))


def test_a_region_is_a_view(picture: Picture) -> None:
    region = Region(3, 4, 10, 20)
    region.of(picture)[...] = 7
    assert (picture[4:20, 3:10] == 7).all()
    assert region.of(picture).shape == (region.height, region.width, 3)


def test_blend_is_the_weighted_mean(picture: Picture) -> None:
    rng = np.random.default_rng(0)
    face = rng.random(picture.shape, np.float32)
    mask = rng.random(picture.shape[:2], np.float32)
    mask[:50], mask[-50:] = 0, 1
    out = blend(picture, face, mask)
    slow = np.array(
        [
            [p * (1 - m) + 255 * f * m for p, f, m in zip(*row, strict=True)]
            for row in zip(picture, face, mask, strict=True)
        ]
    )
    np.testing.assert_allclose(out, slow, atol=0.51)
    assert np.array_equal(out[:50], picture[:50])
    np.testing.assert_allclose(out[-50:], face[-50:] * 255, atol=0.51)
