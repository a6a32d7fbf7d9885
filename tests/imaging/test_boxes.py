import numpy as np

from omote.imaging.boxes import areas, covered, overlaps


def test_overlaps_agree_with_counting_pixels() -> None:
    random = np.random.default_rng(3)
    boxes = random.integers(0, 30, (12, 2, 2))
    boxes.sort(axis=1)
    boxes[:, 1] += 1
    painted = np.zeros((12, 40, 40), bool)
    for picture, ((left, top), (right, bottom)) in zip(painted, boxes, strict=True):
        picture[top:bottom, left:right] = True
    shared = (painted[:, None] & painted[None]).sum((2, 3))
    both = (painted[:, None] | painted[None]).sum((2, 3))
    np.testing.assert_allclose(overlaps(boxes.reshape(12, 4), boxes.reshape(12, 4)), shared / both, atol=1e-6)
    smaller = np.minimum(painted.sum((1, 2))[:, None], painted.sum((1, 2)))
    np.testing.assert_allclose(covered(boxes.reshape(12, 4), boxes.reshape(12, 4)), shared / smaller, atol=1e-6)
    np.testing.assert_array_equal(areas(boxes.reshape(12, 4)), painted.sum((1, 2)))


def test_no_boxes_and_empty_boxes_overlap_nothing() -> None:
    assert overlaps(np.zeros((0, 4)), [[0, 0, 1, 1]]).shape == (0, 1)
    assert overlaps([[5, 5, 5, 5]], [[0, 0, 9, 9], [5, 5, 5, 5]]).tolist() == [[0, 0]]
    assert covered([[5, 5, 5, 5]], [[0, 0, 9, 9]]).tolist() == [[0]]
    assert areas([[9, 9, 3, 3]]).tolist() == [0]
