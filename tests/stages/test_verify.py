from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from omote.core.errors import MediaError, Stopped
from omote.core.events import Event, Progress
from omote.core.types import Floats, Frame, Region
from omote.imaging.geometry import resize
from omote.imaging.pictures import encode_png
from omote.marking.config import MarkConfig
from omote.marking.output import Marking
from omote.marking.packets import with_packet
from omote.marking.statement import ModelCard, packet, tags
from omote.marking.watermark import Watermark
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.media.source import open_source
from omote.stages import verify
from omote.stages.context import Context

CARDS = [ModelCard("nano", 1200)]
SIGNS = find_spec("c2pa") is not None


def test_an_unmarked_film_is_no_proof_of_anything(films: dict[str, Path]) -> None:
    report = verify.run(verify.VerifyConfig(path=films["a"], frames=4), Context())
    assert not (report.metadata.found or report.watermark.found or report.manifest.made)
    assert report.watermark.faces == 4
    assert "no proof" in report.verdict


def test_a_film_whose_metadata_says_so(films: dict[str, Path], tmp_path: Path) -> None:
    source, out = open_source(films["a"]), tmp_path / "made.mkv"
    with open_sink(out, source, settings=EncodeConfig(preset="ultrafast"), metadata=tags(CARDS)) as sink:
        for frame in source.frames():
            sink.write(frame)
    report = verify.run(verify.VerifyConfig(path=out, frames=2), Context())
    assert report.metadata.found and "nano, 1200 iterations" in report.metadata.words
    assert report.verdict == "It is marked as made: its metadata says so."


