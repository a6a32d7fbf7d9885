import hashlib

import numpy as np

from omote.core.types import Floats
from omote.imaging.geometry import transform
from omote.imaging.landmarks import MEAN_FACE
from omote.marking.pattern import (
    CHANNELS,
    LUMA,
    SIDE,
    edge,
    filtered,
    laid,
    noise,
    spectrum,
    to_square,
    window,
)


def test_the_pattern_is_the_same_everywhere_and_forever() -> None:
    """Whoever changes it makes all marks that were laid before unreadable."""
    signs = noise("first")
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert hashlib.sha256((signs > 0).tobytes()).hexdigest()[:16] == "5aa4f2f78de1cd53"


def test_patterns_are_even_noise_of_their_band() -> None:
    for channel in CHANNELS:
        short, long = channel.band
        for name in channel.names:
            pattern = laid(name, channel.band)
            inside = window() == 1
            assert 0.8 < np.square(pattern[inside]).mean() < 1.2
            assert abs(pattern[inside].mean()) < 0.1
            assert np.abs(pattern).max() <= 2.5
            assert (pattern[window() == 0] == 0).all()
            waves = np.abs(np.fft.rfft2(filtered(noise(name), channel.band)))
            rate = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
            within = (rate > 0.9 / long) & (rate < 1.1 / short)
            assert np.square(waves[within]).sum() > 0.9 * np.square(waves).sum()
            np.testing.assert_allclose(np.abs(spectrum(name, channel.band)), waves, atol=1e-9)


def test_a_step_of_a_channel_leaves_the_others() -> None:
    steps, parts = (np.array([getattr(each, which) for each in CHANNELS]) for which in ("step", "of"))
    np.testing.assert_allclose(parts @ steps.T, np.eye(3), atol=1e-5)


def test_patterns_have_nothing_in_common() -> None:
    names = [name for channel in CHANNELS for name in channel.names]
    patterns = [laid(name, LUMA.band)[window() == 1] for name in names]
    assert np.abs(np.corrcoef(patterns) - np.eye(len(names))).max() < 0.2


def test_the_square_holds_the_face(landmarks: Floats) -> None:
    inner = transform(landmarks[17:], to_square(landmarks))
    np.testing.assert_allclose(inner, MEAN_FACE * 80 + 24, atol=1e-3)
    places = inner.astype(int)
    assert (window()[places[:, 1], places[:, 0]] > 0.3).mean() > 0.85  # not the ends of the brows


def test_the_edge_is_around_the_window() -> None:
    rows, columns = np.nonzero(window())
    (left, top), (right, bottom) = edge().min(0), edge().max(0)
    assert left <= columns.min() + 1 and columns.max() <= right
    assert top <= rows.min() + 1 and rows.max() <= bottom
