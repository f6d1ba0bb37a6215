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
from minigrad.messages import call_with_advice, require_function, with_advice
from minigrad.recording import check_array
from minigrad.rules import Function
from minigrad.tensor import Tensor


@with_advice(
    {
        "": "The function itself comes first; functools.partial(vmap, in_axes=...) decorates one.",
        "out_axes": "Results are stacked along the first axis; np.moveaxis(y, 0, axis) brings it elsewhere.",
        "out_dims": "Results are stacked along the first axis; np.moveaxis(y, 0, axis) brings it elsewhere.",
        "in_dims": "It is called in_axes here.",
        "randomness": "Each call draws as it would alone; give each a seed, as an argument that is mapped.",
    }
)
def vmap(f: Function, in_axes: int | Sequence[int | None] | None = 0) -> Function:
    """A function that does for each element of the first axis of its arguments what f does for one.

    It calls f for each of them and stacks the results. So it composes with everything, and takes the time of all those
    calls: this is for what is hard to write for many at once, such as the gradient of every example. Where speed
    matters, write f for a batch, with @ and with functions that take an axis.

    Args:
        f: a function of arrays, or of containers of arrays, that returns such.
        in_axes: for each argument 0, or None if it is the same in every call; one for all of them.

    Raises:
        TypeError: if f is no function, or there are other arguments than those above.

    Raises (when the new function is called):
        TypeError: if f takes other arguments, or returns what is no array of numbers.
        ValueError: if an argument has no first axis, they differ in length, there is no element, in_axes is something
            else, or the results differ in shape or container.

    >>> vmap(np.dot)(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]))
    array([ 3., 12.])
    """

    require_function("vmap", f)

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        axes = [*in_axes] if isinstance(in_axes, tuple | list) else [in_axes] * len(args)
        if len(axes) != len(args) or not all(axis is None or _is_first(axis) for axis in axes):
            raise ValueError(
                f"vmap: expected in_axes to be 0 or None for each of {len(args)} arguments, got {in_axes!r}. "
                "np.moveaxis(x, axis, 0) brings another axis to the front."
            )
        mapped = {i: a for i, (a, axis) in enumerate(zip(args, axes, strict=True)) if axis is not None}
        columns = _columns(mapped)
        of_each = [columns.get(i, itertools.repeat(a)) for i, a in enumerate(args)]
        calls = zip(*of_each)  # noqa: B905, what is repeated has no end
        return _stacked([call_with_advice("vmap", f, row, kwargs) for row in calls])

    return transformed


def _is_first(axis: Any) -> bool:
    return isinstance(axis, int | np.integer) and not isinstance(axis, bool) and axis == 0


def _array(x: Any) -> Any:
    check_array("vmap", x)
    return np.asarray(x)


def _columns(mapped: dict[int, Any]) -> dict[int, list[Any]]:
    """For each argument that is mapped, by its number, what each call gets of it."""
    arrays = {
        i: {f"argument {i}{path}": x if isinstance(x, Tensor) else _array(x) for path, x in flat(a)}
        for i, a in mapped.items()
    }
    if not mapped:
        raise ValueError(
            "vmap: expected an argument by position for which in_axes is 0, got none: nothing says how many calls to "
            "make."
        )
    if empty := [i for i, found in arrays.items() if not found]:
        raise ValueError(f"vmap: expected arrays in argument {empty[0]}, got none. For it in_axes is None.")
    shapes = {name: x.shape for found in arrays.values() for name, x in found.items()}
    if (
        not all(shapes.values())
        or len({shape[0] for shape in shapes.values()}) != 1
        or not next(iter(shapes.values()))[0]
    ):
        raise ValueError(
            "vmap: expected arrays with first axes of one length, 1 or more, got "
            f"{', '.join(f'{name} of shape {shape}' for name, shape in shapes.items())}. in_axes is None for what is "
            "the same in every call; a list is a container, and np.array(list) one array."
        )
    return {
        i: [rebuilt(mapped[i], row) for row in zip(*map(np.unstack, found.values()), strict=True)]
        for i, found in arrays.items()
    }


def _stacked(results: list[Any]) -> Any:
    """The results of all calls as one."""
    first, *others = trees = [dict(flat(result)) for result in results]
    for i, tree in enumerate(others, 1):
        if [*tree] != [*first]:
            raise ValueError(
                f"vmap: expected results in containers that are alike, got {_places(first)} from call 0, "
                f"{_places(tree)} from call {i}."
            )
    parts = []
    for path in first:
        part = [x if isinstance(x, Tensor) else np.asarray(x) for x in (tree[path] for tree in trees)]
        for i, x in enumerate(part):
            if x.dtype.kind not in "biufc":
                raise TypeError(f"vmap: expected a function that returns numbers, got {x.dtype} at result{path}.")
            if x.shape != part[0].shape:
                raise ValueError(
                    f"vmap: expected results of one shape, got {part[0].shape} from call 0, {x.shape} from call {i}"
                    f"{path and ' at ' + path}."
                )
        parts.append(np.stack(part))
    return rebuilt(results[0], parts)


def _places(tree: dict[str, Any]) -> str:
    return ", ".join(path or "one array" for path in tree) or "none"
