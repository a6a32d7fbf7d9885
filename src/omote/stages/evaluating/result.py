"""Measure a result against its plate and the faces of B: whose face it is, what it does, its pixels and steadiness."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from omote.core.errors import OmoteError, Stopped
from omote.core.events import Progress
from omote.core.types import Detection, Floats, Picture, Region
from omote.curation.faces import faces_in
from omote.evaluation.evaluation_page import Chapter, ranked
from omote.evaluation.gaze import gaze, gaze_measures
from omote.evaluation.identity import FLOOR_B, TO_B, Vectors, distances, identity
from omote.evaluation.manner import Faces, expression_errors, manner, pose_errors
from omote.evaluation.steadiness import FLICKER, flicker_ratios, jitter_ratios, steadiness_measures
from omote.evaluation.surface import DETAIL, SWAPPED, Surface, head, surface, surface_measures
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import transform, warp
from omote.imaging.landmarks import five_points
from omote.imaging.masks import face_mask
from omote.imaging.pictures import encode_jpeg, side_by_side
from omote.media.source import open_source
from omote.perception.aligning import Aligner
from omote.perception.preparing import prepare
from omote.perception.recognising import Recogniser
from omote.perception.registry import identifier
from omote.stages.evaluating.footage import Pair, Plated, alignments_of, in_step, pairs, plated, stretches
from omote.stages.moving import watching

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from omote.evaluation.measures import Measure
    from omote.stages.context import Context
    from omote.stages.evaluating.config import EvaluateConfig

_SIDE, _QUALITY = 224, 88


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    """What was seen in a frame, in the plate and in the result.

    Points and vectors are None where a landmarker or recogniser sees no face.
    """

    index: int
    stretch: int
    surface: Surface
    points: tuple[Floats, Floats] | None
    gazes: tuple[float, float]
    vectors: tuple[Floats | None, Floats | None]
    picture: bytes


@dataclass(slots=True, eq=False)
class _Seen:
    """What was seen so far; flickers by the later of both frames."""

    sights: list[_Sight] = field(default_factory=list)
    flickers: dict[int, float] = field(default_factory=dict)
    jitters: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Means:
    """What is used to look, loaded once."""

    aligner: Aligner
    recogniser: Recogniser

    def points(self, picture: Picture, face: Plated) -> Floats | None:
        """Find the points anew, in plate and result alike, from where the alignments know the face."""
        known = face.face.landmarks if face.face.raw is None else face.face.raw
        detection = Detection(face.face.box, face.face.score, five_points(known))
        found = self.aligner.align(picture, [detection])
        return found[0].landmarks if found else None


def evaluate_result(config: EvaluateConfig, paths: tuple[Path, Path, Path], context: Context) -> Chapter:
    """Measure a result.

    Args:
        config: of the evaluation.
        paths: what convert made, the plate it was made from, and the folder of B's faces.
        context: told of progress, and asked whether to stop.

    Raises:
        OmoteError: result and plate do not fit, or there is no face of A or B.
        MediaError: one of them cannot be read.
        Stopped: someone stopped it.
    """
    result_path, plate_path, faces_b = paths
    plate, result = open_source(plate_path), open_source(result_path)
    first = in_step(plate, result, config.first)
    prepare((config.identifier, config.look.landmarker), context.emit, context.stopped)
    means = _Means(Aligner(config.look), Recogniser(config.identifier, identifier(config.identifier)))
    of_b = _vectors_of(faces_b, config.sample.identify, means.recogniser, context)
    faces = plated(alignments_of(config, plate, result_path.parent, context), config.person, context)
    last = first + result.facts.frames if result.facts.frames else max(faces) + 1
    there = [index for index in sorted(faces) if first <= index < last]
    runs = stretches(there, config.sample.frames, config.sample.together)
    if not runs:
        raise OmoteError("no face is known of the frames that it was made of", result_path)
    wanted = [index for run in runs for index in run]
    named = {wanted[int(place)] for place in np.linspace(0, len(wanted) - 1, config.sample.identify)}
    seen, frames = _Seen(), pairs(plate, result, first, wanted)
    for number, run in enumerate(runs):
        _look(islice(frames, len(run)), number, [faces[index] for index in run], named, means, seen)
        context.emit(Progress("evaluate", len(seen.sights), len(wanted)))
        if context.stopped():
            raise Stopped
    return _told(seen, of_b, means.recogniser, config.sample.together)


def _vectors_of(folder: Path, count: int, recogniser: Recogniser, context: Context) -> Floats:
    """Recognise some faces of a folder, spread evenly over it."""
    faces = faces_in(folder, watching(context, f"read {folder.name}"))
    watch, vectors = watching(context, "recognise B"), list[Floats]()
    chosen = faces[:: max(1, len(faces) // count)][:count]
    for done, face in enumerate(chosen, 1):
        rgb = face.pixels()
        vector = recogniser.vector(rgb, transform(face.record.face.landmarks, face.record.matrix_at(rgb.shape[1])))
        vectors += [] if vector is None else [vector]
        watch(done, len(chosen))
    if not vectors:
        raise OmoteError("the recogniser sees no face in any of these pictures", folder, "choose clear faces of B")
    return np.stack(vectors)


def _look(
    frames: Iterator[Pair], stretch: int, faces: Sequence[Plated], named: Collection[int], means: _Means, seen: _Seen
) -> None:
    """Look at frames that follow one another, and keep of them what is measured."""
    region = _around([face.face.landmarks for face in faces])
    masks, plate, result, sights = list[Floats](), list[Picture](), list[Picture](), list[_Sight]()
    for pair, face in zip(frames, faces, strict=True):
        near = region.within(pair.plate.shape[1], pair.plate.shape[0])
        sights.append(_sight(pair, stretch, face, pair.index in named, means))
        plate.append(near.of(pair.plate).copy())
        result.append(near.of(pair.result).copy())
        marks = face.face.landmarks - np.array([near.left, near.top], np.float32)
        masks.append(face_mask(marks, near.width, near.height, "components"))
    seen.sights += sights
    for now, ratio in flicker_ratios(plate, result, masks):
        seen.flickers[sights[now + 1].index] = ratio
    points = [sight.points for sight in sights]
    for now in range(1, len(points) - 1):
        three = [each for each in points[now - 1 : now + 2] if each is not None]
        if len(three) == 3:
            seen.jitters += jitter_ratios(*(np.stack(marks) for marks in zip(*three, strict=True)))


def _around(marks: Sequence[Floats]) -> Region:
    """Return the region that holds a head in all of some frames."""
    heads = [head(each) for each in marks]
    return Region(
        min(each.left for each in heads), min(each.top for each in heads),
        max(each.right for each in heads), max(each.bottom for each in heads),
    )  # fmt: skip


def _sight(pair: Pair, stretch: int, face: Plated, named: bool, means: _Means) -> _Sight:
    known = face.face.landmarks
    found = [means.points(picture, face) for picture in (pair.plate, pair.result)]
    vectors = [
        means.recogniser.vector(picture, marks) if named and marks is not None else None
        for picture, marks in zip((pair.plate, pair.result), found, strict=True)
    ]
    gazes = [
        float("nan") if marks is None else gaze(picture, marks)
        for picture, marks in zip((pair.plate, pair.result), found, strict=True)
    ]
    crop = crop_matrix(known, _SIDE, "head")
    both = side_by_side([warp(each, crop, _SIDE, _SIDE) for each in (pair.plate, pair.result)], ["plate", "result"])
    before, after = found
    return _Sight(
        pair.index, stretch, surface(pair.plate, pair.result, known, [other.landmarks for other in face.others]),
        None if before is None or after is None else (before, after), (gazes[0], gazes[1]),
        (vectors[0], vectors[1]), encode_jpeg(both, _QUALITY),
    )  # fmt: skip


def _told(seen: _Seen, of_b: Floats, recogniser: Recogniser, apart: int) -> Chapter:
    """Make the chapter of what was seen."""
    sights = seen.sights
    faces, placed = _faces(sights), [sight for sight in sights if sight.points is not None]
    of_a, of_result = ([vector for sight in sights if (vector := sight.vectors[which]) is not None] for which in (0, 1))
    measures: list[Measure] = []
    distance_of: dict[int, float] = {}
    if of_a and of_result:
        vectors = Vectors(np.stack(of_result), np.stack(of_a), of_b, recogniser.one_person)
        measures += identity(vectors)
        frames = [sight.index for sight in sights if sight.vectors[1] is not None]
        distance_of = dict(zip(frames, (distances(vectors.result, of_b) / recogniser.one_person).tolist(), strict=True))
    measures += manner(faces)
    gazes = [[sight.gazes[which] for sight in sights] for which in (0, 1)]
    measures += gaze_measures(gazes[0], gazes[1], [sight.stretch for sight in sights])
    measures += surface_measures([sight.surface for sight in sights])
    measures += steadiness_measures(list(seen.flickers.values()), seen.jitters)
    pictures = {sight.index: sight.picture for sight in sights}
    numbers = [sight.index for sight in placed]
    mouth, pose = (dict(zip(numbers, each, strict=True)) for each in _errors(faces))
    rankings = [
        ranked("likeness to B", distance_of, "lower", "limits away", pictures, apart),
        ranked("expression of the mouth", mouth, "lower", "% of eye distance", pictures, apart),
        ranked("pose", pose, "lower", "degrees", pictures, apart),
        ranked("seam", {each.index: each.surface.seam for each in sights}, "lower", "levels a pixel", pictures, apart),
        ranked("flicker since the frame before", seen.flickers, "nearer 1", "times the plate's", pictures, apart),
    ]
    shown = [ranking for ranking in rankings if ranking is not None]
    return Chapter("The result beside its plate", _said(measures, len(sights), recogniser.name), measures, shown)


def _faces(sights: Sequence[_Sight]) -> Faces:
    both = [(sight.points, sight.stretch) for sight in sights if sight.points is not None]
    points = np.array([each for each, _ in both], np.float32).reshape(-1, 2, 68, 2)
    return Faces(points[:, 0], points[:, 1], np.array([stretch for _, stretch in both], np.int64))


def _errors(faces: Faces) -> tuple[list[float], list[float]]:
    if not len(faces.stretch):
        return [], []
    return expression_errors(faces, "mouth").tolist(), pose_errors(faces).tolist()


def _said(measures: Sequence[Measure], frames: int, recogniser: str) -> str:
    """Say what the table says, in sentences."""
    values = {measure.name: measure.value for measure in measures if not measure.group}
    floors = {measure.name: measure.value for measure in measures if measure.group == FLOOR_B}
    said = [f"{frames} frames were measured; in {values[SWAPPED]:.0f} % of them the face was changed."]
    if TO_B in values:
        own = f", and B's own are {floors[TO_B]:.2f} away" if TO_B in floors else ""
        said.append(
            f"The recogniser {recogniser}, which training never used, sees it {values[TO_B]:.2f} limits from B: up to "
            f"1 it takes two faces for one person{own}."
        )
    else:
        said.append(f"The recogniser {recogniser} sees no face in them, so nobody can say whose it is.")
    if DETAIL in values:
        said.append(f"Inside the face is {100 * values[DETAIL]:.0f} % of the plate's finest detail.")
    if FLICKER in values:
        said.append(f"It flickers {values[FLICKER]:.1f} times as much as the plate.")
    return " ".join(said)
