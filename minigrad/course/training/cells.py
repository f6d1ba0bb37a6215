"""A student's RNN or LSTM, as the capstones read with it and send blame back through it: both are used alike.

cell = cells.rnn(unroll.rnn_forward, bptt.bptt)
cell = cells.lstm(lstm_cell.along, lstm_bptt.lstm_bptt)
hs, *others = states = cell.read(x, W_xh, W_hh, b)
dx, dW_xh, dW_hh, db = cell.backward(dhs, x, states, W_xh, W_hh)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.functional import sigmoid
from minigrad.memory import Array


@dataclass(frozen=True)
class Cell:
    """A cell that reads x (T, N, D), from states of zeros on, and the way back.

    Attributes:
        read: x, W_xh, W_hh, b: to the states after each step (T, N, H), and what else the way back needs.
        backward: the gradients of the states, x, what `read` gave, W_xh, W_hh: to the gradients of x, W_xh, W_hh and b.
    """

    read: Callable[..., tuple[Array, ...]]
    backward: Callable[..., tuple[Array, ...]]


def rnn(forward: Callable[..., Any], back: Callable[..., Any]) -> Cell:
    """A cell with one state.

    Args:
        forward, back: the student's rnn_forward and bptt, or those with ReLUs.
    """

    def read(x: Array, W_xh: Array, W_hh: Array, b: Array) -> tuple[Array, ...]:
        return (forward(x=x, h0=_nothing(x, W_hh), W_xh=W_xh, W_hh=W_hh, b=b),)

    def backward(dhs: Array, x: Array, states: Sequence[Array], W_xh: Array, W_hh: Array) -> tuple[Array, ...]:
        dx, _, *weights = back(dhs=dhs, x=x, h0=_nothing(x, W_hh), hs=states[0], W_xh=W_xh, W_hh=W_hh)
        return dx, *weights

    return Cell(read, backward)


def lstm(along: Callable[..., Any], back: Callable[..., Any]) -> Cell:
    """A cell with two states, and gates.

    Args:
        along: calls the student's lstm_cell along a sequence.
        back: their lstm_bptt.
    """

    def read(x: Array, W_xh: Array, W_hh: Array, b: Array) -> tuple[Array, ...]:
        nothing = _nothing(x, W_hh)
        hs, cs = along("lstm_cell", x=x, h=nothing, c=nothing, W_xh=W_xh, W_hh=W_hh, b=b)
        return hs, cs, gates(x, nothing, hs, W_xh, W_hh, b)

    def backward(dhs: Array, x: Array, states: Sequence[Array], W_xh: Array, W_hh: Array) -> tuple[Array, ...]:
        nothing, (hs, cs, opened) = _nothing(x, W_hh), states
        before = {"x": x, "h0": nothing, "c0": nothing, "hs": hs, "cs": cs, "gates": opened}
        dx, _, _, *weights = back(dhs=dhs, dc_T=nothing, **before, W_xh=W_xh, W_hh=W_hh)
        return dx, *weights

    return Cell(read, backward)


def gates(x: Array, h0: Array, hs: Array, W_xh: Array, W_hh: Array, b: Array) -> Array:
    """The gates i, f, g, o of an LSTM (T, N, 4H), which had the states h0 and hs, as lstm_bptt takes them."""
    i, f, g, o = np.split(x @ W_xh + np.concatenate([h0[None], hs[:-1]]) @ W_hh + b, 4, axis=-1)
    return np.concatenate([sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)], axis=-1)


def _nothing(x: Array, W_hh: Array) -> Array:
    """The state before the first step, (N, H)."""
    return np.zeros((x.shape[1], len(W_hh)))
