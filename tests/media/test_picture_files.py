import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from omote.core.errors import MediaError
from omote.core.types import Picture
from omote.media.config import EncodeConfig
from omote.media.facts import SourceFacts
from omote.media.picture_files import PictureChoice, choose_pictures, jpeg, picture_bytes, png
from omote.media.pictures import read_deep_picture, read_picture

_SRGB = 13


@pytest.mark.parametrize("size", [(64, 48), (63, 47), (1, 1)])
def test_png_loses_nothing(size: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    with av.open(io.BytesIO(png(rgb)), "r") as container:
        assert np.array_equal(next(container.decode(video=0)).to_ndarray(format="rgb24"), rgb)


def test_jpeg_is_close_and_keeps_its_colour(tmp_path: Path, corners: Callable[[int, int], Picture]) -> None:
    rgb = corners(63, 47)
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(rgb))
    assert np.abs(read_picture(path).astype(int) - rgb).mean() < 2


def _noise(dtype: type[np.generic], channels: int) -> npt.NDArray[Any]:
    top = np.iinfo(dtype).max  # type: ignore[type-var]
    return np.random.default_rng(0).integers(0, top, (24, 40, channels), dtype, endpoint=True)


def _decoded(data: bytes) -> Any:
    with av.open(io.BytesIO(data), "r") as container:
        return next(container.decode(video=0))


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_png_and_tiff_keep_every_bit(kind: str, depth: int, alpha: bool) -> None:
    samples = _noise(np.uint8 if depth == 8 else np.uint16, 4)
    cover = samples[..., 3] if alpha else None
    data = picture_bytes(PictureChoice(kind, depth, alpha), np.ascontiguousarray(samples[..., :3]), cover, _SRGB)
    assert np.array_equal(_decoded(data).to_ndarray(), samples if alpha else samples[..., :3])


def test_samples_of_another_depth_become_the_nearest() -> None:
    deep, flat = _noise(np.uint16, 3), _noise(np.uint8, 3)
    rounded = _decoded(picture_bytes(PictureChoice("png", 8, False), deep, None, _SRGB)).to_ndarray()
    assert np.array_equal(rounded, np.rint(deep / 257).astype(np.uint8))
    widened = _decoded(picture_bytes(PictureChoice("tiff", 16, False), flat, None, _SRGB)).to_ndarray()
    assert np.array_equal(widened, flat.astype(np.uint16) * 257)


def _half(frame: Any) -> npt.NDArray[np.float32]:
    """The samples of a decoded EXR: green, blue, red and alpha lie each by itself."""
    planes = [np.frombuffer(plane, np.float16).reshape(plane.height, -1)[:, : plane.width] for plane in frame.planes]
    return np.dstack([planes[2], planes[0], planes[1], *planes[3:]]).astype(np.float32)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_exr_is_half_float_light_times_alpha(dtype: type[np.generic]) -> None:
    samples = _noise(dtype, 4)
    data = picture_bytes(PictureChoice("exr", 16, True), samples[..., :3], samples[..., 3], _SRGB)
    coded = samples / np.iinfo(dtype).max  # type: ignore[type-var]
    light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)[..., :3] * coded[..., 3:]
    made = _half(_decoded(data))
    np.testing.assert_allclose(made, np.dstack([light, coded[..., 3]]), rtol=1e-3, atol=1e-4)
    assert _decoded(data).format.name == "gbrapf16le"


def test_exr_is_read_back_as_it_was(tmp_path: Path) -> None:
    samples = _noise(np.uint8, 3)
    (tmp_path / "a.exr").write_bytes(picture_bytes(PictureChoice("exr", 16, False), samples, None, _SRGB))
    assert np.abs(read_picture(tmp_path / "a.exr").astype(int) - samples).max() <= 1
    deep = read_deep_picture(tmp_path / "a.exr")
    assert deep.dtype == np.uint16
    assert np.abs(deep.astype(int) - samples.astype(int) * 257).max() <= 80  # a half float has 11 bits


@pytest.mark.parametrize(
    ("kind", "values", "alpha", "said"),
    [
        ("png", {"depth": 10}, False, "png cannot hold 10 bits: a (choose encode.depth from 8 16)"),
        ("jpeg", {"depth": 16}, False, "jpeg cannot hold 16 bits: a (choose encode.depth from 8)"),
        ("exr", {"depth": 8}, False, "exr cannot hold 8 bits: a (choose encode.depth from 16)"),
        ("jpeg", {}, True, "jpeg cannot hold alpha: a (choose encode.pictures from png tiff exr, or such a suffix)"),
    ],
)
def test_what_does_not_fit_is_said(kind: str, values: dict[str, Any], alpha: bool, said: str) -> None:
    like = SourceFacts(Path("s"), "video", 8, 8, 1, Fraction(1, 25), Fraction(25), 0, "0")
    with pytest.raises(MediaError) as caught:
        choose_pictures(Path("a"), kind, like, EncodeConfig.checked(values), alpha=alpha)
    assert str(caught.value) == said


def test_a_deep_source_makes_deep_pictures_where_it_can() -> None:
    like = SourceFacts(Path("s"), "video", 8, 8, 1, Fraction(1, 25), Fraction(25), 0, "0", "yuv420p10le", 10)
    chosen = {kind: choose_pictures(Path("a"), kind, like, EncodeConfig()) for kind in ("png", "tiff", "jpeg", "exr")}
    assert {kind: choice.depth for kind, choice in chosen.items()} == {"png": 16, "tiff": 16, "jpeg": 8, "exr": 16}
    assert [kind for kind, choice in chosen.items() if choice.notes] == ["jpeg"]
