import numpy as np

from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take


def test_a_clip_is_read_like_footage(man: Actor) -> None:
    clip = Clip("play", man, take(0, 3), 96, 72, rate=25)
    assert (clip.facts.width, clip.facts.height, clip.facts.frames) == (96, 72, 3)
    frames = list(clip.frames(1))
    assert [frame.index for frame in frames] == [1, 2]
    assert frames[0].name == "play_000002"
    assert (frames[0].rgb == clip.shot(1).rgb).all()
    assert np.ptp(frames[0].rgb) > 100
