"""Stripping: what becomes of marked regions, what stays as it is, and which marks are wrong."""

from __future__ import annotations

import ast
import re
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.template.linter import tidied
from autograder.template.stubs import MarkError, regions, strip
from tests.submissions import ROOT

NUMBERS = {"Dense.forward": "2.1", "Weighted.trainable": "1.5", "GradientTape opens": "5.4"}
TAPE = "# BEGIN SOLUTION: GradientTape opens"


def stripped(source, where="reference/beras/layers.py"):
    return strip(textwrap.dedent(source), where, NUMBERS)


def same(source, expected, where="reference/beras/layers.py"):
    assert stripped(source, where) == textwrap.dedent(expected)


def refused(source, line, words, where="layers.py"):
    """The source is refused, with its file, the line, and these words in a sentence."""
    with pytest.raises(MarkError, match=re.escape(words)) as caught:
        stripped(source, where)
    assert str(caught.value).startswith(f"{where}:{line}: ")
    assert str(caught.value).endswith(".")


# ---- solutions ----


def test_a_solution_becomes_a_stub_and_the_rest_stays_byte_for_byte():
    same(
        '''\
        """Layers: é, 日本."""
        class Dense( object ):
            @decorated( 1 )   # odd spacing
            def forward(self, x , *, y = 2)  ->  "T":
                """Map x."""
                # given

                # BEGIN SOLUTION
                z = x  # secret
                return z
                # END SOLUTION

            def   other( self ):   return {  1:2 }
        ''',
        '''\
        """Layers: é, 日本."""
        class Dense( object ):
            @decorated( 1 )   # odd spacing
            def forward(self, x , *, y = 2)  ->  "T":
                """Map x."""
                # given

                raise NotImplementedError("Dense.forward: roadmap 2.1")

            def   other( self ):   return {  1:2 }
        ''',
    )


def test_hints_directly_after_the_mark_stay():
    same(
        """\
        class Dense:
            def forward(self):
                # BEGIN SOLUTION
                # HINT: one matrix product
                # HINT: and a sum
                # secret
                # HINT: too late
                return 1
                # END SOLUTION
        """,
        """\
        class Dense:
            def forward(self):
                # HINT: one matrix product
                # HINT: and a sum
                raise NotImplementedError("Dense.forward: roadmap 2.1")
        """,
    )


def body(region, around="def forward(self):", owner="class Dense:"):
    lines = ["# BEGIN SOLUTION", *region, "# END SOLUTION"]
    return "\n".join([owner, f"    {around}", *(f"        {line}" for line in lines), ""])


@pytest.mark.parametrize("around", ["async def forward(self):", "def forward(self) -> None:"])
def test_async_and_annotated_functions_have_stubs(around):
    text = stripped(body(["return 1"], around))
    assert text.splitlines()[1:] == [
        f"    {around}",
        '        raise NotImplementedError("Dense.forward: roadmap 2.1")',
    ]


def test_an_explicit_item_names_the_number_and_beats_the_qualified_name():
    source = body(["return 1"]).replace("# BEGIN SOLUTION", TAPE)
    assert '"Dense.forward: roadmap 5.4"' in stripped(source)
    source = source.replace("forward", "__enter__")
    assert '"Dense.__enter__: roadmap 5.4"' in stripped(source)


def test_a_function_of_a_module_is_named_with_the_modules_stem():
    source = "def get_model():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n"
    text = strip(source, "reference/assignment.py", {"assignment.get_model": "9.1"})
    assert '"assignment.get_model: roadmap 9.1"' in text
    text = strip(source, "reference/beras/core.py", {"core.get_model": "1.1"})
    assert '"core.get_model: roadmap 1.1"' in text


def test_a_nested_function_is_named_with_all_that_encloses_it():
    same(
        f"""\
        class Dense:
            def forward(self):
                def inner():
                    {TAPE}
                    return 1
                    # END SOLUTION
                return inner
        """,
        """\
        class Dense:
            def forward(self):
                def inner():
                    raise NotImplementedError("Dense.forward.inner: roadmap 5.4")
                return inner
        """,
    )


