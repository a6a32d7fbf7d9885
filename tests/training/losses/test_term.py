import torch
from torch import Tensor

from omote.training.losses.pixel import mae
from omote.training.losses.term import Pixels, average, mean_error, shrunk


def test_pixels_count_by_their_weight_and_the_mean_is_over_all() -> None:
    made, true = torch.zeros(1, 3, 4, 4), torch.zeros(1, 3, 4, 4)
    made[..., 1, 2] = 0.5
    weight = torch.ones(1, 1, 4, 4)
    weight[..., 1, 2] = 3
    torch.testing.assert_close(Pixels(mae)(made, true, weight), torch.tensor([0.5 * 3 / 16]))


def test_the_mean_error_is_what_a_loop_says(pictures: tuple[Tensor, Tensor], weight: Tensor) -> None:
    errors = (pictures[0] - pictures[1]).square()
    for face in range(2):
        total = sum(
            float(errors[face, channel, row, column]) * float(weight[face, 0, row, column])
            for channel in range(3)
            for row in range(37)
            for column in range(44)
        )
        assert abs(float(mean_error(errors, weight)[face]) - total / (3 * 37 * 44)) < 1e-7


def test_an_average_leaves_out_what_does_not_count() -> None:
    values, weight = torch.rand(2, 3, 8, 8), torch.zeros(2, 1, 8, 8)
    weight[:, :, 2:5, 1:7] = 0.3
    torch.testing.assert_close(average(values, weight), values[:, :, 2:5, 1:7].mean((2, 3), keepdim=True))
    assert not average(values, torch.zeros(2, 1, 8, 8)).any()


def test_weights_of_a_smaller_map_are_those_of_the_areas_its_pixels_stand_for() -> None:
    weight = torch.rand(1, 1, 8, 12)
    small = shrunk(weight, torch.zeros(1, 5, 4, 6))
    torch.testing.assert_close(small[0, 0, 1, 2], weight[0, 0, 2:4, 4:6].mean())
    assert shrunk(weight, torch.zeros(1, 3, 8, 12)) is weight
