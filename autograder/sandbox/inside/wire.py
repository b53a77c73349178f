"""What crosses between grader and worker, as bytes: builtin values, arrays, handles, slices.

A frame is one msgpack value: from the grader a list of requests, `[number, operation, ...]`, from
the worker one reply, `[number, "ok" or "error", ...]`, to each of them up to the first that fails.
Containers and special kinds are one-key maps, so that nothing a
student made can be mistaken for them:

    {"t": [...]}                      tuple
    {"d": [[key, value], ...]}        dict
    {"s": [start, stop, step]}        slice
    {"a": [dtype, shape, bytes]}      array by value; bytes None: they follow as a raw frame
    {"n": [dtype, [], bytes]}         number of NumPy's
    {"h": number}                     grader to worker: an object that lives in the worker; below 0,
                                      what the request of that number in the same frame answered
    {"h": [number, kind, name, a]}    worker to grader: the same; `kind` is "array", "class",
                                      "function" or "object", `name` that of the class or of its
                                      type, `a` its value if it is a small array
    {"v": [number, value]}            worker to grader, around a whole answer: a number or a
                                      container, and which object of the worker's it is

Both sides use this file: the worker a copy of it. Decoding bounds length, depth and count, and
every fault in what the other side wrote is a `WireFault`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import msgpack  # type: ignore[import-untyped, unused-ignore]
import numpy as np

MAX_FRAME = 256 * 1024
"""Bytes of one msgpack frame; small, since an empty list costs one byte here and 56 in memory."""
MAX_ARRAY = 16 * 1024 * 1024
"""Bytes of one array."""
MAX_ENTRIES = MAX_ARRAY // 8
"""Entries of one array: the grader computes in float64, whatever came."""
MAX_COPIED = 2 * MAX_ARRAY
"""Bytes, in float64, of all large arrays that one test turns into arrays of the grader's."""
MAX_FETCHED = 4 * MAX_ARRAY
"""Bytes of all arrays that one test reads in frames of their own."""
MAX_REPLIES = 4 * 1024 * 1024
"""Bytes of all other replies in one test."""
MAX_INLINE = 16 * 1024
"""Bytes up to which an array travels inside a reply, and twice that for all replies to a frame."""
MAX_DEPTH = 16
MAX_DIMENSIONS = 8
MAX_KEYS = 256
"""Entries of one dictionary: of (-1, -2, -1) and (-2, -1, -1) the hash is the same, and what fills
a dictionary with a thousand such keys compares each with each."""
MAX_HANDLES = 1 << 20
"""Handles of one test. They are small numbers, whose hashes differ."""
KINDS = "biufc"
NUMBERS = re.compile(f"[<>|=][{KINDS}][0-9]{{1,2}}")
"""Names of dtypes. `np.dtype` reads far more than these: sub-arrays, records, Python."""
PLAIN = (bool, int, float, str, bytes)


class WireFault(Exception):
    """The other side wrote something that is not a well-formed value."""


def pack(tree: object) -> bytes:
    """One frame. Text that is no valid Unicode is replaced, never an error."""
    packed: bytes = msgpack.packb(tree, unicode_errors="replace")
    return packed


def unpack(frame: bytes) -> Any:
    """The tree in one frame; any fault is a `WireFault`."""
    try:
        return msgpack.unpackb(frame, strict_map_key=True)
    except Exception as fault:
        raise WireFault(f"not a msgpack frame: {type(fault).__name__}") from fault


def encode(value: object, special: Callable[[object], object], depth: int = 0) -> object:
    """Tree of `value`; what is neither plain nor a container goes to `special`."""
    if depth > MAX_DEPTH:
        raise WireFault(f"nested deeper than {MAX_DEPTH}")
    kind = type(value)  # exact types: a subclass of list is an object, not a list
    if value is None or (kind in PLAIN and not _is_wide(value)):
        return value
    if kind is list:
        return [encode(v, special, depth + 1) for v in value]  # type: ignore[attr-defined]
    if kind is tuple:
        return {"t": [encode(v, special, depth + 1) for v in value]}  # type: ignore[attr-defined]
    if kind is dict:
        pairs = list(value.items())  # type: ignore[attr-defined]
        if len(pairs) > MAX_KEYS:
            raise ValueError(f"a dictionary of {len(pairs)} entries is too large to look at")
        return {"d": [[encode(part, special, depth + 2) for part in pair] for pair in pairs]}
    if kind is slice:
        parts = (value.start, value.stop, value.step)  # type: ignore[attr-defined]
        return {"s": [encode(part, special, depth + 1) for part in parts]}
    return special(value)


