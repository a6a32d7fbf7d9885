from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from omote.alignments.record import FaceRecord, FrameRecord
from omote.core.errors import SettingError
from omote.core.types import Floats, Frame, Picture, Region
from omote.faceset.config import CropConfig
from omote.imaging.geometry import inverse, warp
from omote.imaging.masks import eroded, face_mask
from omote.models.base import SwapNetwork
from omote.models.registry import build
from omote.swapping.composite import lay, layer
from omote.swapping.config import CompositeConfig, MakingConfig, PlanConfig
from omote.swapping.plan import Planned, Planner
from omote.swapping.routes import Route, Routes
from omote.swapping.steady import Memory
from omote.swapping.swapper import Finish, Note, Swapper
from omote.swapping.trained import Trained

FLAT = CompositeConfig(colour="none")
EXACT = MakingConfig(precision="fp32")
ONE = Route(0, "b")


def painter(a: float, b: float) -> SwapNetwork:
    """A network whose faces are of one grey: black or white, by the person."""
    network = build("nano", {"learn_mask": False}).eval()
    for side, value in (("a", a), ("b", b)):
        *_, last, _ = network.decoders[side]  # type: ignore[index]
        torch.nn.init.zeros_(last.weight)
        torch.nn.init.constant_(last.bias, value)
    return network


@pytest.fixture(scope="module")
def models() -> list[Trained]:
    crop = CropConfig()
    return [Trained(painter(-50, 50), crop, "nano", 1, "x"), Trained(painter(-1.2, 0), crop, "nano", 1, "y")]


def seen(face: FaceRecord, index: int, shift: float = 0, size: float = 1, track: str = "t") -> FaceRecord:
    points = ((face.landmarks - 110) * size + 110 + (shift, 0)).astype(np.float32)
    at = FrameRecord(index, 40 * index, f"f{index}")
    box = np.concatenate([points.min(0), points.max(0)])
    return replace(
        face, id=f"{index}-{track}", frame=at, box=box, landmarks=points, raw=points, track=track, person=track
    )


def plans(faces: Sequence[FaceRecord], frames: int, routes: Routes) -> list[list[Planned]]:
    planner = Planner(faces, routes, [(CropConfig(), 64)] * 2, PlanConfig())
    return [planner.plan(index) for index in range(frames)]


def film(picture: npt.NDArray[Any], count: int) -> list[Frame]:
    return [Frame(index, index * 40, f"f{index}", picture.copy(), origin=object()) for index in range(count)]


def routed(others: Route | None = ONE, **people: Route | None) -> Routes:
    return Routes((Path("m"), Path("n")), people, others)


def swapper(
    models: list[Trained], config: CompositeConfig = FLAT, finish: Finish | None = None, note: Note | None = None
) -> Swapper:
    return Swapper(models, config, EXACT, finish=finish, note=note)


def test_every_face_of_every_frame_becomes_its_person(
    models: list[Trained], picture: Picture, face: FaceRecord
) -> None:
    frames = film(picture, 3)
    faces = [seen(face, 0), seen(face, 2, -40, 0.4, "one"), seen(face, 2, 70, 0.4, "two")]
    planned = plans(faces, 3, routed(one=Route(0, "a"), two=Route(1, "b")))
    works = swapper(models)
    out = [works.frame(*each) for each in zip(frames, works.make(frames, planned), strict=True)]
    assert [(frame.index, frame.pts, frame.name) for frame in out] == [(0, 0, "f0"), (1, 40, "f1"), (2, 80, "f2")]
    assert [frame.origin for frame in out] == [frame.origin for frame in frames]
    assert (out[0].rgb[130, 110] == 255).all()
    assert out[1].rgb is frames[1].rgb
    values = {face.track: out[2].rgb[tuple(face.landmarks[30].astype(int)[::-1])] for face in faces[1:]}
    assert (values["one"] == 0).all()
    np.testing.assert_allclose(values["two"], 128, atol=1)
    assert all(np.array_equal(frame.rgb, picture) for frame in frames)


def test_a_frame_says_where_it_changed(models: list[Trained], picture: Picture, face: FaceRecord) -> None:
    frames, works = film(picture, 2), swapper(models)
    planned = plans([seen(face, 0)], 2, routed())
    first, second = [works.frame(*each) for each in zip(frames, works.make(frames, planned), strict=True)]
    assert first.changed is not None
    outside = np.ones(picture.shape[:2], bool)
    for region in first.changed:
        region.of(outside)[...] = False
    assert not np.array_equal(first.rgb, picture)
    assert np.array_equal(first.rgb[outside], picture[outside])
    assert second.changed == ()


