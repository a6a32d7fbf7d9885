import numpy as np
import pytest

from omote.core.types import Detection, Frame


def test_a_frame_refuses_what_is_no_rgb_picture() -> None:
    with pytest.raises(ValueError, match="rgb must be uint8"):
        Frame(0, 0, "a", np.zeros((4, 4), np.uint8))
    with pytest.raises(ValueError, match="rgb must be uint8"):
        Frame(0, 0, "a", np.zeros((4, 4, 3), np.float32))


def test_a_detection_refuses_points_of_another_shape() -> None:
    with pytest.raises(ValueError, match="points"):
        Detection(np.zeros(4, np.float32), 1.0, np.zeros((4, 2), np.float32))
