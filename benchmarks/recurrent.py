"""The cost of a training step of a recurrent layer, beside others and beside what no NumPy code can avoid.

The others are PyTorch, JAX, jitted, and HIPS autograd; for these two a layer is its cell as in the lectures.

A step is the layer over the whole sequence, forward and backward to all of its parameters, in float32. The floor is the
bare matrix products of that, and one call of tanh for all gates of a step (and one for the LSTM's cell).
"""

import ctypes
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.memory import peak_memory

GRID = [(20, 1, 16, 16), (35, 8, 32, 64), (100, 16, 64, 128), (50, 64, 128, 256), (100, 32, 512, 512)]
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
NAMES = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
SECONDS = 3.0
SLOWER = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]
"""Settings that keep OpenBLAS from the kernels of this processor."""


def main() -> None:
    """Print CPU times, their ratios, and memory; all take turns, so that a busy moment meets all of them."""
    if set(SLOWER) & set(os.environ):
        free = {name: value for name, value in os.environ.items() if name not in SLOWER}
        if code := subprocess.run([sys.executable, "-m", "benchmarks", "recurrent"], env=free).returncode:
            sys.exit(code)
        return
    try:
        import autograd  # noqa: F401
        import jax  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        sys.exit(
            f"Recurrent layers are measured beside PyTorch, JAX and HIPS autograd; {error}: pip install -e '.[bench]'"
        )
    Console().print(f"OpenBLAS runs its kernels for {kernel_of_openblas()}.")
    Console().print("CPU time of a training step, and over that of others; MB at its peak, and over PyTorch's:\n")
    for kind in GATES:
        table = Table(box=None, pad_edge=False, collapse_padding=True)
        for header in (f"{kind} (T, N, D, H)", "ms", *STEPS, "floor", "MB", "PyTorch"):
            if header != "minigrad":
                table.add_column(header, no_wrap=True)
        rows = []
        for sizes in GRID:
            times = measured(steps_of(kind, *sizes))
            own, other = (peak_memory(step_of, name, kind, *sizes) for name in ("minigrad", "PyTorch"))
            ratios = [times["minigrad"] / seconds for name, seconds in times.items() if name != "minigrad"]
            rows.append(ratios)
            memory = ("-", "-") if own is None or other < 1 else (f"{own:.1f}", f"{own / other:.2f}")
            table.add_row(str(sizes), f"{times['minigrad'] * 1e3:.2f}", *(f"{x:.2f}" for x in ratios), *memory)
        table.add_row("geometric mean", "", *(f"{statistics.geometric_mean(x):.2f}" for x in zip(*rows, strict=True)))
        Console().print(table, "")


def kernel_of_openblas():
    """The processor that the OpenBLAS of NumPy's wheel takes this one for."""
    for file in (Path(np.__file__).parents[1] / "numpy.libs").glob("*openblas*"):
        name = getattr(ctypes.CDLL(str(file)), "scipy_openblas_get_corename64_", None)
        if name:
            name.restype = ctypes.c_char_p
            return name().decode()
    return "a processor that cannot be found out"


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


def steps_of(kind, *sizes):
    """The same step by each, as functions without arguments; those of STEPS give the same gradients."""
    steps = {name: step_of(name, kind, *sizes) for name in STEPS}
    expected = steps["minigrad"]()
    for step in steps.values():
        for g, right in zip(step(), expected, strict=True):
            np.testing.assert_allclose(g, right, rtol=1e-2, atol=1e-3 * float(np.abs(right).max()))
    return steps | {"floor": floor(kind, *sizes)}


def step_of(name, kind, T, N, D, H):
    """A function without arguments that returns the gradients of Σ v h, for some v, with respect to the parameters."""
    rng = np.random.default_rng(0)
    shapes = [(GATES[kind] * H, D), (GATES[kind] * H, H), *[(GATES[kind] * H,)] * 2]
    parameters = [(rng.uniform(-1, 1, shape) / np.sqrt(H)).astype(np.float32) for shape in shapes]
    x, v = (rng.normal(size=(T, N, n)).astype(np.float32) for n in (D, H))
    return STEPS[name](kind, parameters, x, v)


