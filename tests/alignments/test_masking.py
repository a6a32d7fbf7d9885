import numpy as np
import pytest

from omote.alignments.masking import kept, seen_in
from omote.core.types import FaceMask, Floats
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import compose, shifted, transform
from omote.imaging.masks import face_mask

WHOLE = np.eye(3)[:2]


def drawn(landmarks: Floats, size: int) -> FaceMask:
    matrix = crop_matrix(landmarks, size, "face")
    shown = face_mask(transform(landmarks, matrix), size, size)
    return FaceMask(matrix, "face", np.round(shown * 255).astype(np.uint8))


@pytest.mark.parametrize("size", [64, 256, 700])
def test_a_mask_lies_in_the_frame_where_it_was_drawn(landmarks: Floats, size: int) -> None:
    found = kept(drawn(landmarks, size), WHOLE)
    assert found.size == min(size, 256)
    truth = face_mask(landmarks, 240, 220) > 0.5
    seen = seen_in(found, WHOLE, 240, 220) > 127
    assert (seen & truth).sum() / (seen | truth).sum() > 0.98


def test_the_picture_it_was_drawn_on_does_not_matter(landmarks: Floats) -> None:
    picture = compose(np.array([[1.6, 0, 0], [0, 1.6, 0]]), shifted(-20, 12))
    on_frame = kept(drawn(landmarks, 200), WHOLE)
    on_picture = kept(drawn(transform(landmarks, picture), 200), picture)
    np.testing.assert_allclose(on_picture.matrix, on_frame.matrix, atol=0.05)
    seen = [seen_in(mask, picture, 300, 300).astype(int) for mask in (on_frame, on_picture)]
    assert np.abs(seen[0] - seen[1]).max() < 40  # of 255, on the edge
    assert seen[0][0, 0] == 0
