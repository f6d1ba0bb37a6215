"""RNN, GRU and LSTM over whole sequences, with the names and layouts of torch.nn.

>>> import numpy as np
>>> lstm = LSTM(3, 4, num_layers=2, rng=0)
>>> outputs, (h, c) = lstm(np.ones((5, 2, 3)), lengths=[5, 3])
>>> outputs.shape, h.shape
((5, 2, 4), (2, 2, 4))

What a step computes stands in `minigrad.nn.cells`; how all steps are computed at once, in `minigrad.nn.kernels`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import functional
from minigrad.arguments import check_range, check_shape, check_unit, floating, integers, length, numbers
from minigrad.nn import kernels
from minigrad.nn.cells import check_nonlinearity, drawer, lstm_cell, states_of
from minigrad.nn.module import Module, Parameter
from minigrad.recording import primitive
from minigrad.rules import named


class _Recurrent(Module):
    gates = 1
    states = 1
    weight_hh_l0: Parameter

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        dtype: Any,
        rng: Any,
        proj_size: int = 0,
    ):
        who = type(self).__name__
        self.input_size = length(who, "input_size", input_size)
        self.hidden_size = length(who, "hidden_size", hidden_size, 1)
        self.num_layers = length(who, "num_layers", num_layers, 1)
        self.proj_size = length(who, "proj_size", proj_size)
        if self.proj_size >= self.hidden_size:
            raise ValueError(f"{who}: expected proj_size below hidden_size={hidden_size}, got {proj_size}.")
        check_unit(who, "dropout", dropout)
        self.bias, self.batch_first, self.dropout, self.bidirectional = bias, batch_first, dropout, bidirectional
        self.rng = np.random.default_rng(rng)
        draw, rows = drawer(self.hidden_size, floating(who, dtype), self.rng), self.gates * self.hidden_size
        for layer in range(self.num_layers):
            columns = self._width() * self._directions() if layer else self.input_size
            for ending in self._endings(layer):
                for name, shape in (("weight_ih", (rows, columns)), ("weight_hh", (rows, self._width()))):
                    setattr(self, name + ending, draw(*shape))
                for name in ("bias_ih", "bias_hh") if bias else ():
                    setattr(self, name + ending, draw(rows))
                if self.proj_size:
                    setattr(self, "weight_hr" + ending, draw(self.proj_size, self.hidden_size))

    def forward(self, x: Any, state: Any = None, lengths: Any = None) -> tuple[Any, Any]:
        x, single = self._time_major(x)
        T, N, _ = x.shape
        states = self._initial(state, N, single)
        lengths = self._checked(lengths, T, N)
        mask = None if lengths is None else np.arange(T)[:, None] < lengths
        if mask is not None:
            x = np.where(mask[:, :, None], x, np.zeros((), x.dtype))  # padding may be NaN
        finals: list[list[Any]] = []
        for layer in range(self.num_layers):
            outputs = []
            for backwards, ending in enumerate(self._endings(layer)):
                began = [s[len(finals)] for s in states]
                y, ended = self._run(in_reverse(x, lengths) if backwards else x, began, ending, mask)
                outputs.append(in_reverse(y, lengths) if backwards else y)
                finals.append(ended)
            x = _joined(outputs, axis=-1)
            if layer < self.num_layers - 1:
                x = functional.dropout(x, self.dropout, self.training, rng=self.rng)
        ended = [_joined([final[k] for final in finals], axis=0) for k in range(self.states)]
        if single:
            x, ended = x[:, 0], [s[:, 0] for s in ended]
        elif self.batch_first:
            x = np.swapaxes(x, 0, 1)
        return x, ended[0] if self.states == 1 else tuple(ended)

    def _run(self, x: Any, states: list[Any], ending: str, mask: Any) -> tuple[Any, list[Any]]:
        """All steps of one layer in one direction: outputs, and the final states, each (1, N, ·)."""
        packed = self._kernel()(x, *states, *self._parameters_of(ending), mask)
        T, rows = len(x), len(packed)
        h, *others = (packed[k : k + 1] for k in range(rows - self.states, rows))
        return packed if rows == T else packed[:T], [np.copy(h), *others]  # or it would lie in the outputs

    def _kernel(self) -> Any:
        """The function of all steps at once, which packs the final states below the outputs, unless they are there."""
        raise NotImplementedError

    def _width(self) -> int:
        """The length of h."""
        return self.proj_size or self.hidden_size

    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _endings(self, layer: int) -> list[str]:
        """The endings of the names of a layer's parameters, one for each direction."""
        return [f"_l{layer}", f"_l{layer}_reverse"][: self._directions()]

    def _parameters_of(self, ending: str) -> tuple[Any, ...]:
        return tuple(getattr(self, name + ending, None) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))

    def _time_major(self, x: Any) -> tuple[Any, bool]:
        """The input as (T, N, D), and whether it came without a batch."""
        who = type(self).__name__
        x = numbers(who, "the input", x)
        if x.ndim == 2:
            check_shape(who, "an input without a batch", x, ("T", self.input_size))
            x, single = x[:, None], True
        else:
            check_shape(who, "the input", x, (*("NT" if self.batch_first else "TN"), self.input_size))
            x, single = np.swapaxes(x, 0, 1) if self.batch_first else x, False
        if not x.shape[0]:
            raise ValueError(f"{who}: expected at least one step, got none.")
        return x, single

    def _initial(self, state: Any, N: int, single: bool) -> list[Any]:
        """States of all layers and directions, each (layers · directions, N, H)."""
        who, count = type(self).__name__, self.num_layers * self._directions()
        widths = [self._width(), self.hidden_size][: self.states]
        if state is None:
            return [np.zeros((count, N, width), self.weight_hh_l0.dtype) for width in widths]
        batch = () if single else (N,)
        shapes = {name: (count, *batch, width) for name, width in zip(("h_0", "c_0"), widths, strict=False)}
        given = states_of(who, state, "initial state", shapes)
        for s, (name, shape) in zip(given, shapes.items(), strict=True):
            check_shape(who, f"initial {name[0]}", s, shape)
        return [s[:, None] if single else s for s in given]

    def _checked(self, lengths: Any, T: int, N: int) -> Any:
        """Lengths as an array, or None where all sequences are as long as can be."""
        if lengths is None:
            return None
        who = type(self).__name__
        lengths = integers(who, "lengths", lengths)
        check_shape(who, "lengths", lengths, (N,))
        check_range(who, "lengths", lengths, T + 1)
        return None if (lengths == T).all() else lengths

    def extra_repr(self) -> str:
        options = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
        options["proj_size"] = 0
        changed = (f"{name}={getattr(self, name)}" for name, usual in options.items() if getattr(self, name) != usual)
        return ", ".join([str(self.input_size), str(self.hidden_size), *changed])


