import pytest

from omote.core.errors import SettingError
from omote.training.foreign.faceswap_ini import DEFAULTS, TRAINERS, read_ini

_WITHOUT_OPTIONS = {"lightweight", "iae"}


def test_every_option_of_today_is_known_with_its_default(whole: str) -> None:
    ini = read_ini(whole)
    assert ini.options == DEFAULTS
    assert {type(value) for value in ini.options.values()} == {bool, int, float, str}
    assert [type(ini.options[name]) for name in DEFAULTS] == [type(value) for value in DEFAULTS.values()]
    assert ini.given == set(DEFAULTS)
    assert set(ini.networks) == set(TRAINERS) - _WITHOUT_OPTIONS
    assert ini.strange == ()


def test_values_are_read_however_they_are_written() -> None:
    ini = read_ini(
        "\ufeff[GLOBAL]\nCoverage: 87.5%\nicnr-init = yes\n# autoclip\n[global.loss]\nloss_function_3 : None"
    )
    assert (ini.options["coverage"], ini.options["icnr_init"]) == (87.5, True)
    assert ini.options["loss_function_3"] == "none"
    assert read_ini("[Global]\ncoverage = 80\n[global]\nzoom_amount = 9").given == {"coverage", "zoom_amount"}
    assert read_ini("[global]\nepsilon_exponent = -9.0\nmask_color = #00FF00").options["epsilon_exponent"] == -9


def test_options_are_found_in_the_sections_of_earlier_years() -> None:
    ini = read_ini("[global]\nlearning_rate = 1e-5\nmask_type = components\n[trainer.original]\nzoom_amount = 7")
    assert (ini.options["learning_rate"], ini.options["mask_type"], ini.options["zoom_amount"]) == (
        1e-5,
        "components",
        7,
    )
    assert ini.given == {"learning_rate", "mask_type", "zoom_amount"}


def test_names_of_earlier_years_are_said_in_those_of_today() -> None:
    ini = read_ini("[global]\nautoclip = True\n[global.loss]\nl2_reg_term = 40")
    assert ini.options["gradient_clipping"] == "autoclip"
    assert (ini.options["loss_function_2"], ini.options["loss_weight_2"]) == ("mse", 40)
    assert read_ini("[global]\nautoclip = False").options["gradient_clipping"] == "none"
    assert read_ini("[global]\nautoclip = True\ngradient_clipping = value").options["gradient_clipping"] == "value"


def test_what_is_not_of_training_is_kept_by_name() -> None:
    ini = read_ini("[global]\ncoverage = 80\nanswer = 42\n[mask.custom]\nfill = True\n[model.unheard_of]\nwidth = 3")
    assert set(ini.strange) == {"[global] answer", "[mask.custom] fill", "[model.unheard_of] width"}


def test_options_of_networks_are_read_by_what_they_look_like() -> None:
    section = (
        "[model.dfl_sae]\nsize = 192\nslope = -0.45\nsplit = True\nkind = liae\nencoder = fs_original\nsmall = 1e-3"
    )
    assert read_ini(section).networks == {
        "dfl-sae": {"size": 192, "slope": -0.45, "split": True, "kind": "liae", "encoder": "fs_original", "small": 1e-3}
    }
    assert read_ini(section).networks["dfl-sae"]["split"] is True


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[global]\ncoverage = wide", "coverage = 'wide' is not a number"),
        ("[global]\ncoverage = nan", "coverage = 'nan' is not a number"),
        ("[global]\ncoverage =", "coverage = '' is not a number"),
        ("[global]\nvertical_offset = 1.5", "vertical_offset = '1.5' is not a whole number"),
        ("[global]\nicnr_init = 2", "icnr_init = '2' is neither True nor False"),
        ("[global]\nautoclip = maybe", "autoclip = 'maybe' is neither True nor False"),
        ("coverage = 80", "not an ini file"),
        ("[global]\ncoverage", "not an ini file"),
        ("", "no option of faceswap's training"),
        (
            "[global]\nallow_growth = False\naligner_min_scale = 0.03\n[detect.s3fd]\nconfidence = 70",
            "no option of faceswap's training",
        ),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(text: str, why: str) -> None:
    with pytest.raises(SettingError, match=why) as fault:
        read_ini(text)
    assert "\n" not in str(fault.value)
