"""Capstone: a network writes tunes.

One-to-many: an LSTM reads tunes letter by letter and says which letter comes next. Then it writes some itself. In each
bar of them the notes must last for eight eighths, and nothing but the letters has ever told it so.
"""

import random
from collections import Counter, defaultdict

import numpy as np

from minigrad.course.training import Goal, Learned, Words
from minigrad.course.training.cells import gates
from minigrad.course.training.weights import OwnWeights
from minigrad.data.notation import parse
from minigrad.data.sound import midi, wav
from minigrad.data.tunes import compose

STEPS, T, N, H, RATE, MAX_NORM = 700, 32, 32, 48, 0.03, 1.0
TUNES, WRITTEN, LONGEST = 1200, 60, 300  # to learn from, and that each model writes; and their letters at most
TEMPERATURE = 0.7
HEAD, END = "X:1\nM:4/4\nL:1/8\nK:", "]"  # how every tune begins, and ends

WORDS = """
A tick is a bar of eight eighths. It learned to count to eight, and nobody told
it to: {bars:.0%} of its bars add up, and all bars of a tune in {tunes:.0%} of its tunes.
Whoever knows only the last three letters loses count.

In the tunes that it learned from, the third bar of each line is the first one
again. Of its own {lines} lines that is so in {again}: what stood there a bar ago,
its state does not say. Chapter 7 looks back."""


