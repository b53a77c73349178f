"""Every value crosses unchanged, and no bytes of the other side do more than raise a WireFault."""

from __future__ import annotations

import itertools
import math
import struct
import tracemalloc
import warnings

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox.inside import wire
from autograder.sandbox.inside.wire import WireFault, decode, encode, pack, unpack

fuzz = settings(derandomize=True, deadline=None, max_examples=100, database=None)


class Handle:
    """What stands for an object of the worker in these tests."""

    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return isinstance(other, Handle) and other.number == self.number

    def __hash__(self):
        return hash(self.number)


def special(value):
    if isinstance(value, Handle):
        return {"h": value.number}
    if isinstance(value, np.generic):
        return wire.encode_number(value)
    return {"a": wire.encode_array(np.asarray(value))}


def crossed(value):
    return decode(unpack(pack(encode(value, special))), Handle)


def same(a, b):
    """Equal in value, type and order, all the way down."""
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return all(map(same, a.items(), b.items())) and len(a) == len(b)
    return repr(a) == repr(b) if isinstance(a, float) else a == b


INTEGERS = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLAIN = st.none() | st.booleans() | INTEGERS | st.floats() | TEXT | st.binary(max_size=20)
SLICES = st.builds(slice, *[st.none() | INTEGERS] * 3)
DTYPES = st.sampled_from("|b1 |i1 |u1 <i2 <u4 <i8 <u8 <f2 <f4 <f8 >f8 >i4 <c8 <c16".split())
NUMBERS = st.sampled_from("?bBhifdFD").map(lambda code: np.dtype(code).type(1))
ARRAYS = hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
VALUES = st.recursive(
    PLAIN | SLICES | ARRAYS | NUMBERS | st.builds(Handle, st.integers(0, 1000)),
    lambda part: (
        st.lists(part, max_size=4)
        | st.lists(part, max_size=4).map(tuple)
        | st.dictionaries(PLAIN.filter(lambda key: key == key), part, max_size=4)
    ),
    max_leaves=12,
)
TREES = st.recursive(
    PLAIN | st.integers(2**63, 2**64 - 1),
    lambda part: (
        st.lists(part, max_size=4)
        | st.dictionaries(st.sampled_from([*"tdsahx", ""]) | TEXT, part, max_size=2)
        | st.tuples(st.sampled_from("tdsah"), st.lists(part, max_size=4)).map(lambda p: dict([p]))
    ),
    max_leaves=20,
)


def judged(frame):
    """What becomes of any bytes: a value, or a `WireFault` and nothing else."""
    try:
        return decode(unpack(frame), Handle)
    except WireFault:
        return WireFault


@fuzz
@given(VALUES)
def test_every_value_crosses_unchanged(value):
    assert same(crossed(value), value)


def test_a_long_float_crosses_to_the_last_bit():
    array = np.array([math.pi, 1e-310, -0.0, np.inf, np.nan])
    assert same(crossed(array), array)


@pytest.mark.parametrize("array", [np.arange(12).reshape(3, 4).T, np.arange(9)[::-2]])
def test_an_array_of_any_layout_crosses_by_value(array):
    np.testing.assert_array_equal(crossed(array), array)


def test_an_array_that_crossed_cannot_be_written_to():
    assert not crossed(np.ones(3)).flags.writeable


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, object(), {1, 2}, range(3), 1j, np.ones(2)])
def test_what_is_not_plain_is_left_to_the_caller(value):
    seen = []
    encode([value], lambda v: seen.append(v) or 0)
    assert len(seen) == 1
    assert seen[0] is value


@pytest.mark.parametrize("base", [int, float, str, bytes, list, tuple, dict])
def test_a_subclass_of_a_plain_type_is_an_object(base):
    value = type("Own", (base,), {})()
    assert encode(value, lambda v: ["own", type(v).__name__]) == ["own", "Own"]


def test_text_that_is_no_unicode_crosses_replaced():
    assert crossed("a\ud800b") == "a?b"


def test_what_looks_like_a_tag_stays_a_dictionary():
    value = {"h": 0, "t": [1]}
    assert crossed([value, {"h": 3}, {"a": [1, 2, 3]}]) == [value, {"h": 3}, {"a": [1, 2, 3]}]


ALIKE = list(itertools.product((-1, -2), repeat=12))
"""Keys of one hash."""


