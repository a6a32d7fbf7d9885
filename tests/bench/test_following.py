from pathlib import Path

import numpy as np
import pytest

from bench.following import jitter, lag, least_overlap, measure, steadiness, way
from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.core.types import Floats, Frame
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink


@pytest.fixture
def waves() -> Floats:
    """A slow swing and a quick one."""
    t = np.arange(80)
    return np.asarray(10 * np.sin(t / 9) + 3 * np.sin(t / 2.3), np.float32)


@pytest.mark.parametrize("late", [-3, 0, 2])
def test_lag_is_told_as_it_was_made(waves: Floats, late: int) -> None:
    assert lag(waves[10:70].astype(np.float64), waves[10 - late : 70 - late].astype(np.float64)) == late


def test_an_even_movement_is_no_jitter_and_a_zigzag_is_four_times_its_height(landmarks: Floats) -> None:
    t = np.arange(20)[:, None, None]
    assert jitter((landmarks + t * 3.0).astype(np.float32)) == pytest.approx(0, abs=1e-3)
    zigzag = (landmarks + (-1.0) ** t * np.array([0.5, 0])).astype(np.float32)
    assert jitter(zigzag) == pytest.approx(2, abs=1e-3)


def test_the_way_of_a_signal_at_half_its_height_is_half(waves: Floats) -> None:
    signal = waves.astype(np.float64)
    assert way(signal, 0.5 * signal + 7) == pytest.approx(0.5 * way(signal, signal))
    assert 0.7 * np.ptp(signal) < way(signal, signal) < np.ptp(signal)


def test_points_that_were_halved_in_motion_are_told_so(landmarks: Floats, waves: Floats) -> None:
    raw = (landmarks + waves[:, None, None] * np.array([1, 0])).astype(np.float32)
    steady = (landmarks + 0.5 * waves[:, None, None] * np.array([1, 0])).astype(np.float32)
    told = steadiness(raw, steady)
    assert told["ratio"] == pytest.approx(0.5, abs=0.01)
    assert told["kept"]["head"] == pytest.approx(0.5, abs=0.01)
    assert told["lag"]["head"] == 0
    assert told["moves"]["mouth"] == pytest.approx(0, abs=0.01)


def test_the_worst_of_several_boxes_counts_and_a_box_too_many_agrees_with_none() -> None:
    one, other = np.array([0, 0, 10, 10], np.float32), np.array([50, 0, 60, 10], np.float32)
    low = np.array([50, 0, 60, 5], np.float32)
    assert least_overlap([one, other], [other, one]) == 1
    assert least_overlap([one, other], [low, one]) == pytest.approx(0.5)
    assert least_overlap([one], [one, other]) == least_overlap([one], []) == 0
    assert least_overlap([], []) == 1


@pytest.mark.footage
@pytest.mark.slow
def test_two_real_people_keep_their_tracks_and_real_points_steady(footage: Path, tmp_path: Path) -> None:
    """On the shortest clips and an empty one, for time's sake; `python -m bench.accuracy tracks DIR` measures all."""
    clips = tmp_path / "clips"
    clips.mkdir()
    for there, here in (
        ("multi_two_people_headpose.gif", "multi_two_people_headpose.gif"),
        ("extra_may_512.mp4", "extra_woman_office_720p.mp4"),
    ):
        (clips / here).symlink_to(footage / "clips" / there)
    empty = Clip("empty", Actor.from_seed(1), take(1, 2), 320, 240)
    with open_sink(clips / "multi_hamilton_360p.mp4", empty, settings=EncodeConfig()) as sink:
        for index in range(2):
            sink.write(Frame(index, index, str(index), np.full((240, 320, 3), 128, np.uint8)))
    told = measure(tmp_path)
    two = told["labelled"]["multi_two_people_headpose.gif"]
    assert (two["switches"], two["fragments"], two["missed"]) == (0, 0, {})
    assert two["people"] == {"right": 1, "of": 1, "apart": 0, "together": 0}
    assert told["labelled"]["multi_hamilton_360p.mp4"]["missed"]
    steady = told["steadied"]["extra_woman_office_720p.mp4"]
    assert steady["ratio"] < 0.6
    assert set(steady["lag"].values()) == {0}
    assert told["agree"] > 0.9
    assert told["agreement"]["extra_woman_office_720p.mp4"]["searched"] < 0.25
