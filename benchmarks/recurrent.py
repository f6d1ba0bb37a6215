"""What a training step of a recurrent layer costs, beside PyTorch and beside what no NumPy code can avoid.

A step is the layer over the whole sequence, forward and backward to all of its parameters, in float32. The floor is the
bare matrix products of that, and one call of tanh for all gates of a step (and one for the LSTM's cell).
"""

import statistics
import sys
import time

from rich.console import Console
from rich.table import Table

GRID = [(20, 1, 16, 16), (35, 8, 32, 64), (100, 16, 64, 128), (50, 64, 128, 256), (100, 32, 512, 512)]
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
SECONDS = 3.0


def main() -> None:
    """Print CPU times and ratios; all take turns, so that a busy moment meets all of them."""
    try:
        import torch
    except ImportError as error:
        sys.exit(f"Recurrent layers are measured beside PyTorch; {error}: pip install -e '.[bench]'")
    torch.set_num_threads(1)
    for kind in GATES:
        table = Table(f"{kind} (T, N, D, H)", "ms", "of PyTorch", "of the floor", box=None, pad_edge=False)
        ratios = []
        for sizes in GRID:
            times = measured(steps_of(kind, *sizes))
            own, peer, floor = (statistics.median(times[name]) for name in ("minigrad", "PyTorch", "floor"))
            ratios.append(own / peer)
            table.add_row(str(sizes), f"{own * 1e3:.2f}", f"{own / peer:.2f}", f"{own / floor:.2f}")
        table.add_row("geometric mean", "", f"{statistics.geometric_mean(ratios):.2f}", "")
        Console().print(table, "")


def measured(steps):
    """CPU times of each step, as often as fits into some seconds."""
    times = {name: [] for name in steps}
    ends = time.perf_counter() + SECONDS
    while time.perf_counter() < ends or len(times["floor"]) < 5:
        for name, step in steps.items():
            started = time.process_time()
            step()
            times[name].append(time.process_time() - started)
    return times


def steps_of(kind, T, N, D, H):
    """The same step by each, as functions without arguments."""
    import numpy as np
    import torch

    from minigrad import nn

    rng = np.random.default_rng(0)

    def draw(*shape):
        return rng.normal(size=shape).astype(np.float32)

    theirs = getattr(torch.nn, kind)(D, H)
    ours = getattr(nn, kind)(D, H, dtype=np.float32)
    ours.load_state_dict(theirs.state_dict())
    x, v = draw(T, N, D), draw(T, N, H)
    x_torch, v_torch = torch.tensor(x), torch.tensor(v)

    def minigrad_step():
        ours.zero_grad()
        np.sum(ours(x)[0] * v).backward()

    def torch_step():
        theirs.zero_grad()
        (theirs(x_torch)[0] * v_torch).sum().backward()

    rows = GATES[kind] * H
    W_ih, W_hh, W_hh_T = draw(rows, D), draw(rows, H), draw(H, rows)
    h, gates, d, inputs, states = draw(H, N), draw(rows, N), draw(rows, T * N), draw(T * N, D), draw(T * N, H)

    def floor():
        W_ih @ inputs.T
        for _ in range(T):
            np.matmul(W_hh, h, out=gates)
            np.tanh(gates)
            if kind == "LSTM":
                np.tanh(h)
        for _ in range(T):
            W_hh_T @ gates
        d @ states
        d @ inputs

    minigrad_step()
    torch_step()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=1e-2, atol=1e-3 * float(q.grad.abs().max()))
    return {"minigrad": minigrad_step, "PyTorch": torch_step, "floor": floor}
