import numpy as np
import pytest
import torch
from torch import Tensor

from omote.faceset.placing import Place, lattice, placed, sample

CPU = torch.device("cpu")
STORED, SEEN = 83, 64


def places(count: int = 5, seed: int = 0) -> Place:
    generator = torch.Generator().manual_seed(seed)

    def even(*shape: int) -> Tensor:
        return torch.rand(count, *shape, generator=generator) * 2 - 1

    return Place(even() * 0.4, 1 + even() * 0.1, even(2) * 0.1, even().sign())


def where(count: int, side: int = STORED) -> Tensor:
    """Pictures of two channels that hold each pixel's own x and y: reading them tells where one has read."""
    line = torch.arange(side) + 0.5
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x, y]).expand(count, -1, -1, -1)


def slow_place(x: float, y: float, place: Place, face: int) -> tuple[float, float]:
    """From pixels of a 64 px result to stored pixels, by the definition: mirror, turn, scale, move about the middle."""
    angle, zoom, mirror = (float(part[face]) for part in (place.angle, place.zoom, place.mirror))
    u, v = (x - SEEN / 2) * mirror, y - SEEN / 2
    turned = (u + 1j * v) * zoom * np.exp(1j * angle)
    shift = place.shift[face].double().numpy() * SEEN
    return turned.real + shift[0] + STORED / 2, turned.imag + shift[1] + STORED / 2


def test_every_pixel_is_read_where_the_definition_says() -> None:
    place = places()
    read = sample(where(5), placed(lattice(2, CPU), place, SEEN / STORED), SEEN, SEEN).double().numpy()
    for face in range(5):
        for row in range(0, SEEN, 7):
            for column in range(0, SEEN, 7):
                x, y = slow_place(column + 0.5, row + 0.5, place, face)
                if 1 < x < STORED - 1 and 1 < y < STORED - 1:
                    np.testing.assert_allclose(read[face, :, row, column], (x, y), atol=1e-3)


def test_a_result_of_half_the_size_shows_the_same_places() -> None:
    nodes = placed(lattice(2, CPU), places(), SEEN / STORED)
    large, small = (sample(where(5), nodes, side, SEEN) for side in (64, 32))
    torch.testing.assert_close(small, torch.nn.functional.avg_pool2d(large, 2), atol=1e-3, rtol=0)


def test_nodes_stand_on_the_edges_and_the_map_is_bilinear_between_them() -> None:
    nodes = torch.rand(1, 2, 5, 5, generator=torch.Generator().manual_seed(1)) - 0.5
    read = sample(where(1), nodes, SEEN, SEEN)[0].numpy()
    known = (nodes[0].double().numpy() + 1) * (STORED / 2)
    for row in (0, 7, 16, 40, 63):
        for column in (0, 15, 16, 31, 63):
            at_y, at_x = (row + 0.5) / 16, (column + 0.5) / 16
            top, left = int(at_y), int(at_x)
            p, q = at_x - left, at_y - top
            cell = known[:, top : top + 2, left : left + 2]
            expected = (cell * np.outer((1 - q, q), (1 - p, p))).sum((1, 2))
            np.testing.assert_allclose(read[:, row, column], expected, atol=1e-3)


@pytest.mark.parametrize("period", [2.3, 3.7, 5.1])
def test_detail_too_fine_for_the_result_becomes_its_mean(period: float) -> None:
    waves = (0.5 + 0.5 * torch.cos(torch.arange(332) * (2 * np.pi / period))).expand(1, 1, 332, 332)
    middle = lattice(2, CPU) * (256 / 332)
    for turn in (0.0, 0.1):
        place = Place(torch.tensor([turn]), torch.tensor([1.02]), torch.zeros(1, 2), torch.ones(1))
        nodes = placed(middle, place, 1.0)
        # A mean over 8 px leaves |sinc(8 / period)| of a wave, which is 0.21 at most.
        assert (sample(waves, nodes, 32, 256) - 0.5).abs().max() < 0.11
        # Read without averaging, waves come out at nearly full strength, as other waves.
        assert (sample(waves, nodes, 32, 32) - 0.5).abs().max() > 0.3


def test_beyond_the_border_pixels_repeat() -> None:
    far = sample(where(1), lattice(2, CPU) * 3, 30, 30)
    assert far[0, :, 0, 0].tolist() == [0.5, 0.5]
    assert far[0, :, -1, -1].tolist() == [STORED - 0.5, STORED - 0.5]
