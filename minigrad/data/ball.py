"""A ball in a box: where will it be in the next frame?

It flies straight on at its own speed, without gravity or friction, and a wall throws it back as a mirror does light.
One frame tells where the ball is and not where it is going: a network that is to say so must remember the frame before.
And it has to know the walls.

>>> drawn = paths(3, steps=4, rng=0)
>>> drawn.positions.shape, drawn.inputs.shape, drawn.frames(16).shape
((4, 3, 2), (4, 3, 3), (4, 3, 16, 16))
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minigrad.arguments import length
from minigrad.data.drawing import Rng
from minigrad.memory import Array

SLOWEST, FASTEST = 0.1, 0.2
"""The shortest and the longest flight of a ball from one frame to the next. The box is 2 wide and 2 high."""


@dataclass(frozen=True)
class Paths:
    """N balls, each in a box of its own, in T frames.

    Attributes:
        positions: (T, N, 2), x and y from -1 to 1.
        hits: (T, N), True where a ball has hit a wall since the frame before; False in the first frame.
        seen: (T, N), False where a curtain hides the ball.

    >>> paths(2, steps=5, curtain=2, rng=0).seen.sum(axis=0)
    array([3, 3])
    """

    positions: Array
    hits: Array
    seen: Array

    @property
    def inputs(self) -> Array:
        """The balls as they are seen, (T, N, 3): x, y and 1, or three times 0 where a curtain hides the ball.

        >>> paths(2, steps=9, curtain=6, rng=0).inputs[5]
        array([[0., 0., 0.],
               [0., 0., 0.]])
        """
        seen = self.seen[..., None]
        return np.concatenate([np.where(seen, self.positions, 0.0), seen], axis=-1)

    def frames(self, size: int = 16) -> Array:
        """Pictures, (T, N, size, size): rows from the top of the box to its bottom, columns from left to right.

        A ball has the brightness 1, shared out among up to four pixels so that their centre of mass is where it is. The
        outermost pixels stand at the walls. Behind a curtain all is dark.

        Args:
            size: of the pictures, 2 pixels or more.

        Raises:
            ValueError: if it is less.

        >>> Paths(np.array([[[-0.5, 1.0]]]), np.array([[False]]), np.array([[True]])).frames(3)[0, 0]
        array([[0.5, 0.5, 0. ],
               [0. , 0. , 0. ],
               [0. , 0. , 0. ]])
        """
        size = length("Paths.frames", "size", size, least=2)
        pixels = (self.positions * [1, -1] + 1) / 2 * (size - 1)
        shares = np.maximum(0.0, 1 - abs(pixels[..., None] - np.arange(size)))  # (T, N, 2, size)
        return shares[..., 1, :, None] * shares[..., 0, None, :] * self.seen[..., None, None]


def paths(count: int, steps: int = 20, curtain: int = 0, *, rng: Rng) -> Paths:
    """`count` balls, each from a place of its own, in a direction of its own, at a speed from SLOWEST to FASTEST.

    Without walls a ball would be at u_t = u_0 + t v. A mirror folds the plane, so where it really is at time t can be
    said at once, for x and y alike: go from -1 to 1 and back as u grows, with a period of 4,

        x(u) = 1 - |(u + 1) mod 4 - 2|.

    Args:
        count: N balls.
        steps: T frames.
        curtain: the number of frames in a row that are hidden, of each ball others, and never one of the first two,
            which tell where it is going.
        rng: a generator, or a seed for one.

    Raises:
        ValueError: if a number is negative, or the curtain hides more than all frames but two.

    >>> drawn = paths(2, rng=0)
    >>> bool(np.all(abs(drawn.positions) <= 1))
    True
    """
    count, steps = length("paths", "count", count), length("paths", "steps", steps)
    curtain = length("paths", "curtain", curtain)
    if curtain > max(steps - 2, 0):
        raise ValueError(
            f"paths: expected a curtain of at most {max(steps - 2, 0)} frames, got {curtain}: of {steps} steps the "
            "first two are always seen. Ask for more steps."
        )
    generator = np.random.default_rng(rng)
    begin = generator.uniform(-1, 1, (count, 2))
    direction = generator.normal(size=(count, 2))
    speed = generator.uniform(SLOWEST, FASTEST, (count, 1))
    velocity = speed * direction / np.sqrt(np.sum(direction**2, axis=1, keepdims=True))
    straight = begin + np.arange(steps)[:, None, None] * velocity
    positions = 1 - abs((straight + 1) % 4 - 2)
    boxes = np.floor((straight + 1) / 2)  # which of the mirrored boxes it is in
    hits = np.zeros((steps, count), bool)
    hits[1:] = np.any(boxes[1:] != boxes[:-1], axis=-1)
    hidden = np.arange(steps)[:, None] - generator.integers(2, max(steps - curtain, 2) + 1, count)
    return Paths(positions, hits, ~((hidden >= 0) & (hidden < curtain)))
