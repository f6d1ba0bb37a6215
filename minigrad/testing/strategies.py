"""Arguments to check gradients on, for hypothesis: arrays, Tensors, cells, sequences, drawn as a shape and a seed.

All numbers follow from the seed. So drawing is fast, an example is one short line that anybody can run again, and a
failure shrinks to the smallest shape that still fails. A check may take longer than the 200 ms that hypothesis gives an
example, so its deadline is switched off here.

>>> import numpy as np
>>> from hypothesis import given, settings
>>> from minigrad.testing import check_gradients
>>> @settings(deadline=None)
... @given(x=arrays(away_from=[0.0]))
... def test_absolute_value(x):
...     check_gradients(np.abs, x)
>>> test_absolute_value()
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import hypothesis.extra.numpy as numpy_strategies
import numpy as np
from hypothesis import strategies as st

from minigrad.memory import Array
from minigrad.tensor import Tensor

Shape = tuple[int, ...]
Strategy = st.SearchStrategy

seeds = st.integers(0, 2**32 - 1)
GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 1, max_side: int = 4) -> Strategy[Shape]:
    """Shapes of arrays.

    >>> from hypothesis import given
    >>> @given(shapes(min_dims=2, max_side=5))
    ... def test(shape):
    ...     assert 2 <= len(shape) <= 3 and max(shape) <= 5
    >>> test()
    """
    return numpy_strategies.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side)


def broadcastable_shapes(
    count: int = 2, max_dims: int = 3, min_side: int = 1, max_side: int = 4
) -> Strategy[tuple[Shape, ...]]:
    """Several shapes that broadcast together.

    >>> from hypothesis import given
    >>> @given(broadcastable_shapes(count=3))
    ... def test(shapes):
    ...     np.broadcast_shapes(*shapes)
    >>> test()
    """
    drawn = numpy_strategies.mutually_broadcastable_shapes(
        num_shapes=count, max_dims=max_dims, min_side=min_side, max_side=max_side
    )
    return drawn.map(lambda together: together.input_shapes)


def random_array(
    shape: Shape,
    seed: int,
    low: float | None = None,
    high: float | None = None,
    away_from: Sequence[float] = (),
    gap: float = 0.1,
    dtype: Any = float,
) -> Array:
    """Normal numbers, or uniform ones from low to high, none of them within `gap` of a number in `away_from`.

    Raises:
        ValueError: if `away_from` leaves no room, or only one of low and high is given.

    >>> bool(np.abs(random_array((100,), seed=0, away_from=[0.0])).min() > 0.1)
    True
    """
    if (low is None) != (high is None):
        raise ValueError(f"random_array: expected both low and high, or neither; got {low} and {high}.")
    rng = np.random.default_rng(seed)
    x = np.full(shape, np.nan)
    for _ in range(1000):
        kinks = np.reshape(np.asarray(away_from, dtype=float), (-1, *[1] * len(shape)))
        again = np.isnan(x) | np.any(np.abs(x - kinks) <= gap, axis=0)
        if not again.any():
            return x.astype(dtype)
        size = int(again.sum())
        x[again] = rng.normal(size=size) if low is None or high is None else rng.uniform(low, high, size=size)
    raise ValueError(f"random_array: no numbers are left that are {gap} away from all of {[*away_from]}.")


def arrays(
    shape: Shape | Strategy[Shape] | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
    away_from: Sequence[float] = (),
    gap: float = 0.1,
    dtype: Any = float,
) -> Strategy[Array]:
    """Arrays of normal numbers, or of uniform ones from low to high.

    Args:
        shape: one shape, or a strategy for shapes; by default `shapes()`.
        low, high: the interval, for functions that are not defined everywhere.
        away_from: kinks, where the function has no derivative.
        gap: how far from them all numbers are.
        dtype: float64 by default.

    >>> from hypothesis import given
    >>> from minigrad.testing import check_gradients
    >>> @given(arrays((2, 3), low=1, high=2))
    ... def test_logarithm(x):
    ...     check_gradients(np.log, x)
    >>> test_logarithm()
    """
    return st.builds(random_array, **_shape_and_seed(shape), **_fixed(low, high, away_from, gap, dtype))


def random_tensor(shape: Shape, seed: int, requires_grad: bool = True, **options: Any) -> Tensor:
    """A leaf with the numbers of `random_array`.

    >>> random_tensor((2,), seed=0).requires_grad
    True
    """
    return Tensor(random_array(shape, seed, **options), requires_grad=requires_grad)


def tensors(
    shape: Shape | Strategy[Shape] | None = None,
    *,
    requires_grad: bool = True,
    low: float | None = None,
    high: float | None = None,
    away_from: Sequence[float] = (),
    gap: float = 0.1,
    dtype: Any = float,
) -> Strategy[Tensor]:
    """Leaves with numbers as from `arrays`.

    >>> from hypothesis import given
    >>> @given(tensors())
    ... def test_backward(x):
    ...     np.sum(x * x).backward()
    ...     assert np.array_equal(x.grad, 2 * x.data)
    >>> test_backward()
    """
    options = _fixed(low, high, away_from, gap, dtype)
    return st.builds(random_tensor, **_shape_and_seed(shape), requires_grad=st.just(requires_grad), **options)


def _shape_and_seed(shape: Shape | Strategy[Shape] | None) -> dict[str, Strategy[Any]]:
    if shape is None:
        shape = shapes()
    return {"shape": shape if isinstance(shape, Strategy) else st.just(tuple(shape)), "seed": seeds}


def _fixed(low: Any, high: Any, away_from: Any, gap: float, dtype: Any) -> dict[str, Strategy[Any]]:
    """Options that are not drawn. An example shows them only if they were asked for."""
    options = {"low": low, "high": high, "away_from": [*away_from], "gap": gap if away_from else None}
    shown = {name: st.just(value) for name, value in options.items() if value not in (None, [])}
    return shown if dtype is float else {**shown, "dtype": st.just(dtype)}


@dataclass(frozen=True)
class Cell:
    """The arguments of one step of a recurrent network.

    Attributes:
        kind: "rnn", "gru" or "lstm", with G = 1, 3 or 4 gates.
        x: (N, D) the input.
        h: (N, H) the hidden state, not zero.
        c: (N, H) the cell state of an LSTM; None for others.
        W_xh, W_hh, b: (D, G·H), (H, G·H) and (G·H,) the parameters.
    """

    kind: str
    x: Array
    h: Array
    c: Array | None
    W_xh: Array
    W_hh: Array
    b: Array

    @property
    def arguments(self) -> tuple[Array, ...]:
        """x, h, (c,) W_xh, W_hh, b: to be given to a function of all of them."""
        return tuple(a for a in (self.x, self.h, self.c, self.W_xh, self.W_hh, self.b) if a is not None)


def random_cell(kind: str, N: int, D: int, H: int, seed: int) -> Cell:
    """A cell with a batch of N, D inputs and H hidden units.

    >>> [a.shape for a in random_cell("lstm", N=2, D=3, H=4, seed=0).arguments]
    [(2, 3), (2, 4), (2, 4), (3, 16), (4, 16), (16,)]
    """
    rng = np.random.default_rng(seed)
    G = GATES[kind]
    x, h, W_xh, W_hh, b = (rng.normal(size=shape) for shape in [(N, D), (N, H), (D, G * H), (H, G * H), (G * H,)])
    return Cell(kind, x, h, rng.normal(size=(N, H)) if kind == "lstm" else None, W_xh, W_hh, b)


def cells(*kinds: str, max_batch: int = 3, max_size: int = 4) -> Strategy[Cell]:
    """Arguments of recurrent cells of the kinds "rnn", "gru" and "lstm"; by default of all.

    Raises:
        ValueError: if there is no such kind.

    >>> from hypothesis import given
    >>> from minigrad.testing import check_gradients
    >>> def rnn_cell(x, h, W_xh, W_hh, b):
    ...     return np.tanh(x @ W_xh + h @ W_hh + b)
    >>> @given(cells("rnn"))
    ... def test_cell(cell):
    ...     check_gradients(rnn_cell, *cell.arguments)
    >>> test_cell()
    """
    if unknown := set(kinds).difference(GATES):
        raise ValueError(f"cells: expected kinds from {[*GATES]}, got {sorted(unknown)}.")
    sizes = itertools.product(range(1, max_batch + 1), range(1, max_size + 1), range(1, max_size + 1))
    return st.sampled_from(sorted(sizes, key=sum)).flatmap(  # drawn one by one, most sizes would be small and alike
        lambda size: st.builds(
            random_cell,
            kind=st.sampled_from(kinds or [*GATES]),
            **{name: st.just(n) for name, n in zip("NDH", size, strict=True)},
            seed=seeds,
        )
    )


@dataclass(frozen=True)
class Sequences:
    """A batch of sequences of different lengths, padded to T steps.

    Attributes:
        x: (T, N, D) the inputs. Padded steps are filled with large numbers, so that it shows where they leak in.
        lengths: (N,) how many steps of each sequence count, from 1 to T.
    """

    x: Array
    lengths: Array

    @property
    def mask(self) -> Array:
        """(T, N) True where a step counts."""
        return np.arange(len(self.x))[:, None] < self.lengths


def random_sequences(T: int, N: int, D: int, seed: int) -> Sequences:
    """N sequences of at most T steps of D inputs.

    >>> random_sequences(T=3, N=3, D=1, seed=0).mask.astype(int)
    array([[1, 1, 1],
           [1, 1, 0],
           [0, 1, 0]])
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(T, N, D))
    sequences = Sequences(x, rng.integers(1, T + 1, size=N))
    x[~sequences.mask] *= 1e3
    return sequences


def sequences(max_steps: int = 5, max_batch: int = 3, max_size: int = 4) -> Strategy[Sequences]:
    """Batches of sequences with lengths.

    >>> from hypothesis import given
    >>> @given(sequences())
    ... def test_masked_mean_ignores_padding(batch):
    ...     mean = np.sum(batch.x, axis=(0, 2), where=batch.mask[..., None]) / batch.lengths
    ...     assert np.abs(mean).max() < 100
    >>> test_masked_mean_ignores_padding()
    """
    steps, batch, size = (st.integers(1, most) for most in (max_steps, max_batch, max_size))
    return st.builds(random_sequences, T=steps, N=batch, D=size, seed=seeds)
