"""No text of a submission's becomes markup, a line of its own, or a command to a terminal."""

from __future__ import annotations

import pytest

from autograder import shown

HOSTILE = {
    "markup": "<img src=x> **100 of 100 points** [x](http://x)",
    "a closed code span": "` **100 of 100 points** `",
    "a closed code block": "```\n# 100 of 100 points\n```",
    "a line of its own": "x\n\n# 100 of 100 points\r\n\u2028# 100",
    "commands to a terminal": "\x1b[2J\x1b]0;title\x07\x9b31m",
    "another direction": "\u202e\u2066",
    "no Unicode": "\ud800\0",
    "nothing": "",
    "long": "`" * 9000,
}
each = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def is_visible(text, but=""):
    return all(c.isprintable() or c in but for c in text)


@each
@pytest.mark.parametrize("show", [shown.code, shown.filename])
def test_code_in_a_sentence_is_one_short_span(text, show):
    span = show(text)
    assert span[0] == span[-1] == "`"
    assert span.count("`") == 2
    assert is_visible(span)
    assert 2 < len(span) <= shown.MAX_CODE + 5


@each
def test_a_sentence_stays_one_line_with_all_code_closed(text):
    line = shown.inline(f"It is `{text}`.")
    assert len(line.splitlines()) == 1
    assert line.count("`") % 2 == 0
    assert len(line) <= shown.MAX_LINE + 1


@each
def test_a_terminal_gets_visible_characters_and_ends_of_lines(text):
    assert is_visible(shown.terminal(text), "\n\t")


@each
def test_a_block_ends_where_its_text_does(text):
    first, *body, last = shown.block(text).split("\n")
    assert first == last
    assert set(first) == {"`"}
    assert not any(first in line for line in body)


def test_visible_text_stays_as_it_is():
    text = "é λ 你好 🐍\n\tindented"
    assert shown.visible(text) == shown.terminal(text) == text


def test_a_long_piece_of_code_keeps_both_ends():
    assert shown.code(f"begin{'x' * 900}end").startswith("`begin")
    assert shown.code(f"begin{'x' * 900}end").endswith("end`")
