"""Each formula of the conceptual key against the definitions that it comes from, by algebra.

A proof yields pairs: what follows from the definitions, and what the claim says, which may be
several members that must all be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp

from reference.conceptual import claims

Proof = Callable[[], Iterator[tuple[Any, Any]]]
PROOFS: dict[str, Proof] = {}
CLASSES = (2, 3)


def proves(claim: Callable[..., Any]) -> Callable[[Proof], Proof]:
    def record(proof: Proof) -> Proof:
        PROOFS[claim.__name__] = proof
        return proof

    return record


def assert_proved(truth: Any, claimed: Any) -> None:
    for member in claimed if isinstance(claimed, tuple) else (claimed,):
        assert truth == member or _is_zero(truth - member), f"{truth} is not {member}"


def _is_zero(difference: Any) -> bool:
    if isinstance(difference, sp.MatrixBase):
        return all(map(_is_zero, difference))
    return sp.simplify(sp.expand_log(difference, force=True)) == 0


def softmax(z):
    total = sum(map(sp.exp, z))
    return [sp.exp(z_k) / total for z_k in z]


def logits(count):
    return sp.symbols(f"z:{count}", real=True)


def one_hot(c, count):
    return [int(k == c) for k in range(count)]


def matrix(name, rows, columns):
    return sp.Matrix(rows, columns, sp.symbols(f"{name}:{rows}:{columns}", real=True))


def derivative(value, of):
    """The derivative for each entry of the matrix `of`, in its shape."""
    return of.applyfunc(lambda entry: sp.diff(value, entry))


# ---- Problem 1 ----


@proves(claims.loss_of_a_label)
def _():
    for count in CLASSES:
        P = sp.symbols(f"P:{count}", positive=True)
        for c in range(count):
            yield -sp.log(P[c]), claims.loss_of_a_label(one_hot(c, count), P, c)


@proves(claims.slope_of_the_loss)
def _():
    P_c = sp.Symbol("P_c", positive=True)
    yield sp.diff(-sp.log(P_c), P_c), claims.slope_of_the_loss(P_c)


@proves(claims.probability)
def _():
    z = logits(3)
    exponentials = [sp.exp(z_k) for z_k in z]
    for c in range(3):
        truth = softmax(z)[c], sum(exponentials)
        yield from zip(truth, claims.probability(z, c), strict=True)
    yield 1, sum(claims.probability(z, c)[0] for c in range(3))


@proves(claims.quotient_rule)
def _():
    z = sp.Symbol("z")
    f, g = sp.Function("f")(z), sp.Function("g")(z)
    yield sp.diff(f / g, z), claims.quotient_rule(f, g, sp.diff(f, z), sp.diff(g, z))


@proves(claims.slope_of_softmax_by_its_own_logit)
def _():
    for count in CLASSES:
        z = logits(count)
        P, S = softmax(z), sum(map(sp.exp, z))
        for c in range(count):
            claimed = claims.slope_of_softmax_by_its_own_logit(z[c], S, P[c])
            yield sp.diff(P[c], z[c]), claimed


@proves(claims.slope_of_softmax_by_another_logit)
def _():
    z = logits(3)
    P, S = softmax(z), sum(map(sp.exp, z))
    for c, j in ((0, 1), (1, 0), (2, 1)):
        claimed = claims.slope_of_softmax_by_another_logit(z[c], z[j], S, P[c], P[j])
        yield sp.diff(P[c], z[j]), claimed


@proves(claims.slope_of_the_loss_by_the_logit_of_the_label)
def _():
    for count in CLASSES:
        z = logits(count)
        P_c = softmax(z)[0]
        claimed = claims.slope_of_the_loss_by_the_logit_of_the_label(P_c)
        yield sp.diff(-sp.log(P_c), z[0]), claimed


@proves(claims.slope_of_the_loss_by_another_logit)
def _():
    for count in CLASSES:
        z = logits(count)
        P = softmax(z)
        claimed = claims.slope_of_the_loss_by_another_logit(P[0], P[1])
        yield sp.diff(-sp.log(P[0]), z[1]), claimed


@proves(claims.slope_of_the_loss_by_a_logit)
def _():
    for count in CLASSES:
        z = logits(count)
        P, y = softmax(z), one_hot(0, count)
        for j in range(count):
            slope = sp.diff(-sp.log(P[0]), z[j])
            yield slope, claims.slope_of_the_loss_by_a_logit(P[j], y[j])


@proves(claims.logit)
def _():
    x, w, b = matrix("x", 1, 3), matrix("w", 3, 2), matrix("b", 1, 2)
    for j, z_j in enumerate(x * w + b):
        yield z_j, claims.logit(w.col(j), x, b[j])


@proves(claims.slope_of_the_logit)
def _():
    x, w, b = matrix("x", 1, 3), matrix("w", 3, 2), matrix("b", 1, 2)
    for j, z_j in enumerate(x * w + b):
        for i, x_i in enumerate(x):
            yield sp.diff(z_j, w[i, j]), claims.slope_of_the_logit(x_i)


def one_sample():
    """x, w, the probabilities and the loss of the label 1, for 2 features and 3 classes."""
    x, w, b = matrix("x", 1, 2), matrix("w", 2, 3), matrix("b", 1, 3)
    P = softmax(x * w + b)
    return x, w, P, -sp.log(P[1])


@proves(claims.gradient_of_a_weight)
def _():
    x, w, P, loss = one_sample()
    for j, y_j in enumerate(one_hot(1, 3)):
        for i, x_i in enumerate(x):
            yield sp.diff(loss, w[i, j]), claims.gradient_of_a_weight(P[j], y_j, x_i, j == 1)


@proves(claims.update_of_a_weight)
def _():
    alpha = sp.Symbol("alpha", positive=True)
    x, w, P, loss = one_sample()
    for j, y_j in enumerate(one_hot(1, 3)):
        claimed = claims.update_of_a_weight(w[0, j], alpha, P[j], y_j, x[0])
        yield w[0, j] - alpha * sp.diff(loss, w[0, j]), claimed


@proves(claims.gradient_of_the_weights_for_a_batch)
def _():
    X, w, Y = matrix("x", 3, 2), matrix("w", 2, 2), sp.Matrix([[1, 0], [0, 1], [0, 1]])
    P = sp.Matrix([softmax((X * w).row(b)) for b in range(3)])
    loss = -(sp.log(P[0, 0]) + sp.log(P[1, 1]) + sp.log(P[2, 1])) / 3
    yield derivative(loss, w), claims.gradient_of_the_weights_for_a_batch(3, X, P, Y)


# ---- Problem 2 ----


@proves(claims.slope_of_squares)
def _():
    z = logits(2)
    P = softmax(z)
    loss = ((P[0] - 1) ** 2 + (P[1] - 0) ** 2) / 2
    yield sp.diff(loss, z[0]), claims.slope_of_squares(P[0])


@proves(claims.slope_of_cross_entropy)
def _():
    z = logits(2)
    P = softmax(z)
    yield sp.diff(-sp.log(P[0]), z[0]), claims.slope_of_cross_entropy(P[0])


@proves(claims.likelihood_of_the_labels)
def _():
    P = sp.symbols("P:4", positive=True)
    yield -sp.log(sp.prod(P)), claims.likelihood_of_the_labels(P)


@proves(claims.entropy_and_divergence)
def _():
    y, P = sp.symbols("y:3", positive=True), sp.symbols("P:3", positive=True)
    cross_entropy = -sum(y_k * sp.log(P_k) for y_k, P_k in zip(y, P, strict=True))
    yield cross_entropy, claims.entropy_and_divergence(y, P)


# ---- Problem 3 ----

WEIGHTS = sp.symbols("w:3", real=True)
LOSS = sp.sin(WEIGHTS[0] * WEIGHTS[1]) + sp.exp(WEIGHTS[2]) * WEIGHTS[0] ** 2
PARTIALS = [sp.diff(LOSS, w_i) for w_i in WEIGHTS]


def loss_at(weights):
    return LOSS.subs(dict(zip(WEIGHTS, weights, strict=True)), simultaneous=True)


@proves(claims.slope_in_a_direction)
def _():
    t, u = sp.Symbol("t"), sp.symbols("u:3")
    along = loss_at([w_i + t * u_i for w_i, u_i in zip(WEIGHTS, u, strict=True)])
    yield sp.diff(along, t).subs(t, 0), claims.slope_in_a_direction(PARTIALS, u)


@proves(claims.loss_after_a_step)
def _():
    alpha = sp.Symbol("alpha")
    step = loss_at([w_i - alpha * g for w_i, g in zip(WEIGHTS, PARTIALS, strict=True)])
    to_first_order = LOSS + alpha * sp.diff(step, alpha).subs(alpha, 0)
    yield to_first_order, claims.loss_after_a_step(LOSS, alpha, PARTIALS)


# ---- Problem 4 ----

S, T, U = 3, 2, 4
FIRST = matrix("v", T, S), matrix("a", T, 1)
SECOND = matrix("w", U, T), matrix("b", U, 1)
X = matrix("x", S, 1)


def stacked(x):
    return SECOND[0] * (FIRST[0] * x + FIRST[1]) + SECOND[1]


@proves(claims.two_maps)
def _():
    one = stacked(X).jacobian(X), stacked(sp.zeros(S, 1))
    yield stacked(X), claims.two_maps(*FIRST, *SECOND, *one, X)


@proves(claims.one_map)
def _():
    truth = stacked(X).jacobian(X), stacked(sp.zeros(S, 1))
    yield from zip(truth, claims.one_map(*FIRST, *SECOND), strict=True)


@proves(claims.shapes_of_two_maps)
def _():
    shapes = claims.shapes_of_two_maps(S, T, U)
    W_1, b_1, W_2, b_2 = (sp.zeros(*(*shape, 1)[:2]) for shape in shapes)  # vectors are columns
    yield sp.Tuple(T, 1), sp.Tuple(*(W_1 * X + b_1).shape)
    yield sp.Tuple(U, 1), sp.Tuple(*(W_2 * sp.zeros(T, 1) + b_2).shape)


@proves(claims.shapes_of_one_map)
def _():
    W, b = (sp.zeros(*(*shape, 1)[:2]) for shape in claims.shapes_of_one_map(S, U))
    yield sp.Tuple(*stacked(X).shape), sp.Tuple(*(W * X + b).shape)


# ---- Problem 5 ----

ALPHA, BETA, EPSILON = sp.symbols("alpha beta epsilon", positive=True)
GRADIENT = sp.Symbol("g", real=True, nonzero=True)


def moments(beta_1, beta_2, steps):
    """Adam's corrected means after some steps of the same gradient."""
    m, v = 0, 0
    for _ in range(steps):
        m = beta_1 * m + (1 - beta_1) * GRADIENT
        v = beta_2 * v + (1 - beta_2) * GRADIENT**2
    return sp.cancel(m / (1 - beta_1**steps)), sp.cancel(v / (1 - beta_2**steps))


