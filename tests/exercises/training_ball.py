"""Capstone: where does the ball fly?

Many-to-many: after each frame a recurrent network says how far the ball moves until the next one. Walls throw it back,
and for some frames a curtain hides it.
"""

import numpy as np

from minigrad.course.training import Goal, Learned, Words
from minigrad.course.training.weights import Weights
from minigrad.data.ball import paths

STEPS, N, H, MAX_NORM = 2500, 32, 64, 1.0
FRAMES, CURTAIN = 20, 4
STEP = 0.15  # how far a ball flies until the next frame, on average
TESTED, CELLS = 400, 20  # balls to be judged by; the model that knows the place alone divides the box into CELLS²
ROWS, COLUMNS = 21, 43  # of the picture

WORDS = """
A frame shows where the ball is, and not where it flies: position alone is off
by {place:.2f} step lengths. Two frames show a velocity. Straight on, which flies on
with it, is off by {straight:.2f} where a wall throws the ball back, and the network by
{network:.2f}. Behind the curtain it sees nothing, and still turns at the walls:
memory makes a velocity of places, and the walls are in the weights."""


def train(progress, unroll, bptt, clipping, initialization, seed=0):
    rng, first, last = np.random.default_rng(seed).spawn(3)  # a generator that is handed over stays as it is here
    W_xh, W_hh, b = initialization.init_rnn(rng=first, D=3, H=H, scheme="identity")
    W_hy = initialization.xavier_uniform(rng=last, fan_in=H, fan_out=2)
    w = Weights(rate=0.01, steps=STEPS, W_xh=W_xh, W_hh=W_hh, b=b, W_hy=W_hy, b_y=np.zeros(2))

    def forward(drawn):
        """The inputs, the states, and the moves until the next frames in lengths of a step."""
        x, h0 = drawn.inputs[:-1], np.zeros((drawn.inputs.shape[1], H))
        hs = unroll.rnn_forward(x=x, h0=h0, W_xh=w.W_xh, W_hh=w.W_hh, b=w.b)
        return x, h0, hs, unroll.rnn_outputs(hs=hs, W_hy=w.W_hy, b_y=w.b_y)

    for _ in progress.steps(STEPS, w, rng, examples=N):
        drawn = paths(N, FRAMES, CURTAIN, rng=rng)
        x, h0, hs, moves = forward(drawn)
        error = moves - moves_of(drawn) / STEP
        error[0] = 0  # after one frame nobody knows
        d = 2 * error / error[..., 0].size
        _, _, dW_xh, dW_hh, db = bptt.bptt(dhs=d @ w.W_hy.T, x=x, h0=h0, hs=hs, W_xh=w.W_xh, W_hh=w.W_hh)
        grads = [dW_xh, dW_hh, db, np.einsum("tnh,tnd->hd", hs, d), d.sum(axis=(0, 1))]
        grads, _ = clipping.clip_by_global_norm(grads=grads, max_norm=MAX_NORM)
        w.learn(**dict(zip(("W_xh", "W_hh", "b", "W_hy", "b_y"), grads, strict=True)))
        progress.show(error=np.mean(np.sqrt(np.sum(error[1:] ** 2, axis=-1))))

    drawn = paths(TESTED, FRAMES, CURTAIN, rng=[seed, 1])
    moves = STEP * forward(drawn)[-1]
    others = {
        "position alone": by_place(paths(4 * TESTED, FRAMES, rng=[seed, 2]), drawn),
        "straight on": straight_on(drawn),
    }

    def goal(what, mark, here):
        off = {name: error_of(other, drawn, here) for name, other in others.items()}
        return Goal(what, error_of(moves, drawn, here), mark, off, less=True, look_at="unroll")

    everywhere = goal("error, in step lengths", 0.22, np.ones(moves.shape[:2], bool))
    wall = goal("error at the walls", 0.45, drawn.hits[1:])
    hidden = goal("error behind the curtain", 0.35, ~drawn.seen[:-1])

    hits_unseen = np.any(drawn.hits & ~drawn.seen, axis=0)
    shown = np.argmax(np.prod(np.ptp(drawn.positions, axis=0), axis=-1) * hits_unseen)  # of these, it flies most widely
    chart = Words(
        "A ball in its box, frame by frame: a, b, c, ...",
        picture(drawn.positions[:, shown], expected(drawn, moves)[:, shown], drawn.seen[:, shown]),
        "x is where the network expects it next. A, B, C, ...: it is there. A curtain hides what is among dots.",
    )
    words = WORDS.format(
        place=everywhere.others["position alone"], straight=wall.others["straight on"], network=wall.value
    )
    return Learned(words, chart=chart, goals=[everywhere, wall, hidden])


def moves_of(drawn):
    """From each frame to the next, (T-1, N, 2)."""
    return np.diff(drawn.positions, axis=0)


def error_of(moves, drawn, here):
    """The average distance of these moves from the true ones, in step lengths, where `here` is True. After the first
    frame nobody knows."""
    error, length = (np.sqrt(np.sum(m**2, axis=-1))[1:] for m in (moves - moves_of(drawn), moves_of(drawn)))
    return np.mean(error[here[1:]]) / np.mean(length)


def by_place(learned, drawn):
    """The mean move from each cell of the box, of many balls; behind the curtain none."""

    def cells(some):
        return tuple(np.minimum((some.positions[:-1] + 1) / 2 * CELLS, CELLS - 1).astype(int).transpose(2, 0, 1))

    moves, balls = np.zeros((CELLS, CELLS, 2)), np.zeros((CELLS, CELLS, 1))
    np.add.at(moves, cells(learned), moves_of(learned))
    np.add.at(balls, cells(learned), 1)
    return (moves / np.maximum(balls, 1))[cells(drawn)] * drawn.seen[:-1, :, None]


def straight_on(drawn):
    """The last move that was seen, once more."""
    moves = np.zeros(moves_of(drawn).shape)
    for t in range(1, len(moves)):
        both = drawn.seen[t] & drawn.seen[t - 1]
        moves[t] = np.where(both[:, None], drawn.positions[t] - drawn.positions[t - 1], moves[t - 1])
    return moves


def expected(drawn, moves):
    """The place where the ball is expected in each frame; behind the curtain each comes of the one expected before."""
    places = drawn.positions.copy()
    for t, move in enumerate(moves):
        places[t + 1] = np.where(drawn.seen[t][:, None], drawn.positions[t], places[t]) + move
    return places


def picture(places, expected, seen):
    """The box with its walls, as lines of text."""
    canvas = np.full((ROWS, COLUMNS), " ")

    def cell(place):
        x, y = (np.clip(place, -1, 1) + 1) / 2
        return round((1 - y) * (ROWS - 1)), round(x * (COLUMNS - 1))

    for row, column in map(cell, places[~seen]):
        canvas[max(row - 1, 0) : row + 2, max(column - 3, 0) : column + 4] = "."
    for place in expected[2:]:  # after two frames
        canvas[cell(place)] = "x"
    for letter, place, guess in zip("abcdefghijklmnopqrstuvwxyz", places, expected, strict=False):
        canvas[cell(place)] = letter.upper() if cell(guess) == cell(place) else letter
    wall = f"+{'-' * COLUMNS}+"
    return [wall, *(f"|{''.join(row)}|" for row in canvas), wall]
