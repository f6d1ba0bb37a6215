"""Two tables of the literature, made again with minigrad.nn: what learns to remember, and what clipping does for it.

Le, Jaitly, Hinton, "A simple way to initialize recurrent networks of rectified linear units" (2015): ReLUs whose
recurrent weights begin at the identity solve the adding problem about as well as an LSTM, and a plain tanh network does
not. Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks" (2013): stochastic gradient
descent solves the temporal order problem more often with clipped gradients.

The budgets are far smaller than those of the papers, and Adam takes the place of descent in the first table. So
"not in 3,000" is what it says, and no proof that more steps or another rate would not do.
"""

import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from minigrad import functional, nn, no_grad, optim
from minigrad.data.adding import BASELINE, adding

SEEDS, STEPS, N = 3, 3000, 16
LENGTHS, H = (150, 200), 100
SOLVED, LAST = 0.01, 50  # the mean squared error of so many batches
RATES = {"tanh RNN": 1e-3, "ReLU RNN, identity": 2e-3, "LSTM, forget bias 1": 2e-2}
FOUND = {"tanh RNN": "not solved", "ReLU RNN, identity": "solved", "LSTM, forget bias 1": "solved"}  # at both lengths

ORDER_LENGTHS, ORDER_H, ORDER_STEPS, ORDER_RATE = (20, 50), 50, 4000, 0.1
ORDER_SOLVED = 0.99  # of 1,000 new sequences


def main() -> None:
    """Print for each network at which step it had solved its task, with each seed."""
    console = Console()
    console.print(
        f"The adding problem: Adam, norms clipped at 1, H = {H}, {N} sequences a step. Who answers 1 is at "
        f"{BASELINE:.3f}; solved is a mean squared error under {SOLVED} over {LAST} steps. The step at which it was:\n"
    )
    table = Table("", *(f"T = {T}" for T in LENGTHS), "Le et al. 2015", box=None, pad_edge=False)
    for name, found in FOUND.items():
        cells = (_cells(steps_to_add(name, T, seed) for seed in range(SEEDS)) for T in LENGTHS)
        table.add_row(name, *cells, found)
        console.print(f"{name}: done after {time.process_time():.0f} s", style="dim")
    console.print(table, "")
    console.print(
        f"The temporal order problem: tanh RNN, H = {ORDER_H}, descent at a rate of {ORDER_RATE}, {ORDER_STEPS} steps. "
        f"Solved is {ORDER_SOLVED:.0%} of 1,000 new sequences right. How many of {SEEDS} seeds solved it:\n"
    )
    table = Table("", *(f"T = {T}" for T in ORDER_LENGTHS), "Pascanu et al. 2013", box=None, pad_edge=False)
    for name, max_norm, found in (("as they are", np.inf, "less often"), ("clipped at 1", 1.0, "more often")):
        solved = (sum(orders(T, max_norm, seed) for seed in range(SEEDS)) for T in ORDER_LENGTHS)
        table.add_row(f"gradients {name}", *map(str, solved), found)
    console.print(table, "")


def _cells(steps):
    return ", ".join(f"{step}" if step else f"not in {STEPS:,}" for step in steps)


def network(name, rng):
    """A recurrent layer that reads (T, N, 2), and the readout of its last state."""
    if name == "LSTM, forget bias 1":
        layer = nn.init.forget_bias_(nn.LSTM(2, H, rng=rng), 1.0)
    elif name == "tanh RNN":
        layer = nn.RNN(2, H, rng=rng)
    else:
        layer = nn.init.identity_rnn_(nn.RNN(2, H, nonlinearity="relu", rng=rng), rng=rng)
        nn.init.normal_(layer.weight_ih_l0, std=0.1, rng=rng)  # 0.001 as in the paper takes longer here
    return layer, nn.Linear(H, 1, rng=rng)


def steps_to_add(name, T, seed):
    """The number of steps after which the network has solved the adding problem of this length; None if it has not."""
    rng = np.random.default_rng(seed)
    layer, readout = network(name, rng)
    parameters = [*layer.parameters(), *readout.parameters()]
    optimizer, errors = optim.Adam(parameters, lr=RATES[name]), []
    for step in range(1, STEPS + 1):
        x, sums = adding(N, steps=T, rng=rng)
        outputs, _ = layer(x)
        loss = np.mean((readout(outputs[-1])[:, 0] - sums) ** 2)
        _descend(loss, parameters, optimizer, 1.0)
        errors.append(loss.item())
        if step >= LAST and np.mean(errors[-LAST:]) < SOLVED:
            return step
    return None


def temporal_order(count, T, rng):
    """Sequences of four letters that mean nothing, with one of two others in their second tenth and one in their fifth.

    The question at the end is which two these were, and in which order (Hochreiter and Schmidhuber 1997, task 6a).

    Returns:
        x: (T, count, 6), one-hot.
        classes: (count,), from 0 to 3.
    """
    ids = rng.integers(4, size=(T, count))
    first, second = rng.integers(2, size=(2, count))
    ids[rng.integers(T // 10, 2 * T // 10, size=count), range(count)] = 4 + first
    ids[rng.integers(4 * T // 10, 5 * T // 10, size=count), range(count)] = 4 + second
    return np.eye(6)[ids], 2 * first + second


def orders(T, max_norm, seed):
    """True if a tanh network has learned the temporal order problem of this length."""
    rng = np.random.default_rng(seed)
    layer, readout = nn.RNN(6, ORDER_H, rng=rng), nn.Linear(ORDER_H, 4, rng=rng)
    nn.init.orthogonal_gates_(layer, rng=rng)
    parameters = [*layer.parameters(), *readout.parameters()]
    optimizer = optim.SGD(parameters, lr=ORDER_RATE)
    for _ in range(ORDER_STEPS):
        x, classes = temporal_order(20, T, rng)
        _descend(functional.cross_entropy(readout(layer(x)[0][-1]), classes), parameters, optimizer, max_norm)
    with no_grad():
        x, classes = temporal_order(1000, T, rng)
        answers = np.argmax(readout(layer(x)[0][-1]).data, axis=1)
    return bool(np.mean(answers == classes) >= ORDER_SOLVED)


def _descend(loss, parameters, optimizer, max_norm):
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, max_norm)
    optimizer.step()


if __name__ == "__main__":
    sys.exit(main())
