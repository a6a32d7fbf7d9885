"""Small tensors that are made once for each device."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TypeVarTuple

import torch
from torch import Tensor

Args = TypeVarTuple("Args")


def constant(build: Callable[[*Args], Tensor]) -> Callable[[*Args], Tensor]:
    """Keep what a function returned for its arguments, so that it is not made anew at each step.

    Compiled code does make it anew: what it is made of becomes part of the whole, and a store would be opaque to it.

    Args:
        build: makes a tensor by torch alone, on the device that is among its arguments; all of them can be hashed.
    """
    kept: Callable[[*tuple[Hashable, ...]], Tensor] = lru_cache(maxsize=128)(build)

    def made(*args: *Args) -> Tensor:
        if torch.compiler.is_compiling():
            return build(*args)
        with torch.inference_mode(False):  # else what is first needed while measuring could never serve training
            return kept(*args)

    return made
