"""A class as one page that needs no other file and no network: charts, causes, matrix, reports.

Names and messages are a stranger's text. jinja2 escapes all of them, Markdown is rendered without
HTML or links, and a policy in the page lets no script run but its own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

HERE = Path(__file__).parent


def render(template: str, script: str, fields: Mapping[str, Any]) -> str:
    """The page that `template` makes of the fields, with the file `script`, if any, as its one."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    code = _read(script) if script else ""
    page = environment.get_template(template)
    own = {"style": Markup(_read("style.css")), "script": Markup(code), "allowed": _hash(code)}
    return page.render(own | dict(fields))


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """The digest by which a browser knows the one script that it may run."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
