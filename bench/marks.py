"""Whether the watermark is read back, and never where it is not: python -m bench.marks DIR (as shared/data/dev).

Three seconds of each clip go through extract and convert with a network that gives faces back as they are. What convert
writes (x264, crf 18) is written again as others would: at crf 28, at half the size, without 5 % of width and height, at
15 frames a second (the last three at crf 23). `omote verify` reads each file blindly.

Unmarked: stretches of a second of the real clips and of clips of drawn actors, read at the landmarks that extract finds
and at the true ones, and all pictures of DIR and single drawn frames, as `omote verify` reads them.

SSIM (11 px Gaussian, as `omote.evaluation` has it) is between converted pictures with and without the mark, not
compressed: over the mean of red, green and blue of all of the frame ("frame") and within the pattern's window
("inside"), and over brightness there ("inside_luma").
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import av
import numpy as np

from bench.same import same_model
from omote.alignments.store import Alignments
from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.take import take
from omote.core.errors import MediaError
from omote.core.types import Floats, Picture, Region
from omote.evaluation.truth import likeness
from omote.imaging.geometry import inverse, resize, warp
from omote.marking.gathering import Gathering
from omote.marking.pattern import to_square, window
from omote.marking.reading import CERTAIN
from omote.marking.watermark import Watermark
from omote.media.source import open_source
from omote.stages import convert, extract, verify
from omote.stages.context import Context

ATTACKS = ("none", "crf28", "half", "crop", "fps15")
_FRAMES, _EVERY, _STRETCH = 75, 25, 12
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """A part of a film with the faces of each frame, by its number.

    Attributes:
        path: the whole of it.
        span: which part, as `--range` has it.
        alignments: the faces as extract wrote them.
        faces: (68, 2) of each, by the number of the frame.
    """

    name: str
    path: Path
    span: str
    alignments: Path
    faces: dict[int, list[Floats]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clips", type=int, default=12, help="real clips that are marked, at most")
    parser.add_argument("--drawn", type=int, default=12, help="drawn clips that are marked")
    parser.add_argument("--unmarked", type=int, default=1000, help="files that are not")
    given = parser.parse_args(arguments)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        with same_model(Path(place) / "model") as model:
            chosen = films(given.folder, given.clips, given.drawn, Path(place))
            rows = [measured(film, model, Path(place)) for film in chosen]
        kinds = unmarked(given.folder, given.unmarked, Path(place))
    report = {
        "read_back": {each: _share(rows, each) for each in ATTACKS} if rows else {},
        "cost": {key: round(max(row["cost"][key] for row in rows), 5) for key in rows[0]["cost"]} if rows else {},
        "put_ms_of_300_px": round(speed(), 2),
        "unmarked": kinds,
        "clips": rows,
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(report))  # noqa: T201


def _share(rows: list[dict[str, Any]], attack: str) -> dict[str, int]:
    return {"found": sum(row["chance"][attack] < CERTAIN for row in rows), "of": len(rows)}


def films(folder: Path, real: int, drawn: int, place: Path) -> Iterator[Film]:
    """Give real and drawn clips with the faces that extract finds in them."""
    for path in sorted((folder / "clips").iterdir())[:real]:
        yield film(path, f"0:{_FRAMES}", place)
    for seed in range(drawn):
        width, height = ((320, 240), (480, 360), (640, 360))[seed % 3]
        clip = Clip(f"drawn-{seed}", Actor.from_seed(seed), take(300 + seed, 75, 25, 0.5, 0.5), width, height)
        path = place / f"{clip.name}.mp4"
        encode([frame.rgb for frame in clip.frames()], path, 10, [Fraction(n, 25) for n in range(75)])
        yield film(path, f"0:{_FRAMES}", place)


def film(path: Path, span: str, place: Path, step: int = 1) -> Film:
    """Find the faces in one of so many frames of a clip."""
    found = place / f"{path.stem}_{span.replace(':', '-')}.alignments.db"
    settings = {"sources": [path], "alignments": found, "range": span, "every": step, "identifier": "none", "masks": []}
    extract.run(extract.ExtractConfig.checked(settings), Context())
    faces: dict[int, list[Floats]] = {}
    with Alignments.open(found) as alignments:
        for face in alignments.faces():
            faces.setdefault(face.frame.index, []).append(face.landmarks)
    return Film(path.stem, path, span, found, faces)


def measured(film: Film, model: Path, place: Path) -> dict[str, Any]:
    """Mark a film by converting it, change it in each way, and read it."""
    file = converted(film, model, place / f"{film.name}.marked.mp4")
    source = open_source(file)
    shown = list(source.frames())
    frames, times = [frame.rgb for frame in shown], [frame.pts * source.facts.time_base for frame in shown]
    chances = {}
    for attack in ATTACKS:
        path = file if attack == "none" else changed(frames, times, attack, place / f"{film.name}.{attack}.mp4")
        found = verify.run(verify.VerifyConfig(path=path), Context()).watermark
        chances[attack] = found.chance
    row = {"name": film.name, "face_px": face_px(film), "chance": chances, "cost": costs(film, model, place)}
    print(json.dumps(row), file=sys.stderr, flush=True)  # noqa: T201
    return row


def converted(film: Film, model: Path, output: Path, **others: Any) -> Path:  # noqa: ANN401 - any setting
    """Put each face of a film onto itself, as convert does unless told otherwise."""
    settings = {"source": film.path, "model": model, "output": output, "alignments": film.alignments}
    convert.run(convert.ConvertConfig.checked({**settings, "range": film.span, **others}), Context())
    return output


def changed(frames: list[Picture], times: list[Fraction], attack: str, path: Path) -> Path:
    """Write a film in one of the ways of `ATTACKS`."""
    height, width = frames[0].shape[:2]
    crf = 28 if attack == "crf28" else 23
    if attack == "half":
        frames = [resize(frame, width // 2, height // 2) for frame in frames]
    if attack == "crop":
        frames = [frame[round(0.05 * height) :, round(0.05 * width) :] for frame in frames]
    if attack == "fps15":
        ticks = [Fraction(n, 15) for n in range(int(times[-1] * 15) + 1)]
        frames = [frames[min(range(len(times)), key=lambda n: abs(times[n] - at))] for at in ticks]
        times = ticks
    encode(frames, path, crf, times)
    return path


def encode(frames: Sequence[Picture], path: Path, crf: int, times: Sequence[Fraction]) -> None:
    """Write a film with x264; odd sizes lose their last row or column."""
    height, width = (side - side % 2 for side in frames[0].shape[:2])
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"crf": str(crf), "preset": "medium"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90000)
        for rgb, at in zip(frames, times, strict=True):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb[:height, :width]), format="rgb24")
            picture.pts, picture.time_base = round(at * 90000), Fraction(1, 90000)
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))


def decode(path: Path) -> list[Picture]:
    """Read a film whole."""
    return [frame.rgb for frame in open_source(path).frames()]


def face_px(film: Film) -> int:
    """Return the usual width of the largest face in pixels."""
    widths = [max(float(np.ptp(points[:, 0])) for points in faces) for faces in film.faces.values()]
    return round(median(widths)) if widths else 0


def costs(film: Film, model: Path, place: Path) -> dict[str, float]:
    """Return what the mark costs of SSIM, as the head of this file says."""
    pictures = [
        sorted(converted(film, model, place / f"{film.name} {name}", every=_EVERY, mark={"on": on}).iterdir())
        for name, on in (("plain", False), ("marked", True))
    ]
    rows = []
    for number, (before, after) in enumerate(zip(*map(_seen, pictures), strict=True)):
        height, width = before.shape[:2]
        inside, everywhere = np.zeros((height, width), np.float32), np.ones((height, width), np.float32)
        for points in film.faces.get(number * _EVERY, []):
            inside = np.maximum(inside, warp(window(), inverse(to_square(points)), width, height, border=0))
        if inside.sum() > 1:
            grey = [np.repeat((rgb @ _LUMA)[..., None], 3, 2).round().astype(np.uint8) for rgb in (after, before)]
            pairs = ((after, before, everywhere), (after, before, inside), (*grey, inside))
            rows.append([1 - likeness(one, other, np.clip(where, 0, 1)).ssim for one, other, where in pairs])
    means = np.mean(rows, 0) if rows else []
    return {name: round(float(each), 5) for name, each in zip(("frame", "inside", "inside_luma"), means, strict=False)}


def _seen(paths: Sequence[Path]) -> list[Picture]:
    return [next(open_source(path).frames()).rgb for path in paths]


def unmarked(folder: Path, count: int, place: Path) -> dict[str, Any]:
    """Read so many files without a mark; count those that seem to have one, and the least chance."""
    pictures = sorted(p for part in ("stills", "identity") for p in (folder / part).rglob("*") if p.suffix != ".csv")
    chances: dict[str, list[float]] = {"pictures": [], "real": [], "drawn": []}
    for path in islice(pictures, count // 3):
        try:
            chances["pictures"].append(verify.run(verify.VerifyConfig(path=path), Context()).watermark.chance)
        except MediaError:  # not a picture
            continue
    for stretch in islice(stretches(folder, place), count // 3):
        chances["real"].append(chance(stretch))
    for seed in range(count - sum(map(len, chances.values()))):
        clip = Clip(f"drawn-{seed}", Actor.from_seed(1000 + seed), take(5000 + seed, _STRETCH, 11, 1.0, 0.6), 192, 144)
        shots = [clip.shot(n) for n in range(_STRETCH)]
        chances["drawn"].append(chance([(shot.rgb, [shot.landmarks], n / 11) for n, shot in enumerate(shots)]))
    return {
        kind: {"files": len(each), "found": sum(one < CERTAIN for one in each), "least_chance": min(each)}
        for kind, each in chances.items() if each
    }  # fmt: skip


_Stretch = list[tuple[Picture, list[Floats], float]]


def stretches(folder: Path, place: Path) -> Iterator[_Stretch]:
    """Give stretches of a little more than a second, 12 frames of each, of all real clips."""
    for path in sorted((folder / "clips").iterdir()):
        source = open_source(path)
        step = max(1, round(float(source.facts.rate) / 11))
        found = film(path, "0:3000", place, step)
        frames = islice(source.frames(), 0, 3000, step)
        while len(some := list(islice(frames, _STRETCH))) == _STRETCH:
            yield [
                (frame.rgb, found.faces.get(frame.index, []), float(frame.pts * source.facts.time_base))
                for frame in some
            ]


def chance(stretch: _Stretch) -> float:
    """Return how likely an unmarked film is to look like a stretch."""
    seen = Gathering()
    for rgb, faces, seconds in stretch:
        seen.add(rgb, faces, seconds)
    found = seen.evidence()
    return 1.0 if found is None else found.chance


def speed() -> float:
    """Return how long one face 300 px wide takes, in milliseconds: the median of 50."""
    clip = Clip("speed", Actor.from_seed(0), take(0, 1, 25, 0.0, 0.8), 1280, 720)
    shot, watermark, times = clip.shot(0), Watermark(), []
    scale = 300 / float(np.ptp(shot.landmarks[:, 0]))
    rgb = resize(shot.rgb, round(1280 * scale), round(720 * scale))
    points, region = (shot.landmarks * scale).astype(np.float32), Region(0, 0, rgb.shape[1], rgb.shape[0])
    for _ in range(50):
        began = time.perf_counter()
        watermark.put(rgb, region, points, 0.3)
        times.append(time.perf_counter() - began)
    return 1000 * median(times)


if __name__ == "__main__":
    main()
