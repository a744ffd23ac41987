"""Names out of pickled attributes, without unpickling: pandas and PyTables keep the names of columns as pickled lists.

A pickle is a program. This runs none of it: of its instructions only those are followed that write lists, tuples,
dictionaries, text and numbers; whatever would import, call or build something becomes `UNKNOWN`.
"""

import pickletools
from collections.abc import Callable
from typing import Any, Final

_MOST_BYTES = 1_000_000
_MOST_STEPS = 200_000


class _Unknown:
    """Stands for an object that was not made."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
_MARK: Final = object()
Stack = list[Any]


def parsed(data: bytes) -> object:
    """What a pickle of plain values holds; `UNKNOWN` for all else, and for what is no pickle."""
    if len(data) > _MOST_BYTES:
        return UNKNOWN
    stack: Stack = []
    memo: dict[int, Any] = {}
    try:
        for step, (code, argument, _) in enumerate(pickletools.genops(data)):
            if code.name == "STOP":
                return stack[-1] if len(stack) == 1 else UNKNOWN
            if step > _MOST_STEPS:
                return UNKNOWN
            _follow(code.name, argument, stack, memo)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, UnicodeError):
        return UNKNOWN
    return UNKNOWN


def names_in(data: object) -> list[tuple[str, ...]]:
    """The names of columns in a pickled list, each with its levels; none where they cannot be read."""
    names = parsed(data) if isinstance(data, bytes) else None
    if not isinstance(names, list | tuple):
        return []
    found = [name if isinstance(name, tuple) else (name,) for name in names]
    return [tuple(map(str, levels)) for levels in found] if all(map(_is_plain, found)) else []


def _is_plain(levels: tuple[object, ...]) -> bool:
    return all(isinstance(level, str | int | float) for level in levels)


def _follow(code: str, argument: Any, stack: Stack, memo: dict[int, Any]) -> None:
    if code in _VALUES:
        stack.append(argument)
    elif code in _CONSTANTS:
        stack.append(_CONSTANTS[code]())
    elif code in _BUILDERS:
        _BUILDERS[code](stack)
    elif code in ("PUT", "BINPUT", "LONG_BINPUT"):
        memo[argument] = stack[-1]
    elif code == "MEMOIZE":
        memo[len(memo)] = stack[-1]
    elif code in ("GET", "BINGET", "LONG_BINGET"):
        stack.append(memo[argument])
    elif code not in ("PROTO", "FRAME"):
        raise ValueError(code)


def _since_mark(stack: Stack) -> list[Any]:
    place = len(stack) - 1
    while stack[place] is not _MARK:
        place -= 1
        if place < 0:
            raise IndexError("no mark")
    items = stack[place + 1 :]
    del stack[place:]
    return items


def _taken(stack: Stack, count: int) -> list[Any]:
    if count > len(stack):
        raise IndexError("too few")
    items = stack[len(stack) - count :]
    del stack[len(stack) - count :]
    return items


def _extend(stack: Stack, items: list[Any]) -> None:
    if isinstance(stack[-1], list):
        stack[-1].extend(items)


def _set(stack: Stack, items: list[Any]) -> None:
    if isinstance(stack[-1], dict):
        plain = zip(items[::2], items[1::2], strict=True)
        stack[-1].update({key: value for key, value in plain if isinstance(key, str | int | float | tuple)})


def _unmade(count: int) -> Callable[[Stack], None]:
    """An instruction that takes some values and makes an object: here, of nothing."""

    def follow(stack: Stack) -> None:
        _taken(stack, count)
        stack.append(UNKNOWN)

    return follow


def _unmade_of_mark(stack: Stack) -> None:
    _since_mark(stack)
    stack.append(UNKNOWN)


_VALUES = {
    "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "INT",
    "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "BINBYTES", "SHORT_BINBYTES",
}  # fmt: skip
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "MARK": lambda: _MARK, "NONE": lambda: None, "NEWTRUE": lambda: True, "NEWFALSE": lambda: False,
    "EMPTY_LIST": list, "EMPTY_TUPLE": tuple, "EMPTY_DICT": dict, "GLOBAL": lambda: UNKNOWN,
}  # fmt: skip
_BUILDERS: dict[str, Callable[[Stack], None]] = {
    "LIST": lambda stack: stack.append(_since_mark(stack)),
    "TUPLE": lambda stack: stack.append(tuple(_since_mark(stack))),
    "DICT": lambda stack: stack.append({}) if not (items := _since_mark(stack)) else _dict(stack, items),
    "TUPLE1": lambda stack: stack.append(tuple(_taken(stack, 1))),
    "TUPLE2": lambda stack: stack.append(tuple(_taken(stack, 2))),
    "TUPLE3": lambda stack: stack.append(tuple(_taken(stack, 3))),
    "APPEND": lambda stack: _extend(stack, _taken(stack, 1)),
    "APPENDS": lambda stack: _extend(stack, _since_mark(stack)),
    "SETITEM": lambda stack: _set(stack, _taken(stack, 2)),
    "SETITEMS": lambda stack: _set(stack, _since_mark(stack)),
    "REDUCE": _unmade(2),
    "NEWOBJ": _unmade(2),
    "STACK_GLOBAL": _unmade(2),
    "BUILD": _unmade(2),
    "OBJ": _unmade_of_mark,
    "INST": _unmade_of_mark,
    "POP": lambda stack: stack.__delitem__(-1),
}


def _dict(stack: Stack, items: list[Any]) -> None:
    stack.append({})
    _set(stack, items)
