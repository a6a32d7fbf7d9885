from typing import Any

import pytest

from omote.core.errors import SettingError
from omote.stages import models_info
from omote.stages.context import Context


def info(*pairs: str, **values: Any) -> models_info.ModelsInfoReport:
    config = models_info.ModelsInfoConfig.with_pairs({"name": "dfaker", **values}, pairs)
    return models_info.run(config, Context())


def test_the_counts_are_those_of_the_reference() -> None:
    report = info()
    assert (report.name, report.preset, report.input, report.output) == ("dfaker", None, 64, 128)
    assert (report.parameters, report.statistics) == (113_330_822, 0)
    assert report.parts["encoder"] == 69_662_976
    assert report.parts["decoders.a"] == report.parts["decoders.b"] == 21_833_923
    assert report.options == {"learn_mask": False, "output_size": 128}


def test_settings_of_the_network_go_by_their_own_names() -> None:
    for report in (info("output_size=256"), info("options.output_size=256"), info(options={"output_size": 256})):
        assert (report.input, report.output, report.parameters) == (128, 256, 258_046_598)
        assert report.options["output_size"] == 256


def test_the_layers_are_a_table_that_adds_up() -> None:
    report = info()
    assert sum(row.parameters for row in report.layers) == report.parameters
    first = next(row for row in report.layers if row.kind == "Conv2d")
    assert (first.name, first.output, first.parameters) == ("encoder.0.0.1", "128 × 32 × 32", 9728)  # noqa: RUF001


def test_statistics_are_told_apart_from_what_learns() -> None:
    report = info(name="dlight")
    assert (report.parameters, report.statistics) == (143_612_726, 1_280)


def test_a_preset_lies_under_what_is_given() -> None:
    names = ("original", "dfaker")
    of_presets = {preset: info(name="phaze-a", preset=preset) for preset in names}
    assert [report.parameters for report in of_presets.values()] == [82_062_470, 113_330_822]
    assert of_presets["dfaker"].preset == "dfaker"
    changed = info("output_size=64", name="phaze-a", preset="dfaker")
    assert (changed.output, of_presets["dfaker"].output) == (64, 128)
    assert changed.options["split_decoders"] is True


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (
            ["outputsize=1"],
            "unknown setting outputsize; known: learn_mask, output_size: settings of the network dfaker",
        ),
        (["output_size=100"], "output_size .* not 100: settings of the network dfaker"),
        (["preset=none"], "unknown preset 'none' of dfaker"),
        (["options=5"], "options .* not 5"),
        (["name=dfakr"], "unknown model 'dfakr'"),
    ],
)
def test_what_is_wrong_is_named(pairs: list[str], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        info(*pairs)
