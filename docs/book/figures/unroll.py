"""Exercise 10: one cell, and the copies that a sentence makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.drawing import Drawing
from figures.figure import figure

SENTENCE = ["took", "my", "cat", "for", "a", "walk"]
CELL, HIGH, GAP = 36, 38, 37
FIRST = 38  # where the first copy begins


@figure("unroll", after="The idea")
def unrolled(solution: Any) -> Drawing:
    hs, guesses = reading(solution)
    drawing = Drawing(
        318,
        title="A recurrent network, folded and unrolled",
        description="Above, one cell with an arrow from itself to itself, labelled W_hh; W_xh leads from a word into "
        "it, and W_hy from it to a guess. Below, the same cell five times side by side, one for each of the words "
        "took, my, cat, for, a. Each hands its state on to the next through the same W_hh, each reads its word "
        f"through the same W_xh, and each guesses the next word through the same W_hy: {', '.join(guesses)}. Small "
        "bars in each show the numbers of each state: no two are alike.",
        caption="One cell reads “took my cat for a”. The arrows of one colour are one and the same matrix, at every "
        "step; what differs are the states. The bars are their numbers, by `rnn_forward` with random weights: blue "
        "above 0, orange below. `W_hy` was fitted to this one sentence, and the guesses are the largest of "
        "`rnn_outputs`.",
    )
    _folded(drawing)
    middle = 240.0
    drawing.text(FIRST - 36, middle + 4, "h_0")
    drawing.arrow([(FIRST - 19, middle), (FIRST - 1, middle)], "orange")
    for t, (word, guess) in enumerate(zip(SENTENCE, guesses, strict=False)):
        left = FIRST + t * (CELL + GAP)
        _cell(drawing, left, middle)
        _state(drawing, left, middle, hs[t])
        _way(drawing, left, middle, word, guess)
        right = left + CELL
        if t < len(hs) - 1:
            drawing.arrow([(right + 1, middle), (right + GAP - 1, middle)], "orange")
            drawing.text(right + GAP / 2, middle - 8, "W_hh", "middle", "orange")
        else:
            drawing.arrow([(right + 1, middle), (right + 22, middle)], "orange")
    return drawing


def reading(solution: Any) -> tuple[np.ndarray, list[str]]:
    """The states while the sentence is read, (T, H), and the guess after each word."""
    T = H = len(SENTENCE) - 1
    rng = np.random.default_rng(10)
    x, W_xh, W_hh = np.eye(T)[:, None], rng.normal(size=(T, H)), rng.normal(size=(H, H)) / np.sqrt(H)
    hs = solution.rnn_forward(x, np.zeros((1, H)), W_xh, W_hh, np.zeros(H))
    W_hy = np.linalg.solve(hs[:, 0], np.eye(T))  # the word after each state, exactly
    scores = solution.rnn_outputs(hs, W_hy, np.zeros(T))
    return hs[:, 0], [SENTENCE[1 + i] for i in scores[:, 0].argmax(axis=1)]


def _folded(drawing: Drawing) -> None:
    left, middle = float(FIRST), 74.0
    _cell(drawing, left, middle)
    drawing.text(left + CELL / 2, middle + 4, "cell", "middle", bold=True)
    _way(drawing, left, middle, "a word", "a guess")
    right = left + CELL
    loop = [(right + 1, middle - 8), (right + 24, middle - 8), (right + 24, middle + 8), (right + 1, middle + 8)]
    drawing.arrow(loop, "orange")
    drawing.text(right + 30, middle + 4, "W_hh", colour="orange")
    for line, (words, colour) in enumerate(
        [
            ("W_hy makes a guess of the state,", "green"),
            ("W_hh hands the state on,", "orange"),
            ("W_xh reads a word:", "blue"),
            ("three matrices, however long", "ink"),
            ("the sentence is.", "ink"),
        ]
    ):
        drawing.text(196, 42 + 18 * line, words, colour=colour)


def _cell(drawing: Drawing, left: float, middle: float) -> None:
    drawing.rect(left, middle - HIGH / 2, CELL, HIGH, outline="ink", corner=5)


def _state(drawing: Drawing, left: float, middle: float, h: np.ndarray) -> None:
    width, height = (CELL - 8) / len(h), 22
    for j, number in enumerate(h):
        place = left + 4 + j * width, middle - height / 2
        drawing.rect(*place, width, height, "blue" if number > 0 else "orange", abs(float(number)), outline="soft")


def _way(drawing: Drawing, left: float, middle: float, word: str, guess: str) -> None:
    """From a word into a cell, and from there to a guess."""
    x = left + CELL / 2
    drawing.arrow([(x, middle + HIGH / 2 + 35), (x, middle + HIGH / 2 + 1)], "blue")
    drawing.text(x + 5, middle + HIGH / 2 + 24, "W_xh", colour="blue")
    drawing.text(x, middle + HIGH / 2 + 49, word, "middle", bold=True)
    drawing.arrow([(x, middle - HIGH / 2 - 1), (x, middle - HIGH / 2 - 33)], "green")
    drawing.text(x + 5, middle - HIGH / 2 - 15, "W_hy", colour="green")
    drawing.text(x, middle - HIGH / 2 - 39, guess, "middle", bold=True)
