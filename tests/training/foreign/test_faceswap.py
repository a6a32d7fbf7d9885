import random
import re
import tomllib
from typing import Any, Literal

import pytest
import tomli_w
from pydantic import Field

from omote.core.config import Config
from omote.core.errors import SettingError
from omote.training.config import LearnConfig
from omote.training.foreign.faceswap import Translation, translate
from omote.training.foreign.faceswap_ini import DEFAULTS, TRAINERS, Value, read_ini


class Small(Config):
    learn_mask: bool = False


class Sae(Config):
    learn_mask: bool = False
    input_size: int = Field(128, ge=64, le=160)
    architecture: Literal["df", "liae"] = "df"


class Bare(Config):
    lowmem: bool = False


NETWORKS: dict[str, type[Config]] = {"nano": Small, "lightweight": Small, "dfl-sae": Sae, "original": Bare}


def of(**options: object) -> Translation:
    lines = "".join(f"{name} = {value}\n" for name, value in options.items())
    return translate(f"[global]\n{lines}", NETWORKS, "lightweight")


def said(translation: Translation, option: str) -> str:
    return "; ".join(line.here for line in translation.said if re.search(rf"\b{option}\b", line.option))


@pytest.mark.parametrize("trainer", [None, *TRAINERS])
def test_every_option_is_taken_over_or_named(whole: str, trainer: str | None) -> None:
    found = translate(whole, NETWORKS, trainer)
    LearnConfig.checked(found.settings)
    ini = read_ini(whole)
    told = [line.option for line in (*found.taken, *found.said)]
    for option in ini.given:
        assert any(line.startswith(f"{option} = ") for line in told), option
    for network, options in ini.networks.items():
        for option in options:
            here = [
                line for line in told if line.startswith(f"[model.{network}] ") and re.search(rf"\b{option}\b", line)
            ]
            assert here, (network, option)
    assert found.assumed == ()


def test_defaults_are_as_faceswap_has_them(whole: str) -> None:
    config = LearnConfig.checked(translate(whole, NETWORKS, "lightweight").settings)
    assert (config.network, config.options) == ("lightweight", {"learn_mask": False})
    assert (config.crop.centering, config.crop.coverage, config.crop.vertical_offset) == ("face", 1.0, 0)
    assert config.crop.mask == "extended"
    assert config.loss.terms == {"ssim": 1.0, "mse": 1.0}
    assert (config.loss.outside, config.loss.eyes, config.loss.mouth, config.loss.by_area) == (0, 4, 3, False)
    assert (config.optimizer.name, config.optimizer.learning_rate, config.optimizer.epsilon_exponent) == (
        "adam",
        None,
        -7,
    )
    assert config.augment.model_dump() == LearnConfig().augment.model_dump()
    assert config.compute.precision == "fp32"


def test_what_the_file_lacks_is_as_faceswap_has_it_and_told(whole: str) -> None:
    short = of(coverage=100)
    assert short.settings == translate(whole, NETWORKS, "lightweight").settings
    assert {*short.assumed, "coverage"} <= set(DEFAULTS)
    assert {"vertical_offset", "loss_function", "learn_mask"} <= set(short.assumed)
    assert [line.option for line in short.taken] == ["coverage = 100", "trainer lightweight"]