def test_a_property_and_its_setter_have_the_same_name():
    text = stripped(
        """\
        class Weighted:
            @property
            def trainable(self):
                # BEGIN SOLUTION
                return 1
                # END SOLUTION

            @trainable.setter
            def trainable(self, value):
                # BEGIN SOLUTION
                self.value = value
                # END SOLUTION
        """
    )
    assert text.count('raise NotImplementedError("Weighted.trainable: roadmap 1.5")') == 2
    assert "@trainable.setter\n    def trainable(self, value):\n        raise" in text


def test_regions_stand_in_any_block_and_more_than_once_in_a_function():
    raised = 'raise NotImplementedError("Dense.forward: roadmap 2.1")'
    source = textwrap.dedent(
        """\
        class Dense:
            def forward(self, x):
                if x:
                    REGION
                elif x.a:
                    REGION
                else:
                    REGION
                with x:
                    REGION
                for y in x:
                    REGION
                try:
                    REGION
                except x.E:
                    REGION
                finally:
                    REGION
                match x:
                    case 1:
                        REGION
                REGION
        """
    )
    solution = r"\1# BEGIN SOLUTION\n\1x.solve()\n\1# END SOLUTION"
    marked = re.sub(r"( +)REGION", solution, source)
    assert marked.count("solve") == 10
    assert stripped(marked) == source.replace("REGION", raised)


def test_a_region_at_the_end_of_a_block_keeps_the_comments_after_it():
    same(
        """\
        class Dense:
            def forward(self):
                # BEGIN SOLUTION
                if self:
                    return 1
                    # in the inner block
                # END SOLUTION
                # stays with the method

            # stays with the class
        # stays with the module
        x = 1
        """,
        """\
        class Dense:
            def forward(self):
                raise NotImplementedError("Dense.forward: roadmap 2.1")
                # stays with the method

            # stays with the class
        # stays with the module
        x = 1
        """,
    )


def test_windows_newlines_and_a_missing_last_one_are_kept():
    source = body(["x = 1", "return x"]) + "\n# é\nx = 1\n"
    windows = source.replace("\n", "\r\n")
    assert stripped(windows) == stripped(source).replace("\n", "\r\n")
    assert stripped(body(["return 1"]).rstrip()) == stripped(body(["return 1"])).rstrip()


def test_characters_that_only_some_call_newlines_do_not_shift_lines():
    same(
        "x = 'a\x0cb\u2028c'\nclass Dense:\n    def forward(self):\n"
        "        # BEGIN SOLUTION\n        return 1\n        # END SOLUTION\n",
        "x = 'a\x0cb\u2028c'\nclass Dense:\n    def forward(self):\n"
        '        raise NotImplementedError("Dense.forward: roadmap 2.1")\n',
    )


def test_a_mark_inside_a_string_is_text():
    source = 'TEXT = """\n# BEGIN SOLUTION\n# END STAFF\n# BEGIN SOLUTON\n"""  # the END of it\n'
    assert stripped(source) == source


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=50, deadline=None)
def test_a_source_without_marks_is_unchanged(text, newline):
    source = newline.join(["import os", f"x = {text!r}", "y = [", "  x ]  # é", "", ""])
    assert strip(source, "x.py", {}) == source


# ---- staff regions ----


STAFF_EVERYWHERE = '''\
"""Module."""

# BEGIN STAFF
SECRET = 1
# END STAFF


class Dense:
    """A class."""

    # BEGIN STAFF
    class Inner:
        pass

    @decorated
    def _help(self):
        pass
    # END STAFF

    def forward(self):
        a = 1
        # BEGIN STAFF
        print(2)
        # END STAFF
        return a

    # BEGIN STAFF
    def last(self):
        pass
    # END STAFF


# BEGIN STAFF
@decorated
def helper():
    pass
# END STAFF
'''


