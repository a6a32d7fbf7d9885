import torch

from omote.models.critic import Critic
from omote.training.adversary import Adversary
from tests.training.conftest import ALONE


def adversary(rate: float = 1e-3) -> Adversary:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return Adversary(Critic(8, 2), rate, ALONE)


def pairs(seed: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """(made, true) faces of both people: grey noise, and dark pictures with a bright square."""
    chance = torch.Generator().manual_seed(seed)
    true = 0.1 * torch.rand(2, 3, 3, 32, 32, generator=chance)
    true[..., 8:24, 8:24] += 0.8
    made = torch.rand(2, 3, 3, 32, 32, generator=chance)
    return [(made[0], true[0]), (made[1], true[1])]


def weights(of: Adversary) -> list[torch.Tensor]:
    return [each.clone() for each in of.critic.parameters()]


def test_it_learns_to_tell_made_from_true_faces() -> None:
    mine = adversary()
    for seed in range(60):
        mine.learn(pairs(seed))
    made, true = (torch.cat([pair[of] for pair in pairs(99)]) for of in (0, 1))
    with torch.no_grad():
        assert mine.critic(true).mean() > mine.critic(made).mean() + 0.5
        assert mine.verdict([true]) < mine.verdict([made]) - 0.5


def test_its_verdict_moves_the_faces_and_not_itself() -> None:
    mine = adversary()
    made = pairs(1)[0][0].requires_grad_()
    mine.verdict([made]).backward()  # type: ignore[no-untyped-call]
    assert made.grad is not None
    assert made.grad.abs().sum() > 0
    assert all(each.grad is None for each in mine.critic.parameters())


def test_what_it_learns_does_not_reach_the_faces() -> None:
    mine = adversary()
    made, true = pairs(1)[0]
    made.requires_grad_()
    mine.learn([(made, true)])
    assert made.grad is None


def test_it_judges_low_precision_in_float32() -> None:
    mine = adversary()
    verdict = mine.verdict([pairs(1)[0][0].bfloat16()])
    assert verdict.dtype == torch.float32


def test_a_gradient_that_is_not_finite_is_left_out_whole() -> None:
    mine = adversary()
    for seed in range(3):
        mine.learn(pairs(seed))
    before = weights(mine)
    made, true = pairs(4)[0]
    mine.learn([(made * torch.nan, true)])
    assert all(map(torch.equal, before, weights(mine)))
    mine.learn(pairs(5))
    assert not all(map(torch.equal, before, weights(mine)))
    assert all(bool(each.isfinite().all()) for each in weights(mine))
