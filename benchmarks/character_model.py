"""The cost of an epoch of a character model, beside PyTorch, JAX and HIPS autograd.

The model is embedding → LSTM → linear → cross entropy, in float32, trained by Adam on clipped gradients. All begin with
the same parameters and see the same batches; their losses must agree at every step. A grammar makes the text.
"""

import re
import statistics
import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.memory import peak_memory
from benchmarks.recurrent import hips_scan, jax_scan, outputs

T, N, D, H, STEPS = 50, 32, 32, 128, 60
LR, BETA_1, BETA_2, EPSILON, MAX_NORM = 0.005, 0.9, 0.999, 1e-8, 1.0
ROUNDS = 5

GRAMMAR = {
    "sentence": ["subject verb object.", "subject verb object, and sentence", "if sentence"],
    "subject": ["the noun", "a adjective noun"],
    "object": ["the noun", "the adjective noun", "a noun that verb the noun"],
    "noun": ["network", "gradient", "student", "sequence", "memory"],
    "adjective": ["small", "hidden", "recurrent", "forgotten"],
    "verb": ["learns", "keeps", "follows", "forgets", "explains"],
}


def main() -> None:
    """Print CPU times of an epoch, taken in turns, and peaks of memory."""
    try:
        epochs = {name: epoch_of(name) for name in EPOCHS}
    except ImportError as error:
        sys.exit(f"The model is measured beside PyTorch, JAX and HIPS autograd; {error}: pip install -e '.[bench]'")
    times = {name: [] for name in epochs}
    for _ in range(ROUNDS):
        losses = {}
        for name, epoch in epochs.items():
            started = time.process_time()
            losses[name] = epoch()
            times[name].append(time.process_time() - started)
        for name, each in losses.items():
            np.testing.assert_allclose(each, losses["minigrad"], rtol=1e-2, err_msg=name)
    seconds = {name: statistics.median(each) for name, each in times.items()}
    # what JAX holds after its first epoch serves the next ones, so that its figure would say little
    memory = {name: None if name == "JAX" else peak_memory(epoch_of, name) for name in epochs}
    table = Table("", "s", "minigrad over it", "MB", box=None, pad_edge=False)
    for name, own in seconds.items():
        size = "-" if memory[name] is None else f"{memory[name]:.0f}"
        table.add_row(name, f"{own:.2f}", f"{seconds['minigrad'] / own:.2f}", size)
    first, last = losses["minigrad"][0], losses["minigrad"][-1]
    Console().print(f"CPU time of an epoch of {STEPS} steps, T = {T}, N = {N}, D = {D}, H = {H}:")
    Console().print(table)
    Console().print(f"The loss fell from {first:.2f} to {last:.2f}; all agree at every step.\n")


def epoch_of(name):
    """An epoch by that library, as a function without arguments that returns the losses."""
    return EPOCHS[name](*start())


def text(rng, word="sentence"):
    """Expand a word by the grammar."""
    parts = re.findall(r"\w+|\W+", str(rng.choice(GRAMMAR[word])))
    return "".join(text(rng, part) if part in GRAMMAR else part for part in parts)


def start():
    """The first parameters, in PyTorch's order, and for each step the characters and those that follow, (T, N)."""
    rng = np.random.default_rng(0)
    sentences = []
    while sum(map(len, sentences)) < N * T * STEPS + 1:
        sentences.append(text(rng) + "\n")
    letters, ids = np.unique([*"".join(sentences)], return_inverse=True)
    x, y = (ids[k : k + N * T * STEPS].reshape(N, STEPS, T).transpose(1, 2, 0) for k in (0, 1))
    V = len(letters)
    shapes = [(V, D), (4 * H, D), (4 * H, H), (4 * H,), (4 * H,), (V, H), (V,)]
    parameters = [(rng.uniform(-1, 1, shape) / np.sqrt(H)).astype(np.float32) for shape in shapes]
    return parameters, [*zip(x, y, strict=True)]


