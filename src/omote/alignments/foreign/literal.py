"""Reads what Python's `repr` wrote of plain values, without Python's parser, which deep texts can bring down."""

import re

# As repr escapes; the repeats keep nothing to go back to, so that their memory does not grow with a long text.
_ESCAPE = r"""\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U000[0-9a-fA-F]{5}|[\\'"nrt])"""
_TOKEN = re.compile(
    rf"""\s*+(?:
        (?P<text>b?(?:'[^'\\\n]*+(?:{_ESCAPE}[^'\\\n]*+)*+'|"[^"\\\n]*+(?:{_ESCAPE}[^"\\\n]*+)*+"))
      | (?P<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)
      | (?P<word>True|False|None)
      | (?P<sign>[][(){{}},:])
    )\s*+""",
    re.VERBOSE,
)
_WORDS = {"True": True, "False": False, "None": None}
_PAIRS = {"[": "]", "(": ")", "{": "}"}
_DEEPEST = 16


def read_literal(text: str) -> object:
    """Return the value of a literal: dictionaries with texts as keys, lists, tuples, texts, bytes, numbers, None.

    Raises:
        ValueError: it is no such literal.
    """
    reader = _Reader(text)
    value = reader.value(0)
    if reader.kind:
        raise ValueError("more than one value")
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self.kind, self._token = "", ""
        self._next()

    def _next(self) -> None:
        if self._at == len(self._text):
            self.kind, self._token = "", ""
            return
        found = _TOKEN.match(self._text, self._at)
        if found is None or found.lastgroup is None:
            raise ValueError(f"cannot be read at letter {self._at}")
        self.kind, self._token, self._at = found.lastgroup, found[found.lastgroup], found.end()

    def value(self, depth: int) -> object:
        """Return the value that begins here, and stand after it."""
        kind, token = self.kind, self._token
        self._next()
        if kind == "text":
            return _unescaped(token)
        if kind == "number":
            return int(token) if token.lstrip("+-").isdecimal() else float(token)
        if kind == "word":
            return _WORDS[token]
        if token not in _PAIRS or depth == _DEEPEST:
            raise ValueError("ends where a value should be, or is too deep")
        return self._group(token, depth + 1)

    def _group(self, opened: str, depth: int) -> object:
        keys: list[object] = []
        items: list[object] = []
        comma = True
        while self._token != _PAIRS[opened] or self.kind != "sign":
            if not comma:
                raise ValueError("a comma is missing")
            if opened == "{":
                keys.append(self._key(depth))
            items.append(self.value(depth))
            comma = self._passed(",")
        self._next()
        if opened == "{":
            return dict(zip(keys, items, strict=True))
        return items if opened == "[" or (len(items) == 1 and not comma) else tuple(items)

    def _key(self, depth: int) -> object:
        key = self.value(depth)
        if not isinstance(key, str) or not self._passed(":"):
            raise ValueError("a key that is no text, or without a value")
        return key

    def _passed(self, sign: str) -> bool:
        there = self.kind == "sign" and self._token == sign
        if there:
            self._next()
        return there


def _unescaped(token: str) -> str | bytes:
    body = token.removeprefix("b")[1:-1]
    found = body.encode("latin-1", "backslashreplace").decode("unicode-escape") if "\\" in body else body
    return found.encode("latin-1") if token.startswith("b") else found
