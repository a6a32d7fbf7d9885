import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from omote.training.clipping import Clipper
from omote.training.config import OptimizerConfig


def clipper(way: str, at: float = 1.0, history: int = 50) -> Clipper:
    return Clipper(OptimizerConfig.checked({"clipping": way, "clip_at": at, "clip_history": history}))


def with_gradients(*values: list[float]) -> list[Tensor]:
    parameters: list[Tensor] = []
    for each in values:
        parameter = nn.Parameter(torch.zeros(len(each)))
        parameter.grad = torch.tensor(each)
        parameters.append(parameter)
    return parameters


def gradients(parameters: list[Tensor]) -> list[float]:
    return [number for parameter in parameters if parameter.grad is not None for number in parameter.grad.tolist()]


def clipped(way: Clipper, norm: float) -> float:
    """The length of a gradient of one number after the cut."""
    parameters = with_gradients([norm])
    assert way.clip(parameters).item() == pytest.approx(norm, nan_ok=True)
    return gradients(parameters)[0]


@pytest.mark.parametrize("way", ["none", "norm", "value", "autoclip"])
def test_the_length_of_all_gradients_before_the_cut_is_returned(way: str) -> None:
    parameters = with_gradients([3.0, 0.0], [4.0], [12.0])
    parameters.append(nn.Parameter(torch.zeros(2)))  # has no gradient
    norm = clipper(way).clip(parameters)
    assert norm.item() == pytest.approx(13)
    assert (norm.shape, norm.dtype) == ((), torch.float32)


def test_without_clipping_gradients_stay() -> None:
    parameters = with_gradients([300.0, -400.0])
    clipper("none").clip(parameters)
    assert gradients(parameters) == [300, -400]


def test_a_long_gradient_is_shortened_as_one_vector_and_a_short_one_stays() -> None:
    long, short = with_gradients([3.0], [-4.0]), with_gradients([0.3], [-0.4])
    for parameters in (long, short):
        clipper("norm", at=2.0).clip(parameters)
    assert gradients(long) == pytest.approx([1.2, -1.6])
    assert gradients(short) == gradients(with_gradients([0.3], [-0.4]))


def test_numbers_are_held_within_the_value() -> None:
    parameters = with_gradients([3.0, -0.1], [-4.0])
    clipper("value", at=0.5).clip(parameters)
    assert gradients(parameters) == pytest.approx([0.5, -0.1, -0.5])


@pytest.mark.parametrize("way", ["none", "norm", "value", "autoclip"])
@pytest.mark.parametrize("broken", [math.inf, math.nan])
def test_a_broken_gradient_shows_in_the_length(way: str, broken: float) -> None:
    assert not clipper(way).clip(with_gradients([1.0, broken], [2.0])).isfinite()


def test_autoclip_cuts_to_the_percentile_of_the_norms_it_remembers() -> None:
    way, norms = clipper("autoclip", at=3.0, history=20), np.random.default_rng(0).gamma(2, size=70).tolist()
    for number, norm in enumerate(norms):
        limit = np.percentile(norms[max(0, number - 19) : number + 1], 30)
        assert clipped(way, norm) == pytest.approx(min(norm, limit), rel=1e-5)


def test_autoclip_cuts_nothing_in_the_first_step_nor_at_a_hundred_percent() -> None:
    first, whole = clipper("autoclip", at=0.1), clipper("autoclip", at=50.0)
    assert clipped(first, 7.0) == pytest.approx(7)
    assert [clipped(whole, norm) for norm in (1.0, 5.0, 9.0)] == pytest.approx([1, 5, 9])


@pytest.mark.parametrize("broken", [math.inf, math.nan])
@pytest.mark.parametrize("before", [2, 5])  # before and after the ring is full
def test_autoclip_remembers_no_norm_that_is_not_finite(before: int, broken: float) -> None:
    way = clipper("autoclip", history=3)
    for norm in range(before):
        clipped(way, float(norm))
    known = {name: tensor.clone() for name, tensor in way.state().items()}
    clipped(way, broken)
    assert all(torch.equal(known[name].nan_to_num(-1), tensor.nan_to_num(-1)) for name, tensor in way.state().items())


def test_autoclip_taken_up_again_goes_on_to_the_bit() -> None:
    whole, parted = clipper("autoclip", history=8), clipper("autoclip", history=8)
    norms = np.random.default_rng(1).gamma(2, size=30).tolist()
    expected = [clipped(whole, norm) for norm in norms]
    for norm in norms[:13]:
        clipped(parted, norm)
    fresh = clipper("autoclip", history=8)
    assert fresh.restore({name: tensor.clone() for name, tensor in parted.state().items()})
    assert [clipped(fresh, norm) for norm in norms[13:]] == expected[13:]


def test_the_memory_of_another_way_or_length_is_not_taken() -> None:
    kept = clipper("autoclip", history=8).state()
    assert not clipper("autoclip", history=9).restore(kept)
    assert not clipper("norm").restore(kept)
    assert not clipper("autoclip", history=8).restore({})
    assert clipper("norm").restore(clipper("value").state())
