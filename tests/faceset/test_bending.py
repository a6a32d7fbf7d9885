import numpy as np
import pytest
import torch
from torch import Tensor

from omote.cast.actor import Actor
from omote.cast.render import render
from omote.cast.take import take
from omote.faceset.bending import Bend, bent, led
from omote.faceset.placing import Place, sample
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import compose, shifted, transform

STORED, SEEN = 83, 64
SHARE = SEEN / STORED


def still(count: int, mirror: float = 1.0) -> Place:
    return Place(torch.zeros(count), torch.ones(count), torch.zeros(count, 2), torch.full((count,), mirror))


def turned(count: int) -> Place:
    return Place(
        torch.full((count,), 0.15), torch.full((count,), 0.97), torch.full((count, 2), 0.03), -torch.ones(count)
    )


def quiet(count: int, follow: float = 1.0) -> Bend:
    return Bend(torch.zeros(count, 2, 5, 5), torch.zeros(count, 68, 2), torch.full((count,), follow))


@pytest.fixture(scope="module")
def heads() -> tuple[Tensor, Tensor]:
    """Landmarks, -1 to 1 in the stored face, of the same three moments played by two actors."""
    scenes = take(3, 120)[::40]
    marks = []
    for actor in (1, 2):
        for scene in scenes:
            points = render(Actor.from_seed(actor), scene, 64, 48).landmarks
            margin = (STORED - SEEN) / 2
            stored = compose(shifted(margin, margin), crop_matrix(points, SEEN, "face", 0.85, -11))
            marks.append(torch.from_numpy(transform(points, stored)) / (STORED / 2) - 1)
    both = torch.stack(marks)
    return both[:3], both[3:]


def read_at(nodes: Tensor, points: Tensor) -> Tensor:
    """The map's value at (B, K, 2) points of what is seen, -1 to 1."""
    found: Tensor = torch.nn.functional.grid_sample(nodes, points[:, None], padding_mode="border", align_corners=True)
    return found[:, :, 0].transpose(1, 2)


def areas(nodes: Tensor) -> Tensor:
    """Signed area that every corner of every cell of the map spans."""
    right, down = nodes.diff(dim=3), nodes.diff(dim=2)
    corners = [(right[:, :, r : r + 16], down[..., c : c + 16]) for r in (0, 1) for c in (0, 1)]
    return torch.stack([a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0] for a, b in corners])


def test_nodes_move_by_what_was_drawn_in_the_turned_face() -> None:
    moves = torch.randn(3, 2, 5, 5, generator=torch.Generator().manual_seed(0)) * 0.02
    place = turned(3)
    with_bend = bent(Bend(moves, torch.zeros(3, 68, 2), torch.zeros(3)), place, SHARE)
    without = bent(quiet(3), place, SHARE)
    across, down = (2 * SHARE * moves[:, axis].double().numpy() for axis in (0, 1))
    expected = (-across + 1j * down) * 0.97 * np.exp(0.15j)
    got = (with_bend - without).double().numpy()
    np.testing.assert_allclose(got[:, 0] + 1j * got[:, 1], expected, atol=1e-6)


