"""Reads pickles without `pickle`: runs the few opcodes that plain data needs, and nothing that the file names.

Values come out as None, bool, int, float, str, bytes, list, tuple, dict and `InertArray`. One value may stand in many
places, but not so often that reading them all takes for ever.

Python's own unpickler, even with every global forbidden, gives out memory by what a file claims (sizes of byte arrays,
places in the memo); here all memory follows from the length of the file.
"""

import pickle
import struct
from collections.abc import Callable

from omote.alignments.foreign.inert_numpy import NAMES, InertArray, InertType, Named
from omote.core.errors import AlignmentsError

_DEEPEST = 1000  # open brackets at a time; real files have about ten
_BYTES_A_GROUP = 4  # lists, dicts and tuples are large, so no file has one for fewer of its bytes than this
_FREE_GROUPS = 4096
_FREE_VALUES, _VALUES_A_BYTE, _BYTES_A_VALUE = 1_000_000, 8, 8
_LARGE = frozenset({dict, list, tuple, bytes, str})
_KEYS = (str, int)  # of others the hash could take for ever

Opcode = Callable[["_Machine"], None]


def read_pickle(data: bytes) -> object:
    """Return what a pickle of plain data describes.

    Raises:
        AlignmentsError: it names something to be run, is damaged, or asks for more memory than its length allows.
    """
    try:
        value = _Machine(data).run()
        _limit(value, _FREE_VALUES + _VALUES_A_BYTE * len(data))
    except (ValueError, IndexError, TypeError, struct.error, UnicodeError) as fault:
        raise AlignmentsError(f"a damaged pickle ({str(fault)[:100]})") from fault
    return value


def _limit(value: object, most: int) -> None:
    """Refuse values that contain one another so often that whoever reads them all would never end."""
    waiting, seen = [value], 0
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, bytes | str):
            seen += len(inner) // _BYTES_A_VALUE
            continue
        items = inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list | tuple) else ()
        seen += 1 + len(items)
        if seen > most:
            raise ValueError("asks for more memory than its length allows")
        waiting += [item for item in items if type(item) in _LARGE]


class _Machine:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.stack: list[object] = []
        self.marks: list[int] = []
        self.memo: list[object] = []
        self.groups = _FREE_GROUPS + len(data) // _BYTES_A_GROUP
        self.encoded = len(data)

    def run(self) -> object:
        data, end = self.data, len(self.data)
        while self.at < end:
            code = data[self.at]
            self.at += 1
            if code == _STOP:
                return self.stack.pop()
            step = _STEPS.get(code)
            if step is None:
                raise AlignmentsError(f"a pickle with an opcode that plain data never has ({code:#04x})")
            step(self)
        raise ValueError("cut short")

    def take(self, count: int) -> bytes:
        """Return the next bytes of the file."""
        found = self.data[self.at : self.at + count]
        if len(found) != count:
            raise ValueError("cut short")
        self.at += count
        return found

    def line(self, encoding: str = "utf-8") -> str:
        """Return the rest of a line."""
        end = self.data.index(b"\n", self.at)
        text = self.data[self.at : end].decode(encoding)
        self.at = end + 1
        return text

    def number(self, code: str) -> int:
        """Return a whole number of the file."""
        (value,) = struct.unpack_from(code, self.data, self.at)
        self.at += struct.calcsize(code)
        return int(value)

    def group(self, value: object) -> None:
        """Put a new list, dict or tuple on the stack."""
        self.groups -= 1
        if self.groups < 0:
            raise ValueError("asks for more memory than its length allows")
        self.stack.append(value)

    def marked(self) -> list[object]:
        """Take what was put on the stack since the last mark."""
        mark = self.marks.pop()
        items = self.stack[mark:]
        del self.stack[mark:]
        return items


def _put(value: object) -> Opcode:
    return lambda machine: machine.stack.append(value)


def _whole(code: str) -> Opcode:
    return lambda machine: machine.stack.append(machine.number(code))


def _sized(code: str, what: Callable[[bytes], object]) -> Opcode:
    return lambda machine: machine.stack.append(what(machine.take(machine.number(code))))


def _tuple(count: int) -> Opcode:
    def step(machine: _Machine) -> None:
        items = [machine.stack.pop() for _ in range(count)]
        machine.group(tuple(reversed(items)))

    return step


def _recall(code: str) -> Opcode:
    return lambda machine: machine.stack.append(_remembered(machine, machine.number(code)))


def _remembered(machine: _Machine, place: int) -> object:
    if place < 0:
        raise ValueError("an impossible place")
    return machine.memo[place]


def _remember(machine: _Machine, place: int) -> None:
    if place == len(machine.memo):
        machine.memo.append(machine.stack[-1])
    elif 0 <= place < len(machine.memo):
        machine.memo[place] = machine.stack[-1]
    else:
        raise ValueError("an impossible place")  # writers count up, so a gap is only there to fill memory


def _float(machine: _Machine) -> None:
    machine.stack.append(_DOUBLE.unpack_from(machine.data, machine.at)[0])
    machine.at += 8


def _text_integer(machine: _Machine) -> None:
    text = machine.line()
    machine.stack.append({"00": False, "01": True}[text] if text in ("00", "01") else int(text.removesuffix("L")))


def _mark(machine: _Machine) -> None:
    if len(machine.marks) >= _DEEPEST:
        raise ValueError("too deep")
    machine.marks.append(len(machine.stack))


def _append(machine: _Machine) -> None:
    _extend(machine, [machine.stack.pop()])


def _extend(machine: _Machine, items: list[object]) -> None:
    target = machine.stack[-1]
    if not isinstance(target, list):
        raise TypeError("an item of what is no list")
    target.extend(items)


