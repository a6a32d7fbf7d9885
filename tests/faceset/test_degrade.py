import cv2
import numpy as np
import torch

from omote.core.types import Picture
from omote.faceset.degrade import Wear, softened, squeezed
from omote.faceset.jpeg import compressed


def faces(picture: Picture, count: int) -> torch.Tensor:
    rgb = torch.from_numpy(picture[100:164, 60:124].copy()).permute(2, 0, 1).float() / 255
    noise = torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(0)) * 0.2
    return (rgb * 0.8 + noise).repeat(count, 1, 1, 1)


def wear(count: int, **amounts: list[float]) -> Wear:
    whole = {"blur": [0.0] * count, "coarse": [1.0] * count, "quality": [0.0] * count, **amounts}
    return Wear(**{name: torch.tensor(values) for name, values in whole.items()})


def test_a_face_that_suffers_nothing_is_the_very_same(picture: Picture) -> None:
    rgb = faces(picture, 2)
    assert torch.equal(softened(rgb, wear(2)), rgb)
    assert torch.equal(squeezed(rgb, wear(2)), rgb)
    mixed = softened(rgb, wear(2, blur=[0.02, 0]))
    assert torch.equal(mixed[1], rgb[1])
    assert not torch.equal(mixed[0], rgb[0])


def test_blur_is_a_gaussian_of_the_drawn_width(picture: Picture) -> None:
    rgb = faces(picture, 2)
    made = softened(rgb, wear(2, blur=[1 / 64, 2.5 / 64]))
    for face, sigma in enumerate((1.0, 2.5)):
        truth = cv2.GaussianBlur(rgb[face].permute(1, 2, 0).numpy(), (31, 31), sigma)
        inside = slice(16, 48)  # beyond the border definitions differ
        got = made[face].permute(1, 2, 0).numpy()
        np.testing.assert_allclose(got[inside, inside], truth[inside, inside], atol=0.5 / 255)


def test_blur_keeps_an_even_face_even_up_to_the_border() -> None:
    flat = torch.full((1, 3, 64, 64), 0.6)
    torch.testing.assert_close(softened(flat, wear(1, blur=[0.05], coarse=[2.7])), flat)


def slow_coarse(line: np.ndarray, factor: float) -> np.ndarray:
    """Average over cells and interpolate between their middles, cell by cell."""
    side, cells = len(line), []
    for cell in range(int(np.ceil(side / factor))):
        begin, end = cell * factor, min((cell + 1) * factor, side)
        shares = [max(0.0, min(end, x + 1) - max(begin, x)) for x in range(side)]
        cells.append(np.dot(shares, line) / sum(shares))
    middles = [(cell + 0.5) * factor for cell in range(len(cells))]
    return np.asarray(np.interp(np.arange(side) + 0.5, middles, cells))


def test_a_lower_resolution_is_the_slow_exact_one(picture: Picture) -> None:
    rgb = faces(picture, 3)
    factors = [1.5, 2.0, 3.7]
    made = softened(rgb, wear(3, coarse=factors))
    for face, factor in enumerate(factors):
        slow = np.apply_along_axis(slow_coarse, 2, rgb[face].double().numpy(), factor)
        slow = np.apply_along_axis(slow_coarse, 1, slow, factor)
        np.testing.assert_allclose(made[face].numpy(), slow, atol=1e-5)


def test_only_the_chosen_are_compressed(picture: Picture) -> None:
    rgb = faces(picture, 2)
    made = squeezed(rgb, wear(2, quality=[0, 30]))
    assert torch.equal(made[0], rgb[0])
    assert torch.equal(made[1], compressed(rgb, torch.tensor([30.0, 30]))[1])
