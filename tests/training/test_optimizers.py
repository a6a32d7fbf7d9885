from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load, save
from torch import Tensor, nn

from omote.training.config import OptimizerConfig
from omote.training.optimizers import (
    build_optimizer,
    default_rate,
    optimizer_tensors,
    put_back,
    restore_optimizer,
    step,
)

Vector = NDArray[np.float64]
Memory = dict[str, Vector]
Settings = dict[str, Any]

NAMES = ("adam", "adamw", "adamax", "nadam", "adabelief", "rmsprop", "lion", "prodigy")
RATE, BETA_1, BETA_2, EPSILON, DECAY = 0.05, 0.8, 0.95, 1e-3, 0.1


def config(name: str, **settings: object) -> OptimizerConfig:
    return OptimizerConfig.checked({"name": name, **settings})


# The rules as their papers have them, on one vector of all weights; `decay` is each weight's own.


def slow_adam(w: Vector, g: Vector, decay: Vector, rate: float, n: int, memory: Memory) -> Vector:
    """Kingma & Ba 2015, decay added to the gradient."""
    g = g + decay * w
    m = memory["m"] = BETA_1 * memory.get("m", 0) + (1 - BETA_1) * g
    v = memory["v"] = BETA_2 * memory.get("v", 0) + (1 - BETA_2) * g**2
    return w - rate * m / (1 - BETA_1**n) / (np.sqrt(v / (1 - BETA_2**n)) + EPSILON)


def slow_amsgrad(w: Vector, g: Vector, decay: Vector, rate: float, n: int, memory: Memory) -> Vector:
    """Reddi et al. 2018."""
    g = g + decay * w
    m = memory["m"] = BETA_1 * memory.get("m", 0) + (1 - BETA_1) * g
    v = memory["v"] = BETA_2 * memory.get("v", 0) + (1 - BETA_2) * g**2
    most = memory["most"] = np.maximum(memory.get("most", 0), v)
    return w - rate * m / (1 - BETA_1**n) / (np.sqrt(most / (1 - BETA_2**n)) + EPSILON)


def slow_adamw(w: Vector, g: Vector, decay: Vector, rate: float, n: int, memory: Memory) -> Vector:
    """Loshchilov & Hutter 2019."""
    return slow_adam(w, g, 0 * decay, rate, n, memory) - rate * decay * w


def slow_adamax(w: Vector, g: Vector, decay: Vector, rate: float, n: int, memory: Memory) -> Vector:
    """Kingma & Ba 2015, section 7.1."""
    g = g + decay * w
    m = memory["m"] = BETA_1 * memory.get("m", 0) + (1 - BETA_1) * g
    u = memory["u"] = np.maximum(BETA_2 * memory.get("u", 0), np.abs(g) + EPSILON)
    return w - rate / (1 - BETA_1**n) * m / u


def slow_nadam(w: Vector, g: Vector, decay: Vector, rate: float, n: int, memory: Memory) -> Vector:
    """Dozat 2016."""
    g = g + decay * w
    now, after = (BETA_1 * (1 - 0.5 * float(0.96 ** (0.004 * at))) for at in (n, n + 1))
    product = memory["product"] = memory.get("product", np.ones(())) * now
    m = memory["m"] = BETA_1 * memory.get("m", 0) + (1 - BETA_1) * g
    v = memory["v"] = BETA_2 * memory.get("v", 0) + (1 - BETA_2) * g**2
    ahead = after * m / (1 - product * after) + (1 - now) * g / (1 - product)
    return w - rate * ahead / (np.sqrt(v / (1 - BETA_2**n)) + EPSILON)


def slow_adabelief(w: Vector, g: Vector, decay: Vector, rate: float, n: int, memory: Memory) -> Vector:
    """Zhuang et al. 2020, algorithm 2."""
    m = memory["m"] = BETA_1 * memory.get("m", 0) + (1 - BETA_1) * g
    s = memory["s"] = BETA_2 * memory.get("s", 0) + (1 - BETA_2) * (g - m) ** 2 + EPSILON
    return (1 - rate * decay) * w - rate * m / (1 - BETA_1**n) / (np.sqrt(s / (1 - BETA_2**n)) + EPSILON)