@pytest.mark.skipif(not SIGNS, reason="the extra omote[mark] is not installed")
def test_a_signed_film_is_valid_until_a_byte_is_changed(films: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "made.mp4"
    out.write_bytes(films["a"].read_bytes())
    Marking(films["a"], CARDS, MarkConfig()).mark(out, out.name)
    report = verify.run(verify.VerifyConfig(path=out, frames=1), Context())
    assert report.manifest.state == "valid" and report.manifest.made and not report.manifest.trusted
    assert "untrusted" in report.manifest.words
    assert report.metadata.found  # the XMP at the end
    data = bytearray(out.read_bytes())
    data[data.index(b"mdat") + 400] ^= 1
    out.write_bytes(data)
    edited = verify.run(verify.VerifyConfig(path=out, frames=1), Context())
    assert edited.manifest.state == "broken"
    assert "changed after it was signed" in edited.manifest.words and "changed after" in edited.verdict


def test_without_the_package_the_rest_is_looked_for(films: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "omote.marking.manifest", None)
    report = verify.run(verify.VerifyConfig(path=films["a"], frames=1), Context())
    assert report.manifest.state == "not looked for" and "omote[mark]" in report.manifest.words


@pytest.mark.slow
def test_the_watermark_is_read_from_the_file_alone(tmp_path: Path) -> None:
    """A drawn film of two seconds, marked at the true points, written lossily; and the same without a mark."""
    from omote.cast.actor import Actor
    from omote.cast.clip import Clip
    from omote.cast.take import take

    clip = Clip("acted", Actor.from_seed(4), take(8, 24, 12, 0.5, 0.7), 320, 240, rate=12)
    paths = {name: tmp_path / f"{name}.mp4" for name in ("marked", "plain")}
    for name, path in paths.items():
        with open_sink(path, clip, settings=EncodeConfig(preset="veryfast")) as sink:
            for frame in clip.frames():
                points = clip.shot(frame.index).landmarks
                sink.write(_marked(frame, points) if name == "marked" else frame)
    found = {name: verify.run(verify.VerifyConfig(path=path), Context()).watermark for name, path in paths.items()}
    assert found["marked"].found and found["marked"].faces == 24
    assert not found["plain"].found


def _marked(frame: Frame, points: Floats, rate: int = 12) -> Frame:
    rgb = frame.rgb.copy()
    Watermark().put(rgb, Region(0, 0, 320, 240), points, frame.index / rate)
    return replace(frame, rgb=rgb)


def test_of_a_folder_it_is_said_how_many_pictures_say_so(tmp_path: Path, films: dict[str, Path]) -> None:
    for frame in open_source(films["a"]).frames():
        if frame.index < 4:
            (tmp_path / f"{frame.index}.png").write_bytes(encode_png(frame.rgb))
    made = tmp_path / "2.png"
    made.write_bytes(with_packet(made.read_bytes(), packet(CARDS)) or b"")
    report = verify.run(verify.VerifyConfig(path=tmp_path), Context())
    assert report.metadata.found and report.metadata.words.endswith("made a part of it (1 of 4 pictures)")
    assert report.manifest.state in ("none", "not looked for") and "(4 of 4 pictures)" in report.manifest.words
    assert report.watermark.faces == 4 and not report.watermark.found
    assert report.verdict == "It is marked as made: its metadata says so."


def test_of_a_folder_a_made_picture_says_more_than_one_that_is_signed(
    tmp_path: Path, films: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for frame in open_source(films["a"]).frames():
        if frame.index < 4:
            (tmp_path / f"{frame.index}.png").write_bytes(encode_png(frame.rgb))

    def camera(path: Path, _: object) -> verify.ManifestFound:
        state = "broken" if path.stem == "0" else "valid"
        return verify.ManifestFound(state=state, made=path.stem == "3", words=f"of {path.stem}")

    monkeypatch.setattr(verify, "_manifest", camera)
    report = verify.run(verify.VerifyConfig(path=tmp_path), Context())
    assert report.manifest.made and report.manifest.words == "of 3 (1 of 4 pictures)"
    unread = lambda path, _: verify.ManifestFound(state="unreadable", words=f"cannot read {path}")  # noqa: E731
    monkeypatch.setattr(verify, "_manifest", unread)
    report = verify.run(verify.VerifyConfig(path=tmp_path), Context())
    assert report.manifest.words.endswith("0.png (4 of 4 pictures)")


def test_of_small_faces_it_is_said_that_they_keep_no_watermark(tmp_path: Path, films: dict[str, Path]) -> None:
    frame = next(open_source(films["a"]).frames())
    height, width = frame.rgb.shape[:2]
    small = np.zeros_like(frame.rgb)
    small[: height // 2, : width // 2] = resize(frame.rgb, width // 2, height // 2)
    for name, rgb in (("large", frame.rgb), ("small", small)):
        (tmp_path / f"{name}.png").write_bytes(encode_png(rgb))
    words = {
        name: verify.run(verify.VerifyConfig(path=tmp_path / f"{name}.png"), Context()).watermark.words
        for name in ("large", "small")
    }
    assert words["large"] == "none found in one picture of a face"
    assert "px wide, and less than 60 px seldom keeps it" in words["small"]


def test_what_cannot_be_looked_at_is_said(tmp_path: Path, films: dict[str, Path]) -> None:
    with pytest.raises(MediaError, match="no pictures in the folder"):
        verify.run(verify.VerifyConfig(path=tmp_path), Context())
    with pytest.raises(MediaError, match="no such file"):
        verify.run(verify.VerifyConfig(path=tmp_path / "none.mp4"), Context())
    with pytest.raises(Stopped):
        verify.run(verify.VerifyConfig(path=films["a"]), Context(stopped=lambda: True))


@pytest.mark.parametrize(
    ("count", "rate", "wanted"), [(10, 25, 64), (100, 25, 64), (130, 25, 64), (5000, 25, 64), (7, 60, 1), (0, 25, 5)]
)
def test_the_frames_looked_at_lie_in_the_film(count: int, rate: float, wanted: int) -> None:
    chosen = verify._chosen(count, rate, wanted)
    assert chosen == sorted(set(chosen)) and chosen[0] >= 0
    assert len(chosen) == (min(count, wanted) if count else wanted)
    assert not count or chosen[-1] < count


@pytest.mark.parametrize(("count", "looks"), [(0, 1), (100, 1), (300, 2), (500, 3), (100_000, 3)])
def test_more_of_a_long_film_is_looked_at_in_other_places(count: int, looks: int) -> None:
    chosen = verify._looks(count, 25, 64)
    assert len(chosen) == looks
    assert all(look[0] >= 0 and (look[-1] < count or not count) and len(look) == 64 for look in chosen)
    if count > 500:
        assert len(set().union(*chosen)) == 3 * 64


@pytest.mark.slow
def test_a_mark_in_one_part_of_a_film_is_found_at_a_later_look(tmp_path: Path) -> None:
    from omote.cast.actor import Actor
    from omote.cast.clip import Clip
    from omote.cast.take import take

    clip, path = Clip("acted", Actor.from_seed(4), take(8, 60, 10, 0.5, 0.7), 320, 240, rate=10), tmp_path / "part.mp4"
    with open_sink(path, clip, settings=EncodeConfig(preset="veryfast")) as sink:
        for frame in clip.frames():
            sink.write(_marked(frame, clip.shot(frame.index).landmarks, 10) if frame.index < 20 else frame)
    steps = list[Event]()
    found = verify.run(verify.VerifyConfig(path=path, frames=20), Context(emit=steps.append)).watermark
    assert found.found
    assert steps[-1] == Progress("verify", 40, 60)


def test_long_films_are_looked_at_in_stretches() -> None:
    chosen = verify._chosen(5000, 25, 64)
    steps = [after - before for before, after in pairwise(chosen)]
    assert sorted(set(steps))[:-1] == [2] and steps.count(2) == 62
