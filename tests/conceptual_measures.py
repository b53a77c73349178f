"""Each formula of the conceptual key against what a reference computes, with random numbers.

A measurement is given a `Reference` and a source of random numbers. It yields pairs: what the
reference computes, and what the claim says, which may be several members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from reference.conceptual import claims

Measurement = Callable[..., Iterator[tuple[Any, Any]]]
MEASURED: dict[str, Measurement] = {}
SCALES = [10.0**power for power in range(-3, 4)]


def measures(claim: Callable[..., Any]) -> Callable[[Measurement], Measurement]:
    def record(measurement: Measurement) -> Measurement:
        MEASURED[claim.__name__] = measurement
        return measurement

    return record


class Reference:
    """What measurements ask of either edition: its names stand here and nowhere else."""

    def __init__(self, beras):
        self.beras = beras
        self.softmax = beras.Softmax()
        self.squares, self.cross_entropy = beras.MeanSquaredError(), beras.CategoricalCrossEntropy()

    def linear(self, random, m, r):
        """A dense layer with random weights and a random bias."""
        layer = getattr(self.beras, "Linear", None) or self.beras.Dense
        made = layer(m, r)
        made.w.assign(random.normal(size=(m, r)))
        made.b.assign(random.normal(size=made.b.shape))
        return made

    def gradients(self, compute, parameters):
        """The gradients of the loss that `compute()` returns, as arrays."""
        if not hasattr(self.beras, "GradientTape"):
            for parameter in parameters:
                parameter.grad = None
            compute().backward()
            return [np.asarray(parameter.grad) for parameter in parameters]
        with self.beras.GradientTape() as tape:
            loss = compute()
        return [np.asarray(gradient) for gradient in tape.gradient(loss, parameters)]

    def steps(self, optimizer, rate, gradients):
        """How far each of these gradients, one after the other, moves a new parameter."""
        parameter = self.linear(np.random.default_rng(0), 1, gradients[0].size).b
        step = self._stepper(getattr(self.beras, optimizer), rate, parameter)
        moved = []
        for gradient in gradients:
            before = np.array(parameter)
            step(gradient.reshape(parameter.shape))
            moved.append((np.asarray(parameter) - before).ravel())
        return moved

    def _stepper(self, optimizer, rate, parameter):
        if hasattr(self.beras, "GradientTape"):
            made = optimizer(rate)
            return lambda gradient: made.apply_gradients([parameter], [gradient])
        made = optimizer([parameter], rate)

        def step(gradient):
            parameter.grad = gradient
            made.step()

        return step

    def by_logits(self, loss, z, y):
        """Probabilities (N, K) of logits, and the gradient of the loss for the logits."""
        P = self.softmax(z)
        loss(P, y)
        (gradient,) = self.softmax.compose_input_gradients(loss.get_input_gradients())
        return np.asarray(P), np.asarray(gradient)


def size(random):
    return int(random.integers(2, 8))


def labels(random, rows, count):
    """Classes (N,), and the same as one-hot rows."""
    classes = random.integers(0, count, rows)
    return classes, np.eye(count)[classes]


# ---- Problem 1 ----


def probabilities(reference, random, rows):
    """z, P, the classes and the one-hot labels of a batch, with a random number of classes."""
    z = random.normal(size=(rows, size(random)))
    return z, np.asarray(reference.softmax(z)), *labels(random, *z.shape)


@measures(claims.loss_of_a_label)
def _(reference, random):
    _, P, (c,), y = probabilities(reference, random, rows=1)
    yield reference.cross_entropy(P, y), claims.loss_of_a_label(y[0], P[0], c)


@measures(claims.slope_of_the_loss)
def _(reference, random):
    _, P, (c,), y = probabilities(reference, random, rows=1)
    reference.cross_entropy(P, y)
    (slopes,) = reference.cross_entropy.get_input_gradients()
    yield slopes[0, c], claims.slope_of_the_loss(P[0, c])


@measures(claims.probability)
def _(reference, random):
    z, P, (c,), _ = probabilities(reference, random, rows=1)
    claimed, S = claims.probability(z[0], c)
    yield P[0, c], claimed
    yield np.exp(z[0]) / P[0], np.full(z.shape[1], S)


@measures(claims.quotient_rule)
def _(reference, random):
    z, _, (c,), _ = probabilities(reference, random, rows=1)
    jacobian, f = reference.softmax.get_input_gradients()[0][0], np.exp(z[0, c])
    yield jacobian[c, c], claims.quotient_rule(f, np.exp(z[0]).sum(), f, f)


@measures(claims.slope_of_softmax_by_its_own_logit)
def _(reference, random):
    z, P, _, _ = probabilities(reference, random, rows=1)
    jacobian = reference.softmax.get_input_gradients()[0][0]
    claimed = claims.slope_of_softmax_by_its_own_logit(z[0], np.exp(z[0]).sum(), P[0])
    yield np.diag(jacobian), claimed


@measures(claims.slope_of_softmax_by_another_logit)
def _(reference, random):
    z, P, (c,), _ = probabilities(reference, random, rows=1)
    jacobian, S = reference.softmax.get_input_gradients()[0][0], np.exp(z[0]).sum()
    j = (c + 1) % z.shape[1]
    claimed = claims.slope_of_softmax_by_another_logit(z[0, c], z[0, j], S, P[0, c], P[0, j])
    yield jacobian[c, j], claimed


@measures(claims.slope_of_the_loss_by_the_logit_of_the_label)
def _(reference, random):
    z, _, (c,), y = probabilities(reference, random, rows=1)
    P, slopes = reference.by_logits(reference.cross_entropy, z, y)
    yield slopes[0, c], claims.slope_of_the_loss_by_the_logit_of_the_label(P[0, c])


@measures(claims.slope_of_the_loss_by_another_logit)
def _(reference, random):
    z, _, (c,), y = probabilities(reference, random, rows=1)
    P, slopes = reference.by_logits(reference.cross_entropy, z, y)
    j = (c + 1) % z.shape[1]
    yield slopes[0, j], claims.slope_of_the_loss_by_another_logit(P[0, c], P[0, j])


@measures(claims.slope_of_the_loss_by_a_logit)
def _(reference, random):
    z, _, _, y = probabilities(reference, random, rows=1)
    P, slopes = reference.by_logits(reference.cross_entropy, z, y)
    yield slopes, claims.slope_of_the_loss_by_a_logit(P, y)


@measures(claims.logit)
def _(reference, random):
    layer, x = reference.linear(random, 4, 3), random.normal(size=(1, 4))
    w, b = np.asarray(layer.w), np.asarray(layer.b).ravel()
    for j, z_j in enumerate(np.asarray(layer(x))[0]):
        yield z_j, claims.logit(w[:, j], x[0], b[j])


@measures(claims.slope_of_the_logit)
def _(reference, random):
    layer, x = reference.linear(random, 4, 3), random.normal(size=(5, 4))
    layer(x)
    yield layer.get_weight_gradients()[0][:, :, 0], claims.slope_of_the_logit(x)


def classifier(reference, random, rows):
    """A layer, its input and one-hot labels, and what computes the loss of both."""
    m, count = size(random), size(random)
    layer, x = reference.linear(random, m, count), random.normal(size=(rows, m))
    y = labels(random, rows, count)[1]

    def loss():
        return reference.cross_entropy(reference.softmax(layer(x)), y)

    return layer, x, y, loss


@measures(claims.gradient_of_a_weight)
def _(reference, random):
    layer, x, y, loss = classifier(reference, random, rows=1)
    (gradient,) = reference.gradients(loss, [layer.w])
    P = np.asarray(reference.softmax.outputs[0])
    for i, j in np.ndindex(gradient.shape):
        claimed = claims.gradient_of_a_weight(P[0, j], y[0, j], x[0, i], y[0, j] == 1)
        yield gradient[i, j], claimed


@measures(claims.update_of_a_weight)
def _(reference, random):
    layer, x, y, loss = classifier(reference, random, rows=1)
    (gradient,) = reference.gradients(loss, [layer.w])
    P, w = np.asarray(reference.softmax.outputs[0]), np.asarray(layer.w)
    (step,) = reference.steps("BasicOptimizer", 0.3, [gradient])
    claimed = claims.update_of_a_weight(w, 0.3, P, y, x.T)
    yield w + step.reshape(w.shape), claimed


@measures(claims.gradient_of_the_weights_for_a_batch)
def _(reference, random):
    layer, x, y, loss = classifier(reference, random, rows=size(random))
    (gradient,) = reference.gradients(loss, [layer.w])
    P = np.asarray(reference.softmax.outputs[0])
    yield gradient, claims.gradient_of_the_weights_for_a_batch(len(x), x, P, y)


# ---- Problem 2 ----


def slopes_of_two_classes(reference, loss):
    """Probabilities of the label, from hopeless to sure, and the slopes by its logit."""
    for z_c in (-20.0, -5.0, 0.0, 1.0, 6.0):
        P, slopes = reference.by_logits(loss, np.array([[z_c, 0.0]]), np.array([[1.0, 0.0]]))
        yield P[0, 0], slopes[0, 0]


@measures(claims.slope_of_squares)
def _(reference, random):
    for p, slope in slopes_of_two_classes(reference, reference.squares):
        yield slope, claims.slope_of_squares(p)


@measures(claims.slope_of_cross_entropy)
def _(reference, random):
    for p, slope in slopes_of_two_classes(reference, reference.cross_entropy):
        yield slope, claims.slope_of_cross_entropy(p)


@measures(claims.likelihood_of_the_labels)
def _(reference, random):
    _, P, classes, y = probabilities(reference, random, rows=6)
    claimed = claims.likelihood_of_the_labels(P[np.arange(6), classes])
    yield 6 * reference.cross_entropy(P, y), claimed


@measures(claims.entropy_and_divergence)
def _(reference, random):
    y, P = random.dirichlet(np.ones(5), size=2)
    yield reference.cross_entropy(P[None], y[None]), claims.entropy_and_divergence(y, P)


# ---- Problem 3 ----


@measures(claims.slope_in_a_direction)
def _(reference, random):
    layer, _, _, loss = classifier(reference, random, rows=4)
    (gradient,) = reference.gradients(loss, [layer.w])
    w, u = np.array(layer.w), random.normal(size=gradient.shape)

    def at(t):
        layer.w.assign(w + t * u)
        return float(loss())

    h = 1e-4  # fourth order: its error is about h**4, and rounding's about 1e-16 / h
    slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
    yield slope, claims.slope_in_a_direction(gradient.ravel(), u.ravel())


@measures(claims.loss_after_a_step)
def _(reference, random):
    layer, _, _, loss = classifier(reference, random, rows=4)
    (gradient,) = reference.gradients(loss, [layer.w])
    before, w, alpha = float(loss()), np.array(layer.w), 1e-5
    layer.w.assign(w - alpha * gradient)
    claimed = claims.loss_after_a_step(before, alpha, gradient.ravel())
    # What is left out is of second order: a hundred thousandth of the change, or near it.
    yield round((float(loss()) - before) / (claimed - before), 3), 1.0


# ---- Problem 4: the question's matrices are those of the layers, transposed ----


def two_layers(reference, random):
    """Two layers, an input, and W_1, b_1, W_2, b_2 and x as the question writes them."""
    s, t, u = size(random), size(random), size(random)
    first, second = reference.linear(random, s, t), reference.linear(random, t, u)
    arrays = [np.atleast_2d(a) for a in (first.w, first.b, second.w, second.b)]
    columns = [np.asarray(a).T for a in arrays]
    return first, second, columns, random.normal(size=(s, 5))


@measures(claims.two_maps)
def _(reference, random):
    first, second, matrices, x = two_layers(reference, random)
    one = claims.one_map(*matrices)
    yield np.asarray(second(first(x.T))).T, claims.two_maps(*matrices, *one, x)


@measures(claims.one_map)
def _(reference, random):
    first, second, matrices, x = two_layers(reference, random)
    W, b = claims.one_map(*matrices)
    single = reference.linear(random, *W.T.shape)
    single.w.assign(W.T)
    single.b.assign(b.ravel())
    yield second(first(x.T)), np.asarray(single(x.T))


@measures(claims.shapes_of_two_maps)
def _(reference, random):
    first, second = reference.linear(random, 3, 5), reference.linear(random, 5, 2)
    arrays = first.w, first.b, second.w, second.b
    for array, shape in zip(arrays, claims.shapes_of_two_maps(3, 5, 2), strict=True):
        yield array.T.shape, np.array(shape)


@measures(claims.shapes_of_one_map)
def _(reference, random):
    one = reference.linear(random, 3, 2)
    for array, shape in zip((one.w, one.b), claims.shapes_of_one_map(3, 2), strict=True):
        yield array.T.shape, np.array(shape)


# ---- Problem 5 ----


@measures(claims.step_of_adam)
def _(reference, random):
    gradients = list(random.normal(size=(4, 6)))
    moved = reference.steps("Adam", 0.01, gradients)
    m, v = np.zeros(6), np.zeros(6)
    for t, (g, step) in enumerate(zip(gradients, moved, strict=True), start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        yield step, claims.step_of_adam(0.01, m / (1 - 0.9**t), v / (1 - 0.999**t), 1e-7)


def first_steps(reference, random, optimizer):
    """A gradient at every scale, and the first step that the optimizer makes of it."""
    g = random.normal(size=6)
    for scale in SCALES:
        yield scale * g, reference.steps(optimizer, 0.01, [scale * g])[0]


@measures(claims.first_means_of_adam)
def _(reference, random):
    for g, step in first_steps(reference, random, "Adam"):
        for m_hat, v_hat in zip(*claims.first_means_of_adam(g, 0.9, 0.999), strict=True):
            yield step, claims.step_of_adam(0.01, m_hat, v_hat, 1e-7)


@measures(claims.first_step_of_adam)
def _(reference, random):
    for g, step in first_steps(reference, random, "Adam"):
        yield step, claims.first_step_of_adam(0.01, g, 1e-7)


@measures(claims.first_step_of_rmsprop)
def _(reference, random):
    for g, step in first_steps(reference, random, "RMSProp"):
        yield step, claims.first_step_of_rmsprop(0.01, 0.9, g, 1e-6)


# ---- Bonus ----


def start(reference, loss, random):
    """Predictions, labels, and what backpropagation of this loss starts from."""
    _, P, _, y = probabilities(reference, random, rows=size(random))
    loss(P, y)
    np.testing.assert_array_equal(loss.compose_input_gradients()[0], loss.get_input_gradients()[0])
    return P, y, loss.compose_input_gradients()[0]


@measures(claims.start_of_squares)
def _(reference, random):
    P, y, gradient = start(reference, reference.squares, random)
    yield gradient, claims.start_of_squares(P, y, *P.shape)


@measures(claims.start_of_cross_entropy)
def _(reference, random):
    P, y, gradient = start(reference, reference.cross_entropy, random)
    yield gradient, claims.start_of_cross_entropy(P, y, len(P))


def called(reference, random):
    """A layer after a call, its input, and an upstream gradient of the shape of its output."""
    layer = reference.linear(random, size(random), size(random))
    x = random.normal(size=(size(random), layer.w.shape[0]))
    return layer, x, random.normal(size=np.shape(layer(x)))


@measures(claims.shape_of_the_input_gradient)
def _(reference, random):
    layer, x, J = called(reference, random)
    shapes = [np.shape(gradient) for gradient in layer.get_input_gradients()]
    yield shapes, claims.shape_of_the_input_gradient(x.shape[1], J.shape[1])


@measures(claims.shapes_of_the_weight_gradients)
def _(reference, random):
    layer, x, J = called(reference, random)
    claimed = claims.shapes_of_the_weight_gradients(*x.shape, J.shape[1])
    for gradient, shape in zip(layer.get_weight_gradients(), claimed, strict=True):
        yield np.shape(gradient), np.array(shape)


@measures(claims.local_gradient_of_an_input)
def _(reference, random):
    layer, _, _ = called(reference, random)
    yield layer.get_input_gradients()[0], claims.local_gradient_of_an_input(np.asarray(layer.w))


@measures(claims.local_gradient_of_a_weight)
def _(reference, random):
    layer, x, J = called(reference, random)
    of_w = layer.get_weight_gradients()[0] * np.ones((*x.shape, J.shape[1]))
    for j in range(J.shape[1]):  # its own output; that it acts on no other is not stored
        yield of_w[:, :, j], claims.local_gradient_of_a_weight(1, x)


@measures(claims.composed_gradient)
def _(reference, random):
    layer, x, J = called(reference, random)
    (gradient,), (w,) = layer.compose_input_gradients([J]), layer.get_input_gradients()
    for b, i in np.ndindex(x.shape):
        yield gradient[b, i], claims.composed_gradient(J[b], w[i])


def chained(reference, random):
    """x, w_1 and w_2, the upstream G of the second layer, and the first with J, which it gets."""
    first, x, _ = called(reference, random)
    second = reference.linear(random, first.w.shape[1], 1)
    G = random.normal(size=np.shape(second(first(x))))
    (J,) = second.compose_input_gradients([G])
    return x, np.asarray(first.w), np.asarray(second.w), G, first, J


@measures(claims.gradient_handed_to_the_first_layer)
def _(reference, random):
    _, _, w_2, G, _, J = chained(reference, random)
    yield J, claims.gradient_handed_to_the_first_layer(G, w_2)


@measures(claims.gradient_handed_on)
def _(reference, random):
    _, w_1, w_2, G, first, J = chained(reference, random)
    yield first.compose_input_gradients([J])[0], claims.gradient_handed_on(J, G, w_1, w_2)


@measures(claims.gradient_of_the_first_weights)
def _(reference, random):
    x, _, _, _, first, J = chained(reference, random)
    yield first.compose_weight_gradients([J])[0], claims.gradient_of_the_first_weights(x, J)


@measures(claims.shapes_on_the_way_back)
def _(reference, random):
    x, w_1, _, G, first, J = chained(reference, random)
    (of_x,), of_w = first.compose_input_gradients([J]), first.compose_weight_gradients([J])[0]
    claimed = claims.shapes_on_the_way_back(len(x), *w_1.shape)
    for array, shape in zip((G, J, of_x, of_w), claimed, strict=True):
        yield np.shape(array), np.array(shape)