def minigrad_step(kind, parameters, x, v):
    from minigrad import nn

    layer = getattr(nn, kind)(x.shape[-1], v.shape[-1], dtype=np.float32)
    layer.load_state_dict(dict(zip(NAMES, parameters, strict=True)))

    def step():
        layer.zero_grad()
        np.sum(layer(x)[0] * v).backward()
        return [p.grad for p in layer.parameters()]

    return step


def torch_step(kind, parameters, x, v):
    import torch

    torch.set_num_threads(1)
    layer = getattr(torch.nn, kind)(x.shape[-1], v.shape[-1])
    layer.load_state_dict({name: torch.tensor(p) for name, p in zip(NAMES, parameters, strict=True)})
    x, v = torch.tensor(x), torch.tensor(v)

    def step():
        layer.zero_grad()
        (layer(x)[0] * v).sum().backward()
        return [p.grad.numpy() for p in layer.parameters()]

    return step


def jax_step(kind, parameters, x, v):
    import jax

    def loss(parameters):
        return jax.numpy.sum(outputs(jax.numpy, jax_scan, kind, parameters, x, v.shape[-1]) * v)

    gradient = jax.jit(jax.grad(loss))
    return lambda: jax.block_until_ready(gradient(parameters))


def hips_step(kind, parameters, x, v):
    import autograd
    import autograd.numpy as anp

    def loss(parameters):
        return anp.sum(outputs(anp, hips_scan, kind, parameters, x, v.shape[-1]) * v)

    return lambda: autograd.grad(loss)(parameters)


STEPS = {"minigrad": minigrad_step, "PyTorch": torch_step, "JAX": jax_step, "autograd": hips_step}


def outputs(xp, scan, kind, parameters, x, H):
    """All h of a layer, in the NumPy of another library, from 0."""
    W_ih, W_hh, b_ih, b_hh = parameters

    def sigmoid(a):
        return 0.5 + 0.5 * xp.tanh(0.5 * a)

    def step(state, of_x):
        of_h = state[0] @ W_hh.T
        state = CELLS[kind](xp, sigmoid, of_x, of_h + b_hh if kind == "GRU" else of_h, *state)
        return state, state[0]

    zero = xp.zeros((x.shape[1], H), x.dtype)
    b = b_ih if kind == "GRU" else b_ih + b_hh
    return scan(step, (zero, zero) if kind == "LSTM" else (zero,), x @ W_ih.T + b)


def jax_scan(step, state, xs):
    import jax

    return jax.lax.scan(step, state, xs)[1]


def hips_scan(step, state, xs):
    import autograd.numpy as anp

    hs = []
    for x in xs:
        state, h = step(state, x)
        hs.append(h)
    return anp.stack(hs)


def lstm_cell(xp, sigmoid, of_x, of_h, _, c):
    i, f, g, o = xp.split(of_x + of_h, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * xp.tanh(g)
    return sigmoid(o) * xp.tanh(c), c


def gru_cell(xp, sigmoid, of_x, of_h, h):
    (xr, xz, xn), (hr, hz, hn) = xp.split(of_x, 3, axis=-1), xp.split(of_h, 3, axis=-1)
    z = sigmoid(xz + hz)
    return ((1 - z) * xp.tanh(xn + sigmoid(xr + hr) * hn) + z * h,)


def rnn_cell(xp, sigmoid, of_x, of_h, _):
    return (xp.tanh(of_x + of_h),)


CELLS = {"LSTM": lstm_cell, "GRU": gru_cell, "RNN": rnn_cell}


def floor(kind, T, N, D, H):
    rng, rows = np.random.default_rng(0), GATES[kind] * H

    def draw(*shape):
        return rng.normal(size=shape).astype(np.float32)

    W_ih, W_hh, W_hh_T = draw(rows, D), draw(rows, H), draw(H, rows)
    h, gates, d, inputs, states = draw(H, N), draw(rows, N), draw(rows, T * N), draw(T * N, D), draw(T * N, H)

    def step():
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

    return step
