import numpy as np

from omote.cast.actor import Actor
from omote.cast.render import render
from omote.cast.together import Together, crossing


def test_two_change_places_and_the_nearer_one_is_always_seen(man: Actor, woman: Actor) -> None:
    clip = crossing(man, woman, 5)
    small = Together(clip.name, clip.players, 160, 120)
    assert (small.facts.frames, small.facts.width, small.facts.height) == (5, 160, 120)
    shots = [small.shots(index) for index in range(5)]
    middles = np.array([[shot.landmarks[:, 0].mean() for shot in each] for each in shots])
    assert (np.diff(middles[:, 0]) > 0).all()
    assert (np.diff(middles[:, 1]) < 0).all()
    assert middles[0, 0] < 60 < 100 < middles[0, 1]
    whole = [each[1].mask.sum() for each in shots]
    assert min(whole) > 0.8 * max(whole)
    hidden = [each[0].mask.sum() for each in shots]
    assert hidden[2] < 0.3 * hidden[0]
    for number, frame in enumerate(small.frames(3)):
        assert frame.index == 3 + number
        assert np.array_equal(frame.rgb, shots[frame.index][0].rgb)


def test_each_player_s_truth_is_that_of_the_scene(man: Actor, woman: Actor) -> None:
    clip = crossing(man, woman, 3)
    small = Together(clip.name, clip.players, 160, 120)
    for shot, (actor, scenes) in zip(small.shots(0), small.players, strict=True):
        np.testing.assert_array_equal(shot.landmarks, render(actor, scenes[0], 160, 120).landmarks)
