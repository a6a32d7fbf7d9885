"""Where tensors live."""

from typing import Literal

import torch

from omote.core.errors import SettingError

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


def pick_device(name: DeviceName) -> torch.device:
    """Return the device of a name; `auto` takes a GPU where there is one.

    Raises:
        SettingError: that device is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if there[kind]))
    if not there[name]:
        have = ", ".join(kind for kind, is_there in there.items() if is_there)
        raise SettingError(f"no device {name} here", do=f"there is: {have}")
    return torch.device(name)
