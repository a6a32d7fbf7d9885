"""Weights beside a network: what fits by name and shape, and giving it all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, get_args

from torch import Tensor, nn

from omote.core.errors import ModelError
from omote.models.base import Side


class Misshapen(NamedTuple):
    """A tensor that both have, in two shapes: that of the weights and that of the network."""

    name: str
    theirs: tuple[int, ...]
    ours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Weights against a network, by name of tensor; the network's parameters and buffers are looked at alike.

    Attributes:
        fitted: in both, with the same shape.
        misshapen: in both, with two shapes.
        missing: in the network alone.
        unused: in the weights alone.
    """

    fitted: tuple[str, ...]
    misshapen: tuple[Misshapen, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]

    def differences(self) -> list[str]:
        """Say each difference in a few words; none: the weights are the network's."""
        return [
            *(f"{name} is {_size(theirs)} there, {_size(ours)} here" for name, theirs, ours in self.misshapen),
            *(f"{name} is not there" for name in self.missing),
            *(f"{name} is not here" for name in self.unused),
        ]

    def in_short(self) -> str:
        """Say the first difference, and how many more there are."""
        first, *more = self.differences() or ["no difference"]
        return f"{first}, and {len(more)} more" if more else first

    def summary(self) -> str:
        """Say part by part how many tensors fit and why others do not."""
        parts = dict.fromkeys(_part(name) for name in (*self.fitted, *self._misshapen_names(), *self.missing))
        unused = [_part(name) for name in self.unused]
        left = ", ".join(f"{part} ({unused.count(part)})" for part in dict.fromkeys(unused))
        return "; ".join([*(self._of_part(part) for part in parts), *([f"not used: {left}"] if left else [])])

    def _of_part(self, part: str) -> str:
        fitted, missing = _count(part, self.fitted), _count(part, self.missing)
        misshapen = [each for each in self.misshapen if _part(each.name) == part]
        faults = []
        if misshapen:
            name, theirs, ours = misshapen[0]
            more = f", and {len(misshapen) - 1} more of another shape" if len(misshapen) > 1 else ""
            faults.append(f"{name[len(part) + 1 :]} is {_size(theirs)} there, {_size(ours)} here{more}")
        if missing:
            faults.append(f"{missing} not there")
        reasons = f" ({'; '.join(faults)})" if faults else ""
        return f"{part}: {fitted} of {fitted + missing + len(misshapen)}{reasons}"

    def _misshapen_names(self) -> list[str]:
        return [each.name for each in self.misshapen]


def compare(network: nn.Module, weights: Mapping[str, Tensor]) -> Comparison:
    """Compare weights with a network by name and shape; types of numbers may differ."""
    here = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    there = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    both = [name for name in here if name in there]
    return Comparison(
        fitted=tuple(name for name in both if here[name] == there[name]),
        misshapen=tuple(Misshapen(name, there[name], here[name]) for name in both if here[name] != there[name]),
        missing=tuple(name for name in here if name not in there),
        unused=tuple(name for name in there if name not in here),
    )


def load_weights(network: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Give a network its weights.

    Raises:
        ModelError: they are of another network; says what the first difference is, and how many there are.
    """
    found = compare(network, weights)
    if found.differences():
        raise ModelError(f"these weights are of another network ({found.in_short()})")
    network.load_state_dict(weights)


def _part(name: str) -> str:
    first, *rest = name.split(".")
    return f"{first}.{rest[0]}" if rest and rest[0] in get_args(Side) else first


def _count(part: str, names: Iterable[str]) -> int:
    return sum(_part(name) == part for name in names)


def _size(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "one number"  # noqa: RUF001 - × is meant
