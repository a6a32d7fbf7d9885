import tomllib
from pathlib import Path

import pytest

from omote.cli.main import main
from omote.core.errors import OmoteError, SettingError
from omote.stages.context import Context
from omote.stages.import_settings import ImportSettingsConfig, ImportSettingsReport, run
from omote.stages.learning.beginning import settings
from omote.stages.learning.config import TrainConfig
from omote.training.config import LearnConfig

_INI = """
[global]
coverage = 87.5
nan_protection = True
mask_color = a
[global.loss]
eye_multiplier = 4
[model.villain]
lowmem = True
"""


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    path = tmp_path / "train.ini"
    path.write_text(_INI, "utf-8")
    return path


def imported(ini: Path, **more: object) -> ImportSettingsReport:
    return run(ImportSettingsConfig.checked({"ini": ini, **more}), Context())


def test_train_takes_the_file_that_comes_out(ini: Path, tmp_path: Path) -> None:
    report = imported(ini, output=tmp_path / "new" / "mine.toml", trainer="lightweight")
    assert report.network == "lightweight"
    config = TrainConfig.checked({"model": tmp_path / "none", "recipe": report.settings, "learn": {"seed": 7}})
    learn = settings(config, None)
    assert (learn.network, learn.crop.coverage, learn.loss.eyes, learn.seed) == ("lightweight", 0.875, 5, 7)
    assert learn.augment == LearnConfig().augment


def test_what_has_no_counterpart_stands_in_the_report_and_in_the_file(ini: Path) -> None:
    report = imported(ini)
    assert report.settings == ini.with_name("train.toml")
    text = report.settings.read_text("utf-8")
    assert {"nan_protection = True", "mask_color = a"} <= {line.option for line in report.no_counterpart}
    for line in report.no_counterpart:
        assert f"# {line.option}: {line.here}" in " ".join(text.split())
    assert {line.option: line.here for line in report.taken}["coverage = 87.5"] == "crop.coverage = 0.875"
    assert "vertical_offset" in report.assumed
    LearnConfig.checked(tomllib.loads(text))


def test_odd_letters_do_not_break_the_file(ini: Path) -> None:
    ini.write_text(
        "[global]\ncoverage = 90\nmask_color = \x1b[31m\n  more\nünknown\u2028name = 1\n[a\tb]\nc = 1", "utf-8"
    )
    report = imported(ini)
    assert tomllib.loads(report.settings.read_text("utf-8"))["crop"]["coverage"] == 0.9
    assert len(report.no_counterpart) == 4  # the network, the colour, and the two that are unknown


def test_nothing_is_replaced_unasked_and_the_original_never(ini: Path) -> None:
    ini.with_name("train.toml").write_text("mine")
    with pytest.raises(OmoteError, match=r"already there.*--overwrite"):
        imported(ini)
    assert ini.with_name("train.toml").read_text() == "mine"
    assert imported(ini, overwrite=True).settings.read_text() != "mine"
    with pytest.raises(SettingError, match="cannot take the place"):
        imported(ini, output=ini, overwrite=True)
    assert ini.read_text("utf-8") == _INI


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[global]\ncoverage = wide", "coverage = 'wide' is not a number: .*train.ini"),
        (b"garbage", "not an ini file .*: .*train.ini"),
        (b"[global]\ncoverage = \xff", "cannot be read .*: .*train.ini"),
        (b"", "no option of faceswap's training in it: .*train.ini"),
        (None, "cannot be read .*: .*train.ini"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path, content: bytes | None, why: str) -> None:
    path = tmp_path / "train.ini"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OmoteError, match=why) as fault:
        imported(path)
    assert "\n" not in str(fault.value)
    assert not (tmp_path / "train.toml").exists()


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (_INI, 0, ""),
        ("[global]\ncoverage = wide", 2, "omote: coverage = 'wide' is not a number: {}\n"),
    ],
)
def test_on_the_command_line_a_bad_file_is_one_line_and_exit_code_2(
    ini: Path, capsys: pytest.CaptureFixture[str], content: str, code: int, said: str
) -> None:
    ini.write_text(content, "utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["import", str(ini), "--set", "trainer=lightweight"])
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (code, said.format(ini))
    assert ("crop.coverage = 0.875" in out) == (code == 0)
