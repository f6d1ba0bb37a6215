"""The LSTM whose gradients exercises 20 to 22 ask for: its forward pass, for arrays and Tensors alike.

h, c, gates = lstm_step(x, h, c, W_xh, W_hh, b)
hs, cs, gates = lstm_states(xs, h0, c0, W_xh, W_hh, b)
matrices = gradients_of_the_cell_state(xs, W_xh, W_hh, b)
"""

from __future__ import annotations

from typing import Any

import numpy as np

import minigrad
from minigrad.functional import sigmoid


def lstm_step(x: Any, h: Any, c: Any, W_xh: Any, W_hh: Any, b: Any) -> tuple[Any, Any, Any]:
    """One step.

    Returns:
        h_next, c_next: (N, H)
        gates: (N, 4H), the values of i, f, g, o side by side, after their σ and tanh.
    """
    a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b, 4, axis=1)
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    c_next = f * c + i * g
    return o * np.tanh(c_next), c_next, np.concatenate([i, f, g, o], axis=1)


def lstm_states(x: Any, h0: Any, c0: Any, W_xh: Any, W_hh: Any, b: Any) -> tuple[Any, Any, Any]:
    """All steps of x (T, N, D): hs and cs, (T, N, H), and the gates of each step, (T, N, 4H)."""
    h, c, steps = h0, c0, []
    for x_t in x:
        h, c, gates = lstm_step(x_t, h, c, W_xh, W_hh, b)
        steps.append((h, c, gates))
    hs, cs, all_gates = (np.stack(parts) for parts in zip(*steps, strict=True))
    return hs, cs, all_gates


def gradients_of_the_cell_state(x: np.ndarray, W_xh: np.ndarray, W_hh: np.ndarray, b: np.ndarray) -> list[np.ndarray]:
    """For each distance ∂c_T/∂c_k, (H, H), of the last cell state by the one so many steps back, by both roads.

    One goes from c to c, the other by way of what was shown. minigrad takes the gradients back: each row is a sequence
    of its own, and looks at one number of its last state.

    Args:
        x: (T, 1, D), a single sequence, which is read from states of 0 on.
    """
    T, H = len(x), len(W_hh)

    def last_state(nudges: Any) -> Any:
        h, c = np.zeros((H, H)), np.zeros((H, H))
        for x_t, nudge in zip(x, nudges, strict=True):
            _, unmoved, gates = lstm_step(x_t, h, c, W_xh, W_hh, b)
            c = unmoved + nudge
            h = gates[:, 3 * H :] * np.tanh(c)
        return c

    _, pullback = minigrad.vjp(last_state, np.zeros((T, H, H)))
    return list(pullback(np.eye(H))[0][::-1])
