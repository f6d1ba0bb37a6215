"""Attention, with and without positions.

Each word asks those before it, at any distance. Positions and attention with four heads are yours, and so is Adam; the
gradients are found by the engine, which goes back through your lines.
"""

import numpy as np

from minigrad.course.training import Learned, Words
from minigrad.course.training.postcards import BOARD, COLUMNS, END, Postcards, given, padded, write
from minigrad.data.postcards import CHOICES

D, HEADS = 32, 4
STEPS = {"attention, no places": 800, "attention": 1600}
CARDS, RATE = 12, 0.01
UNKNOWN = "<unk>"
CLAIMS = {
    "attention, no places": "Finds the country anywhere. Who came first?",
    "attention": "One look is enough, however far.",
}

WORDS = """
{weights:,} weights, fewer than your recurrent network has, and it knows what is near
and what is far, also at distances that it has never met: from a language to
its country it is one step, however many words that is. Where only the order
tells, it hesitates among {order:.2f} words, and without places, as a bag, among
{bag:.2f}; two is a coin. Only with places can a distance be new, and so unseen
may come out a hair worse than far.

These cards were written by your functions, the last of them by the network
without places: to it "good, not bad" and "bad, not good" are the same. Send one
to a friend: this is the end of the course."""


def train(progress, vocabulary, optimizers, heads_and_order, seed=0):
    cards = Postcards(seed, vocabulary=vocabulary)
    size = len(cards.words)

    class Network:
        def __init__(self, ordered):
            self.ordered, self.rng = ordered, np.random.default_rng(seed)
            scales = [((size, D), 0.5), *[((D, D), D**-0.5)] * 4, ((D, size), D**-0.5 / 4), ((size,), 0.0)]
            self.weights = [scale * self.rng.normal(size=shape) for shape, scale in scales]
            zeros = [np.zeros(w.shape) for w in self.weights]
            self.state = {"t": 0, "m": zeros, "v": zeros}

        def learn(self, rate):
            some = [cards.ids(cards.train[i]) for i in self.rng.choice(len(cards.train), CARDS, replace=False)]
            ids, targets, counts = (each.T for each in padded(some))
            loss, grads = heads_and_order.gradients(
                ids=ids, targets=targets, counts=counts, weights=self.weights, heads=HEADS, ordered=self.ordered
            )
            self.weights[:], state = optimizers.adam_step(
                parameters=self.weights, grads=grads, state=self.state, lr=rate
            )
            self.state.update(state)
            return float(np.exp(loss))

        def chances_of_each(self, ids):
            """Of each word to come next (N, T, V)."""
            logits = heads_and_order.logits(ids=ids, weights=self.weights, heads=HEADS, ordered=self.ordered)
            p = np.exp(logits - logits.max(axis=-1, keepdims=True))
            return p / p.sum(axis=-1, keepdims=True)

        def chances(self, some):
            ids, targets, _ = (each.T for each in padded([cards.ids(card) for card in some]))
            p = given(self.chances_of_each(ids), targets)
            return [p[n, : len(card.tokens)] for n, card in enumerate(some)]

    networks = {name: Network(ordered) for name, ordered in zip(STEPS, (False, True), strict=True)}
    for name, network in networks.items():
        for step in progress.steps(STEPS[name], network.weights, network.state, network.rng, examples=CARDS):
            progress.show(perplexity=network.learn(RATE * (1 - step / STEPS[name])))
    count = sum(w.size for w in networks["attention"].weights)
    rows = [cards.row(name, network.chances, CLAIMS[name], count) for name, network in networks.items()]
    of_next = lambda ids: networks["attention"].chances_of_each(ids)[:, -1]
    first, *others = write(cards.words, lambda ids: of_next(ids[None])[0], np.random.default_rng(seed), count=4)
    second = next((card for card in others if countries(card) != countries(first)), others[0])
    bag_next = lambda ids: networks["attention, no places"].chances_of_each(ids[None])[0, -1]
    [unordered] = write(cards.words, bag_next, np.random.default_rng(seed), count=1)
    lines = [first, second, f"And without places: {unordered}"]
    chart = what_blanks_hang_on(first.split(), cards.words, of_next)
    bag, order = (row.scores["order"] for row in rows)
    return Learned(WORDS.format(weights=count, bag=bag, order=order), rows, cards.floor, BOARD, COLUMNS, lines, chart)


def countries(card):
    """Those that are named on a card."""
    return {*card.split()} & {*CHOICES["COUNTRY"]}


BLANKS = "for a", "I left", "speak fluent"  # what stands before them


def what_blanks_hang_on(card, words, of_next):
    """For each blank of a card that the network wrote: the word, of those before BLANKS, without which it would least
    have written this."""
    read = [END, *card]
    ids = np.array([words.index(word) for word in read])
    lines = [f"{'it wrote':12}{'since it had read':20}{'words back':>10}{'chance':>10}{'without':>10}"]
    for t in range(3, len(read)):
        if " ".join(read[t - 2 : t]) in BLANKS:
            each_without = np.tile(ids[:t], (t - 2, 1))
            np.fill_diagonal(each_without, words.index(UNKNOWN))
            without, [chance] = of_next(each_without)[:, ids[t]], of_next(ids[None, :t])[:, ids[t]]
            k = int(np.argmin(without))
            lines.append(f"{read[t]:12}{read[k]:20}{t - k:10}{chance:10.2f}{without[k]:10.2f}")
    caption = (
        "Each word is taken away in turn. The one that counts most is shown, with the chance of what was written, and "
        "what is left of it without this word."
    )
    return Words("What the blanks hang on, in the first of the cards below", lines, caption)
