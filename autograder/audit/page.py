"""An audit as one page: the matrix of chaffs and items to look at, and all that surprises."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from autograder.audit import text
from autograder.audit.findings import Audit, Graded
from autograder.definition import Rubric
from autograder.outcomes import ItemResult

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --line: #d4d4d4; --faint: #a3a3a3;
  --failed: #b42318; --failed-ground: #fde3e0; --blocked: #8a5a00; --blocked-ground: #fdf0d0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #161616; --line: #3a3a3a;
  --faint: #6b6b6b; --failed: #ff9d94; --failed-ground: #4d1a16; --blocked: #ffcf70;
  --blocked-ground: #453205; } }
body { color: var(--ink); background: var(--paper); font: 15px/1.5 system-ui, sans-serif;
  margin: 2rem; }
.scroll { overflow: auto; max-height: 85vh; border: 1px solid var(--line); }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: 1px 5px; text-align: center; border-bottom: 1px solid var(--line); }
thead th { position: sticky; top: 0; background: var(--paper); writing-mode: vertical-rl;
  text-align: left; font-weight: 500; vertical-align: bottom; z-index: 1; }
tbody th { position: sticky; left: 0; background: var(--paper); text-align: left;
  font-weight: 400; white-space: nowrap; }
tr:hover th, tr:hover td { outline: 1px solid var(--faint); }
.passed { color: var(--faint); }
.failed { color: var(--failed); background: var(--failed-ground); font-weight: 700; }
.blocked { color: var(--blocked); background: var(--blocked-ground); }
.stage { border-left: 2px solid var(--line); }
.surprise { outline: 2px solid var(--failed); }
pre { white-space: pre-wrap; }
"""

LEGEND = (
    "X: fails on its own account; b: blocked, because it builds on an item that fails; "
    "a dot: passes. Numbers are points lost. A frame marks a surprise."
)


def render(audit: Audit) -> str:
    """The whole page: it needs no other file."""
    verdict = "The checks are right" if audit.passed else "The checks surprise"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{verdict}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            f"<h1>{verdict}</h1>",
            f"<pre>{escape(text.summary(audit))}</pre>",
            *_list("Surprises", text.surprises(audit)),
            *_list("Diagnoses that are not named right", text.diagnoses(audit)),
            *_list("Checks that no chaff needs", audit.idle_checks),
            f"<h2>What each wrong submission costs</h2>\n<p>{LEGEND}</p>",
            '<div class="scroll">\n<table>',
            _head(audit.rubric),
            f"<tbody>{''.join(map(_row, audit.graded))}</tbody>",
            "</table>\n</div>\n</body>\n</html>\n",
        ]
    )


def _list(title: str, lines: Iterable[str]) -> list[str]:
    entries = "".join(f"<li><pre>{escape(line)}</pre></li>" for line in lines)
    return [f"<h2>{title}</h2>\n<ul>{entries}</ul>"] if entries else []


def _head(rubric: Rubric) -> str:
    columns = "".join(
        f"<th{_stage(item.number)}>{item.number} {escape(item.name)}</th>" for item in rubric.items
    )
    return f"<thead><tr><th></th>{columns}<th>named</th></tr></thead>"


def _row(graded: Graded) -> str:
    cells = "".join(_cell(graded, result) for result in graded.report.results.values())
    named = escape(graded.named)
    return f"<tr><th>{escape(graded.subject.name)}</th>{cells}<td>{named}</td></tr>\n"


def _cell(graded: Graded, result: ItemResult) -> str:
    item, lost = result.item, result.item.points - result.score
    surprised = item.name in graded.items
    kinds = [result.status.replace(" ", "-")]
    kinds += ["stage"] if _first_of_stage(item.number) else []
    kinds += ["surprise"] if surprised else []
    symbol = text.MARKS[result.status] + (str(lost) if lost else "")
    about = f"{graded.subject.name}: {item.number} {item.name} is {result.status}, -{lost}"
    quiet = result.status == "passed" and not surprised
    title = "" if quiet else f' title="{escape(about)}"'
    return f'<td class="{" ".join(kinds)}"{title}>{symbol}</td>'


def _stage(number: str) -> str:
    return ' class="stage"' if _first_of_stage(number) else ""


def _first_of_stage(number: str) -> bool:
    return number.endswith(".1")