def test_a_staff_region_vanishes_at_any_level():
    text = stripped(STAFF_EVERYWHERE)
    assert "STAFF" not in text
    assert [line.strip() for line in text.splitlines() if line.strip()] == [
        *('"""Module."""', "class Dense:", '"""A class."""'),
        *("def forward(self):", "a = 1", "return a"),
    ]


@pytest.mark.parametrize(
    "header", ["def f():", "class A:", "if x:", "try:\n    pass\nfinally:", "async def f():"]
)
def test_a_body_that_would_be_empty_is_refused(header):
    source = f"{header}\n    # BEGIN STAFF\n    y = 1\n    # END STAFF\n"
    line = source.count("\n", 0, source.index("y = 1")) + 1
    refused(source, line, "nothing would be left of the body")


def test_a_whole_statement_with_its_body_may_go():
    region = "# BEGIN STAFF\nif x:\n    y = 2\n# END STAFF\n"
    same(f"x = 1\n{region}", "x = 1\n")
    same(region, "")


# ---- what nothing uses any more ----


def tidy(source, where="reference/beras/layers.py"):
    return tidied(stripped(source, where), where, ROOT)


MANY_IMPORTS = '''\
"""Module."""

import inspect
import os.path

import numpy as np
from abc import ABC, abstractmethod
from z import aa, bb, cc as dd

from .core import as_float


class Dense(ABC):
    def forward(self, x: dd):
        import json

        # BEGIN SOLUTION
        inspect(os.path, as_float, abstractmethod, aa, json.dumps)
        return np
        # END SOLUTION

    def given(self):
        return np.array([bb])
'''


def test_imports_that_only_the_solution_used_go_whole_or_by_name():
    text = tidy(MANY_IMPORTS)
    assert text == textwrap.dedent(
        '''\
        """Module."""

        import numpy as np
        from abc import ABC
        from z import bb, cc as dd


        class Dense(ABC):
            def forward(self, x: dd):

                raise NotImplementedError("Dense.forward: roadmap 2.1")

            def given(self):
                return np.array([bb])
        '''
    )


def test_what_a_staff_region_used_goes_too():
    assert tidy("import os\n\nx = 1\n# BEGIN STAFF\nos.x()\n# END STAFF\n") == "x = 1\n"


def test_exported_names_and_those_of_a_package_stay():
    solution = body(["return one, two"])
    source = f"from .a import one, two\n\n__all__ = ['one']\n\n\n{solution}"
    assert tidy(source).startswith("from .a import one\n\n__all__")
    assert tidy(source, "reference/beras/__init__.py").startswith("from .a import one, two\n")


def test_keep_holds_an_import_and_goes_itself():
    imports = "import os  # KEEP\nimport c\nfrom a import b, d  # KEEP\n\n\n"
    text = tidy(imports + body(["return os, b, c, d"]))
    assert text.startswith("import os\nfrom a import b, d\n\n\nclass Dense:")
    assert stripped("x = 1\n# BEGIN STAFF\nimport os  # KEEP\n# END STAFF\n") == "x = 1\n"
    refused("x = 1  # KEEP\n", 1, "# KEEP must stand right behind an import")
    refused("from a import (\n    b,\n)  # KEEP\n", 3, "right behind an import of one line")


def test_gaps_close_where_regions_went():
    assert tidy(STAFF_EVERYWHERE) == textwrap.dedent(
        '''\
        """Module."""


        class Dense:
            """A class."""

            def forward(self):
                a = 1
                return a
        '''
    )


def test_a_local_name_that_only_the_solution_read_is_the_linters_to_name():
    source = body(["return y"]).replace("        # BEGIN", "        y = self.x\n        # BEGIN")
    assert "y = self.x\n        raise" in tidy(source)


# ---- marks that cannot be followed ----

