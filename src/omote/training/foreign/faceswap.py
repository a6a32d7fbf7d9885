"""Say the settings of faceswap's `train.ini` in ours, and name those that have no counterpart."""

from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from omote.core.config import Config, place
from omote.core.errors import SettingError
from omote.training.config import LearnConfig, LossName
from omote.training.foreign.draft import Draft, Line, shown
from omote.training.foreign.faceswap_ini import DEFAULTS, TRAINERS, Value, read_ini
from omote.training.foreign.faceswap_words import LOSSES, MISSING, MISSING_OF_NETWORKS, REMARKS, SETTINGS, VALUES

Networks = Mapping[str, type[Config]]
Sections = Mapping[str, Mapping[str, Value]]

_LPIPS_SHARE = 0.1  # so faceswap counts LPIPS, whatever weight is given
_MOST_PERCENT = 400
_MASKS = ("components", "extended")
_USUAL: str = LearnConfig.model_fields["network"].default


class Translation(NamedTuple):
    """A `train.ini` in our words.

    Attributes:
        settings: valid for `LearnConfig.checked`.
        network: the network, where it is told and omote has it.
        taken: what was taken over, and as what.
        said: what has no counterpart, or is not the same here.
        assumed: options that the file lacks, so that they are as faceswap has them by default.
    """

    settings: dict[str, Any]
    network: str | None
    taken: tuple[Line, ...]
    said: tuple[Line, ...]
    assumed: tuple[str, ...]


def translate(text: str, networks: Networks, trainer: str | None = None) -> Translation:
    """Translate the text of a `train.ini`.

    Options that the file lacks have faceswap's defaults, as they have there. A value out of our range is moved to the
    end of the range, and that is said.

    Args:
        text: the content of the file.
        networks: those that omote has, the one it takes by itself among them, each with its options.
        trainer: faceswap's network, which the file does not name. Without it: the network whose options the file has,
            if it is only one.

    Raises:
        SettingError: the text is no `train.ini`, a value cannot be read, or there is no such trainer.
    """
    ini = read_ini(text)
    draft = Draft(ini.options, ini.given, LearnConfig)
    for step in (_crop, _terms, _areas, _optimizer, _counterparts):
        step(draft)
    name = _network(draft, networks, trainer or _only(ini.networks))
    _options(draft, networks, name, ini.networks)
    for option, why in MISSING.items():
        draft.say(option, why)
    draft.said += [Line(shown(option), "not known as an option of training") for option in ini.strange]
    LearnConfig.checked(draft.settings)
    return Translation(
        draft.settings,
        name if name in networks else None,
        tuple(draft.taken),
        tuple(draft.said),
        tuple(option for option in DEFAULTS if option not in ini.given and option not in MISSING),
    )


def _crop(draft: Draft) -> None:
    draft.take("coverage", "crop.coverage", float(draft.options["coverage"]) / 100)
    mask = draft.options["mask_type"]
    draft.take("mask_type", "crop.mask", mask if mask in _MASKS else "extended")
    if mask == "none":
        draft.say("mask_type", "loss.outside = 1: all of the crop counts alike")
    elif mask not in _MASKS:
        draft.say("mask_type", f"training knows {' and '.join(_MASKS)}")


def _terms(draft: Draft) -> None:
    terms: dict[str, float] = {}
    for end in ("", "_2", "_3", "_4"):
        function, weight = f"loss_function{end}", f"loss_weight{end}"
        theirs = str(draft.options[function])
        ours = LOSSES.get(theirs)
        if ours is None:
            draft.tell(weight, "of no term")
            draft.tell(function, "no term")
            if theirs != "none":
                draft.say(function, f"there is none such here, but {', '.join(dict.fromkeys(LOSSES.values()))}")
            continue
        share = _share(draft, weight) if end else 1.0
        terms[ours] = terms.get(ours, 0) + share * (_LPIPS_SHARE if ours == "lpips" else 1)
        draft.tell(function, f"loss.{ours}")
        if ours == "lpips":
            draft.say(function, "counts a tenth, as there; its network is the one whose weights are at hand")
        draft.tell(weight, f"weight of loss.{ours}")
    if any(terms.values()):
        for name in get_args(LossName):  # the others too: they may be on in what this is laid over
            place(draft.settings, f"loss.{name}", round(terms.get(name, 0.0), 6))
    else:
        draft.say("loss_function", "no loss has a weight: omote's own are taken")


