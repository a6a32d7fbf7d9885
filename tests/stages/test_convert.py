import shutil
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.store import Alignments
from omote.core.claims import claimed
from omote.core.errors import AlignmentsError, MediaError, ModelError, OmoteError, Stopped
from omote.core.events import Event, Note, Progress
from omote.imaging.blending import region_around
from omote.imaging.crops import corners, crop_matrix
from omote.marking.output import Marked
from omote.media.pictures import read_picture
from omote.media.sink import open_sink
from omote.media.source import open_source
from omote.media.waiting import PART
from omote.stages.context import Context
from omote.stages.convert import ConvertConfig, run, together
from omote.stages.extract import ExtractConfig
from omote.stages.extract import run as extract


def test_faces_change_and_all_else_stays_as_it_was(
    films: dict[str, Path], faces: dict[str, Path], model: Path, tmp_path: Path
) -> None:
    report = run(ConvertConfig(source=films["a"], model=model, output=tmp_path / "out"), Context())
    assert (report.frames, report.frames_swapped, report.marked) == (6, 6, True)
    assert report.alignments == faces["a"] / "film-a.alignments.db"  # found with the faces the model was trained on
    with Alignments.open(report.alignments) as alignments:
        marks = [face.landmarks for face in alignments.faces()]
    before, after = open_source(films["a"]).frames(), open_source(tmp_path / "out").frames()
    for points, plate, made in zip(marks, before, after, strict=True):
        square = corners(crop_matrix(points, 64, "face", 0.85, -11), 64)
        region = region_around(square).within(320, 240)
        outside = np.ones((240, 320), bool)
        region.of(outside)[...] = False
        assert np.array_equal(made.rgb[outside], plate.rgb[outside])
        x, y = points[30].astype(int)
        assert not np.array_equal(made.rgb[y - 9 : y + 9, x - 9 : x + 9], plate.rgb[y - 9 : y + 9, x - 9 : x + 9])


def test_a_video_keeps_every_frame_s_time(films: dict[str, Path], model: Path, tmp_path: Path) -> None:
    run(ConvertConfig(source=films["a"], model=model, output=tmp_path / "out.mp4"), Context())
    times = [
        [frame.pts * source.facts.time_base for frame in source.frames()]
        for source in (open_source(films["a"]), open_source(tmp_path / "out.mp4"))
    ]
    assert times[0] == times[1]


def test_footage_that_nobody_looked_at_is_looked_at_first(films: dict[str, Path], model: Path, tmp_path: Path) -> None:
    said: list[Event] = []
    film = Path(shutil.copy(films["b"], tmp_path / "new film.mp4"))
    config = ConvertConfig(source=film, model=model, output=tmp_path / "new" / "out")
    assert run(config, Context(said.append)).frames_swapped == 6
    assert any(isinstance(event, Note) and "looking for its faces first" in event.text for event in said)
    assert (tmp_path / "new" / "new film.alignments.db").is_file()
    said.clear()
    run(config.model_copy(update={"overwrite": True}), Context(said.append))
    assert not any(isinstance(event, Progress) and event.step == "extract" for event in said)


def test_alignments_can_be_named_by_file_or_folder_and_must_fit(
    films: dict[str, Path], faces: dict[str, Path], model: Path, tmp_path: Path
) -> None:
    def converted(alignments: Path, name: str) -> Path:
        config = ConvertConfig(source=films["a"], model=model, output=tmp_path / name, alignments=alignments)
        return run(config, Context()).alignments

    file = faces["a"] / "film-a.alignments.db"
    assert converted(faces["a"], "one") == converted(file, "two") == file
    with pytest.raises(AlignmentsError, match="no such alignments file"):
        converted(tmp_path / "none.db", "three")
    with pytest.raises(AlignmentsError, match="of another film-b"):
        converted(faces["b"] / "film-b.alignments.db", "four")