@proves(claims.step_of_adam)
def _():
    m_hat, v_hat = sp.symbols("m v", positive=True)
    claimed = claims.step_of_adam(ALPHA, m_hat, v_hat, EPSILON)
    yield -ALPHA * (m_hat / (sp.sqrt(v_hat) + EPSILON)), claimed


@proves(claims.first_means_of_adam)
def _():
    betas = sp.symbols("beta_1 beta_2", positive=True)
    yield from zip(moments(*betas, 1), claims.first_means_of_adam(GRADIENT, *betas), strict=True)


@proves(claims.first_step_of_adam)
def _():
    for steps in (1, 2, 3):
        m_hat, v_hat = moments(sp.Rational(9, 10), sp.Rational(999, 1000), steps)
        step = -ALPHA * m_hat / (sp.sqrt(v_hat) + EPSILON)
        yield step, claims.first_step_of_adam(ALPHA, GRADIENT, EPSILON)


@proves(claims.first_step_of_rmsprop)
def _():
    beta = sp.Rational(9, 10)
    v = beta * 0 + (1 - beta) * GRADIENT**2
    step = -ALPHA * GRADIENT / (sp.sqrt(v) + EPSILON)
    yield step, claims.first_step_of_rmsprop(ALPHA, beta, GRADIENT, EPSILON)