def slow_rmsprop(w: Vector, g: Vector, decay: Vector, rate: float, n: int, memory: Memory) -> Vector:
    """Tieleman & Hinton 2012."""
    g = g + decay * w
    v = memory["v"] = BETA_2 * memory.get("v", 0) + (1 - BETA_2) * g**2
    return w - rate * g / (np.sqrt(v) + EPSILON)


def slow_lion(w: Vector, g: Vector, decay: Vector, rate: float, n: int, memory: Memory) -> Vector:
    """Chen et al. 2023."""
    m = memory.get("m", np.zeros_like(w))
    memory["m"] = BETA_2 * m + (1 - BETA_2) * g
    return w - rate * (np.sign(BETA_1 * m + (1 - BETA_1) * g) + decay * w)


def slow_prodigy(w: Vector, g: Vector, decay: Vector, rate: float, n: int, memory: Memory) -> Vector:
    """Mishchenko & Defazio 2024, algorithm 4; epsilon is scaled by the newest distance, as its authors' code does."""
    start, d, beta_3 = memory.setdefault("start", w.copy()), memory.get("d", np.full((), 1e-6)), np.sqrt(BETA_2)
    r = memory["r"] = beta_3 * memory.get("r", 0) + (1 - beta_3) * rate * d**2 * (g * (start - w)).sum()
    s = memory["s"] = beta_3 * memory.get("s", 0) + (1 - beta_3) * rate * d**2 * g
    m = memory["m"] = BETA_1 * memory.get("m", 0) + (1 - BETA_1) * d * g
    v = memory["v"] = BETA_2 * memory.get("v", 0) + (1 - BETA_2) * d**2 * g**2
    memory["d"] = np.maximum(d, r / np.abs(s).sum())
    return (1 - rate * d * decay) * w - rate * d * m / (np.sqrt(v) + memory["d"] * EPSILON)


SLOW: dict[str, Callable[[Vector, Vector, Vector, float, int, Memory], Vector]] = {
    "adam": slow_adam,
    "adamw": slow_adamw,
    "adamax": slow_adamax,
    "nadam": slow_nadam,
    "adabelief": slow_adabelief,
    "rmsprop": slow_rmsprop,
    "lion": slow_lion,
    "prodigy": slow_prodigy,
}


def two_parameters() -> list[tuple[str, nn.Parameter]]:
    generator = torch.Generator().manual_seed(1)
    shapes = {"weight": (3, 4), "bias": (4,)}
    return [
        (name, nn.Parameter(torch.randn(shape, dtype=torch.float64, generator=generator)))
        for name, shape in shapes.items()
    ]


def flat(tensors: Sequence[Tensor]) -> Vector:
    return np.concatenate([tensor.detach().numpy().ravel() for tensor in tensors]).astype(np.float64)


@pytest.mark.parametrize(
    ("settings", "slow"),
    [({"name": name}, SLOW[name]) for name in NAMES] + [({"name": "adam", "amsgrad": True}, slow_amsgrad)],
    ids=[*NAMES, "amsgrad"],
)
def test_a_rule_does_what_its_paper_says(settings: Settings, slow: Callable[..., Vector]) -> None:
    named = two_parameters()
    parameters = [parameter for _, parameter in named]
    asked = config(**settings, beta_1=BETA_1, beta_2=BETA_2, epsilon_exponent=-3, weight_decay=DECAY)
    rate = 0.5 if asked.name == "prodigy" else RATE
    optimizer, memory = build_optimizer(named, asked, rate), Memory()
    truth = begun = flat(parameters)
    decay = np.repeat([DECAY, 0.0], [12, 4])
    rng = np.random.default_rng(2)
    for n in range(1, 6):
        gradient = truth * rng.uniform(0.5, 3, 16)
        truth = slow(truth, gradient, decay, rate, n, memory)
        for parameter, piece in zip(parameters, (gradient[:12], gradient[12:]), strict=True):
            parameter.grad = torch.from_numpy(piece.reshape(parameter.shape).copy())
        step(optimizer, torch.tensor(True))
    moved = truth - begun  # by prodigy, millionths
    np.testing.assert_allclose(flat(parameters) - begun, moved, rtol=1e-6, atol=1e-6 * np.abs(moved).max())


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_finds_the_lowest_point_of_a_bowl(name: str) -> None:
    point = nn.Parameter(torch.tensor([[3.0, -2.0, 1.0]]))
    optimizer = build_optimizer([("point", point)], config(name), 1.0 if name == "prodigy" else 0.01)
    bowl = torch.tensor([1.0, 10.0, 100.0])
    for _ in range(1000):
        point.grad = bowl * point.detach()
        step(optimizer, torch.tensor(True))
    assert point.abs().max() < 0.03


