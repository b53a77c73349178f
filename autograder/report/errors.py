"""What to do about an exception that says too little: one sentence, or none."""

from __future__ import annotations

import re
import sys

import numpy as np

from autograder.raised import Raised
from autograder.shown import code

IN_PLACE_OF = {
    **{"product": "np.prod", "cumproduct": "np.cumprod", "sometrue": "np.any"},
    **{"alltrue": "np.all", "Inf": "np.inf", "Infinity": "np.inf", "infty": "np.inf"},
    **{"PINF": "np.inf", "NINF": "-np.inf", "NaN": "np.nan", "NAN": "np.nan"},
    **{"float": "float", "int": "int", "bool": "bool", "object": "object", "str": "str"},
    **{"long": "int", "unicode": "str", "complex": "complex", "bool8": "np.bool_"},
    **{"float_": "np.float64", "complex_": "np.complex128", "unicode_": "np.str_"},
    **{"string_": "np.bytes_", "row_stack": "np.vstack", "in1d": "np.isin"},
    **{"trapz": "np.trapezoid", "mat": "np.asmatrix", "round_": "np.round", "msort": "np.sort"},
    **{"asfarray": "np.asarray(..., dtype=float)", "find_common_type": "np.result_type"},
}
"""Names that NumPy had once, and what to write today."""

_NUMPY_NAME = re.compile(
    r"module 'numpy' has no attribute '(\w+)'|`np\.(\w+)` was removed"
    r"|cannot import name '(\w+)' from 'numpy'",
)

NEWER_SYNTAX = {
    (3, 11): (r"^\s*except\s*\*", "`except*`"),
    (3, 12): (r"^\s*type\s+\w+\s*[=\[]|^\s*(def|class)\s+\w+\[", "types with parameters"),
    (3, 14): (r"""\bt(r|R)?["']""", "template strings"),
}
"""What a line may hold, by the version of Python that came with it."""

_ABSTRACT = re.compile(
    r"Can't instantiate abstract class (\w+) with(?:out an implementation for)? "
    r"abstract methods? ([\w', ]+)"
)


def advice(raised: Raised | None, version: tuple[int, ...] = sys.version_info[:2]) -> str:
    """What to do about it, where that is known; `version` is the Python that ran."""
    if raised is None:
        return ""
    if raised.base == "SyntaxError":
        return _of_syntax(raised, version)
    if numpy_name := _NUMPY_NAME.match(raised.message):
        return _of_numpy(next(filter(None, numpy_name.groups())))
    if raised.type_name == "BdbQuit":
        return (
            "A `breakpoint()` or `pdb.set_trace()` is left in the code: remove it, because "
            "nobody can answer a debugger here."
        )
    if raised.base == "EOFError" and "reading a line" in raised.message:
        return "`input()` waits for a person, and there is none here: remove it."
    if abstract := _ABSTRACT.fullmatch(raised.message):
        made, lacking = (code(names.replace("'", "")) for names in abstract.groups())
        return (
            f"Python cannot create {made} because it lacks {lacking}: write it, under exactly this "
            "name."
        )
    return ""


def _of_numpy(name: str) -> str:
    lacking = f"This ran with NumPy {np.__version__}, which has no {code(f'np.{name}')}"
    return f"{lacking}: write `{IN_PLACE_OF[name]}`." if name in IN_PLACE_OF else f"{lacking}."


def _of_syntax(raised: Raised, version: tuple[int, ...]) -> str:
    if "???" in raised.source:
        return "The placeholder `???` is still there: write your code in its place."
    ran = f"This ran with Python {'.'.join(map(str, version))}"
    if version < (3, 12) and raised.message.startswith("f-string"):
        return f"{ran}: before 3.12, an f-string cannot hold its own quotes or a backslash in {{}}."
    if version < (3, 14) and "multiple exception types must be parenthesized" in raised.message:
        return f"{ran}: before 3.14, write `except (A, B):`, with parentheses."
    for newer, (pattern, what) in NEWER_SYNTAX.items():
        if version < newer and re.search(pattern, raised.source):
            return f"{ran}, which does not know {what} yet: they came with {newer[0]}.{newer[1]}."
    return ""
