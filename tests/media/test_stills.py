from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from omote.core.errors import MediaError, OmoteError
from omote.core.types import Frame, Picture
from omote.media.facts import SourceFacts
from omote.media.picture_files import PictureChoice
from omote.media.pictures import read_picture
from omote.media.stills import StillSink


@pytest.fixture
def like(tmp_path_factory: pytest.TempPathFactory) -> SourceFacts:
    folder = tmp_path_factory.mktemp("source")
    return SourceFacts(folder, "pictures", 64, 48, 4, Fraction(1, 25), Fraction(25), 0, "0" * 16)


_PNG = PictureChoice("png", 8, alpha=False)


def test_a_folder_gets_one_png_a_frame(tmp_path: Path, shades: Callable[..., list[Picture]], like: SourceFacts) -> None:
    names = ["img_1.JPG", "my.clip_000002", "three.tiff", "four"]
    with StillSink(tmp_path / "new" / "out", _PNG, like, folder=True) as sink:
        for number, (name, rgb) in enumerate(zip(names, shades(4), strict=True)):
            sink.write(Frame(number, number, name, rgb))
    files = {path.name: path for path in (tmp_path / "new" / "out").iterdir()}
    assert set(files) == {"img_1.png", "my.clip_000002.png", "three.png", "four.png"}
    assert np.array_equal(read_picture(files["three.png"]), shades(4)[2])


def test_a_folder_is_whole_or_as_it_was(
    tmp_path: Path, shades: Callable[..., list[Picture]], like: SourceFacts
) -> None:
    mine = tmp_path / "out" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(KeyboardInterrupt), StillSink(tmp_path / "out", _PNG, like, folder=True) as sink:
        sink.write(Frame(0, 0, "a", shades(1)[0]))
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "mine.txt"]
    with StillSink(tmp_path / "out", _PNG, like, folder=True) as sink:
        sink.write(Frame(0, 0, "a", shades(1)[0]))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.png", "mine.txt", "out"]


def test_a_folder_that_is_there_is_filled_from_inside(
    tmp_path: Path, shades: Callable[..., list[Picture]], like: SourceFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be a disk of its own, to which nothing can be renamed from outside."""
    monkeypatch.chdir(tmp_path)
    with StillSink(Path(), _PNG, like, folder=True) as sink:
        sink.write(Frame(0, 0, "a", shades(1)[0]))
        assert [path.name for path in tmp_path.iterdir()] == [".omote.part"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_two_frames_never_share_a_file(tmp_path: Path, shades: Callable[..., list[Picture]], like: SourceFacts) -> None:
    sink = StillSink(tmp_path / "out", _PNG, like, folder=True)
    sink.write(Frame(0, 0, "a.jpg", shades(1)[0]))
    with pytest.raises(MediaError, match=r"frame a\.png would be written over the one before: .*out"):
        sink.write(Frame(1, 1, "a.png", shades(1)[0]))


@pytest.mark.parametrize("name", ["out.png", "out.jpg", "out.JPEG"])
def test_a_single_picture_takes_its_name(
    tmp_path: Path, corners: Callable[[int, int], Picture], like: SourceFacts, name: str
) -> None:
    choice = PictureChoice("png" if name == "out.png" else "jpeg", 8, alpha=False)
    with StillSink(tmp_path / name, choice, like, folder=False) as sink:
        sink.write(Frame(0, 0, "a.webp", corners(32, 24)))
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert np.abs(read_picture(tmp_path / name).astype(int) - corners(32, 24)).mean() < 3


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, like: SourceFacts) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OmoteError, match="cannot write"):
        StillSink(tmp_path / "file" / "out", _PNG, like, folder=True)


def _fill(path: Path, like: SourceFacts, pictures: list[Picture], until: int, key: str | None = "k") -> None:
    with pytest.raises(KeyboardInterrupt), StillSink(path, _PNG, like, folder=True, resume=key) as sink:
        for number in range(sink.next_frame, until):
            sink.write(Frame(number, number, f"p{number}", pictures[number]))
        raise KeyboardInterrupt


@pytest.mark.parametrize("there", [False, True])
def test_a_broken_run_goes_on_after_its_last_picture(
    tmp_path: Path, shades: Callable[..., list[Picture]], like: SourceFacts, there: bool
) -> None:
    target, pictures = tmp_path / "out", shades(5)
    if there:
        target.mkdir()
    _fill(target, like, pictures, 3)
    with StillSink(target, _PNG, like, folder=True, resume="k") as sink:
        assert sink.next_frame == 3
        for number in (3, 4):
            sink.write(Frame(number, number, f"p{number}", pictures[number]))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["out", *(f"p{number}.png" for number in range(5))]
    assert all(np.array_equal(read_picture(target / f"p{n}.png"), pictures[n]) for n in range(5))


def test_a_killed_process_loses_only_what_is_not_noted(
    tmp_path: Path, shades: Callable[..., list[Picture]], like: SourceFacts
) -> None:
    sink, target = StillSink(tmp_path / "out", _PNG, like, folder=True, resume="k"), tmp_path / "out"
    for number in range(40):
        sink.write(Frame(number, number, f"p{number}", shades(1)[0]))
    again = StillSink(target, _PNG, like, folder=True, resume="k")  # the first was never ended
    assert again.next_frame == 32
    again.write(Frame(32, 32, "p32", shades(1)[0]))


@pytest.mark.parametrize("damage", ["key", "lost", "cut", "none"])
def test_pictures_of_another_run_or_damaged_are_made_anew(
    tmp_path: Path, shades: Callable[..., list[Picture]], like: SourceFacts, damage: str
) -> None:
    target = tmp_path / "out"
    _fill(target, like, shades(3), 3)
    waiting = next(path for path in tmp_path.iterdir() if path.is_dir())
    if damage == "lost":
        (waiting / "p1.png").unlink()
    if damage == "cut":
        with (waiting / ".done.jsonl").open("a") as file:
            file.write('[3, "p')
    sink = StillSink(target, _PNG, like, folder=True, resume="other" if damage == "key" else "k")
    assert sink.next_frame == (3 if damage in ("cut", "none") else 0)
