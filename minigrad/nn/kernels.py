"""RNN, GRU and LSTM over a whole sequence, each as one recorded function with a derivative written by hand.

What a cell computes stands in `minigrad.nn.cells`, as in the lectures; this is the same arithmetic in another
order, which takes a fraction of the time:

- Work arrays are feature-major, (T, features, N): so each gate of a step lies in one piece of memory.
- x_t, h_{t-1} and a row of ones lie below each other, so that all gates of a step are one product with
  (W_ih, W_hh, b_ih + b_hh). The GRU needs W_hn h apart; there the products with all x_t are one call, before the loop.
- σ(a) = ½ + ½ tanh(a/2), with the half folded into weights and biases: all gates of a step take one call of tanh.
- The backward loop goes by blocks of steps. What does not wait for the gradient of the next step is computed for all of
  a block before it, and is still in the cache then. The gradients of weights are products over many steps.

A mask (T, N) says which steps of which sequences count. At the others the state is carried on and the output is 0; x
has to be finite there.

Second derivatives (`minigrad.nn.by_hand`) run through the same lines with complex numbers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from minigrad.memory import Array
from minigrad.nn.by_hand import by_hand
from minigrad.nn.cells import gru_cell, lstm_cell, rnn_cell

# Between the user's arrays, (T, N, features), and work arrays, (T, features, N)


def _stacked(h: Array, T: int, dtype: Any, x: Any = None) -> Array:
    """For each step: x_t, room for the state before it, and ones, below each other. The first state is h."""
    (N, H), D = h.shape, 0 if x is None else x.shape[-1]
    stacked = np.empty((T + 1, D + H + 1, N), dtype)
    if x is not None:
        stacked[:T, :D] = np.swapaxes(x, 1, 2)
    stacked[0, D:-1] = h.T
    stacked[:, -1] = 1
    return stacked


def _weights(dtype: Any, *matrices: Array, bias: Any) -> Any:
    """Matrices, and the sum of biases, beside each other: the left factor for `_stacked`."""
    column = np.zeros((len(matrices[0]), 1)) if bias[0] is None else np.reshape(sum(bias), (-1, 1))
    return np.concatenate([*matrices, column], axis=1, dtype=dtype, casting="same_kind")


def _packed(hs: Array, mask: Any, *others: Array) -> tuple[Array, Array]:
    """The outputs, 0 where the mask says so, with the final states below them; and the states before each step.

    Both are (…, N, H). Without a mask they share their memory, and the last output is the final h as well.
    """
    T, H, N = len(hs) - 1, *hs.shape[1:]
    finals = others if mask is None else (hs[T], *others)
    states = np.empty((T + 1 + len(finals), N, H), hs.dtype)
    states[: T + 1] = np.swapaxes(hs, 1, 2)
    for k, final in enumerate(finals):
        states[T + 1 + k] = final.T
    y = states[1:]
    if mask is not None:
        y = y.copy()
        y[:T] *= mask[:, :, None]
    return y, states[:T]


UNPACKED = 10**6
"""Up to this many multiplications OpenBLAS does without copying the matrices first, given AVX-512."""


FEW = 8
"""Up to this many columns count as few in a product of matrices: see below."""


def _product_with(W: Array, N: int) -> Callable[..., Any]:
    """W @ (·, N), given an `out`: in two or four blocks of rows, where these are small enough to need no copies.

    With few columns a small product in float32 takes as little as half of the time where each column of W lies in one
    piece.
    """
    rows, K = W.shape
    blocks = next((n for n in (1, 2, 4) if rows % n == 0 and rows * K * N <= n * UNPACKED), 0)
    if blocks <= 1:
        few = blocks and N <= FEW and W.dtype == np.float32
        return functools.partial(np.dot, np.asfortranarray(W) if few else W)
    W = W.reshape(blocks, rows // blocks, K)
    return lambda s, out: np.matmul(W, s, out=out.reshape(blocks, rows // blocks, N))


def _feature_major(a: Array) -> Any:
    return np.array(np.swapaxes(a, 1, 2), order="C")


def _of_final_h(g: Array, T: int, mask: Any, dtype: Any) -> Array:
    """The gradient of h after the last step, without that of the last output."""
    return np.zeros(g.shape[:0:-1], dtype) if mask is None else np.array(g[T].T, dtype, order="C")


BLOCK = 2**15
"""The backward pass prepares its factors for this many numbers of each gate at a time: they stay in the cache."""


TOGETHER, COLUMNS = 2**19, 2**10
"""At most TOGETHER gradients of gates are multiplied together, or COLUMNS for each row of weights if that is more."""


def _backwards(steps: slice, size: int) -> Iterator[slice]:
    """These steps in blocks of some size, the last first."""
    return (slice(t, min(t + size, steps.stop)) for t in reversed(range(steps.start, steps.stop, size)))


OFTEN = 16
"""The backward pass looks every 16 steps whether gradients are fading away."""


@functools.cache
def _faint(dtype: Any) -> tuple[float, float]:
    """Two limits: while <dh, dh> is below the first, gradients of gates below the second are dropped.

    Subnormal numbers, those below 2⁻¹²⁶ in float32, may never get to 0 by themselves, and arithmetic with them is slow.
    Times weights, numbers a little above give some too.
    """
    smallest = float(np.finfo(dtype).smallest_normal)
    return smallest**0.8, smallest * 2**8


def _is_fading(dh: Array) -> bool:
    return bool(np.vdot(dh, dh).real < _faint(dh.dtype)[0] and np.any(dh))


def _drop_faded(g: Array) -> None:
    np.copyto(g, 0, where=np.abs(g) < _faint(g.dtype)[1])


def _gates(W: Array, order: list[int]) -> Array:
    """The rows of each gate in another order."""
    return np.reshape(np.reshape(W, (len(order), -1))[order], W.shape)


def _sigmoid_of_half(tanh: Array, half: Array) -> None:
    """½ + ½ tanh, in place."""
    tanh *= half
    tanh += half


class _Gradients:
    """The gradients of (x, *states, W_ih, W_hh, b_ih, b_hh), from those of gates, which come by blocks of steps.

    Those of weights are sums over steps and batch, and so products of matrices. They are taken for some steps at a
    time: what is multiplied needs little memory, and is still in the cache.
    """

    def __init__(
        self,
        wanted: Sequence[int],
        states: int,
        x: Array,
        W_ih: Array,
        before: Array,
        dtype: Any,
        rows: int,
        of_x: slice = slice(None),
        of_h: slice = slice(None),
    ):
        """Of the `rows` of gates, `of_x` belong to W_ih x_t + b_ih, and `of_h` to W_hh h_t + b_hh."""
        self.wanted, self.x, self.W_ih, self.before, self.of_x, self.of_h = wanted, x, W_ih, before, of_x, of_h
        T, N, _ = before.shape
        pieces = -(-T * N // max(COLUMNS, TOGETHER // rows)) or 1
        self.most = -(-T // pieces)
        self.rows, self.room = rows, np.empty(rows * self.most * N, dtype)
        self.dx = np.empty(x.shape, dtype) if 0 in wanted else None
        self.weights_too = max(wanted) > states
        self.sums: list[Any] = []

    def blocks(self) -> Iterator[slice]:
        """The steps, the last first. The gradients of a block's gates are put before the next one is taken."""
        T, N, H = self.before.shape
        for steps in _backwards(slice(0, T), self.most):
            self.start, count = steps.start, steps.stop - steps.start
            columns = self.room[: self.rows * count * N].reshape(self.rows, count * N)
            self.by_step = columns.reshape(self.rows // H, H, count, N)
            yield from _backwards(steps, max(1, BLOCK // max(1, H * N)))
            self._add(columns, steps)

    def put(self, block: slice, first: int, gates: Array) -> None:
        """Keep the gradients of some gates of a block, (steps, gates, H, N). The first of them has this number."""
        steps = slice(block.start - self.start, block.stop - self.start)
        self.by_step[first : first + gates.shape[1], :, steps] = gates.transpose(1, 2, 0, 3)

    def _add(self, columns: Array, steps: slice) -> None:
        of_x, of_h, count = columns[self.of_x], columns[self.of_h], columns.shape[1]
        x, before = (a[steps].reshape(count, a.shape[-1]) for a in (self.x, self.before))
        if self.dx is not None:
            np.matmul(of_x.T, self.W_ih, out=self.dx[steps].reshape(x.shape))
        if not self.weights_too:
            return
        pairs = (of_x, x), (of_h, before), (columns, np.ones(count, columns.dtype))
        if not self.sums:
            self.sums = [a @ b for a, b in pairs]
        else:
            for total, (a, b) in zip(self.sums, pairs, strict=True):
                total += a @ b

    def of_arguments(self, *states: Array, order: list[int] | None = None) -> list[Any]:
        """Return the gradients of the arguments that are wanted, when all blocks were put.

        Args:
            states: those of the states before the first step.
            order: the order in which W_hh has its gates, if it is another one than that of the blocks.
        """
        found: list[Any] = [self.dx, *map(np.copy, states)]
        if self.weights_too:
            of_W_ih, of_W_hh, of_b = self.sums
            of_b_ih, of_b_hh = of_b[self.of_x], of_b[self.of_h]
            if order:
                of_W_hh, of_b_hh = _gates(of_W_hh, order), _gates(of_b_hh, order)
            found += [of_W_ih, of_W_hh, of_b_ih, of_b_hh]
        return [found[i] for i in self.wanted]


def _slope_of_tanh(y: Array, out: Any = None) -> Any:
    """1 - y²"""
    squares = np.multiply(y, y, out=out)
    return np.subtract(1, squares, out=squares)


def _tanh_for(dtype: Any) -> Callable[..., Any]:
    """np.tanh for arrays of this dtype. For complex numbers, whose imaginary parts are tiny, it takes far too long."""
    return np.tanh if dtype.kind == "f" else _tanh_of_complex


def _tanh_of_complex(a: Array, out: Array) -> Array:
    """tanh (x + iy) = tanh x + iy tanh' x for infinitesimal y."""
    np.tanh(a.real, out=out.real)
    np.multiply(a.imag, _slope_of_tanh(out.real), out=out.imag)
    return out


# LSTM

OIFG = [3, 0, 1, 2]  # sigmoids first; what c depends on last


def _lstm_forward(
    x: Array, h: Array, c: Array, W_ih: Array, W_hh: Array, b_ih: Any, b_hh: Any, mask: Any
) -> tuple[Array, Any]:
    (T, N, D), H, dtype = x.shape, h.shape[1], np.result_type(x, W_ih)
    W = _gates(_weights(dtype, W_ih, W_hh, bias=(b_ih, b_hh)), OIFG)
    W[: 3 * H] *= 0.5
    stacked = _stacked(h, T, dtype, x)
    rows = np.empty((T + 1, 5, H, N), dtype)  # o, i, f, g, and the c before
    gates, sigmoids = rows.reshape(T + 1, 5 * H, N)[:, : 4 * H], rows[:, :3]
    o, i_f, g_c, cs, hs = rows[:, 0], rows[:, 1:3], rows[:, 3:], rows[:, 4], stacked[:, D:-1]
    cs[0] = c.T
    products, tanh_c, half = np.empty((2, H, N), dtype), np.empty((H, N), dtype), np.array(0.5, dtype)
    (ig, fc), tanh, all_gates = products, _tanh_for(dtype), _product_with(W, N)
    for t in range(T):
        a = gates[t]
        all_gates(stacked[t], out=a)
        tanh(a, out=a)
        _sigmoid_of_half(sigmoids[t], half)
        np.multiply(i_f[t], g_c[t], out=products)
        c_next = np.add(ig, fc, out=cs[t + 1])
        np.multiply(o[t], tanh(c_next, out=tanh_c), out=hs[t + 1])
        if mask is not None:
            np.copyto(hs[t + 1], hs[t], where=~mask[t])
            np.copyto(cs[t + 1], cs[t], where=~mask[t])
    y, before = _packed(hs, mask, cs[T])
    return y, (x, W_ih, W_hh, rows, before, mask)


def _lstm_backward(wanted: Sequence[int], g: Array, saved: Any) -> list[Any]:
    x, W_ih, W_hh, rows, before, mask = saved
    (T, N, H), dtype = before.shape, np.result_type(g, rows)
    to_h = _product_with(np.array(_gates(W_hh, OIFG).T, dtype, order="C"), N)
    gradients = _Gradients(wanted, 2, x, W_ih, before, dtype, 4 * H)
    dh, dc = _of_final_h(g, T, mask, dtype), np.array(g[-1].T, dtype, order="C")
    from_gates, fading = np.empty_like(dh), False
    for block in gradients.blocks():
        sigmoids, (o, i, f, candidate, _) = rows[block, :3], np.moveaxis(rows[block], 1, 0)
        cs = rows[1:, 4][block]
        # factors: rows 0, 1 turn dh into its parts of dc and do; rows 2 to 5 turn dc into di, df, dg and dc of the step
        # before
        d = np.empty((len(o), 6, H, N), dtype)
        tanh_c = _tanh_for(rows.dtype)(cs, out=d[:, 5])
        _slope_of_tanh(tanh_c, out=d[:, 0])
        d[:, 0] *= o
        np.subtract(1, sigmoids, out=d[:, 1:4])
        d[:, 1:4] *= sigmoids
        d[:, 1] *= tanh_c
        d[:, 2:4] *= rows[block, 3:]
        _slope_of_tanh(candidate, out=d[:, 4])
        d[:, 4] *= i
        d[:, 5] = f
        dy = _feature_major(g[block])
        if mask is not None:
            np.copyto(dy, 0, where=~mask[block, None])  # whatever the gradient of an output that is always 0
            d[:, :5] *= mask[block, None, None]
            np.copyto(d[:, 5], 1, where=~mask[block, None])
        of_h, sums, of_c, kept = d[:, :2], d[:, 0], d[:, 2:], d[:, 5]
        gates = d.reshape(len(d), 6 * H, N)[:, H : 5 * H]
        for t in reversed(range(len(d))):
            d_h, sum_c, d_c = of_h[t], sums[t], of_c[t]
            if t % OFTEN == 0:
                fading = _is_fading(dh)
            dh += dy[t]
            d_h *= dh
            sum_c += dc
            d_c *= sum_c
            if fading:
                _drop_faded(d[t])
            dc = kept[t]
            if mask is None:
                to_h(gates[t], out=dh)
            else:
                dh *= ~mask[block][t]
                to_h(gates[t], out=from_gates)
                dh += from_gates
        gradients.put(block, 0, d[:, 2:5])
        gradients.put(block, 3, d[:, 1:2])
    return gradients.of_arguments(dh.T, dc.T)


# RNN


def _rnn_forward(activation_for: Callable[[Any], Callable[..., Any]]) -> Callable[..., tuple[Array, Any]]:
    def forward(x: Array, h: Array, W_ih: Array, W_hh: Array, b_ih: Any, b_hh: Any, mask: Any) -> tuple[Array, Any]:
        T, dtype = len(x), np.result_type(x, W_ih)
        W, stacked = _weights(dtype, W_ih, W_hh, bias=(b_ih, b_hh)), _stacked(h, T, dtype, x)
        hs, activate = stacked[:, x.shape[-1] : -1], activation_for(dtype)
        product = _product_with(W, x.shape[1])
        for t in range(T):
            product(stacked[t], out=hs[t + 1])
            activate(hs[t + 1], out=hs[t + 1])
            if mask is not None:
                np.copyto(hs[t + 1], hs[t], where=~mask[t])
        y, before = _packed(hs, mask)
        return y, (x, W_ih, W_hh, y, before, mask)

    return forward


def _rnn_backward(slope: Callable[[Array], Array]) -> Callable[..., list[Any]]:
    def backward(wanted: Sequence[int], g: Array, saved: Any) -> list[Any]:
        x, W_ih, W_hh, y, before, mask = saved
        (T, N, H), dtype = before.shape, np.result_type(g, y)
        to_h = _product_with(np.array(W_hh.T, dtype, order="C"), N)
        gradients = _Gradients(wanted, 1, x, W_ih, before, dtype, H)
        dh, fading = _of_final_h(g, T, mask, dtype), False
        from_h = np.empty_like(dh)
        for block in gradients.blocks():
            d, dy = slope(_feature_major(y[block])).astype(dtype, copy=False), _feature_major(g[block])
            if mask is not None:
                d *= mask[block, None]
                np.copyto(dy, 0, where=~mask[block, None])
            for t in reversed(range(len(d))):
                d_h = d[t]
                if t % OFTEN == 0:
                    fading = _is_fading(dh)
                dh += dy[t]
                d_h *= dh
                if fading:
                    _drop_faded(d_h)
                if mask is None:
                    to_h(d_h, out=dh)
                else:
                    dh *= ~mask[block][t]
                    to_h(d_h, out=from_h)
                    dh += from_h
            gradients.put(block, 0, d[:, None])
        return gradients.of_arguments(dh.T)

    return backward


# GRU

NRZ = [2, 0, 1]  # first what depends on n
RZN = [1, 2, 0]  # and back


def _gru_forward(x: Array, h: Array, W_ih: Array, W_hh: Array, b_ih: Any, b_hh: Any, mask: Any) -> tuple[Array, Any]:
    (T, N, _), H, dtype = x.shape, h.shape[1], np.result_type(x, W_ih)
    W_x, W_h = _weights(dtype, W_ih, bias=(b_ih,)), _gates(_weights(dtype, W_hh, bias=(b_hh,)), NRZ)
    W_x[: 2 * H] *= 0.5
    W_h[H:] *= 0.5
    stacked = _stacked(h, T, dtype)
    hs, a, of_h = stacked[:, :-1], np.empty((T, 3 * H, N), dtype), np.empty(((T + 2) * H, N), dtype)
    np.matmul(W_x[:, :-1], np.swapaxes(x, 1, 2), out=a)
    a += W_x[:, -1:]
    product, half, tanh, all_of_h = np.empty_like(hs[0]), np.array(0.5, dtype), _tanh_for(dtype), _product_with(W_h, N)
    for t in range(T):
        rz, n, h_next = a[t, : 2 * H], a[t, 2 * H :], hs[t + 1]
        nrz = of_h[t * H : (t + 3) * H]  # of which the first part is kept, and the next step writes over the others
        all_of_h(stacked[t], out=nrz)
        rz += nrz[H:]
        tanh(rz, out=rz)
        _sigmoid_of_half(rz, half)
        n += np.multiply(rz[:H], nrz[:H], out=product)
        tanh(n, out=n)
        np.subtract(hs[t], n, out=h_next)
        h_next *= rz[H:]
        h_next += n
        if mask is not None:
            np.copyto(h_next, hs[t], where=~mask[t])
    y, before = _packed(hs, mask)
    return y, (x, W_ih, W_hh, a.reshape(T, 3, H, N), of_h[: T * H].reshape(T, H, N), before, mask)


def _gru_backward(wanted: Sequence[int], g: Array, saved: Any) -> list[Any]:
    x, W_ih, W_hh, a, hn, before, mask = saved
    (T, N, H), dtype = before.shape, np.result_type(g, a)
    to_h = _product_with(np.array(_gates(W_hh, NRZ).T, dtype, order="C"), N)
    # of W_hn h, r, z and n
    gradients = _Gradients(wanted, 1, x, W_ih, before, dtype, 4 * H, slice(H, None), slice(3 * H))
    dh, fading = _of_final_h(g, T, mask, dtype), False
    for block in gradients.blocks():
        rz, (r, z, n) = a[block, :2], np.moveaxis(a[block], 1, 0)
        # factors: rows 0, 1 turn dn into d(W_hn h) and dr; rows 2 to 4 turn dh into dz, dn and dh of the step before
        d = np.empty((len(r), 5, H, N), dtype)
        d[:, 0] = r
        np.subtract(1, rz, out=d[:, 1:3])
        _slope_of_tanh(n, out=d[:, 3])
        d[:, 3] *= d[:, 2]
        d[:, 1:3] *= rz
        d[:, 1] *= hn[block]
        change = d[:, 4]
        change[...] = np.swapaxes(before[block], 1, 2)
        change -= n
        d[:, 2] *= change
        d[:, 4] = z
        dy = _feature_major(g[block])
        if mask is not None:
            np.copyto(dy, 0, where=~mask[block, None])
            d[:, :4] *= mask[block, None, None]
            np.copyto(d[:, 4], 1, where=~mask[block, None])
        of_n, of_all, gates = d[:, :2], d[:, 2:], d.reshape(len(d), 5 * H, N)[:, : 3 * H]
        for t in reversed(range(len(d))):
            d_n, d_h = of_n[t], of_all[t]
            if t % OFTEN == 0:
                fading = _is_fading(dh)
            dh += dy[t]
            d_h *= dh
            d_n *= d_h[1]
            if fading:
                _drop_faded(d[t])
            to_h(gates[t], out=dh)
            dh += d_h[2]
        gradients.put(block, 0, d[:, :4])
    return gradients.of_arguments(dh.T, order=RZN)


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
        return np.stack([*outputs, *(state if mask is not None else state[1:])])

    return steps


def _relu_for(dtype: Any) -> Callable[..., Any]:
    return functools.partial(np.maximum, 0) if dtype.kind == "f" else _relu_of_complex


def _relu_of_complex(a: Array, out: Array) -> Array:
    return np.multiply(a, a.real > 0, out=out)


lstm = by_hand("lstm", _lstm_forward, _lstm_backward, _steps(lstm_cell, 2))
gru = by_hand("gru", _gru_forward, _gru_backward, _steps(gru_cell, 1))
rnn = {
    "tanh": by_hand(
        "rnn",
        _rnn_forward(_tanh_for),
        _rnn_backward(lambda h: _slope_of_tanh(h, out=h)),
        _steps(rnn_cell, 1),
    ),
    "relu": by_hand(
        "rnn",
        _rnn_forward(_relu_for),
        _rnn_backward(lambda h: h > 0),
        _steps(functools.partial(rnn_cell, nonlinearity="relu"), 1),
    ),
}
