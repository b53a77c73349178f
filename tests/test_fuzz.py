"""The fuzzer's targets hold on generated inputs, and notice when what they watch over breaks.

The decoder has properties of its own in `test_wire.py`. `python -m fuzz` goes further than
these tests can in their time; see docs/fuzzing.md.
"""

from __future__ import annotations

import os
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox import session
from autograder.sandbox.inside import wire
from autograder.submission import advice, folders, zips
from fuzz import targets
from fuzz.targets import TARGETS

fuzz = settings(derandomize=True, deadline=None, max_examples=100, database=None)
few = settings(fuzz, max_examples=40)

SEEDS = [(name, seed) for name, (_, seeds) in TARGETS.items() for seed in seeds()]
FIELDS = "type base message frames errno absent item file missing".split()
LABELS = st.sampled_from(
    ["array", "object", "Tensor", "ValueError", "StopIteration", "x" * 3000, "lines/line.py"]
)
PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | LABELS
ARRAY = st.tuples(
    st.sampled_from(["<f8", "|b1", "<c16", "|O8", ""]),
    st.lists(st.integers(-1, 3) | st.just(wire.MAX_ARRAY), max_size=3),
    st.none() | st.binary(max_size=24),
).map(list)
HANDLE = st.tuples(st.integers(-1, 3), LABELS, LABELS, st.none() | ARRAY).map(list)
BODY = st.recursive(
    PLAIN
    | HANDLE.map(lambda body: {"h": body})
    | st.builds(lambda tag, body: {tag: body}, st.sampled_from("an"), ARRAY),
    lambda part: (
        st.lists(part, max_size=3)
        | st.tuples(st.sampled_from("tdshv"), st.lists(part, max_size=3)).map(lambda p: dict([p]))
        | st.dictionaries(st.sampled_from(FIELDS), part)
    ),
    max_leaves=8,
)
REPLY = st.tuples(st.integers(1, 4) | PLAIN, st.sampled_from(["ok", "error", ""]), BODY).map(list)
FRAMES = (REPLY | BODY).map(wire.pack) | st.binary(max_size=40)


def framed(frames):
    return b"".join(struct.pack(">I", len(frame)) + frame for frame in frames)


@pytest.mark.parametrize(("name", "seed"), SEEDS)
def test_every_target_holds_where_a_fuzzer_starts(name, seed):
    TARGETS[name][0](seed)


@fuzz
@given(st.integers(0, 255), st.lists(REPLY | BODY, max_size=5))
def test_any_replies_end_as_a_value_an_error_or_a_loss(choice, replies):
    numbered = [
        [k, *r[1:]] if type(r) is list and len(r) == 3 else r for k, r in enumerate(replies, 1)
    ]
    targets.converse(bytes([choice]) + framed(map(wire.pack, numbered)))


@fuzz
@given(st.integers(0, 255), st.lists(FRAMES, max_size=5), st.data())
def test_a_stream_that_is_cut_or_damaged_is_a_loss(choice, frames, data):
    stream = bytearray(framed(frames))
    for _ in range(data.draw(st.integers(0, 3)) if stream else 0):
        stream[data.draw(st.integers(0, len(stream) - 1))] = data.draw(st.integers(0, 255))
    targets.converse(bytes([choice]) + stream[: data.draw(st.integers(0, len(stream)))])


@pytest.mark.parametrize("size", [2**31 - 1, -1, -2, wire.MAX_FRAME + 1])
def test_a_length_that_lies_is_a_loss(size):
    for choice in range(6):
        targets.converse(bytes([choice]) + struct.pack(">i", size) + b"\xff" * 8 + b"x" * 100)


@few
@given(st.binary(min_size=6, max_size=120))
def test_any_zip_is_read_within_bounds_or_refused(data):
    targets.read_built_zip(data)


@few
@given(st.binary(min_size=6, max_size=120), st.data())
def test_any_damaged_zip_is_read_within_bounds_or_refused(data, draws):
    archive = bytearray(targets._built(data))
    for _ in range(draws.draw(st.integers(1, 4))):
        archive[draws.draw(st.integers(0, len(archive) - 1))] = draws.draw(st.integers(0, 255))
    targets.read_zip(bytes(archive))


@pytest.mark.skipif(os.name != "posix", reason="links and pipes are POSIX's")
@few
@given(st.binary(min_size=6, max_size=120))
def test_any_folder_is_read_within_bounds_or_refused(data):
    targets.read_folder(data)


def run_seeds(name):
    target, seeds = TARGETS[name]
    for seed in seeds():
        target(seed)


def leak(*_):
    raise ValueError("not of the family")


BREAKS = {
    "the decoder raises something else": ("wire", wire, "decode_array", leak),
    "the decoder passes an object": ("wire", wire, "decode_array", lambda body, raw=None: object()),
    "the client raises something else": ("session", session, "student_error", leak),
    "a zip raises something else": ("zip", zips, "unpack", leak),
    "links are followed": ("folder", folders.stat, "S_ISREG", lambda mode: True),
    "a sentence is open": ("folder", advice, "nothing_found", lambda top, _: f"{top}\n"),
}


@pytest.mark.parametrize(("name", "module", "part", "broken"), BREAKS.values(), ids=BREAKS)
def test_a_target_notices_what_breaks(monkeypatch, name, module, part, broken):
    monkeypatch.setattr(module, part, broken)
    with pytest.raises((AssertionError, ValueError, OSError)):
        run_seeds(name)


def test_a_target_notices_what_is_written_outside(monkeypatch):
    def outside(archive, target, *_):
        (target.parents[2] / "planted").touch()
        return []

    monkeypatch.setattr(zips, "unpack", outside)
    with pytest.raises(AssertionError, match="written outside"):
        targets.read_zip(b"")
