import zlib
from typing import Any

import numpy as np
import pytest

from omote.alignments.foreign.faceswap_masks import masks_from, masks_to
from omote.core.errors import AlignmentsError
from omote.core.types import Floats
from tests.foreign_faces import mask

KEYS = ["mask", "affine_matrix", "interpolator", "stored_size", "stored_centering"]


def test_masks_with_a_twin_come_back_to_the_pixel(landmarks: Floats) -> None:
    ours = {
        "bisenet": mask(landmarks, "face"),
        "bisenet-head": mask(landmarks, "head", 1),
        "unet-dfl": mask(landmarks, "face", 2),
    }
    theirs, lost = masks_to(ours)
    assert (set(theirs), lost) == ({"bisenet-fp_face", "bisenet-fp_head", "unet-dfl"}, [])
    assert all(list(facts) == KEYS for facts in theirs.values())  # type: ignore[call-overload]
    back = masks_from(theirs)
    assert set(back) == set(ours)
    for name, found in back.items():
        np.testing.assert_array_equal(found.pixels(), ours[name].pixels())
        np.testing.assert_allclose(found.matrix, ours[name].matrix, rtol=1e-12)
        assert (found.size, found.centering) == (ours[name].size, ours[name].centering)


def test_of_those_without_a_twin_one_a_centring_is_kept_and_the_rest_named(landmarks: Floats) -> None:
    ours = {name: mask(landmarks, "face") for name in ("xseg", "custom", "extended", "components")}
    theirs, lost = masks_to({**ours, "hair": mask(landmarks, "head")})
    assert (set(theirs), lost) == ({"custom_face", "custom_head"}, ["xseg"])


def test_the_way_back_is_averaged_where_it_shrinks(landmarks: Floats) -> None:
    large: Any = masks_to({"custom": mask(landmarks, "face")})[0]["custom_face"]
    assert large["interpolator"] == 1
    small: Any = masks_to({"custom": mask(landmarks * np.float32(0.05), "face")})[0]["custom_face"]
    assert small["interpolator"] == 3


def test_older_and_damaged_masks() -> None:
    old = {"mask": zlib.compress(bytes(16)), "affine_matrix": np.eye(3)[:2].tolist(), "stored_size": 4}
    assert masks_from({"vgg-clear": old, "components": None})["vgg-clear"].centering == "face"
    for bad in ({"stored_size": 5}, {"mask": b"x"}, {"mask": zlib.compress(bytes(17))}):
        with pytest.raises(AlignmentsError, match="mask"):
            masks_from({"vgg-clear": {**old, **bad}})
    for worse in ({"stored_size": 10**6}, {"affine_matrix": [[0, 0, 0], [0, 0, 0]]}, {"stored_centering": "ear"}):
        with pytest.raises((ValueError, TypeError)):
            masks_from({"vgg-clear": {**old, **worse}})
