"""The picture of a student's stack: right work has nothing in red, a mistake its own place."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from autograder import reference, svg
from autograder.homework import stack
from autograder.homework.backward.project import PROJECT as BACKWARD
from tests.imported import imported, with_class
from tests.submissions import REFERENCE


@pytest.fixture(scope="module")
def beras():
    with imported(REFERENCE) as modules:
        yield modules.beras


def drawn(beras, name="", **methods):
    """Picture and red sentences, with some methods of one class written anew."""
    package = with_class(beras, name, **methods) if name else with_class(beras, "ReLU")
    package.has = lambda name: hasattr(package, name)
    return stack.picture(package)


def test_right_layers_have_nothing_in_red(beras):
    picture, wrong = drawn(beras)
    assert wrong == []
    assert svg.WRONG not in picture.replace(f'fill="{svg.WRONG}"/></marker>', "")
    texts = [text.text for text in ElementTree.fromstring(picture).iter() if text.text]
    for words in ("Dense", "Softmax", "CategoricalCrossEntropy", "(5, 4)", "local (5, 2, 2)"):
        assert words in texts


def test_the_other_edition_is_drawn_as_well(tmp_path):
    reference.assemble(BACKWARD, tmp_path / "whole")
    with imported(tmp_path / "whole") as modules:
        picture, wrong = drawn(modules.beras)
        _, lost = drawn(modules.beras, "Softmax", backward=lambda self, grad=None: None)
    assert wrong == []
    assert "Linear" in picture
    assert "loss.backward gives nothing for weight 0, (4, 3)" in lost


def to_do(self, x):
    raise NotImplementedError


def test_where_forward_ends_the_layers_before_are_right_all_the_same(beras):
    picture, wrong = drawn(beras, "ReLU", forward=to_do)
    assert [line for line in wrong if "Dense" in line] == []
    assert "forward ends here: NotImplementedError" in picture


def copies(self, x):
    self.inputs = [np.array(x)]
    return np.maximum(np.asarray(x), 0)


MISTAKES = {
    "a shape": (
        "ReLU",
        {"compose_input_gradients": lambda self, J=None: [np.ones((3, 3))]},
        "ReLU: gradient (3, 3): must be (5, 3)",
    ),
    "a value": (
        "Softmax",
        {"compose_input_gradients": lambda self, J=None: [2 * np.asarray(J[0])]},
        "Softmax: gradient (5, 2): wrong values",
    ),
    "what raises": (
        "ReLU",
        {"get_input_gradients": lambda self: 1 / 0},
        "ReLU: local: ZeroDivisionError: division by zero",
    ),
    "a weight": (
        "Dense",
        {
            "compose_weight_gradients": lambda self, J=None: [
                np.ones((2, 2)),
                np.asarray(J[0]).sum(0),
            ]
        },
        "Dense: d weight 0 (2, 2): must be (4, 3)",
    ),
    "a copy": ("ReLU", {"forward": copies}, "2. ReLU: self.inputs holds another object"),
    "a forward": ("Softmax", {"forward": lambda self, x: 1 / 0}, "forward ends here: ZeroDivision"),
    "a tape": (
        "GradientTape",
        {"gradient": lambda self, target, sources: [None for _ in sources]},
        "tape.gradient gives nothing for weight 0, (4, 3)",
    ),
}


@pytest.mark.parametrize(("name", "methods", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_red_in_its_place(beras, name, methods, sentence):
    picture, wrong = drawn(beras, name, **methods)
    assert any(line.startswith(sentence) for line in wrong), wrong
    assert svg.WRONG in picture.replace(f'fill="{svg.WRONG}"/></marker>', "")


def test_a_right_layer_is_not_red_for_another_ones_mistake(beras):
    _, wrong = drawn(beras, "Softmax", compose_input_gradients=lambda self, J=None: [np.ones(7)])
    assert [line.partition(":")[0] for line in wrong if "tape" not in line] == ["Softmax"]


def test_text_of_the_students_is_no_markup():
    picture = svg.drawing(
        "<b>", [svg.Step("&", [svg.Text("<i>", wrong=True)])], [svg.Text("</svg>")]
    )
    assert "<b>" not in picture
    ElementTree.fromstring(picture)
