import torch

from omote.training.chance import generator_of, seed_of


def test_every_part_changes_the_seed_and_the_same_parts_give_the_same() -> None:
    base = seed_of(3, 0, 17, "a", 1)
    others = [
        seed_of(4, 0, 17, "a", 1), seed_of(3, 1, 17, "a", 1), seed_of(3, 0, 18, "a", 1), seed_of(3, 0, 17, "b", 1),
        seed_of(3, 0, 17, "a", 2), seed_of(3, 0, 17, "a"), seed_of(0, 3, 17, "a", 1),
    ]  # fmt: skip
    assert base == seed_of(3, 0, 17, "a", 1)
    assert len({base, *others}) == 8


def test_parts_do_not_run_into_each_other() -> None:
    assert len({seed_of(1, 23), seed_of(12, 3), seed_of(123)}) == 3


def test_seeds_fill_63_bits() -> None:
    seeds = [seed_of("step", number) for number in range(2000)]
    assert len(set(seeds)) == 2000
    assert min(seeds) >= 0
    assert max(seeds) < 2**63
    for bit in range(63):  # each as often set as not: 1000 of 2000, give or take 4 standard deviations
        assert 910 <= sum(seed >> bit & 1 for seed in seeds) <= 1090


def test_a_generator_depends_on_its_parts_alone() -> None:
    torch.manual_seed(1)
    one = torch.rand(4, generator=generator_of(3, "order", "a"))
    torch.manual_seed(2)
    assert torch.equal(one, torch.rand(4, generator=generator_of(3, "order", "a")))
    assert not torch.equal(one, torch.rand(4, generator=generator_of(3, "order", "b")))
    assert torch.equal(one, torch.rand(4, generator=torch.Generator().manual_seed(seed_of(3, "order", "a"))))
