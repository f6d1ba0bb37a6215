"""Gradients that a student writes by hand, held against the derivatives of the function that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from minigrad.course.results.outcomes import Mismatch

Function = Callable[..., np.ndarray[Any, Any]]


def expect_derivatives(forward: Function, arguments: Mapping[str, Any], backward: Callable[..., Sequence[Any]]) -> None:
    """Raise Mismatch unless `backward` gives the derivatives of `forward`, which are found by complex steps.

    Neither a solution nor the engine is asked. It takes some ten calls of the student's function, and some ten
    milliseconds; so it is for checks without points, which are looked at under pytest only.

        expect_derivatives(unroll, network, lambda dhs, **network: student.bptt(dhs=dhs, **network))

    Args:
        forward: written in NumPy, of the arguments by their names; it returns one array.
        arguments: arrays of floats.
        backward: given any gradient of forward's result, and the arguments by their names, it calls the student's
            function and returns the gradients in the order of the arguments.
    """
    from minigrad.testing import GradientError, check_gradients  # the grader is spared of it

    def by_name(function: Callable[..., Any], *first: Any) -> Callable[..., Any]:
        return lambda *values: function(*first, **dict(zip(arguments, values, strict=True)))

    try:
        check_gradients(
            by_name(forward),
            *arguments.values(),
            backward=lambda dout, *values: tuple(by_name(backward, dout)(*values)),
            fast=True,
        )
    except GradientError as error:
        label = "the gradients" if error.argument is None else f"d{list(arguments)[error.argument]}"
        raise Mismatch(label, f"{label}: {error}.") from None
