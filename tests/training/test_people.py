import pytest
import torch

from omote.faceset.augment import plain
from omote.faceset.batch import Batch, Stored
from omote.faceset.load import Faceset
from omote.faceset.split import split
from omote.models.base import Side, SwapNetwork
from omote.runtime.team import Team
from omote.training.config import LearnConfig, PhaseConfig
from omote.training.people import Person, batch, people, sizes_of
from omote.training.run import fresh_network
from tests.training.conftest import ALONE, CPU, Sets, blobs, small

BENT = PhaseConfig(name="bent")


@pytest.fixture(scope="module")
def network() -> SwapNetwork:
    return fresh_network(small(), CPU)


@pytest.fixture(scope="module")
def many() -> Sets:
    return {"a": blobs(1, 60), "b": blobs(2, 60)}


def of(sets: Sets, network: SwapNetwork, config: LearnConfig | None = None, team: Team = ALONE) -> dict[Side, Person]:
    return people(config or small(), sets, network, team)


def is_in(face: torch.Tensor, faces: Faceset) -> int:
    """Which stored face it is."""
    return int((faces.faces == face).flatten(1).all(1).nonzero()[0, 0])


def drawn(person: Person, count: int) -> list[int]:
    return [is_in(face, person.faces) for _ in range(count) for face in person.stream.next().faces]


def same(one: Batch, other: Batch) -> bool:
    return all(map(torch.equal, one, other))


def test_held_out_faces_never_come_and_all_others_do(many: Sets, network: SwapNetwork) -> None:
    person = of(many, network, small(data={"held_out": 20}))["a"]
    learnt, held = split(many["a"], 20)
    assert set(drawn(person, 60)) == set(learnt.tolist())
    assert person.trained == len(learnt)
    assert 0 < len(held) == sum(len(part.feed) for part in person.held)
    marks = many["a"].landmarks[held]
    truly = plain(Stored(many["a"].faces[held], marks, marks), sizes_of(many["a"], network))
    torch.testing.assert_close(torch.cat([part.target for part in person.held]), truly.target)


def test_without_a_share_none_is_held_out(many: Sets, network: SwapNetwork) -> None:
    person = of(many, network, small(data={"held_out": 0}))["b"]
    assert (person.held, person.trained) == ((), 60)


def test_no_more_than_64_faces_are_measured(network: SwapNetwork) -> None:
    sets: Sets = {"a": blobs(1, 800), "b": blobs(2, 5)}
    config = small(data={"held_out": 20}, batch_size=30)
    parts = of(sets, network, config)["a"].held
    assert [len(part.feed) for part in parts] == [30, 30, 4]


def test_faces_that_are_measured_and_shown_are_as_they_are(many: Sets, network: SwapNetwork) -> None:
    for part in of(many, network)["a"].held:
        torch.testing.assert_close(part.feed, part.target, rtol=0, atol=1e-6)


@pytest.mark.parametrize("wanted", [2, 14, 32])
def test_as_many_faces_are_shown_as_are_wanted(wanted: int, many: Sets, network: SwapNetwork) -> None:
    shown = of(many, network, small(watch={"preview_faces": wanted}))["a"].shown
    assert len(shown.feed) == wanted
    assert len({round(float(each), 6) for each in shown.target.mean((1, 2, 3))}) == wanted


def test_of_a_small_set_all_are_shown(network: SwapNetwork) -> None:
    sets: Sets = {"a": blobs(1, 3), "b": blobs(2, 3)}
    assert len(of(sets, network)["a"].shown.feed) <= 3


def test_two_processes_draw_what_one_draws_with_the_double_batch(many: Sets, network: SwapNetwork) -> None:
    whole = small(batch_size=4, augment={"warp_to_landmarks": True, "jpeg": 50, "blur": 50, "occlude": 50})
    half = whole.model_copy(update={"batch_size": 2})
    alone = of(many, network, whole)["a"]
    teams = [Team(rank, 2, CPU) for rank in (0, 1)]
    parts = [of(many, network, half, team)["a"] for team in teams]
    for seed in (1, 2, 3):
        one = batch(whole, BENT, alone, network, seed, ALONE)
        both = [batch(half, BENT, part, network, seed, team) for part, team in zip(parts, teams, strict=True)]
        for mine, theirs in zip(one, map(torch.cat, zip(*both, strict=True)), strict=True):
            torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-4)


def test_the_seed_alone_varies_a_batch(many: Sets, network: SwapNetwork) -> None:
    first, second, third = (of(many, network)["a"] for _ in range(3))
    torch.manual_seed(5)
    one = batch(small(), BENT, first, network, 11, ALONE)
    torch.manual_seed(6)
    assert same(one, batch(small(), BENT, second, network, 11, ALONE))
    assert not same(one, batch(small(), BENT, third, network, 12, ALONE))


def test_a_phase_without_warp_and_flip_shows_the_encoder_what_the_decoder_is_to_make(
    many: Sets, network: SwapNetwork
) -> None:
    config = small(augment={"rotation": 0, "zoom": 0, "shift": 0, "lightness": 0, "colour": 0, "clahe": 0})
    straight = PhaseConfig(name="straight", warp=False, flip=False)
    person = of(many, network, config)["a"]
    one = batch(config, straight, person, network, 1, ALONE)
    torch.testing.assert_close(one.feed, one.target, rtol=0, atol=1e-6)
    twin = of(many, network, config)["a"]
    sizes = sizes_of(twin.faces, network)
    edge = (twin.faces.faces.shape[-1] - sizes.seen) // 2
    stored = twin.stream.next().faces[:, :3, edge : edge + sizes.seen, edge : edge + sizes.seen] / 255
    torch.testing.assert_close(
        one.target.mean((2, 3)), stored.mean((2, 3)), rtol=0, atol=0.01
    )  # as it is, not mirrored
    halves = [x[..., : x.shape[-1] // 2].mean() - x[..., x.shape[-1] // 2 :].mean() for x in (one.target, stored)]
    torch.testing.assert_close(halves[0], halves[1], rtol=0, atol=0.01)


def test_rare_poses_come_as_often_as_common_ones_where_that_is_asked(network: SwapNetwork) -> None:
    mine, other = blobs(1, 40), blobs(2, 4)
    poses = torch.zeros(40, 2)
    poses[:4, 0] = 60.0
    turned = Faceset(mine.faces, mine.landmarks, poses, mine.frames, mine.ids, mine.size, mine.digest)
    shares = []
    for balance in (False, True):
        config = small(data={"balance": balance, "held_out": 0}, batch_size=20)
        came = drawn(of({"a": turned, "b": other}, network, config)["a"], 20)
        shares.append(sum(face < 4 for face in came) / len(came))
    assert shares == pytest.approx([0.1, 0.5], abs=0.02)