# ---- Bonus ----


@proves(claims.start_of_squares)
def _():
    predicted, y = matrix("p", 2, 3), matrix("y", 2, 3)
    loss = sum(entry**2 for entry in predicted - y) / 6
    for p_bk, y_bk in zip(predicted, y, strict=True):
        yield sp.diff(loss, p_bk), claims.start_of_squares(p_bk, y_bk, 2, 3)


@proves(claims.start_of_cross_entropy)
def _():
    predicted, y = matrix("p", 2, 3), matrix("y", 2, 3)
    pairs = list(zip(predicted, y, strict=True))
    loss = -sum(y_bk * sp.log(p_bk) for p_bk, y_bk in pairs) / 2
    for p_bk, y_bk in pairs:
        yield sp.diff(loss, p_bk), claims.start_of_cross_entropy(p_bk, y_bk, 2)


@proves(claims.shape_of_the_input_gradient)
def _():
    x, w = sp.Array(sp.symbols("x:3")), matrix("w", 3, 2)
    y = sp.Array([sum(x[i] * w[i, j] for i in range(3)) for j in range(2)])
    (claimed,) = claims.shape_of_the_input_gradient(3, 2)
    yield sp.Tuple(*sp.derive_by_array(y, x).shape), sp.Tuple(*claimed)


