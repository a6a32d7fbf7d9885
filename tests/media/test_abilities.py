import av
import pytest

from omote.media import abilities as module
from omote.media.abilities import abilities, ffmpeg_version


def test_what_this_build_can_write_is_told_by_codec() -> None:
    found = {ability.codec: ability for ability in abilities()}
    h264, prores, ffv1 = found["h264"], found["prores"], found["ffv1"]
    assert (h264.encoder, h264.suffixes, h264.depths) == ("libx264", (".mp4", ".mov", ".mkv"), (8, 10))
    assert h264.pixels == ("yuv420p", "yuv422p", "yuv444p")
    assert (h264.alpha, prores.alpha, ffv1.alpha) == ((), (".mov", ".mkv"), (".mkv",))
    assert (prores.depths, prores.pixels, prores.lossless) == ((10,), ("yuv422p", "yuv444p"), False)
    assert {8, 10, 12, 16} <= set(ffv1.depths)
    assert "rgb" in ffv1.pixels
    assert all(
        ability.encoder in av.codecs_available or ability.encoder.startswith("lib") for ability in found.values()
    )


def test_what_this_build_lacks_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "writes", lambda encoder: encoder != "libx264")
    monkeypatch.setattr(module, "working", lambda encoders: tuple(e for e in encoders if e == "hevc_nvenc"))
    found = {ability.codec: ability for ability in abilities()}
    assert "h264" not in found
    assert found["h265"].hardware == ("hevc_nvenc",)


def test_ffmpeg_has_a_version() -> None:
    assert ffmpeg_version()[0].isdigit() or ffmpeg_version().startswith("n")
