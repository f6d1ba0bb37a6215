# %% [markdown]
"""
# Exercise 25: The loop, as the lectures write it

**The question.** "I love recurrent neural": which word comes next? This loop was a sketch in exercise 10:

    for word in sentence:
        prediction, hidden_state = my_rnn(word, hidden_state)

Today it runs, with a class of your own. And it learns, though you derive nothing: who does chapters 3 to 5 for you?

**The idea.** In exercise 7 nodes remembered what they were made of, and you wrote the way back through them.
minigrad, the small engine that comes with the course, is that with more functions. Its nodes are arrays: a *Tensor* is
an array that remembers how it was computed. You compute with it as with any array. At the end there is a loss, one
number, and `loss.backward()` goes back through everything that it was made of.

A network needs to know which of its numbers it may change. A *Parameter* is a Tensor that learns. A *Module* owns
Parameters: your class begins with `class ...(nn.Module)`, and each Parameter that you give to `self` belongs to it. A
plain array at this place is used, and never learns. (`super().__init__()` is not needed.) This module has a single
Parameter:

>>> class Times(nn.Module):
...     def __init__(self, factor):
...         self.factor = nn.Parameter(factor)
...
...     def forward(self, x):
...         return self.factor * x
>>> times = Times(np.array([3.0, 1.0]))
>>> loss = np.sum(times(np.array([2.0, 5.0])) ** 2)  # calling a module calls its forward
>>> loss.backward()
>>> [(name, p.data.tolist(), p.grad.tolist()) for name, p in times.named_parameters()]
[('factor', [3.0, 1.0], [24.0, 50.0])]

The gradient of a Parameter p is in p.grad. A second `backward()` adds to it, and does not begin anew.
`times.zero_grad()` takes the gradients away: each p.grad is None until the next `backward()`. A loop over
`times.parameters()` gives one Parameter p after the other. Its numbers are in p.data, an array that you may write into:
so the Parameter stays, and its numbers change. `p = ...` would only give the name p to something else, and the module
would keep what it had.

**What runs unchanged.** With word, hidden_state, W_xh, W_hh and b as Tensors, which line of exercise 9 has to be
another one? None: `@`, `+` and np.tanh take Tensors and give Tensors, which remember. So the state that comes out of
step 3 remembers step 2, and that one step 1, and all of them the same W_hh. The state itself is no Parameter. It is
what was read, and not what was learned; the loop has it and hands it in, and the module keeps none.

**The worked example.** One unit, W_xh = 1, W_hh = 0.5, W_hy = 2, no biases. The words are 1, 0, 1. The states are
0.762, 0.363, 0.828, and the predictions twice as much: 1.523, 0.727, 1.656. The docstrings go on from there, with a
second word to come, whose score is always 0.

**The cut.** A state that remembers is handed on from chunk to chunk, and with it all chunks before. In exercise 13 the
blame stopped at the cut. Here *detach* gives that: `h.detach()` is the numbers of h, without the memory. The next
backward() goes back to there and no further; past it lie steps whose weights are not what they were.

**The shapes**

    word           (N, D)      one word of each of N sentences
    hidden_state   (N, H)      an array of zeros at first, and then a Tensor
    prediction     (N, V)      the logits of the next word
    sentence       (T, N, D)   an array; `for word in sentence` takes one step after the other
    targets        (T, N)      the ids of the words that come next
    W_xh (D, H)    W_hh (H, H)    b (H,)    W_hy (H, V)    b_y (V,)    the five Parameters

**What to write.** The class, the loop, one step of learning, and the loop over chunks. The mean surprise of exercise 8
is `functional.cross_entropy(logits, targets)` here, with logits of any shape (..., V) and targets (...), and it does
the softmax. np.stack makes one Tensor of a list of them. `loss.item()` is a number, and remembers nothing.

**What to notice.** The gradients are checked against exercise 12, written out by hand: they are the same numbers. You
may put in a second layer or a gate of exercise 19, and need not derive anything.

**Where it leads.** `descend` takes the simplest of all steps. Exercise 26 has better ones.

Run this file, or `python grader.py my_rnn`, to see how you do.
"""

