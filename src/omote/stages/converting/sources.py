"""A folder of sources: the videos and sets of pictures in it, each with an output of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from omote.core.errors import MediaError
from omote.media.pictures import is_picture

_VIDEOS = (
    *(".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts"),
    *(".mxf", ".wmv", ".flv", ".3gp", ".ogv", ".gif"),
)


def sources_in(path: Path) -> list[Path]:
    """Return the sources in a folder, by name: videos, and folders that hold pictures.

    Args:
        path: anything. A file, or a folder that holds pictures itself, is one source: itself.

    Raises:
        MediaError: a folder holds neither pictures nor sources.
    """
    if not path.is_dir():
        return [path]
    inside = sorted(each for each in path.iterdir() if not each.name.startswith("."))
    if any(is_picture(each) for each in inside if each.is_file()):
        return [path]
    found = [each for each in inside if (_holds_pictures(each) if each.is_dir() else each.suffix.lower() in _VIDEOS)]
    if not found:
        raise MediaError("no pictures, videos or folders of pictures in this folder", path)
    return found


def outputs_of(sources: Sequence[Path], folder: Path, suffix: str | None) -> dict[Path, Path]:
    """Return where the output of each of several sources goes: a video of the same name, or a folder.

    Raises:
        MediaError: two would get the same, or one would be written over a source.
    """
    outputs = {source: _output_of(source, folder, suffix) for source in sources}
    own, taken = {source.resolve() for source in sources}, dict[Path, Path]()
    for source, output in outputs.items():
        if output.resolve() in own:
            raise MediaError("this is one of the sources", output, "choose another folder for what is made")
        if output in taken:
            what = f"{taken[output].name} and {source.name} would both become this"
            raise MediaError(what, output, "rename one of them, or convert it by itself")
        taken[output] = source
    return outputs


def _output_of(source: Path, folder: Path, suffix: str | None) -> Path:
    if source.is_dir():
        return folder / source.name
    return folder / (source.name if suffix is None else f"{source.stem}{suffix}")


def _holds_pictures(folder: Path) -> bool:
    return any(is_picture(each) for each in folder.iterdir() if each.is_file())