def train(progress, cross_entropy, clipping, lstm_cell, highway, lstm_bptt, optimizers, batches, sampling, seed=0):
    text = "".join(tune.removeprefix(HEAD) for tune in compose(TUNES, rng=[seed, 0]))
    letters = sorted(set(text))
    V = len(letters)

    def ids_of(some):
        return np.array([letters.index(letter) for letter in some])

    chunks = batches.next_token_batches(ids=ids_of(text), batch=N, length=T)
    rng = np.random.default_rng(seed)
    W_xh, W_hh, b = highway.init_lstm(rng=rng, D=V, H=H, forget_bias=1.0)
    W_hy = np.random.default_rng([seed, 1]).normal(size=(H, V)) / np.sqrt(H)
    w = OwnWeights(optimizers, RATE, STEPS, W_xh=W_xh, W_hh=W_hh, b=b, W_hy=W_hy, b_y=np.zeros(V))

    def read(x, h, c):
        """The states of the cell after each row of letters (T, N), given as one-hot vectors."""
        return lstm_cell.along("lstm_cell", x=x, h=h, c=c, W_xh=w.W_xh, W_hh=w.W_hh, b=w.b)

    h, c = np.zeros((N, H)), np.zeros((N, H))  # what all that was read has come to
    for now in progress.steps(STEPS, w, h, c, examples=N * T):
        ids, y = chunks[now % len(chunks)]
        if now % len(chunks) == 0:
            h[...] = c[...] = 0  # the text begins again
        x = np.eye(V)[ids]
        hs, cs = read(x, h, c)
        rows = {"logits": (hs @ w.W_hy + w.b_y).reshape(-1, V), "targets": y.ravel(), "mask": np.ones(y.size, bool)}
        d = cross_entropy.cross_entropy_backward(dout=1.0, **rows).reshape(T, N, V)
        upstream = {"dhs": d @ w.W_hy.T, "dc_T": np.zeros((N, H))}
        seen = {"x": x, "h0": h, "c0": c, "hs": hs, "cs": cs, "gates": gates(x, h, hs, w.W_xh, w.W_hh, w.b)}
        _, _, _, *grads = lstm_bptt.lstm_bptt(**upstream, **seen, W_xh=w.W_xh, W_hh=w.W_hh)
        grads += [np.einsum("tnh,tnv->hv", hs, d), d.sum(axis=(0, 1))]
        grads, _ = clipping.clip_by_global_norm(grads=grads, max_norm=MAX_NORM)
        w.learn(**dict(zip(("W_xh", "W_hh", "b", "W_hy", "b_y"), grads, strict=True)))
        h[...], c[...] = hs[-1], cs[-1]
        progress.show(perplexity=np.exp(cross_entropy.cross_entropy(**rows)))

    def by_network():
        """Tunes side by side, each until it ends. They are written after a tune that was read."""
        dice, h, c = np.random.default_rng([seed, 2]), np.zeros((1, H)), np.zeros((1, H))
        [before] = compose(1, rng=[seed, 3])
        hs, cs = read(np.eye(V)[ids_of(before.removeprefix(HEAD))[:, None]], h, c)
        h, c, tunes = np.repeat(hs[-1], WRITTEN, axis=0), np.repeat(cs[-1], WRITTEN, axis=0), [""] * WRITTEN
        while True:
            for n, logits in enumerate(h @ w.W_hy + w.b_y):
                if not tunes[n].endswith(END):
                    drawn = sampling.sample(logits=logits, temperature=TEMPERATURE, u=dice.random())
                    tunes[n] += letters[drawn]
            if all(tune.endswith(END) or len(tune) == LONGEST for tune in tunes):
                return tunes
            [h], [c] = read(np.eye(V)[ids_of(tune[-1] for tune in tunes)][None], h, c)

    def by_counts(n):
        """Tunes of whoever has counted what follows n - 1 letters."""
        dice, counts, ring = random.Random(seed), defaultdict(Counter), text + text[:n]
        for i in range(len(text)):
            counts[ring[i : i + n - 1]][ring[i + n - 1]] += 1
        tunes = []
        for _ in range(WRITTEN):
            tune = text[-n:]  # what stands before a tune
            while len(tune) < n + LONGEST and not tune.endswith(END):
                follow = counts[tune[1 - n :]]
                chances = [count ** (1 / TEMPERATURE) for count in follow.values()]
                tune += dice.choices([*follow], chances)[0]
            tunes.append(tune[n:])
        return tunes

    tunes = {"network": by_network(), "4-gram": by_counts(4), "7-gram": by_counts(7)}
    parsed = {who: [parse(f"{HEAD}{tune}\n") for tune in some] for who, some in tunes.items()}
    bars = {who: np.mean([bar.right for tune in some for bar in tune.bars]) for who, some in parsed.items()}
    whole = {who: np.mean([not tune.faults for tune in some]) for who, some in parsed.items()}
    music = [line.split("|") for tune in parsed["network"] for line in tune.text.removeprefix(HEAD).split("\n")[1:]]
    again = [line[0] == line[2] for line in music if len(line) > 3]
    words = WORDS.format(bars=bars["network"], tunes=whole["network"], lines=len(again), again=sum(again))
    goals = [
        Goal("bars that add up", bars.pop("network"), 0.95, bars, look_at="lstm_bptt"),
        Goal("tunes without a fault", whole.pop("network"), 0.7, whole, look_at="sampling"),
    ]
    right = [tune for tune in parsed["network"] if not tune.faults] or parsed["network"]
    best = min(right, key=lambda tune: abs(len(tune.bars) - 16))  # about as long as those it learned from
    chart = Words(
        "A tune of its own",
        ticked(best),
        "+ is a bar whose notes last eight eighths, and - one whose notes do not.",
    )
    return Learned(words, chart=chart, goals=goals, files=files(best, seed))


def ticked(tune):
    """Its lines, each bar with a mark."""
    marks = iter("+" if bar.right else "-" for bar in tune.bars)
    lines = tune.text.rstrip().split("\n")
    return [
        " ".join(f"{bar:>10} {next(marks, ' ')}" for bar in line.split("|") if bar.strip("]")) for line in lines[4:]
    ]


def files(tune, seed):
    """The tune to be read and to be heard, if it is one."""
    if tune.faults:
        return {}
    tune = parse(tune.text.replace("X:1\n", f"X:1\nT:Tune of a network, seed {seed}\n"))
    return {"tune.abc": tune.text.encode(), "tune.mid": midi(tune), "tune.wav": wav(tune)}
