"""The key to the questions in words as one page, which needs no other file, network or script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from autograder.project import Project
from autograder.template import documents

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --line: #d4d4d4;
  --guide: #f4f6f8; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #161616; --line: #3a3a3a;
  --guide: #20242a; --link: #8ab8f0; } }
body { color: var(--ink); background: var(--paper); font: 16px/1.6 system-ui, sans-serif;
  max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
a { color: var(--link); }
h2 { border-top: 2px solid var(--line); padding-top: 1.2rem; margin-top: 2.5rem; }
h3 { margin-bottom: .4rem; }
nav ul { columns: 20rem; padding-left: 1.2rem; }
math { font-size: 1.08em; font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", math; }
.math.block { overflow-x: auto; overflow-y: hidden; padding: .3rem 0; }
.grading { background: var(--guide); border-radius: 6px; margin-top: 1.2rem;
  padding: .1rem 1rem .6rem; }
table { border-collapse: collapse; margin: .8rem 0; font-size: 15px; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0;
  border-bottom: 1px solid var(--line); }
code { font-size: 14px; }
@media print { body { max-width: none; font-size: 11pt; } nav { display: none; }
  tr, .math.block { break-inside: avoid; } h2, h3 { break-after: avoid; } }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""

_FUNCTION = re.compile(r"<m([io])>(log|sign)</m\1>")
_SPACE = '<mspace width="0.17em" />'


def page(project: Project) -> str:
    """The project's key as HTML, its formulas as MathML, its grading set apart.

    Raises OSError where it cannot be read, and TemplateError where its table names no item.
    """
    text = (project.root / project.key).read_text(encoding="utf-8")
    text = text.replace("<!-- questions -->", documents.questions(project))
    body = _with_contents(_with_grading_apart(_markdown().render(text)))
    title = text.partition("\n")[0].lstrip("# ")
    return _PAGE.format(title=title, style=STYLE, body=body)


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"typographer": True}).enable(["table", "smartquotes"])
    markdown.use(dollarmath_plugin, allow_labels=False, renderer=_mathml)
    return markdown.use(anchors_plugin)


def _mathml(latex: str, how: Mapping[str, Any]) -> str:
    """A formula, with spaces beside names of functions: TeX sets them, and MathML does not."""
    formula = convert(latex, display="block" if how["display_mode"] else "inline")
    return _FUNCTION.sub(rf"{_SPACE}<mi>\2</mi>{_SPACE}", formula)


def _with_grading_apart(body: str) -> str:
    grading = re.compile(r"<h3[^>]*>Grading</h3>.*?(?=<h2|\Z)", re.DOTALL)
    return grading.sub(lambda found: f'<section class="grading">\n{found[0]}</section>\n', body)


def _with_contents(body: str) -> str:
    """The body with links to its second headings below the first."""
    headings = re.findall(r'<h2 id="(.+?)">(.+?)</h2>', body)
    links = "".join(f'<li><a href="#{anchor}">{title}</a></li>\n' for anchor, title in headings)
    return body.replace("</h1>", f"</h1>\n<nav>\n<ul>\n{links}</ul>\n</nav>", 1)
