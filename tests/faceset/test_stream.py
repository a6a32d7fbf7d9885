from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch

from omote.faceset.batch import Stored
from omote.faceset.load import Faceset
from omote.faceset.near import nearest
from omote.faceset.sampler import Sampler
from omote.faceset.stream import Keep, Stream

CPU = torch.device("cpu")
Make = Callable[..., Faceset]
WAYS: list[Keep] = ["device", "memory"]


@pytest.fixture
def twenty(faceset: Make) -> Faceset:
    return faceset([f"clip/{number}" for number in range(20)])


@pytest.fixture
def others(faceset: Make) -> Faceset:
    """Thirty, of which face n lies at (0.7 n, 0.7 n)."""
    whole = faceset([f"other/{number}" for number in range(30)])
    whole.landmarks.mul_(0.7)
    return whole


def sampler(count: int = 20, seed: int = 1) -> Sampler:
    return Sampler(count, torch.Generator().manual_seed(seed))


def numbers(stored: Stored) -> list[int]:
    """Which faces a batch has; that all its parts are of those, and whole, is asserted."""
    first = stored.faces[:, 0, 0, 0]
    assert (stored.faces == first[:, None, None, None]).all()
    assert (stored.landmarks == first[:, None, None]).all()
    return [int(face) for face in first]


@pytest.mark.parametrize("keep", WAYS)
def test_batches_are_the_faces_that_the_sampler_draws(twenty: Faceset, keep: Keep) -> None:
    stream, draws = Stream(twenty, sampler(), 6, CPU, keep=keep), sampler()
    for _ in range(10):
        batch = stream.next()
        assert batch.faces.shape == (6, 6, 6, 6)
        assert batch.faces.dtype == torch.uint8
        assert torch.equal(batch.towards, batch.landmarks)
        assert numbers(batch) == draws.draw(6).tolist()


@pytest.mark.parametrize("keep", WAYS)
def test_a_resumed_stream_repeats_nothing_and_skips_nothing(twenty: Faceset, others: Faceset, keep: Keep) -> None:
    for handed in (0, 1, 5):
        stream = Stream(twenty, sampler(), 6, CPU, keep=keep, towards=others)
        for _ in range(handed):
            stream.next()
        state = stream.state()
        expected = [stream.next() for _ in range(5)]
        for other in WAYS:
            resumed = Stream(twenty, sampler(seed=9), 6, CPU, keep=other, towards=others)
            resumed.next()
            resumed.restore(state)
            for batch in expected:
                assert all(torch.equal(*parts) for parts in zip(resumed.next(), batch, strict=True))


def test_the_state_changes_with_batches_handed_out_alone(twenty: Faceset) -> None:
    stream = Stream(twenty, sampler(), 6, CPU, keep="memory")
    stream.next()
    before, again = stream.state(), stream.state()
    stream.next()
    assert torch.equal(before["order"], again["order"])
    assert len(before["order"]) == 14
    assert len(stream.state()["order"]) == 8


@pytest.mark.parametrize("keep", WAYS)
def test_processes_together_draw_what_one_would(twenty: Faceset, others: Faceset, keep: Keep) -> None:
    whole = Stream(twenty, sampler(), 6, CPU, keep=keep, towards=others)
    parts = [Stream(twenty, sampler(), 2, CPU, keep=keep, rank=rank, world=3, towards=others) for rank in range(3)]
    for _ in range(8):
        union = [torch.cat(each) for each in zip(*(part.next() for part in parts), strict=True)]
        assert all(torch.equal(*both) for both in zip(union, whole.next(), strict=True))
    assert all(torch.equal(part.state()["order"], whole.state()["order"]) for part in parts)


@pytest.mark.parametrize("keep", WAYS)
def test_only_the_faces_asked_for_are_drawn(twenty: Faceset, others: Faceset, keep: Keep) -> None:
    among = torch.tensor([3, 5, 8, 13])
    stream = Stream(twenty, sampler(4), 4, CPU, keep=keep, among=among, towards=others)
    for _ in range(5):
        assert sorted(numbers(stream.next())) == among.tolist()


@pytest.mark.parametrize("keep", WAYS)
def test_towards_is_one_of_the_ten_likest_of_the_other_and_each_in_turn(
    twenty: Faceset, others: Faceset, keep: Keep
) -> None:
    near = nearest(twenty.landmarks, others.landmarks)
    stream = Stream(twenty, sampler(), 20, CPU, keep=keep, towards=others)
    seen: dict[int, set[int]] = {}
    for _ in range(80):
        batch = stream.next()
        for face, towards in zip(numbers(batch), batch.towards, strict=True):
            assert (towards == towards[0, 0]).all()
            seen.setdefault(face, set()).add(round(towards[0, 0].item() / 0.7))
    assert seen == {face: set(near[face].tolist()) for face in range(20)}


def test_a_state_of_a_larger_set_is_refused(twenty: Faceset, others: Faceset) -> None:
    larger = Stream(others, sampler(30), 1, CPU)
    larger.next()
    with pytest.raises(ValueError, match="more than 20"):
        Stream(twenty, sampler(), 1, CPU).restore(larger.state())


def test_on_the_cpu_faces_are_not_copied(twenty: Faceset) -> None:
    before = twenty.faces.data_ptr()
    stream = Stream(twenty, sampler(), 20, CPU)
    twenty.faces[:] = 7
    assert (stream.next().faces == 7).all()
    assert twenty.faces.data_ptr() == before


def test_a_gpu_keeps_faces_while_they_fill_a_quarter_of_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    from omote.faceset.stream import _fits

    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (1000, 8000))
    gpu = SimpleNamespace(type="cuda")
    assert [_fits(size, gpu) for size in (250, 251)] == [True, False]  # type: ignore[arg-type]
    assert _fits(1 << 50, CPU)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
@pytest.mark.parametrize("keep", WAYS)
def test_a_gpu_gets_the_batches_that_the_cpu_gets(twenty: Faceset, others: Faceset, keep: Keep) -> None:
    here, there = (
        Stream(twenty, sampler(), 6, device, keep=keep, towards=others) for device in (CPU, torch.device("cuda"))
    )
    for _ in range(20):
        batch = there.next()
        assert {part.device.type for part in batch} == {"cuda"}
        assert all(torch.equal(*both) for both in zip((part.cpu() for part in batch), here.next(), strict=True))
