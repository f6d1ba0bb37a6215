# %% [markdown]
"""
# Exercise 21: Which gate is to blame?

**The question.** "I grew up in France, but I now live in Denver. I speak fluent ___", and your LSTM hesitates. The
blame that arrives is below 0, and says: the loss would fall if this one number of the cell state were larger. Three
parts of the cell have made it. Has the forget gate kept too little of *France*? Has the input gate written too little?
Or was the candidate the wrong thing to write?

**The idea.** In exercise 11 a step had one result, h, and blame came for that. Here a step has two results, and so it
is sent *two upstream gradients*: dh, for what it showed, and dc, for what it handed on to the next step by the direct
path, from cell state to cell state. See how c_next was used:

    c_next = f * c + i * g            h_next = o * tanh(c_next)

It was handed on, and it was shown: two uses, so two streams of blame are added up. dc arrives as it is. But what was
shown had gone through a tanh and was multiplied by o. So dh meets o and the slope of that tanh on its way back:

    dc_total = dc + dh * o * (1 - tanh(c_next)²)

All that made c_next, which is f, c, i and g, is blamed with this sum.

The output gate did not make c_next. It stands in h_next alone, and there it multiplied tanh(c_next). So dh is what
arrives at it. A gate is a σ, and the slope of a σ can be read off its output. So for a_o, the sum that the σ turned
into o, this gives

    da_o = dh * tanh(c_next) * o * (1 - o)

Read it as: what arrives, times the partner in the product, times one's own slope, o * (1 - o). Each of the others has
three such parts, too. Ask of each: what arrives at it, what did it multiply, and which curve made it?

Put the four side by side, as their sums were, and you have a da of shape (N, 4H). From there on it is exercise 11 with
wider weights: these sums were x W_xh + h W_hh + b as well.

**A worked example.** One unit, with the numbers of exercise 19: c = 2, f = 0.9, i = 0.5, g = -0.8, o = 0.25, so c_next
is 1.4, and tanh(1.4) = 0.8854. From above come dh = 1 and dc = 0.5.

    dc_total = 0.5 + 1 · 0.25 · (1 - 0.8854²) = 0.5540
    da_o     = 1 · 0.8854 · 0.25 · 0.75       = 0.1660

The rest stands in the docstring below, where x is 1 and h is 0.5, so that in the end you can compare. Find da_i on
paper before you look: it is below 0. Why?

**The shapes.** Each gradient has the shape of what it belongs to. Mind the names: dh and dc belong to h_next and
c_next, dh_prev and dc_prev to h and c, the states before the step. (In exercise 11 h was the state after it.)

    dh      (N, H)    how the loss changes with each number of h_next,
    dc      (N, H)    and with each number of c_next, by way of later steps
    x       (N, D)    what the cell was given: the input,
    h, c    (N, H)    and the two states before the step
    gates   (N, 4H)   i, f, g, o side by side in this order: the values, after their σ or tanh (the candidate g is in
                      there as well)
    c_next  (N, H)    the cell state after the step
    W_xh    (D, 4H)
    W_hh    (H, 4H)

**What to write.** Cut `gates` into its four blocks, find dc_total and the four blocks of da, and from them six
gradients: dx, dh_prev, dc_prev, dW_xh, dW_hh, db, in this order. dc_prev is the blame for the old c. Two cell states
are there; ask of each use which of them it was. And dh and dc are the caller's: add into new arrays.

**What to notice.** On its way from c_next to c the blame meets no weight and no tanh: only f. In exercise 11 all of it
went through W_hh and a slope. Both are shown beside each other when you are done.

**Where it leads.** dh_prev and dc_prev are what the step before is sent. Exercise 22 goes on like this through a whole
sentence, and carries two things.

Run this file, or `python grader.py lstm_cell_backward`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# In the example, the output gate is shut instead: o = 0. What is dc_total? (a number)
total_behind_a_shut_gate = ...

# The old cell state is c = 0 instead, and dc_total is 0.5540 as before. What is da_f? (a number)
da_f_of_an_empty_cell = ...

# Only dc arrives, and dh is 0. Which of i, f, g and o gets no blame? (a letter)
without_blame = ...


# %%
def lstm_cell_backward(dh, dc, x, h, c, gates, c_next, W_xh, W_hh):
    """The way back through c_next = f * c + i * g and h_next = o * tanh(c_next).

    Args:
        dh, dc: (N, H), the gradients that arrive at h_next, and at c_next by way of later steps
        x: (N, D)
        h, c: (N, H), the states before the step
        gates: (N, 4H), the values of i, f, g, o side by side
        c_next: (N, H)
        W_xh, W_hh: (D, 4H), (H, 4H)

    Returns:
        dx:      (N, D)
        dh_prev: (N, H)
        dc_prev: (N, H)
        dW_xh:   (D, 4H)
        dW_hh:   (H, 4H)
        db:      (4H,)

    All are new arrays; the arguments stay as they are.

    >>> one, gates = np.ones((1, 1)), np.array([[0.5, 0.9, -0.8, 0.25]])
    >>> W_xh, W_hh = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[0.5, 1.0, 0.0, -1.0]])
    >>> back = lstm_cell_backward(one, 0.5 * one, one, 0.5 * one, 2 * one, gates, 1.4 * one, W_xh, W_hh)
    >>> dx, dh_prev, dc_prev, dW_xh, dW_hh, db = (gradient.round(4).tolist() for gradient in back)
    >>> dx, dh_prev, dc_prev
    ([[1.0518]], [[-0.1217]], [[0.4986]])
    >>> db, dW_hh
    ([-0.1108, 0.0997, 0.0997, 0.166], [[-0.0554, 0.0499, 0.0499, 0.083]])
    """
    # YOUR CODE HERE
    raise NotImplementedError


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
