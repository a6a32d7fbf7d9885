from collections.abc import Callable
from pathlib import Path

import pytest

from omote.core.errors import MediaError
from omote.core.types import Picture
from omote.media.picture_files import png
from omote.media.source import open_source


def test_one_door_for_everything(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], tmp_path: Path
) -> None:
    clip = make_clip("a.mp4", shades(3))
    folder = tmp_path / "faces"
    folder.mkdir()
    for number, rgb in enumerate(shades(2)):
        (folder / f"{number}.png").write_bytes(png(rgb))
    found = [open_source(path).facts for path in (clip, folder, folder / "0.png")]
    assert [(facts.kind, facts.frames, facts.path.name) for facts in found] == [
        ("video", 3, "a.mp4"),
        ("pictures", 2, "faces"),
        ("pictures", 1, "0.png"),
    ]
    assert len({facts.fingerprint for facts in found}) == 3
    assert open_source(clip.rename(tmp_path / "b.mp4")).facts.fingerprint == found[0].fingerprint


def test_what_cannot_be_opened_is_said_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "README.md").write_text("# Read me\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 40)
    expected = {
        "missing.mp4": "no such file or folder",
        "empty.mp4": "the file is empty",
        "README.md": "not a video or picture",
        "folder": "no pictures in the folder",
        "noise.mp4": "not a video or picture",
    }
    for name, what in expected.items():
        with pytest.raises(MediaError) as caught:
            open_source(tmp_path / name)
        assert str(caught.value).startswith(what)
        assert str(tmp_path / name) in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(MediaError, match="not a file or a folder"):
        open_source(Path("/dev/null"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.footage
def test_the_list_of_the_footage_is_no_footage(footage: Path) -> None:
    with pytest.raises(MediaError, match=r"README\.md"):
        open_source(footage / "README.md")
