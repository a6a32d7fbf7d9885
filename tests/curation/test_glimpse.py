import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.render import render
from omote.cast.scene import Light, Scene
from omote.core.errors import MediaError, Stopped
from omote.core.types import Floats, Picture
from omote.curation.faces import FacePicture, faces_in
from omote.curation.glimpse import PRINT, glimpses, look
from tests.drawn_faces import put, shots


def lit(azimuth: float) -> tuple[Picture, Floats]:
    shot = render(Actor.from_seed(1), Scene(light=Light(azimuth=azimuth)), 240, 200)
    return shot.rgb, shot.landmarks


def test_the_lamp_is_found_where_it_stands() -> None:
    sides = [look(*lit(azimuth)).light.side for azimuth in (-70, -35, 0, 35, 70)]
    assert sides == sorted(sides)
    assert abs(sides[2]) < 0.03
    assert sides[1] < -0.1
    assert sides[3] > 0.1


def test_half_the_light_is_half_as_bright_and_no_other_side_or_colour() -> None:
    rgb, marks = lit(35)
    full, half = look(rgb, marks).light, look((rgb // 2).astype(np.uint8), marks).light
    assert half.brightness == pytest.approx(full.brightness / 2, abs=1)
    assert half.side == pytest.approx(full.side, abs=0.01)
    assert half.warmth == pytest.approx(full.warmth, abs=0.02)
    cold, warm = (
        look(shot.rgb, shot.landmarks).light.warmth
        for shot in (render(Actor.from_seed(1), Scene(light=Light(warmth=w)), 240, 200) for w in (-1, 1))
    )
    assert cold < warm - 0.05


def test_a_folder_is_looked_at_in_its_order(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("faces")
    put(folder, "clip", [lit(-70), lit(70)])
    told: list[tuple[int, int]] = []
    faces = faces_in(folder)
    first, second = glimpses(faces, lambda done, total: told.append((done, total)))
    assert first.light.side < 0 < second.light.side
    assert first.face.shape == first.head.shape == (PRINT, PRINT)
    assert told == [(2, 2)]

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        glimpses(faces, stop)
    damaged = FacePicture(folder / "none.png", faces[0].record)
    with pytest.raises(MediaError, match=r"none\.png"):
        glimpses([damaged])


def test_shots_have_their_points(tmp_path_factory: pytest.TempPathFactory) -> None:
    ((rgb, marks),) = shots(1, [Scene()])
    assert rgb.shape == (240, 320, 3)
    assert marks.shape == (68, 2)
