import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from omote.cast.scene import Light, Place, Scene
from omote.core.types import Picture, Pose
from omote.curation.faces import faces_in
from omote.curation.measures import MEASURES, face_side

Edit = Callable[[Picture], Picture]
TURNS = ("yaw", "pitch", "roll")
AMOUNTS = (0, 1, 2, 3, 4)
"""How much of what a method sorts by, in shuffled order below."""


def blurred(amount: int) -> Edit:
    return lambda rgb: cv2.GaussianBlur(rgb, (0, 0), 0.2 + 0.7 * amount)  # type: ignore[return-value]


def scaled(*factors: float) -> Edit:
    return lambda rgb: np.clip(rgb * np.array(factors), 0, 255).astype(np.uint8)


def striped(amount: int) -> Edit:
    """Black bars above and below, as of a film in a wider format."""

    def edit(rgb: Picture) -> Picture:
        out = np.maximum(rgb, 40)
        out[: 12 * amount] = out[240 - 12 * amount :] = 0
        return out

    return edit


def turned(amount: int, axis: str) -> Scene:
    return Scene(pose=replace(Pose(0, 0, 0), **{axis: -24 + 12 * amount}))


DRAWN: dict[str, Sequence[tuple[Scene, Edit]]] = {
    "blur": [(Scene(), blurred(amount)) for amount in AMOUNTS],
    "blur-fft": [(Scene(), blurred(amount)) for amount in AMOUNTS],
    "yaw": [(turned(amount, "yaw"), np.asarray) for amount in AMOUNTS],
    "pitch": [(turned(amount, "pitch"), np.asarray) for amount in AMOUNTS],
    "roll": [(turned(amount, "roll"), np.asarray) for amount in AMOUNTS],
    "size": [(Scene(place=Place(size=0.8 - 0.12 * amount)), np.asarray) for amount in AMOUNTS],
    "brightness": [(Scene(), scaled(*[0.3 + 0.15 * amount] * 3)) for amount in AMOUNTS],
    "luma": [(Scene(), scaled(*[0.3 + 0.15 * amount] * 3)) for amount in AMOUNTS],
    "green": [(Scene(), scaled(0.8, 0.6 + 0.08 * amount, 0.8)) for amount in AMOUNTS],
    "orange": [(Scene(light=Light(warmth=-1 + 0.5 * amount)), np.asarray) for amount in AMOUNTS],
    "black": [(Scene(), striped(amount)) for amount in AMOUNTS],
}
"""For each measure the scenes, and what is done to their pictures, in the order in which it is to sort them."""


def order_of(folder: Path, method: str) -> list[str]:
    return [face.path.stem for group in MEASURES[method].sort(method, faces_in(folder)) for face in group.faces]


@pytest.mark.parametrize("method", DRAWN)
def test_faces_stand_in_the_order_of_the_truth(method: str, tmp_path: Path, put: Callable[..., Path]) -> None:
    for amount in (3, 0, 4, 1, 2):
        scene, edit = DRAWN[method][amount]
        put(f"{amount}.png", scene=scene, rgb=edit)
    assert order_of(tmp_path / "faces", method) == ["0", "1", "2", "3", "4"]


def test_displaced_points_come_last(tmp_path: Path, put: Callable[..., Path]) -> None:
    paths = [put(f"{seed}{axis}{n}.png", seed, turned(n, axis)) for seed in (1, 2) for axis in TURNS for n in AMOUNTS]
    points = faces_in(tmp_path / "faces")[3].record.face.landmarks
    for name, pixels in (("y.png", 8), ("z.png", 14)):
        displaced = points.copy()
        displaced[36:48, 1] += pixels  # the eyes
        put(name, scene=turned(1, "yaw"), landmarks=displaced)
    assert order_of(tmp_path / "faces", "distance")[len(paths) :] == ["y", "z"]


def test_every_measure_is_tried() -> None:
    assert {*DRAWN, "distance"} == set(MEASURES)


def test_groups_follow_the_order_and_say_what_they_are(tmp_path: Path, put: Callable[..., Path]) -> None:
    for amount in AMOUNTS:
        put(f"{amount}.png", scene=turned(amount, "yaw"))
    groups = MEASURES["yaw"].sort("yaw", faces_in(tmp_path / "faces"))
    assert [group.folder for group in groups] == [
        "yaw_01_left-15-to-30_1-face", "yaw_02_left-0-to-15_1-face", "yaw_03_right-0-to-15_2-faces",
        "yaw_04_right-15-to-30_1-face",
    ]  # fmt: skip
    put("soft.png", rgb=blurred(4))
    names = [group.name for group in MEASURES["blur"].sort("blur", faces_in(tmp_path / "faces"))]
    assert names[-1].endswith("_blurred")


def test_what_lies_beyond_the_frame_counts_as_black(tmp_path: Path, put: Callable[..., Path]) -> None:
    for name, x in (("middle.png", 0.5), ("edge.png", 0.15), ("gone.png", 0.02)):
        put(name, scene=Scene(place=Place(x=x)), rgb=lambda rgb: np.maximum(rgb, 40))
    assert order_of(tmp_path / "faces", "black") == ["middle", "edge", "gone"]


def test_size_is_that_of_the_face_in_the_frame(tmp_path: Path, put: Callable[..., Path]) -> None:
    for name, size in (("near", 0.8), ("far", 0.4)):
        put(f"{name}.png", scene=Scene(place=Place(size=size)))
    far, near = map(face_side, faces_in(tmp_path / "faces"))
    assert math.isclose(near / far, 2, rel_tol=0.05)
    assert 0.8 * 240 < near < 2 * 0.8 * 240


def test_equal_ones_go_by_their_names_as_people_count(tmp_path: Path, put: Callable[..., Path]) -> None:
    for name in ("img10.png", "img2.png", "img1.png"):
        put(name)
    assert order_of(tmp_path / "faces", "yaw") == ["img1", "img2", "img10"]
