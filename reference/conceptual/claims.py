"""Each formula that the key displays, as a function of its symbols.

`@shown` has the formula as `key.md` shows it. The function below it returns what stands behind the
equals signs: one value, or a tuple where several members claim to be equal. SymPy's symbols and
NumPy's arrays go in alike, so that the same line is proved for all values and held against the
reference. `tests/test_conceptual.py` does both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

CLAIMS: dict[str, Callable[..., Any]] = {}
"""The functions by name, in the order of the key."""

SHOWN: dict[str, str] = {}
"""The LaTeX of each, by the same names."""


def shown(latex: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Record a function as what computes this formula of the key."""

    def record(function: Callable[..., Any]) -> Callable[..., Any]:
        CLAIMS[function.__name__], SHOWN[function.__name__] = function, latex
        return function

    return record


def exp(value: Any) -> Any:
    return sp.exp(value) if isinstance(value, sp.Basic) else np.exp(value)


def log(value: Any) -> Any:
    return sp.log(value) if isinstance(value, sp.Basic) else np.log(value)


def sqrt(value: Any) -> Any:
    return sp.sqrt(value) if isinstance(value, sp.Basic) else np.sqrt(value)


# ---- Problem 1: the gradient of dense, softmax and cross-entropy. Classes are counted from 0. ----


@shown(r"L = -\sum_{k=1}^{K} y_k \log P_k = -\log P_c")
def loss_of_a_label(y, P, c):
    return -sum(y_k * log(P_k) for y_k, P_k in zip(y, P, strict=True)), -log(P[c])


@shown(r"\frac{\partial L}{\partial P_c} = -\frac{1}{P_c}")
def slope_of_the_loss(P_c):
    return -1 / P_c


@shown(r"P_c = \frac{e^{z_c}}{S}, \qquad S = \sum_{k=1}^{K} e^{z_k}")
def probability(z, c):
    """P_c and S."""
    S = sum(exp(z_k) for z_k in z)
    return [exp(z[c]) / S, S]


@shown(r"\left(\frac{f}{g}\right)' = \frac{f'\,g - f\,g'}{g^2}")
def quotient_rule(f, g, slope_of_f, slope_of_g):
    return (slope_of_f * g - f * slope_of_g) / g**2


@shown(
    r"\frac{\partial P_c}{\partial z_c}"
    r" = \frac{e^{z_c}\,S - e^{z_c}\,e^{z_c}}{S^2}"
    r" = \frac{e^{z_c}}{S}\left(1 - \frac{e^{z_c}}{S}\right)"
    r" = P_c\,(1 - P_c)"
)
def slope_of_softmax_by_its_own_logit(z_c, S, P_c):
    by_the_quotient_rule = (exp(z_c) * S - exp(z_c) * exp(z_c)) / S**2
    return by_the_quotient_rule, exp(z_c) / S * (1 - exp(z_c) / S), P_c * (1 - P_c)


@shown(
    r"\frac{\partial P_c}{\partial z_j}"
    r" = \frac{0 \cdot S - e^{z_c}\,e^{z_j}}{S^2}"
    r" = -\frac{e^{z_c}}{S} \cdot \frac{e^{z_j}}{S}"
    r" = -P_c\,P_j"
)
def slope_of_softmax_by_another_logit(z_c, z_j, S, P_c, P_j):
    by_the_quotient_rule = (0 * S - exp(z_c) * exp(z_j)) / S**2
    return by_the_quotient_rule, -exp(z_c) / S * (exp(z_j) / S), -P_c * P_j


@shown(
    r"\frac{\partial L}{\partial z_c}"
    r" = -\frac{1}{P_c} \cdot P_c\,(1 - P_c) = P_c - 1"
)
def slope_of_the_loss_by_the_logit_of_the_label(P_c):
    return -1 / P_c * P_c * (1 - P_c), P_c - 1


@shown(
    r"\frac{\partial L}{\partial z_j}"
    r" = -\frac{1}{P_c} \cdot (-P_c\,P_j) = P_j"
)
def slope_of_the_loss_by_another_logit(P_c, P_j):
    return -1 / P_c * (-P_c * P_j), P_j


@shown(r"\frac{\partial L}{\partial z_j} = P_j - y_j")
def slope_of_the_loss_by_a_logit(P_j, y_j):
    return P_j - y_j


@shown(r"z_j = \sum_{i=1}^{n} w_{ij}\,x_i + b_j")
def logit(w_j, x, b_j):
    return sum(w_ij * x_i for w_ij, x_i in zip(w_j, x, strict=True)) + b_j


@shown(r"\frac{\partial z_j}{\partial w_{ij}} = x_i")
def slope_of_the_logit(x_i):
    return x_i


