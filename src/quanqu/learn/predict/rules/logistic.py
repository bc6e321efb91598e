"""Logistic regression with a ridge penalty, fitted exactly by Newton's method.

Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §4.4.1,
eq. 4.26 (the Newton step), with the quadratic penalty of §18.3.2, eq. 18.11; steps are halved while
they do not lower the loss, so that it converges from anywhere.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_STEPS: Final = 100
TOLERANCE: Final = 1e-9
_MOST_HALVINGS: Final = 40


@dataclass(frozen=True, slots=True)
class Fit:
    """The log-odds are `intercept` + x · `weights`."""

    intercept: float
    weights: Floats
    iterations: int

    def log_odds(self, x: Floats) -> Floats:
        """Return the log-odds of rows of features."""
        odds: Floats = x @ self.weights + self.intercept
        return odds


def loss(x: Floats, y: Floats, sample: Floats, ridge: float, beta: Floats) -> float:
    """Return Σ sample · (log(1 + e^η) − y η) + ridge / 2 · |weights|²; beta[0] is the intercept."""
    eta = x @ beta[1:] + beta[0]
    fit = np.sum(sample * (np.logaddexp(0.0, eta) - y * eta))
    return float(fit + ridge / 2 * np.sum(beta[1:] ** 2))


def gradient(x: Floats, y: Floats, sample: Floats, ridge: float, beta: Floats) -> Floats:
    """Return the derivative of `loss` by beta."""
    residual = sample * (sigmoid(x @ beta[1:] + beta[0]) - y)
    return np.concatenate([[residual.sum()], x.T @ residual + ridge * beta[1:]])


def fit_logistic(x: Floats, y: Floats, sample: Floats, *, ridge: float) -> Fit:
    """Fit weights to rows; the intercept is not penalised.

    Shapes: x (n, d) of standardised features, y (n) of 0 and 1, sample (n) of weights > 0.
    The loss is strictly convex for ridge > 0 as long as y has both values: there is one answer.
    """
    beta = np.zeros(x.shape[1] + 1)
    at = loss(x, y, sample, ridge, beta)
    steps = 0
    while steps < MOST_STEPS:
        slope = gradient(x, y, sample, ridge, beta)
        if np.max(np.abs(slope)) <= TOLERANCE * max(1.0, float(sample.sum())):
            break
        step = np.linalg.solve(_curvature(x, sample, ridge, beta), slope)
        beta, at, has_moved = _walk(x, y, sample, ridge, beta, at, step)
        steps += 1
        if not has_moved:
            break
    return Fit(float(beta[0]), beta[1:], steps)


def sigmoid(eta: Floats) -> Floats:
    """Return 1 / (1 + e^−η) without overflow."""
    small = np.exp(-np.abs(eta))
    return np.where(eta >= 0, 1 / (1 + small), small / (1 + small))


def _curvature(x: Floats, sample: Floats, ridge: float, beta: Floats) -> Any:
    p = sigmoid(x @ beta[1:] + beta[0])
    w = sample * p * (1 - p)
    size = x.shape[1] + 1
    made = np.empty((size, size))
    made[0, 0] = w.sum()
    made[0, 1:] = made[1:, 0] = x.T @ w
    made[1:, 1:] = x.T @ (x * w[:, None])
    made[np.arange(1, size), np.arange(1, size)] += ridge
    made[0, 0] += 1e-12
    return made


def _walk(
    x: Floats, y: Floats, sample: Floats, ridge: float, beta: Floats, at: float, step: Floats
) -> tuple[Floats, float, bool]:
    """Take the step, or a half, a quarter … of it, whichever lowers the loss first."""
    size = 1.0
    for _ in range(_MOST_HALVINGS):
        there = beta - size * step
        loss_there = loss(x, y, sample, ridge, there)
        if loss_there < at:
            return there, loss_there, True
        size /= 2
    return beta, at, False
