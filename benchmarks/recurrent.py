"""What a training step of a recurrent layer costs, beside others and beside what no NumPy code can avoid.

The others are PyTorch, and for the LSTM JAX, jitted, and HIPS autograd.

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
        import autograd  # noqa: F401
        import jax  # noqa: F401
        import torch
    except ImportError as error:
        sys.exit(
            f"Recurrent layers are measured beside PyTorch, JAX and HIPS autograd; {error}: pip install -e '.[bench]'"
        )
    torch.set_num_threads(1)
    for kind in GATES:
        rows = {sizes: measured(steps_of(kind, *sizes)) for sizes in GRID}
        peers = [name for name in rows[GRID[0]] if name != "minigrad"]
        table = Table(box=None, pad_edge=False)
        for header in (f"{kind} (T, N, D, H)", "ms", *(f"of {peer}" for peer in peers)):
            table.add_column(header, no_wrap=True)
        ratios = {peer: [times["minigrad"] / times[peer] for times in rows.values()] for peer in peers}
        for k, (sizes, times) in enumerate(rows.items()):
            table.add_row(str(sizes), f"{times['minigrad'] * 1e3:.2f}", *(f"{ratios[peer][k]:.2f}" for peer in peers))
        table.add_row("geometric mean", "", *(f"{statistics.geometric_mean(ratios[peer]):.2f}" for peer in peers))
        Console().print(table, "")


def measured(steps):
    """The median CPU time of each step, over as many rounds as fit into some seconds."""
    times = {name: [] for name in steps}
    ends = time.perf_counter() + SECONDS
    while time.perf_counter() < ends or len(times["floor"]) < 5:
        for name, step in steps.items():
            started = time.process_time()
            step()
            times[name].append(time.process_time() - started)
    return {name: statistics.median(each) for name, each in times.items()}


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
    steps = {"minigrad": minigrad_step, "PyTorch": torch_step}
    if kind == "LSTM":
        steps |= {"JAX": jax_lstm(ours, x, v), "autograd": hips_lstm(ours, x, v)}
    return steps | {"floor": floor}


def lstm_loss(xp, sigmoid, scan, parameters, x, v):
    """Σ v h over all steps, in the NumPy of another library."""
    W_ih, W_hh, b_ih, b_hh = parameters

    def step(state, x_t):
        h, c = state
        i, f, g, o = xp.split(x_t + h @ W_hh.T, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * xp.tanh(g)
        h = sigmoid(o) * xp.tanh(c)
        return (h, c), h

    zero = xp.zeros(v.shape[1:], v.dtype)
    return xp.sum(scan(step, (zero, zero), x @ W_ih.T + b_ih + b_hh) * v)


def jax_lstm(ours, x, v):
    import jax

    def scan(step, state, xs):
        return jax.lax.scan(step, state, xs)[1]

    gradient = jax.jit(jax.grad(lambda p: lstm_loss(jax.numpy, jax.nn.sigmoid, scan, p, x, v)))
    return same_gradients(ours, x, v, lambda parameters: jax.block_until_ready(gradient(parameters)))


def hips_lstm(ours, x, v):
    import autograd
    import autograd.numpy as anp

    def scan(step, state, xs):
        outputs = []
        for x_t in xs:
            state, h = step(state, x_t)
            outputs.append(h)
        return anp.stack(outputs)

    def sigmoid(a):
        return 0.5 + 0.5 * anp.tanh(0.5 * a)

    return same_gradients(ours, x, v, autograd.grad(lambda p: lstm_loss(anp, sigmoid, scan, p, x, v)))


def same_gradients(ours, x, v, gradient):
    """gradient of our parameters as a step, after a look whether it is ours."""
    import numpy as np

    parameters = [p.numpy() for p in ours.parameters()]
    ours.zero_grad()
    np.sum(ours(x)[0] * v).backward()
    for p, g in zip(ours.parameters(), gradient(parameters), strict=True):
        np.testing.assert_allclose(p.grad, np.asarray(g), rtol=1e-2, atol=1e-3 * float(np.abs(p.grad).max()))
    return lambda: gradient(parameters)
