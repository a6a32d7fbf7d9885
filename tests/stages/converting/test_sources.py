from pathlib import Path

import pytest

from omote.core.errors import MediaError
from omote.stages.converting.sources import outputs_of, sources_in


def touched(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_folder_of_videos_and_sets_is_all_of_them(tmp_path: Path) -> None:
    touched(
        tmp_path / "b.mp4", tmp_path / "a.MOV", tmp_path / "set" / "1.png", tmp_path / "b.alignments.db",
        tmp_path / "notes" / "x.txt", tmp_path / ".hidden.mp4",
    )  # fmt: skip
    assert sources_in(tmp_path) == [tmp_path / name for name in ("a.MOV", "b.mp4", "set")]


def test_a_file_and_a_set_of_pictures_are_themselves(tmp_path: Path) -> None:
    touched(tmp_path / "1.png", tmp_path / "b.mp4")
    assert sources_in(tmp_path) == [tmp_path]
    assert sources_in(tmp_path / "b.mp4") == [tmp_path / "b.mp4"]
    assert sources_in(tmp_path / "nothing.mp4") == [tmp_path / "nothing.mp4"]


def test_a_folder_of_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no pictures, videos"):
        sources_in(tmp_path)


def test_each_source_has_an_output_of_its_name(tmp_path: Path) -> None:
    touched(tmp_path / "set" / "1.png")
    film, picture_set = Path("in/b.mp4"), tmp_path / "set"
    assert outputs_of([film, picture_set], Path("out"), None) == {
        film: Path("out/b.mp4"),
        picture_set: Path("out/set"),
    }
    assert outputs_of([Path("in/b.avi")], Path("out"), ".mov") == {Path("in/b.avi"): Path("out/b.mov")}


def test_no_two_sources_have_one_output(tmp_path: Path) -> None:
    sources = [tmp_path / name for name in ("a.avi", "a.mp4", "b.mov")]
    with pytest.raises(MediaError, match=r"^a\.avi and a\.mp4 would both become this: .*out.a\.mkv"):
        outputs_of(sources, tmp_path / "out", ".mkv")
    assert len(outputs_of(sources, tmp_path / "out", None)) == 3


def test_no_output_is_a_source(tmp_path: Path) -> None:
    touched(tmp_path / "in" / "a.avi", tmp_path / "in" / "b.mp4")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    for suffix in (None, ".mp4"):
        with pytest.raises(MediaError, match="this is one of the sources"):
            outputs_of(sources_in(tmp_path / "in"), tmp_path / "link", suffix)
    assert outputs_of([tmp_path / "in" / "a.avi"], tmp_path / "in", ".mov")
