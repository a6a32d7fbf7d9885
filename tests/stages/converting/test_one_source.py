import json
import shutil
from dataclasses import replace
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch

from omote.alignments.describe import face_record, frame_record, source_record
from omote.alignments.store import Alignments
from omote.cast.actor import Actor
from omote.cast.together import Together, crossing
from omote.core.errors import OmoteError, SettingError, Stopped
from omote.core.events import Event, Note, Progress
from omote.core.types import Detection, Face, Frame
from omote.imaging.landmarks import five_points
from omote.marking.config import MarkConfig
from omote.marking.output import Marked, Marking
from omote.media.config import EncodeConfig
from omote.media.sink import open_sink
from omote.media.source import open_source
from omote.runtime.model_folder import Checkpoint, read_state, read_weights, write_checkpoint
from omote.stages.context import Context
from omote.stages.convert import ConvertConfig, ConvertReport, run
from omote.swapping.swapper import Made, Swapper


@pytest.fixture
def config(films: dict[str, Path], model: Path, tmp_path: Path) -> ConvertConfig:
    """Without marks, which say when they were made, so that files can be compared."""
    mark = MarkConfig(on=False)
    return ConvertConfig(source=films["a"], model=model, output=tmp_path / "out", frames_at_once=2, mark=mark)


def changed(config: ConvertConfig, **change: Any) -> ConvertConfig:
    return ConvertConfig.checked({**config.model_dump(), **change})


def converted(config: ConvertConfig, **change: Any) -> ConvertReport:
    return run(changed(config, **change), Context())