def test_only_weights_are_pulled_to_zero() -> None:
    named = [("weight", nn.Parameter(torch.ones(2, 2))), ("norm", nn.Parameter(torch.ones(2)))]
    optimizer = build_optimizer(named, config("adamw", weight_decay=0.5), 0.1)
    for _, parameter in named:
        parameter.grad = torch.zeros_like(parameter)
    step(optimizer, torch.tensor(True))
    torch.testing.assert_close(named[0][1].detach(), torch.full((2, 2), 0.95))
    assert named[1][1].tolist() == [1, 1]


def test_what_wants_no_gradient_is_left_out() -> None:
    named = two_parameters()
    named[0][1].requires_grad_(False)
    groups = build_optimizer(named, config("adam"), 0.1).param_groups
    assert [parameter for group in groups for parameter in group["params"]] == [named[1][1]]


@pytest.mark.parametrize(
    ("settings", "epsilon"),
    [({"name": "adam"}, 1e-7), ({"name": "adabelief"}, 1e-16), ({"name": "adabelief", "epsilon_exponent": -8}, 1e-8)],
)
def test_epsilon_is_what_suits_the_rule_unless_one_is_given(settings: Settings, epsilon: float) -> None:
    assert build_optimizer(two_parameters(), config(**settings), 0.1).defaults["eps"] == pytest.approx(epsilon)


def test_prodigy_finds_no_longer_way_when_its_rate_is_still_rising() -> None:
    ways = []
    for warmup in (0, 100):
        point = nn.Parameter(torch.tensor([[3.0, -2.0, 1.0]]))
        optimizer = build_optimizer([("point", point)], config("prodigy", warmup=warmup), 0.5)
        for _ in range(20):
            point.grad = point.detach().clone()
            step(optimizer, torch.tensor(True))
        ways.append(optimizer.param_groups[0]["d"])
    assert 1e-6 < ways[1] < ways[0] / 5


def test_rates_suit_the_rule() -> None:
    assert [default_rate(name, 1e-3) for name in ("adam", "rmsprop", "lion", "prodigy")] == [1e-3, 1e-3, 2e-4, 1.0]


def small_network(seed: int) -> nn.Sequential:
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.LeakyReLU(0.1), nn.Conv2d(8, 4, 3))
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def learn(network: nn.Module, optimizer: torch.optim.Optimizer, steps: range) -> None:
    for number in steps:
        picture = torch.randn(2, 3, 9, 9, generator=torch.Generator().manual_seed(number))
        optimizer.zero_grad()
        network(picture).square().mean().backward()
        step(optimizer, torch.tensor(True))


def put_down(optimizer: torch.optim.Optimizer, network: nn.Module) -> dict[str, Tensor]:
    """Through a file, which knows no memory format."""
    tensors = optimizer_tensors(optimizer, network.named_parameters())
    kept: dict[str, Tensor] = load(save({name: tensor.contiguous() for name, tensor in tensors.items()}))
    return kept


