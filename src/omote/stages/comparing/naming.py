"""What choices and settings are called on the page and in the log."""

from collections.abc import Mapping

_PLAIN = {
    "network",
    "preset",
    "name",
    "optimizer.name",
    "initial.kernel",
}  # a value of theirs says by itself what it is, and comes first


def word(name: str, value: object) -> str:
    """Return how a setting's value is called beside others: `nano`, `mse 0.5`, `warp no`."""
    if name in _PLAIN or isinstance(value, Mapping):
        return short(value)
    return f"{name.rpartition('.')[2].replace('_', ' ')} {short(value)}"


def short(value: object) -> str:
    """Return a value in words; uncut, since choices are told apart by them."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3g}"
        case Mapping():
            return " ".join(word(name, value[name]) for name in sorted(value, key=lambda name: name not in _PLAIN))
        case list() if value and all(isinstance(one, Mapping) and "name" in one for one in value):
            return ", ".join(str(one["name"]) for one in value)
        case list():
            return ", ".join(map(short, value))
        case _:
            return str(value)
