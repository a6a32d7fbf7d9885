import numpy as np
import pytest
import torch
from torch import Tensor

from omote.faceset.occlusion import Occluder, occluded

ELLIPSE, BAR, HAND = 0.0, 1.0, 2.0


def occluder(count: int = 1, **values: Tensor) -> Occluder:
    usual = {
        "chosen": torch.ones(count),
        "kind": torch.zeros(count),
        "middle": torch.zeros(count, 2),
        "area": torch.full((count,), 0.1),
        "aspect": torch.full((count,), 1.5),
        "turn": torch.zeros(count),
        "edge": torch.full((count,), 0.05),
        "paint": torch.ones(count, 3),
        "texture": torch.zeros(count, 3, 6, 6),
    }
    return Occluder(**{**usual, **values})


def covered(thing: Occluder, side: int = 128) -> Tensor:
    """White things before black faces: what is covered."""
    return occluded(torch.zeros(len(thing.kind), 3, side, side), thing)[:, 0]


@pytest.mark.parametrize("kind", [ELLIPSE, BAR, HAND])
def test_it_covers_the_drawn_area_however_it_is_turned(kind: float) -> None:
    count = 4
    turns, kinds = torch.tensor([0.0, 0.5, 1.3, 3.0]), torch.full((count,), kind)
    # Hands are as bright as the faces they cover, here black: a face that is grey shows them.
    thing = occluder(count, kind=kinds, turn=turns, area=torch.full((count,), 0.05), aspect=torch.full((count,), 1.2))
    face = torch.full((count, 3, 128, 128), 0.5)
    cover = (occluded(face, thing._replace(paint=torch.ones(count, 3))) != 0.5)[:, 0].float()
    soft = (occluded(face, thing)[:, 0] - 0.5) / (0.25 if kind == HAND else 0.5)
    np.testing.assert_allclose(soft.mean((1, 2)).numpy(), 0.05, rtol=0.06)
    assert cover.mean() < 0.12


def test_an_ellipse_is_the_slow_exact_one() -> None:
    thing = occluder(
        middle=torch.tensor([[0.2, -0.1]]),
        turn=torch.tensor([0.6]),
        area=torch.tensor([0.08]),
        edge=torch.tensor([0.02]),
    )
    cover = covered(thing)[0].numpy()
    long, short = np.sqrt(4 * 0.08 / np.pi * 1.5), np.sqrt(4 * 0.08 / np.pi / 1.5)
    for row in range(3, 128, 5):
        for column in range(2, 128, 5):
            z = ((column + 0.5) / 64 - 1.2 + 1j * ((row + 0.5) / 64 - 0.9)) * np.exp(-0.6j)
            depth = 1 - np.hypot(z.real / long, z.imag / short)
            if abs(depth) > 0.1:
                assert cover[row, column] == (depth > 0)


def test_edges_are_as_soft_as_drawn() -> None:
    thing = occluder(2, kind=torch.full((2,), BAR), area=torch.full((2,), 0.25), edge=torch.tensor([0.05, 0.2]))
    middle_column = covered(thing, 400)[:, :, 200]
    between = ((middle_column > 0.001) & (middle_column < 0.999)).sum(1) / 2
    np.testing.assert_allclose(between.numpy(), [0.05 * 200, 0.2 * 200], rtol=0.12)


def test_faces_that_are_not_chosen_stay_as_they_are() -> None:
    faces = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    made = occluded(faces, occluder(3, chosen=torch.tensor([0.0, 1, 0])))
    assert torch.equal(made[0], faces[0])
    assert torch.equal(made[2], faces[2])
    assert not torch.equal(made[1], faces[1])


def test_colours_stay_in_range_and_the_texture_shows() -> None:
    texture = torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(0)) * 2 - 1
    for kind in (ELLIPSE, HAND):
        thing = occluder(2, kind=torch.full((2,), kind), area=torch.full((2,), 0.15), texture=texture)._replace(
            paint=torch.full((2, 3), 0.3)
        )
        made = occluded(torch.full((2, 3, 64, 64), 0.9), thing)
        assert 0 <= made.min() <= made.max() <= 1
        assert made[:, :, 28:36, 28:36].std() > 0.005


def test_a_hand_has_the_colour_of_the_face() -> None:
    skin = torch.tensor([0.8, 0.5, 0.4])
    face = skin[None, :, None, None].expand(1, 3, 64, 64)
    thing = occluder(kind=torch.tensor([HAND]), paint=torch.full((1, 3), 0.25))
    torch.testing.assert_close(occluded(face, thing)[0, :, 32, 32], skin * 0.75)