def minigrad_epoch(parameters, batches):
    from minigrad import nn, optim

    V = len(parameters[0])
    f32 = np.float32
    embedding, lstm, linear = nn.Embedding(V, D, dtype=f32), nn.LSTM(D, H, dtype=f32), nn.Linear(H, V, dtype=f32)

    def epoch():
        loaded = [*embedding.parameters(), *lstm.parameters(), *linear.parameters()]
        for p, first in zip(loaded, parameters, strict=True):
            p.data = first
        optimizer = optim.Adam(loaded, lr=LR)
        losses = []
        for x, y in batches:
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(linear(lstm(embedding(x))[0]), y)
            loss.backward()
            nn.utils.clip_grad_norm_(loaded, MAX_NORM)
            optimizer.step()
            losses.append(loss.item())
        return losses

    return epoch


def torch_epoch(parameters, batches):
    import torch

    torch.set_num_threads(1)
    V = len(parameters[0])
    embedding, lstm, linear = torch.nn.Embedding(V, D), torch.nn.LSTM(D, H), torch.nn.Linear(H, V)
    batches = [(torch.tensor(x), torch.tensor(y)) for x, y in batches]

    def epoch():
        loaded = [*embedding.parameters(), *lstm.parameters(), *linear.parameters()]
        with torch.no_grad():
            for p, first in zip(loaded, parameters, strict=True):
                p.copy_(torch.tensor(first))
        optimizer = torch.optim.Adam(loaded, lr=LR)
        losses = []
        for x, y in batches:
            optimizer.zero_grad()
            loss = torch.nn.CrossEntropyLoss()(linear(lstm(embedding(x))[0]).flatten(0, 1), y.flatten())
            loss.backward()
            torch.nn.utils.clip_grad_norm_(loaded, MAX_NORM)
            optimizer.step()
            losses.append(loss.item())
        return losses

    return epoch


def jax_epoch(parameters, batches):
    import jax

    @jax.jit
    def step(parameters, moments, t, x, y):
        loss, gradients = jax.value_and_grad(lambda p: loss_of(jax.numpy, jax_scan, p, x, y))(parameters)
        return loss, *updated(jax.numpy, parameters, gradients, moments, t)

    return functional_epoch(step, [jax.numpy.asarray(p) for p in parameters], batches)


def hips_epoch(parameters, batches):
    import autograd
    import autograd.numpy as anp

    def step(parameters, moments, t, x, y):
        loss, gradients = autograd.value_and_grad(lambda p: loss_of(anp, hips_scan, p, x, y))(parameters)
        return loss, *updated(np, parameters, gradients, moments, t)

    return functional_epoch(step, parameters, batches)


EPOCHS = {"minigrad": minigrad_epoch, "PyTorch": torch_epoch, "JAX": jax_epoch, "HIPS autograd": hips_epoch}


def functional_epoch(step, first, batches):
    """The epoch of a step that takes parameters and moments and returns new ones."""

    def epoch():
        parameters, moments, losses = first, [(0 * p, 0 * p) for p in first], []
        for t, (x, y) in enumerate(batches, 1):
            loss, parameters, moments = step(parameters, moments, np.float32(t), x, y)
            losses.append(float(loss))
        return losses

    return epoch


def loss_of(xp, scan, parameters, x, y):
    """The mean of -log softmax(logits)[y], in the NumPy of another library."""
    embedding, *lstm, W, b = parameters
    logits = outputs(xp, scan, "LSTM", lstm, embedding[x], H) @ W.T + b
    logits = logits - xp.max(logits, axis=-1, keepdims=True)
    right = xp.sum(logits * (y[..., None] == np.arange(len(b))), axis=-1)
    return xp.mean(xp.log(xp.sum(xp.exp(logits), axis=-1)) - right)


def updated(xp, parameters, gradients, moments, t):
    """Parameters and moments after clipping and Adam."""
    norm = xp.sqrt(sum(xp.sum(g * g) for g in gradients))
    gradients = [g * xp.minimum(1, MAX_NORM / (norm + 1e-6)) for g in gradients]
    moments = [
        (BETA_1 * m + (1 - BETA_1) * g, BETA_2 * s + (1 - BETA_2) * g * g)
        for g, (m, s) in zip(gradients, moments, strict=True)
    ]
    steps = [m / (1 - BETA_1**t) / (xp.sqrt(s / (1 - BETA_2**t)) + EPSILON) for m, s in moments]
    return [p - LR * step for p, step in zip(parameters, steps, strict=True)], moments
