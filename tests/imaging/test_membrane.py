import numpy as np

from omote.core.types import Floats
from omote.imaging.membrane import find_membrane, lay_membrane

SIDE = 22


def parts() -> tuple[Floats, Floats, Floats]:
    """A face of rough detail, a smooth plate, and a mask that is no rectangle and reaches the picture's lower edge."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    face = np.random.default_rng(0).uniform(0.3, 0.5, (SIDE, SIDE, 3)).astype(np.float32)
    plate = np.stack([x, y, 0.5 * x * y + 0.2 * np.sin(9 * x)], -1).astype(np.float32) * 0.6
    mask = (np.hypot((x - 0.5) / 0.33, (y - 0.7) / 0.45) < 1).astype(np.float32)
    return face, plate, mask


def exact(face: Floats, plate: Floats, inside: Floats) -> Floats:
    """Poisson's equation, each pixel a line of one system: the face's differences inside, the plate around."""
    number = {tuple(at): n for n, at in enumerate(np.argwhere(inside > 0).tolist())}
    system, right = np.zeros((len(number), len(number))), np.zeros((len(number), 3))
    for (y, x), row in number.items():
        for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if not (0 <= v < SIDE and 0 <= u < SIDE):
                continue
            system[row, row] += 1
            right[row] += face[y, x].astype(np.float64) - face[v, u]
            if (v, u) in number:
                system[row, number[v, u]] -= 1
            else:
                right[row] += plate[v, u]
    out = plate.astype(np.float32).copy()
    out[inside > 0] = np.linalg.solve(system, right)
    return out


def test_it_is_the_exact_solution_of_poisson_s_equation() -> None:
    face, plate, mask = parts()
    out = lay_membrane(face, *find_membrane(face, plate, mask))
    mask[-1] = 0  # the picture's edge belongs to what is around
    inside = mask > 0
    away = np.abs(out - np.clip(exact(face, plate, mask), 0, 1))[inside]
    assert away.max() < 0.01
    assert away.mean() < 0.003
    # And it has moved: the face as it was is far from it.
    assert np.abs(face - exact(face, plate, mask))[inside].mean() > 0.1


def test_a_face_that_differs_by_one_colour_becomes_the_plate() -> None:
    _, plate, mask = parts()
    face = plate + np.array([0.1, -0.05, 0.2], np.float32)
    np.testing.assert_allclose(lay_membrane(face, *find_membrane(face, plate, mask)), plate.clip(0, 1), atol=1e-5)


def test_a_smaller_membrane_is_laid_over_the_whole_face() -> None:
    face, means = np.full((40, 40, 3), 0.5, np.float32), np.array([[0.2] * 3, [0.3] * 3], np.float32)
    np.testing.assert_allclose(lay_membrane(face, means, np.full((10, 10, 3), 0.2, np.float32)), 0.8, atol=1e-5)


def test_a_mask_of_all_the_picture_ends_with_it_and_one_of_nothing_changes_nothing() -> None:
    face, plate, mask = parts()
    full = lay_membrane(face, *find_membrane(face, plate, mask * 0 + 1))
    np.testing.assert_allclose(full[[0, -1]], plate[[0, -1]].clip(0, 1), atol=1e-5)
    assert not find_membrane(face, plate, mask * 0)[1].any()
