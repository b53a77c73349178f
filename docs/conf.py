"""How Sphinx makes a site of the documents, which stand where GitHub shows them.

    .venv/bin/python -m sphinx -c docs -W . build/site

The folder that it reads is the whole project, because the documents link to its other files.
"""

from __future__ import annotations

from sphinx.application import Sphinx

project = "Beras Autograder"
copyright = "The Beras Autograder authors"

extensions = ["myst_parser"]
root_doc = "README"
include_patterns = [
    "*.md",
    "docs/*.md",
    "reference/data/README.md",
    "student_template/README.md",
]
exclude_patterns = [".*", "build", "tests", "autograder", "editions"]
"""Folders that hold no page: they are not even searched."""
nitpicky = True
myst_heading_anchors = 3
highlight_language = "none"

html_theme = "alabaster"
html_theme_options = {
    "description": "Grades a NumPy framework",
    "page_width": "1200px",
    "body_max_width": "920px",
    "font_family": "system-ui, sans-serif",
    "head_font_family": "system-ui, sans-serif",
}
html_copy_source = False
html_additional_pages = {"index": "index.html"}
templates_path = ["site"]

HANDOUT = "The students' handout <student_template/README>"
CONTENTS = {
    "Begin": ["docs/start", "docs/how-it-works", "docs/faq", HANDOUT],
    "For staff": [
        "docs/commands",
        "Settings <docs/course>",
        "Class tools <docs/class>",
        "docs/results",
        "docs/conceptual",
    ],
    "The checks": ["docs/checks", "docs/audit", "docs/editions"],
    "Safety and speed": ["docs/security", "SECURITY", "docs/fuzzing", "docs/performance"],
    "To change it": ["docs/change", "docs/template", "CONTRIBUTING", "CHANGELOG"],
    "Data": ["reference/data/README"],
}
"""What the first page leads to. A page that is missing here is an error."""


def setup(app: Sphinx) -> None:
    """Sphinx calls this once."""
    app.connect("source-read", add_contents)


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """End the first page with the table of contents, which GitHub needs not show."""
    if page == root_doc:
        source[0] += "".join(map(_part, CONTENTS))


def _part(title: str) -> str:
    pages = "\n".join(CONTENTS[title])
    return f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{pages}\n```\n"
