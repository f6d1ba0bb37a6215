"""Capstone: is a review for it or against it?

Many-to-one: a recurrent network reads a review to its end and says whether it is good. Half of the reviews are hard:
each of these has a partner with the same words and the opposite meaning. So a bag of words is right about one of both.
"""

import numpy as np

from minigrad.course.training import Goal, Learned, Row, Words
from minigrad.course.training.weights import Weights
from minigrad.data.reviews import WORDS as VOCABULARY
from minigrad.data.reviews import reviews

STEPS, N, D, H = 300, 64, 16, 32
BAG_STEPS, BAGS = 200, 400
TESTED, FILLER = 1000, 4  # reviews to be judged by, and words around each review that say nothing
SIZE = len(VOCABULARY)

BOARD = "The share of new reviews that each is right about"
COLUMNS = {"easy": "a single word decides", "hard": "the order of the words decides"}

WORDS = """
The two reviews have the same words, so they are one bag. A bag of words says
the same of both, and is right about one of them, whatever it has learned.

The network reads word by word, and was only asked after the last one. What it
says of the two is the same until they part, and then its state knows which
came first. Same words, other order: only a state can tell."""


def train(progress, encodings, embedding, cross_entropy, bptt, padding, seed=0):
    rng = np.random.default_rng(seed)
    tested = reviews(TESTED, FILLER, rng=[seed, 1])
    never = {review.words for review in tested}
    answers = np.array([review.good for review in tested])
    hard = np.array([review.hard for review in tested])

    def drawn(count):
        """About so many reviews to learn from, and what is said of them."""
        some = [review for review in reviews(count, FILLER, rng=rng) if review.words not in never]
        return some, np.array([int(review.good) for review in some])

    def ids_of(review):
        return np.array([VOCABULARY.index(word) for word in review.words])

    def surprise(logits, good):
        """The loss, and how it changes with the logits."""
        every = {"logits": logits, "targets": good, "mask": np.ones(len(good), bool)}
        return cross_entropy.cross_entropy(**every), cross_entropy.cross_entropy_backward(dout=1.0, **every)

    # The simpler model: it counts the words.
    bag = Weights(rate=0.1, steps=BAG_STEPS, W=np.zeros((SIZE, 2)), b=np.zeros(2))

    def bags(some):
        return np.stack([encodings.bag_of_words(ids=ids_of(review), size=SIZE) for review in some])

    some, good = drawn(BAGS)
    counted = bags(some)
    for _ in progress.steps(BAG_STEPS, bag):
        loss, d_logits = surprise(counted @ bag.W + bag.b, good)
        bag.learn(W=counted.T @ d_logits, b=d_logits.sum(axis=0))
        progress.show(loss=loss)

    # The network: it reads them.
    w = Weights(
        rate=0.005,
        steps=STEPS,
        E=rng.normal(size=(SIZE, D)) / np.sqrt(D),
        W_xh=rng.normal(size=(D, H)) / np.sqrt(D),
        W_hh=rng.normal(size=(H, H)) / np.sqrt(H),
        b=np.zeros(H),
        W_hy=rng.normal(size=(H, 2)) / np.sqrt(H),
        b_y=np.zeros(2),
    )

    def read(some):
        """The ids of all words, one review after the other, and what was read (T, N, D) and kept (T, N, H) of them."""
        each = [ids_of(review) for review in some]
        ids = np.concatenate(each)
        ends = np.cumsum([len(one) for one in each])
        x, lengths = padding.pad(sequences=np.split(embedding.embedding(ids=ids, W=w.E), ends[:-1]))
        h0 = np.zeros((len(some), H))
        hs = padding.masked_rnn_forward(x=x, h0=h0, W_xh=w.W_xh, W_hh=w.W_hh, b=w.b, lengths=lengths)
        return ids, x, lengths, h0, hs

    def backward(d_logits, ids, x, lengths, h0, hs):
        """The gradients of the table and the cell: blame comes in at the last word of each review."""
        dhs = np.zeros(hs.shape)
        dhs[lengths - 1, np.arange(len(lengths))] = d_logits @ w.W_hy.T
        dx, _, dW_xh, dW_hh, db = bptt.bptt(dhs=dhs, x=x, h0=h0, hs=hs, W_xh=w.W_xh, W_hh=w.W_hh)
        rows = dx.swapaxes(0, 1)[padding.sequence_mask(lengths=lengths, T=len(x)).T]
        return {"E": encodings.one_hot(ids=ids, size=SIZE).T @ rows, "W_xh": dW_xh, "W_hh": dW_hh, "b": db}

    for _ in progress.steps(STEPS, w, rng, examples=N):
        some, good = drawn(N)
        _, _, lengths, _, hs = found = read(some)
        last = padding.last_states(hs=hs, lengths=lengths)
        logits = last @ w.W_hy + w.b_y
        loss, d_logits = surprise(logits, good)
        w.learn(W_hy=last.T @ d_logits, b_y=d_logits.sum(axis=0), **backward(d_logits, *found))
        progress.show(loss=loss, accuracy=np.mean(np.argmax(logits, axis=1) == good))

    def share(said):
        return {"easy": np.mean((said == answers)[~hard]), "hard": np.mean((said == answers)[hard])}

    def believes(some):
        """The probability that each review is good, after each word (T, N)."""
        hs = read(some)[-1]
        return cross_entropy.softmax(logits=(hs @ w.W_hy + w.b_y).reshape(-1, 2))[:, 1].reshape(hs.shape[:2])

    counting = share(np.argmax(bags(tested) @ bag.W + bag.b, axis=1))
    reading = share(believes(tested)[-1] > 0.5)  # after its end a review keeps its last state
    rows = [
        Row("bag of words", counting, "It is right about one of two with the same words.", bag.count),
        Row("tanh RNN", reading, "It knows which came first.", w.count),
    ]
    pair = [review for review in tested if review.hard][:2]
    steps = zip(*(review.words for review in pair), believes(pair), strict=True)
    lines = [bar(left, p) + bar(right, q) for left, right, (p, q) in steps]
    chart = Words("Is it good? What it says after each word", lines, "From 0, it is bad, to 1, it is good.")
    mark = Goal(
        "right where the order decides", reading["hard"], 0.95, {"a bag of words": counting["hard"]}, look_at="bptt"
    )
    return Learned(WORDS, rows, board=BOARD, columns=COLUMNS, chart=chart, goals=[mark])


def bar(word, chance):
    return f"{word:>11} {'#' * round(18 * chance):18} {chance:4.2f} "
