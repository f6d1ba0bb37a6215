"""Exercise 20: what is left of the gradient along an LSTM's direct path, for several forget biases."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.drawing import Drawing, rounded
from figures.figure import figure
from figures.plots import by_distance, powers
from minigrad.course.checks.gates import lstm_states
from minigrad.course.checks.through_time import DISTANCES, UNITS, gradient_norms, quiet_network, random_weights

BIASES = {5.0: "purple", 3.0: "orange", 1.0: "green", 0.0: "blue"}


@figure("highway", after="A worked example")
def direct_path(solution: Any) -> Drawing:
    lines = {bias: along_the_notebook(solution, bias) for bias in BIASES}
    rnn = gradient_norms(quiet_network(random_weights(0.5)))
    drawing = Drawing(
        262,
        title="Gradient along an LSTM's notebook against distance, for four forget biases",
        description=f"A chart with a logarithmic axis, from 0 to {DISTANCES[-1]} steps back. All lines begin at 1 and "
        "fall, and none rises. "
        + " ".join(f"With the forget bias {bias:g}, {rounded(lines[bias][-1])} is left." for bias in BIASES)
        + " A dashed line for the network of exercise 15 with the radius 0.5 lies close to that of the bias 0.",
        caption=f"The lines are `cell_gradient` of LSTMs made by `init_lstm`. {DISTANCES[-1]} steps back a forget "
        f"bias of 5 leaves {rounded(lines[5.0][-1])} of the gradient, and a bias of 0 leaves "
        f"{rounded(lines[0.0][-1])}, about as little as the RNN of exercise 15 with the radius 0.5 (dashed). All "
        "factors are fractions, so no line rises.",
    )
    labels = "steps back from the last cell state", "what is left of 1"
    labelled = [(lines[bias], f"bias {bias:g}", colour) for bias, colour in BIASES.items()]
    by_distance(drawing, powers(-7, 1, 2), labels, [(rnn, "RNN", "ink"), *labelled])
    return drawing


def along_the_notebook(solution: Any, forget_bias: float) -> np.ndarray:
    """For each distance the mean over the notes of what is left, while a network reads before it has learned."""
    x, nowhere = quiet_network(np.eye(UNITS))["x"], np.zeros((1, UNITS))
    W_xh, W_hh, b = solution.init_lstm(np.random.default_rng(18), UNITS, UNITS, forget_bias)
    _, _, gates = lstm_states(x, nowhere, nowhere, W_xh, W_hh, b)
    gradient = solution.cell_gradient(gates[1:, :, UNITS : 2 * UNITS])
    return np.asarray(gradient[::-1, 0].mean(axis=1))