@pytest.mark.parametrize(
    ("option", "value", "path", "ours"),
    [
        ("centering", "legacy", "crop.centering", "legacy"),
        ("coverage", "62.5", "crop.coverage", 0.625),
        ("vertical_offset", "-25", "crop.vertical_offset", -25),
        ("icnr_init", "True", "initial.icnr", True),
        ("conv_aware_init", "True", "initial.kernel", "convaware"),
        ("mixed_precision", "True", "compute.precision", "auto"),
        ("mask_loss_function", "mae", "loss.learned_mask_by", "mae"),
        ("mask_type", "components", "crop.mask", "components"),
        ("learn_mask", "True", "options.learn_mask", True),
        ("optimizer", "rms-prop", "optimizer.name", "rmsprop"),
        ("optimizer", "lion", "optimizer.name", "lion"),
        ("learning_rate", "1e-05", "optimizer.learning_rate", 1e-5),
        ("epsilon_exponent", "-16", "optimizer.epsilon_exponent", -16),
        ("gradient_clipping", "autoclip", "optimizer.clipping", "autoclip"),
        ("gradient_clipping", "global_norm", "optimizer.clipping", "norm"),
        ("gradient_clipping", "norm", "optimizer.clipping", "norm"),
        ("gradient_clipping", "value", "optimizer.clipping", "value"),
        ("clipping_value", "2.5", "optimizer.clip_at", 2.5),
        ("autoclip_history", "2000", "optimizer.clip_history", 2000),
        ("weight_decay", "0.01", "optimizer.weight_decay", 0.01),
        ("gradient_accumulation", "4", "optimizer.accumulate", 4),
        ("ada_beta_1", "0.5", "optimizer.beta_1", 0.5),
        ("ada_beta_2", "0.99", "optimizer.beta_2", 0.99),
        ("ada_amsgrad", "True", "optimizer.amsgrad", True),
        ("preview_images", "16", "watch.preview_faces", 16),
        ("zoom_amount", "6", "augment.zoom", 6),
        ("rotation_range", "11", "augment.rotation", 11),
        ("shift_range", "7", "augment.shift", 7),
        ("flip_chance", "0", "augment.flip", 0),
        ("color_lightness", "31", "augment.lightness", 31),
        ("color_ab", "9", "augment.colour", 9),
        ("color_clahe_chance", "51", "augment.clahe", 51),
        ("color_clahe_max_size", "5", "augment.clahe_grid", 5),
    ],
)
def test_an_option_is_its_setting(option: str, value: str, path: str, ours: Value) -> None:
    found = of(**{option: value})
    here: Any = found.settings
    for part in path.split("."):
        here = here[part]
    assert here == ours
    assert any(line.option.startswith(f"{option} = ") and path in line.here for line in found.taken)


def weights(found: Translation) -> dict[str, float]:
    assert "mae" in found.settings["loss"]  # off is said, too
    return {str(name): weight for name, weight in LearnConfig.checked(found.settings).loss.terms.items()}


def test_losses_keep_their_weights_and_the_same_twice_adds() -> None:
    found = of(loss_function="laploss", loss_function_2="ffl", loss_weight_2=25, loss_function_3="laploss",
               loss_weight_3=50, loss_function_4="mse", loss_weight_4=0)  # fmt: skip
    assert weights(found) == {"laplacian": 1.5, "frequency": 0.25}
    lpips = of(loss_function_2="lpips_vgg16", loss_weight_2=200, loss_function_3="none", loss_weight_3=10)
    assert weights(lpips) == {"ssim": 1.0, "lpips": 0.2}
    assert "a tenth" in said(lpips, "loss_function_2")
    out = of(loss_function_2="mae", loss_weight_2=100_000)
    assert out.settings["loss"]["mae"] == 4
    assert "range" in said(out, "loss_weight_2")


def test_without_any_loss_omotes_own_are_taken() -> None:
    found = of(loss_function="unheard_of", loss_function_2="none")
    assert "ssim" not in found.settings["loss"]
    assert "none such" in said(found, "loss_function")


@pytest.mark.parametrize("multiplier", [1, 2, 3, 39, 40])
def test_a_pixel_of_the_eyes_counts_as_often_as_in_faceswap(multiplier: int) -> None:
    error = 1.0
    total = error + (error * multiplier if multiplier > 1 else 0)  # its rule: on top, and 1 is off
    found = of(eye_multiplier=multiplier, mouth_multiplier=multiplier)
    assert found.settings["loss"]["eyes"] == found.settings["loss"]["mouth"] == min(total, 40)
    assert bool(said(found, "eye_multiplier")) == (total > 40)


@pytest.mark.parametrize("off", [{"penalized_mask_loss": "False"}, {"mask_type": "none"}])
def test_without_a_penalised_mask_all_pixels_count_alike(off: dict[str, str]) -> None:
    found = of(eye_multiplier=3, **off)
    loss = found.settings["loss"]
    assert (loss["outside"], loss["eyes"], loss["mouth"]) == (1, 1, 1)
    assert "penalised mask, which is off" in said(found, "eye_multiplier")


def test_masks_that_training_does_not_know_are_named() -> None:
    found = of(mask_type="bisenet-fp_face")
    assert found.settings["crop"]["mask"] == "extended"
    assert found.settings["loss"]["outside"] == 0
    assert "components and extended" in said(found, "mask_type")


def test_adabelief_keeps_its_own_epsilon() -> None:
    assert "epsilon_exponent" not in of(optimizer="adabelief").settings["optimizer"]
    assert of(optimizer="adabelief", epsilon_exponent=-12).settings["optimizer"]["epsilon_exponent"] == -12


