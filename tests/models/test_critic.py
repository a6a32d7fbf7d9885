import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from omote.models.critic import Critic, hinge_critic, hinge_maker


def seeded_critic(width: int = 8, depth: int = 3) -> Critic:
    torch.manual_seed(0)
    return Critic(width, depth)


@pytest.mark.parametrize("depth", [1, 3, 5])
@pytest.mark.parametrize(("height", "width"), [(32, 32), (64, 64), (45, 70)])
def test_a_verdict_for_every_patch_of_any_face_of_32_pixels_or_more(depth: int, height: int, width: int) -> None:
    verdict = seeded_critic(depth=depth)(torch.rand(2, 3, height, width))
    assert verdict.shape == (2, 1, height // 2**depth, width // 2**depth)


def test_too_small_a_face_is_said_so() -> None:
    critic = seeded_critic(depth=6)
    assert critic(torch.rand(1, 3, 64, 64)).shape == (1, 1, 1, 1)
    with pytest.raises(ValueError, match=r"\(32, 32\) for a critic of 64 at least"):
        critic(torch.rand(1, 3, 32, 32))


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_patch_is_as_wide_as_the_docstring_says(depth: int) -> None:
    face = torch.rand(1, 3, 128, 128, requires_grad=True)
    verdict = seeded_critic(depth=depth)(face)
    verdict[0, 0, verdict.shape[2] // 2, verdict.shape[3] // 2].backward()
    assert face.grad is not None
    seen = face.grad.abs().sum((0, 1))
    assert (seen.sum(0) > 0).sum() == (seen.sum(1) > 0).sum() == 5 * 2**depth - 2


def test_every_layer_has_spectral_norm_one() -> None:
    critic = seeded_critic()
    for _ in range(100):  # power iteration goes on with each pass
        critic(torch.rand(1, 3, 32, 32))
    critic.eval()
    layers = [layer for layer in critic.modules() if isinstance(layer, nn.Conv2d)]
    assert len(layers) == 4
    for layer in layers:
        assert np.linalg.norm(layer.weight.detach().flatten(1).numpy(), 2) == pytest.approx(1, abs=0.01)


def test_a_checkpoint_restores_it_to_the_bit_power_iteration_included() -> None:
    critic, face = seeded_critic(), torch.rand(2, 3, 32, 32)
    critic(face)
    kept = {name: tensor.clone() for name, tensor in critic.state_dict().items()}
    expected = [critic(face) for _ in range(3)]
    torch.manual_seed(1)
    other = Critic(8, 3)
    other.load_state_dict(kept)
    assert all(torch.equal(other(face), verdict) for verdict in expected)
    assert not torch.equal(expected[0], expected[2])


def test_the_seed_alone_decides() -> None:
    one, other = seeded_critic().state_dict(), seeded_critic().state_dict()
    assert all(torch.equal(tensor, other[name]) for name, tensor in one.items())


def test_middle_grey_is_its_zero() -> None:
    critic = seeded_critic()
    assert critic(torch.full((1, 3, 32, 32), 0.5)).abs().max() == 0  # biases begin at zero
    assert critic(torch.zeros(1, 3, 32, 32)).abs().max() > 0


def test_use_mode_does_not_move_it() -> None:
    critic, face = seeded_critic().eval(), torch.rand(1, 3, 32, 32)
    assert torch.equal(critic(face), critic(face))


def test_hinge_losses_follow_their_definition() -> None:
    rng = np.random.default_rng(0)
    real, fake = rng.normal(0, 2, (2, 3, 1, 4, 4))
    slow = np.mean([max(0.0, 1 - value) for value in real.flat]) + np.mean([max(0.0, 1 + value) for value in fake.flat])
    assert hinge_critic(torch.tensor(real), torch.tensor(fake)).item() == pytest.approx(slow)
    assert hinge_maker(torch.tensor(fake)).item() == pytest.approx(-fake.mean())


def test_beyond_the_margin_the_critic_has_nothing_to_learn() -> None:
    real, fake = torch.tensor([1.0, 5.0], requires_grad=True), torch.tensor([-1.0, -7.0], requires_grad=True)
    loss = hinge_critic(real, fake)
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss == 0
    assert real.grad is not None
    assert fake.grad is not None
    assert real.grad.abs().sum() + fake.grad.abs().sum() == 0


def test_the_two_sides_pull_made_faces_opposite_ways() -> None:
    fake = torch.zeros(4, requires_grad=True)
    (critics,) = torch.autograd.grad(hinge_critic(torch.zeros(4), fake), fake)
    (makers,) = torch.autograd.grad(hinge_maker(fake), fake)
    assert (critics > 0).all()
    assert (makers < 0).all()


def pictures(count: int, seed: int) -> Tensor:
    coarse = torch.rand(count, 3, 12, 12, generator=torch.Generator().manual_seed(seed))
    return functional.interpolate(coarse, size=48)  # hard edges every four pixels


def blurred(picture: Tensor) -> Tensor:
    return functional.avg_pool2d(functional.pad(picture, (2, 2, 2, 2), mode="replicate"), 5, stride=1)


def test_it_learns_to_tell_blurred_from_sharp() -> None:
    critic = seeded_critic()
    optimizer = torch.optim.Adam(critic.parameters(), 2e-3, betas=(0.5, 0.999))
    for step in range(40):
        sharp = pictures(8, step)
        loss = hinge_critic(critic(sharp), critic(blurred(sharp)))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    unseen = pictures(16, 1000)
    critic.eval()
    right = torch.cat([critic(unseen) > 0, critic(blurred(unseen)) < 0])
    assert right.float().mean() > 0.95
