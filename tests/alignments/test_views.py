from dataclasses import replace

import numpy as np

from omote.alignments.record import FaceRecord
from omote.alignments.views import best_views


def test_the_best_of_each_third_is_taken_and_one_that_has_a_vector_before_it(face: FaceRecord) -> None:
    track = [replace(face, id=str(n), quality=quality) for n, quality in enumerate((0.1, 0.9, 0.5, 0.2, 0.3, 0.8, 0.4))]
    assert [view.id for view in best_views(track)] == ["1", "2", "5"]
    track[0] = replace(track[0], vectors={"v": np.ones(2, np.float32)})
    track[5] = replace(track[5], confidence=0.1)
    assert [view.id for view in best_views(track)] == ["0", "2", "6"]


def test_short_tracks_give_what_they_have_and_sharpness_stands_for_quality(face: FaceRecord) -> None:
    blurred, sharp = replace(face, id="b", sharpness=2.0), replace(face, id="s", sharpness=60.0)
    assert [view.id for view in best_views([blurred])] == ["b"]
    assert {view.id for view in best_views([blurred, sharp])} == {"b", "s"}
    assert [view.id for view in best_views([blurred, sharp, sharp, blurred, sharp, blurred])] == ["s", "s", "s"]
    assert best_views([]) == []
