"""The cost of the engine itself: a chain of tanh and add on 8 × 8 arrays, forward and backward, and its import.

On arrays this small the arithmetic is a small part, so that what is measured is recording and the sweep.
"""

import os
import statistics
import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

LENGTH, REPEATS, ROUNDS = 100, 5, 40
IMPORT_ROUNDS = 15


def main() -> None:
    """Print CPU time per operation, and ratios; all take turns, so that a busy moment meets all of them."""
    try:
        chains = make_chains()
    except ImportError as error:
        sys.exit(f"The engine is measured beside PyTorch and HIPS autograd; {error}: pip install -e '.[bench]'")
    times: dict[str, list[float]] = {name: [] for name in chains}
    for _ in range(ROUNDS):
        for name, chain in chains.items():
            started = time.process_time()
            for _ in range(REPEATS):
                chain()
            times[name].append((time.process_time() - started) / (REPEATS * 2 * LENGTH) * 1e6)
    peers = ["PyTorch", "HIPS autograd"]
    table = Table("tanh and add on 8×8", "µs", *(f"of {peer}" for peer in peers), box=None, pad_edge=False)
    for name, own in times.items():
        ratios = (statistics.median(x / y for x, y in zip(own, times[peer], strict=True)) for peer in peers)
        table.add_row(name, f"{statistics.median(own):.2f}", *(f"{ratio:.2f}" for ratio in ratios))
    Console().print("CPU time of an operation, forward and backward:")
    Console().print(table)
    Console().print(f"\nimport minigrad takes {ratio_of_imports():.2f} times the time of import numpy.")


def make_chains():
    """The same computation by each, as functions without arguments that return the gradient."""
    import autograd
    import autograd.numpy as anp
    import numpy as np
    import torch

    import minigrad

    torch.set_num_threads(1)
    start = np.random.default_rng(0).normal(size=(8, 8))

    def chain(x, tanh):
        y = x
        for _ in range(LENGTH):
            y = tanh(y) + x
        return y.sum()

    def by_backward(make, tanh):
        def gradient():
            x = make(start, requires_grad=True)
            chain(x, tanh).backward()
            return x.grad

        return gradient

    def by_grad(grad, tanh):
        return lambda: grad(lambda x: chain(x, tanh))(start)

    chains = {
        "minigrad, backward": by_backward(minigrad.Tensor, np.tanh),
        "minigrad, grad": by_grad(minigrad.grad, np.tanh),
        "PyTorch": by_backward(torch.tensor, torch.tanh),
        "HIPS autograd": by_grad(autograd.grad, anp.tanh),
    }
    for gradient in chains.values():
        np.testing.assert_allclose(gradient(), chains["HIPS autograd"](), rtol=1e-12)
    return chains


def ratio_of_imports() -> float:
    """The best of some, since everything that disturbs a start makes it longer."""
    best = {"numpy": float("inf"), "minigrad": float("inf")}
    compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    for _ in range(IMPORT_ROUNDS):
        for module in best:
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {module}"], check=True, env=compiled)
            best[module] = min(best[module], time.perf_counter() - started)
    return best["minigrad"] / best["numpy"]
