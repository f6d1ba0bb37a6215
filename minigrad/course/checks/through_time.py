"""The experiment of exercises 15 to 18, and 20: how long the gradient of the last state is, so many steps back.

The charts of 15 to 18 measure one and the same network, before and after each remedy; that of 20 measures LSTMs which
read the same. All are drawn on the same axes:

    network = quiet_network(random_weights(radius=0.5))
    lines = {"tanh": gradient_norms(network), "ReLU": gradient_norms(network, lambda a: np.maximum(a, 0))}
    return length_of_the_gradient("tanh and ReLU", lines, "Both fade.")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

import minigrad
from minigrad.course.results.charts import Chart

DISTANCES = range(21)  # steps back, from the last state
UNITS = 16

Network = dict[str, np.ndarray]


def random_weights(radius: float) -> np.ndarray:
    """A random W_hh with this spectral radius, (UNITS, UNITS)."""
    W = np.random.default_rng(16).normal(size=(UNITS, UNITS))
    return np.asarray(radius / np.abs(np.linalg.eigvals(W)).max() * W)


def quiet_network(W_hh: np.ndarray) -> Network:
    """A network before it has learned, and one sequence: x (T, 1, D), h0 (1, H), W_xh, W_hh and b.

    Its inputs are the same ones whatever W_hh is, and small, so that few units are saturated and W_hh decides.
    """
    return {
        "x": 0.1 * np.random.default_rng(15).normal(size=(len(DISTANCES), 1, UNITS)),
        "h0": np.zeros((1, UNITS)),
        "W_xh": np.eye(UNITS),
        "W_hh": W_hh,
        "b": np.zeros(UNITS),
    }


def states(x: Any, h0: Any, W_xh: Any, W_hh: Any, b: Any, activation: Callable[[Any], Any] = np.tanh) -> Any:
    """The states of a recurrent network after each step, (T, N, H): of x (T, N, D), from h0 (N, H) on."""
    hs = [h0]
    for a in x @ W_xh + b:
        hs.append(activation(a + hs[-1] @ W_hh))
    return np.stack(hs[1:])


def gradients(network: Network, activation: Callable[[Any], Any] = np.tanh) -> list[np.ndarray]:
    """For each distance what the last state makes of a nudge of the state so many steps back, (UNITS, UNITS).

    minigrad takes the gradients back: each row is a sequence of its own, and looks at one number of its last state.
    """

    def last_state(nudges: Any) -> Any:
        h = network["h0"] + np.zeros((UNITS, UNITS))
        for x_t, nudge in zip(network["x"], nudges, strict=True):
            h = activation(x_t @ network["W_xh"] + h @ network["W_hh"] + network["b"]) + nudge
        return h

    _, pullback = minigrad.vjp(last_state, np.zeros((len(DISTANCES), UNITS, UNITS)))
    return list(pullback(np.eye(UNITS))[0][::-1])


def stretches(matrices: Sequence[np.ndarray]) -> list[float]:
    """The norm of each matrix: how far it can stretch a nudge."""
    return [float(np.linalg.svd(matrix, compute_uv=False)[0]) for matrix in matrices]


def gradient_norms(network: Network, activation: Callable[[Any], Any] = np.tanh) -> list[float]:
    """For each distance how far a nudge of the state so many steps back is stretched at most on its way to the last."""
    return stretches(gradients(network, activation))


def length_of_the_gradient(of: str, lines: Mapping[str, Sequence[float]], caption: str) -> Chart:
    """The chart: for each name what is left at each of the distances.

    Args:
        of: what is compared, for the title.
    """
    return Chart(
        f"Gradient by distance: {of}",
        "steps back",
        "length of the gradient",
        {name: (DISTANCES, norms) for name, norms in lines.items()},
        caption,
        log_y=True,
    )