@shown(
    r"\frac{\partial L}{\partial w_{ij}}"
    r" = \frac{\partial L}{\partial z_j} \cdot \frac{\partial z_j}{\partial w_{ij}}"
    r" = (P_j - y_j)\,x_i"
    r" = \begin{cases} (P_j - 1)\,x_i & \text{if } j = c \\"
    r" P_j\,x_i & \text{if } j \neq c \end{cases}"
)
def gradient_of_a_weight(P_j, y_j, x_i, is_label):
    return (P_j - y_j) * x_i, (P_j - 1) * x_i if is_label else P_j * x_i


@shown(r"w_{ij} \leftarrow w_{ij} - \alpha\,(P_j - y_j)\,x_i")
def update_of_a_weight(w_ij, alpha, P_j, y_j, x_i):
    return w_ij - alpha * (P_j - y_j) * x_i


@shown(
    r"\frac{\partial L}{\partial \mathbf{W}}"
    r" = \frac{1}{N}\,\mathbf{X}^\top (\mathbf{P} - \mathbf{Y})"
)
def gradient_of_the_weights_for_a_batch(N, X, P, Y):
    return X.T @ (P - Y) / N


# ---- Problem 2: mean squared error and cross-entropy ----


@shown(r"\frac{\partial L_{\text{MSE}}}{\partial z_c} = -2\,p\,(1 - p)^2")
def slope_of_squares(p):
    return -2 * p * (1 - p) ** 2


@shown(r"\frac{\partial L_{\text{CE}}}{\partial z_c} = p - 1")
def slope_of_cross_entropy(p):
    return p - 1


@shown(r"-\log \prod_{b=1}^{N} P_{b, c_b} = -\sum_{b=1}^{N} \log P_{b, c_b}")
def likelihood_of_the_labels(P_of_labels):
    product = 1
    for P_bc in P_of_labels:
        product = product * P_bc
    return -log(product), -sum(log(P_bc) for P_bc in P_of_labels)


@shown(
    r"-\sum_{k=1}^{K} y_k \log P_k"
    r" = \underbrace{-\sum_{k=1}^{K} y_k \log y_k}_{H(\mathbf{y})}"
    r" + \underbrace{\sum_{k=1}^{K} y_k \log \frac{y_k}{P_k}}"
    r"_{D_{\text{KL}}(\mathbf{y} \,\|\, \mathbf{P})}"
)
def entropy_and_divergence(y, P):
    pairs = list(zip(y, P, strict=True))
    entropy = -sum(y_k * log(y_k) for y_k in y)
    divergence = sum(y_k * log(y_k / P_k) for y_k, P_k in pairs)
    return -sum(y_k * log(P_k) for y_k, P_k in pairs), entropy + divergence


# ---- Problem 3: gradients ----


@shown(
    r"\left.\frac{d}{dt}\,L(\mathbf{w} + t\,\mathbf{u})\right|_{t=0}"
    r" = \nabla L \cdot \mathbf{u}"
    r" = \sum_{i=1}^{n} \frac{\partial L}{\partial w_i}\,u_i"
)
def slope_in_a_direction(partials, u):
    return sum(partial * u_i for partial, u_i in zip(partials, u, strict=True))


@shown(
    r"L(\mathbf{w} - \alpha \nabla L)"
    r" \approx L(\mathbf{w}) - \alpha \sum_{i=1}^{n}"
    r" \left(\frac{\partial L}{\partial w_i}\right)^2"
)
def loss_after_a_step(L, alpha, partials):
    return L - alpha * sum(partial**2 for partial in partials)


# ---- Problem 4: two linear maps ----


@shown(
    r"f_2(f_1(\mathbf{x}))"
    r" = \mathbf{W}_2(\mathbf{W}_1\mathbf{x} + \mathbf{b}_1) + \mathbf{b}_2"
    r" = \mathbf{W}_2\mathbf{W}_1\mathbf{x} + \mathbf{W}_2\mathbf{b}_1 + \mathbf{b}_2"
    r" = \mathbf{W}\mathbf{x} + \mathbf{b}"
)
def two_maps(W_1, b_1, W_2, b_2, W, b, x):
    return W_2 @ (W_1 @ x + b_1) + b_2, W_2 @ W_1 @ x + W_2 @ b_1 + b_2, W @ x + b


@shown(
    r"\mathbf{W} = \mathbf{W}_2\mathbf{W}_1,"
    r" \qquad \mathbf{b} = \mathbf{W}_2\mathbf{b}_1 + \mathbf{b}_2"
)
def one_map(W_1, b_1, W_2, b_2):
    """W and b."""
    return [W_2 @ W_1, W_2 @ b_1 + b_2]


@shown(
    r"\mathbf{W}_1 :\;(t, s), \qquad \mathbf{b}_1 :\;(t), \qquad"
    r" \mathbf{W}_2 :\;(u, t), \qquad \mathbf{b}_2 :\;(u)"
)
def shapes_of_two_maps(s, t, u):
    """Of W_1, b_1, W_2 and b_2."""
    return [(t, s), (t,), (u, t), (u,)]


