"""The precision of an output: the one it was begun with.

Where it is picked by timing, the next run may pick another, whose frames would not go with those that are there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from omote.core.errors import SettingError
from omote.runtime.device import pick_device
from omote.runtime.precision import pick_precision

if TYPE_CHECKING:
    from omote.core.claims import Claim
    from omote.runtime.device import DeviceName
    from omote.swapping.config import MakingConfig


def picked(making: MakingConfig, device: DeviceName) -> MakingConfig:
    """Return settings with the precision that was picked where `auto` was asked for.

    Raises:
        SettingError: the device does not have that precision.
    """
    return making.model_copy(update={"precision": pick_precision(making.precision, pick_device(device)).name})


def as_begun(claim: Claim, key: str, making: MakingConfig, device: DeviceName) -> MakingConfig:
    """Return settings with the precision with which an output was begun; what begins now is noted with its own.

    Args:
        claim: on the output.
        key: of all else that its frames depend on.
        making: settings with the precision that was picked for this run.
        device: which must have it.

    Raises:
        OmoteError: it cannot be noted.
    """
    kept = _noted(claim)
    if kept.get("key") == key and kept.get("precision") in ("fp32", "bf16", "fp16"):
        try:
            return picked(making.model_copy(update={"precision": kept["precision"]}), device)
        except SettingError:  # it was begun on another device
            pass
    claim.note(json.dumps({"key": key, "precision": making.precision}))
    return making


def _noted(claim: Claim) -> dict[str, Any]:
    try:
        kept = json.loads(claim.read())
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
