import json
from pathlib import Path

import numpy as np
import pytest

from bench.landmarking import measure, point_errors, true_points
from omote.cast.actor import Actor
from omote.cast.render import render
from omote.cast.scene import Scene
from omote.core.errors import OmoteError
from omote.core.types import Detection, Face, Floats, Pose
from omote.imaging.landmarks import eye_distance, five_points
from omote.imaging.pictures import encode_png


def face(landmarks: Floats) -> Face:
    box = np.concatenate([landmarks.min(0), landmarks.max(0)])
    return Face(Detection(box, 1.0, five_points(landmarks)), landmarks, Pose(0, 0, 0), 1.0)


def test_errors_are_percent_of_the_eye_distance_of_the_face_that_lies_there(landmarks: Floats) -> None:
    away = landmarks + np.float32(300)
    off = landmarks + np.array([eye_distance(landmarks) / 10, 0], np.float32)
    first, second, third = point_errors([face(away), face(off)], [landmarks, away, landmarks - np.float32(300)])
    assert first == pytest.approx(np.full(68, 10), abs=1e-3)
    assert second == pytest.approx(np.zeros(68), abs=1e-3)
    assert third is None
    assert point_errors([], [landmarks]) == [None]


def test_the_first_pixel_s_middle_is_a_half() -> None:
    assert true_points([[1, 1]], "helen").tolist() == [[0.5, 0.5]]
    assert true_points([[0, 0]], "aflw2000").tolist() == [[0.5, 0.5]]


def test_a_folder_of_drawn_faces_is_measured_by_set(tmp_path: Path) -> None:
    shot = render(Actor.from_seed(1), Scene())
    rows = []
    for name, shift in (("afw/a.png", 0.5), ("aflw2000/b.png", -0.5), ("afw/c.png", 0.5)):
        path = tmp_path / "landmarks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(shot.rgb if name != "afw/c.png" else np.zeros_like(shot.rgb)))
        rows.append({"image": name, "points": (shot.landmarks + shift).tolist()})
    (tmp_path / "landmarks" / "landmarks68.json").write_text(json.dumps(rows))
    found = measure(tmp_path)
    assert {name: (told["n"], told["missed"]) for name, told in found.items()} == {"afw": (2, 1), "aflw2000": (1, 0)}
    assert found["afw"]["points"] == "0..67"
    assert found["aflw2000"]["points"] == "17..67"
    assert found["aflw2000"]["median_68"] == found["afw"]["median"] == found["afw"]["mean_68"]
    assert 0 < found["aflw2000"]["median"] < 10


def test_a_folder_without_truth_is_said(tmp_path: Path) -> None:
    with pytest.raises(OmoteError, match=r"no list of true points.*landmarks68\.json"):
        measure(tmp_path)


@pytest.mark.footage
def test_points_sit_on_real_faces(footage: Path, tmp_path: Path) -> None:
    rows = json.loads((footage / "landmarks" / "landmarks68.json").read_text())
    few = [row for row in rows if row["image"].startswith("afw/") and row["width"] * row["height"] < 1.1e6]
    (tmp_path / "landmarks").mkdir()
    (tmp_path / "landmarks" / "afw").symlink_to((footage / "landmarks" / "afw").resolve())
    (tmp_path / "landmarks" / "landmarks68.json").write_text(json.dumps(few))
    found = measure(tmp_path)["afw"]
    assert found["n"] == len(few) > 5
    assert found["missed"] == 0
    assert found["mean"] < 4.0
