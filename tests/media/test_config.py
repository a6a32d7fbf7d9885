from typing import Any, get_args

import pytest

from omote.core.errors import SettingError
from omote.media.codecs import PRESETS
from omote.media.config import EncodeConfig, Preset


def test_defaults_look_like_the_source_and_play_everywhere() -> None:
    assert EncodeConfig().model_dump() == {
        "codec": "auto", "quality": None, "preset": "medium", "pixels": "auto", "depth": "source", "hardware": False,
        "pictures": "png",
    }  # fmt: skip


def test_the_presets_are_those_that_every_codec_understands() -> None:
    assert get_args(Preset) == PRESETS


@pytest.mark.parametrize(
    "values",
    [{"quality": 64}, {"quality": -1}, {"preset": "warp"}, {"pixels": "rgb24"}, {"codec": "mpeg2"}, {"depth": 9}],
)
def test_what_no_encoder_takes_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(SettingError):
        EncodeConfig.checked(values)