def _share(draft: Draft, option: str) -> float:
    percent = float(draft.options[option])
    if not 0 <= percent <= _MOST_PERCENT:
        draft.say(option, f"moved into faceswap's range, 0 to {_MOST_PERCENT}")
    return min(max(percent, 0), _MOST_PERCENT) / 100


def _areas(draft: Draft) -> None:
    # There the error in the eyes is added once more, times the multiplier, when that is above 1; what lies outside the
    # mask counts nothing when it is penalised; the mean is over every pixel.
    penalised = bool(draft.options["penalized_mask_loss"]) and draft.options["mask_type"] != "none"
    draft.take("penalized_mask_loss", "loss.outside", 0.0 if penalised else 1.0)
    place(draft.settings, "loss.by_area", value=False)
    for option, setting in (("eye_multiplier", "loss.eyes"), ("mouth_multiplier", "loss.mouth")):
        multiplier = float(draft.options[option])
        draft.take(option, setting, multiplier + 1 if penalised and multiplier > 1 else 1.0)
        if multiplier > 1 and not penalised:
            draft.say(option, "counts only with a penalised mask, which is off")


def _optimizer(draft: Draft) -> None:
    name, rate, exponent = (draft.options[option] for option in ("optimizer", "learning_rate", "epsilon_exponent"))
    if rate == DEFAULTS["learning_rate"]:
        draft.tell("learning_rate", "the network's own, which is this for all that faceswap has")
    else:
        draft.take("learning_rate", "optimizer.learning_rate", rate)
    if name == "adabelief" and exponent == DEFAULTS["epsilon_exponent"]:
        draft.say("epsilon_exponent", "too large for adabelief, which has -16 by itself here")
    else:
        draft.take("epsilon_exponent", "optimizer.epsilon_exponent", exponent)
    if draft.options["ada_amsgrad"] and name not in ("adam", "adamw"):
        draft.say("ada_amsgrad", "counts for adam and adamw only")


def _counterparts(draft: Draft) -> None:
    for option, setting in SETTINGS.items():
        value = draft.options[option]
        draft.take(option, setting, VALUES.get(option, {}).get(value, value))
        remark = REMARKS.get(option, {}).get(value)
        if remark:
            draft.say(option, remark)


def _only(sections: Mapping[str, object]) -> str | None:
    return next(iter(sections)) if len(sections) == 1 else None


def _network(draft: Draft, networks: Networks, trainer: str | None) -> str | None:
    """Set the network, and return which it is in faceswap, where that is known."""
    if trainer is None:
        why = f"the file does not say which: import it with --set trainer=NAME, else {_USUAL} is trained"
        draft.said.append(Line("network", why))
        return None
    name = trainer.lower().replace("_", "-")
    if name not in TRAINERS:
        raise SettingError(f"faceswap has no trainer {name!r}", do=f"it has {', '.join(TRAINERS)}")
    if name in networks:
        place(draft.settings, "network", name)
        draft.taken.append(Line(f"trainer {name}", f"network = {name}"))
    else:
        why = f"not among {', '.join(sorted(networks))}, which omote has: {_USUAL} is trained"
        draft.said.append(Line(f"trainer {name}", why))
    return name


def _options(draft: Draft, networks: Networks, name: str | None, sections: Sections) -> None:
    """Take over the options of the network that is trained; name those of all others."""
    used = networks.get(name or _USUAL, networks[_USUAL])
    labelled = {f"[model.{one}] {option}": value for one in sections for option, value in sections[one].items()}
    options = {"learn_mask": draft.options["learn_mask"], **labelled}
    inner = Draft(options, frozenset(labelled) | (draft.given & {"learn_mask"}), used, under="options.")
    ours = {"learn_mask": "learn_mask"}
    for one, section in sections.items():
        if one == name and one in networks:
            ours |= {f"[model.{one}] {option}": option for option in section}
        else:
            inner.said.append(Line(shown(f"[model.{one}] {', '.join(section)}"), "of a network that is not trained"))
    for label, option in ours.items():
        if option in used.model_fields:
            inner.take(label, option, options[label])
        else:
            inner.say(label, MISSING_OF_NETWORKS.get(option, "the network has no such option here"))
    used.checked(inner.settings)
    draft.settings["options"] = inner.settings
    draft.taken += inner.taken
    draft.said += inner.said
