"""Where tensors live. Settings name devices, so it loads torch only where one is asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from omote.core.errors import SettingError

if TYPE_CHECKING:
    import torch

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


def pick_device(name: DeviceName) -> torch.device:
    """Return the device of a name; `auto` takes a GPU where there is one.

    Raises:
        SettingError: that device is not there.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if there[kind]))
    if not there[name]:
        have = ", ".join(kind for kind, is_there in there.items() if is_there)
        raise SettingError(f"no device {name} here", do=f"there is: {have}")
    return torch.device(name)


def gpus() -> list[str]:
    """Return the names of the GPUs that this process may use, as CUDA_VISIBLE_DEVICES takes them."""
    import torch

    count = torch.cuda.device_count()
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = [str(number) for number in range(count)] if named is None else [name.strip() for name in named.split(",")]
    return names[:count]
