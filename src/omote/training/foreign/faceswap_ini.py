"""What a `train.ini` of faceswap says: every option with its value, from whichever year the file is."""

import configparser
import math
from collections.abc import Mapping
from dataclasses import dataclass

from omote.core.errors import SettingError

Value = bool | int | float | str

TRAINERS = (
    "dfaker", "dfl-h128", "dfl-sae", "dlight", "iae", "lightweight", "original", "phaze-a", "realface", "unbalanced",
    "villain",
)  # fmt: skip
"""The networks that faceswap has."""

DEFAULTS: Mapping[str, Value] = {
    "centering": "face", "coverage": 100.0, "vertical_offset": 0,
    "icnr_init": False, "conv_aware_init": False, "reflect_padding": False,
    "lr_finder_iterations": 1000, "lr_finder_mode": "set", "lr_finder_strength": "default",
    "mixed_precision": False, "nan_protection": True, "convert_batchsize": 16,
    "loss_function": "ssim", "loss_function_2": "mse", "loss_weight_2": 100, "loss_function_3": "none",
    "loss_weight_3": 0, "loss_function_4": "none", "loss_weight_4": 0, "mask_loss_function": "mse",
    "eye_multiplier": 3, "mouth_multiplier": 2, "penalized_mask_loss": True, "mask_type": "extended",
    "mask_dilation": 0.0, "mask_blur_kernel": 3, "mask_threshold": 4, "learn_mask": False,
    "optimizer": "adam", "learning_rate": 5e-5, "epsilon_exponent": -7, "save_optimizer": "exit",
    "gradient_clipping": "none", "clipping_value": 1.0, "autoclip_history": 10_000, "weight_decay": 0.0,
    "gradient_accumulation": 1, "ada_beta_1": 0.9, "ada_beta_2": 0.999, "ada_amsgrad": False,
    "num_processes": 4, "pre_fetch": 2, "preview_images": 14, "mask_opacity": 30, "mask_color": "#ff0000",
    "zoom_amount": 5, "rotation_range": 10, "shift_range": 5, "flip_chance": 50, "color_lightness": 30, "color_ab": 8,
    "color_clahe_chance": 50, "color_clahe_max_size": 4,
}  # fmt: skip
"""Options outside the networks' sections with what faceswap takes where a file lacks them; the type is the option's."""


@dataclass(frozen=True, slots=True)
class TrainIni:
    """The options of one file.

    Attributes:
        options: those of `DEFAULTS`, all of them.
        given: names of those that the file has.
        networks: for each trainer that has a section, its options.
        strange: what else stands in the file, as `[section] option`.
    """

    options: Mapping[str, Value]
    given: frozenset[str]
    networks: Mapping[str, Mapping[str, Value]]
    strange: tuple[str, ...]


def read_ini(text: str) -> TrainIni:
    """Read a file; names and choices count in small letters, percent signs do not count.

    Options have moved between `[global…]` and `[trainer…]` sections over the years but kept their names, so there the
    name alone tells which it is.

    Raises:
        SettingError: it is no such file, or a value cannot be read; says where.
    """
    shared: dict[str, str] = {}
    networks: dict[str, dict[str, Value]] = {}
    strange: list[str] = []
    for section, options in _sections(text).items():
        kind, _, name = section.partition(".")
        trainer = name.replace("_", "-")
        if kind == "model" and trainer in TRAINERS:
            networks[trainer] = {option: _guessed(value) for option, value in options.items()}
        elif kind in ("global", "trainer"):
            shared |= options
        else:
            strange += [f"[{section}] {option}" for option in options]
    given = _of_today(shared)
    strange += [f"[global] {name}" for name in given if name not in DEFAULTS]
    known = {name: _read(name, value, DEFAULTS[name]) for name, value in given.items() if name in DEFAULTS}
    if not known and not networks:
        raise SettingError("no option of faceswap's training in it", do="give its config/train.ini")
    return TrainIni({**DEFAULTS, **known}, frozenset(known), networks, tuple(strange))


def _sections(text: str) -> dict[str, dict[str, str]]:
    # No section gives its options to all others, and % is a letter like any other.
    parser = configparser.ConfigParser(default_section="", interpolation=None, strict=False)
    try:
        parser.read_string(text.removeprefix("\ufeff"), source="the file")
    except configparser.Error as fault:
        raise SettingError(f"not an ini file ({' '.join(str(fault).split())})") from fault
    sections: dict[str, dict[str, str]] = {}
    for section in parser.sections():
        options = {name.replace("-", "_"): value for name, value in parser.items(section)}
        sections.setdefault(section.lower(), {}).update(options)
    return sections


def _of_today(options: dict[str, str]) -> dict[str, str]:
    """Say options of earlier years in those of today."""
    given = dict(options)
    if (weight := given.pop("l2_reg_term", None)) is not None:
        given = {"loss_function_2": "mse", "loss_weight_2": weight, **given}
    if (clip := given.pop("autoclip", None)) is not None:
        given = {"gradient_clipping": "autoclip" if _read("autoclip", clip, False) else "none", **given}
    return given


def _read(name: str, text: str, default: Value) -> Value:
    """Read a value as being of the default's type."""
    text = text.strip().lower()
    try:
        match default:
            case bool():
                return _switch(text)
            case int():
                return _whole(text)
            case float():
                return _number(text)
            case _:
                return text or "none"
    except ValueError as fault:
        raise SettingError(f"{name} = {text!r} {fault}") from fault


def _switch(text: str) -> bool:
    try:
        return configparser.ConfigParser.BOOLEAN_STATES[text.strip().lower()]
    except KeyError:
        raise ValueError("is neither True nor False") from None


def _whole(text: str) -> int:
    number = _number(text)
    if not number.is_integer():
        raise ValueError("is not a whole number")
    return int(number)


def _number(text: str) -> float:
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("is not a number")
    return number


def _guessed(text: str) -> Value:
    """Read an option of a network by what it looks like."""
    for read in (_switch if text.strip().isalpha() else _whole, _number):
        try:
            return read(text.strip())
        except ValueError:
            continue
    return text.strip().lower()
