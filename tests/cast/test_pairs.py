import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.pairs import MOST_FRAMES, PAIRS, Pair, clips_of, trial_of
from omote.cast.take import take

SKINS = 4


def test_the_cast_is_ten_pairs_of_twenty_people_of_four_skins() -> None:
    everyone = [seed for pair in PAIRS for seed in (pair.a, pair.b)]
    assert len(PAIRS) == 10
    assert len(set(everyone)) == 20
    skins = [{int(SKINS * Actor.from_seed(seed).melanin) for seed in (pair.a, pair.b)} for pair in PAIRS]
    assert set.union(*skins) == set(range(SKINS))
    assert len(set.union(*skins[:3])) >= 3
    assert {pair.a % 2 for pair in PAIRS[:3]} == {0, 1}


def test_both_of_a_pair_are_of_like_build_and_skin_but_not_the_same() -> None:
    for pair in PAIRS:
        a, b = Actor.from_seed(pair.a), Actor.from_seed(pair.b)
        assert pair.a % 2 == pair.b % 2
        assert abs(a.melanin - b.melanin) < 0.2
        assert abs(a.skull_width - b.skull_width) < 0.1
        assert abs(a.jaw_width - b.jaw_width) < 0.15
        assert a.hair != b.hair or a.beard != b.beard or abs(a.nose_width - b.nose_width) > 0.05


def test_clips_are_takes_one_after_another_and_the_plate_is_another_take() -> None:
    made = clips_of(PAIRS[0], 40, 10, seed=3)
    for side, actor, first in (("a", 21, 300), ("b", 5, 350)):
        clip = made[side]
        assert clip.scenes == [*take(first, 25, 8, 0.5, 0.46), *take(first + 1, 15, 8, 0.5, 0.46)]
        assert (clip.name, clip.actor) == (f"actor-{side}_3", Actor.from_seed(actor))
        assert (clip.width, clip.height, clip.rate) == (320, 240, 8)
    plate = made["plate"]
    assert plate.scenes == take(399, 10, 25, 0.5, 0.46)
    assert (plate.name, made["truth"].name) == ("plate_3", "truth_3")
    assert (plate.width, plate.height, plate.rate) == (320, 240, 25)


def test_plate_and_truth_are_one_performance_by_two_people() -> None:
    pair = PAIRS[3]
    for made in (clips_of(pair, 30, 5, seed=2), trial_of(pair, 9, seed=2)):
        assert made["plate"].scenes == made["truth"].scenes
        assert made["plate"].actor == Actor.from_seed(pair.a)
        assert made["truth"].actor == Actor.from_seed(pair.b)
    assert len(made["plate"].scenes) == 9


def test_a_trial_has_poses_and_light_that_nothing_learnt_from_has() -> None:
    learnt = [
        scene for seed in range(3) for side in ("a", "b") for scene in clips_of(PAIRS[0], 150, 1, seed)[side].scenes
    ]
    widest = max(abs(scene.pose.yaw) for scene in learnt)
    farthest = max(abs(scene.light.azimuth) for scene in learnt)
    scenes = trial_of(PAIRS[0], 30)["plate"].scenes
    usual, turned, lit = scenes[:10], scenes[10:20], scenes[20:]
    assert max(abs(scene.pose.yaw) for scene in usual) <= widest
    assert max(abs(scene.light.azimuth) for scene in usual) <= farthest
    assert sum(abs(scene.pose.yaw) > widest + 2 for scene in turned) >= 4
    assert min(scene.pose.yaw for scene in turned) < -30
    assert max(scene.pose.yaw for scene in turned) > 30
    assert all(abs(scene.light.azimuth) > farthest + 2 for scene in lit)
    assert not {scene.backdrop for scene in scenes} & {scene.backdrop for scene in learnt}
    assert np.ptp([scene.light.azimuth for scene in lit]) > 20


def test_the_light_of_a_trial_stays_on_the_side_where_the_lamp_of_its_take_stood() -> None:
    sides = set()
    for seed in range(6):
        *_, scene = trial_of(PAIRS[0], 3, seed)["plate"].scenes
        (taken,) = take(100 * seed + 96, 1, 25, 0.5, 0.46)
        assert scene.light.azimuth * taken.light.azimuth > 0
        assert scene.backdrop == taken.backdrop
        sides.add(scene.light.azimuth > 0)
    assert sides == {True, False}


def test_what_cannot_be_played_is_refused() -> None:
    for a, b in ((3, 3), (-1, 2)):
        with pytest.raises(ValueError, match="two actors"):
            Pair(a, b)
    with pytest.raises(ValueError, match="3 frames"):
        trial_of(PAIRS[0], 2)
    with pytest.raises(ValueError, match="1 to 1150"):
        clips_of(PAIRS[0], MOST_FRAMES + 1, 5)
