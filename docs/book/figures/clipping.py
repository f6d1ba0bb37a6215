"""Exercise 16: a gradient of two numbers, clipped in two ways."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from figures.drawing import Drawing
from figures.figure import figure

GRADIENTS = [(8.0, 3.0), (-3.0, 5.0), (2.0, 2.0)]
LIMIT = 4.0
UNIT = 13.0


@figure("clipping", after="A worked example")
def two_ways(solution: Any) -> Drawing:
    by_value, by_norm = clipped(solution)
    turned = angle(by_value[0]) - angle(GRADIENTS[0])
    drawing = Drawing(
        226,
        title="Gradients in the plane, clipped by value and by norm",
        description=f"Two panels with the same three gradients. On the left a square that reaches from -{LIMIT:g} to "
        f"{LIMIT:g}: the gradient (8, 3) is cut to ({by_value[0][0]:g}, {by_value[0][1]:g}) and points elsewhere. On "
        f"the right a circle with the radius {LIMIT:g}: the same gradient ends on it at ({by_norm[0][0]:.2f}, "
        f"{by_norm[0][1]:.2f}), and points where it did. The short gradient (2, 2) stays as it is in both.",
        caption=f"Three gradients (dashed) and what becomes of them. Left: `clip_by_value` with a limit of {LIMIT:g}. "
        f"The gradient (8, 3) turns by {turned:.0f} degrees. Right: `clip_by_global_norm` with a `max_norm` of "
        f"{LIMIT:g}. No arrow turns, and what is short already stays as it is.",
    )
    for left, name, results in ((0, "by value", by_value), (205, "by norm", by_norm)):
        x0, y0 = left + 77.0, 140.0
        drawing.text(left + 97, 16, name, "middle", bold=True)
        drawing.line([(left + 8, y0), (left + 190, y0)], "pale", 1)
        drawing.line([(x0, 40), (x0, 215)], "pale", 1)
        if name == "by value":
            drawing.rect(x0 - UNIT * LIMIT, y0 - UNIT * LIMIT, 2 * UNIT * LIMIT, 2 * UNIT * LIMIT, outline="soft")
        else:
            drawing.circle(x0, y0, UNIT * LIMIT, outline="soft")
        limit = "limit" if name == "by value" else "max_norm"
        drawing.text(x0, y0 + UNIT * LIMIT + 17, f"{limit} {LIMIT:g}", "middle", "soft")
        for g, result, colour in zip(GRADIENTS, results, ("orange", "blue", "green"), strict=True):
            drawing.arrow([(x0, y0), (x0 + UNIT * g[0], y0 - UNIT * g[1])], colour, 1.4, "3 4")
            drawing.arrow([(x0, y0), (x0 + UNIT * result[0], y0 - UNIT * result[1])], colour, 2.4, head=9)
        g = GRADIENTS[0]
        drawing.text(x0 + UNIT * g[0] + 8, y0 - UNIT * g[1] - 8, f"({g[0]:g}, {g[1]:g})", "end", "orange")
    return drawing


def clipped(solution: Any) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The gradients after clipping by value, and by norm."""
    arrays = [np.array(g) for g in GRADIENTS]
    by_value = [solution.clip_by_value([g], LIMIT)[0] for g in arrays]
    return by_value, [solution.clip_by_global_norm([g], LIMIT)[0][0] for g in arrays]


def angle(arrow: Any) -> float:
    return math.degrees(math.atan2(arrow[1], arrow[0]))
