from collections.abc import Sequence

import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Floats, Picture
from omote.perception.dlib_resnet import DlibResnet
from omote.perception.recognising import Recogniser


class Brightness:
    """An identifier that sees one thing: how bright the picture is."""

    one_person = 0.5

    def vectors(self, picture: Picture, landmarks: Sequence[Floats]) -> list[Floats]:
        return [np.array([picture.mean() / 100, 0], np.float32) for _ in landmarks]


@pytest.mark.parametrize(("grey", "told"), [(0, False), (49, False), (52, True), (200, True)])
def test_a_vector_near_that_of_a_black_picture_says_nothing(landmarks: Floats, grey: int, told: bool) -> None:
    vector = Recogniser("brightness", Brightness()).vector(np.full((20, 20, 3), grey, np.uint8), landmarks)
    assert (vector is not None) is told
    if vector is not None:
        assert vector.tolist() == pytest.approx([grey / 100, 0])


def test_it_is_known_by_the_name_and_limit_of_its_identifier() -> None:
    recogniser = Recogniser("brightness", Brightness())
    assert (recogniser.name, recogniser.one_person) == ("brightness", 0.5)


def test_drawn_actors_are_told_apart_and_a_face_in_the_dark_is_nobody(shots: list[Shot]) -> None:
    recogniser = Recogniser("dlib-resnet", DlibResnet())
    vectors = [recogniser.vector(shot.rgb, shot.landmarks) for shot in (shots[0], shots[1], shots[3])]
    man, turned, woman = (vector for vector in vectors if vector is not None)
    assert np.linalg.norm(man - turned) < np.linalg.norm(man - woman)
    dark = (shots[0].rgb * 0.02).astype(np.uint8)
    assert recogniser.vector(dark, shots[0].landmarks) is None