def test_unfinished_alignments_are_finished_first(films: dict[str, Path], model: Path, tmp_path: Path) -> None:
    looked, said = list[Event](), list[Event]()
    half = ExtractConfig(sources=[films["a"]], alignments=tmp_path / "half.db")
    extract(half, Context(looked.append, lambda: len(looked) == 3))
    config = ConvertConfig(source=films["a"], model=model, output=tmp_path / "out.mp4", alignments=tmp_path / "half.db")
    report = run(config, Context(said.append))
    assert (report.frames, report.frames_swapped, report.alignments) == (6, 6, tmp_path / "half.db")
    done = [event.done for event in said if isinstance(event, Progress) and event.step == "extract"]
    assert done == [4, 5, 6]


def test_what_is_there_is_not_overwritten_unasked(films: dict[str, Path], model: Path, tmp_path: Path) -> None:
    (tmp_path / "out.mp4").write_text("mine")
    config = ConvertConfig(source=films["a"], model=model, output=tmp_path / "out.mp4")
    with pytest.raises(OmoteError, match="already there"):
        run(config, Context())
    assert (tmp_path / "out.mp4").read_text() == "mine"
    run(config.model_copy(update={"overwrite": True}), Context())
    assert open_source(tmp_path / "out.mp4").facts.frames == 6


def test_a_stop_leaves_no_output_but_what_goes_on(films: dict[str, Path], model: Path, tmp_path: Path) -> None:
    said: list[Event] = []
    config = ConvertConfig(source=films["a"], model=model, output=tmp_path / "out.mp4", frames_at_once=2)
    with pytest.raises(Stopped):
        run(config, Context(said.append, lambda: bool(said)))
    assert not (tmp_path / "out.mp4").exists()
    assert run(config, Context()).frames == 6
    assert [path.name for path in tmp_path.glob("*out*")] == ["out.mp4"]
    assert not list(tmp_path.glob(".out*"))


def test_a_stopped_search_for_faces_goes_on(
    films: dict[str, Path], model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Event] = []
    (tmp_path / "made").mkdir()
    film = Path(shutil.copy(films["a"], tmp_path / "made" / "new.mp4"))
    config = ConvertConfig(source=film, model=model, output=tmp_path / "made" / "out")
    with pytest.raises(Stopped):
        run(config, Context(said.append, lambda: any(isinstance(event, Progress) for event in said)))
    said.clear()
    monkeypatch.chdir(tmp_path)  # another spelling of the same places
    config = config.model_copy(update={"output": Path("made") / "out"})
    assert run(config, Context(said.append)).frames_swapped == 6
    assert min(event.done for event in said if isinstance(event, Progress) and event.step == "extract") == 2
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["new.alignments.db", "new.mp4", "out"]


def test_alignments_of_an_earlier_take_of_the_same_name_are_refused(
    films: dict[str, Path], model: Path, tmp_path: Path
) -> None:
    config = ConvertConfig(source=tmp_path / "new.mp4", model=model, output=tmp_path / "made" / "out")
    for side in ("a", "b"):
        shutil.copy(films[side], config.source)
        if side == "a":
            run(config, Context())
    with pytest.raises(AlignmentsError, match=r"another new\.mp4, or it has changed since.*move this file away"):
        run(config.model_copy(update={"overwrite": True}), Context())


def test_either_person_s_faces_folder_is_looked_in(
    films: dict[str, Path], faces: dict[str, Path], model: Path, tmp_path: Path
) -> None:
    config = ConvertConfig(source=films["b"], model=model, output=tmp_path / "out", person="a")
    assert run(config, Context()).alignments == faces["b"] / "film-b.alignments.db"


