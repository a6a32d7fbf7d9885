import pytest

from omote.core.errors import SettingError
from omote.media.config import EncodeConfig


def test_defaults_look_like_the_source() -> None:
    assert EncodeConfig().model_dump() == {"crf": 18, "preset": "medium", "pixels": "yuv420p"}


@pytest.mark.parametrize(
    "values", [{"crf": 52}, {"crf": -1}, {"preset": "warp"}, {"pixels": "rgb24"}, {"codec": "av1"}]
)
def test_what_is_out_of_range_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(SettingError):
        EncodeConfig.checked(values)
