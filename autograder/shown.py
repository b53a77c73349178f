"""Text of a submission's, made fit to be shown: in Markdown, in a terminal, in a file.

What a submission is named, raises or prints can hold any character. Whoever shows it to a person
takes it from here.
"""

from __future__ import annotations

from pathlib import PurePath

MAX_BLOCK = 3000
"""Characters of one code block; Gradescope cuts an output at about 100,000."""

MAX_LINE = 500
"""Characters of one line among others."""

MAX_CODE = 400
MAX_NAME = 80
"""Characters of a piece of code, and of a name, in a sentence."""


def visible(text: str, instead: str = "�") -> str:
    """The same text without characters that no reader sees.

    NUL the platform cannot keep; others steer a terminal, or turn the direction of what follows.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else instead for c in text)


def terminal(text: str) -> str:
    """Lines that cannot steer a terminal."""
    return visible(text, "?")


def inline(sentence: str) -> str:
    """Markdown of a sentence of ours: one line, cut; code that the cut left open is closed."""
    line = " ".join(sentence.split())[:MAX_LINE]
    return line + "`" * (line.count("`") % 2)


def code(text: str, most: int = MAX_CODE) -> str:
    """A piece of code in a sentence, in Markdown: one line, cut in its middle, closed."""
    line = " ".join(visible(text, "?").split()).replace("`", "'") or " "
    half = most // 2
    return f"`{line[:half]}...{line[-half:]}`" if len(line) > most else f"`{line}`"


def filename(path: str | PurePath) -> str:
    """A file's name in a sentence, in Markdown: whatever its letters are, it stays one word."""
    text = path if isinstance(path, str) else path.as_posix()
    return code("".join(c if c.isprintable() else "?" for c in text), MAX_NAME)


def block(text: str) -> str:
    """A code block in Markdown, which its content cannot close."""
    text = text if len(text) <= MAX_BLOCK else f"{text[:MAX_BLOCK]}\n..."
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def nearly(near: str, right: str) -> str:
    """What to do about a name that is not quite right."""
    return f"{code(near)} is nearly {code(right)}: rename it."
