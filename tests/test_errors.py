"""What to do about an exception, in one sentence."""

from __future__ import annotations

import operator

import pytest

from autograder.homework import mistakes
from autograder.homework.backward import mistakes as backward_mistakes
from autograder.raised import Frame, Raised
from autograder.report import errors

NO_LOSS = "backward without a gradient starts from a loss, one number; this has shape (5, 3)"
IN_GRADIENT = (Frame("beras/activations.py", 9, "get_input_gradients"),)


def syntax(source, message="invalid syntax (a.py, line 1)"):
    return Raised("SyntaxError", "SyntaxError", message, source=source)


KNOWN = {
    "a placeholder": (syntax("    x = ???"), "The placeholder `???`"),
    "groups of exceptions": (syntax("except* ValueError:"), "`except*`"),
    "type parameters": (syntax("def f[T](x): ..."), "came with 3.12"),
    "a type": (syntax("type Pair = tuple"), "came with 3.12"),
    "quotes": (syntax('f"{a["b"]}"', "f-string: expecting '}'"), "before 3.12"),
    "a name that is gone": (
        Raised(message="module 'numpy' has no attribute 'product'"),
        "write `np.prod`",
    ),
    "a name that NumPy explains": (
        Raised(message="`np.Inf` was removed in the NumPy 2.0 release. Use `np.inf` instead."),
        "write `np.inf`",
    ),
    "a name that never was": (
        Raised(message="module 'numpy' has no attribute 'softmax'"),
        "which has no `np.softmax`.",
    ),
    "a debugger": (Raised("BdbQuit", "Exception"), "remove it"),
    "a question": (Raised("EOFError", "EOFError", "EOF when reading a line"), "remove it"),
    "a missing method": (
        Raised(message="Can't instantiate abstract class Dense with abstract method forward"),
        "create `Dense` because it lacks `forward`",
    ),
}


@pytest.mark.parametrize(("raised", "part"), KNOWN.values(), ids=KNOWN)
def test_what_to_do_is_said(raised, part):
    assert part in errors.advice(raised, version=(3, 10))


@pytest.mark.parametrize("source", ["x = = 1", "def f(x)", "typed = 1 +", "except ValueError"])
def test_a_mistake_in_any_python_is_not_blamed_on_an_old_one(source):
    assert errors.advice(syntax(source), version=(3, 10)) == ""


def test_what_a_submission_wrote_into_a_message_is_no_advice():
    begin = "Can't instantiate abstract class Dense with abstract method"
    for end in ("<img src=x>", "forward **100 of 100 points**", "forward\n# 100", "a`b`"):
        assert errors.advice(Raised("TypeError", "TypeError", f"{begin} {end}")) == ""


def test_a_new_python_is_not_called_old():
    assert errors.advice(syntax("type Pair = tuple"), version=(3, 13)) == ""


LISTS = (
    lambda: [1] * 2.0,
    lambda: [1] - 1,
    lambda: -[1],
    lambda: [1] > 0,
    lambda: [1] ** 2,
    lambda: [1].shape,
    lambda: operator.getitem([1], (0, 1)),
)


@pytest.mark.parametrize("use", LISTS)
def test_a_list_used_as_an_array_is_recognised_in_a_gradient_method_alone(use):
    with pytest.raises((TypeError, AttributeError)) as caught:
        use()
    facts = (type(caught.value).__name__,) * 2
    known = Raised(*facts, str(caught.value), IN_GRADIENT)
    assert mistakes.explain(known).name == "list-as-array"
    assert mistakes.explain(Raised(*facts, str(caught.value))) is None


@pytest.mark.parametrize("kind", [mistakes, backward_mistakes])
def test_a_method_called_without_its_object_is_recognised(kind):
    text = "name 'compose_weight_gradients' is not defined"
    assert kind.explain(Raised("NameError", "NameError", text)).name == "self-forgotten"
    assert kind.explain(Raised("NameError", "NameError", "name 'xs' is not defined")) is None


def lacking(owner, name):
    text = f"'{owner}' object has no attribute '{name}'"
    return Raised("AttributeError", "AttributeError", text)


def test_a_name_of_the_other_edition_is_recognised_but_not_what_an_optimizer_keeps():
    assert mistakes.explain(lacking("Dense", "parameters")).fact.endswith("called `weights`")
    found = backward_mistakes.explain(lacking("Linear", "weights"))
    assert found.fact.endswith("called `parameters`")
    assert mistakes.explain(lacking("Adam", "parameters")) is None
    assert backward_mistakes.explain(lacking("RMSProp", "weights")) is None


def in_functions(message, *functions, base="TypeError"):
    frames = tuple(Frame("beras/core.py", 1, name) for name in functions)
    return Raised(base, base, message, frames)


def test_what_a_gradient_on_its_way_back_does_wrong_is_recognised():
    none = "unsupported operand type(s) for +: 'NoneType' and 'float'"
    model = "'Sequential' object is not iterable"
    for raised, name in (
        (in_functions(none, "backward"), "none-grad"),
        (in_functions(model, "__init__"), "no-list-of-parameters"),
        (in_functions("J is a list in a list", "backward"), "list-in-list"),
        (in_functions(NO_LOSS, "backward", "backward", base="RuntimeError"), "none-upstream"),
    ):
        assert backward_mistakes.explain(raised).name == name
    for raised in (in_functions(none, "forward"), in_functions(NO_LOSS, "fit", "backward")):
        assert backward_mistakes.explain(raised) is None


def test_an_id_that_the_tape_lacks_is_recognised():
    lacking = Raised("KeyError", "KeyError", "140235601518928")
    assert mistakes.explain(lacking).name == "not-recorded"
    assert mistakes.explain(Raised("KeyError", "KeyError", "3")) is None
