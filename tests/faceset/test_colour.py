import numpy as np
import torch

from omote.faceset.colour import Tint, lab_of, rgb_of, tinted

# IEC 61966-2-1's matrix and the white that it gives, in float64.
MATRIX = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]], np.float64
)
WHITE = MATRIX.sum(1)


def slow_lab(rgb: np.ndarray) -> np.ndarray:
    """CIE 15 and sRGB by the definitions; (3, ...) RGB 0..1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.tensordot(MATRIX, linear, 1) / WHITE.reshape(3, *[1] * (rgb.ndim - 1))
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def slow_rgb(lab: np.ndarray) -> np.ndarray:
    y = (lab[0] + 16) / 116
    f = np.stack([y + lab[1] / 500, y, y - lab[2] / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * WHITE.reshape(3, *[1] * (lab.ndim - 1))
    linear = np.tensordot(np.linalg.inv(MATRIX), xyz, 1)
    bright = 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055
    return np.clip(np.where(linear <= 0.0031308, 12.92 * linear, bright), 0, 1)


def colours() -> torch.Tensor:
    """(4, 3, 33, 33): every colour of a cube of 16 steps a side, and black to white."""
    steps = np.linspace(0, 255, 16).round().astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), 0).reshape(3, -1)
    grey = np.tile(np.arange(256, dtype=np.uint8), (3, 2))[:, : 4 * 33 * 33 - cube.shape[1]]
    every = np.resize(np.concatenate([cube, grey], 1), (3, 4 * 33 * 33))
    return torch.from_numpy(every.reshape(3, 4, 33, 33).transpose(1, 0, 2, 3).copy())


def test_lab_is_cies_for_every_kind_of_colour() -> None:
    rgb = colours()
    for face, lab in zip(rgb.double().numpy() / 255, lab_of(rgb).numpy(), strict=True):
        np.testing.assert_allclose(lab, slow_lab(face), atol=2e-3)


def test_there_and_back_is_the_same() -> None:
    torch.testing.assert_close(rgb_of(lab_of(colours())), colours() / 255, atol=2e-5, rtol=0)


def test_a_tint_is_what_the_definition_gives_to_a_255th() -> None:
    rgb = colours()
    tint = Tint(torch.tensor([0.3, -0.3, 0.75, 0.0]), torch.tensor([[10.24, -10.24], [-64, 64], [0, 30], [-5, -5]]))
    made = rgb_of(tinted(lab_of(rgb), tint)).numpy()
    for face in range(4):
        lab, light = slow_lab(rgb[face].double().numpy() / 255), float(tint.light[face])
        lab[0] = lab[0] + (100 - lab[0]) * light if light >= 0 else lab[0] * (1 + light)
        lab[1:] += tint.shift[face].double().numpy()[:, None, None]
        np.testing.assert_allclose(made[face], slow_rgb(lab), atol=0.1 / 255)


def test_the_faces_are_not_changed_in_place() -> None:
    rgb = colours()
    before, lab = rgb.clone(), lab_of(rgb)
    kept = lab.clone()
    rgb_of(lab)
    assert torch.equal(rgb, before)
    assert torch.equal(lab, kept)
