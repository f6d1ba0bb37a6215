"""vmap: a function of one, for each of many.

>>> import numpy as np
>>> from minigrad import grad
>>> def loss(w, x):
...     return (w * x) ** 2
>>> vmap(grad(loss), in_axes=(None, 0))(3.0, np.array([1.0, 2.0]))
array([ 6., 24.])
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.containers import flat, rebuilt
from minigrad.rules import Function, require_function
from minigrad.tensor import Tensor


def vmap(f: Function, in_axes: int | Sequence[int | None] | None = 0) -> Function:
    """A function that does for each element of the first axis of its arguments what f does for one.

    It calls f for each of them and stacks the results. So it composes with everything, and takes the time of all those
    calls: this is for what is hard to write for many at once, such as the gradient of every example. Where speed
    matters, write f for a batch, with @ and with functions that take an axis.

    Args:
        f: a function of arrays, or of containers of arrays, that returns such.
        in_axes: for each argument 0, or None if it is the same in every call; one for all of them.

    Raises:
        TypeError: if f is no function.

    Raises (when the new function is called):
        ValueError: if an argument has no first axis, they differ in length, there is no element, or in_axes is
            something else.

    >>> vmap(np.dot)(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]))
    array([ 3., 12.])
    """

    require_function("vmap", f)

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        axes = [in_axes] * len(args) if isinstance(in_axes, int | None) else [*in_axes]
        if len(axes) != len(args) or not all(axis is None or axis == 0 for axis in axes):
            raise ValueError(
                f"vmap: expected in_axes to be 0 or None for each of {len(args)} arguments, got {in_axes!r}. "
                "np.moveaxis(x, axis, 0) brings another axis to the front."
            )
        mapped = [a for a, axis in zip(args, axes, strict=True) if axis == 0]
        columns = iter([[rebuilt(a, row) for row in zip(*leaves, strict=True)] for a, leaves in _unstacked(mapped)])
        of_each = [next(columns) if axis == 0 else itertools.repeat(a) for a, axis in zip(args, axes, strict=True)]
        results = [f(*row, **kwargs) for row in zip(*of_each)]  # noqa: B905, what is repeated has no end
        parts = zip(*([x for _, x in flat(result)] for result in results), strict=True)
        return rebuilt(results[0], [np.stack(part) for part in parts])

    return transformed


def _unstacked(arguments: list[Any]) -> list[tuple[Any, list[Any]]]:
    """With each argument, for every array in it the list of its elements."""
    arrays = [[x if isinstance(x, Tensor) else np.asarray(x) for _, x in flat(a)] for a in arguments]
    shapes = [x.shape for several in arrays for x in several]
    if not all(shapes) or len({shape[0] for shape in shapes}) != 1 or not shapes[0][0]:
        raise ValueError(f"vmap: expected arrays with first axes of one length, 1 or more, got the shapes {shapes}.")
    return [(a, [np.unstack(x) for x in several]) for a, several in zip(arguments, arrays, strict=True)]
