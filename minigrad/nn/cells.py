"""One step of a recurrent network: RNN, GRU and LSTM cells, with the names and layouts of torch.nn.

Rows are examples: x is (N, D), states are (N, H). The weights of all gates stand below each other: W_ih is (G·H, D) and
W_hh (G·H, H), with G = 1 for the RNN, 3 for the GRU (gates r, z, n) and 4 for the LSTM (gates i, f, g, o).

>>> import numpy as np
>>> cell = LSTMCell(3, 4, rng=0)
>>> h, c = cell(np.ones((2, 3)))
>>> h.shape, c.shape
((2, 4), (2, 4))
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.arguments import check_shape, floating, length, numbers
from minigrad.functional import relu, sigmoid
from minigrad.nn.layers import uniform
from minigrad.nn.module import Module, Parameter


def rnn_cell(
    x: Any, h: Any, W_ih: Any, W_hh: Any, b_ih: Any = None, b_hh: Any = None, nonlinearity: str = "tanh"
) -> Any:
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu of it. (Elman, Finding structure in time, 1990.)

    >>> rnn_cell(np.ones((1, 1)), np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1)))
    array([[0.]])
    """
    a = _affine(x, W_ih, b_ih) + _affine(h, W_hh, b_hh)
    return np.tanh(a) if nonlinearity == "tanh" else relu(a)


def lstm_cell(x: Any, h: Any, c: Any, W_ih: Any, W_hh: Any, b_ih: Any = None, b_hh: Any = None) -> tuple[Any, Any]:
    """i, f, g, o = σ, σ, tanh, σ of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g; h' = o tanh c'.

    (Hochreiter and Schmidhuber, Long short-term memory, 1997; the forget gate: Gers, Schmidhuber and Cummins, 2000.)

    >>> h, c = lstm_cell(np.ones((1, 1)), np.zeros((1, 1)), np.ones((1, 1)), np.zeros((4, 1)), np.zeros((4, 1)))
    >>> c
    array([[0.5]])
    """
    i, f, g, o = np.split(_affine(x, W_ih, b_ih) + _affine(h, W_hh, b_hh), 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru_cell(x: Any, h: Any, W_ih: Any, W_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """r, z = σ of their rows of W_ih x + b_ih + W_hh h + b_hh; n = tanh(W_in x + b_in + r (W_hn h + b_hn));
    h' = (1 - z) n + z h.

    (Cho and others, Learning phrase representations using RNN encoder-decoder, 2014, in the form where r gates the
    product with h.)

    >>> gru_cell(np.ones((1, 1)), np.ones((1, 1)), np.zeros((3, 1)), np.zeros((3, 1)))
    array([[0.5]])
    """
    of_x, of_h = _affine(x, W_ih, b_ih), _affine(h, W_hh, b_hh)
    (xr, xz, xn), (hr, hz, hn) = np.split(of_x, 3, axis=-1), np.split(of_h, 3, axis=-1)
    z = sigmoid(xz + hz)
    return (1 - z) * np.tanh(xn + sigmoid(xr + hr) * hn) + z * h


def _affine(x: Any, W: Any, b: Any) -> Any:
    return x @ W.T if b is None else x @ W.T + b


def drawer(hidden_size: int, dtype: np.dtype[Any], rng: Any) -> Callable[..., Parameter]:
    """A function that draws a parameter of a shape from U(-1/√H, 1/√H), as all recurrent layers of PyTorch begin."""
    bound, rng = 1 / math.sqrt(hidden_size), np.random.default_rng(rng)
    return lambda *shape: Parameter(uniform(rng, bound, shape, dtype))


class _Cell(Module):
    gates = 1

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: Any = float, rng: Any = None):
        who = type(self).__name__
        self.input_size = length(who, "input_size", input_size)
        self.hidden_size = length(who, "hidden_size", hidden_size, 1)
        draw = drawer(self.hidden_size, floating(who, dtype), rng)
        rows = self.gates * self.hidden_size
        self.weight_ih, self.weight_hh = draw(rows, self.input_size), draw(rows, self.hidden_size)
        self.bias_ih: Parameter | None = draw(rows) if bias else None
        self.bias_hh: Parameter | None = draw(rows) if bias else None

    def _checked(self, x: Any, state: Any, *names: str) -> tuple[Any, ...]:
        """The input, and the states of these names, 0 by default, after a look at the shapes."""
        who = type(self).__name__
        x = numbers(who, "x", x)
        check_shape(who, "x", x, (*x.shape[:-1][:1], self.input_size))
        shape = (*x.shape[:-1], self.hidden_size)
        if state is None:
            return x, *(np.zeros(shape, self.weight_ih.dtype) for _ in names)
        states = states_of(who, state, "state", dict.fromkeys(names, shape))
        for name, s in zip(names, states, strict=True):
            check_shape(who, name, s, shape)
        return x, *states

    def _parameters(self) -> tuple[Any, Any, Any, Any]:
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"


def states_of(who: str, state: Any, what: str, shapes: dict[str, tuple[int, ...]]) -> list[Any]:
    """The states that were given, as a list: one array, or a tuple or list of several, of these names and shapes."""
    several = isinstance(state, tuple) or (isinstance(state, list) and len(shapes) > 1)
    given = list(state) if several else [state]
    if several == (len(shapes) > 1) and len(given) == len(shapes):
        if any(s is None for s in given):
            raise ValueError(f"{who}: expected arrays in the {what}, got None. Leave the {what} out, and it is 0.")
        return [numbers(who, name, s) for name, s in zip(shapes, given, strict=True)]
    got = f"{len(given)} in a {type(state).__name__}" if several else f"one array of shape {np.shape(state)}"
    names, sizes = ", ".join(shapes), " and ".join(map(str, shapes.values()))
    wanted = f"({names}), of shapes {sizes}" if len(shapes) > 1 else f"one array {names}, of shape {sizes}"
    raise ValueError(f"{who}: expected the {what} as {wanted}, got {got}.")


class RNNCell(_Cell):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu of it; see `rnn_cell`.

    Args:
        input_size, hidden_size: D and H.
        bias: whether there are biases.
        nonlinearity: "tanh" or "relu".
        dtype: of the parameters.
        rng: a generator, or a seed, for their first values.

    Args of the call:
        x: (N, D), or (D,) for a single example.
        h: (N, H); 0 by default.

    Returns:
        (N, H)

    Raises:
        ValueError: if shapes do not fit, or the nonlinearity is unknown.
        TypeError: if dtype is not floating-point, or x or a state is not numbers.

    >>> RNNCell(3, 4, rng=0)(np.ones((2, 3))).shape
    (2, 4)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: Any = float,
        rng: Any = None,
    ):
        check_nonlinearity("RNNCell", nonlinearity)
        super().__init__(input_size, hidden_size, bias, dtype=dtype, rng=rng)
        self.nonlinearity = nonlinearity

    def forward(self, x: Any, h: Any = None) -> Any:
        x, h = self._checked(x, h, "h")
        return rnn_cell(x, h, *self._parameters(), nonlinearity=self.nonlinearity)


