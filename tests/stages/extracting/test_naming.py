"""A film of two people, then of one of them alone in another place."""

from pathlib import Path

import numpy as np
import pytest

from omote.alignments.folder import face_pictures
from omote.alignments.store import Alignments
from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.core.errors import OmoteError, SettingError
from omote.core.types import Frame
from omote.imaging.pictures import encode_png
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.stages.context import Context
from omote.stages.extract import ExtractConfig, run

TOGETHER, ALONE = 14, 8
LEFT, RIGHT = 3, 8  # actors whose vectors lie 0.79 apart


@pytest.fixture(scope="module")
def duo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("duo") / "duo.mp4"
    clips = [Clip(f"actor-{seed}", Actor.from_seed(seed), take(seed, TOGETHER), 320, 240) for seed in (LEFT, RIGHT)]
    shots = [[clip.shot(number).rgb for clip in clips] for number in range(TOGETHER)]
    grey = np.full((240, 320, 3), 90, np.uint8)
    pictures = [np.hstack(both) for both in shots] + [np.hstack([both[1], grey]) for both in shots[:ALONE]]

    class Film:
        facts = Clip("duo", Actor.from_seed(LEFT), take(LEFT, len(pictures)), 640, 240).facts

        def frames(self, start: int = 0, *, deep: bool = False):  # type: ignore[no-untyped-def]  # noqa: ANN202
            return (Frame(n, n, f"duo_{n + 1:06d}", rgb) for n, rgb in enumerate(pictures))

    with open_sink(path, Film(), settings=EncodeConfig(preset="ultrafast", pixels="yuv444p")) as sink:
        for frame in Film().frames():
            sink.write(frame)
    return path


@pytest.fixture
def portrait(tmp_path: Path) -> dict[int, Path]:
    paths = {}
    for seed in (LEFT, RIGHT):
        paths[seed] = tmp_path / f"portrait-{seed}.png"
        paths[seed].write_bytes(encode_png(Clip("p", Actor.from_seed(seed), take(seed, 9), 320, 240).shot(8).rgb))
    return paths


def truth(face_x: float, index: int) -> int:
    return RIGHT if index >= TOGETHER or face_x > 320 else LEFT


def people(path: Path) -> dict[str, set[int]]:
    """Who is seen under each name, by where the face truly is."""
    found: dict[str, set[int]] = {}
    with Alignments.open(path) as alignments:
        for face in alignments.faces():
            found.setdefault(str(face.person), set()).add(truth(float(face.landmarks[:, 0].mean()), face.frame.index))
    return found


def test_one_person_in_two_shots_has_one_name(duo: Path, tmp_path: Path) -> None:
    report = run(ExtractConfig(sources=[duo], faces=tmp_path / "f"), Context())
    assert (report.faces, report.people) == (2 * TOGETHER + ALONE, 2)
    assert people(report.alignments) == {"person-01": {RIGHT}, "person-02": {LEFT}}
    with Alignments.open(report.alignments) as alignments:
        assert len({face.track for face in alignments.faces()}) == 3


@pytest.mark.parametrize("how", ["filter", "exclude"])
def test_one_person_is_kept_by_a_reference_picture_and_the_other_taken_back_later(
    duo: Path, portrait: dict[int, Path], tmp_path: Path, how: str
) -> None:
    kept, count = (RIGHT, TOGETHER + ALONE) if how == "filter" else (LEFT, TOGETHER)
    config = ExtractConfig.checked({"sources": [duo], "faces": tmp_path / "f", how: [portrait[RIGHT]]})
    report = run(config, Context())
    assert report.faces == count
    assert set().union(*people(report.alignments).values()) == {kept}
    assert len(list(face_pictures(tmp_path / "f"))) == count
    # Without the filter, all are faces again and have their pictures.
    report = run(ExtractConfig(sources=[duo], faces=tmp_path / "f"), Context())
    assert report.faces == len(list(face_pictures(tmp_path / "f"))) == 2 * TOGETHER + ALONE
    # With it once more, pictures that are there are set aside, not deleted.
    assert run(config, Context()).faces == len(list(face_pictures(tmp_path / "f"))) == count
    aside = list((tmp_path / "f" / ".aside" / "filtered").glob("*.png"))
    assert len(aside) == 2 * TOGETHER + ALONE - count


def test_a_face_that_was_deleted_stays_so_whatever_the_filter(
    duo: Path, portrait: dict[int, Path], tmp_path: Path
) -> None:
    config = ExtractConfig(sources=[duo], faces=tmp_path / "f", filter=[portrait[RIGHT]])
    run(config, Context())
    min((tmp_path / "f").glob("*.png")).unlink()
    assert run(config, Context()).faces == TOGETHER + ALONE - 1
    assert run(ExtractConfig(sources=[duo], faces=tmp_path / "f"), Context()).faces == 2 * TOGETHER + ALONE - 1


def test_reference_pictures_must_show_someone(duo: Path, tmp_path: Path) -> None:
    (tmp_path / "wall.png").write_bytes(encode_png(np.full((200, 200, 3), 80, np.uint8)))
    with pytest.raises(OmoteError, match="no face found in this reference"):
        run(ExtractConfig(sources=[duo], faces=tmp_path / "f", filter=[tmp_path / "wall.png"]), Context())
    with pytest.raises(SettingError, match="need an identifier"):
        ExtractConfig.checked({"sources": [duo], "faces": tmp_path, "filter": [duo], "identifier": "none"})