@shown(r"\mathbf{W} :\;(u, s), \qquad \mathbf{b} :\;(u)")
def shapes_of_one_map(s, u):
    """Of W and b."""
    return [(u, s), (u,)]


# ---- Problem 5: adaptive optimizers ----


@shown(r"\Delta w = -\alpha\,\frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}")
def step_of_adam(alpha, m_hat, v_hat, epsilon):
    return -alpha * m_hat / (sqrt(v_hat) + epsilon)


@shown(
    r"\hat{m} = \frac{(1 - \beta_1)\,g}{1 - \beta_1} = g,"
    r" \qquad \hat{v} = \frac{(1 - \beta_2)\,g^2}{1 - \beta_2} = g^2"
)
def first_means_of_adam(g, beta_1, beta_2):
    """The members of m_hat, and those of v_hat."""
    m_hat = (1 - beta_1) * g / (1 - beta_1), g
    v_hat = (1 - beta_2) * g**2 / (1 - beta_2), g**2
    return [m_hat, v_hat]


@shown(r"\Delta w = -\alpha\,\frac{g}{|g| + \epsilon} \approx -\alpha\,\operatorname{sign}(g)")
def first_step_of_adam(alpha, g, epsilon):
    return -alpha * g / (abs(g) + epsilon)


@shown(r"\Delta w = -\alpha\,\frac{g}{\sqrt{1 - \beta}\,|g| + \epsilon}")
def first_step_of_rmsprop(alpha, beta, g, epsilon):
    return -alpha * g / (sqrt(1 - beta) * abs(g) + epsilon)


# ---- Bonus: the four gradient methods ----


@shown(
    r"\frac{\partial L_{\text{MSE}}}{\partial \hat{y}_{bk}} = \frac{2\,(\hat{y}_{bk} - y_{bk})}{Nn}"
)
def start_of_squares(predicted_bk, y_bk, N, n):
    return 2 * (predicted_bk - y_bk) / (N * n)


@shown(r"\frac{\partial L_{\text{CE}}}{\partial \hat{y}_{bk}} = -\frac{y_{bk}}{N\,\hat{y}_{bk}}")
def start_of_cross_entropy(predicted_bk, y_bk, N):
    return -y_bk / (N * predicted_bk)


@shown(r"\frac{\partial \mathbf{y}}{\partial \mathbf{x}} :\;(m, r)")
def shape_of_the_input_gradient(m, r):
    return [(m, r)]


@shown(r"\frac{\partial y_{bj}}{\partial x_{bi}} = w_{ij}")
def local_gradient_of_an_input(w_ij):
    return w_ij


@shown(
    r"\frac{\partial \mathbf{y}}{\partial \mathbf{w}_1} :\;(N, m, 1),"
    r" \qquad \frac{\partial \mathbf{y}}{\partial \mathbf{b}_1} :\;(r)"
)
def shapes_of_the_weight_gradients(N, m, r):
    return [(N, m, 1), (r,)]


@shown(r"\frac{\partial y_{bj}}{\partial w_{ik}} = \delta_{jk}\,x_{bi}")
def local_gradient_of_a_weight(delta_jk, x_bi):
    return delta_jk * x_bi


@shown(
    r"\frac{\partial L}{\partial x_{bi}}"
    r" = \sum_{j=1}^{r} J_{bj}\,\frac{\partial y_{bj}}{\partial x_{bi}}"
)
def composed_gradient(J_b, slopes_by_x_bi):
    return sum(J_bj * slope for J_bj, slope in zip(J_b, slopes_by_x_bi, strict=True))


@shown(r"\mathbf{J} = \mathbf{G}\,\mathbf{w}_2^\top")
def gradient_handed_to_the_first_layer(G, w_2):
    return G @ w_2.T


@shown(
    r"\frac{\partial L}{\partial \mathbf{x}}"
    r" = \mathbf{J}\,\mathbf{w}_1^\top"
    r" = \mathbf{G}\,\mathbf{w}_2^\top \mathbf{w}_1^\top"
)
def gradient_handed_on(J, G, w_1, w_2):
    return J @ w_1.T, G @ w_2.T @ w_1.T


@shown(r"\frac{\partial L}{\partial \mathbf{w}_1} = \mathbf{x}^\top \mathbf{J}")
def gradient_of_the_first_weights(x, J):
    return x.T @ J


@shown(
    r"\mathbf{G} :\;(N, 1), \qquad \mathbf{J} :\;(N, r),"
    r" \qquad \frac{\partial L}{\partial \mathbf{x}} :\;(N, m),"
    r" \qquad \frac{\partial L}{\partial \mathbf{w}_1} :\;(m, r)"
)
def shapes_on_the_way_back(N, m, r):
    """Of the gradients for the outputs of f_2 and f_1, for the input, and for w_1."""
    return [(N, 1), (N, r), (N, m), (m, r)]
