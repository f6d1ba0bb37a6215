"""The LSTM whose gradients exercises 21 and 22 ask for: its forward pass, for arrays and Tensors alike.

h, c, gates = lstm_step(x, h, c, W_xh, W_hh, b)
hs, cs, gates = lstm_states(xs, h0, c0, W_xh, W_hh, b)
"""

from __future__ import annotations

from typing import Any

import numpy as np


def lstm_step(x: Any, h: Any, c: Any, W_xh: Any, W_hh: Any, b: Any) -> tuple[Any, Any, Any]:
    """One step.

    Returns:
        h_next, c_next: (N, H)
        gates: (N, 4H), the values of i, f, g, o side by side, after their σ and tanh.
    """
    a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b, 4, axis=1)
    i, f, g, o = _sigmoid(a_i), _sigmoid(a_f), np.tanh(a_g), _sigmoid(a_o)
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


def _sigmoid(a: Any) -> Any:
    return 0.5 * (1 + np.tanh(0.5 * a))
