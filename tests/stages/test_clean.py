from pathlib import Path

import pytest

from omote.alignments.folder import face_pictures
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError
from omote.curation.moves import carry_out, set_aside
from omote.stages.clean import CleanConfig, CleanReport, run
from omote.stages.context import Context
from omote.stages.extract import ExtractConfig
from omote.stages.extract import run as extract


def clean(folder: Path, **settings: object) -> CleanReport:
    return run(CleanConfig.checked({"faces": folder, **settings}), Context())


@pytest.fixture
def spoiled(faces: dict[str, Path]) -> Path:
    """Faces of which the first was deleted and the second set aside."""
    first, second = sorted(faces["a"].glob("*.png"))[:2]
    first.unlink()
    list(carry_out(set_aside(faces["a"], [second], "blurred")))
    return faces["a"]


def pictures(folder: Path) -> int:
    return len(list(face_pictures(folder)))


def test_what_is_gone_counts_no_more_and_is_not_made_again(films: dict[str, Path], spoiled: Path) -> None:
    dry = clean(spoiled, dry_run=True)
    with Alignments.open(spoiled / "film-a.alignments.db") as alignments:
        assert len(alignments.ids()) == 6
    done = clean(spoiled)
    assert done == dry.model_copy(update={"dry_run": False})
    (each,) = done.files
    assert (each.source, each.rejected, each.set_aside, each.kept) == ("film-a.mp4", 2, 1, 4)
    for _ in range(2):
        assert extract(ExtractConfig(sources=[films["a"]], faces=spoiled), Context()).faces == 4
    assert pictures(spoiled) == 4
    assert clean(spoiled).rejected == []


@pytest.mark.parametrize("cleaned", [True, False])
def test_restoring_brings_back_what_waits_and_lets_the_rest_be_made(
    films: dict[str, Path], spoiled: Path, cleaned: bool
) -> None:
    if cleaned:
        clean(spoiled)
    dry = clean(spoiled, restore=True, dry_run=True)
    assert pictures(spoiled) == 4
    done = clean(spoiled, restore=True)
    assert done == dry.model_copy(update={"dry_run": False})
    (each,) = done.files
    assert (done.brought_back, each.to_make, each.rejected, each.kept) == (1, 1, 0, 6)
    assert pictures(spoiled) == 5
    assert extract(ExtractConfig(sources=[films["a"]], faces=spoiled), Context()).faces == 6
    assert pictures(spoiled) == 6


def test_a_picture_that_comes_back_counts_again(spoiled: Path) -> None:
    clean(spoiled)
    (waits,) = (spoiled / ".aside").rglob("*.png")
    waits.rename(spoiled / "back.png")
    done = clean(spoiled)
    assert (len(done.taken_back), done.files[0].kept) == (1, 5)


def test_an_empty_folder_is_no_choice(faces: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(AlignmentsError, match="no alignments in this folder"):
        clean(tmp_path / "empty")
    with pytest.raises(AlignmentsError, match="no face picture in this folder"):
        clean(tmp_path / "empty", alignments=faces["a"])
