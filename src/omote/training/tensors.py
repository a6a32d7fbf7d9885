"""All that a learner has learnt as named tensors, and back, to the bit."""

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from omote.core.errors import ModelError
from omote.models.weights import compare, load_weights
from omote.runtime.model_folder import Checkpoint, Tensors
from omote.training.learner import Learner
from omote.training.optimizers import optimizer_tensors, restore_optimizer

_OPTIMIZER, _CLIPPER, _AVERAGE, _LIVE = "optimizer/", "clipper/", "average/", "live/"
_CRITIC, _CRITIC_OPTIMIZER, _SCALER = "critic/", "critic_optimizer/", "scaler/"
_SCALE = ("scale", "_growth_tracker")  # of torch's GradScaler; the rest of its state are settings


def put_down(learner: Learner) -> tuple[Tensors, Tensors]:
    """Return a learner's weights, and by name all else that it needs to go on.

    The weights are those that are shown and converted with; where these are a running mean the live ones are kept
    beside them.
    """
    kept = _named(_OPTIMIZER, optimizer_tensors(learner.optimizer, learner.named))
    kept |= _named(_CLIPPER, learner.clipper.state())
    weights: Tensors = dict(learner.network.state_dict())
    if learner.precision.scaler:
        scale = learner.precision.scaler.state_dict()
        kept |= {_SCALER + name: torch.tensor(scale[name], dtype=torch.float64) for name in _SCALE if name in scale}
    if learner.average:
        kept |= _named(_AVERAGE, learner.average.state()) | _named(_LIVE, weights)
        weights = learner.average.weights()
    if learner.adversary:
        kept |= _named(_CRITIC, learner.adversary.critic.state_dict())
        critic = list(learner.adversary.critic.named_parameters())
        kept |= _named(_CRITIC_OPTIMIZER, optimizer_tensors(learner.adversary.optimizer, critic))
    return weights, kept


def take_up(learner: Learner, checkpoint: Checkpoint) -> None:
    """Give a learner what a checkpoint holds; what it has no place for, as after a change of optimizer, is left.

    Raises:
        ModelError: the weights are of another network, or broken.
    """
    kept = checkpoint.optimizer
    weights = under(kept, _LIVE) or checkpoint.weights
    if not all(bool(torch.isfinite(each).all()) for each in weights.values()):
        raise ModelError("these weights are broken: some are not numbers", do="go on from best or a snapshot")
    load_weights(learner.network, weights)
    learner.optimizer.state.clear()
    restore_optimizer(learner.optimizer, learner.named, under(kept, _OPTIMIZER))
    learner.clipper.restore(under(kept, _CLIPPER))
    if learner.average:
        learner.average.begin(learner.network)
        learner.average.restore(under(kept, _AVERAGE))
    critic = under(kept, _CRITIC)
    if learner.adversary and not compare(learner.adversary.critic, critic).differences():
        learner.adversary.critic.load_state_dict(critic)
        restore_optimizer(
            learner.adversary.optimizer,
            list(learner.adversary.critic.named_parameters()),
            under(kept, _CRITIC_OPTIMIZER),
        )
    scaler, scale = learner.precision.scaler, under(kept, _SCALER)
    if scaler and scale:
        scaler.load_state_dict({**scaler.state_dict(), **{name: each.item() for name, each in scale.items()}})
    learner.streak.zero_()


def cloned(checkpoint: Checkpoint) -> Checkpoint:
    """Return a copy of a checkpoint that stays as it is while the run goes on."""
    weights, kept = (
        {name: each.clone() for name, each in tensors.items()} for tensors in (checkpoint.weights, checkpoint.optimizer)
    )
    return replace(checkpoint, weights=weights, optimizer=kept)


def under(tensors: Mapping[str, Tensor], prefix: str) -> Tensors:
    """Return the tensors whose names begin with a prefix, without it."""
    return {name.removeprefix(prefix): each for name, each in tensors.items() if name.startswith(prefix)}


def _named(prefix: str, tensors: Mapping[str, Tensor]) -> Tensors:
    return {prefix + name: each for name, each in tensors.items()}
