from typing import get_args

import pytest

from omote.models.phaze_a.architectures import SIZES, Architecture, input_size


def test_there_are_46_known_encoders_beside_our_own() -> None:
    assert len(get_args(Architecture)) == len(SIZES) == 47


@pytest.mark.parametrize(
    ("architecture", "scaling", "side"),
    [
        ("fs_original", 7, 64),
        ("fs_original", 13, 128),
        ("fs_original", 100, 1024),
        ("efficientnet_b4", 60, 224),
        ("efficientnet_v2_s", 100, 384),
        ("clipv_farl-b-16-64", 29, 64),
        ("clipv_farl-b-16-64", 58, 128),
        ("clipv_farl-b-16-64", 100, 224),
        ("xception", 0, 71),
        ("vgg16", 0, 32),
        ("efficientnet_b7", 200, 1200),
    ],
)
def test_the_input_is_that_of_the_presets(architecture: Architecture, scaling: int, side: int) -> None:
    assert input_size(architecture, scaling) == side
