# %% [markdown]
"""
# Exercise 28: Read on, and know when to stop

**The question.** A network has read two postcards thirty-five times. Where it is to say how they go on, letter by
letter, it hesitates among 1.1 by now: it knows them by heart. Then it is shown cards that it has never seen, and
hesitates among 7. After fifteen readings it had been better at those, with 5.5. How does one train a network, and how
does one know when to stop?

**The idea.** All that it takes is there: batches (27), a network that finds its loss and the gradients (8, 12),
clipping (16), an optimizer (26). What is missing is a loop around them. In each of its turns a batch is read and a step
is taken, and when all batches of the text were read once, that is an *epoch*.

Four things go round in this loop, and each has a time of its own: who keeps one too long, or drops it too early, has
another training. The gradients live for one turn. They say where the loss grows from where the parameters are now; one
step later the parameters are elsewhere, and what the gradients said is of no use any more. So they are used once, by
the optimizer, and whatever is to be done to them has to be done before: who clips after the step has clipped nothing.
Nor are they added to those of the next batch.

The other three are the parameters, the state of the optimizer, and h. Ask of each of them: who gives it out, and who
needs it next? And when the epoch is over and the text begins anew, which of them still fits? No blame goes round with
h: the network is given it as numbers, so blame goes no further back than the batch (exercise 13).

**When to stop.** Whoever knows a text by heart has learned two things: how the language goes, and how this one text
goes. Only the first is of any use. *Overfitting* is to learn more and more of the second. The training text cannot tell
the two apart, so another text is held back, from which nothing is ever learned. To read it after each epoch is the
*validation*. The parameters that were best there are kept, and not the last ones.

And how long should one go on after the best? The perplexity goes up and down by chance, so a single bad epoch says
little. *Patience* is how many epochs in a row may pass without a new best. In this training, with a patience of 2, one
stops after the sixth epoch, and keeps the parameters of the fourth:

    epoch        1   2   3   4   5   6
    perplexity   9   7   8   6   7   6

**A worked example.** The network has one parameter, 5, and its state is 0. The optimizer just subtracts the gradient,
and max_norm is 4. The network answers to the first batch: loss 2.0, gradient 3, h 0.7. To the second: loss 1.5,
gradient 8, h 0.4. In the first turn 3 is short enough, and so the parameter becomes 5 - 3 = 2. With which numbers is
the second batch read, and what is the parameter then? The docstring of `train_epoch` has the answer.

**The shapes.** There are N streams; the chunks of a text may be of different lengths T.

    batches      a list of pairs (x, y), as in exercise 27: both are integers, (T, N)
    parameters   a list of arrays of any shapes
    state        what the optimizer remembers, of any form
    h0           (N, H), the state of the network before the text begins
    network      a function of four things: parameters, inputs, targets, and the state of the network before them.
                 It returns three: the mean surprise of the tokens of the batch, a list with a gradient for each
                 parameter, and the state after the last step
    optimizer    a function of three things, in the order of exercise 26; the rate is in it already. It returns the
                 new parameters, and what it remembers from now on

**What to write.** Three functions. `train_epoch` is one reading of the text, with a step after each batch. `evaluate`
reads as well, but learns nothing: it gives the perplexity of the whole text, in which each token counts the same, and a
short batch has fewer of them. Both call the network once for each batch, for that takes all the time. `train` knows
nothing of batches: it is given two functions, and decides what goes on and what is kept.

**What to notice.** When you are done, your loop trains a network on two postcards, and you see both curves part. A
training that goes wrong makes no error: it prints a loss that falls a little less. So look at the first loss, which
should be that of a blind guess, and at the curve of a text that was held back.

**Where it leads.** The network knows what comes next. In exercise 29 it speaks.

Run this file, or `python grader.py training_loop`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import copy
import math

import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# A text is read in two batches. One has 6 tokens and the loss ln 2, the other has 2 tokens and the loss ln 32. What is
# the perplexity of the text? (a number)
perplexity_of_both = (2**6 * 32**2) ** (1 / 8)  # PREDICTION: each token counts once, and surprises are averaged

# Somebody lets the state of Adam (exercise 26) begin anew with each epoch. The rate is 0.01. The gradients of a
# weight were 1 and -1 in turns, and the first of the new epoch is 0.001. How far does the weight move in this step?
# (a number, without a sign)
first_step = 0.01  # PREDICTION: as far as with any first gradient; the old averages would have made it short

# The perplexities of validation are 8, 6, 7, 6.5, 5, 5.5, 5.2, 5.1, 4.9, and the patience is 3. After which epoch does
# the training stop? (a number; the first epoch is 1)
stops_after = 8  # PREDICTION: the fifth was the best, and three without a new best follow


# %%
def clip_by_global_norm(grads, max_norm):
    """The gradients, shortened together to a norm of at most max_norm; and the norm before. This is exercise 16."""
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if not np.isfinite(norm):
        raise FloatingPointError(f"the gradient norm is {norm}")
    scale = max_norm / norm if norm > max_norm else 1.0
    return [g * scale for g in grads], float(norm)


def train_epoch(network, optimizer, batches, parameters, state, h0, max_norm):
    """Read a text once, and learn from each batch of it: one step, with clipped gradients.

    Returns:
        parameters: those after the last step.
        state: that of the optimizer after the last step.
        losses: a list, the loss of each batch as the network gave it.

    Without a batch, parameters and state come back as they are, and the list is empty.

    >>> def network(parameters, x, y, h):
    ...     print("read with", parameters, h)
    ...     return (2.0, [np.array([3.0])], 0.7) if h == 0 else (1.5, [np.array([8.0])], 0.4)
    >>> optimizer = lambda parameters, grads, state: ([parameters[0] - grads[0]], state + 1)
    >>> some = (np.array([[0]]), np.array([[1]]))
    >>> train_epoch(network, optimizer, [some, some], [np.array([5.0])], 0, h0=0, max_norm=4.0)
    read with [array([5.])] 0
    read with [array([2.])] 0.7
    ([array([-2.])], 2, [2.0, 1.5])
    """
    # BEGIN SOLUTION
    h, losses = h0, []
    for x, y in batches:
        loss, grads, h = network(parameters, x, y, h)
        clipped, _ = clip_by_global_norm(grads, max_norm)
        parameters, state = optimizer(parameters, clipped, state)
        losses.append(loss)
    return parameters, state, losses
    # END SOLUTION


def evaluate(network, batches, parameters, h0):
    """Read a text once, and learn nothing. It has one batch at least.

    Returns:
        The perplexity of the whole text, a float.

    >>> network = lambda parameters, x, y, h: (np.log(2) if h == 0 else np.log(54), [], 1)
    >>> two, one = (np.zeros((2, 1), int), np.ones((2, 1), int)), (np.zeros((1, 1), int), np.ones((1, 1), int))
    >>> round(evaluate(network, [two, one], [], h0=0), 6)  # the third root of 2 · 2 · 54
    6.0
    """
    # BEGIN SOLUTION
    h, surprise, tokens = h0, 0.0, 0
    for x, y in batches:
        loss, _, h = network(parameters, x, y, h)
        surprise += loss * y.size
        tokens += y.size
    return math.exp(surprise / tokens)
    # END SOLUTION


def train(epoch, validate, parameters, state, epochs, patience):
    """Train until nothing new is learned.

    Args:
        epoch: a function: parameters, state = epoch(parameters, state) is one epoch. It leaves what it gets as it is.
            Each epoch goes on from the last one, whether that was the best or not.
        validate: a function: validate(parameters) is the perplexity of the text that was held back. It is asked once
            after each epoch, and not before the first.
        parameters, state: as they are before the first epoch.
        epochs: how many there are at most, 1 or more.
        patience: after so many epochs in a row without a new best the training stops, 1 or more. Only what is below
            the best is a new best.

    Returns:
        best: the parameters after the epoch with the lowest perplexity; of several such epochs, the first.
        perplexities: a list, that of validation after each epoch.

    >>> said = [9.0, 7.0, 8.0, 6.0, 7.0, 6.0, 5.0]
    >>> epoch = lambda parameters, state: (parameters + 1, state)
    >>> train(epoch, lambda parameters: said[parameters - 1], 0, None, epochs=7, patience=2)
    (4, [9.0, 7.0, 8.0, 6.0, 7.0, 6.0])
    """
    # BEGIN SOLUTION
    best, lowest, waited, perplexities = parameters, math.inf, 0, []
    for _ in range(epochs):
        parameters, state = epoch(parameters, state)
        perplexity = validate(parameters)
        perplexities.append(perplexity)
        if perplexity < lowest:
            best, lowest, waited = parameters, perplexity, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best, perplexities
    # END SOLUTION


# %%
# Functions cannot travel between the grader and your file, but numbers can. It sends what a network and an optimizer
# are to answer, call by call, and these lines hand such functions to yours and write down what they were asked. Below
# them is a real network. Leave all of this as it is.


class Script:
    """A network and an optimizer that answer what was written before, and write down what they are given."""

    def __init__(self, answers):
        self.answers = answers
        self.given = {name: [] for name in ("x", "y", "h", "parameters", "grads", "state")}

    def _next(self, **given):
        """Write down what is given, and return the number of the answer whose turn it is."""
        for name, value in given.items():
            self.given[name].append(copy.deepcopy(value))
        return (len(self.given[name]) - 1) % len(self.answers["losses"])

    def network(self, parameters, x, y, h):
        turn = self._next(parameters=parameters, x=x, y=y, h=h)
        return self.answers["losses"][turn], self.answers["grads"][turn], self.answers["hs"][turn]

    def optimizer(self, parameters, grads, state):
        turn = self._next(grads=grads, state=state)
        return [p - g for p, g in zip(parameters, grads, strict=True)], self.answers["states"][turn]


def train_epoch_on(batches, answers, parameters, state, h0, max_norm):
    script = Script(answers)
    parameters, state, losses = train_epoch(script.network, script.optimizer, batches, parameters, state, h0, max_norm)
    return *script.given.values(), *copy.deepcopy((parameters, state, losses))  # which may be those that came in


def evaluate_on(batches, answers, parameters, h0):
    script = Script(answers)
    perplexity = evaluate(script.network, batches, parameters, h0)
    return *list(script.given.values())[:4], perplexity


def train_on(perplexities, after, parameters, state, patience):
    """`after` has parameters and state after each epoch, `perplexities` what such parameters come to in validation."""
    given = []

    def epoch(parameters, state):
        given.append(copy.deepcopy((parameters, state)))
        return after[(len(given) - 1) % len(after)]

    def validate(parameters):
        same = [said for (p, _), said in zip(after, perplexities, strict=True) if np.array_equal(p, parameters)]
        return same[0] if same else math.nan

    best, said = train(epoch, validate, parameters, state, len(after), patience)
    return [p for p, _ in given], [s for _, s in given], best, said


def letters(parameters, x, y, h):
    """A network that guesses the next letter: loss, gradients and state. Exercises 10, 8 and 12 in one."""
    W_xh, W_hh, b, W_hy, b_y = parameters
    states = [h]
    for x_t in x:
        states.append(np.tanh(W_xh[x_t] + states[-1] @ W_hh + b))
    before, hs = np.stack(states[:-1]), np.stack(states[1:])
    z = hs @ W_hy + b_y
    z = z - z.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    target = np.eye(len(b_y))[y]  # one-hot
    dz = (np.exp(log_p) - target) / y.size
    dhs, das, carry = dz @ W_hy.T, np.zeros(hs.shape), 0.0
    for t in reversed(range(len(x))):
        das[t] = (dhs[t] + carry) * (1 - hs[t] ** 2)
        carry = das[t] @ W_hh.T
    dW_xh = np.zeros(W_xh.shape)
    np.add.at(dW_xh, x, das)  # adds each, also where an id comes twice: exercise 6
    dW_hh = sum(h.T @ da for h, da in zip(before, das, strict=True))
    dW_hy = sum(h.T @ dz_t for h, dz_t in zip(hs, dz, strict=True))
    return -(log_p * target).sum() / y.size, [dW_xh, dW_hh, das.sum(axis=(0, 1)), dW_hy, dz.sum(axis=(0, 1))], hs[-1]


def adam(lr):
    """Exercise 26, with a rate."""

    def step(parameters, grads, state):
        t = state["t"] + 1
        m = [0.9 * m + 0.1 * g for m, g in zip(state["m"], grads, strict=True)]
        v = [0.999 * v + 0.001 * g**2 for v, g in zip(state["v"], grads, strict=True)]
        hats = [(m / (1 - 0.9**t), v / (1 - 0.999**t)) for m, v in zip(m, v, strict=True)]
        moved = [p - lr * m / (np.sqrt(v) + 1e-8) for p, (m, v) in zip(parameters, hats, strict=True)]
        return moved, {"t": t, "m": m, "v": v}

    return step


def learn(batches, held_back, parameters, h0, lr, max_norm, epochs, patience):
    """Train the network of letters: the best parameters, the losses of all batches, and the perplexities."""
    losses, optimizer = [], adam(lr)

    def epoch(parameters, state):
        parameters, state, some = train_epoch(letters, optimizer, batches, parameters, state, h0, max_norm)
        losses.extend(some)
        return parameters, state

    def validate(parameters):
        return evaluate(letters, held_back, parameters, h0)

    zeros = [np.zeros(p.shape) for p in parameters]
    best, said = train(epoch, validate, parameters, {"t": 0, "m": zeros, "v": zeros}, epochs, patience)
    return best, losses, said


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