def test_a_folder_without_a_model_is_named(films: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model in this folder"):
        run(ConvertConfig(source=films["a"], model=tmp_path, output=tmp_path / "out.mp4"), Context())


def test_the_chunk_size_does_not_change_the_result(films: dict[str, Path], model: Path, tmp_path: Path) -> None:
    for size in (1, 4):
        config = ConvertConfig(source=films["a"], model=model, output=tmp_path / f"out{size}", frames_at_once=size)
        run(config, Context())
    for path in (tmp_path / "out1").iterdir():
        one, four = (next(open_source(tmp_path / name / path.name).frames()).rgb for name in ("out1", "out4"))
        assert np.abs(one.astype(int) - four).max() <= 1
    shutil.rmtree(tmp_path / "out1")


def test_a_folder_of_sources_is_converted_one_by_one(
    films: dict[str, Path], faces: dict[str, Path], model: Path, tmp_path: Path
) -> None:
    said: list[Event] = []
    kept = tmp_path / "kept"
    for folder in (tmp_path / "in", kept):
        folder.mkdir()
    for side, film in films.items():
        shutil.copy(film, tmp_path / "in")
        shutil.copy(faces[side] / f"film-{side}.alignments.db", kept)
    (tmp_path / "in" / "film-c.mp4").write_bytes(b"no film")
    config = ConvertConfig(source=tmp_path / "in", model=model, output=tmp_path / "out", alignments=kept, suffix=".mkv")
    with pytest.raises(OmoteError, match=r"1 of 3 sources cannot be converted.*film-c\.mp4"):
        run(config, Context(said.append))
    assert sorted(path.name for path in config.place.iterdir()) == ["film-a.mkv", "film-b.mkv"]
    (tmp_path / "in" / "film-c.mp4").unlink()
    (tmp_path / "out" / "film-b.mkv").unlink()
    report = run(config, Context(said.append))
    assert (report.frames, report.frames_swapped, report.output, report.alignments) == (6, 6, config.output, kept)
    assert report.marked
    assert any(isinstance(event, Note) and "film-a.mkv is there already" in event.text for event in said)


def test_an_output_is_what_makes_a_source_done(
    films: dict[str, Path], faces: dict[str, Path], model: Path, tmp_path: Path
) -> None:
    """Not its preview, and not the pictures of a run that was broken off."""
    said: list[Event] = []
    for name in ("a", "b"):
        place = tmp_path / "in" / name
        with open_sink(place, source := open_source(films[name])) as sink:
            for frame in source.frames():
                sink.write(frame)
    (tmp_path / "out" / "b" / PART).mkdir(parents=True)
    config = ConvertConfig(
        source=tmp_path / "in", model=model, output=None, preview=tmp_path / "look", preview_pictures=1, range=":1",
    )  # fmt: skip
    run(config, Context())
    assert run(config.model_copy(update={"output": tmp_path / "out"}), Context(said.append)).frames == 2
    assert not any(isinstance(event, Note) and "left out" in event.text for event in said)
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.png")) == ["film-a_000001.png", "film-b_000001.png"]
    assert run(config, Context(said.append)).frames == 0
    assert any(isinstance(event, Note) and "look/b is there already: b is left out" in event.text for event in said)


def test_marks_of_several_outputs_are_what_all_have() -> None:
    one = Marked(c2pa=True, signer="x", metadata=True, watermark=True, notes=["n"])
    other = Marked(c2pa=False, metadata=True, watermark=True, notes=["n", "m"])
    assert together([one, other]) == Marked(signer="x", metadata=True, watermark=True, notes=["n", "m"])
    assert together([]) is None


def test_a_picture_becomes_a_picture(on_set: dict[str, Path], model: Path, tmp_path: Path) -> None:
    (picture, *_) = sorted(on_set["source"].iterdir())
    config = ConvertConfig(source=picture, model=model, output=tmp_path / "out.png")
    assert run(config, Context()).frames == 1
    assert not np.array_equal(read_picture(tmp_path / "out.png"), read_picture(picture))


def test_a_picture_is_never_written_over_by_what_is_made_of_it(
    on_set: dict[str, Path], model: Path, tmp_path: Path
) -> None:
    (picture, *_) = sorted(on_set["source"].iterdir())
    before = picture.read_bytes()
    for change in ({"output": picture.parent}, {"output": None, "preview": picture.parent}, {"write": "patches"}):
        asked = {"source": picture, "model": model, "output": picture.parent, "overwrite": True, **change}
        with pytest.raises(MediaError, match="pictures of the source are here"):
            run(ConvertConfig.checked(asked), Context())
    assert picture.read_bytes() == before


def test_one_output_is_written_by_one_run(films: dict[str, Path], model: Path, tmp_path: Path) -> None:
    config = ConvertConfig(source=films["a"], model=model, output=tmp_path / "out.mp4")
    with claimed(tmp_path / "out.mp4"), pytest.raises(OmoteError, match=r"another omote is writing this: .*out\.mp4"):
        run(config, Context())
    assert run(config, Context()).frames == 6
