"""The conceptual key is right: its formulas, its length, its points, and what it points to."""

from __future__ import annotations

import re
import textwrap

import numpy as np
import pytest
import sympy as sp

from autograder import reference as solution
from autograder.homework import catalogue
from autograder.truth import differences
from reference.conceptual import claims
from tests.conceptual_measures import MEASURED, SCALES, Reference, classifier, first_steps
from tests.conceptual_proofs import PROOFS, assert_proved
from tests.imported import imported
from tests.submissions import REFERENCE, ROOT

KEY = (REFERENCE / "conceptual" / "key.md").read_text(encoding="utf-8")
DISPLAYS = re.findall(r"\$\$(.+?)\$\$", KEY, re.DOTALL)
QUESTIONS = {
    title.split(":")[0]: text
    for title, text in re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", KEY, re.DOTALL | re.MULTILINE)
}
"""The text below each heading, by the name of the question."""


@pytest.fixture(scope="module", params=catalogue.names())
def reference(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    with imported(solution.assemble(catalogue.named(request.param), folder)) as modules:
        yield Reference(modules.beras)


# ---- formulas ----


def test_what_the_key_displays_are_the_claims_in_their_order():
    assert [" ".join(text.split()) for text in DISPLAYS] == list(claims.SHOWN.values())


@pytest.mark.parametrize("name", claims.CLAIMS)
def test_a_claim_follows_from_the_definitions(name):
    pairs = list(PROOFS[name]())
    assert pairs
    for truth, claimed in pairs:
        assert_proved(truth, claimed)


@pytest.mark.parametrize("name", claims.CLAIMS)
def test_a_claim_agrees_with_the_reference(reference, name):
    for seed in range(3):
        pairs = list(MEASURED[name](reference, np.random.default_rng(seed)))
        assert pairs
        for got, claimed in pairs:
            for member in claimed if isinstance(claimed, tuple) else (claimed,):
                np.testing.assert_allclose(np.asarray(got), member, rtol=1e-8, atol=1e-11)


def test_a_member_that_is_wrong_is_found():
    x = sp.Symbol("x")
    assert_proved(2 * x, (x + x, 2 * x))
    with pytest.raises(AssertionError):
        assert_proved(2 * x, (x + x, x**2))


# ---- what the answers say in words ----


def test_squares_give_a_confident_mistake_no_gradient_and_cross_entropy_does(reference):
    z, y = np.array([[-20.0, 0.0, 5.0]]), np.array([[1.0, 0.0, 0.0]])
    _, of_squares = reference.by_logits(reference.squares, z, y)
    _, of_cross_entropy = reference.by_logits(reference.cross_entropy, z, y)
    assert abs(of_squares[0, 0]) < 1e-9
    assert of_cross_entropy[0, 0] == pytest.approx(-1)
    p = sp.Symbol("p")
    assert sp.limit(claims.slope_of_squares(p), p, 0) == 0
    assert sp.limit(claims.slope_of_cross_entropy(p), p, 0) == -1


def test_below_the_clip_cross_entropy_fades_too(reference):
    z, y = np.array([[-40.0, 0.0]]), np.array([[1.0, 0.0]])
    assert abs(reference.by_logits(reference.cross_entropy, z, y)[1][0, 0]) < 1e-4


def test_the_gradient_is_all_partial_derivatives(reference):
    layer, _, _, loss = classifier(reference, np.random.default_rng(5), rows=4)

    def loss_at(w):
        layer.w.assign(w)
        return float(loss())

    start = np.array(layer.w)
    partials, error = differences.gradient(loss_at, start, stacked=False)
    layer.w.assign(start)
    (gradient,) = reference.gradients(loss, [layer.w])
    np.testing.assert_allclose(gradient, partials, atol=error + 1e-9)


def test_a_step_against_the_gradient_lowers_the_loss_and_one_along_it_raises_it(reference):
    for seed in range(5):
        layer, _, _, loss = classifier(reference, np.random.default_rng(seed), rows=4)
        (gradient,) = reference.gradients(loss, [layer.w])
        start, before = np.array(layer.w), float(loss())
        layer.w.assign(start - 1e-3 * gradient)
        assert float(loss()) < before
        layer.w.assign(start + 1e-3 * gradient)
        assert float(loss()) > before


def test_a_weight_that_is_left_out_ends_descent_too_early(reference):
    layer, _, _, loss = classifier(reference, np.random.default_rng(1), rows=6)
    chosen = np.zeros(layer.w.shape)
    chosen[0, 0] = 1
    for _ in range(400):
        (gradient,) = reference.gradients(loss, [layer.w])
        layer.w.assign(np.asarray(layer.w) - 0.5 * chosen * gradient)
    (gradient,) = reference.gradients(loss, [layer.w])
    assert abs(gradient[0, 0]) < 1e-3  # descent has come to its end
    assert np.abs(gradient).max() > 0.05  # and the loss could still fall


def test_a_narrow_middle_layer_throws_information_away():
    random = np.random.default_rng(0)
    W_1, W_2 = random.normal(size=(2, 6)), random.normal(size=(5, 2))
    W, _ = claims.one_map(W_1, np.zeros((2, 1)), W_2, np.zeros((5, 1)))
    assert np.linalg.matrix_rank(W) == 2


@pytest.mark.parametrize("optimizer", ["Adam", "RMSProp"])
def test_adaptive_first_steps_do_not_follow_the_scale_of_the_gradient(reference, optimizer):
    steps = first_steps(reference, np.random.default_rng(2), optimizer)
    lengths = np.array([np.abs(step) for _, step in steps])
    np.testing.assert_allclose(lengths, np.broadcast_to(lengths[-1], lengths.shape), rtol=0.03)


def test_first_steps_of_gradient_descent_do(reference):
    steps = first_steps(reference, np.random.default_rng(2), "BasicOptimizer")
    lengths = [np.abs(step) / scale for scale, (_, step) in zip(SCALES, steps, strict=True)]
    np.testing.assert_allclose(lengths, np.broadcast_to(lengths[0], np.shape(lengths)))


# ---- the text ----

SENTENCES = {
    "Problem 2 (a)": (3, 5),
    "Problem 2 (b)": (3, 5),
    "Problem 3.1": (2, 4),
    "Problem 3.2": (2, 4),
    "Problem 3.3": (1, 3),
    "Problem 4 (c)": (3, 5),
    "Problem 5 (a)": (2, 3),
    "Problem 5 (b)": (3, 4),
    "Bonus Problem 3": (3, 5),
}
"""How many sentences a question asks for."""


def sentences(answer):
    """How many there are; a formula on its own line ends one where a capital letter follows."""
    plain = re.sub(r"\$\$.+?\$\$\s*(?=[A-Z])", "FORMULA. ", answer, flags=re.DOTALL)
    plain = re.sub(r"\$.+?\$|`.+?`", "x", plain.replace("$$", "$"), flags=re.DOTALL)
    return len(re.findall(r"[.?!](?=\s|$)", plain))


def test_sentences_are_counted():
    assert sentences("One, $a. b$, and `x. y`. Two:\n\n$$\na. b\n$$\n\nThree is 0.5?") == 3
    assert sentences("One:\n\n$$\na\n$$\n\nand goes on.") == 1


@pytest.mark.parametrize("question", SENTENCES)
def test_an_answer_is_as_long_as_its_question_asks(question):
    answer = re.search(r"### Answer\n(.+?)### Grading", QUESTIONS[question], re.DOTALL)[1]
    least, most = SENTENCES[question]
    assert least <= sentences(answer) <= most, sentences(answer)


@pytest.mark.parametrize("question", QUESTIONS)
def test_points_add_up_and_wrong_answers_are_explained(question):
    guide = QUESTIONS[question].partition("### Grading")[2]
    *points, total = map(int, re.findall(r"^\| \**(\d+)\** \|", guide, re.MULTILINE))
    assert sum(points) == total
    wrong = guide.partition("| typical wrong answer | what it shows |\n|---|---|\n")[2]
    assert len(re.findall(r"^\| \S.+ \| \S.+ \|$", wrong, re.MULTILINE)) >= 2


def test_the_document_shows_a_claim_as_it_is():
    document = (ROOT / "docs" / "conceptual.md").read_text(encoding="utf-8")
    sample = re.search(r"^    @shown.*\n(    .*\n)+", document, re.MULTILINE)[0]
    source = (REFERENCE / "conceptual" / "claims.py").read_text(encoding="utf-8")
    assert textwrap.dedent(sample) in source
