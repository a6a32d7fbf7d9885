import numpy as np
import numpy.typing as npt
import pytest

from omote.curation.aspects import Aspects
from omote.curation.coverage import SITUATIONS, lacks, pose_map, tallies


def plain(count: int, **columns: npt.ArrayLike) -> Aspects:
    """Faces that look ahead, mouth closed, eyes open, evenly lit, but for some columns."""
    usual = {"eyes": 1.0, "brightness": 120.0, "sharpness": 80.0, "size": 400.0, "distance": 2.0, "confidence": 1.0}
    figures = {name: np.full(count, usual.get(name, 0.0), np.float32) for name in Aspects.__slots__}
    for name, values in columns.items():
        figures[name] = np.asarray(np.broadcast_to(np.asarray(values), count), np.float32)
    return Aspects(**figures)


def test_each_angle_and_each_mouth_belongs_to_one_situation() -> None:
    yaws = np.linspace(-90, 90, 721)
    turns = np.stack([each.holds(plain(721, yaw=yaws)) for each in SITUATIONS[:7]])
    assert (turns.sum(0) == 1).all()
    mouths = np.linspace(0, 20, 201)
    opened = [each.holds(plain(201, mouth=mouths)) for each in SITUATIONS if "mouth" in each.words]
    assert (np.stack(opened).sum(0) == 1).all()


@pytest.mark.parametrize(
    ("words", "column", "value"),
    [
        ("turned left by 30 to 45°", "yaw", -40),
        ("turned right by more than 45°", "yaw", 50),
        ("looking up by more than 15°", "pitch", 20),
        ("looking down by more than 15°", "pitch", -20),
        ("with the mouth wide open", "mouth", 9),
        ("with the eyes shut", "eyes", 0.3),
        ("dark", "brightness", 30),
        ("lit from the left", "side", -0.2),
        ("lit from the right", "side", 0.2),
    ],
)
def test_b_lacks_what_a_does_often_and_only_that(words: str, column: str, value: float) -> None:
    values = np.where(np.arange(100) < 14, value, getattr(plain(1), column)[0])
    a, b = plain(100, **{column: values}), plain(1000)
    (lack,) = lacks(a, b)
    assert (lack.words, lack.faces_a, lack.share_a, lack.faces_b, lack.wanted) == (words, 14, 0.14, 0, 35)
    some = np.where(np.arange(1000) < 35, value, getattr(plain(1), column)[0])
    assert lacks(a, plain(1000, **{column: some})) == []
    assert lacks(plain(1000), plain(1000, **{column: some})) == []


def test_what_concerns_most_of_a_comes_first() -> None:
    a = plain(100, yaw=np.repeat([35, -35, 0], [10, 30, 60]), eyes=np.repeat([0.2, 1.0], [1, 99]))
    found = lacks(a, plain(500, yaw=np.repeat([-35, 0], [60, 440])))
    assert [lack.words for lack in found] == [
        "turned right by 30 to 45°", "turned left by 30 to 45°", "with the eyes shut",
    ]  # fmt: skip
    assert [round(lack.weight, 3) for lack in found] == [0.1, 0.012, 0.01]


def test_counts_and_shares_agree() -> None:
    for tally in tallies(plain(8, yaw=[0, 0, 0, 0, 20, 20, -50, 0])):
        assert tally.share == tally.faces / 8


def test_the_pose_map_puts_each_face_into_the_nearest_cell_the_sharpest_first() -> None:
    seen = plain(5, yaw=[0, 7, 8, -40, 7], pitch=[0, -7, 20, 0, 0], sharpness=[1, 2, 3, 4, 5])
    assert pose_map(seen) == {(0, 0): [4, 1, 0], (15, 15): [2], (-45, 0): [3]}
