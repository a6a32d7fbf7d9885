"""What came out of a training: figures, and faces to look at. Writes into the training's own folder only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from omote.core.config import Config
from omote.core.errors import OmoteError
from omote.core.events import Note
from omote.core.files import write_bytes
from omote.stages.comparing.ground import Ground, around_face, spread, true_shots
from omote.stages.context import Context
from omote.stages.evaluating.actors import compared, swapped
from omote.stages.evaluating.model import ModelConfig, evaluate_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omote.core.types import Picture
    from omote.evaluation.measures import Measure
    from omote.runtime.device import DeviceName
    from omote.training.config import LearnConfig

SIZE = 128
"""Side of the faces that are compared, in pixels, whatever size a network makes."""

_INSIDE, _EDGE, _TO_TRUTH = " inside the face", "along the edge", " to the true swap"
_TRUE, _HELD, _WAY = f"SSIM{_TO_TRUTH}{_INSIDE}", "SSIM of restored faces", "way from A to the true swap"
WAY = "way from A to B"
"""The figure that is 0 where a swap is as far from the true one as A's own face, and 1 where it is the true one."""


class Outcome(Config):
    """What came out of a training.

    Attributes:
        score: by which choices are ranked; higher is better.
        figures: others, by name.
        lower: names of those that are better when they are lower.
        iterations: that it took.
        seconds: of steps.
        parameters: of the network.
        history: as `training.history` writes it.
    """

    score: float
    figures: dict[str, float]
    lower: list[str]
    iterations: int
    seconds: float
    parameters: int
    history: list[list[Any]]


class Judged(NamedTuple):
    """A score, other figures by name, and the names of those that are better when they are lower."""

    score: float
    figures: dict[str, float]
    lower: list[str]


def outcome(ground: Ground, learn: LearnConfig, place: Path, device: DeviceName, context: Context) -> Outcome:
    """Judge a trained model and put faces to look at beside it.

    Args:
        ground: what it learnt from.
        learn: how.
        place: its folder; the model is in `model`.
        device: where to run the network.
        context: who watches.

    Raises:
        OmoteError: no face is held out, where there is no other way to judge.
        Stopped: someone stopped it.
    """
    from omote.models.anatomy import blueprint, parameters
    from omote.models.presets import with_preset
    from omote.runtime.model_folder import read_state

    held = _held(ground, place / "model", device, context)
    if ground.cast is None:
        score, figures, lower = sum(held.values()) / len(held), held, list[str]()
        _show_faces(ground, learn, place, device)
    else:
        score, figures, lower = _swapped(ground, place, device, context)
        figures |= held
    state = read_state(place / "model")
    network = blueprint(learn.network, with_preset(learn.network, learn.preset, learn.options))
    return Outcome(
        score=score, figures=figures, lower=lower, iterations=state["iteration"], seconds=state["seconds"],
        parameters=parameters(network), history=state["history"],
    )  # fmt: skip


def _held(ground: Ground, model: Path, device: DeviceName, context: Context) -> dict[str, float]:
    """Return the SSIM of held-out faces of both people; nothing where none is held out and the true swap is known."""
    try:
        told = evaluate_model(ModelConfig(model=model, size=SIZE, device=device), Context(stopped=context.stopped))
    except OmoteError as fault:
        if ground.cast is None:
            raise
        context.emit(Note(str(fault)))
        return {}
    return {f"SSIM, {each.group.replace('faces of ', '')}": each.value for each in told if each.name == _HELD}


def _swapped(ground: Ground, place: Path, device: DeviceName, context: Context) -> Judged:
    """Convert the plate and compare it with the true swap, frame by frame; keep some of plate, result and true swap."""
    from omote.evaluation.true_swap import measures

    assert ground.plate is not None
    result, shots, told = place / "swapped.mp4", true_shots(ground), []
    swapped(ground.plate, place / "model", result, device, context)
    numbers = {index: number for number, index in enumerate(spread(len(shots)))}
    for frame, plate, truth, each in compared(result, shots, context):
        told.append(each)
        if frame.index in numbers:
            for name, picture in (("plate", plate.rgb), ("made", frame.rgb), ("truth", truth.rgb)):
                _keep(around_face(picture, plate), place, name, numbers[frame.index])
    return _judged(measures(told))


def _judged(told: Sequence[Measure]) -> Judged:
    whole = {each.name: each for each in told if not each.group and _EDGE not in each.name}
    score = whole.pop(_TRUE)
    lower = [_in_short(each) for each in whole.values() if each.better == "lower"]
    return Judged(score.value, {_in_short(each): each.value for each in whole.values()}, lower)


def _in_short(measure: Measure) -> str:
    if measure.name == _WAY:
        return WAY
    name = measure.name.removesuffix(_INSIDE).removesuffix(_TO_TRUTH)
    return f"{name}, {measure.unit}" if measure.unit else name


def _show_faces(ground: Ground, learn: LearnConfig, place: Path, device: DeviceName) -> None:
    """Keep held-out faces of A, and what the network makes of them as B."""
    from omote.evaluation.held_out import held_out
    from omote.evaluation.samples import as_other
    from omote.faceset.load import load_faceset
    from omote.runtime.device import pick_device
    from omote.swapping.trained import Trained

    where = pick_device(device)
    model = Trained.load(place / "model", where)
    feed = model.network.input_size
    faces = load_faceset([ground.a], max(SIZE, feed), model.crop, cache=learn.data.cache)
    held = held_out(faces, learn.data.held_out, feed, SIZE, where)
    places = spread(sum(len(batch.feed) for batch in held))
    for number, (true, made) in enumerate(as_other(model.network, held, places, "b")):
        _keep(true, place, "plate", number)
        _keep(made, place, "made", number)


def _keep(picture: Picture, place: Path, name: str, number: int) -> None:
    from omote.imaging.pictures import encode_png

    write_bytes(place / "shown" / f"{name}-{number}.png", encode_png(picture), durable=False)
