"""Rules of steps: how they are built, stepped, thinned, put down and taken up again."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim import Adam, Adamax, AdamW, NAdam, Optimizer, RMSprop

from omote.training.config import OptimizerConfig

Named = Iterable[tuple[str, nn.Parameter]]

_LION_SHARE = 0.2
_GROUP = "param_groups"
_OF_GROUPS = ("step", "d", "d_max", "d_hat", "d_numerator", "d_de_nom")
_COUNTERS = frozenset({"step", "mu_product"})
_STATE = {
    "Adam": {"step", "exp_avg", "exp_avg_sq"},
    "AdamW": {"step", "exp_avg", "exp_avg_sq"},
    "Adamax": {"step", "exp_avg", "exp_inf"},
    "NAdam": {"step", "mu_product", "exp_avg", "exp_avg_sq"},
    "RMSprop": {"step", "square_avg"},
    "AdaBelief": {"exp_avg", "exp_avg_var"},
    "Lion": {"exp_avg"},
    "Prodigy": {"s", "p0", "exp_avg", "exp_avg_sq"},
}


def default_rate(name: str, network_rate: float) -> float:
    """Return the learning rate that suits a rule.

    Lion's steps are signs, so it wants a rate 3 to 10 times smaller than Adam's (Chen et al. 2023, section 5): a fifth.
    Prodigy finds the rate itself and takes a factor, which is 1 (Mishchenko & Defazio 2024).

    Args:
        name: of the rule, as in `OptimizerConfig`.
        network_rate: what Adam trains the network well with.
    """
    if name == "prodigy":
        return 1.0
    return network_rate * _LION_SHARE if name == "lion" else network_rate


def build_optimizer(named_parameters: Named, config: OptimizerConfig, base_rate: float) -> Optimizer:
    """Build the rule of steps that a config names, over those parameters that are trained.

    adamw, adabelief, lion and prodigy shrink weights by `rate · weight_decay` apart from the gradient; the others add
    `weight_decay · weight` to it. AdaBelief is the paper's algorithm (Zhuang et al. 2020), without the rectified
    start that later code has: `warmup` serves for that.

    Args:
        named_parameters: all on one device; those that want no gradient are left out.
        config: which rule, and its settings.
        base_rate: learning rate to begin with, a factor for prodigy.
    """
    groups = _groups(named_parameters, config.weight_decay)
    shared: dict[str, Any] = {"lr": base_rate, "eps": _epsilon(config)}
    betas = (config.beta_1, _beta_2(config))
    # Fused steps are 4 to 8 times faster than any other here; for the rules without, a CPU gains nothing from lists of
    # tensors: one parameter after the other stays in its cache.
    foreach = groups[0]["params"][0].is_cuda
    match config.name:
        case "adam":
            return Adam(groups, **shared, betas=betas, amsgrad=config.amsgrad, fused=True)
        case "adamw":
            return AdamW(groups, **shared, betas=betas, amsgrad=config.amsgrad, fused=True)
        case "adamax":
            return Adamax(groups, **shared, betas=betas, foreach=foreach)
        case "nadam":
            return NAdam(groups, **shared, betas=betas, foreach=foreach)
        case "rmsprop":
            return RMSprop(groups, **shared, alpha=_beta_2(config), foreach=foreach)
        case "adabelief" | "lion" | "prodigy":
            return _from_library(groups, config, shared | {"betas": betas, "foreach": foreach})


def step(optimizer: Optimizer, finite: Tensor) -> None:
    """Take the step where the gradient is finite; else leave weights and state as they are.

    Adam and AdamW decide on the device. For the others a GPU is waited for, to read one number.

    Args:
        optimizer: of `build_optimizer`.
        finite: () bool: no gradient is infinite or not a number.
    """
    if optimizer.defaults.get("fused"):
        cast(Any, optimizer).found_inf = finite.logical_not().to(torch.float32)
        optimizer.step()
    elif finite:
        optimizer.step()


@contextmanager
def put_back(parameters: Iterable[Tensor], share: float, generator: torch.Generator) -> Iterator[None]:
    """Put a random share of the weights back to what they were before a step taken inside: learning-rate dropout.

    Each number keeps its old value with probability `share`, while the optimizer remembers all of the gradient (Lin et
    al. 2019, arXiv:1912.00144). Serves any rule and waits for no device; costs a copy of the weights while it lasts.

    Args:
        parameters: those that are trained.
        share: 0 to 1; 0 draws nothing.
        generator: of the choice, on the parameters' device; its state is all that a resumed run needs.
    """
    if share == 0:
        yield
        return
    held = list(parameters)
    before = [parameter.detach().clone() for parameter in held]
    yield
    with torch.no_grad():
        for parameter, old in zip(held, before, strict=True):
            stays = torch.empty_like(old).uniform_(generator=generator) < share  # on a CPU far faster than bernoulli_
            parameter.copy_(torch.where(stays, old, parameter))


def optimizer_tensors(optimizer: Optimizer, named_parameters: Named) -> dict[str, Tensor]:
    """Return all that an optimizer remembers, as `<parameter>/<key>` and `param_groups/<key>`.

    Tensors of parameters are the live ones, not copies. Numbers of the groups are the same in all, so are kept once.

    Args:
        optimizer: of `build_optimizer`.
        named_parameters: of the network, by the names to keep.
    """
    tensors: dict[str, Tensor] = {}
    for name, parameter in named_parameters:
        for key, value in optimizer.state.get(parameter, {}).items():
            tensors[f"{name}/{key}"] = value
    group = optimizer.param_groups[0]
    for key in _OF_GROUPS:
        if key in group:
            tensors[f"{_GROUP}/{key}"] = _as_tensor(group[key])
    return tensors


def restore_optimizer(optimizer: Optimizer, named_parameters: Named, tensors: Mapping[str, Tensor]) -> bool:
    """Forget all, and take up what `optimizer_tensors` gave, to the bit; parameters that it did not know start afresh.

    Args:
        optimizer: its parameters may lie on another device, or in another memory format, than the kept.
        named_parameters: of the network, by the names under which they were kept.
        tensors: what was kept; other names are ignored.

    Returns:
        False where the state is of another rule, of parameters of another shape, or none: then all starts afresh.
    """
    _forget(optimizer)
    kept = _by_owner(tensors)
    held = {parameter for group in optimizer.param_groups for parameter in group["params"]}
    known = {parameter: kept[name] for name, parameter in named_parameters if name in kept and parameter in held}
    expected = _STATE[type(optimizer).__name__] | ({"max_exp_avg_sq"} if optimizer.defaults.get("amsgrad") else set())
    if not known or not all(_fits(parameter, state, expected) for parameter, state in known.items()):
        return False
    fused = bool(optimizer.defaults.get("fused"))
    for parameter, state in known.items():
        optimizer.state[parameter] = {key: _placed(parameter, key, value, fused) for key, value in state.items()}
    device = next(iter(known)).device
    numbers = {key: _from_tensor(value, device) for key, value in kept.get(_GROUP, {}).items()}
    for group in optimizer.param_groups:
        group.update(numbers)
    return True


def _forget(optimizer: Optimizer) -> None:
    optimizer.state.clear()
    for group in optimizer.param_groups:
        for key in _OF_GROUPS:
            group.pop(key, None)
        group.update({key: value for key, value in optimizer.defaults.items() if key in _OF_GROUPS})


def _groups(named_parameters: Named, weight_decay: float) -> list[dict[str, Any]]:
    trained = [parameter for _, parameter in named_parameters if parameter.requires_grad]
    weights = [parameter for parameter in trained if parameter.ndim > 1]
    others = [parameter for parameter in trained if parameter.ndim <= 1]  # biases and norms
    groups = [{"params": weights, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]


def _epsilon(config: OptimizerConfig) -> float:
    if config.epsilon_exponent is not None:
        return float(10.0**config.epsilon_exponent)
    # AdaBelief's variance is of the gradient about its mean, far smaller than its square: 1e-7 would drown it.
    return 1e-16 if config.name == "adabelief" else 1e-7


def _beta_2(config: OptimizerConfig) -> float:
    if config.beta_2 is not None:
        return config.beta_2
    # Chen et al. 2023, section 5. RMSprop's memory begins empty and nothing makes up for that: at 0.999 its first steps
    # would be 30 times too long; Hinton's lecture has 0.9.
    return {"lion": 0.99, "rmsprop": 0.9}.get(config.name, 0.999)


def _from_library(groups: list[dict[str, Any]], config: OptimizerConfig, shared: dict[str, Any]) -> Optimizer:
    import pytorch_optimizer  # here: it takes most of a second, and most runs do without

    built: Optimizer
    if config.name == "adabelief":
        built = pytorch_optimizer.AdaBelief(groups, **shared, weight_decouple=True, rectify=False)
    elif config.name == "lion":  # signs of the mean: nothing is divided, so no epsilon
        settings = {name: value for name, value in shared.items() if name != "eps"}
        built = pytorch_optimizer.Lion(groups, **settings, weight_decouple=True)
    else:  # while the rate still rises, distances would be measured with steps too small: hence the safeguard
        built = pytorch_optimizer.Prodigy(groups, **shared, weight_decouple=True, safeguard_warmup=config.warmup > 0)
    return built


def _by_owner(tensors: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    owners: dict[str, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        owner, _, key = name.rpartition("/")
        owners.setdefault(owner, {})[key] = value
    return owners


def _fits(parameter: Tensor, state: Mapping[str, Tensor], expected: set[str]) -> bool:
    shapes = {key: torch.Size() if key in _COUNTERS else parameter.shape for key in expected}
    return shapes == {key: value.shape for key, value in state.items()}


def _placed(parameter: Tensor, key: str, value: Tensor, fused: bool) -> Tensor:
    if key in _COUNTERS:  # they live on the CPU, so that a GPU is not waited for, unless the step is one kernel
        return value.to(parameter.device if fused else "cpu", copy=True)
    # The parameter's own memory format: fused steps walk through both in the order of memory.
    return torch.empty_like(parameter, requires_grad=False).copy_(value)


def _as_tensor(value: float | Tensor) -> Tensor:
    # float64 and int64 hold Python's own numbers to the bit.
    if isinstance(value, Tensor):
        return value.clone()
    return torch.tensor(value, dtype=torch.int64 if isinstance(value, int) else torch.float64)


def _from_tensor(value: Tensor, device: torch.device) -> float | Tensor:
    return value.to(device, copy=True) if value.ndim else cast(float, value.item())
