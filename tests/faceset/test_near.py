import pytest
import torch

from omote.faceset import near
from omote.faceset.near import nearest


def points(count: int, seed: int) -> torch.Tensor:
    return torch.randn(count, 68, 2, generator=torch.Generator().manual_seed(seed)) * 8 + 40


@pytest.mark.parametrize("at_once", [1, 200, 1 << 22])
def test_the_nearest_are_those_of_all_distances_sorted_in_chunks_of_any_size(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "_AT_ONCE", at_once)
    this, other = points(33, 1), points(57, 2)
    exact = (this[:, None].double() - other[None].double()).square().sum((2, 3)).argsort(1)[:, :10]
    assert torch.equal(nearest(this, other), exact)


def test_a_face_is_nearest_to_itself_though_far_from_the_origin() -> None:
    many = points(300, 3) * 0.05 + 5000
    assert torch.equal(nearest(many, many, 1)[:, 0], torch.arange(300))


def test_of_few_faces_all_are_given() -> None:
    assert nearest(points(4, 1), points(3, 2)).sort(1).values.tolist() == [[0, 1, 2]] * 4