def _set_item(machine: _Machine) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    _update(machine.stack[-1], [key, value])


def _update(target: object, items: list[object]) -> None:
    if not isinstance(target, dict) or len(items) % 2 or not all(isinstance(key, _KEYS) for key in items[::2]):
        raise TypeError("an entry of what is no dictionary, or with a key that is neither text nor number")
    target.update(zip(items[::2], items[1::2], strict=True))


def _dict(machine: _Machine) -> None:
    items, made = machine.marked(), dict[object, object]()
    _update(made, items)
    machine.group(made)


def _set_items(machine: _Machine) -> None:
    items = machine.marked()
    _update(machine.stack[-1], items)


def _global(machine: _Machine, module: object, name: object) -> None:
    if not isinstance(module, str) or not isinstance(name, str):
        raise TypeError("a name that is no text")
    known = NAMES.get((module, name))
    if known is None:
        wanted = ascii(f"{module[:60]}.{name[:60]}")[1:-1]
        raise AlignmentsError(f"wants to run {wanted}: refused, and nothing was run", do="do not trust this file")
    machine.stack.append(known)


def _stack_global(machine: _Machine) -> None:
    name, module = machine.stack.pop(), machine.stack.pop()
    _global(machine, module, name)


def _reduce(machine: _Machine) -> None:
    args, called = machine.stack.pop(), machine.stack.pop()
    if not isinstance(called, Named) or called.make is None or not isinstance(args, tuple):
        raise TypeError("calls what cannot be called")
    made = called.make(args)
    # Bytes written as text are in the file once; who makes them again and again from the same text wants memory.
    machine.encoded -= len(made) if isinstance(made, bytes) else 0
    if machine.encoded < 0:
        raise ValueError("asks for more memory than its length allows")
    machine.group(made)


def _build(machine: _Machine) -> None:
    state = machine.stack.pop()
    target = machine.stack[-1]
    if not isinstance(target, InertArray | InertType):
        raise TypeError("fills in what is no array")
    target.build(state)


def _duplicate(machine: _Machine) -> None:
    machine.stack.append(machine.stack[-1])


def _drop(machine: _Machine) -> None:
    machine.stack.pop()


def _drop_marked(machine: _Machine) -> None:
    machine.marked()


def _skip(count: int) -> Opcode:
    def step(machine: _Machine) -> None:
        machine.take(count)

    return step


_DOUBLE = struct.Struct(">d")
_STOP = pickle.STOP[0]
_STEPS: dict[int, Opcode] = {
    code[0]: step
    for code, step in {
        pickle.PROTO: _skip(1),
        pickle.FRAME: _skip(8),
        pickle.NONE: _put(None),
        pickle.NEWTRUE: _put(True),
        pickle.NEWFALSE: _put(False),
        pickle.INT: _text_integer,
        pickle.LONG: _text_integer,
        pickle.BININT: _whole("<i"),
        pickle.BININT1: _whole("<B"),
        pickle.BININT2: _whole("<H"),
        pickle.LONG1: _sized("<B", lambda raw: int.from_bytes(raw, "little", signed=True)),
        pickle.FLOAT: lambda machine: machine.stack.append(float(machine.line())),
        pickle.BINFLOAT: _float,
        pickle.UNICODE: lambda machine: machine.stack.append(machine.line("raw-unicode-escape")),
        pickle.SHORT_BINUNICODE: _sized("<B", bytes.decode),
        pickle.BINUNICODE: _sized("<I", bytes.decode),
        pickle.BINUNICODE8: _sized("<Q", bytes.decode),
        pickle.SHORT_BINBYTES: _sized("<B", bytes),
        pickle.BINBYTES: _sized("<I", bytes),
        pickle.BINBYTES8: _sized("<Q", bytes),
        pickle.BYTEARRAY8: _sized("<Q", bytes),
        pickle.MARK: _mark,
        pickle.EMPTY_LIST: lambda machine: machine.group([]),
        pickle.LIST: lambda machine: machine.group(machine.marked()),
        pickle.APPEND: _append,
        pickle.APPENDS: lambda machine: _extend(machine, machine.marked()),
        pickle.EMPTY_TUPLE: _put(()),
        pickle.TUPLE: lambda machine: machine.group(tuple(machine.marked())),
        pickle.TUPLE1: _tuple(1),
        pickle.TUPLE2: _tuple(2),
        pickle.TUPLE3: _tuple(3),
        pickle.EMPTY_DICT: lambda machine: machine.group({}),
        pickle.DICT: _dict,
        pickle.SETITEM: _set_item,
        pickle.SETITEMS: _set_items,
        pickle.POP: _drop,
        pickle.POP_MARK: _drop_marked,
        pickle.DUP: _duplicate,
        pickle.GET: lambda machine: machine.stack.append(_remembered(machine, int(machine.line()))),
        pickle.BINGET: _recall("<B"),
        pickle.LONG_BINGET: _recall("<I"),
        pickle.PUT: lambda machine: _remember(machine, int(machine.line())),
        pickle.BINPUT: lambda machine: _remember(machine, machine.number("<B")),
        pickle.LONG_BINPUT: lambda machine: _remember(machine, machine.number("<I")),
        pickle.MEMOIZE: lambda machine: _remember(machine, len(machine.memo)),
        pickle.GLOBAL: lambda machine: _global(machine, machine.line(), machine.line()),
        pickle.STACK_GLOBAL: _stack_global,
        pickle.REDUCE: _reduce,
        pickle.BUILD: _build,
    }.items()
}
