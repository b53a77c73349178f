"""The documents, and what stands in them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict

from tests.submissions import ROOT

DOCUMENTS = (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
HANDOUTS = (*(ROOT / "docs").glob("*/*.md"), *(ROOT / "editions").glob("*/handout/*.md"))
PICTURES = sorted({*(ROOT / "docs/pictures").glob("*.*")} - {ROOT / "docs/pictures/make.py"})


def found(pattern, documents=DOCUMENTS):
    """All that a pattern finds in documents, each once."""
    texts = (path.read_text(encoding="utf-8") for path in documents)
    return sorted({one for text in texts for one in re.findall(pattern, text, re.MULTILINE)})


def shown(command, documents=DOCUMENTS):
    """The arguments with which documents show a command, without comments and brackets."""
    lines = found(rf"^    {command}(?: (.*?))?(?: +[#>].*)?$", documents)
    return sorted({re.sub(r"[\[\]]", "", line) for line in lines})


PROGRAM = (
    r"(?:\./run_\w+|\.ci/run|\.venv[/\\][^\s`]+|python3?|py|pip|bash|source|cd|time(?= )|sqlite3"
    r"|beras-autograder|\.\.\.(?= -)|(?:benchmarks|mutants|docs/pictures)/\w+\.py(?= ))"
)
"""What a command begins with, if only by mistake: a script of ours needs a Python before it. In a
table, `...` stands for the command above."""


def command_lines():
    """Each command that a page or a handout shows: on a line of its own, or within a text."""
    own = rf"^    ({PROGRAM}(?: .*?)?)(?: +#.*)?$"
    within = rf"(?<!`)`({PROGRAM}(?: [^`]*)?)`"
    return sorted({*found(own, (*DOCUMENTS, *HANDOUTS)), *found(within, (*DOCUMENTS, *HANDOUTS))})


def rows(picture):
    """The rows of text that an SVG shows."""
    parts = defaultdict(list)
    for element in ET.parse(picture).iter("{http://www.w3.org/2000/svg}text"):
        parts[element.get("y")].append((float(element.get("x")), element.text or ""))
    return ["".join(text for _, text in sorted(row)).replace("\xa0", " ") for row in parts.values()]
