"""Exercise 31: the attention map of a date that is written anew."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.drawing import Drawing
from figures.figure import figure

SOURCE, DATE = "3 march 2021", "2021-03-03"
SIDE, LEFT, TOP = 26.0, 62.0, 54.0


@figure("attention", after="A worked example")
def where_it_looks(solution: Any) -> Drawing:
    weights = attention_map(solution)
    drawing = Drawing(
        TOP + SIDE * len(DATE) + 8,
        title=f"Attention map: {DATE} is written, and looks at {SOURCE}",
        description=f"A grid. Its columns are the letters of “{SOURCE}”, its rows those of “{DATE}” as they are "
        "written. Each of the four letters of the year looks at one digit of 2021, both hyphens look at the two "
        "spaces, both digits of the month at all letters of march alike, and both digits of the day at the 3.",
        caption="A row is a letter that is written, and shows the weights that `attention` gives the twelve letters "
        "of the source: the fuller, the more, and all add up to 1. The queries were set by hand. They ask for a "
        "place in the year, for spaces, for the month and for the day. The five letters of “march” get "
        f"{weights[5, 2]:.2f} each.",
    )
    drawing.text(LEFT + SIDE * len(SOURCE) / 2, 16, "is looked at", "middle", "soft")
    drawing.text(14, TOP + SIDE * len(DATE) / 2, "is written", "middle", "soft", turned=True)
    for s, letter in enumerate(SOURCE):
        drawing.text(LEFT + SIDE * (s + 0.5), TOP - 10, letter.replace(" ", "␣"), "middle", bold=True)
    for t, letter in enumerate(DATE):
        drawing.text(LEFT - 14, TOP + SIDE * (t + 0.5) + 4, letter.replace("-", "\N{EN DASH}"), "middle", bold=True)
        for s, share in enumerate(weights[t]):
            drawing.rect(LEFT + SIDE * s, TOP + SIDE * t, SIDE, SIDE, "blue", float(share), outline="pale")
    return drawing


def attention_map(solution: Any) -> np.ndarray:
    """The weights, a row for each letter of the date. A key says in which word its letter stands, and where."""
    day, month, year, space, *places = np.eye(9)
    keys = [
        place
        for word, which in zip(SOURCE.split(), (day, month, year), strict=True)
        for place in (space, *(which + places[: len(word)]))
    ][1:]
    queries = [*(year + places[:4]), space, month, month, space, day, day]
    k = np.array(keys)
    _, weights = solution.attention(15 * np.array(queries), k, k, np.ones((len(DATE), len(SOURCE)), bool))
    return np.asarray(weights)
