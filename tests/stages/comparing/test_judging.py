import shutil
from pathlib import Path

import numpy as np
import pytest

from omote.core.errors import OmoteError
from omote.core.types import Picture
from omote.evaluation.true_swap import measures, scored
from omote.imaging.pictures import decode
from omote.media.source import open_source
from omote.stages.comparing.ground import Ground, around_face, spread, trial, true_shots
from omote.stages.comparing.judging import WAY, outcome
from omote.stages.comparing.plan import CastPlan
from omote.stages.context import Context
from omote.training.config import LearnConfig


def shown(path: Path) -> Picture:
    picture = decode(path.read_bytes())
    assert picture is not None
    return picture


def test_real_faces_are_judged_by_those_held_out_and_shown_as_b(
    extracted: dict[str, Path], taught: Path, learn: LearnConfig, tmp_path: Path
) -> None:
    shutil.copytree(taught, tmp_path / "model")
    ground = Ground(a=extracted["a"], b=extracted["b"], digest="")
    found = outcome(ground, learn, tmp_path, "cpu", Context())
    assert set(found.figures) == {"SSIM, held-out A", "SSIM, held-out B"}
    assert found.score == pytest.approx(np.mean(list(found.figures.values())))
    assert (found.iterations, len(found.history)) == (2, 1)
    faces, made = (sorted((tmp_path / "shown").glob(f"{name}-*.png")) for name in ("plate", "made"))
    assert len(faces) == len(made) > 0
    assert shown(faces[0]).shape == shown(made[0]).shape == (128, 128, 3)
    assert np.abs(shown(faces[0]).astype(int) - shown(made[0])).mean() > 5


def test_where_none_is_held_out_real_faces_cannot_be_judged(
    extracted: dict[str, Path], taught: Path, learn: LearnConfig, tmp_path: Path
) -> None:
    shutil.copytree(taught, tmp_path / "model")
    for slot in ("last", "best"):
        settings = tmp_path / "model" / slot / "train.toml"
        settings.write_text(settings.read_text().replace("held_out = 5", "held_out = 0"))
    with pytest.raises(OmoteError, match="none is held out"):
        outcome(Ground(a=extracted["a"], b=extracted["b"], digest=""), learn, tmp_path, "cpu", Context())


@pytest.mark.slow
def test_drawn_actors_are_judged_by_the_true_swap(
    extracted: dict[str, Path], taught: Path, learn: LearnConfig, tmp_path: Path
) -> None:
    cast = CastPlan(frames=10, plate_frames=3)
    plate_film, kept_shots = trial(cast, tmp_path, Context())
    ground = Ground(a=extracted["a"], b=extracted["b"], digest="", cast=cast, plate=plate_film, shots=kept_shots)
    place = tmp_path / "one"
    shutil.copytree(taught, place / "model")
    found = outcome(ground, learn, place, "cpu", Context())
    frames = list(open_source(place / "swapped.mp4").frames())
    shots = true_shots(ground)
    told = measures([scored(frame.rgb, *shot) for frame, shot in zip(frames, shots, strict=True)])
    whole = {each.name: each.value for each in told if not each.group}
    assert found.score == whole["SSIM to the true swap inside the face"]
    assert found.figures["PSNR, dB"] == whole["PSNR to the true swap inside the face"]
    assert found.lower == ["colour error, ΔE", "edge error, levels/px"]
    assert found.figures[WAY] == whole["way from A to the true swap"]
    assert {"colour error, ΔE", "edge error, levels/px", "SSIM, held-out A", "SSIM, held-out B"} < set(found.figures)
    for number, index in enumerate(spread(3)):
        _, plate, truth = shots[index]
        for name, rgb in (("plate", plate.rgb), ("made", frames[index].rgb), ("truth", truth.rgb)):
            picture = shown(place / "shown" / f"{name}-{number}.png")
            np.testing.assert_array_equal(picture, around_face(rgb, plate))
