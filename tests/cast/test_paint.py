import numpy as np

from omote.cast.actor import Actor
from omote.cast.canvas import FINE
from omote.cast.expression import Rig
from omote.cast.grid import net
from omote.cast.paint import counted, head


def test_a_head_is_painted_all_over(man: Actor, body: Rig) -> None:
    paper = head(man, body.canvas)
    rows, columns = net().shape
    assert paper.shape == ((rows - 1) * FINE + 1, (columns - 1) * FINE + 1, 5)
    assert paper.min() >= 0
    assert paper.max() <= 1
    assert (paper[..., 3] == 1).all()
    assert (paper == head(man, body.canvas)).all()


def test_the_face_counts_and_the_rest_does_not(man: Actor, body: Rig) -> None:
    ground = body.canvas
    share = counted(man, ground)
    assert share[(ground.side < 4) & (ground.b > -9) & (ground.b < 5) & (ground.front > 0.9)].min() == 1
    assert share[np.abs(ground.angle) > 1.6].max() == 0
    assert share[ground.b > 9].max() == 0
