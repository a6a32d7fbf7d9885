import torch

from omote.training.both import SIDES, Both
from omote.training.run import fresh_network
from tests.training.conftest import CPU, small


def test_both_people_in_one_pass_are_each_in_their_own() -> None:
    network = fresh_network(small(options={"learn_mask": True}), CPU)
    feeds = [torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(seed)) for seed in (1, 2)]
    made = Both(network)(*feeds)
    for feed, side, got in zip(feeds, SIDES, made, strict=True):
        alone = network(feed, side)
        torch.testing.assert_close(got.face, alone.face)
        torch.testing.assert_close(got.mask, alone.mask)
    assert not torch.allclose(made[0].face, network(feeds[0], "b").face)