@pytest.mark.parametrize(
    "settings", [{"name": name} for name in NAMES] + [{"name": "adamw", "amsgrad": True}], ids=[*NAMES, "amsgrad"]
)
def test_a_run_taken_up_again_goes_on_to_the_bit(settings: Settings) -> None:
    asked, rate = config(**settings, weight_decay=0.01), 1.0 if settings["name"] == "prodigy" else 0.01
    whole, parted, other = small_network(0), small_network(0), small_network(1)
    straight = build_optimizer(whole.named_parameters(), asked, rate)
    learn(whole, straight, range(10))
    first = build_optimizer(parted.named_parameters(), asked, rate)
    learn(parted, first, range(5))
    other.load_state_dict(parted.state_dict())
    second = build_optimizer(other.named_parameters(), asked, rate)
    assert restore_optimizer(second, other.named_parameters(), put_down(first, parted))
    learn(other, second, range(5, 10))
    for mine, theirs in zip(other.parameters(), whole.parameters(), strict=True):
        assert torch.equal(mine, theirs)
    known, truth = (put_down(*pair) for pair in ((second, other), (straight, whole)))
    assert known.keys() == truth.keys()
    assert all(torch.equal(known[name], value) for name, value in truth.items())
    assert any(not torch.equal(a, b) for a, b in zip(whole.parameters(), small_network(0).parameters(), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_a_used_rule_that_is_given_nothing_starts_afresh(name: str) -> None:
    network, other = small_network(0), small_network(0)
    used, fresh = (build_optimizer(each.named_parameters(), config(name), 0.01) for each in (network, other))
    learn(network, used, range(5))
    assert not restore_optimizer(used, network.named_parameters(), {})
    network.load_state_dict(other.state_dict())
    for optimizer, each in ((used, network), (fresh, other)):
        learn(each, optimizer, range(5, 8))
    for mine, theirs in zip(network.parameters(), other.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_numbers_of_the_groups_come_back_as_they_were() -> None:
    network = small_network(0)
    first, second = (build_optimizer(network.named_parameters(), config("prodigy"), 1.0) for _ in range(2))
    learn(network, first, range(1))
    assert restore_optimizer(second, network.named_parameters(), put_down(first, network))
    for group in second.param_groups:
        assert group["d"] == 1e-6  # which no float32 is
        assert (group["step"], type(group["step"])) == (first.param_groups[0]["step"], int)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_lies_in_memory_as_the_weights_do(name: str) -> None:
    network = small_network(0)
    optimizer = build_optimizer(network.named_parameters(), config(name), 0.01)
    learn(network, optimizer, range(2))
    fresh = build_optimizer(network.named_parameters(), config(name), 0.01)
    assert restore_optimizer(fresh, network.named_parameters(), put_down(optimizer, network))
    weight = network[3].weight
    assert isinstance(weight, Tensor)
    assert not weight.is_contiguous()
    assert {value.stride() for value in fresh.state[weight].values() if value.ndim} == {weight.stride()}


@pytest.mark.parametrize(("before", "after"), [("lion", "adam"), ("adam", "nadam"), ("prodigy", "adamw")])
def test_the_state_of_another_rule_is_not_taken(before: str, after: str) -> None:
    network = small_network(0)
    first = build_optimizer(network.named_parameters(), config(before), 0.01)
    learn(network, first, range(2))
    second = build_optimizer(network.named_parameters(), config(after), 0.01)
    assert not restore_optimizer(second, network.named_parameters(), put_down(first, network))
    assert not second.state
    learn(network, second, range(2))


def test_adamw_goes_on_from_what_adam_knew() -> None:
    network = small_network(0)
    first = build_optimizer(network.named_parameters(), config("adam"), 0.01)
    learn(network, first, range(2))
    second = build_optimizer(network.named_parameters(), config("adamw"), 0.01)
    assert restore_optimizer(second, network.named_parameters(), put_down(first, network))


def test_the_state_of_other_shapes_or_none_is_not_taken() -> None:
    network = small_network(0)
    optimizer = build_optimizer(network.named_parameters(), config("adam"), 0.01)
    learn(network, optimizer, range(2))
    kept = put_down(optimizer, network)
    fresh = build_optimizer(network.named_parameters(), config("adam"), 0.01)
    assert not restore_optimizer(fresh, network.named_parameters(), {})
    assert not restore_optimizer(fresh, network.named_parameters(), kept | {"3.bias/exp_avg": torch.zeros(5)})
    assert not fresh.state


def test_a_part_that_was_frozen_before_starts_afresh_and_the_rest_goes_on() -> None:
    network = small_network(0)
    for parameter in network[0].parameters():
        parameter.requires_grad_(False)
    first = build_optimizer(network.named_parameters(), config("adam"), 0.01)
    learn(network, first, range(3))
    kept = put_down(first, network)
    network.requires_grad_(True)
    second = build_optimizer(network.named_parameters(), config("adam"), 0.01)
    assert restore_optimizer(second, network.named_parameters(), kept)
    learn(network, second, range(3, 4))
    assert optimizer_tensors(second, network.named_parameters())["3.weight/step"] == 4
    assert optimizer_tensors(second, network.named_parameters())["0.weight/step"] == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_gradient_that_is_not_finite_changes_nothing(name: str) -> None:
    network = small_network(0)
    optimizer = build_optimizer(network.named_parameters(), config(name, weight_decay=0.1), 0.01)
    learn(network, optimizer, range(2))
    before = {key: value.clone() for key, value in put_down(optimizer, network).items()}
    weights = [parameter.detach().clone() for parameter in network.parameters()]
    for parameter in network.parameters():
        assert parameter.grad is not None
        parameter.grad.fill_(torch.nan)
    step(optimizer, torch.tensor(False))
    after = put_down(optimizer, network)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[key], after[key]) for key in before)
    assert all(torch.equal(a, b) for a, b in zip(weights, network.parameters(), strict=True))
    learn(network, optimizer, range(2, 3))
    assert any(not torch.equal(a, b) for a, b in zip(weights, network.parameters(), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_one_step_in_channels_last_is_one_step_in_plain_memory(name: str) -> None:
    gradient, made = torch.randn(8, 4, 3, 3, generator=torch.Generator().manual_seed(0)), []
    for memory_format in (torch.channels_last, torch.contiguous_format):
        weight = nn.Parameter(torch.ones(8, 4, 3, 3).to(memory_format=memory_format))
        weight.grad = torch.empty_like(weight).copy_(gradient)
        step(build_optimizer([("weight", weight)], config(name), 0.01), torch.tensor(True))
        made.append(weight.detach())
    torch.testing.assert_close(made[0], made[1], atol=1e-9, rtol=1e-6)


def test_autograd_lays_gradients_in_memory_as_the_weights_lie_which_fused_steps_take_for_granted() -> None:
    network = nn.Sequential(nn.Conv2d(4, 8, 3), nn.Conv2d(8, 8, 1), nn.Conv2d(8, 6, 3, 2, groups=2), nn.Flatten())
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    for picture in (torch.rand(2, 4, 9, 9), torch.rand(2, 4, 9, 9).to(memory_format=torch.channels_last)):
        network.zero_grad()
        network(picture).square().sum().backward()
        for weight in network.parameters():
            assert weight.grad is not None
            assert torch.equal(in_memory(weight.grad), in_memory(torch.empty_like(weight).copy_(weight.grad)))


def in_memory(tensor: Tensor) -> Tensor:
    """The numbers in the order in which they lie in memory."""
    return tensor.detach().as_strided((tensor.numel(),), (1,))


def stepped(share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Weights before and after a step of plain adam of 0.1, of which a share is put back."""
    weight = nn.Parameter(torch.linspace(-1, 1, 10_000).reshape(100, 100))
    optimizer = build_optimizer([("weight", weight)], config("adam"), 0.1)
    before = weight.detach().clone()
    weight.grad = torch.ones_like(weight)
    with put_back([weight], share, torch.Generator().manual_seed(seed)):
        step(optimizer, torch.tensor(True))
    return before, weight.detach()


def test_a_share_of_weights_stays_to_the_bit_and_the_others_have_the_whole_step() -> None:
    before, after = stepped(0.3, 0)
    _, whole = stepped(0, 0)
    stays = after == before
    assert stays.double().mean() == pytest.approx(0.3, abs=0.02)
    assert torch.equal(after[~stays], whole[~stays])
    assert not (whole == before).any()


def test_the_generator_alone_chooses_what_stays() -> None:
    assert torch.equal(stepped(0.5, 3)[1], stepped(0.5, 3)[1])
    assert not torch.equal(stepped(0.5, 3)[1], stepped(0.5, 4)[1])