# %%
# May import: minigrad, numpy, the standard library
import numpy as np

from minigrad import Tensor, functional, nn

# %%
# Before you write code, predict: put your answers in place of the dots.

# A slide of the lectures has `self.W_hh * h`. W_hh is (5, 5) and h, a column, is (5, 1). Which shape comes out?
# (a shape)
shape_of_slide = ...

# Somebody's cell has self.h = None at first, and its forward begins with these lines:
#
#     if self.h is None:
#         self.h = hidden_state
#     self.h = step(word, self.h)
#
# For the first sentence the loop hands in zeros as hidden_state, and all is well. For the second it hands in zeros
# again. Is the first word of the second sentence read with zeros? (yes or no)
begins_with_zeros = ...

# The weights are small random numbers, and there are 6 words. What is the loss, about? (a number, to one decimal)
loss_at_first = ...


# %%
class MyRNNCell(nn.Module):
    """The cell of exercise 9, with the readout of exercise 10.

    >>> my_rnn = MyRNNCell(np.random.default_rng(0), D=1, H=1, V=1)
    >>> my_rnn.W_xh.data[:], my_rnn.W_hh.data[:], my_rnn.W_hy.data[:] = 1.0, 0.5, 2.0
    >>> prediction, hidden_state = my_rnn(np.array([[1.0]]), np.array([[0.0]]))
    >>> round(prediction.item(), 3), round(hidden_state.item(), 3)
    (1.523, 0.762)
    """

    def __init__(self, rng, D, H, V):
        """The five Parameters W_xh, W_hh, b, W_hy and b_y.

        The matrices are drawn with rng.normal(size=...), in any order, and all three are divided by the root of H; the
        biases are zeros.
        """
        # YOUR CODE HERE
        raise NotImplementedError

    def forward(self, word, hidden_state):
        """One step.

        Returns:
            prediction: (N, V), the logits.
            hidden_state: (N, H), the state after the step.
        """
        # YOUR CODE HERE
        raise NotImplementedError


def read(my_rnn, sentence, targets, hidden_state):
    """Read the words one after the other.

    Returns:
        loss: a Tensor, the mean surprise over all T steps and N sentences.
        hidden_state: (N, H), the state after the last word.

    >>> my_rnn = MyRNNCell(np.random.default_rng(0), D=1, H=1, V=2)
    >>> my_rnn.W_xh.data[:], my_rnn.W_hh.data[:], my_rnn.W_hy.data[:] = 1.0, 0.5, [2.0, 0.0]
    >>> sentence, targets = np.array([[[1.0]], [[0.0]], [[1.0]]]), np.array([[0], [1], [0]])
    >>> loss, hidden_state = read(my_rnn, sentence, targets, np.zeros((1, 1)))
    >>> round(loss.item(), 3), round(hidden_state.item(), 3)  # the surprises are 0.197, 1.121 and 0.175
    (0.498, 0.828)
    """
    # YOUR CODE HERE
    raise NotImplementedError


def descend(my_rnn, loss, lr):
    """One step of learning: each Parameter moves against its gradient of this loss, times the rate lr. Returns nothing.

    The Parameters stay the same ones, and their numbers change.

    >>> my_rnn = MyRNNCell(np.random.default_rng(0), D=1, H=1, V=1)
    >>> my_rnn.W_hh.data[:] = 3.0
    >>> loss = sum(np.sum(p**2) for p in my_rnn.parameters())  # the gradient of each number is twice the number
    >>> descend(my_rnn, loss, lr=0.25)
    >>> my_rnn.W_hh.data.tolist()
    [[1.5]]
    """
    # YOUR CODE HERE
    raise NotImplementedError


