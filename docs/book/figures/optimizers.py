"""Exercise 26: three optimizers walk down a long valley."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.drawing import Drawing, rounded
from figures.figure import figure
from figures.plots import Axes

SLOPES = np.array([0.04, 1.0])  # the loss is half of the sum of slope · w²
START = np.array([-9.0, 3.4])
STEPS = 40
WALKS = {"gradient alone": "orange", "momentum": "blue", "Adam": "green"}
RATES = {"gradient alone": 1.85, "momentum": 0.6, "Adam": 0.5}


@figure("optimizers", after="The idea")
def a_valley(solution: Any) -> Drawing:
    walks = paths(solution)
    losses = {name: loss(walk[-1]) for name, walk in walks.items()}
    drawing = Drawing(
        400,
        title="Three optimizers in a long valley",
        description="Three maps of the same valley, which is long and narrow, with its lowest point on the right. "
        f"Each shows {STEPS} steps from the same place on its left slope. The gradient alone jumps from side to side "
        f"and creeps along the valley, to a loss of {rounded(losses['gradient alone'])}. Momentum swings less and "
        f"less from side to side, and comes to {rounded(losses['momentum'])}. Adam goes in a curve, to "
        f"{rounded(losses['Adam'])}.",
        caption=f"{STEPS} steps down a valley whose sides are {SLOPES[1] / SLOPES[0]:.0f} times as steep as its "
        f"floor, by `sgd_momentum_step` without momentum (a loss of {rounded(losses['gradient alone'])} in the end) "
        f"and with it ({rounded(losses['momentum'])}), and by `adam_step` ({rounded(losses['Adam'])}). Their learning "
        f"rates are {RATES['gradient alone']:g}, {RATES['momentum']:g} and {RATES['Adam']:g}. The loss begins at "
        f"{rounded(loss(START))}, and lines join places of the same loss.",
    )
    for row, (name, colour) in enumerate(WALKS.items()):
        top = 8 + 131 * row
        axes = Axes(drawing, (4, top, 396, top + 122), (-9.8, 4.2), (-4.36, 4.36))
        drawing.rect(4, top, 392, 122, outline="pale")
        for level in (0.05, 0.4, 1.2, 2.4):
            across, down = np.sqrt(2 * level / SLOPES)
            _contour(axes, across, down)
        walk = walks[name]
        axes.line(list(walk[:, 0]), list(walk[:, 1]), colour, width=1.8)
        for w in walk[1:]:
            drawing.circle(axes.x(w[0]), axes.y(w[1]), 2.2, fill=colour)
        drawing.circle(axes.x(START[0]), axes.y(START[1]), 4, fill="ink")
        drawing.text(388, top + 112, name, "end", colour, bold=True)
        drawing.line([(axes.x(0) - 5, axes.y(0)), (axes.x(0) + 5, axes.y(0))], "ink")
        drawing.line([(axes.x(0), axes.y(0) - 5), (axes.x(0), axes.y(0) + 5)], "ink")
    return drawing


def _contour(axes: Axes, across: float, down: float) -> None:
    """An ellipse around the lowest point, or what of it lies in the box."""
    low, high = axes.x_range
    if across < min(-low, high):
        middle = axes.x(0), axes.y(0)
        axes.drawing.ellipse(*middle, axes.x(across) - middle[0], middle[1] - axes.y(down), "pale")
        return
    turn = np.linspace(np.arccos(min(1.0, high / across)), np.arccos(max(-1.0, low / across)), 41)
    for side in (down, -down):
        axes.line(list(across * np.cos(turn)), list(side * np.sin(turn)), "pale", width=1)


def loss(w: np.ndarray) -> float:
    return float(0.5 * np.sum(SLOPES * w**2))


def paths(solution: Any) -> dict[str, np.ndarray]:
    """The places where each optimizer was, (STEPS + 1, 2)."""

    def walk(step: Any, state: Any, **options: float) -> np.ndarray:
        places, parameters = [START], [START]
        for _ in range(STEPS):
            parameters, state = step(parameters, [SLOPES * parameters[0]], state, **options)
            places.append(parameters[0])
        return np.stack(places)

    zeros = [np.zeros(2)]
    return {
        "gradient alone": walk(solution.sgd_momentum_step, zeros, lr=RATES["gradient alone"], momentum=0.0),
        "momentum": walk(solution.sgd_momentum_step, zeros, lr=RATES["momentum"], momentum=0.7),
        "Adam": walk(solution.adam_step, {"t": 0, "m": zeros, "v": zeros}, lr=RATES["Adam"]),
    }
