# %% [markdown]
"""
# Exercise 30: Everything in one state

**The question.** "3 march 2021" is to become "2021-03-03". Twelve characters become ten, and none of them stays in its
place: the year stood last, and comes first. Your networks say something at each step of what they read, or one thing at
the end. How does one say a sequence of its own, as long as it likes?

**The idea.** Take two networks. The *encoder* reads the whole source, here "3 march 2021", and says nothing. Then the
*decoder* writes the target, one token after the other, as the network of exercise 29 did. What is new is where it
begins: its first state is the last state of the encoder. That is all it ever knows of the source. Whatever it is to
write has to be in these H numbers, and so they are called the *bottleneck*.

How does writing begin and end? The first token that the decoder is fed is *`<bos>`*, the beginning of a sequence, which
stands for nothing else. And when it is done, it says so itself: *`<eos>`*, the end of a sequence, is one more token
that it can say.

**How surprised is it?** The chances of the words of a text multiply (exercise 0). Here each of them is a chance given
the whole source as well, for the state began with it. Call the source S, and write P for a chance:

    P(2 0 2 1 <eos> after S) = P(2 after S) · P(0 after S, 2) · P(2 after S, 2 0)
                               · P(1 after S, 2 0 2) · P(<eos> after S, 2 0 2 1)

So there are five surprises, and they add up. Take the third factor. To be asked for it, the decoder must have read 2
and 0, and those are tokens of the target, whatever it would have said itself. So in training the true tokens are fed,
and this is called *teacher forcing*. The decoder reads `<bos>` 2 0 2 1, and should say 2 0 2 1 `<eos>`. What it says is
scored and not fed. Nobody who asks the trained network for a date has a teacher, though: then each token that is said
is fed next, right or wrong.

**A worked example.** An encoder with one unit. What goes into its update gate is always 0, so z = σ(0) = 1/2: half of
the old state is kept, and half of the candidate is added. The candidate is 0.8 for the letter a, -0.8 for b and 0 for
c. So at each step the state is halved, and 0.4, -0.4 or nothing is added. It reads "b a", and it reads "a c":

    b    0 / 2 - 0.4    = -0.4          a    0 / 2 + 0.4  =  0.4
    a    -0.4 / 2 + 0.4 =  0.2          c    0.4 / 2 + 0  =  0.2

Here is the bottleneck: both sources end in 0.2. No decoder, however clever, can answer them differently.

**The shapes.** N sequences are done side by side. All ids are integers from 0 to V - 1. Encoder and decoder each have
an E and weights of their own.

    ids      (T, N)       the sources, a column for each; after the ends stand any ids
    lengths  (N,)         how many tokens of each column are real, from 1 to T
    E        (V, D)       the table of exercise 3, with a row for each id
    weights  four arrays  those of exercise 23: (W_xh, W_hh, b_x, b_h)
    states   (T, N, H)    the states of the encoder after each token
    last     (N, H)       the one of each source that is handed over
    token    (N,)         ids: what is fed to the decoder at one step
    W_hy     (H, V)       the readout of exercise 10, and so is
    b_y      (V,)
    logits   (N, V)
    start    (N,)         the id of <bos>, N times
    state    (N, H)       a state of the decoder; the first is what the encoder hands over
    target   (T, N)       ids, without <bos> and <eos>; after the ends stand any ids; its own lengths are from 1 to T
    eos      an id        that of <eos>
    step     a function   logits, state = step(token, state)

**What to write.** Four functions; `gru_cell` and `log_softmax` are there. `encode_sequence` is a GRU that reads sources
of different lengths, as in exercise 14: a source that has ended keeps its state. `decode_step` is one step of the
decoder. The other two are given a `step`, and need not know what is in it. `teacher_forced_loss` is a mean over all
tokens that count, of all N targets together. Mind the short targets in it: each of them ends with an `<eos>` of its
own, which is not in the array yet, and after which nothing counts. `greedy_decode` rolls no dice, for one answer is
wanted: it always takes the likeliest token (of several that are equally likely, any of them). It takes at most
max_length steps, since a decoder may never say `<eos>`, and once all N have said it, no further step. What a sequence
says after its own `<eos>` is no part of its answer. In both functions each step is fed N tokens and N states. What a
sequence is fed that has ended before the others is up to you, and so is whether the loss takes T + 1 steps in any case
or stops after the longest target.

**What to notice.** When you are done, your functions say telephone numbers back, and you see up to how many digits go
through a bottleneck. (See Sutskever, Vinyals and Le, Sequence to sequence learning with neural networks, NIPS 2014, and
Cho and others, Learning phrase representations using RNN encoder-decoder, EMNLP 2014.)

**Where it leads.** The encoder made a state after each letter, and handed over one of them. Exercise 31 looks back at
all the others.

Run this file, or `python grader.py encoder_decoder`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# The encoder is an LSTM with 64 units for once, and the decoder begins with all that it carries from step to step. How
# many numbers is that, for a source of 1000 letters? (a number)
numbers_handed_over = ...

# The target is 2 0 2 1. After <bos> a decoder says 7, which is wrong. At how many of the 4 steps after that is it fed
# another token in training than if it had said 2? (a number)
fed_otherwise = ...

# Two targets are in one batch: one has 4 letters, the other 10. The loss is the mean of how many surprises? (a number)
surprises_in_mean = ...


# %%
def gru_cell(x, h, W_xh, W_hh, b_x, b_h):
    """The state after one more step of a GRU, (N, H). This is exercise 23."""
    x_r, x_z, x_n = np.split(x @ W_xh + b_x, 3, axis=1)
    h_r, h_z, h_n = np.split(h @ W_hh + b_h, 3, axis=1)
    r, z = (0.5 * (1 + np.tanh(0.5 * a)) for a in (x_r + h_r, x_z + h_z))
    return z * h + (1 - z) * np.tanh(x_n + r * h_n)


def log_softmax(logits):
    """The logarithms of the probabilities, row by row. This is exercise 8."""
    z = logits - np.max(logits, axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def encode_sequence(ids, lengths, E, weights):
    """Read N sources, each to its own end. The state before the first token is 0.

    Args:
        ids: (T, N)
        lengths: (N,)
        E: (V, D)
        weights: the four of a GRU with H units

    Returns:
        states: (T, N, H), the states after each token; a source that has ended keeps the one that it had.
        last:   (N, H), the state of each source when all of it was read: what is handed over.

    Both are new arrays; the arguments stay as they are.

    The encoder above, with "b a" and "a c". The ids of a, b and c are 0, 1 and 2, and tanh(ln 3) is 0.8.

    >>> E = np.log(3) * np.array([[1.0], [-1.0], [0.0]])
    >>> weights = np.array([[0.0, 0.0, 1.0]]), np.zeros((1, 3)), np.zeros(3), np.zeros(3)
    >>> states, last = encode_sequence(np.array([[1, 0], [0, 2]]), np.array([2, 2]), E, weights)
    >>> states[:, :, 0].round(3).tolist(), last[:, 0].round(3).tolist()
    ([[-0.4, 0.4], [0.2, 0.2]], [0.2, 0.2])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def decode_step(token, h, E, weights, W_hy, b_y):
    """One step of the decoder: it is fed a token, and scores what may come next.

    Returns:
        logits: (N, V)
        h_next: (N, H), the state after this step.

    >>> E, weights = np.array([[np.log(3)]]), (np.array([[0.0, 0.0, 1.0]]), np.zeros((1, 3)), np.zeros(3), np.zeros(3))
    >>> W_hy, b_y = np.array([[2.0, 4.0]]), np.array([1.0, 0.0])
    >>> logits, h = decode_step(np.array([0]), np.array([[0.2]]), E, weights, W_hy, b_y)
    >>> logits.round(3).tolist(), h.round(3).tolist()
    ([[2.0, 2.0]], [[0.5]])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def teacher_forced_loss(step, start, state, target, lengths, eos):
    """The mean surprise of a decoder that is fed the true tokens.

    Args:
        step: logits, state = step(token, state).
        start: (N,), what is fed first.
        state: (N, H), the state before that.
        target: (T, N), what should be said, and then eos.
        lengths: (N,), the lengths of the targets, without eos, from 1 to T.
        eos: an id.

    Returns:
        The loss, a float. The arguments stay as they are.

    A decoder that takes the token 2 for likely, 1/2, and the four others for 1/8 each, whatever it reads. The targets
    are 2 0 2 and 1; what stands below the 1 is filler.

    >>> step = lambda token, state: (np.log([[1, 1, 4, 1, 1]] * 2), state)
    >>> target, lengths = np.array([[2, 1], [0, 2], [2, 2]]), np.array([3, 1])
    >>> loss = teacher_forced_loss(step, np.array([4, 4]), np.zeros((2, 1)), target, lengths, eos=3)
    >>> round(float(loss), 3)
    1.617
    """
    # YOUR CODE HERE
    raise NotImplementedError


def greedy_decode(step, start, state, eos, max_length):
    """Say always the likeliest token, and feed it, until all sequences have ended, or for max_length steps, 1 or more.

    Returns:
        said: a list of N lists of ids, what each sequence has said before its first eos.

    A decoder that counts down from what it reads, with 0 as its <eos>:

    >>> step = lambda token, state: (np.eye(5)[token - 1], state)
    >>> greedy_decode(step, np.array([4, 2]), np.zeros((2, 1)), eos=0, max_length=9)
    [[3, 2, 1], [1]]
    """
    # YOUR CODE HERE
    raise NotImplementedError


# %%
# Functions cannot travel between the grader and your file, but numbers can. It sends what a step is to answer, call by
# call, and these lines hand such a step to your functions and write down what it was given. Below them the four
# functions work together. Leave all of this as it is.


class Script:
    """A step that answers what was written before, and writes down what it is given."""

    def __init__(self, logits, states):
        self.answers, self.tokens, self.states = list(zip(logits, states, strict=True)), [], []

    def step(self, token, state):
        logits, after = self.answers[len(self.tokens) % len(self.answers)]
        self.tokens.append(np.array(token))
        self.states.append(np.array(state))
        return logits.copy(), after.copy()


def teacher_forced_loss_on(logits, states, start, state, target, lengths, eos):
    script = Script(logits, states)
    loss = teacher_forced_loss(script.step, start, state, target, lengths, eos)
    return script.tokens, script.states, loss


def greedy_decode_on(logits, states, start, state, eos, max_length):
    script = Script(logits, states)
    said = greedy_decode(script.step, start, state, eos, max_length)
    return script.tokens, script.states, len(script.tokens), said


def loss_of(ids, lengths, E_source, encoder, start, target, target_lengths, eos, E_target, decoder, W_hy, b_y):
    _, state = encode_sequence(ids, lengths, E_source, encoder)

    def step(token, h):
        return decode_step(token, h, E_target, decoder, W_hy, b_y)

    return teacher_forced_loss(step, start, state, target, target_lengths, eos)


def answer(ids, lengths, E_source, encoder, start, eos, E_target, decoder, W_hy, b_y, max_length):
    _, state = encode_sequence(ids, lengths, E_source, encoder)

    def step(token, h):
        return decode_step(token, h, E_target, decoder, W_hy, b_y)

    return greedy_decode(step, start, state, eos, max_length)


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