IN_FUNCTION = "class Dense:\n    def forward(self):\n"


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["# BEGIN SOLUTION", "x = 1"], 3, "has no end"),
        (["x = 1", "# END STAFF"], 4, "no STAFF region was begun"),
        (["# BEGIN STAFF", "# BEGIN SOLUTION", "x = 1", "# END SOLUTION", "# END STAFF"], 4,
         "begins inside the one of line 3"),
        (["# BEGIN STAFF", "x = 1", "# END SOLUTION"], 5, "must end with its own word"),
        (["# BEGIN SOLUTION", "x = 1", "# END STAFF"], 5, "must end with its own word"),
        (["# BEGIN STAFF", "if x:", "    # END STAFF", "    x = 1"], 5, "ends in another block"),
        (["if x:", "    # BEGIN STAFF", "    x = 1", "# END STAFF", "x = 2"], 6,
         "ends in another block"),
        (["if x:", "    # BEGIN STAFF", "    x = 1", "else:", "    # END STAFF", "    x = 1"], 4,
         "cuts a statement"),
        (["# BEGIN STAFF", "@x", "# END STAFF", "def f(): pass"], 3, "cuts a statement"),
        (["@x", "# BEGIN STAFF", "@y", "# END STAFF", "def f(): pass"], 4, "cuts a statement"),
        (["x = [", "    # BEGIN STAFF", "    1,", "    # END STAFF", "]"], 4,
         "inside an expression"),
        (["x = (1 +", "# BEGIN STAFF", "    1)"], 4, "inside an expression"),
        (["def f(", "    # BEGIN STAFF", "    a,", "    # END STAFF", "): pass"], 4,
         "inside an expression"),
        (["x = 1  # BEGIN STAFF", "y = 1", "# END STAFF"], 3, "on a line of its own"),
        (["# BEGIN STAFF", "x = 1  # END STAFF"], 4, "on a line of its own"),
        (["if x:  # BEGIN STAFF", "    y = 1"], 3, "on a line of its own"),
        (["# BEGIN STAFF", "# nothing", "# END STAFF", "x = 1"], 3, "holds no statement"),
        (["x = 1", "    # BEGIN STAFF", "y = 1", "    # END STAFF"], 4, "must be indented"),
        (["# BEGIN SOLUTION: Dense forward", "x = 1", "# END SOLUTION"], 3,
         '"Dense forward" is no item'),
        *((["x = 1", wrong], 4, f"{wrong!r} is no mark") for wrong in (
            "# BEGIN SOLUTON", "# END SOLUTIONS", "# BEGIN", "# END", "#BEGIN SOLUTION",
            "#  END SOLUTION", "## BEGIN STAFF", "# BEGIN SOLUTION:", "# BEGIN SOLUTION ITEM",
            "# END SOLUTION: Dense.forward", "# BEGIN STAFF: x", "# BEGIN: x")),
    ],
)  # fmt: skip
def test_a_wrong_mark_is_refused_with_its_line(lines, line, words):
    source = IN_FUNCTION + "".join(f"        {text}\n" for text in lines)
    refused(source, line, words)


def test_a_solution_outside_of_functions_is_refused():
    region = "# BEGIN SOLUTION: GradientTape opens\n{0}x = 1\n{0}# END SOLUTION\n"
    refused(region.format(""), 1, "must stand inside a function")
    refused("class Dense:\n    " + region.format("    "), 2, "must stand inside a function")


def test_a_solution_of_no_known_item_is_refused():
    source = body(["return 1"], "def unknown(self):")
    refused(source, 3, '"Dense.unknown" is no item of the rubric')


def test_what_is_no_python_is_refused():
    refused("# END STAFF\ny = = 1\n", 2, "no Python")


def test_other_comments_are_no_marks():
    source = "# begin solution\n# BEGINNING\n# ENDS\n# The END\nx = 1  # BEGINS\n"
    assert stripped(source) == source


def test_regions_tell_their_lines_and_code():
    found = regions(body(["# HINT: x", "", "if self:", "    return 1"]), "layers.py")
    assert [(r.staff, r.span, r.owner, r.code) for r in found] == [
        (False, (3, 8), "Dense.forward", ("if self:", "return 1"))
    ]


def test_what_is_stripped_still_parses():
    source = body(["x = 1", "return x"])
    assert ast.unparse(ast.parse(stripped(source))).count("raise") == 1