@proves(claims.shapes_of_the_weight_gradients)
def _():
    of_w, of_b = claims.shapes_of_the_weight_gradients(4, 3, 2)
    # As many numbers as there are different derivatives: an x_bi each, and a 1 for each output.
    yield 4 * 3, sp.prod(of_w)
    yield sp.Tuple(4, 3, 2), sp.Tuple(*np.broadcast_shapes(of_w, (4, 3, 2)))
    yield sp.Tuple(2), sp.Tuple(*of_b)


@proves(claims.local_gradient_of_an_input)
def _():
    x, w = matrix("x", 1, 3), matrix("w", 3, 2)
    for i, x_i in enumerate(x):
        for j, y_j in enumerate(x * w):
            yield sp.diff(y_j, x_i), claims.local_gradient_of_an_input(w[i, j])


@proves(claims.local_gradient_of_a_weight)
def _():
    x, w = matrix("x", 1, 3), matrix("w", 3, 2)
    for j, y_j in enumerate(x * w):
        for k in range(2):
            yield sp.diff(y_j, w[1, k]), claims.local_gradient_of_a_weight(int(j == k), x[1])


@proves(claims.composed_gradient)
def _():
    x, w = matrix("x", 1, 2), matrix("w", 2, 3)
    y = x * w
    loss, J = sum(map(sp.sin, y)), [sp.cos(y_j) for y_j in y]
    for x_i in x:
        slopes = [sp.diff(y_j, x_i) for y_j in y]
        yield sp.diff(loss, x_i), claims.composed_gradient(J, slopes)


BATCH, W_1, W_2, G = matrix("x", 4, 3), matrix("w", 3, 2), matrix("v", 2, 1), matrix("g", 4, 1)


def loss_behind(h):
    """A loss whose gradient for the output of the second layer is G."""
    return (G.T * (h * W_2))[0]


@proves(claims.gradient_handed_to_the_first_layer)
def _():
    h = matrix("h", 4, 2)
    yield derivative(loss_behind(h), h), claims.gradient_handed_to_the_first_layer(G, W_2)


@proves(claims.gradient_handed_on)
def _():
    loss = loss_behind(BATCH * W_1)
    yield derivative(loss, BATCH), claims.gradient_handed_on(G * W_2.T, G, W_1, W_2)


@proves(claims.gradient_of_the_first_weights)
def _():
    loss = loss_behind(BATCH * W_1)
    yield derivative(loss, W_1), claims.gradient_of_the_first_weights(BATCH, G * W_2.T)


@proves(claims.shapes_on_the_way_back)
def _():
    J = G * W_2.T
    arrays = G, J, J * W_1.T, BATCH.T * J
    for array, shape in zip(arrays, claims.shapes_on_the_way_back(4, 3, 2), strict=True):
        yield sp.Tuple(*array.shape), sp.Tuple(*shape)
