import pytest
import torch
from torch import Tensor, nn

from omote.training.averaging import Average


def network(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    made = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    return made.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def shifted(of: nn.Module, by: float) -> None:
    with torch.no_grad():
        for parameter in of.parameters():
            parameter.add_(by)


def copied(of: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in of.state_dict().items()}


def test_the_mean_is_the_sum_that_its_definition_gives() -> None:
    model = network()
    begun, average = copied(model), Average(model, 0.4)
    weights = [1.0]  # of the first weights, then of those of each update
    for number in range(9):
        shifted(model, 1.0)
        average.update(model)
        decay = min(0.4, (1 + number) / (10 + number))
        weights = [decay * weight for weight in weights] + [1 - decay]
    assert sum(weights) == pytest.approx(1)
    moved = sum(weight * number for number, weight in enumerate(weights))
    for name, mean in average.weights().items():
        if name in dict(model.named_parameters()):
            torch.testing.assert_close(mean, begun[name] + moved, atol=1e-5, rtol=1e-5)


def test_what_is_no_parameter_is_copied() -> None:
    model = network()
    average = Average(model, 0.999)
    for _ in range(3):
        model(torch.rand(2, 3, 8, 8))
        average.update(model)
    for name, buffer in model.named_buffers():
        assert torch.equal(average.weights()[name], buffer)


def test_the_mean_is_no_view_of_the_weights() -> None:
    model = network()
    begun, average = copied(model), Average(model, 0.9)
    shifted(model, 1.0)
    assert all(torch.equal(mean, begun[name]) for name, mean in average.weights().items())


def test_the_network_has_the_mean_inside_and_its_own_weights_after_even_a_fault() -> None:
    model = network()
    average = Average(model, 0.9)
    shifted(model, 1.0)
    average.update(model)
    own = copied(model)
    with pytest.raises(ZeroDivisionError), average.swapped(model):
        assert all(torch.equal(value, average.weights()[name]) for name, value in model.state_dict().items())
        raise ZeroDivisionError
    assert all(torch.equal(value, own[name]) for name, value in model.state_dict().items())


def test_a_mean_taken_up_again_goes_on_to_the_bit() -> None:
    model, resumed = network(), network(1)
    average, other = Average(model, 0.9), Average(resumed, 0.9)
    for number in range(8):
        shifted(model, 0.1)
        average.update(model)
        if number == 4:
            assert other.restore({name: tensor.clone() for name, tensor in average.state().items()})
        if number > 4:
            other.update(model)
    assert all(torch.equal(mean, other.weights()[name]) for name, mean in average.weights().items())


def test_a_mean_of_another_network_is_not_taken() -> None:
    average = Average(network(), 0.9)
    before = {name: tensor.clone() for name, tensor in average.state().items()}
    assert not average.restore(Average(nn.Linear(2, 2), 0.9).state())
    assert not average.restore(before | {"0.weight": torch.zeros(4, 3, 5, 5)})
    assert all(torch.equal(before[name], tensor) for name, tensor in average.state().items())


def test_a_mean_that_begins_anew_has_forgotten_all() -> None:
    model = network()
    average = Average(model, 0.9)
    for _ in range(5):
        shifted(model, 1.0)
        average.update(model)
    average.begin(model)
    assert all(torch.equal(value, average.state()[name]) for name, value in model.state_dict().items())
    assert average.state()["updates"] == 0


def test_some_means_begin_anew_while_the_others_go_on() -> None:
    model = network()
    average = Average(model, 0.9)
    shifted(model, 1.0)
    average.update(model)
    shifted(model, 1.0)
    before = {name: value.clone() for name, value in average.weights().items()}
    average.renew(model, ["0.weight"])
    now = average.weights()
    assert torch.equal(now["0.weight"], model.state_dict()["0.weight"])
    assert not torch.equal(now["0.weight"], before["0.weight"])
    assert all(torch.equal(now[name], before[name]) for name in now if name != "0.weight")
