import numpy as np
import pytest
from scipy.linalg import sqrtm

from omote.core.types import Floats
from omote.imaging.transport import find_transport, transport


def coloured(seed: int, mean: tuple[float, float, float], size: float) -> Floats:
    """A picture of correlated colours, none of which is cut."""
    rng = np.random.default_rng(seed)
    mixing = np.eye(3) + 0.4 * rng.normal(size=(3, 3))
    spread = rng.normal(size=(30, 40, 3)).clip(-2.5, 2.5) @ mixing
    return np.asarray(np.array(mean) + size * spread / np.abs(spread).max(), np.float32)


def moments(picture: Floats, weight: Floats) -> tuple[Floats, Floats]:
    colours, share = picture.reshape(-1, 3).astype(np.float64), weight.reshape(-1) / weight.sum()
    mean = (share[:, None] * colours).sum(0)
    return mean, np.einsum("n,ni,nj->ij", share, colours - mean, colours - mean)


def test_mean_and_covariance_become_the_plate_s_by_the_map_of_the_formula() -> None:
    face, plate = coloured(3, (0.4, 0.5, 0.6), 0.2), coloured(4, (0.55, 0.45, 0.5), 0.15)
    weight = np.random.default_rng(2).random((30, 40)).astype(np.float32)
    means, found = find_transport(face, plate, weight)
    own, goal = moments(face, weight), moments(plate, weight)
    half = np.real(sqrtm(own[1]))
    formula = np.linalg.inv(half) @ np.real(sqrtm(half @ goal[1] @ half)) @ np.linalg.inv(half)
    np.testing.assert_allclose(found, formula, atol=0.01)
    np.testing.assert_allclose(found, found.T, atol=1e-5)  # symmetric: it turns no colour about
    mean, covariance = moments(transport(face, means, found), weight)
    np.testing.assert_allclose(mean, goal[0], atol=1e-4)
    np.testing.assert_allclose(covariance, goal[1], rtol=0.02, atol=2e-5)


def test_equal_pictures_stay_as_they_are() -> None:
    face = coloured(3, (0.4, 0.5, 0.6), 0.2)
    np.testing.assert_allclose(
        transport(face, *find_transport(face, face, np.ones((30, 40), np.float32))), face, atol=1e-3
    )


def test_a_flat_face_is_spread_three_times_at_most_and_no_mask_changes_nothing() -> None:
    plate, ones = coloured(4, (0.5, 0.5, 0.5), 0.3), np.ones((30, 40), np.float32)
    nearly = np.full((30, 40, 3), 0.5, np.float32) + (plate - 0.5) * 0.01
    stretched = np.linalg.eigvalsh(find_transport(nearly, plate, ones)[1].astype(np.float64))
    assert stretched.max() == pytest.approx(3, abs=1e-4)
    np.testing.assert_array_equal(transport(plate, *find_transport(plate, nearly, ones * 0)), plate)