def check_nonlinearity(who: str, nonlinearity: str) -> None:
    """Raise ValueError unless it is one."""
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"{who}: expected nonlinearity 'tanh' or 'relu', got {nonlinearity!r}.")


class LSTMCell(_Cell):
    """i, f, g, o = σ, σ, tanh, σ of W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g; h' = o tanh c'; see `lstm_cell`.

    Args:
        input_size, hidden_size, bias, dtype, rng: as for `RNNCell`.

    Args of the call:
        x: (N, D), or (D,) for a single example.
        state: h and c, each (N, H); 0 by default.

    Returns:
        h' and c', each (N, H).

    Raises:
        ValueError: if shapes do not fit.
        TypeError: if dtype is not floating-point, or x or a state is not numbers.

    >>> h, c = LSTMCell(3, 4, rng=0)(np.ones((2, 3)))
    >>> h.shape, c.shape
    ((2, 4), (2, 4))
    """

    gates = 4

    def forward(self, x: Any, state: Any = None) -> tuple[Any, Any]:
        x, h, c = self._checked(x, state, "h", "c")
        return lstm_cell(x, h, c, *self._parameters())


class GRUCell(_Cell):
    """r, z = σ(…), n = tanh(W_in x + b_in + r (W_hn h + b_hn)), h' = (1 - z) n + z h; see `gru_cell`.

    Args:
        input_size, hidden_size, bias, dtype, rng: as for `RNNCell`.

    Args of the call:
        x: (N, D), or (D,) for a single example.
        h: (N, H); 0 by default.

    Returns:
        (N, H)

    Raises:
        ValueError: if shapes do not fit.
        TypeError: if dtype is not floating-point, or x or a state is not numbers.

    >>> GRUCell(3, 4, rng=0)(np.ones((2, 3))).shape
    (2, 4)
    """

    gates = 3

    def forward(self, x: Any, h: Any = None) -> Any:
        x, h = self._checked(x, h, "h")
        return gru_cell(x, h, *self._parameters())