def slow_spline(centres: np.ndarray, values: np.ndarray, stiff: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Wahba's smoothing spline, solved in float64 by the definition."""

    def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        square = ((a[:, None] - b[None]) ** 2).sum(2)
        return np.asarray(np.where(square > 0, square * np.log(np.maximum(square, 1e-300)), 0))

    flat = np.c_[np.ones(len(centres)), centres]
    system = np.block([[kernel(centres, centres) + np.diag(stiff), flat], [flat.T, np.zeros((3, 3))]])
    weights = np.linalg.solve(system, np.r_[values, np.zeros((3, 2))])
    return np.asarray(kernel(at, centres) @ weights[:-3] + np.c_[np.ones(len(at)), at] @ weights[-3:])


def test_the_map_is_the_spline_of_the_definition(heads: tuple[Tensor, Tensor]) -> None:
    marks, goals = heads[0], heads[0] + (heads[1] - heads[0]) * 0.3
    straight = led(quiet(3, follow=0), turned(3), SHARE, marks, goals)
    moved = (led(quiet(3), turned(3), SHARE, marks, goals) - straight).double().flatten(2).transpose(1, 2).numpy()
    edge = np.linspace(-1, 1, 5)
    border = np.array([(x, y) for x in edge for y in edge if max(abs(x), abs(y)) == 1])
    stiff = np.r_[np.full(68, 1e-2), np.zeros(16)]
    for face in range(3):
        centres = np.r_[goals[face].double().numpy(), border]
        values = np.r_[(marks - goals)[face].double().numpy(), np.zeros((16, 2))]
        at = straight[face].double().flatten(1).T.numpy()
        slow = slow_spline(centres, values, stiff, at)
        np.testing.assert_allclose(moved[face] * STORED / 2, slow * STORED / 2, atol=0.02)


@pytest.mark.parametrize("mirror", [1.0, -1.0])
def test_landmarks_come_to_lie_where_the_like_face_has_them(heads: tuple[Tensor, Tensor], mirror: float) -> None:
    marks, goals = heads
    nodes = led(quiet(3), still(3, mirror), SHARE, marks, goals)
    shown = goals / SHARE * torch.tensor([mirror, 1.0])
    inside = shown.abs().amax(2) < 1
    missed = ((read_at(nodes, shown) - marks) * STORED / 2).norm(dim=2)[inside]
    before = ((goals - marks) * STORED / 2).norm(dim=2)[inside]
    assert before.mean() > 1.0
    assert missed.mean() < 0.45 * before.mean()
    assert missed.median() < 0.5


def test_a_dot_on_the_chin_is_seen_at_the_other_chin(heads: tuple[Tensor, Tensor]) -> None:
    marks, goals = heads
    y, x = np.mgrid[:STORED, :STORED] + 0.5
    chin = ((marks[:, 8] + 1) * STORED / 2).numpy()
    dots = np.exp(-((x - chin[:, 0, None, None]) ** 2 + (y - chin[:, 1, None, None]) ** 2) / 8)
    seen = sample(torch.from_numpy(dots).float()[:, None], led(quiet(3), still(3), SHARE, marks, goals), SEEN, SEEN)
    line = torch.arange(SEEN) + 0.5
    mass = seen.sum((1, 2, 3))
    centre = torch.stack([(seen[:, 0].sum(1) @ line) / mass, (seen[:, 0].sum(2) @ line) / mass], 1)
    goal = (goals[:, 8] / SHARE + 1) * SEEN / 2
    assert (centre - goal).norm(dim=1).max() < 0.5
    assert ((goals - marks)[:, 8] * STORED / 2).norm(dim=1).min() > 1.5


def test_the_border_of_what_is_stored_stays(heads: tuple[Tensor, Tensor]) -> None:
    whole = led(quiet(3), still(3), 1.0, *heads)
    straight = led(quiet(3, follow=0), still(3), 1.0, *heads)
    moved = (whole - straight).abs() * STORED / 2
    assert torch.cat([moved[:, :, [0, -1]].flatten(), moved[:, :, :, [0, -1]].flatten()]).max() < 0.5
    assert moved.max() > 4


def test_nothing_folds_whatever_is_asked(heads: tuple[Tensor, Tensor]) -> None:
    marks, goals = (part.repeat(8, 1, 1) for part in heads)
    noise = torch.randn(24, 68, 2, generator=torch.Generator().manual_seed(0)) * 0.05
    wild = quiet(24)._replace(jitter=noise)
    shuffled = goals[:, torch.randperm(68, generator=torch.Generator().manual_seed(1))]
    for place, sign in ((still(24), 1), (turned(24), -1)):
        usual = areas(led(quiet(24, follow=0), place, SHARE, marks, goals))
        for bend, aims in ((wild, goals), (quiet(24), shuffled)):
            left = areas(led(bend, place, SHARE, marks, aims)) / usual
            assert (usual * sign > 0).all()
            assert left.min() > 0.09


def test_jitter_moves_the_goals(heads: tuple[Tensor, Tensor]) -> None:
    marks, goals = heads
    off = torch.full((3, 68, 2), 1 / 64)
    nodes = led(quiet(3)._replace(jitter=off), still(3), SHARE, marks, goals)
    same = led(quiet(3), still(3), SHARE, marks, goals + 2 / 64 * SHARE)
    torch.testing.assert_close(nodes, same, atol=1e-6, rtol=0)


def test_who_does_not_follow_stays_straight(heads: tuple[Tensor, Tensor]) -> None:
    follow = torch.tensor([1.0, 0, 1])
    nodes = led(quiet(3)._replace(follow=follow), turned(3), SHARE, *heads)
    straight = led(quiet(3, follow=0), turned(3), SHARE, *heads)
    assert torch.equal(nodes[1::2], straight[1::2])
    assert (nodes[::2] - straight[::2]).abs().amax((1, 2, 3)).min() > 0.01
