"""A critic that learns beside the network to tell made faces from true ones, and what it says of made ones."""

from collections.abc import Sequence

import torch
from torch import Tensor

from omote.models.critic import Critic, hinge_critic, hinge_maker
from omote.runtime.team import Team
from omote.training.optimizers import step

_BETAS = (0.5, 0.999)


class Adversary:
    """A critic of the faces of both people with its own optimizer."""

    def __init__(self, critic: Critic, rate: float, team: Team) -> None:
        self.critic = critic
        self.optimizer = torch.optim.Adam(critic.parameters(), rate, _BETAS, fused=True)
        self._spread = team.wrap(critic)

    def verdict(self, made: Sequence[Tensor]) -> Tensor:
        """Return how little the made faces pass for true ones, () float32; its gradient goes to the faces alone."""
        self.critic.requires_grad_(False)
        return hinge_maker(self.critic(torch.cat(list(made)).float()))

    def learn(self, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        """Take a step of the critic on (made, true) faces; one whose gradient is not finite is left out."""
        self.critic.requires_grad_(True)
        made, true = (torch.cat([pair[of].detach().float() for pair in pairs]) for of in (0, 1))
        verdicts = self._spread(torch.cat([true, made])).chunk(2)
        self.optimizer.zero_grad(set_to_none=True)
        loss: Tensor = hinge_critic(*verdicts)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.get_total_norm([each.grad for each in self.critic.parameters() if each.grad is not None])
        step(self.optimizer, torch.isfinite(norm))
