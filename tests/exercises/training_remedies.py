"""The recurrent network with remedies.

The network of the training rnn with its gradients clipped, from each of the first weights of exercise 18, and once with
ReLUs in place of tanh; and how much of the blame for the language reaches the words before it.
"""

import numpy as np

from minigrad.course.training import Chart, Learned
from minigrad.course.training.postcards import BOARD, COLUMNS, Postcards, given, padded
from minigrad.course.training.weights import Weights
from minigrad.data import Batches
from minigrad.data.postcards import FARTHEST

D, H = 16, 64
STEPS, CARDS, MAX_NORM = 240, 25, 1.0
CLAIMS = {
    ("tanh", "xavier"): "Clipped, and still nothing far.",
    ("tanh", "orthogonal"): "Keeps lengths at first. tanh does not.",
    ("tanh", "identity"): "Copies its state at first. tanh does not.",
    ("ReLU", "identity"): "Copies its state. Blame gets far.",
}

WORDS = """
Each network made {steps} steps. So many of its gradients were shortened,
since they were longer than {max_norm:g}: {clipped} with tanh, {clipped_relu} with ReLUs.
With ReLUs that begin by copying, blame gets far: 50 words back {relu:.1g} of
it is left, and with tanh, from the same weights, {tanh:.1g}. Still, in
{steps} steps none has learned the country. Chapter 5 builds another cell."""


def train(
    progress,
    vocabulary,
    embedding,
    unroll,
    bptt,
    local_derivatives,
    broadcasting,
    cross_entropy,
    clipping,
    activations,
    initialization,
    seed=0,
):
    cards = Postcards(seed, vocabulary=vocabulary)
    size = len(cards.words)
    rng, first, last = np.random.default_rng(seed).spawn(3)  # a generator that is handed over stays as it is here
    E = rng.normal(size=(size, D)) / np.sqrt(D)

    class Network:
        def __init__(self, activation, scheme):
            relu = activation == "ReLU"
            self.states = activations.relu_rnn_forward if relu else unroll.rnn_forward
            self.way_back = activations.relu_rnn_backward if relu else bptt.bptt
            W_xh, W_hh, b = initialization.init_rnn(rng=first, D=D, H=H, scheme=scheme)
            self.w = Weights(
                rate=0.01,
                steps=STEPS,
                E=E,
                W_xh=W_xh,
                W_hh=W_hh,
                b=b,
                W_hy=initialization.xavier_uniform(rng=last, fan_in=H, fan_out=size),
                b_y=np.zeros(size),
            )

        def forward(self, ids):
            w = self.w
            x, h0 = embedding.embedding(ids=ids, W=w.E), np.zeros((ids.shape[1], H))
            hs = self.states(x=x, h0=h0, W_xh=w.W_xh, W_hh=w.W_hh, b=w.b)
            return x, h0, hs, unroll.rnn_outputs(hs=hs, W_hy=w.W_hy, b_y=w.b_y)

        def backward(self, ids, targets, counts):
            """The loss, and its gradients: of what is read, and of all weights."""
            w, (x, h0, hs, logits) = self.w, self.forward(ids)
            rows = {"logits": logits.reshape(-1, size), "targets": targets.reshape(-1), "mask": counts.reshape(-1)}
            loss = cross_entropy.cross_entropy(**rows)
            d_logits = cross_entropy.cross_entropy_backward(dout=1.0, **rows)
            dhs, dW_hy = local_derivatives.matmul_backward(dout=d_logits, x=hs.reshape(-1, H), W=w.W_hy)
            dx, _, *cell = self.way_back(dhs=dhs.reshape(hs.shape), x=x, h0=h0, hs=hs, W_xh=w.W_xh, W_hh=w.W_hh)
            dE = broadcasting.embedding_backward(dout=dx, ids=ids, W=w.E)
            return loss, dx, [dE, *cell, dW_hy, broadcasting.sum_to_shape(g=d_logits, shape=w.b_y.shape)]

        def learn(self, some):
            """A step with these cards: its perplexity, and whether the gradients were clipped."""
            loss, _, grads = self.backward(*padded([cards.ids(card) for card in some]))
            grads, norm = clipping.clip_by_global_norm(grads=grads, max_norm=MAX_NORM)
            self.w.learn(**dict(zip(("E", "W_xh", "W_hh", "b", "W_hy", "b_y"), grads, strict=True)))
            return float(np.exp(loss)), norm > MAX_NORM

        def chances(self, some):
            ids, targets, _ = padded([cards.ids(card) for card in some])
            logits = self.forward(ids)[-1]
            p = given(cross_entropy.softmax(logits=logits.reshape(-1, size)).reshape(logits.shape), targets)
            return [p[: len(card.tokens), n] for n, card in enumerate(some)]

        def blame(self, some):
            """The length of the gradient of the loss at the language with respect to the words before it, beside that
            of the last of them: so many words back, the median of these cards."""
            ids, targets, _ = padded([cards.ids(card) for card in some])
            ends = [card.blanks[-1][1] for card in some]
            at_language = np.zeros(ids.shape, bool)
            at_language[ends, range(len(some))] = True
            norms = np.linalg.norm(self.backward(ids, targets, at_language)[1], axis=-1)
            back = [norms[end::-1, n] / norms[end, n] for n, end in enumerate(ends)]
            return [np.median([each[k] for each in back if k < len(each)]) for k in range(FARTHEST + 1)]

    networks = {names: Network(*names) for names in CLAIMS}
    short = {names: names[names[0] == "tanh"] for names in CLAIMS}  # of tanh the scheme
    weights, clipped = [network.w for network in networks.values()], np.zeros(len(networks), int)
    batches = Batches(cards.train, CARDS, rng=rng)
    for _, some in zip(progress.steps(STEPS, *weights, batches, clipped), batches.endless(), strict=False):
        found = {names: network.learn(some) for names, network in networks.items()}
        clipped += [longer for _, longer in found.values()]
        progress.show(**{short[names]: perplexity for names, (perplexity, _) in found.items()})
    rows = [
        cards.row(f"{activation} RNN, {scheme}", network.chances, CLAIMS[activation, scheme], network.w.count)
        for (activation, scheme), network in networks.items()
    ]
    far = sorted(cards.test, key=lambda card: card.distance)[-CARDS:]
    blame = {f"{activation}, {scheme}": network.blame(far) for (activation, scheme), network in networks.items()}
    chart = Chart(
        "How much blame for the language reaches the words before it",
        "words back",
        "beside that of the last word",
        {name: (range(FARTHEST + 1), left) for name, left in blame.items()},
        "The country is 17 to 50 words back. On this axis a straight line is exponential.",
        log_y=True,
    )
    words = WORDS.format(
        steps=progress.done,
        max_norm=MAX_NORM,
        clipped=", ".join(map(str, clipped[:-1])),
        clipped_relu=clipped[-1],
        relu=blame["ReLU, identity"][FARTHEST],
        tanh=blame["tanh, identity"][FARTHEST],
    )
    return Learned(words, rows, cards.floor, BOARD, COLUMNS, chart=chart)
