import io
import json
from pathlib import Path

import pytest
import torch
from rich.console import Console

from omote.cli.show import show
from omote.core.errors import MediaError, ModelError, OmoteError, SettingError
from omote.evaluation.measures import Measure
from omote.stages.context import Context
from omote.stages.evaluate import EvaluateConfig, EvaluateReport, run

NOT_THERE = {"result": Path("none.mp4"), "plate": Path("none.mp4"), "faces_b": Path("none")}
"""A result that would be a fault of its own if anyone looked at it."""


def shown(report: EvaluateReport) -> list[str]:
    """The lines of a terminal of 80 columns."""
    out = io.StringIO()
    show(report, Console(file=out, width=80))
    return out.getvalue().splitlines()


def measure(name: str, group: str = "") -> Measure:
    return Measure(
        name=name, value=28.125, low=-27.5, high=28.75, spread=1.0, n=75, unit="dB", better="higher",
        cannot_tell="who it is", group=group,
    )  # fmt: skip


def test_a_terminal_has_the_figures_of_all_frames_and_json_those_of_parts_too() -> None:
    actors = [measure("PSNR"), measure("PSNR", "mouth open"), measure("PSNR", "mouth shut")]
    report = EvaluateReport(seconds=1, page=None, result=[], model=[measure("PSNR", "of A")], actors=actors)
    head, row = "figure value 95 % bounds better", "PSNR, dB 28.1 -27.5 to 28.8 higher"
    top = ["seconds 1", "page -", "figures of parts 2 more: --json has all"]
    assert [" ".join(line.split()) for line in shown(report)] == [*top, "model: of A", head, row, "actors", head, row]
    told = json.loads(report.model_dump_json())
    assert told["actors"] == [each.model_dump() for each in actors]
    assert {"low", "high", "spread", "n", "unit", "better", "cannot_tell", "group"} < set(told["actors"][0])


def test_a_result_is_measured_and_told_on_a_page(
    films: dict[str, Path], extracted: dict[str, Path], tmp_path: Path
) -> None:
    config = EvaluateConfig.checked({
        "result": films["b"], "plate": films["a"], "faces_a": extracted["a"], "faces_b": extracted["b"],
        "output": tmp_path / "page.html", "sample": {"identify": 2},
    })  # fmt: skip
    report = run(config, Context())
    assert (report.page, report.model, report.actors) == (tmp_path / "page.html", [], [])
    found = {each.name: each for each in report.result if not each.group}
    assert found["taken for B"].value == 100
    text = (tmp_path / "page.html").read_text("utf-8")
    for each in report.result:
        assert each.cannot_tell
        assert each.name.replace("'", "&#x27;") in text
        assert each.unit or each.better != "lower"
    assert text.rstrip().endswith("</html>")
    assert "data:image/jpeg;base64," in text
    lines = shown(report)
    for each in found.values():
        (line,) = (line for line in lines if line.startswith(f" {each.name}"))
        assert f" {each.value:.3g} " in line
        assert line.rstrip().endswith(each.better)
    with pytest.raises(OmoteError, match=r"page\.html"):
        run(config, Context())
    assert (tmp_path / "page.html").read_text("utf-8") == text


def test_a_model_is_tried_on_what_it_held_out(model: Path, faces: dict[str, Path]) -> None:
    report = run(EvaluateConfig(model=model, faces_a=faces["a"], faces_b=faces["b"], device="cpu"), Context())
    assert {each.group for each in report.model} == {"held-out faces of A", "held-out faces of B"}
    assert (report.result, report.actors, report.page) == ([], [], None)
    titles = [line.strip() for line in shown(report) if line.startswith("model")]
    assert titles == ["model: held-out faces of A", "model: held-out faces of B"]


@pytest.mark.slow
def test_a_model_is_tried_on_drawn_actors(taught: Path, tmp_path: Path) -> None:
    config = EvaluateConfig.checked({
        "model": taught, "cast": "21,5", "output": tmp_path / "page.html", "device": "cpu", "sample": {"frames": 8},
    })  # fmt: skip
    report = run(config, Context())
    found = {(each.name, each.group): each for each in report.actors}
    assert found["SSIM to the true swap inside the face", ""].n == 8
    assert (report.result, report.model) == ([], [])
    assert "of the way from A&#x27;s own face to the true swap" in (tmp_path / "page.html").read_text("utf-8")


def test_what_is_lacking_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(OmoteError, match=r"nothing to evaluate.*--result"):
        run(EvaluateConfig(), Context())
    with pytest.raises(OmoteError, match="name --plate and --faces-b"):
        run(EvaluateConfig(result=tmp_path), Context())
    with pytest.raises(OmoteError, match="name --faces-b"):
        run(EvaluateConfig(result=tmp_path, plate=tmp_path), Context())
    with pytest.raises(OmoteError, match="name it with --model"):
        run(EvaluateConfig(result=tmp_path, plate=tmp_path, faces_b=tmp_path, cast="1,2"), Context())
    with pytest.raises(ModelError, match="no model in this folder"):
        run(EvaluateConfig(model=tmp_path, cast="1,2"), Context())
    with pytest.raises(SettingError, match="two actors by their seeds, as 21,5, not '21'"):
        EvaluateConfig.checked({"cast": "21"})


@pytest.mark.parametrize("cast", [None, "21,5"])
@pytest.mark.parametrize(
    ("damage", "fault", "said"),
    [
        ("device", SettingError, "no device cuda here"),
        ("model.safetensors", ModelError, "damaged"),
        ("none", ModelError, "no model in this folder"),
    ],
)
def test_a_model_that_cannot_be_tried_is_told_before_the_result_is_measured(
    cast: str | None, damage: str, fault: type[OmoteError], said: str, model: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    if damage == "model.safetensors":
        whole = (model / "last" / damage).read_bytes()
        (model / "last" / damage).write_bytes(whole[: len(whole) // 2])
    given = {"model": tmp_path if damage == "none" else model, "device": "cuda" if damage == "device" else "cpu"}
    with pytest.raises(fault, match=said):
        run(EvaluateConfig.checked({**NOT_THERE, **given, "cast": cast}), Context())


def test_what_else_a_trial_lacks_is_told_before_the_result_is_measured(
    model: Path, faces: dict[str, Path], tmp_path: Path
) -> None:
    given = {**NOT_THERE, "faces_b": faces["b"], "model": model}
    with pytest.raises(SettingError, match="the cast is two actors, not one twice"):
        run(EvaluateConfig.checked({**given, "cast": "5,5"}), Context())
    with pytest.raises(OmoteError, match="no such folder of faces"):
        run(EvaluateConfig.checked({**given, "faces_a": tmp_path / "none"}), Context())
    (tmp_path / "empty").mkdir()
    with pytest.raises(OmoteError, match=r"no face pictures in this folder.*empty"):
        run(EvaluateConfig.checked({**given, "faces_a": tmp_path / "empty"}), Context())
    (model / "last" / "train.toml").write_text("x = [")
    with pytest.raises(ModelError, match=r"its train\.toml is damaged"):
        run(EvaluateConfig.checked(given), Context())
    with pytest.raises(MediaError, match=r"none\.mp4"):
        run(EvaluateConfig.checked({name: path for name, path in given.items() if name != "model"}), Context())
