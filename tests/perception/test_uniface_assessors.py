from pathlib import Path

import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.perception.registry import assessor


@pytest.mark.parametrize(("colour", "expected"), [((178, 0, 0), 0.896), ((90, 255, 0), 0.206), ((0, 0, 255), 0)])
def test_the_answer_is_that_of_the_network_kept_from_zero_to_one(
    tiny_weights: Path, landmarks: Floats, colour: tuple[int, int, int], expected: float
) -> None:
    """The tiny network answers with the face's red, -0.5 for none to 1.5 for all."""
    picture: Picture = np.full((220, 240, 3), colour, np.uint8)
    assert assessor("ediffiqa").qualities(picture, [landmarks]) == [pytest.approx(expected, abs=0.002)]
    assert assessor("ediffiqa").qualities(np.full_like(picture, 255), [landmarks]) == [1.0]
