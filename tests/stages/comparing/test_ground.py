from pathlib import Path
from typing import Any

import numpy as np
import pytest

from omote.cast.pairs import PAIRS, trial_of
from omote.cast.render import Shot
from omote.core.errors import OmoteError, Stopped
from omote.core.events import Event, Progress
from omote.core.types import Pose
from omote.stages.comparing.ground import around_face, prepared, spread, true_shots
from omote.stages.comparing.plan import Plan
from omote.stages.context import Context


def plan(**ground: Any) -> Plan:
    return Plan.checked({"budget": {"iterations": 1}, "matrix": {"network": ["nano"]}, **ground})


def test_faces_are_where_the_plan_says_from_its_own_folder(faces: dict[str, Path], tmp_path: Path) -> None:
    asked = plan(faces={"a": "faces-a", "b": str(faces["b"])})
    ground = prepared(asked, tmp_path, tmp_path / "none", Context())
    assert (ground.a, ground.b, ground.cast) == (faces["a"], faces["b"], None)
    assert not (tmp_path / "none").exists()
    assert prepared(asked, tmp_path, tmp_path, Context()) == ground
    next(faces["b"].glob("*.png")).unlink()
    assert prepared(asked, tmp_path, tmp_path, Context()).digest != ground.digest


def test_too_few_faces_are_one_line(faces: dict[str, Path], tmp_path: Path) -> None:
    for path in sorted(faces["a"].glob("*.png"))[1:]:
        path.unlink()
    with pytest.raises(OmoteError, match=r"1 face pictures are too few to learn from.*faces-a.*omote extract"):
        prepared(plan(faces={"a": "faces-a", "b": "faces-b"}), tmp_path, tmp_path, Context())


@pytest.mark.slow
def test_drawn_actors_are_filmed_once_and_their_true_swap_is_that_of_the_cast(tmp_path: Path) -> None:
    asked = plan(cast={"pair": 1, "frames": 10, "plate_frames": 3})
    said: list[Event] = []
    with pytest.raises(Stopped):
        prepared(asked, tmp_path, tmp_path / "faces", Context(stopped=lambda: True))
    ground = prepared(asked, tmp_path, tmp_path / "faces", Context(said.append))
    assert len(list(ground.a.glob("*.png"))) == len(list(ground.b.glob("*.png"))) == 10
    trial = trial_of(PAIRS[1], 3)
    kept = true_shots(ground)
    assert len(kept) == 3
    scene, plate, truth = kept[1]
    assert scene == trial["plate"].scenes[1]
    for shot, clip in ((plate, trial["plate"]), (truth, trial["truth"])):
        drawn = clip.shot(1)
        np.testing.assert_array_equal(shot.rgb, drawn.rgb)
        np.testing.assert_array_equal(shot.mask, drawn.mask)
        np.testing.assert_array_equal(shot.landmarks, drawn.landmarks)
        assert shot.pose == drawn.pose
    said.clear()
    assert prepared(asked, tmp_path, tmp_path / "faces", Context(said.append)) == ground
    assert not [event for event in said if isinstance(event, Progress) and event.step.startswith("draw")]


@pytest.mark.parametrize(("count", "places"), [(1, [0]), (6, [0, 1, 2, 3, 4, 5]), (12, [0, 2, 4, 6, 8, 10])])
def test_places_are_spread_evenly(count: int, places: list[int]) -> None:
    found = spread(count)
    assert len(found) == len(places)
    assert all(abs(one - other) <= 1 for one, other in zip(found, places, strict=True))
    assert all(0 <= place < count for place in spread(count))


@pytest.mark.parametrize(("x", "y"), [(50, 40), (0, 0), (100, 80)])
def test_the_square_around_a_face_has_all_of_it_and_stays_inside(x: int, y: int) -> None:
    mask = np.zeros((120, 160), np.float32)
    mask[y : y + 40, x : x + 30] = 1
    rgb = np.repeat((200 * mask[..., None]).astype(np.uint8), 3, 2)
    square = around_face(rgb, Shot(rgb, np.zeros((68, 2), np.float32), mask, Pose(0, 0, 0)))
    assert square.shape[0] == square.shape[1] < 80
    assert (square > 0).sum() == 3 * 40 * 30
