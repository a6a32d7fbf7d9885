from omote.alignments.foreign.face import ForeignFrame, ForeignSource
from omote.alignments.foreign.placing import Places, made_up_frames, made_up_source


def source(*names: str, video: bool, pts: int | None = None) -> ForeignSource:
    return ForeignSource("x", "clip.mp4", video, None, tuple(ForeignFrame(name, pts, ()) for name in names))


def test_a_video_s_frames_go_by_number_whatever_they_are_called() -> None:
    places = Places(source("old_000002.png", "00007.png", video=True), video=True)
    assert [getattr(places.at(index, "new"), "name", None) for index in (0, 1, 6)] == [
        None,
        "old_000002.png",
        "00007.png",
    ]


def test_pictures_go_by_name_but_for_the_suffix() -> None:
    places = Places(source("b.png", video=False), video=False)
    assert places.at(0, "a.png") is None
    assert places.at(1, "b.jpg") is not None


def test_without_footage_frames_get_the_places_that_their_names_tell() -> None:
    made = made_up_frames(source("clip_000009.mp4", "clip_000003.mp4", video=True))
    assert {frame.index: frame.name for frame in made.values()} == {8: "clip_000009", 2: "clip_000003"}
    assert made["clip_000003.mp4"].pts == 2
    assert made_up_frames(source("clip_000003.mp4", video=True, pts=77))["clip_000003.mp4"].pts == 77
    made = made_up_frames(source("b.png", "a.png", video=False))
    assert {frame.index: frame.name for frame in made.values()} == {0: "a.png", 1: "b.png"}
    record = made_up_source(source("a.png", video=False))
    assert (record.width, record.height, record.frames, len(record.fingerprint)) == (0, 0, 1, 16)
