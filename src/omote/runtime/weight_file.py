"""Files of weights that others published: safetensors, or torch's own kind, of which nothing but tensors is read."""

import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from omote.core.errors import SettingError


def read_weight_file(path: Path) -> Mapping[str, Tensor]:
    """Read weights by name.

    Raises:
        SettingError: there is no such file, it is damaged, or something else is in it.
    """
    try:
        if path.suffix == ".safetensors":
            found = load_file(path)
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as fault:
        raise SettingError("no such weight file", path) from fault
    except (OSError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError, SafetensorError) as fault:
        raise SettingError("a damaged weight file", path, "fetch it anew") from fault
    inner = found.get("state_dict", found) if isinstance(found, Mapping) else None
    if not isinstance(inner, Mapping) or not all(isinstance(each, Tensor) for each in inner.values()):
        raise SettingError("not a file of weights", path, "fetch it anew")
    return inner
