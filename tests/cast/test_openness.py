from omote.cast.expression import Rig
from omote.cast.openness import openness
from omote.cast.scene import Expression


def test_hollows_see_less_of_the_room_than_what_stands_out(body: Rig) -> None:
    seen = openness(body.posed(Expression()), body.canvas).reshape(body.canvas.x.shape)
    x, b = body.canvas.side, body.canvas.b
    front = body.canvas.front > 0.9
    forehead = seen[front & (x < 2) & (b > 4) & (b < 6)].mean()
    inner_corner = seen[front & (abs(x - 1.9) < 0.3) & (abs(b - 0.3) < 0.3)].mean()
    under_nose = seen[front & (x < 0.8) & (abs(b + 4.9) < 0.15)].mean()
    under_chin = seen[b < -11].mean()
    assert 0 < seen.min() <= seen.max() <= 1
    assert forehead > 0.95
    assert inner_corner < forehead - 0.03
    assert max(under_nose, under_chin) < 0.8