def decode(
    tree: object, handle: Callable[[object], object], depth: int = 0, writable: bool = False
) -> Any:
    """Value of a tree; `handle` makes an object of what stands under "h".

    With `writable` arrays can be written to, as everybody's can at home; else they cannot.
    """
    if depth > MAX_DEPTH:
        raise WireFault(f"nested deeper than {MAX_DEPTH}")
    if tree is None or type(tree) in PLAIN:
        return tree
    if type(tree) is list:
        return [decode(part, handle, depth + 1, writable) for part in tree]
    if type(tree) is not dict or len(tree) != 1:
        raise WireFault(f"unknown value of type {type(tree).__name__}")
    tag, body = next(iter(tree.items()))
    if tag == "h":
        return handle(body)
    if tag == "a":
        return decode_array(body).copy() if writable else decode_array(body)
    if tag == "n":
        return _number(body)
    if type(body) is not list:
        raise WireFault(f"tag {tag!r} without a list")
    parts = [decode(part, handle, depth + 1, writable) for part in body]
    return _container(tag, parts)


def _container(tag: str, parts: list[Any]) -> Any:
    if tag == "t":
        return tuple(parts)
    if tag == "d" and len(parts) > MAX_KEYS:
        raise WireFault("too large a dictionary")
    try:
        if tag == "d":
            return dict(parts)
        if tag == "s":
            start, stop, step = parts
            return slice(start, stop, step)
    except (TypeError, ValueError) as fault:
        raise WireFault(f"malformed body under tag {tag!r}") from fault
    raise WireFault(f"unknown tag {tag!r}")


def encode_number(number: np.generic[Any]) -> dict[str, object]:
    """Tree of one of NumPy's numbers."""
    return {"n": encode_array(np.asarray(number))}


def _number(body: object) -> Any:
    array = decode_array(body)
    if array.ndim:
        raise WireFault("a number with axes")
    return array[()]


def encode_array(array: np.ndarray[Any, Any]) -> list[Any]:
    """`[dtype, shape, bytes]` of an array of numbers."""
    check_array(array)
    return [array.dtype.str, list(array.shape), array.tobytes()]


def check_array(array: np.ndarray[Any, Any]) -> None:
    """Refuse what may not cross: other kinds than numbers, too large, too many dimensions."""
    if array.dtype.kind not in KINDS:
        raise TypeError(f"an array of dtype {array.dtype} holds no plain numbers")
    if array.nbytes > MAX_ARRAY or array.size > MAX_ENTRIES or array.ndim > MAX_DIMENSIONS:
        raise ValueError(f"an array of shape {array.shape} is too large to look at")


def decode_array(body: object, raw: bytes | None = None) -> np.ndarray[Any, Any]:
    """Array from `[dtype, shape, bytes]`; `raw` stands in for bytes that came on their own."""
    dtype, shape, inline = array_header(body)
    data = inline if raw is None else raw
    if type(data) is not bytes or len(data) != math.prod(shape) * dtype.itemsize:
        raise WireFault("array bytes do not match its shape")
    return np.frombuffer(data, dtype=dtype).reshape(shape)


def array_header(body: object) -> tuple[np.dtype[Any], tuple[int, ...], object]:
    """Checked dtype and shape, and the unchecked bytes, of an encoded array."""
    if type(body) is not list or len(body) != 3:
        raise WireFault("malformed array")
    name, shape, data = body
    if type(name) is not str or not NUMBERS.fullmatch(name):
        raise WireFault("unknown array dtype")
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise WireFault("malformed array shape")
    if any(type(n) is not int or not 0 <= n <= MAX_ARRAY for n in shape):
        raise WireFault("malformed array shape")
    try:
        dtype = np.dtype(name)
    except (TypeError, ValueError) as fault:
        raise WireFault("unknown array dtype") from fault
    if math.prod(max(n, 1) for n in shape) * max(dtype.itemsize, 8) > MAX_ARRAY:
        raise WireFault("array too large")
    return dtype, tuple(shape), data


def _is_wide(value: object) -> bool:
    """Integers past 64 bits do not fit msgpack; they stay where they are, as objects."""
    return type(value) is int and not -(2**63) <= value < 2**63