def test_faces_are_finished_and_frames_noted(models: list[Trained], picture: Picture, face: FaceRecord) -> None:
    told: list[tuple[Region, Floats, int]] = []

    def finish(rgb: npt.NDArray[Any], region: Region, landmarks: Floats, pts: int) -> None:
        told.append((region, landmarks, pts))
        region.of(rgb)[...] = 7

    def note(rgb: npt.NDArray[Any]) -> Region:
        rgb[:2] = 9
        return Region(0, 0, 240, 2)

    frames, works = film(picture, 2), swapper(models, finish=finish, note=note)
    planned = plans([seen(face, 1)], 2, routed())
    plain, out = [works.frame(*each) for each in zip(frames, works.make(frames, planned), strict=True)]
    ((region, landmarks, pts),) = told
    assert np.array_equal(plain.rgb, picture)
    assert out.changed == (region, Region(0, 0, 240, 2))
    assert (region.of(out.rgb)[2:] == 7).all()
    assert (out.rgb[:2] == 9).all()
    np.testing.assert_array_equal(landmarks, planned[1][0].placed.landmarks)
    assert pts == 40


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_layer_laid_over_the_frame_is_the_swapped_frame(
    models: list[Trained], picture: Picture, face: FaceRecord, dtype: type[np.unsignedinteger[Any]]
) -> None:
    white = np.iinfo(dtype).max
    frames = film(picture.astype(dtype) * dtype(white // 255), 1)
    faces = [seen(face, 0, -20, 0.6, "one"), seen(face, 0, 20, 0.7, "two")]
    planned = plans(faces, 1, routed(one=Route(1, "b")))
    (made,) = swapper(models).make(frames, planned)
    over = swapper(models).layer(frames[0], made)
    plate = frames[0].rgb.copy()
    whole = swapper(models).frame(frames[0], made)
    assert over.alpha is not None
    assert over.origin is over.changed is None
    alpha = over.alpha[..., None] / white
    laid = plate * (1 - alpha) + over.rgb * alpha
    np.testing.assert_allclose(laid, whole.rgb, atol=2.1)
    assert over.alpha.max() == white
    assert (over.alpha[:, :10] == 0).all()


def test_a_patch_put_back_by_its_matrix_is_the_swapped_face(
    models: list[Trained], picture: Picture, face: FaceRecord
) -> None:
    frames, works = film(picture, 1), swapper(models)
    made = works.make(frames, plans([seen(face, 0)], 1, routed(Route(1, "b"))))
    ((patch,),) = [works.patches(*each) for each in zip(frames, made, strict=True)]
    whole = works.frame(frames[0], made[0]).rgb
    placed = patch.planned.placed

    def back(square: Floats) -> Floats:
        return warp(square, inverse(placed.matrix * (len(square) / placed.size)), 240, 220, border=0)

    mask = np.clip(back(patch.fitted.mask), 0, 1)[..., None]
    np.testing.assert_allclose(picture * (1 - mask) + 255 * back(patch.fitted.face) * mask, whole, atol=2)


def test_each_track_and_model_has_a_memory_of_its_own(
    models: list[Trained], picture: Picture, face: FaceRecord
) -> None:
    shades = [np.clip(picture.astype(int) + 25 * (n % 3), 0, 255).astype(np.uint8) for n in range(6)]
    frames = [Frame(n, n, f"f{n}", rgb) for n, rgb in enumerate(shades)]
    config = CompositeConfig(colour="mean", steady_colour=2)
    works = swapper(models, config)
    faces = [seen(face, n, 40 * (who == "two"), 0.5, who) for n in range(6) for who in ("one", "two")]
    made = works.make(frames, plans(faces, 6, routed(two=Route(1, "a"))))
    memories = {"one": Memory(), "two": Memory()}
    for frame, faces_made in zip(frames, made, strict=True):
        wanted = frame.rgb.copy()
        for each in faces_made:
            memory = memories[each.planned.face.person or ""]
            lay(wanted, layer(frame.rgb, each.planned.placed, each.swapped, config, memory), config)
        assert np.array_equal(works.frame(frame, faces_made).rgb, wanted)


def test_a_farther_face_is_not_drawn_over_a_nearer_head(
    models: list[Trained], picture: Picture, face: FaceRecord
) -> None:
    """The nearer one stays as it is, but for the edge of its hull, and the rest of the other is made."""
    frames, works = film(picture, 1), swapper(models)
    farther, nearer = seen(face, 0, -30, 0.6, "one"), seen(face, 0, 25, 0.7, "two")
    planned = plans([farther, nearer], 1, routed(two=None))
    out = works.frame(frames[0], works.make(frames, planned)[0]).rgb
    hulls = [face_mask(each.landmarks, 240, 220) > 0.5 for each in (farther, nearer)]
    changed = (out != picture).any(2)
    assert (hulls[0] & hulls[1]).sum() > 500
    assert not (changed & (eroded(face_mask(nearer.landmarks, 240, 220), 2) > 0)).any()
    assert changed[hulls[0] & ~hulls[1]].mean() > 0.8


def test_a_mask_that_a_face_lacks_is_a_fault_of_its_frame(
    models: list[Trained], picture: Picture, face: FaceRecord
) -> None:
    frames, works = film(picture, 1), swapper(models, CompositeConfig(mask="hair"))
    made = works.make(frames, plans([seen(face, 0)], 1, routed()))
    with pytest.raises(SettingError, match="hair"):
        works.frame(frames[0], made[0])
