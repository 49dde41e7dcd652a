"""How the kernel is compiled.

Without numba's runtime: nothing is allocated, no references are counted. IEEE 754 as it stands (no
reordering, no fused operations): the same bits as CPython's arithmetic. All functions are handed
one pointer, the night's record, which says where all others are: an array as an argument is seven
values, and two dozen arrays in a tuple made the compiler take half a minute.

Rule of this file: the only one that chooses numba's options, and that reads memory by address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from types import CodeType, ModuleType
from typing import Any, Final, TypeVar

import numpy as np
from numba import from_dtype, njit, types
from numba.core.dispatcher import Dispatcher
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])
_OPTIONS: Final[dict[str, Any]] = {"_nrt": False, "error_model": "numpy"}
_PART: Final[dict[str, Any]] = _OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inlined(function: F) -> F:
    """A part of the kernel."""
    made: Any = njit(**_PART, forceinline=True)(function)
    return made  # type: ignore[no-any-return]  # numba has no types


def apart(function: F) -> F:
    """A part that is called seldom, or from many places."""
    made: Any = njit(**_PART)(function)
    return made  # type: ignore[no-any-return]  # numba has no types


def entry(function: F) -> F:
    """The function that is called from Python. What is compiled is kept beside the source, or where
    that cannot be written in the user's cache folder, or nowhere."""
    try:
        made: Any = njit(**_OPTIONS, cache=True)(function)
    except RuntimeError:  # numba finds no folder that it may write
        made = njit(**_OPTIONS)(function)
    return made  # type: ignore[no-any-return]  # numba has no types


def reader(dtype: np.dtype[Any]) -> Callable[[int, int], Any]:
    """A function of an address and an index: the record of that index in an array of ``dtype``
    that is stored at the address."""
    record = from_dtype(dtype)

    @intrinsic
    def at(_context: Any, _address: Any, _index: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return _point(context, builder, record, *values)

        return record(types.int64, types.int64), generate

    made: Any = at
    return made  # type: ignore[no-any-return]  # numba calls it, with two values


def member(name: str, dtype: np.dtype[Any], night: np.dtype[Any]) -> Callable[[Any, int], Any]:
    """A function of a night's record and an index: the record of that index in the array of
    ``dtype`` whose address is the night's field ``name``."""
    record, whole = from_dtype(dtype), from_dtype(night)
    fields = night.fields
    assert fields is not None
    place = fields[name][1]

    @intrinsic
    def at(_context: Any, _night: Any, _index: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            start, index = values
            word = context.get_value_type(types.int64)
            where = builder.add(builder.ptrtoint(start, word), word(place))
            address = builder.load(builder.inttoptr(where, word.as_pointer()))
            return _point(context, builder, record, address, index)

        return record(whole, types.int64), generate

    made: Any = at
    return made  # type: ignore[no-any-return]  # as above


def _point(context: Any, builder: Any, record: Any, address: Any, index: Any) -> Any:
    """A pointer to a record of an array at an address."""
    offset = builder.mul(index, context.get_constant(types.int64, record.size))
    return builder.inttoptr(builder.add(address, offset), context.get_value_type(record))


def version(modules: Iterable[ModuleType]) -> int:
    """A number that changes with the code of the kernel's parts and all constants that they read.

    numba's cache looks at the file of the cached function alone. This number is frozen into that
    function, and so makes it look at all that is compiled into it.
    """
    whole = hashlib.blake2b(repr(_OPTIONS).encode(), digest_size=6)
    for maker in (reader, member, _point):
        whole.update(_said(maker.__code__).encode())
    for module in modules:
        for name, value in sorted(vars(module).items()):
            if isinstance(value, Dispatcher):
                whole.update(_said(value.py_func.__code__).encode())
            elif isinstance(value, int | float | np.generic | np.dtype):
                whole.update(f"{name}{value!r}".encode())
    return int.from_bytes(whole.digest(), "big")


def _said(code: CodeType) -> str:
    inner = [_said(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts]
    return repr((code.co_code, code.co_names, code.co_varnames, inner))