def test_what_is_not_quite_the_same_is_said() -> None:
    assert "auto" in said(of(mixed_precision=False), "mixed_precision")
    assert "all tensors together" in said(of(gradient_clipping="norm"), "gradient_clipping")
    assert "adam and adamw" in said(of(optimizer="lion", ada_amsgrad=True), "ada_amsgrad")
    assert "adabelief" in said(of(optimizer="sgd"), "optimizer")
    assert "not known" in said(of(coverage=90, answer=42), "answer")


def test_values_out_of_our_range_are_moved_and_said() -> None:
    found = of(coverage=20, ada_beta_1=1.0, autoclip_history=0, clipping_value=0, rotation_range=90)
    assert found.settings["crop"]["coverage"] == 0.625
    assert found.settings["optimizer"]["beta_1"] == pytest.approx(1, abs=1e-5)
    assert (found.settings["optimizer"]["clip_history"], found.settings["augment"]["rotation"]) == (1, 45)
    for option in ("coverage", "ada_beta_1", "autoclip_history", "clipping_value", "rotation_range"):
        assert "moved to" in said(found, option)


def test_the_network_is_that_which_is_told() -> None:
    several = "[model.dfl_sae]\ninput_size = 144\narchitecture = liae\n[model.original]\nlowmem = True\n"
    told = translate(several, NETWORKS, "DFL_SAE")
    assert told.network == told.settings["network"] == "dfl-sae"
    assert told.settings["options"] == {"learn_mask": False, "input_size": 144, "architecture": "liae"}
    assert "not trained" in said(told, "lowmem")
    untold = translate(several, NETWORKS)
    assert untold.network is None
    assert "network" not in untold.settings
    assert "trainer=NAME" in said(untold, "network")


def test_the_only_network_of_a_file_is_the_one() -> None:
    assert translate("[model.original]\nlowmem = True", NETWORKS).settings["options"] == {"lowmem": True}


def test_options_that_a_network_lacks_or_moves_are_named() -> None:
    text = "[model.dfl_sae]\ninput_size = 256\nclipnorm = True\narchitecture = new\nload_layers = encoder"
    found = translate(text, NETWORKS)
    assert found.settings["options"] == {"learn_mask": False, "input_size": 160}
    assert "moved to 160" in said(found, "input_size")
    assert "no such option" in said(found, "clipnorm")
    assert "df, liae" in said(found, "architecture")
    assert "--load-weights" in said(found, "load_layers")
    assert "no such option" in said(
        translate("[model.original]\nlowmem = 1\n[global]\nlearn_mask = 1", NETWORKS), "learn_mask"
    )


def test_a_network_that_omote_lacks_is_named_and_left_out() -> None:
    found = translate("[model.villain]\nlowmem = True", NETWORKS)
    assert found.network is None
    assert "network" not in found.settings
    assert "dfl-sae, lightweight, nano, original" in said(found, "villain")
    assert said(found, "lowmem")


def test_wrong_names_and_values_are_refused() -> None:
    with pytest.raises(SettingError, match=r"no trainer 'phase-a'.*phaze-a"):
        translate("[global]\ncoverage = 90", NETWORKS, "phase-a")
    with pytest.raises(SettingError, match="input_size"):
        translate("[model.dfl_sae]\ninput_size = large", NETWORKS)


def test_whatever_the_values_the_settings_are_valid_and_survive_toml() -> None:
    chance = random.Random(0)
    for _ in range(200):
        options: dict[str, object] = {}
        for name, default in DEFAULTS.items():
            number = chance.choice([0, 1, -1, 3, 10, 150, 10**6, -(10**6)])
            if isinstance(default, str):
                options[name] = chance.choice([default, "none", "flip", "lpips_alex", "adabelief", "norm", "x\ty"])
            elif isinstance(default, bool):
                options[name] = chance.choice([True, False])
            else:
                options[name] = number if isinstance(default, int) else number / chance.choice([1, 3, 1e7])
        found = of(**options)
        assert tomllib.loads(tomli_w.dumps(found.settings)) == found.settings
        LearnConfig.checked(found.settings)


def test_a_damaged_file_is_translated_or_refused_in_one_line(whole: str) -> None:
    chance, refused = random.Random(0), 0
    for _ in range(300):
        letters = list(whole)
        for _ in range(chance.choice([1, 5, 50])):
            letters[chance.randrange(len(letters))] = chance.choice("[]=:%;# \n\t\0\r9e-.ü\u2028")
        try:
            LearnConfig.checked(translate("".join(letters), NETWORKS, "lightweight").settings)
        except SettingError as fault:
            refused += 1
            assert "\n" not in str(fault)
    assert 0 < refused < 300
