"""Exercise 15: what is left of the gradient, by distance, for several spectral radii."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.drawing import Drawing, rounded
from figures.figure import figure
from figures.plots import by_distance, powers
from minigrad.course.checks.through_time import DISTANCES, quiet_network, random_weights, states

RADII = {3.0: "purple", 1.5: "orange", 1.0: "green", 0.5: "blue"}


@figure("jacobians", after="What to notice")
def vanishing_and_exploding(solution: Any) -> Drawing:
    lines = {radius: norms(solution, radius) for radius in RADII}
    left = {radius: line[-1] for radius, line in lines.items()}
    drawing = Drawing(
        262,
        title="Gradient norm against distance, for four spectral radii",
        description=f"A chart with a logarithmic axis. From 0 to {DISTANCES[-1]} steps back, the norm of the gradient "
        "of the last state begins at 1 for all. "
        + " ".join(f"With the radius {radius:g} it comes to {rounded(left[radius])}." for radius in RADII),
        caption="The norms are those of `gradient_norms`, for one network of 16 units and four sizes of its `W_hh`. "
        f"{DISTANCES[-1]} steps back, a radius of 0.5 leaves {rounded(left[0.5])} of the gradient, and 1 leaves "
        f"{rounded(left[1.0])}: tanh takes its part as well. Above 1 the gradient explodes, until the states are so "
        "large that tanh holds it back.",
    )
    labels = "steps back from the last state", "norm of the gradient"
    labelled = [(lines[radius], f"radius {radius:g}", colour) for radius, colour in RADII.items()]
    by_distance(drawing, powers(-6, 4, 2), labels, labelled)
    return drawing


def norms(solution: Any, radius: float) -> np.ndarray:
    """Of the solution, for each distance."""
    network = quiet_network(random_weights(radius))
    hs = states(**network, activation=np.tanh)
    return np.asarray(solution.gradient_norms(hs[:, 0], network["W_hh"]))
