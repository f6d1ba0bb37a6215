"""RNN, GRU and LSTM over a whole sequence, each as one recorded function with a derivative written by hand.

What a cell computes stands in `minigrad.nn.cells`, as in the lectures; this is the same arithmetic in another
order, which takes a fraction of the time:

- The products with the inputs, which wait for nothing, are one call for all steps, before the loop.
- Work arrays are feature-major, (T, features, N): so each gate of a step lies in one piece of memory, and the recurrent
  product is (G·H, H) @ (H, N).
- σ(a) = ½ + ½ tanh(a/2), with the half folded into weights and biases: all gates of a step take one call of tanh.
- In the backward loop everything that does not wait for the gradient of the next step has been computed for the whole
  sequence before. The gradients of weights are one product, after it.

A mask (T, N) says which steps of which sequences count. At the others the state is carried on and the output is 0.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.memory import Array
from minigrad.nn.cells import gru_cell, lstm_cell, rnn_cell
from minigrad.recording import apply
from minigrad.rules import derivative_of_all
from minigrad.tensor import Tensor
from minigrad.transforms import vjp

Gradient = Callable[[], Any]


class Run:
    """What a call of a kernel leaves for its derivative."""

    saved: Any = None

    def __repr__(self) -> str:
        return "…"


def kernel(
    name: str,
    forward: Callable[..., tuple[Array, Any]],
    backward: Callable[..., list[Gradient]],
    steps: Callable[..., Any],
) -> Callable[..., Any]:
    """A function of arrays or Tensors that is recorded as one operation.

    Args:
        name: what it is called in graphs.
        forward: the arguments ↦ the result, and what `backward` will need.
        backward: the gradient of the result, and that ↦ for each argument a function that returns its gradient.
        steps: the same mathematics step by step, for gradients that are differentiated again.
    """

    def run(one: Run, *args: Any) -> Array:
        y, one.saved = forward(*args)
        return y

    def gradients(g: Any, y: Any, one: Run, *args: Any) -> list[Any]:
        return [None, *(_differentiable(steps, g, args) if isinstance(g, Tensor) else backward(g, one.saved))]

    run.__name__ = run.__qualname__ = name
    run.__module__ = "minigrad.nn"
    derivative_of_all(run, gradients)
    return lambda *args: apply(run, Run(), *args)


def _differentiable(steps: Callable[..., Any], g: Tensor, args: tuple[Any, ...]) -> list[Gradient]:
    """The gradients through all steps, by the engine, with a history of their own."""
    wanted = [i for i, a in enumerate(args) if isinstance(a, Tensor) and a.requires_grad]

    def of_wanted(*chosen: Any) -> Any:
        full = list(args)
        for i, a in zip(wanted, chosen, strict=True):
            full[i] = a
        return steps(*full)

    # the input as a list of its steps, or else each of them would have a gradient as large as the whole
    _, pullback = vjp(of_wanted, *(list(args[i]) if i == 0 else args[i] for i in wanted))
    gradients = dict(zip(wanted, pullback(g), strict=True))
    if 0 in gradients:
        gradients[0] = np.stack(gradients[0])
    return [functools.partial(gradients.get, i) for i in range(len(args))]


# Between the user's arrays, (T, N, features), and work arrays, (T, features, N)


def _feature_major(a: Array) -> Any:
    return np.ascontiguousarray(np.swapaxes(a, -1, -2))


def _products(W: Array, x: Array, bias: Any) -> Array:
    """W x_t + bias for every step: (T, G, N)."""
    z: Array = np.matmul(W, np.swapaxes(x, 1, 2))
    z += bias
    return z


def _columns(a: Array) -> Array:
    """A work array (T, features, N) as (features, T·N): the sums over steps and batch become products."""
    return np.ascontiguousarray(np.swapaxes(a, 0, 1)).reshape(a.shape[1], -1)


def _rows(a: Array) -> Array:
    """A work array (T, features, N) as (T·N, features)."""
    return np.reshape(_feature_major(a), (-1, a.shape[1]))


def _packed(hs: Array, mask: Any, *finals: Array) -> Array:
    """Outputs (T, N, H), 0 where the mask says so, and final states below them."""
    T, H, N = hs.shape
    y = np.empty((T + len(finals), N, H), hs.dtype)
    y[:T] = np.swapaxes(hs, 1, 2)
    if mask is not None:
        y[:T] *= mask[:, :, None]
    for k, final in enumerate(finals):
        y[T + k] = final.T
    return y


def _bias(b_ih: Any, b_hh: Any, W: Array) -> Array:
    """Both biases together, as a column."""
    return np.zeros((len(W), 1), W.dtype) if b_ih is None else np.reshape(b_ih + b_hh, (-1, 1))


def _gates(rows: Array, order: list[int]) -> Array:
    """The rows of each gate in another order."""
    return np.reshape(np.reshape(rows, (len(order), -1))[order], rows.shape)


def _halved(W: Array, order: list[int], halves: list[float]) -> Array:
    """The rows of each gate in another order, with the half of sigmoids folded in."""
    ordered = np.reshape(_gates(W, order), (len(order), -1))
    return np.reshape(ordered * np.reshape(halves, (-1, 1)).astype(W.dtype), W.shape)


def _sigmoid_of_half(tanh: Array) -> None:
    """½ + ½ tanh, in place."""
    tanh *= 0.5
    tanh += 0.5


def _gradients(
    x: Array, W_ih: Array, hs: Array, order: list[int], d_input: Array, d_recurrent: Array, *states: Array
) -> list[Gradient]:
    """Of (x, *states, W_ih, W_hh, b_ih, b_hh), from the gradients of all W_ih x_t + b_ih and all W_hh h_t + b_hh.

    Those have the gates in this order; the weights and biases have them in PyTorch's.
    """
    inputs = _columns(d_input)
    recurrent = inputs if d_recurrent is d_input else _columns(d_recurrent)

    def back(rows: Array) -> Array:
        return _gates(rows, list(np.argsort(order)))

    return [
        lambda: np.reshape(inputs.T @ _gates(W_ih, order), x.shape),
        *(functools.partial(np.copy, state) for state in states),
        lambda: back(inputs @ np.reshape(x, (-1, x.shape[-1]))),
        lambda: back(recurrent @ _rows(hs[:-1])),
        lambda: back(np.sum(inputs, axis=1)),
        lambda: back(np.sum(recurrent, axis=1)),
    ]


def _slope_of_tanh(y: Array) -> Any:
    """1 - y²"""
    slope = y * y
    return np.subtract(1, slope, out=slope)


# LSTM

OIFG, LSTM_HALVES = [3, 0, 1, 2], [0.5, 0.5, 0.5, 1.0]  # sigmoids first; what c depends on last


def _lstm_forward(
    x: Array, h: Array, c: Array, W_ih: Array, W_hh: Array, b_ih: Any, b_hh: Any, mask: Any
) -> tuple[Array, Any]:
    (T, N, _), H = x.shape, h.shape[1]
    bias = _halved(_bias(b_ih, b_hh, W_ih), OIFG, LSTM_HALVES)
    a = _products(_halved(W_ih, OIFG, LSTM_HALVES), x, bias)
    W = _halved(W_hh, OIFG, LSTM_HALVES)
    hs, cs, tanh_c = (np.empty((T + more, H, N), a.dtype) for more in (1, 1, 0))
    hs[0], cs[0] = h.T, c.T
    recurrent, product = np.empty_like(a[0]), np.empty_like(hs[0])
    gates = a.reshape(T, 4, H, N)
    for t in range(T):
        a_t, (o, i, f, g), h_next, c_next = a[t], gates[t], hs[t + 1], cs[t + 1]
        a_t += np.matmul(W, hs[t], out=recurrent)
        np.tanh(a_t, out=a_t)
        _sigmoid_of_half(a_t[: 3 * H])
        np.multiply(f, cs[t], out=c_next)
        c_next += np.multiply(i, g, out=product)
        np.multiply(o, np.tanh(c_next, out=tanh_c[t]), out=h_next)
        if mask is not None:
            np.copyto(h_next, hs[t], where=~mask[t])
            np.copyto(c_next, cs[t], where=~mask[t])
    return _packed(hs[1:], mask, hs[T], cs[T]), (x, W_ih, W_hh, a, hs, cs, tanh_c, mask)


def _lstm_backward(g: Array, saved: Any) -> list[Gradient]:
    x, W_ih, W_hh, a, hs, cs, tanh_c, mask = saved
    T, H, N = tanh_c.shape
    o, i, f, candidate = np.moveaxis(a.reshape(T, 4, H, N), 1, 0)
    # what each gate's gradient is of that of c (i, f, g) or of h (o), and what that of c is of that of h
    d = np.empty((T, 4, H, N), a.dtype)
    np.subtract(1, a[:, : 3 * H], out=d[:, :3].reshape(T, 3 * H, N))
    d[:, :3] *= a[:, : 3 * H].reshape(T, 3, H, N)
    d[:, 0] *= tanh_c
    d[:, 1] *= candidate
    d[:, 2] *= cs[:-1]
    np.multiply(_slope_of_tanh(candidate), i, out=d[:, 3])
    dc_of_dh = _slope_of_tanh(tanh_c)
    dc_of_dh *= o
    keep = f
    if mask is not None:
        d *= mask[:, None, None]
        dc_of_dh *= mask[:, None]
        keep = np.where(mask[:, None], f, 1)
    W = np.ascontiguousarray(_gates(W_hh, OIFG).T)
    dy = _feature_major(g[:T])
    if mask is not None:
        dy = dy * mask[:, None]
    dh, dc = g[T].T.copy(), g[T + 1].T.copy()
    product = np.empty_like(dh)
    for t in reversed(range(T)):
        d_t = d[t]
        dh += dy[t]
        dc += np.multiply(dh, dc_of_dh[t], out=product)
        d_t[0] *= dh
        d_t[1:] *= dc
        dc *= keep[t]
        if mask is None:
            np.matmul(W, d_t.reshape(4 * H, N), out=dh)
        else:
            dh *= ~mask[t]
            dh += np.matmul(W, d_t.reshape(4 * H, N), out=product)
    d = d.reshape(T, 4 * H, N)
    return _gradients(x, W_ih, hs, OIFG, d, d, dh.T, dc.T)


# RNN


def _rnn_forward(activate: Callable[[Array], Any]) -> Callable[..., tuple[Array, Any]]:
    def forward(x: Array, h: Array, W_ih: Array, W_hh: Array, b_ih: Any, b_hh: Any, mask: Any) -> tuple[Array, Any]:
        (T, N, _), H = x.shape, h.shape[1]
        a = _products(W_ih, x, _bias(b_ih, b_hh, W_ih))
        hs = np.empty((T + 1, H, N), a.dtype)
        hs[0] = h.T
        recurrent = np.empty_like(hs[0])
        for t in range(T):
            np.add(a[t], np.matmul(W_hh, hs[t], out=recurrent), out=hs[t + 1])
            activate(hs[t + 1])
            if mask is not None:
                np.copyto(hs[t + 1], hs[t], where=~mask[t])
        return _packed(hs[1:], mask, hs[T]), (x, W_ih, W_hh, hs, mask)

    return forward


def _rnn_backward(slope: Callable[[Array], Array]) -> Callable[..., list[Gradient]]:
    def backward(g: Array, saved: Any) -> list[Gradient]:
        x, W_ih, W_hh, hs, mask = saved
        T = len(x)
        d = slope(hs[1:]).astype(hs.dtype)
        dy = _feature_major(g[:T])
        if mask is not None:
            d *= mask[:, None]
            dy = dy * mask[:, None]
        W = np.ascontiguousarray(W_hh.T)
        dh = g[T].T.copy()
        product = np.empty_like(dh)
        for t in reversed(range(T)):
            dh += dy[t]
            d[t] *= dh
            if mask is None:
                np.matmul(W, d[t], out=dh)
            else:
                dh *= ~mask[t]
                dh += np.matmul(W, d[t], out=product)
        return _gradients(x, W_ih, hs, [0], d, d, dh.T)

    return backward


# GRU

RZN, GRU_HALVES = [0, 1, 2], [0.5, 0.5, 1.0]


def _gru_forward(x: Array, h: Array, W_ih: Array, W_hh: Array, b_ih: Any, b_hh: Any, mask: Any) -> tuple[Array, Any]:
    (T, N, _), H = x.shape, h.shape[1]
    b_x, b_h = (np.zeros((3 * H, 1), W_ih.dtype) if b is None else np.reshape(b, (-1, 1)) for b in (b_ih, b_hh))
    a = _products(_halved(W_ih, RZN, GRU_HALVES), x, _halved(b_x, RZN, GRU_HALVES))
    W, b = _halved(W_hh, RZN, GRU_HALVES), _halved(b_h, RZN, GRU_HALVES)
    hs, of_h = np.empty((T + 1, H, N), a.dtype), np.empty((T, 3 * H, N), a.dtype)
    hs[0] = h.T
    product = np.empty_like(hs[0])
    for t in range(T):
        rz, n = a[t, : 2 * H], a[t, 2 * H :]
        np.matmul(W, hs[t], out=of_h[t])
        of_h[t] += b
        rz += of_h[t, : 2 * H]
        np.tanh(rz, out=rz)
        _sigmoid_of_half(rz)
        n += np.multiply(rz[:H], of_h[t, 2 * H :], out=product)
        np.tanh(n, out=n)
        np.subtract(hs[t], n, out=hs[t + 1])
        hs[t + 1] *= rz[H:]
        hs[t + 1] += n
        if mask is not None:
            np.copyto(hs[t + 1], hs[t], where=~mask[t])
    return _packed(hs[1:], mask, hs[T]), (x, W_ih, W_hh, a, hs, of_h[:, 2 * H :], mask)


def _gru_backward(g: Array, saved: Any) -> list[Gradient]:
    x, W_ih, W_hh, a, hs, hn, mask = saved
    T, H, N = hn.shape
    r, z, n = np.moveaxis(a.reshape(T, 3, H, N), 1, 0)
    # the gradients of z and n are these times that of h; those of r and of W_hn h are the next two times that of n
    of_h = np.stack([(hs[:-1] - n) * z * (1 - z), (1 - z) * (1 - n * n)], axis=1)
    of_n = np.stack([hn * r * (1 - r), r], axis=1)
    keep, dy = z, _feature_major(g[:T])
    if mask is not None:
        of_h *= mask[:, None, None]
        dy = dy * mask[:, None]
        keep = np.where(mask[:, None], z, 1)
    d = np.empty((T, 3, H, N), a.dtype)  # r, z, W_hn h
    W = np.ascontiguousarray(W_hh.T)
    dh = g[T].T.copy()
    product = np.empty_like(dh)
    for t in reversed(range(T)):
        dh += dy[t]
        of_h[t] *= dh
        d[t, 1] = of_h[t, 0]
        np.multiply(of_n[t], of_h[t, 1], out=d[t, ::2])
        dh *= keep[t]
        dh += np.matmul(W, d[t].reshape(3 * H, N), out=product)
    d_input = np.concatenate([d[:, :2], of_h[:, 1:]], axis=1).reshape(T, 3 * H, N)
    return _gradients(x, W_ih, hs, RZN, d_input, d.reshape(T, 3 * H, N), dh.T)


# The same step by step


def _steps(cell: Callable[..., Any], states: int) -> Callable[..., Any]:
    def steps(x: Any, *args: Any) -> Any:
        state, parameters, mask = args[:states], args[states:-1], args[-1]
        outputs = []
        for t in range(len(x)):
            new = cell(x[t], *state, *parameters)
            new = new if states > 1 else (new,)
            if mask is not None:
                counts = mask[t][:, None]
                new = tuple(np.where(counts, after, before) for after, before in zip(new, state, strict=True))
            state = new
            outputs.append(state[0] if mask is None else np.where(counts, state[0], 0.0))
        return np.stack([*outputs, *state])

    return steps


def _relu(a: Array) -> Array:
    return np.maximum(a, 0, out=a)


def _tanh(a: Array) -> Array:
    return np.tanh(a, out=a)


lstm = kernel("lstm", _lstm_forward, _lstm_backward, _steps(lstm_cell, 2))
gru = kernel("gru", _gru_forward, _gru_backward, _steps(gru_cell, 1))
rnn = {
    "tanh": kernel("rnn", _rnn_forward(_tanh), _rnn_backward(_slope_of_tanh), _steps(rnn_cell, 1)),
    "relu": kernel(
        "rnn",
        _rnn_forward(_relu),
        _rnn_backward(lambda h: h > 0),
        _steps(functools.partial(rnn_cell, nonlinearity="relu"), 1),
    ),
}
