"""Exercise 5: three curves, and their slopes below them."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.drawing import Drawing
from figures.figure import figure
from figures.plots import Axes

COLOURS = {"tanh": "blue", "sigmoid": "orange", "ReLU": "green"}
X = np.linspace(-5, 5, 201)


@figure("local_derivatives", after="The functions")
def curves_and_slopes(solution: Any) -> Drawing:
    curves, slopes = curves_of(solution)
    drawing = Drawing(
        356,
        title="tanh, sigmoid and ReLU, and their slopes",
        description="Two charts, one above the other, from -5 to 5. Above, the curves: tanh rises from -1 to 1, the "
        "sigmoid from 0 to 1, and the ReLU is 0 up to 0 and then rises evenly. Below, their slopes: that of tanh is "
        f"a hill with the height {slopes['tanh'].max():g} at 0, that of the sigmoid a wider and lower hill of "
        f"{slopes['sigmoid'].max():g}, and that of the ReLU is 0 below 0 and 1 above it.",
        caption="Above the three curves, below how much of a blame of 1 gets back through them, by `tanh_backward`, "
        "`sigmoid_backward` and `relu_backward`. Where a curve is flat, nearly nothing gets through; a sigmoid lets "
        "a quarter pass at most, and a ReLU all or nothing.",
    )
    above = Axes(drawing, (40, 30, 388, 158), (-5, 5), (-1.2, 2.2))
    below = Axes(drawing, (40, 208, 388, 316), (-5, 5), (0, 1.15))
    above.frame([], [-1, 0, 1, 2], "", "y")
    below.frame([-4, -2, 0, 2, 4], [0, 0.5, 1], "x", "the slope of y at x")
    for name, colour in COLOURS.items():
        seen = curves[name] <= 2.2
        above.line(list(X[seen]), list(curves[name][seen]), colour)
        for piece in (X > 0, X <= 0) if name == "ReLU" else (slice(None),):  # it jumps
            below.line(list(X[piece]), list(slopes[name][piece]), colour)
    for axes, x, y, name in (
        (above, 0.95, 1.75, "ReLU"),
        (above, 3.3, 1.12, "tanh"),
        (above, -2.6, 0.3, "sigmoid"),
        (below, 3.6, 1.06, "ReLU"),
        (below, -1.75, 0.62, "tanh"),
        (below, 3.1, 0.15, "sigmoid"),
    ):
        drawing.text(axes.x(x), axes.y(y), name, "middle", COLOURS[name], bold=True)
    return drawing


def curves_of(solution: Any) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The curves, and the slopes by the solution."""
    one = np.ones(len(X))
    curves = {"tanh": np.tanh(X), "sigmoid": solution.sigmoid(X), "ReLU": np.maximum(X, 0)}
    slopes = {
        "tanh": solution.tanh_backward(one, curves["tanh"]),
        "sigmoid": solution.sigmoid_backward(one, curves["sigmoid"]),
        "ReLU": solution.relu_backward(one, X),
    }
    return curves, slopes
