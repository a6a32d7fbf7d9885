import torch

from omote.faceset.sampler import Sampler


def test_every_face_comes_once_a_round() -> None:
    sampler = Sampler(10, torch.Generator().manual_seed(1))
    drawn = torch.cat([sampler.draw(4) for _ in range(5)])
    assert sorted(drawn[:10].tolist()) == sorted(drawn[10:].tolist()) == list(range(10))
    assert drawn[:10].tolist() != drawn[10:].tolist()


def test_a_batch_larger_than_the_set_repeats() -> None:
    drawn = Sampler(3, torch.Generator()).draw(8)
    assert drawn.bincount().tolist() in ([3, 3, 2], [3, 2, 3], [2, 3, 3])


def test_a_stopped_run_goes_on_with_the_same_faces() -> None:
    generator = torch.Generator().manual_seed(2)
    sampler = Sampler(7, generator)
    sampler.draw(5)
    state, order = generator.get_state(), sampler.order.clone()
    expected = [sampler.draw(5).tolist() for _ in range(4)]
    again = torch.Generator()
    again.set_state(state)
    resumed = Sampler(7, again, order)
    assert [resumed.draw(5).tolist() for _ in range(4)] == expected
