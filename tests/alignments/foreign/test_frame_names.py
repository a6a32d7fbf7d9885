import pytest

from omote.alignments.foreign.frame_names import footage_of, frame_key, is_still, numbered
from omote.alignments.record import FrameRecord, SourceRecord


def test_names_of_a_video_s_frames_are_taken_apart() -> None:
    assert numbered("my_clip.v2_000012.mp4") == ("my_clip.v2", 11, ".mp4")
    assert numbered("clip_000001") == ("clip", 0, "")
    assert [numbered(name) for name in ("clip_000000.mp4", "clip_12.png", "a.png", "")] == [None] * 4


@pytest.mark.parametrize(
    ("names", "stem", "timed", "found"),
    [
        (["clip_000001.mp4", "clip_000002.mp4"], "other", False, ("clip.mp4", True)),
        (["clip_000001.png", "clip_000002.png"], "clip", False, ("clip", True)),
        (["clip_000001.png"], "alignments", True, ("clip", True)),
        (["clip_000001.png"], "alignments", False, ("folder", False)),
        (["a.png", "b.jpg"], "alignments", False, ("folder", False)),
        (["a_000001.mp4", "b_000001.mp4"], "a", False, ("folder", False)),
        ([], "a", False, ("folder", False)),
    ],
)
def test_footage_is_told_from_its_frames(names: list[str], stem: str, timed: bool, found: tuple[str, bool]) -> None:
    assert footage_of(names, stem, "folder", video=timed) == found


def test_faceswap_s_name_of_a_frame(source: SourceRecord) -> None:
    assert frame_key(FrameRecord(1, 40, "clip_000002"), source) == "clip_000002.mp4"
    assert frame_key(FrameRecord(1, 40, "a.PNG"), source) == "a.PNG"
    assert (is_still("a.png_000001"), is_still("a.jpg")) == (False, True)
