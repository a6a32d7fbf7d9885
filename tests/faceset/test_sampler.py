import pytest
import torch
from torch import Tensor

from omote.faceset.sampler import Sampler, balanced


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_every_face_comes_once_a_round() -> None:
    sampler = Sampler(10, seeded())
    drawn = torch.cat([sampler.draw(4) for _ in range(5)])
    assert sorted(drawn[:10].tolist()) == sorted(drawn[10:].tolist()) == list(range(10))
    assert drawn[:10].tolist() != drawn[10:].tolist()


def test_a_batch_larger_than_the_set_repeats() -> None:
    assert sorted(Sampler(3, seeded()).draw(8).bincount().tolist()) == [2, 3, 3]


@pytest.mark.parametrize("weights", [None, torch.arange(1.0, 8.0)])
def test_a_stopped_run_goes_on_with_the_same_faces(weights: Tensor | None) -> None:
    sampler = Sampler(7, seeded(2), weights)
    sampler.draw(5)
    state = sampler.state()
    expected = [sampler.draw(5).tolist() for _ in range(6)]
    resumed = Sampler(7, seeded(99), weights)
    resumed.restore(state)
    assert [resumed.draw(5).tolist() for _ in range(6)] == expected
    # The state is a copy: what was drawn since has not changed it.
    resumed.restore(state)
    assert resumed.draw(5).tolist() == expected[0]


def test_a_state_of_more_faces_is_refused() -> None:
    sampler = Sampler(100, seeded())
    sampler.draw(1)
    with pytest.raises(ValueError, match="more than 7 faces"):
        Sampler(7, seeded()).restore(sampler.state())


def test_a_face_comes_as_often_as_its_weight_says_to_within_one_a_round() -> None:
    weights = torch.tensor([1.0, 0.5, 4.0, 0.25, 3.25, 1.0, 2.0, 4.0])
    sampler = Sampler(8, seeded(), weights)
    due = weights / weights.sum() * 8
    rounds = torch.stack([sampler.draw(8).bincount(minlength=8) for _ in range(400)])
    assert ((rounds - due).abs() < 1).all()
    torch.testing.assert_close(rounds.double().mean(0), due.double(), atol=0.06, rtol=0)


def test_faces_of_a_weighted_round_come_in_no_order() -> None:
    drawn = Sampler(1000, seeded(), torch.rand(1000, generator=seeded()) + 0.1).draw(1000).double()
    place = torch.arange(1000.0, dtype=torch.float64)
    assert abs(torch.corrcoef(torch.stack([drawn, place]))[0, 1].item()) < 0.1


def test_weights_must_be_positive_and_one_a_face() -> None:
    for count, weights in (
        (0, None),
        (3, torch.ones(2)),
        (2, torch.tensor([1.0, 0.0])),
        (1, torch.tensor([torch.nan])),
    ):
        with pytest.raises(ValueError, match="positive weights"):
            Sampler(count, seeded(), weights)


def test_rare_poses_are_drawn_as_often_as_common_ones() -> None:
    poses = torch.tensor([[0.0, 0.0]] * 70 + [[42.0, 3.0]] * 20 + [[-31.0, -18.0]] * 10)
    weights = balanced(poses)
    torch.testing.assert_close(weights[:70].sum(), weights[70:90].sum())
    torch.testing.assert_close(weights[:70].sum(), weights[90:].sum())
    assert weights.sum().item() == pytest.approx(1)


def test_an_odd_face_is_drawn_eight_times_the_mean_and_no_more() -> None:
    poses = torch.tensor([[0.0, 0.0]] * 700 + [[30.0, 0.0]] * 290 + [[10.0 * n, 40.0] for n in range(-5, 5)])
    weights = balanced(poses)
    torch.testing.assert_close(weights[990:] * 1000, torch.full((10,), 8.0, dtype=torch.float64), rtol=1e-6, atol=0)
    torch.testing.assert_close(weights[:700].sum(), weights[700:990].sum())


def test_poses_that_are_all_alike_or_no_numbers_weigh_the_same() -> None:
    torch.testing.assert_close(balanced(torch.full((5, 2), torch.nan)), torch.full((5,), 0.2, dtype=torch.float64))
    torch.testing.assert_close(balanced(torch.zeros(1, 2)), torch.ones(1, dtype=torch.float64))
