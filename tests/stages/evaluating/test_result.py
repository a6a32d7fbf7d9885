from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.core.errors import MediaError, OmoteError, Stopped
from omote.core.events import Event, Note
from omote.core.files import write_bytes
from omote.core.types import Picture
from omote.evaluation.evaluation_page import Chapter
from omote.imaging.pictures import encode_png
from omote.media.source import open_source
from omote.stages.context import Context
from omote.stages.evaluating.config import EvaluateConfig, SampleConfig
from omote.stages.evaluating.result import evaluate_result

SCENES = take(1, 6)


@pytest.fixture(scope="module")
def plate(films: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    return [frame.rgb for frame in open_source(films["a"]).frames()]


def told(
    result: Sequence[Picture], films: dict[str, Path], extracted: dict[str, Path], place: Path
) -> tuple[dict[str, float], Chapter]:
    """Evaluate a result of these pictures."""
    for number, rgb in enumerate(result):
        write_bytes(place / "result" / f"{number:03d}.png", encode_png(rgb))
    config = EvaluateConfig(faces_a=extracted["a"], sample=SampleConfig(identify=2))
    chapter = evaluate_result(config, (place / "result", films["a"], extracted["b"]), Context())
    return {each.name: each.value for each in chapter.measures if not each.group}, chapter


def test_the_plate_itself_is_perfect_in_all_but_that_nobody_was_swapped(
    plate: list[Picture], films: dict[str, Path], extracted: dict[str, Path], tmp_path: Path
) -> None:
    found, chapter = told(plate, films, extracted, tmp_path)
    assert found["taken for A: leak"] == 100
    assert found["identity, A = 0 and B = 1"] == pytest.approx(0, abs=1e-6)
    assert (found["frames swapped"], found["background difference"]) == (0, 0)
    assert "seam" not in found
    for name in ("pose error", "pose offset", "expression error: mouth", "expression error: eyes"):
        assert found[name] == pytest.approx(0, abs=1e-4), name
    for name in ("sharpness match", "flicker, result / plate", "landmark jitter, result / plate"):
        assert found[name] == 1, name
    assert not chapter.rankings or {each.name for each in chapter.rankings} == {"likeness to B"}
    assert "in 0 % of them the face was changed" in chapter.said


def test_the_true_swap_is_bs_face_and_does_what_the_plate_does(
    plate: list[Picture], films: dict[str, Path], extracted: dict[str, Path], tmp_path: Path
) -> None:
    """B's face within A's, in A's frame, as a perfect swap would have it."""
    shots = [Clip("b", Actor.from_seed(2), SCENES, 320, 240).shot(number) for number in range(6)]
    swapped = [
        np.where(shot.mask[..., None] > 0.5, shot.rgb, frame).astype(np.uint8)
        for shot, frame in zip(shots, plate, strict=True)
    ]
    found, chapter = told(swapped, films, extracted, tmp_path)
    assert found["identity, A = 0 and B = 1"] > 0.6
    assert (found["taken for B"], found["frames swapped"], found["background difference"]) == (100, 100, 0)
    assert found["expression error: mouth"] < 3
    assert found["distance to B"] < 0.5 * found["distance to A"]
    assert f"sees it {found['distance to B']:.2f} limits from B" in chapter.said
    assert [each.name for each in chapter.rankings if each.name == "seam"]
    pictures = [figure.jpeg for each in chapter.rankings for figure in (*each.worst, *each.best)]
    assert pictures
    assert all(picture.startswith(b"\xff\xd8") for picture in pictures)


def test_shuffled_frames_flicker_and_do_something_else(
    plate: list[Picture], films: dict[str, Path], extracted: dict[str, Path], tmp_path: Path
) -> None:
    wild = [np.roll(plate[place], 7 * (place % 2), 1) for place in (3, 0, 5, 2, 4, 1)]
    found, _ = told(wild, films, extracted, tmp_path)
    assert found["flicker, result / plate"] > 2
    assert found["landmark jitter, result / plate"] > 2
    assert found["background difference"] > 0.5


def test_faces_that_nobody_can_find_in_the_result_are_no_figures_and_no_fault(
    plate: list[Picture], films: dict[str, Path], extracted: dict[str, Path], tmp_path: Path
) -> None:
    hidden = [frame.copy() for frame in plate]
    for frame in hidden:
        frame[30:200, 70:250] = 0
    found, chapter = told(hidden, films, extracted, tmp_path)
    assert found["frames swapped"] == 100
    assert "identity, A = 0 and B = 1" not in found
    assert "nobody can say whose it is" in chapter.said


def test_what_is_lacking_is_named_and_a_stop_is_heeded(
    films: dict[str, Path], extracted: dict[str, Path], tmp_path: Path
) -> None:
    config, said = EvaluateConfig(faces_a=extracted["a"]), list[Event]()
    with pytest.raises(MediaError, match="no such file"):
        evaluate_result(config, (tmp_path / "none.mp4", films["a"], extracted["b"]), Context())
    unseen = EvaluateConfig()  # whose plate would have to be looked at first, which takes minutes
    with pytest.raises(OmoteError, match="no such folder"):
        evaluate_result(unseen, (films["a"], films["a"], tmp_path / "none"), Context(said.append))
    assert not any("was not looked at yet" in event.text for event in said if isinstance(event, Note))
    with pytest.raises(Stopped):
        evaluate_result(config, (films["a"], films["a"], extracted["b"]), Context(stopped=lambda: True))
