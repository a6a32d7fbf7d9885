import json
from pathlib import Path

import pytest

from omote.core.errors import OmoteError, Stopped
from omote.core.events import Event, Note
from omote.stages.context import Context
from omote.stages.evaluating.model import ModelConfig, evaluate_model
from tests.stages.conftest import FRAMES


def test_each_person_is_told_of_by_as_many_faces_as_training_held_out(model: Path, faces: dict[str, Path]) -> None:
    said: list[Event] = []
    told = evaluate_model(
        ModelConfig(model=model, faces_a=faces["a"], faces_b=faces["b"], size=64), Context(said.append)
    )
    assert {each.group for each in told} == {"held-out faces of A", "held-out faces of B"}
    ssim = [each for each in told if each.name == "SSIM of restored faces"]
    state = json.loads((model / "last" / "state.json").read_text())
    assert len(ssim) == 2
    assert [each.n for each in ssim] == [FRAMES // 6, FRAMES // 6]
    assert all(state["faces"][side]["trained"] + 1 < FRAMES for side in "ab")
    assert all(each.value < 0.9 for each in ssim)
    notes = [event.text for event in said if isinstance(event, Note)]
    assert any("LPIPS" in note for note in notes)
    assert not any("not just those" in note for note in notes)


def test_a_model_finds_its_faces_itself_and_says_where_they_are_others(model: Path, faces: dict[str, Path]) -> None:
    told = evaluate_model(ModelConfig(model=model, size=64), Context())
    assert told == evaluate_model(ModelConfig(model=model, faces_a=faces["a"], faces_b=faces["b"], size=64), Context())
    next(faces["b"].glob("*.png")).unlink()
    said: list[Event] = []
    evaluate_model(ModelConfig(model=model, size=64), Context(said.append))
    strange = [event.text for event in said if isinstance(event, Note) and "not just those" in event.text]
    assert len(strange) == 1
    assert "of B" in strange[0]


def test_a_single_face_is_not_enough(model: Path, faces: dict[str, Path]) -> None:
    for path in sorted(faces["a"].glob("*.png"))[1:]:
        path.unlink()
    with pytest.raises(OmoteError, match="of the 1 faces of A none is held out"):
        evaluate_model(ModelConfig(model=model), Context())


def test_a_model_that_does_not_know_its_faces_asks_for_them(model: Path) -> None:
    place = model / "last" / "state.json"
    state = json.loads(place.read_text())
    place.write_text(json.dumps({name: value for name, value in state.items() if name != "folders"}))
    with pytest.raises(OmoteError, match="--faces-a"):
        evaluate_model(ModelConfig(model=model), Context())


def test_it_can_be_stopped(model: Path) -> None:
    with pytest.raises(Stopped):
        evaluate_model(ModelConfig(model=model), Context(stopped=lambda: True))
