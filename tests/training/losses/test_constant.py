import torch
from torch import Tensor

from omote.training.losses.constant import constant

CPU = torch.device("cpu")


def test_a_constant_is_built_once_for_its_arguments() -> None:
    built = []

    @constant
    def line(length: int, device: torch.device) -> Tensor:
        built.append(length)
        return torch.ones(length, device=device)

    assert line(3, CPU) is line(3, CPU)
    assert len(line(4, CPU)) == 4
    assert built == [3, 4]


def test_what_was_first_needed_while_measuring_serves_training() -> None:
    @constant
    def line(length: int, device: torch.device) -> Tensor:
        return torch.arange(1, length + 1, device=device, dtype=torch.float32)

    with torch.inference_mode():
        line(3, CPU)
    x = torch.ones(3, requires_grad=True)
    (slope,) = torch.autograd.grad((x * line(3, CPU)).sum(), x)
    torch.testing.assert_close(slope, torch.tensor([1.0, 2.0, 3.0]))
