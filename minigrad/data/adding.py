"""The adding problem: two numbers of a long sequence are marked, and their sum is asked for at its end.

Hochreiter and Schmidhuber (Long short-term memory, 1997) made it to tell who can remember numbers over many steps. This
is the form in which Le, Jaitly and Hinton pose it (A simple way to initialize recurrent networks of rectified linear
units, 2015). A model that remembers nothing answers 1, the mean of all sums, and the mean of its squared errors is
BASELINE.

>>> x, sums = adding(1, steps=5, rng=0)
>>> x[:, 0].round(2)
array([[0.64, 0.  ],
       [0.27, 0.  ],
       [0.04, 0.  ],
       [0.02, 1.  ],
       [0.81, 1.  ]])
>>> sums.round(2)
array([0.83])
"""

from __future__ import annotations

import numpy as np

from minigrad.arguments import length
from minigrad.data.drawing import Rng
from minigrad.memory import Array

BASELINE = 1 / 6
"""The variance of the sum of two numbers that are drawn evenly from 0 to 1: each has 1/12."""


def adding(count: int, steps: int, *, rng: Rng) -> tuple[Array, Array]:
    """`count` sequences, and the sum that each asks for.

    Args:
        count: N sequences.
        steps: T steps, 2 or more.
        rng: a generator, or a seed for one.

    Returns:
        x: (T, N, 2). The first number of a step is from 0 to 1. The second is 1 at two steps of each sequence, any two,
            and 0 at the others.
        sums: (N,), for each sequence the sum of its two first numbers where the second is 1.

    Raises:
        ValueError: if `count` is negative, or there are fewer than 2 steps.

    >>> x, sums = adding(32, steps=100, rng=0)
    >>> x.shape, sums.shape
    ((100, 32, 2), (32,))
    """
    count, steps = length("adding", "count", count), length("adding", "steps", steps, least=2)
    generator = np.random.default_rng(rng)
    x = np.zeros((steps, count, 2))
    x[..., 0] = generator.random((steps, count))
    one, other = generator.integers(steps, size=count), generator.integers(steps - 1, size=count)
    other += other >= one  # any step but that one
    columns = np.arange(count)
    x[one, columns, 1] = x[other, columns, 1] = 1
    return x, x[one, columns, 0] + x[other, columns, 0]