def learn(my_rnn, sentence, targets, hidden_state, chunk, lr):
    """Read a long text once, and take a step of learning after each chunk. The state goes on across the cuts.

    The last chunk may be shorter.

    Returns:
        A list of the losses of the chunks, as plain numbers: each as it was read, before the step was taken.

    >>> my_rnn = MyRNNCell(np.random.default_rng(0), D=1, H=1, V=2)
    >>> my_rnn.W_xh.data[:], my_rnn.W_hh.data[:], my_rnn.W_hy.data[:] = 1.0, 0.5, [2.0, 0.0]
    >>> sentence, targets = np.array([[[1.0]], [[0.0]], [[1.0]]]), np.array([[0], [1], [0]])
    >>> losses = learn(my_rnn, sentence, targets, np.zeros((1, 1)), chunk=2, lr=0.5)
    >>> [round(loss, 3) for loss in losses]  # without the step after the first chunk the last one would be 0.175
    [0.659, 0.313]
    """
    # YOUR CODE HERE
    raise NotImplementedError


# %%
# Modules cannot travel between the grader and your file, but numbers can. These lines make a module of them, and hand
# it to your functions. Leave them as they are.


def cell_with(W_xh, W_hh, b, W_hy, b_y):
    my_rnn = MyRNNCell(np.random.default_rng(0), *W_xh.shape, len(b_y))
    parameters = dict(my_rnn.named_parameters())
    for name, numbers in {"W_xh": W_xh, "W_hh": W_hh, "b": b, "W_hy": W_hy, "b_y": b_y}.items():
        parameters[name].data[...] = numbers
    return my_rnn


def numbers_of(value):
    return value.numpy() if isinstance(value, Tensor) else value


def weights_of(my_rnn):
    return {name: p.numpy() for name, p in my_rnn.named_parameters()}


def weights_that_stayed(my_rnn, before):
    return {name: p.numpy() for name, p in my_rnn.named_parameters() if p is before.get(name)}


def new_cell(rng, D, H, V):
    return weights_of(MyRNNCell(rng, D, H, V))


def one_step(word, hidden_state, W_xh, W_hh, b, W_hy, b_y):
    prediction, hidden_state = cell_with(W_xh, W_hh, b, W_hy, b_y)(word, hidden_state)
    return numbers_of(prediction), numbers_of(hidden_state)


def reading(sentence, targets, hidden_state, W_xh, W_hh, b, W_hy, b_y, before):
    my_rnn = cell_with(W_xh, W_hh, b, W_hy, b_y)
    if len(before):
        read(my_rnn, before, np.zeros(before.shape[:2], dtype=int), hidden_state)
    loss, hidden_state = read(my_rnn, sentence, targets, hidden_state)
    return numbers_of(loss), numbers_of(hidden_state)


def gradients(sentence, targets, hidden_state, W_xh, W_hh, b, W_hy, b_y):
    my_rnn = cell_with(W_xh, W_hh, b, W_hy, b_y)
    loss, _ = read(my_rnn, sentence, targets, hidden_state)
    loss.backward()
    grads = {name: np.zeros(p.shape) if p.grad is None else p.grad for name, p in my_rnn.named_parameters()}
    return [grads[name] for name in ("W_xh", "W_hh", "b", "W_hy", "b_y")]


def descents(sentence, targets, hidden_state, W_xh, W_hh, b, W_hy, b_y, lr, times):
    my_rnn = cell_with(W_xh, W_hh, b, W_hy, b_y)
    before = dict(my_rnn.named_parameters())
    for _ in range(times):
        loss, _ = read(my_rnn, sentence, targets, hidden_state)
        descend(my_rnn, loss, lr)
    return weights_that_stayed(my_rnn, before)


def learning(sentence, targets, hidden_state, W_xh, W_hh, b, W_hy, b_y, chunk, lr):
    my_rnn = cell_with(W_xh, W_hh, b, W_hy, b_y)
    before = dict(my_rnn.named_parameters())
    learn(my_rnn, sentence, targets, hidden_state, chunk, lr=0.0)  # leaves all as it is
    losses = learn(my_rnn, sentence, targets, hidden_state, chunk, lr)
    return losses, weights_that_stayed(my_rnn, before)


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
