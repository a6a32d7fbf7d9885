"""What a container says of its film as a whole: title, comment and the like."""

from pathlib import Path

from omote.media.reading import explained_reading, open_container


def container_tags(path: Path) -> dict[str, str]:
    """Return the tags of a video's or picture's container, by the names that FFmpeg gives them.

    Raises:
        MediaError: it cannot be opened.
    """
    with explained_reading(path), open_container(path) as container:
        return dict(container.metadata)
