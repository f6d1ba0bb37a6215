"""Exercise 29: the line at which u is thrown, at three temperatures."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.drawing import Drawing
from figures.figure import figure

WORDS = {"walk": 0.6, "nap": 0.3, "swim": 0.1}
TEMPERATURES = [0.5, 1.0, 2.0]
COLOURS = ["blue", "orange", "green"]
U = 0.7
LEFT, LONG, HIGH = 58.0, 330.0, 30.0


@figure("sampling", after="How bold?")
def pieces_of_the_line(solution: Any) -> Drawing:
    ends = {temperature: ends_of_pieces(solution, temperature) for temperature in TEMPERATURES}
    drawn = [list(WORDS)[solution.sample(np.log(list(WORDS.values())), temperature, U)] for temperature in TEMPERATURES]
    sizes = {temperature: np.diff([0.0, *ends[temperature], 1.0]) for temperature in TEMPERATURES}
    drawing = Drawing(
        236,
        title="The line from 0 to 1, cut into pieces at three temperatures",
        description="Three bars of the same length, one below the other. "
        + " ".join(
            f"At the temperature {temperature:g} the pieces are "
            + ", ".join(f"{word} {size:.2f}" for word, size in zip(WORDS, sizes[temperature], strict=True))
            + f", and u = {U:g} lies in {word_drawn}."
            for temperature, word_drawn in zip(TEMPERATURES, drawn, strict=True)
        ),
        caption="The pieces in which `sample` finds u, for the probabilities 0.6, 0.3 and 0.1. When it is cold, "
        f"“walk” has most of the line; when it is hot, the pieces become alike. The same u = {U:g} draws "
        + ", ".join(f"“{word}”" for word in drawn[:-1])
        + f" and “{drawn[-1]}”.",
    )
    for row, temperature in enumerate(TEMPERATURES):
        top = 44 + 62 * row
        drawing.text(LEFT - 10, top + HIGH / 2 + 4, f"τ = {temperature:g}", "end", bold=True)
        edges = [0.0, *ends[temperature], 1.0]
        for word, colour, start, end in zip(WORDS, COLOURS, edges, edges[1:], strict=False):
            x, width = LEFT + LONG * start, LONG * (end - start)
            drawing.rect(x, top, width, HIGH, colour, 0.3, outline=colour)
            fits = width > 34
            drawing.text(
                x + width / 2 if fits else LEFT + LONG,
                top + HIGH / 2 + 4 if fits else top + HIGH + 14,
                word,
                "middle" if fits else "end",
                colour,
                bold=True,
            )
    x = LEFT + LONG * U
    drawing.line([(x, 34), (x, 44 + 62 * 2 + HIGH + 8)], "ink", 1.6, "2 4")
    drawing.text(x, 26, f"u = {U:g}", "middle")
    for value in (0, 1):
        drawing.text(LEFT + LONG * value, 226, str(value), "middle" if value == 0 else "end", "soft")
    return drawing


def ends_of_pieces(solution: Any, temperature: float) -> list[float]:
    """The end of the piece of each word but the last: the first u that draws another one, by halving."""
    logits, ends = np.log(list(WORDS.values())), []
    for word in range(len(WORDS) - 1):
        inside, beyond = 0.0, 1.0
        for _ in range(30):
            middle = (inside + beyond) / 2
            inside, beyond = (
                (middle, beyond) if solution.sample(logits, temperature, middle) <= word else (inside, middle)
            )
        ends.append(beyond)
    return ends