def pictures(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def rgbs(path: Path) -> list[Any]:
    return [frame.rgb for frame in open_source(path).frames()]


def test_a_range_is_all_that_is_written_or_all_that_is_swapped(config: ConvertConfig, tmp_path: Path) -> None:
    report = converted(config, range="1:5", every=2)
    assert (report.frames, report.frames_swapped) == (2, 2)
    assert sorted(pictures(tmp_path / "out")) == ["film-a_000002.png", "film-a_000004.png"]
    report = converted(config, range="0.05s:0.13s", outside="keep", output=tmp_path / "all")
    assert (report.frames, report.frames_swapped) == (6, 2)
    same = [np.array_equal(*pair) for pair in zip(rgbs(config.source), rgbs(tmp_path / "all"), strict=True)]
    assert same == [True, True, False, False, True, True]


@pytest.mark.parametrize(("asked", "frames"), [("1:6", 5), ("1:99", 5), ("0:5", 5), ("0:4", 4), (":", 6)])
def test_the_last_of_every_few_frames_is_shown_to_the_end_of_its_range(
    config: ConvertConfig, tmp_path: Path, asked: str, frames: int
) -> None:
    source = open_source(config.source)
    out = tmp_path / f"{frames}.mp4"
    converted(config, range=asked, every=3, output=out)
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.duration is not None and stream.time_base is not None
        assert stream.duration * stream.time_base * source.facts.rate == frames


def test_a_layer_lies_over_the_frames(config: ConvertConfig, tmp_path: Path) -> None:
    import cv2

    converted(config)
    assert converted(config, write="layer", output=tmp_path / "layer").frames_swapped == 6
    for plate, made, path in zip(
        rgbs(config.source), rgbs(tmp_path / "out"), sorted((tmp_path / "layer").iterdir()), strict=True
    ):
        layer = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert layer is not None
        alpha = layer[..., 3:] / 255
        assert 0 < alpha.mean() < 0.5
        np.testing.assert_allclose(plate * (1 - alpha) + layer[..., 2::-1] * alpha, made, atol=2.1)


def test_patches_are_the_faces_by_themselves(config: ConvertConfig, tmp_path: Path) -> None:
    assert converted(config, write="patches", range="2:4").frames_swapped == 2
    facts = [json.loads(path.read_text()) for path in sorted((tmp_path / "out").glob("*.json"))]
    assert [(each["frame"], each["person"], each["makes"]) for each in facts] == [
        (2, "person-01", "b"),
        (3, "person-01", "b"),
    ]
    assert all((tmp_path / "out" / each[part]).is_file() for each in facts for part in ("face", "mask"))


def test_people_that_are_not_there_are_told_before_any_work(config: ConvertConfig, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="no person-09 in these alignments"):
        converted(config, model=None, people=[f"person-09={config.model}"])
    assert not (tmp_path / "out").exists()
    report = converted(config, people=["person-01=none"])
    assert (report.frames, report.frames_swapped) == (6, 0)
    assert all(np.array_equal(*pair) for pair in zip(rgbs(config.source), rgbs(tmp_path / "out"), strict=True))


def test_frames_that_fail_fail_the_run_and_what_is_before_them_is_kept(
    config: ConvertConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = converted(config, output=tmp_path / "whole")
    frame = Swapper.frame

    def failing(self: Swapper, plate: Frame, faces: list[Made]) -> Frame:
        if plate.index in (3, 5):
            raise ValueError("no memory")
        return frame(self, plate, faces)

    monkeypatch.setattr(Swapper, "frame", failing)
    with pytest.raises(OmoteError, match="2 frames cannot be swapped: 3, 5; the first since ValueError: no memory"):
        converted(config)
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    said: list[Event] = []
    report = run(config, Context(said.append))
    assert (report.frames, report.frames_swapped) == (whole.frames, 6)
    assert min(event.done for event in said if isinstance(event, Progress)) == 4  # those before were kept
    assert pictures(tmp_path / "out") == pictures(tmp_path / "whole")


def test_a_stopped_run_is_gone_on_with_only_when_nothing_changed(config: ConvertConfig, tmp_path: Path) -> None:
    def stopped_after(config: ConvertConfig, frames: int) -> list[int]:
        done: list[int] = []

        def emit(event: Event) -> None:
            if isinstance(event, Progress):
                done.append(event.done)

        try:
            run(config, Context(emit, lambda: len(done) >= frames))
        except Stopped:
            assert not config.place.exists()
        return done

    assert stopped_after(config, 3) == [1, 2, 3]
    assert stopped_after(config, 2) == [4, 5]
    other = changed(config, composite={"colour": "none"})
    assert stopped_after(other, 1) == [1]
    assert stopped_after(other, 99) == [2, 3, 4, 5, 6]
    assert converted(config, output=tmp_path / "whole", composite={"colour": "none"}).frames == 6
    assert pictures(tmp_path / "out") == pictures(tmp_path / "whole")


def test_what_is_made_says_so_unless_that_is_unwanted_or_untrue(config: ConvertConfig, tmp_path: Path) -> None:
    plain = converted(config)
    assert (plain.marked, plain.marks) == (False, Marked(notes=["not marked, as asked"]))
    report = converted(config, output=tmp_path / "marked", mark={"label": True})
    assert report.marked
    assert report.marks is not None
    assert (report.marks.metadata, report.marks.watermark) == (True, True)
    for one, other in zip(rgbs(tmp_path / "out"), rgbs(tmp_path / "marked"), strict=True):
        apart = np.abs(one.astype(int) - other).max(2)
        noted = apart[200:, :120].copy()
        apart[200:, :120] = 0
        assert noted.max() > 60
        assert 0 < apart.max() < 20
    nobody = converted(config, output=tmp_path / "nobody", people=["person-01=none"], mark={"on": True})
    assert not nobody.marked
    layer = converted(config, output=tmp_path / "layer", write="layer", mark={"on": True})
    assert layer.marks is not None
    assert (layer.marks.c2pa, layer.marks.metadata, layer.marks.watermark) == (False, True, False)


def test_other_pictures_of_an_output_folder_are_not_marked(config: ConvertConfig, tmp_path: Path) -> None:
    converted(config)
    (tmp_path / "out" / "film-a_000001.png").rename(tmp_path / "out" / "mine.png")
    before = (tmp_path / "out" / "mine.png").read_bytes()
    report = converted(config, overwrite=True, range="2:", mark={"on": True})
    assert report.marked
    assert (tmp_path / "out" / "mine.png").read_bytes() == before
    said = b"compositeWithTrainedAlgorithmicMedia"
    old, new = (said in (tmp_path / "out" / f"film-a_{number:06d}.png").read_bytes() for number in (2, 3))
    assert (old, new) == (False, True)


def test_a_run_that_goes_on_leaves_the_preview_of_the_one_before(config: ConvertConfig, tmp_path: Path) -> None:
    look = tmp_path / "look"
    both = changed(config, preview=look, preview_pictures=2)
    said: list[Event] = []
    with pytest.raises(Stopped):
        run(both, Context(said.append, lambda: any(isinstance(e, Progress) and e.step == "convert" for e in said)))
    before = pictures(look)
    assert sorted(before) == ["choices.png", "film-a_000001.jpg", "film-a_000004.jpg"]
    assert run(both, Context(said.append)).frames == 6
    assert pictures(look) == before
    with pytest.raises(OmoteError, match="already there"):
        converted(config, output=None, preview=look)


def test_faces_of_nobody_in_particular_are_told(config: ConvertConfig, faces: dict[str, Path]) -> None:
    with Alignments.open(faces["a"] / "film-a.alignments.db") as alignments:
        alignments.put([replace(face, person=None) for face in alignments.faces(2, 3)])
    said: list[Event] = []
    assert run(changed(config, people=["person-01=none"]), Context(said.append)).frames_swapped == 2
    assert any(isinstance(event, Note) and "2 faces are of nobody in particular" in event.text for event in said)


def packets(path: Path) -> list[Any]:
    return [(frame.pts, frame.rgb.tobytes()) for frame in open_source(path).frames()]


@pytest.mark.parametrize("name", ["out.mp4", "out.mkv"])
def test_a_stopped_video_goes_on_to_the_same_frames(config: ConvertConfig, tmp_path: Path, name: str) -> None:
    encode = {"quality": 0, "pixels": "yuv444p", "preset": "ultrafast"}
    lossless, done = changed(config, output=tmp_path / name, encode=encode), list[int]()

    def emit(event: Event) -> None:
        if isinstance(event, Progress):
            done.append(event.done)

    for stop in (2, 4):
        with pytest.raises(Stopped):
            run(lossless, Context(emit, lambda: len(done) >= stop))  # noqa: B023 - called at once
        assert not (tmp_path / name).exists()
    assert done == [1, 2, 2, 3]  # the second run went on where the first was; its last frame waited for the next
    assert run(lossless, Context()).frames == 6
    whole = changed(lossless, output=tmp_path / f"whole-{name}")
    run(whole, Context())
    assert packets(tmp_path / name) == packets(tmp_path / f"whole-{name}")
    assert sorted(path.name for path in tmp_path.glob(f"*{name}")) == [name, f"whole-{name}"]


@pytest.mark.parametrize("name", ["out.mp4", "out.gif"])
def test_ranges_of_a_video_follow_each_other(config: ConvertConfig, tmp_path: Path, name: str) -> None:
    report = converted(config, output=tmp_path / name, range="0:1,2:4,5:")
    assert (report.frames, report.frames_swapped) == (4, 4)
    made = open_source(tmp_path / name)
    assert [frame.pts * made.facts.time_base for frame in made.frames()] == [Fraction(n, 25) for n in range(4)]
    with av.open(str(tmp_path / name)) as container:
        assert Fraction(container.duration or 0, 1_000_000) == Fraction(4, 25)


@pytest.mark.parametrize("name", ["out.mp4", "out"])
@pytest.mark.parametrize("wanted", ["6:", "2:4,6:9", "1s:", "40:50"])
@pytest.mark.parametrize("outside", ["drop", "keep"])
def test_a_range_behind_the_end_is_told_before_any_work(
    config: ConvertConfig, tmp_path: Path, name: str, wanted: str, outside: str
) -> None:
    with pytest.raises(
        SettingError, match=f"range {wanted.split(',')[-1]} begins behind the end of the source, which has 6 frames"
    ):
        converted(config, output=tmp_path / name, range=wanted, outside=outside)
    assert not [path.name for path in tmp_path.iterdir() if "out" in path.name]


class _Killed(BaseException):
    """What ends a run at once."""


@pytest.mark.parametrize("name", ["out.mp4", "out"])
def test_a_run_that_is_killed_while_it_marks_leaves_nothing_unmarked(
    config: ConvertConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    asked, mark = changed(config, output=tmp_path / name, mark={"on": True}), Marking.mark

    def killed(self: Marking, file: Path, final: str) -> None:
        if name == "out.mp4" or final == "film-a_000003.png":
            raise _Killed
        mark(self, file, final)

    with monkeypatch.context() as patch:
        patch.setattr(Marking, "mark", killed)
        with pytest.raises(_Killed):
            run(asked, Context())
    assert not (tmp_path / name).exists()
    said: list[Event] = []
    report = run(asked, Context(said.append))
    assert report.marks is not None
    assert (report.frames, report.marks.metadata, report.marks.c2pa) == (6, True, find_spec("c2pa") is not None)
    begun = [event.done for event in said if isinstance(event, Progress) and event.step == "convert"]
    assert begun == ([] if name == "out.mp4" else [3, 4, 5, 6])
    made = [tmp_path / name] if name == "out.mp4" else sorted((tmp_path / name).iterdir())
    assert len(made) == (1 if name == "out.mp4" else 6)
    assert all(b"compositeWithTrainedAlgorithmicMedia" in file.read_bytes() for file in made)
    steps = [(event.done, event.total) for event in said if isinstance(event, Progress) and event.step == "mark"]
    assert steps == ([(0, 1), (1, 1)] if name == "out.mp4" else [])


def test_an_output_is_ended_with_the_precision_it_was_begun_with(
    config: ConvertConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run's timing may pick another; those frames would not go with these."""
    picks = list[str]()

    def picking(name: str) -> None:
        def fastest(_: torch.device) -> tuple[str, str]:
            picks.append(name)
            return name, "as told"

        monkeypatch.setattr("omote.runtime.precision._fastest", fastest)

    picking("bf16")
    converted(config, output=tmp_path / "whole")
    said: list[Event] = []
    with pytest.raises(Stopped):
        run(config, Context(said.append, lambda: sum(isinstance(event, Progress) for event in said) >= 3))
    picking("fp32")
    said.clear()
    assert run(config, Context(said.append)).frames == 6
    assert min(event.done for event in said if isinstance(event, Progress)) == 4
    assert pictures(tmp_path / "out") == pictures(tmp_path / "whole")
    converted(config, output=tmp_path / "other")
    assert pictures(tmp_path / "other") != pictures(tmp_path / "whole")
    assert picks == ["bf16", "bf16", "fp32", "fp32"]  # once a run
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def painted(model: Path, copy: Path, grey: float) -> Path:
    """Copy a model; all faces of B that the copy makes are of one grey, 0 to 1."""
    shutil.copytree(model, copy)
    weights = read_weights(copy)
    last = max(name for name in weights if name.startswith("decoders.b.") and name.endswith(".bias"))
    weights[last] = torch.full_like(weights[last], float(torch.logit(torch.tensor(grey))))
    weights[last.replace(".bias", ".weight")] = torch.zeros_like(weights[last.replace(".bias", ".weight")])
    write_checkpoint(copy, Checkpoint(weights, {}, read_state(copy), ""))
    return copy


def test_two_who_cross_keep_their_models(model: Path, tmp_path: Path) -> None:
    """The one who passes before the other is painted white, the other black, in one pass and in every frame."""
    whole = crossing(Actor.from_seed(1), Actor.from_seed(2), 7)
    clip = Together(whole.name, whole.players, 240, 180)
    film, kept = tmp_path / "two", tmp_path / "two.alignments.db"
    with open_sink(film, clip) as sink:
        for frame in clip.frames():
            sink.write(frame)
    source = open_source(film)
    record = source_record(source.facts)
    shots = [clip.shots(index) for index in range(7)]
    with Alignments.open(kept, record) as alignments:
        for frame in source.frames():
            at, found = frame_record(frame), []
            for who, shot in enumerate(shots[frame.index]):
                if shot.mask.sum() > 100:
                    box = np.concatenate([shot.landmarks.min(0), shot.landmarks.max(0)]).astype(np.float32)
                    face = Face(Detection(box, 1.0, five_points(shot.landmarks)), shot.landmarks, shot.pose, 100.0)
                    made = face_record(at, who, face, record, {}, f"track-{who}", shot.landmarks)
                    found.append(replace(made, person=f"person-{who}"))
            alignments.add(at, found)
        alignments.finish()
    people = [
        f"person-{who}={painted(model, tmp_path / f'model-{who}', grey)}" for who, grey in enumerate((0.02, 0.98))
    ]
    composite = {"colour": "none", "mask": "components"}
    asked = {
        "source": film,
        "people": people,
        "output": tmp_path / "out",
        "composite": composite,
        "mark": {"on": False},
    }
    assert run(ConvertConfig.checked(asked), Context()).frames_swapped == 7
    levels: tuple[list[float], list[float]] = ([], [])
    for rgb, shown in zip(rgbs(tmp_path / "out"), shots, strict=True):
        for who, shot in enumerate(shown):
            x, y = shot.landmarks[30].astype(int)
            if shot.mask[y, x] > 0.95:
                levels[who].append(float(rgb[y, x].mean()))
    assert len(levels[0]) >= 4
    assert max(levels[0]) < 30
    assert len(levels[1]) == 7
    assert min(levels[1]) > 225


def test_a_source_of_ten_bits_stays_one(config: ConvertConfig, tmp_path: Path) -> None:
    deep = tmp_path / "deep.mkv"
    source = open_source(config.source)
    with open_sink(deep, source, settings=EncodeConfig(codec="ffv1", depth=10)) as sink:
        for frame in source.frames():
            sink.write(frame)
    assert open_source(deep).facts.depth == 10
    with Alignments.open(tmp_path / "faces-a" / "film-a.alignments.db") as alignments:
        faces = list(alignments.faces())
    kept = tmp_path / "deep.alignments.db"
    with Alignments.open(kept, source_record(open_source(deep).facts)) as alignments:
        for face in faces:
            alignments.add(face.frame, [face])
        alignments.finish()
    report = converted(config, source=deep, output=tmp_path / "out.mkv", encode={"codec": "ffv1"})
    assert (report.frames, report.frames_swapped) == (6, 6)
    assert open_source(tmp_path / "out.mkv").facts.depth == 10
    plates, made = (list(open_source(path).frames(deep=True)) for path in (deep, tmp_path / "out.mkv"))
    for plate, frame in zip(plates, made, strict=True):
        assert frame.rgb.dtype == np.uint16
        assert np.array_equal(frame.rgb[:, :40], plate.rgb[:, :40])
        assert not np.array_equal(frame.rgb, plate.rgb)