def test_a_dictionary_is_as_large_as_can_be_filled_in_no_time():
    fits = dict.fromkeys(ALIKE[: wire.MAX_KEYS])
    assert crossed(fits) == fits
    with pytest.raises(ValueError, match="too large to look at"):
        crossed(dict.fromkeys(ALIKE[: wire.MAX_KEYS + 1]))
    assert judged(pack({"d": [[{"t": list(key)}, 0] for key in ALIKE]})) is WireFault


def test_a_value_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(WireFault, match="nested deeper"):
        encode(loop, special)


WRAPS = {
    "list": (lambda value: [value], b"\x91"),
    "tuple": (lambda value: (value,), b"\x81\xa1t\x91"),
    "dict": (lambda value: {0: value}, b"\x81\xa1d\x91\x92\0"),
}
each_wrap = pytest.mark.parametrize(("wrap", "code"), WRAPS.values(), ids=WRAPS)


@each_wrap
def test_what_is_nested_too_deep_is_refused_by_the_sender(wrap, code):
    value = crossing = None
    for _ in range(wire.MAX_DEPTH):
        value = wrap(value)
        try:
            tree = encode(value, special)
        except WireFault:
            break
        crossing = value
        assert same(decode(unpack(pack(tree)), Handle), value)
    assert crossing is not None
    with pytest.raises(WireFault, match="nested deeper"):
        encode(wrap(value), special)


@each_wrap
@pytest.mark.parametrize("levels", [wire.MAX_DEPTH + 1, 500, 10_000])
def test_what_is_nested_too_deep_is_refused_by_the_receiver(wrap, code, levels):
    assert judged(code * levels + b"\xc0") is WireFault


@fuzz
@given(VALUES, st.data())
def test_a_truncated_frame_is_a_fault(value, data):
    frame = pack(encode(value, special))
    cut = data.draw(st.integers(0, len(frame) - 1))
    assert judged(frame[:cut]) is WireFault


@fuzz
@given(VALUES, st.binary(min_size=1, max_size=5))
def test_bytes_after_a_frame_are_a_fault(value, rest):
    assert judged(pack(encode(value, special)) + rest) is WireFault


@fuzz
@given(st.binary(max_size=60))
def test_random_bytes_are_a_value_or_a_fault(frame):
    judged(frame)


@fuzz
@given(VALUES, st.data())
def test_a_damaged_frame_is_a_value_or_a_fault(value, data):
    frame = bytearray(pack(encode(value, special)))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    judged(bytes(frame))


@fuzz
@given(TREES)
def test_any_well_formed_tree_is_a_value_or_a_fault(tree):
    judged(pack(tree))


@fuzz
@given(
    st.text("<>=|?0123bBiufcOmMSUV,()[] ", max_size=5),
    st.lists(st.sampled_from([0, 1, 2, 3, 24, wire.MAX_ARRAY, 2**31, 2**63]), max_size=9),
    st.integers(0, 80),
)
def test_any_array_header_is_an_array_of_numbers_or_a_fault(name, shape, size):
    found = judged(pack({"a": [name, shape, bytes(size)]}))
    if found is not WireFault:
        assert found.dtype.kind in wire.KINDS
        assert found.shape == tuple(shape)
        assert found.nbytes == size


MALFORMED = {
    "unknown tag": {"z": []},
    "no tag": {},
    "two tags": {"t": [], "d": []},
    "tag of bytes": {b"t": []},
    "tag without a list": {"t": 3},
    "pair of one": {"d": [[1]]},
    "pair of three": {"d": [[1, 2, 3]]},
    "no pair": {"d": [1]},
    "list as a key": {"d": [[[], 1]]},
    "array as a key": {"d": [[{"a": ["<f8", [], bytes(8)]}, 1]]},
    "slice of two": {"s": [1, 2]},
    "slice of four": {"s": [1, 2, 3, 4]},
    "extension": msgpack.ExtType(5, b"x"),
    "timestamp": msgpack.Timestamp(1, 2),
}


