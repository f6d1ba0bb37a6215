"""Exercise 19: the gates of an LSTM, and its notebook, over the lectures' sentence."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.drawing import Drawing, rounded
from figures.figure import figure

SENTENCE = ["I", "grew", "up", "in", "France", "but", "now", "I", "live", "in", "Denver", "."]
SENTENCE += ["it", "rained", ".", "I", "speak", "fluent"]
CHANGES = {"France": "origin", "Denver": "home", ".": "stop", "fluent": "asked"}
"""The words that move a gate, and what each stands for in x."""

WEIGHTS = {  # by what is read: what is added to the sums of i, f, g and o, for note 1 and for note 2
    "origin": [12, 0, 0, 0, 3, 0, 0, 0],
    "home": [0, 12, 0, 0, 0, -3, 0, 0],
    "stop": [0, 0, 0, -10, 0, 0, 0, 0],
    "asked": [0, 0, 0, 0, 0, 0, 10, 0],
}
BIAS = [-6, -6, 5, 5, 0, 0, -5, -5]
COLUMNS = ["i", "f", "o", "c", "h"]
SAYS = ["written", "kept", "shown", "notebook", "page"]
ROW, SIDE = 17.0, 25.0


@figure("lstm_cell", after="The formula")
def gates_of_a_sentence(solution: Any) -> Drawing:
    values = gates_and_notes(solution)
    c = values["c"]
    france, denver, end = SENTENCE.index("France"), SENTENCE.index("Denver"), len(SENTENCE) - 1
    drawing = Drawing(
        62 + ROW * len(SENTENCE) + 26,
        title="The gates of an LSTM over a sentence",
        description=f"A table with a row for each word of “{' '.join(SENTENCE)}”. Its columns are the input gate i, "
        "the forget gate f, the output gate o, the notebook c and the page h, each for two notes. The input gate of "
        "note 1 is open at France alone, and that of note 2 at Denver alone. The forget gate of note 1 is open "
        f"throughout; that of note 2 is shut at each full stop. Note 1 is {rounded(c[france, 0])} after France and "
        f"{rounded(c[end, 0])} at the end. Note 2 is negative from Denver to the full stop, and then gone. The output "
        "gate opens at fluent, for note 1.",
        caption="Two notes while a sentence is read, by `lstm_cell` with weights set by hand. At “France” i opens "
        f"and note 1 is written; f keeps it, so that {rounded(c[end, 0])} of {rounded(c[france, 0])} are left "
        f"{end - france} words later, when o opens and shows it. Note 2 is written at “Denver”, as "
        f"{rounded(c[denver, 1])}, and forgotten at the full stop, where its f is shut. Blue is above 0, orange "
        "below; the fuller, the further from 0.",
    )
    top = 50.0
    left = {name: 62 + 68 * k for k, name in enumerate(COLUMNS)}
    for name, says in zip(COLUMNS, SAYS, strict=True):
        middle = left[name] + SIDE
        drawing.text(middle, 14, name, "middle", bold=True)
        drawing.text(middle, 29, says, "middle", "soft")
        for unit in range(2):
            drawing.text(left[name] + SIDE * (unit + 0.5), top - 6, str(unit + 1), "middle", "soft")
    for t, word in enumerate(SENTENCE):
        y = top + ROW * t
        drawing.text(54, y + 13, word, "end", bold=word in CHANGES)
        for name in COLUMNS:
            for unit, number in enumerate(values[name][t]):
                colour = "blue" if number >= 0 else "orange"
                drawing.rect(left[name] + SIDE * unit, y, SIDE, ROW, colour, min(1.0, abs(float(number))), "pale")
    _scale(drawing, top + ROW * len(SENTENCE) + 12)
    return drawing


def _scale(drawing: Drawing, y: float) -> None:
    drawing.text(146, y + 10, "\N{MINUS SIGN}1", "end", "soft")
    steps = np.linspace(-1, 1, 11)
    for k, number in enumerate(steps):
        drawing.rect(152 + 14 * k, y, 14, 11, "blue" if number > 0 else "orange", abs(float(number)), "pale")
    drawing.text(152 + 14 * len(steps) + 6, y + 10, "1", colour="soft")


def gates_and_notes(solution: Any) -> dict[str, np.ndarray]:
    """For each of i, f, o, c and h a row for each word, with the numbers of both notes."""
    kinds = list(WEIGHTS)
    W_xh, b = np.array(list(WEIGHTS.values()), float), np.array(BIAS, float)
    h, c = np.zeros((1, 2)), np.zeros((1, 2))
    rows: dict[str, list[np.ndarray]] = {name: [] for name in COLUMNS}
    for word in SENTENCE:
        x = np.array([[float(CHANGES.get(word) == kind) for kind in kinds]])
        h, c = solution.lstm_cell(x, h, c, W_xh, np.zeros((2, 8)), b)
        i, f, _, o = np.split(solution.sigmoid(x @ W_xh + b), 4, axis=1)
        for name, numbers in zip(COLUMNS, (i, f, o, c, h), strict=True):
            rows[name].append(numbers[0])
    return {name: np.stack(numbers) for name, numbers in rows.items()}
