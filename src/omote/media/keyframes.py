"""Which frames of a video stand by themselves, so that a reader can begin there. Nothing is decoded for it."""

from pathlib import Path

from omote.media.reading import explained_reading, open_container, video_stream


def keyframes(path: Path) -> frozenset[int]:
    """Return the times of a video's key frames, in units of its time base.

    Raises:
        MediaError: it cannot be read.
    """
    with explained_reading(path), open_container(path) as container:
        packets = container.demux(video_stream(container, path))
        return frozenset(packet.pts for packet in packets if packet.is_keyframe and packet.pts is not None)