@pytest.mark.parametrize("tree", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_tree_is_a_fault(tree):
    assert judged(pack([tree])) is WireFault


ONE = struct.pack("<d", 1.5)
HEADER_LIES = {
    "too few bytes": ["<f8", [2], ONE],
    "too many bytes": ["<f8", [], ONE + ONE],
    "no bytes": ["<f8", [1], None],
    "text for bytes": ["<f8", [1], "12345678"],
    "list for bytes": ["<f8", [1], [0] * 8],
    "negative side": ["<f8", [-1], ONE],
    "two negative sides": ["<f8", [-1, -1], ONE],
    "side of floats": ["<f8", [1.0], ONE],
    "side of truth": ["<f8", [True], ONE],
    "huge side": ["<f8", [2**62], ONE],
    "sides that overflow to 0": ["<f8", [2**32, 2**32], b""],
    "sides that overflow to 1": ["<f8", [2**25, 2**25, 2**14, 1], ONE],
    "huge sides around 0": ["<f8", [0, *[wire.MAX_ARRAY] * 7], b""],
    "too many dimensions": ["<f8", [1] * 9, ONE],
    "shape that is a number": ["<f8", 1, ONE],
    "shape that is a map": ["<f8", {}, ONE],
    "more than may cross": ["<f8", [wire.MAX_ARRAY // 8 + 1], None],
    "objects": ["|O", [1], ONE],
    "objects of eight": ["|O8", [1], ONE],
    "dates": ["<M8", [1], ONE],
    "times": ["<m8", [1], ONE],
    "unicode": ["<U2", [1], ONE],
    "byte strings": ["|S8", [1], ONE],
    "a byte string that looks complex": ["<c", [8], ONE],
    "void": ["|V8", [1], ONE],
    "structured": ["f4,f4", [1], ONE],
    "structured, short": ["0b,f", [1], b"\0" * 4],
    "sub-array": ["3f8", [1], ONE * 3],
    "no Python": ["(b,", [1], b"\0"],
    "unknown": ["<f7", [1], bytes(7)],
    "no dtype": ["", [1], ONE],
    "a number for the dtype": [8, [1], ONE],
    "no header": [],
    "a header of two": ["<f8", [1]],
    "a header of four": ["<f8", [1], ONE, ONE],
    "none": None,
    "a map": {"t": []},
}


@pytest.mark.parametrize("header", HEADER_LIES.values(), ids=HEADER_LIES)
def test_an_array_header_that_lies_is_a_fault(header):
    with pytest.raises(WireFault):
        decode(unpack(pack({"a": header})), Handle)


def test_no_name_of_up_to_four_letters_is_more_than_an_array_of_numbers():
    letters = "<>|=?1 (,[{'Obifcu"
    warnings.simplefilter("ignore")  # NumPy's on spellings that it is about to drop
    for size in range(4):
        for name in map("".join, itertools.product(letters, repeat=size)):
            try:
                dtype, _, _ = wire.array_header([name, [1], b""])
            except WireFault:
                continue
            assert dtype.kind in wire.KINDS, name
            assert dtype.shape == (), name


def test_bytes_may_follow_on_their_own():
    found = wire.decode_array(["<f8", [1, 1], None], raw=ONE)
    np.testing.assert_array_equal(found, [[1.5]])
    with pytest.raises(WireFault, match="do not match"):
        wire.decode_array(["<f8", [2], None], raw=ONE)


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (2, 0, 4), (1,) * 8])
def test_empty_and_many_sided_arrays_cross(shape):
    assert crossed(np.ones(shape)).shape == shape


def test_only_numbers_of_bounded_size_are_sent():
    with pytest.raises(TypeError, match="dtype object holds no plain numbers"):
        wire.encode_array(np.array([None]))
    for large in (np.broadcast_to(0.0, (2**23,)), np.ones((1,) * 9)):
        with pytest.raises(ValueError, match="too large to look at"):
            wire.encode_array(large)


def filled(part):
    """A frame of the largest size: one list, as full of `part` as it can be."""
    count = (wire.MAX_FRAME - 5) // len(part)
    return b"\xdd" + struct.pack(">I", count) + part * count


LARGEST = {
    "empty lists": filled(b"\x90"),
    "tuples": filled(b"\x81\xa1t\x90"),
    "arrays": filled(b"\x81\xa1a\x93\xa3<f8\x91\x00\xc4\x00"),
    "one long text": b"\xdb" + struct.pack(">I", wire.MAX_FRAME - 5) + b"x" * (wire.MAX_FRAME - 5),
    "counts that lie": (b"\xdd\x00\x03\xe0\x00" * 60).ljust(wire.MAX_FRAME, b"\xc0"),
    "a text that lies": b"\xdb\xff\xff\xff\xff",
}


@pytest.mark.parametrize("frame", LARGEST.values(), ids=LARGEST)
def test_the_largest_frame_stays_small_in_memory(frame):
    assert len(frame) <= wire.MAX_FRAME
    tracemalloc.start()
    judged(frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 1024 * 1024


def test_counts_that_lie_at_every_depth_stay_bounded():
    tracemalloc.start()
    assert judged((b"\xdd\x00\x03\xe0\x00" * 1020).ljust(wire.MAX_FRAME, b"\xc0")) is WireFault
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 128 * 1024 * 1024
