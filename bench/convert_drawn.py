"""What convert makes of drawn actors, of whom all is known: is it the right one each time, and does it flicker."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from omote.alignments.store import Alignments
from omote.cast.actor import Actor
from omote.cast.motion import motion
from omote.cast.together import Together
from omote.cast.together import crossing as passing
from omote.evaluation.flicker import flicker
from omote.faceset.config import CropConfig
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.media.source import open_source
from omote.models.registry import build
from omote.runtime.model_folder import Checkpoint, write_checkpoint
from omote.stages import convert, demo, extract
from omote.stages.context import Context

_BEHIND, _BEFORE = 21, 5  # seeds of actors: unlike ones
_PAINTS = (0.1, 0.9)  # greys of the two models, 0 to 1
_NEAR = 40  # levels of 255 that a painted face may be off its grey
_SEEN = 0.9  # share of a face that must be seen


def crossing(frames: int, place: Path) -> dict[str, Any]:
    """Swap two people who pass each other, each by a model of their own, and count who got which.

    A face is looked at where its nose is, in all frames in which the nose and most of the face are seen.
    """
    clip = passing(Actor.from_seed(_BEHIND), Actor.from_seed(_BEFORE), frames)
    film, kept = place / "crossing.mkv", place / "crossing.alignments.db"
    shots = _filmed(clip, film)
    extract.run(extract.ExtractConfig(sources=[film], alignments=kept, masks=[], quality="none"), Context())
    people = _people(kept, shots)
    pairs = []
    for number, paint in enumerate(_PAINTS):
        write_untrained(place / f"model-{number}", "nano", paint)
        pairs += [f"{person}={place / f'model-{number}'}" for person in people[number]]
    config = convert.ConvertConfig.checked({
        "source": film, "people": pairs, "output": place / "out.mkv", "alignments": kept,
        "composite": {"colour": "none", "mask": "extended"}, "mark": {"on": False},
        "encode": {"quality": 0, "pixels": "yuv444p"},
    })  # fmt: skip
    convert.run(config, Context())
    counts = {"right": 0, "wrong": 0, "not_swapped": 0}
    most = [max(float(shot[who].mask.sum()) for shot in shots) for who in (0, 1)]
    for frame, shown in zip(open_source(config.place).frames(), shots, strict=True):
        for who, shot in enumerate(shown):
            x, y = shot.landmarks[30].astype(int)
            inside = 0 <= x < frame.rgb.shape[1] and 0 <= y < frame.rgb.shape[0]
            if inside and shot.mask[y, x] > _SEEN and shot.mask.sum() > _SEEN * most[who]:
                counts[_painted(frame.rgb[y, x].mean(), who)] += 1
    return {"frames": frames, "people": {str(who): sorted(people[who]) for who in (0, 1)}, **counts}


def write_untrained(folder: Path, network: str, paint: float | None = None) -> None:
    """Write a model that learnt nothing; `paint` makes all its faces one grey, 0 to 1."""
    torch.manual_seed(0)
    made = build(network, {})
    if paint is not None:
        *_, last, _ = made.decoders["b"]  # type: ignore[index]
        torch.nn.init.zeros_(last.weight)
        torch.nn.init.constant_(last.bias, float(torch.logit(torch.tensor(paint))))
    state = {
        "schema": 1, "crop": CropConfig().model_dump(), "iteration": 1, "seconds": 1.0, "faces": {}, "history": [],
        "network": network, "options": {},
    }  # fmt: skip
    write_checkpoint(folder, Checkpoint(made.state_dict(), {}, state, ""))


def flickering(folder: Path) -> dict[str, Any]:
    """Measure the flicker of a demo's result inside the face, beside that of the true swap and of the plate."""
    (film,) = (folder / "clips").glob("plate_*.mp4")
    seed, count = (int(part) for part in film.stem.split("_")[1:])
    clips = demo.clips_of(demo.DemoConfig(seed=seed, plate_frames=count))
    plate, truth = clips["plate"], clips["truth"]
    plates, truths = ([clip.shot(index) for index in range(count)] for clip in (plate, truth))
    masks = [np.minimum(one.mask, other.mask) for one, other in zip(plates, truths, strict=True)]
    ways = [
        motion(plate.actor, one, other, plate.width, plate.height)
        for one, other in zip(plate.scenes, plate.scenes[1:], strict=False)
    ]
    true_ways = [
        motion(truth.actor, one, other, plate.width, plate.height)
        for one, other in zip(truth.scenes, truth.scenes[1:], strict=False)
    ]
    made = [frame.rgb for frame in open_source(folder / "swapped.mp4").frames()]
    swapped, true = flicker(made, ways, masks), flicker([shot.rgb for shot in truths], true_ways, masks)
    return {
        "swapped": round(swapped, 3),
        "true_swap": round(true, 3),
        "ratio": round(swapped / true, 3),
        "plate": round(flicker([shot.rgb for shot in plates], ways, masks), 3),
        "frames": count,
    }


def _filmed(clip: Together, path: Path) -> list[Any]:
    shots = []
    with open_sink(path, clip, settings=EncodeConfig(preset="veryfast")) as sink:
        for frame in clip.frames():
            shots.append(clip.shots(frame.index))
            sink.write(frame)
    return shots


def _people(path: Path, shots: list[Any]) -> tuple[set[str], set[str]]:
    """Return by which names the alignments know each of the two, by where their faces are first seen."""
    names: tuple[set[str], set[str]] = (set(), set())
    taken: set[str] = set()
    with Alignments.open(path) as alignments:
        for face in alignments.faces():
            if face.person is None or face.person in taken:
                continue
            middle = face.landmarks.mean(0)
            away = [float(np.linalg.norm(shot.landmarks.mean(0) - middle)) for shot in shots[face.frame.index]]
            names[int(np.argmin(away))].add(face.person)
            taken.add(face.person)
    return names


def _painted(level: float, who: int) -> str:
    wanted, other = (255 * _PAINTS[each] for each in (who, 1 - who))
    if abs(level - wanted) <= _NEAR:
        return "right"
    return "wrong" if abs(level - other) <= _NEAR else "not_swapped"
