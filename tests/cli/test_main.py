import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from omote.cli.main import main
from omote.core.types import Floats, Picture
from omote.imaging.pictures import encode_png
from omote.stages import extract
from tests import drawn_faces

HEAVY = {"torch", "cv2", "av", "dlib", "onnxruntime", "uniface", "scipy", "sqlite3", "numpy"}


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
        raise SystemExit(0)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"], ["demo", "--help"], ["models", "--help"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = f"import sys; from omote.cli.main import main\ntry: main({words})\nfinally: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Usage: omote" in done.stdout
    assert not HEAVY & set(done.stdout.splitlines()[-1].split())


def test_help_names_every_command_and_setting(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--help")
    for command in ("extract", "train", "convert", "swap", "demo", "models"):
        assert command in out
    _, out, _ = run(capsys, "train", "--help")
    assert "--batch-size" in out
    assert "learn.augment.rotation" in out


def test_an_unfinished_run_prints_its_report_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    half = extract.ExtractReport(
        frames=2,
        frames_with_face=1,
        faces=1,
        people=1,
        seconds=1,
        alignments=Path("a.db"),
        faces_folder=None,
        finished=False,
    )
    monkeypatch.setattr(extract, "run", lambda config, context: half)
    code, out, err = run(capsys, "extract", "a.mp4", "-o", "f", "--json")
    assert (code, json.loads(out)["frames"]) == (130, 2)
    assert "run the same command again to go on" in err


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("this is no video")
    (tmp_path / "folder").mkdir()
    (tmp_path / "wall").mkdir()
    (tmp_path / "wall" / "a.png").write_bytes(encode_png(np.full((64, 64, 3), 90, np.uint8)))
    (tmp_path / "set.toml").write_text("sizes = 3")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("extract none.mp4 -o faces", "no such file"),
        ("extract empty.mp4 -o faces", "empty"),
        ("extract text.mp4 -o faces", "text.mp4"),
        ("extract folder -o faces", "folder"),
        ("extract wall -o faces --size 3", "size should be greater than or equal to 64, not 3"),
        ("extract wall -o faces --set look.detector=mtcnn", "unknown detector 'mtcnn' (known: centerface, "),
        ("extract wall -o faces --set look.size=3", "unknown setting look.size"),
        ("extract wall -o faces --config set.toml", "unknown setting sizes"),
        ("extract wall -o faces --config none.toml", "none.toml"),
        ("extract wall -o set.toml", "set.toml"),
        ("extract wall", "name a folder for the faces"),
        ("extract wall -o faces --what", "Unknown option"),
        ("extract", "SOURCE"),
        ("fly", "Unknown command"),
        ("models fly", "Unknown command"),
        ("models pull scrdf", "no weights to fetch for 'scrdf' (known: adaface, "),
        ("alignments info none", "no such file or folder: none"),
        ("alignments info wall", "no alignments in this folder or beside it: wall"),
        ("alignments fly wall", "JOB"),
        ("alignments draw wall", "where shall the drawn frames go"),
        ("alignments rename none", "no such folder of faces: none"),
        ("alignments from-faces wall", "no face picture of omote's in this folder: wall"),
        ("masks wall", "omote: name masks to add"),
        ("masks none --add components", "no such folder of faces: none"),
        ("masks wall --add hair", "unknown segmenter 'hair'"),
        ("train --a wall --b wall -m model", "no face pictures in this folder"),
        ("train --a none --b wall -m model", "no such folder of faces"),
        ("train --a wall --b wall -m model --network huge", "unknown model 'huge'"),
        ("train --a wall --b wall -m model --device tpu", "device"),
        ("convert wall -m model -o out", "no model in this folder"),
        ("swap --face wall --onto wall -o out", "no face found"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_two(
    bad: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str, line: str
) -> None:
    monkeypatch.chdir(bad)
    before = sorted(bad.rglob("*"))
    code, out, err = run(capsys, *words.split())
    last = err.splitlines()[-1]
    assert (code, out) == (2, "")
    assert last.startswith("omote: ")
    assert line in last
    assert "Traceback" not in err
    assert set(before) <= set(bad.rglob("*"))
    code, _, err = run(capsys, *words.split(), "--debug")
    assert code == 2
    assert "Traceback" in err


def test_json_is_one_object_and_progress_goes_elsewhere(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "extract", bad / "wall", "-o", bad / "faces", "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["frames"], report["frames_with_face"], report["faces"], report["finished"]) == (1, 0, 0, True)
    assert {"seconds", "alignments", "faces_folder"} <= set(report)
    assert "extract" in err


def test_flags_files_and_pairs_are_laid_over_each_other(
    bad: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from omote.stages import extract

    seen: list[extract.ExtractConfig] = []

    def take(config: extract.ExtractConfig, context: object) -> None:
        seen.append(config)
        raise KeyboardInterrupt

    monkeypatch.setattr(extract, "run", take)
    (bad / "set.toml").write_text("size = 128\nrestore = true\n[look]\nthreshold = 0.2\nmin_size = 7\n")
    words: list[str | Path] = [
        "extract",
        "x",
        "-o",
        "y",
        "--config",
        bad / "set.toml",
        "--size",
        "256",
        "--set",
        "look.threshold=0.9",
    ]
    code, _, err = run(capsys, *words)
    assert (code, "stopped" in err) == (130, True)
    assert (seen[0].size, seen[0].restore, seen[0].look.threshold, seen[0].look.min_size) == (256, True, 0.9, 7)


@pytest.mark.slow
def test_ctrl_c_ends_training_cleanly(tmp_path: Path, picture: Picture, landmarks: Floats) -> None:
    for who in ("faces-a", "faces-b"):
        drawn_faces.put(tmp_path / who, who, [(picture, landmarks)] * 4)
    train = [sys.executable, "-m", "omote", "train", "--a", "faces-a", "--b", "faces-b", "-m", "model"]
    process = subprocess.Popen(
        [*train, "--batch-size", "1"], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Total Iterations"):
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "run the same command again to go on" in err
    assert json.loads((tmp_path / "model" / "last" / "state.json").read_text())["iteration"] > 0
