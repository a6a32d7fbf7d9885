from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.render import Shot, render
from omote.cast.scene import Backdrop, Place, Scene
from omote.core.types import Detection, Floats, Frame, Picture
from omote.imaging.boxes import overlaps
from omote.imaging.landmarks import eye_distance
from omote.perception.config import LookConfig
from omote.perception.following import Follower, Looked
from omote.perception.look import Looker

_STEP = 6


class Counting:
    """A finder that counts the pictures it is shown."""

    def __init__(self, looker: Looker) -> None:
        self.count, self._finder = 0, looker.finder

    def find(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        self.count += len(pictures)
        return self._finder.find(pictures)


@dataclass(frozen=True, slots=True, eq=False)
class Filmed:
    """Frames of a drawn clip and the true points of the faces in each."""

    frames: list[Frame]
    truth: list[list[Floats]]


def filmed(shots: Sequence[Sequence[Shot]]) -> Filmed:
    """A clip whose frames show shots side by side."""
    frames, truth = [], []
    for index, row in enumerate(shots):
        width = row[0].rgb.shape[1]
        frames.append(Frame(index, index, str(index), np.hstack([shot.rgb for shot in row])))
        shifts = [np.array([place * width, 0], np.float32) for place in range(len(row))]
        truth.append([shot.landmarks + shift for shot, shift in zip(row, shifts, strict=True)])
    return Filmed(frames, truth)


def moving(ways: Sequence[float], seed: int = 1, backdrop: int = 0, size: float = 0.4) -> list[Shot]:
    """An actor whose head is at these shares of the picture's width; NaN shows only what stands behind."""
    actor, shots = Actor.from_seed(seed), []
    for x in ways:
        away = Place(x=2, y=2, size=size) if np.isnan(x) else Place(x=x, size=size)
        shots.append(render(actor, Scene(place=away, backdrop=Backdrop(backdrop)), 240, 180))
    return shots


def swinging(frames: int, width: float) -> list[float]:
    """Out and back within two steps, so that the searched frames all show the head in the same place."""
    return list(0.5 + width * np.sin(np.pi * np.arange(frames) / _STEP))


@pytest.fixture(scope="module")
def looker() -> Looker:
    return Looker(LookConfig(refeed=0, realign=True).for_kind("video"))


def followed(looker: Looker, frames: Sequence[Frame], step: int = _STEP) -> tuple[list[Looked], int]:
    """Return what was seen and how many frames were searched."""
    searcher = Looker.__new__(Looker)
    counting = Counting(looker)
    searcher.finder, searcher.aligner = counting, looker.aligner  # type: ignore[assignment]
    follower = Follower(searcher, step)
    return list(follower.fill(follower.search(frames))), counting.count


def assert_true(seen: Sequence[Looked], clip: Filmed) -> None:
    """Each true face was found once, its points where they are, in every frame."""
    for looked, truth in zip(seen, clip.truth, strict=True):
        there = [points for points in truth if points[:, 0].min() > 0 and points[:, 1].max() < 180]
        assert looked.faces is not None
        assert len(looked.faces) == len(there)
        for points in there:
            nearest = min(np.linalg.norm(face.landmarks - points, axis=1)[17:].mean() for face in looked.faces)
            assert nearest < 0.1 * eye_distance(points)


def test_a_head_that_moves_gently_is_followed_with_few_searches(looker: Looker) -> None:
    clip = filmed([[shot] for shot in moving(np.linspace(0.48, 0.54, _STEP + 1).tolist())])
    seen, searched = followed(looker, clip.frames)
    assert_true(seen, clip)
    assert searched == 2
    every, all_of_them = followed(looker, clip.frames, step=1)
    assert all_of_them == len(clip.frames)
    for one, other in zip(seen, every, strict=True):
        assert one.faces is not None
        assert other.faces is not None
        assert overlaps(one.faces[0].detection.box, other.faces[0].detection.box)[0, 0] > 0.85


@pytest.mark.parametrize("width", [0.1, 0.2, 0.45])
def test_a_head_that_is_back_whenever_a_frame_is_searched_is_followed_all_the_same(
    looker: Looker, width: float
) -> None:
    clip = filmed([[shot] for shot in moving([min(max(x, 0.2), 0.8) for x in swinging(_STEP + 1, width)])])
    seen, searched = followed(looker, clip.frames)
    assert_true(seen, clip)
    assert searched <= len(clip.frames)


def test_a_head_too_quick_to_follow_is_searched_for(looker: Looker) -> None:
    x = [0.25 if index % 2 else 0.7 for index in range(_STEP + 1)]
    x[0] = x[-1]
    clip = filmed([[shot] for shot in moving(x)])
    seen, searched = followed(looker, clip.frames)
    assert_true(seen, clip)
    assert searched > 2


def test_a_face_that_is_gone_for_a_few_frames_is_seen_in_none_of_them(looker: Looker) -> None:
    clip = filmed([[shot] for shot in moving([0.5, 0.5, np.nan, np.nan, np.nan, 0.5, 0.5])])
    seen, searched = followed(looker, clip.frames)
    assert_true(seen, clip)
    assert searched > 2


def test_a_face_that_appears_is_seen_from_its_first_frame(looker: Looker) -> None:
    clip = filmed([[shot] for shot in moving([np.nan] * 3 + [0.5] * 4)])
    seen, searched = followed(looker, clip.frames)
    assert_true(seen, clip)
    assert 2 < searched < 7


def test_both_sides_of_a_cut_are_searched_and_it_is_told(looker: Looker) -> None:
    shots = [*moving([0.5] * 3), *moving([0.52] * 4, seed=2, backdrop=3)]
    clip = filmed([[shot] for shot in shots])
    seen, searched = followed(looker, clip.frames)
    assert_true(seen, clip)
    assert [looked.frame.index for looked in seen if looked.cut] == [3]
    assert searched == 4


def test_several_faces_keep_apart_and_the_largest_comes_first(looker: Looker) -> None:
    left, right = moving([0.4, 0.41, 0.42, 0.43, 0.44, 0.45, 0.46]), moving([0.6] * 7, seed=2, size=0.55)
    clip = filmed(list(zip(left, right, strict=True)))
    seen, searched = followed(looker, clip.frames)
    assert_true(seen, clip)
    assert searched == 2
    for looked in seen:
        assert looked.faces is not None
        first, second = (face.landmarks for face in looked.faces)
        assert eye_distance(first) > eye_distance(second)


def test_what_is_seen_does_not_depend_on_where_reading_began(looker: Looker) -> None:
    x = [0.5, 0.55, 0.5, 0.45, 0.5, 0.48, 0.6, 0.3, 0.5, 0.5]
    clip = filmed([[shot] for shot in moving(x)])
    step = 4
    whole, _ = followed(looker, clip.frames, step)
    rest, _ = followed(looker, clip.frames[step:], step)
    for one, other in zip(whole[step:], rest, strict=True):
        assert one.frame is other.frame
        assert one.faces is not None
        assert other.faces is not None
        for face, again in zip(one.faces, other.faces, strict=True):
            np.testing.assert_array_equal(face.landmarks, again.landmarks)
            np.testing.assert_array_equal(face.detection.box, again.detection.box)


def test_frames_that_are_passed_over_are_given_and_not_looked_at(looker: Looker) -> None:
    clip = filmed([[shot] for shot in moving([0.5] * (2 * _STEP + 2))])
    counting = Counting(looker)
    searcher = Looker.__new__(Looker)
    searcher.finder, searcher.aligner = counting, looker.aligner  # type: ignore[assignment]
    follower = Follower(searcher, _STEP, lambda index: index < _STEP)
    seen = list(follower.fill(follower.search(clip.frames)))
    assert [looked.frame.index for looked in seen] == list(range(2 * _STEP + 2))
    assert [looked.faces is None for looked in seen] == [index < _STEP for index in range(2 * _STEP + 2)]
    assert counting.count == 3


def test_a_source_without_frames_or_faces(looker: Looker) -> None:
    assert followed(looker, []) == ([], 0)
    clip = filmed([[shot] for shot in moving([np.nan] * 7)])
    seen, searched = followed(looker, clip.frames)
    assert [looked.faces for looked in seen] == [[]] * 7
    assert searched == 2
