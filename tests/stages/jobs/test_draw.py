from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.record import FaceRecord
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError, OmoteError, SettingError, Stopped
from omote.core.types import Picture
from omote.imaging.overlay import colour_of
from omote.media.source import open_source
from omote.stages.context import Context
from omote.stages.jobs.config import AlignmentsConfig
from omote.stages.jobs.draw import DrawReport, draw, drawn
from omote.stages.masks import MasksConfig
from omote.stages.masks import run as masks


def job(on_set: dict[str, Path], output: Path | None, **settings: object) -> DrawReport:
    config = {"job": "draw", "target": on_set["faces"], "output": output, **settings}
    return draw(AlignmentsConfig.checked(config), Context())


def test_faces_are_drawn_where_they_are_and_nothing_elsewhere(on_set: dict[str, Path], tmp_path: Path) -> None:
    masks(MasksConfig(faces=on_set["faces"], add=["components"]), Context())
    report = job(on_set, tmp_path / "drawn")
    assert (report.frames, report.frames_with_face, report.faces) == (4, 3, 4)
    before, after = (list(open_source(path).frames()) for path in (on_set["source"], tmp_path / "drawn"))
    assert [frame.name for frame in after] == ["take_01.png", "take_02.png", "take_03.png", "take_04.png"]
    changed = [(one.rgb != other.rgb).any(2) for one, other in zip(before, after, strict=True)]
    assert not changed[2].any()
    assert changed[0][:, :320].mean() > 0.05
    assert not changed[0][:, 600:].any()
    assert changed[1][:, 320:].any()


@pytest.mark.parametrize("layer", ["crop", "box", "points", "raw", "name"])
def test_each_layer_is_drawn_in_the_colour_of_its_person(face: FaceRecord, picture: Picture, layer: str) -> None:
    named = replace(face, person="person-01", raw=face.landmarks + 3)
    canvas = drawn(np.zeros_like(picture), [named], [layer])
    seen = canvas[canvas.any(2)]
    assert len(seen)
    expected = (255, 255, 255) if layer == "raw" else colour_of("person-01")
    brightest = seen[seen.sum(1, dtype=int).argmax()]
    np.testing.assert_allclose(brightest / brightest.max(), np.array(expected) / max(expected), atol=0.03)
    assert not drawn(np.zeros_like(picture), [replace(named, raw=None)], ["raw"]).any()
    assert not drawn(np.zeros_like(picture), [named], []).any()


def test_a_range_is_drawn_alone_and_into_a_video(on_set: dict[str, Path], tmp_path: Path) -> None:
    assert job(on_set, tmp_path / "drawn.mp4", range="1:3").frames == 2
    assert len(list(open_source(tmp_path / "drawn.mp4").frames())) == 2
    with pytest.raises(SettingError, match="no frame lies in the range 3:2"):
        job(on_set, tmp_path / "x.mp4", range="3:2")


def test_rejected_faces_are_not_drawn(on_set: dict[str, Path], tmp_path: Path) -> None:
    with Alignments.open(on_set["faces"] / "set.alignments.db") as alignments:
        alignments.reject(alignments.ids())
    assert job(on_set, tmp_path / "drawn").faces == 0


def test_mistakes_are_named(on_set: dict[str, Path], films: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="with -o"):
        job(on_set, None)
    with pytest.raises(OmoteError, match="this is the source itself"):
        job(on_set, on_set["source"])
    with pytest.raises(AlignmentsError, match="alignments of another set"):
        job(on_set, tmp_path / "x.mp4", source=films["a"])
    config = AlignmentsConfig(job="draw", target=on_set["faces"], output=tmp_path / "drawn.mp4")
    with pytest.raises(Stopped):
        draw(config, Context(stopped=lambda: True))
    assert not list(tmp_path.glob("*.mp4"))