def _joined(arrays: list[Any], axis: int) -> Any:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=axis)


def in_reverse(x: Any, lengths: Any) -> Any:
    """Each sequence backwards within its length; what is behind it stays."""
    return np.flip(x, 0) if lengths is None else _in_reverse(x, lengths)


@primitive(lambda g, y, x, lengths: _in_reverse(g, lengths))
@named("np.flip")
def _in_reverse(x: Any, lengths: Any) -> Any:
    t = np.arange(len(x))[:, None]
    return np.take_along_axis(x, np.where(t < lengths, lengths - 1 - t, t)[:, :, None], axis=0)


class RNN(_Recurrent):
    """h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), or relu of it, for t = 1, …, T; see `minigrad.nn.cells`.

    Args:
        input_size, hidden_size: D and H.
        num_layers: each further layer reads the outputs of the one before.
        nonlinearity: "tanh" or "relu".
        bias: whether there are biases.
        batch_first: the input and the outputs are (N, T, …) in place of (T, N, …).
        dropout: the probability of it on the outputs of each layer but the last, in training.
        bidirectional: a second set of weights reads each sequence backwards; the outputs stand side by side.
        dtype: of the parameters.
        rng: a generator, or a seed, for their first values and for dropout.

    Args of the call:
        x: (T, N, D), or (T, D) for a single sequence.
        state: h_0, (num_layers · directions, N, H); 0 by default.
        lengths: (N,) how many steps of each sequence count, in any order; all by default. Steps beyond change no state
            and no gradient, whatever they hold, and their outputs are 0.

    Returns:
        outputs (T, N, directions · H), and h_T, of the shape of h_0: for each sequence after its last step.

    Raises:
        ValueError: if shapes do not fit, a length is not from 0 to T, or the nonlinearity is unknown.
        TypeError: if dtype is not floating-point, x is not numbers, or lengths are not integers.

    >>> outputs, h = RNN(3, 4, rng=0)(np.ones((5, 2, 3)))
    >>> outputs.shape, h.shape
    ((5, 2, 4), (1, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = float,
        rng: Any = None,
    ):
        check_nonlinearity("RNN", nonlinearity)
        self.nonlinearity = nonlinearity
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, rng)

    def _kernel(self) -> Any:
        return kernels.rnn[self.nonlinearity]


class LSTM(_Recurrent):
    """i, f, g, o = σ, σ, tanh, σ of W_ih x_t + b_ih + W_hh h_{t-1} + b_hh; c_t = f c_{t-1} + i g; h_t = o tanh c_t.

    With a projection h_t = W_hr (o tanh c_t). (Sak, Senior and Beaufays, Long short-term memory based recurrent neural
    network architectures for large vocabulary speech recognition, 2014, section 2.) The steps are then taken one by
    one, as those of a cell, which takes several times as long.

    Args:
        as for `RNN`, without nonlinearity; and
        proj_size: P, the length of h, below H; or 0, for h as long as c.

    Args of the call:
        x, lengths: as for `RNN`.
        state: (h_0, c_0), each (num_layers · directions, N, H), or P for h_0; 0 by default.

    Returns:
        outputs (T, N, directions · H), or P, and (h_T, c_T).

    Raises:
        ValueError: as `RNN`, and if `proj_size` is not below `hidden_size`.
        TypeError: as `RNN`.

    >>> outputs, (h, c) = LSTM(3, 4, bidirectional=True, rng=0)(np.ones((5, 2, 3)))
    >>> outputs.shape, h.shape, c.shape
    ((5, 2, 8), (2, 2, 4), (2, 2, 4))
    """

    gates = 4
    states = 2

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: Any = float,
        rng: Any = None,
    ):
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, rng, proj_size
        )

    def _kernel(self) -> Any:
        return kernels.lstm

    def _run(self, x: Any, states: list[Any], ending: str, mask: Any) -> tuple[Any, list[Any]]:
        if not self.proj_size:
            return super()._run(x, states, ending, mask)
        outputs, (h, c), W_hr = [], states, getattr(self, "weight_hr" + ending)
        for t, step in enumerate(x):
            unprojected, c_next = lstm_cell(step, h, c, *self._parameters_of(ending))
            h_next = unprojected @ W_hr.T
            if mask is None:
                h, c = h_next, c_next
                outputs.append(h)
            else:
                counts = mask[t][:, None]
                h, c = np.where(counts, h_next, h), np.where(counts, c_next, c)
                outputs.append(np.where(counts, h, 0.0))
        return np.stack(outputs), [h[None], c[None]]


class GRU(_Recurrent):
    """r, z = σ(…), n = tanh(W_in x_t + b_in + r (W_hn h_{t-1} + b_hn)), h_t = (1 - z) n + z h_{t-1}.

    Args:
        as for `RNN`, without nonlinearity.

    Args of the call:
        as for `RNN`.

    Returns:
        as `RNN`.

    Raises:
        ValueError: as `RNN`.
        TypeError: as `RNN`.

    >>> outputs, h = GRU(3, 4, rng=0)(np.ones((5, 2, 3)))
    >>> outputs.shape, h.shape
    ((5, 2, 4), (1, 2, 4))
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = float,
        rng: Any = None,
    ):
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, rng)

    def _kernel(self) -> Any:
        return kernels.gru
