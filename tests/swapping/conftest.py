"""A face that is to be swapped, and a picture that it lies in."""

import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.crops import crop_matrix
from omote.swapping.plan import Placement


@pytest.fixture
def place(landmarks: Floats) -> Placement:
    """Of a crop of 64 px that is 200 px wide in the frame."""
    return Placement(landmarks, crop_matrix(landmarks, 64, "face").astype(np.float64), 64)
