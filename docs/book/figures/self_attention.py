"""Exercise 32: a text that asks itself, with the mask of those who may not look ahead."""

from __future__ import annotations

from typing import Any

import numpy as np

from figures.drawing import Drawing
from figures.figure import figure

WORDS = ["I", "took", "my", "cat", "for", "a", "walk", "and", "it", "was", "happy"]
NEEDS = {"my": "person", "it": "animal", "was": "animal", "happy": "animal", "walk": "deed"}
IS = {"I": "person", "cat": "animal", "took": "deed"}
KINDS = ["person", "animal", "deed"]
SIDE, LEFT, TOP = 29.0, 62.0, 56.0


@figure("self_attention", after="Who may look at whom")
def causal_map(solution: Any) -> Drawing:
    weights = attention_map(solution)
    T, it, cat = len(WORDS), WORDS.index("it"), WORDS.index("cat")
    drawing = Drawing(
        TOP + SIDE * T + 8,
        title=f"Causal self-attention over “{' '.join(WORDS)}”",
        description="A grid with the same words for rows and columns. Above the diagonal all cells are crossed out: "
        "no word may look at a later one. Below it each row shows how much its word looks at itself and at those "
        f"before. The row of it gives cat {weights[it, cat]:.2f}. Words that need nobody look at all that they see "
        "alike.",
        caption=f"A row is a word that asks: “it” looks at “cat” with {weights[it, cat]:.2f} of its weight, and a "
        "word that needs nobody at all that it may see, alike. What is crossed out is later, and the mask forbids "
        "it. By `self_attention`, with weights that were set by hand.",
    )
    drawing.text(LEFT, 14, "is looked at", colour="soft")
    for t, word in enumerate(WORDS):
        high = 48 if t % 2 == 0 else 33
        drawing.text(LEFT + SIDE * (t + 0.5), high, word, "middle", bold=True)
        if t % 2:
            drawing.line([(LEFT + SIDE * (t + 0.5), 37), (LEFT + SIDE * (t + 0.5), TOP - 3)], "pale", 1)
        drawing.text(LEFT - 8, TOP + SIDE * (t + 0.5) + 4, word, "end", bold=True)
        for s in range(T):
            x, y = LEFT + SIDE * s, TOP + SIDE * t
            drawing.rect(x, y, SIDE, SIDE, "blue", float(weights[t, s]), outline="pale")
            if s > t:
                drawing.line([(x + 9, y + 9), (x + SIDE - 9, y + SIDE - 9)], "soft", 1)
                drawing.line([(x + 9, y + SIDE - 9), (x + SIDE - 9, y + 9)], "soft", 1)
    return drawing


def attention_map(solution: Any) -> np.ndarray:
    """The weights, (T, T). A word's vector says what it needs and what it is; W_q takes the first, W_k the second."""
    x = np.array(
        [[float(about.get(word) == kind) for about in (NEEDS, IS) for kind in KINDS] for word in WORDS],
    )
    W_q, W_k = 6 * np.eye(6)[:, :3], np.eye(6)[:, 3:]
    _, weights = solution.self_attention(x, W_q, W_k, np.eye(6), causal=True)
    return np.asarray(weights)
