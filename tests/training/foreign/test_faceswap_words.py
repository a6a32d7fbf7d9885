from typing import get_args

import pytest

from omote.training.config import LearnConfig, LossName
from omote.training.foreign.draft import fitted, rule
from omote.training.foreign.faceswap_ini import DEFAULTS
from omote.training.foreign.faceswap_words import LOSSES, MISSING, REMARKS, SETTINGS, VALUES

_RECKONED = {
    "coverage", "mask_type", "loss_function", "loss_function_2", "loss_function_3", "loss_function_4", "loss_weight_2",
    "loss_weight_3", "loss_weight_4", "eye_multiplier", "mouth_multiplier", "penalized_mask_loss", "learning_rate",
    "epsilon_exponent", "learn_mask",
}  # fmt: skip


def test_every_option_is_one_setting_or_reckoned_or_missing() -> None:
    assert sorted([*SETTINGS, *MISSING, *_RECKONED]) == sorted(DEFAULTS)


@pytest.mark.parametrize(("option", "setting"), SETTINGS.items())
def test_defaults_and_values_said_otherwise_fit_their_setting(option: str, setting: str) -> None:
    values = [DEFAULTS[option], *VALUES.get(option, {})]
    for value in values:
        ours = VALUES.get(option, {}).get(value, value)
        assert fitted(ours, rule(LearnConfig, setting)) == (ours, "")


def test_losses_and_remarks_are_of_things_that_exist() -> None:
    assert set(LOSSES.values()) <= set(get_args(LossName))
    assert set(REMARKS) <= set(SETTINGS)
