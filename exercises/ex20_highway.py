# %% [markdown]
"""
# Exercise 20: The road along the notebook

**The question.** "I grew up in France, but I now live in Denver. It rained all day. I speak fluent ___". Your LSTM can
keep a note on *France* for as long as it likes. But it has to learn to make that note. At the blank it is wrong, and
the blame has to get back, over some twenty words, to where the note should have been made. In exercise 15 hardly any
of it arrived. How much arrives here?

**The idea.** Look at the notebook alone, and nudge a note by a little v before a step. The step is

    c_next = f * c + i * g

Hold the gates f and i and the candidate g still, as if they were given numbers. Then the first part moves by f times v,
and the second does not move. So the slope is f: a fraction for each note, and no note moves another one. Compare that
with exercise 15, where a nudge went through W_hh, which spread it over all units, and through the slope of a tanh. Here
is neither. The Jacobian, H times H slopes, has become a row of H fractions, and the cell sets them by what it reads.
This way, from one cell state to the next, is the *direct path*.

It is not the only way, for the gates and the candidate do not really stand still. A note is shown as well, and what is
shown has a part in the sums of the next step. That road leads through W_hh, and through slopes. Here it is left out.

**A worked example.** One note, two steps, with the forget gates 0.9 and then 0.5. Before the first step the note is
nudged by 0.02.

    c_0    moves by                 0.02
    c_1    moves by 0.9 · 0.02  =   0.018
    c_2    moves by 0.5 · 0.018 =   0.009

0.009 of 0.02 is 0.45: that is ∂c_2/∂c_0. Each state has such a number. The one of c_1 is 0.5, since only the second
step comes after it. And c_2 is the last state itself.

So how large is f? Before anything is learned, what a word adds to the sum of a gate is as often above 0 as below, and
the bias decides. That of the forget gate is the *forget bias*, and you may choose it. By itself it makes

    forget bias      0           1        3        5
    f                0.5         0.731    0.953    0.993
    after 20 steps   0.000001    0.002    0.38     0.87

With 0, as biases begin elsewhere, a cell loses half of everything at each step. It is better to choose how long things
should last. The *half-life* is the number of steps after which half is left; for f = 0.5 it is 1. For another
half-life, two things are to be undone. Which f makes a half, if it is multiplied so many times? And which sum becomes
this f in a sigmoid? (In exercise 19 it was ln 9 for 0.9, as 0.9 to 0.1 is 9 to 1.)

**The formula**

    ∂c_t / ∂c_{t-1} = f_t        along the direct path
    σ(b)^steps = 1/2             the forget bias b for a half-life of so many steps

**The first weights** are those of exercise 18, four times: each of i, f, g and o counts as a cell of H units by itself.
It has a block of W_xh of its own, (D, H), which is Xavier uniform, and a block of W_hh, (H, H), which is orthogonal.
All biases are 0 but the forget bias.

**The shapes.** The blocks of i, f, g and o stand side by side, in this order.

    forget_gates  (T, N, H)      f at each step: forget_gates[0] makes c_1 of c_0
    gradient      (T+1, N, H)    row k: ∂c_T/∂c_k along the direct path; c_0 comes before the first step
    W_xh          (D, 4H)
    W_hh          (H, 4H)
    b             (4H,)

**What to write.** Three functions. A gate may be exactly 0, so nothing can be divided by it. `xavier_uniform` and
`orthogonal` of exercise 18 are in the file; you may put your own in their place. Think of symmetry before you use a
matrix twice.

**What to notice.** When you are done, the chart of exercise 15 is drawn for your beginnings, with one line for both
roads together. Look where that one goes: the other road still leads through W_hh. And a forget bias is a beginning
only: what the gates become is up to learning. (A forget bias of 1 is the advice of Jozefowicz, Zaremba and Sutskever,
An empirical exploration of recurrent network architectures, ICML 2015. To choose it by a time is an idea of Tallec and
Ollivier, Can recurrent neural networks warp time?, ICLR 2018.)

**Where it leads.** Blame can get far back, so it is worth computing all of it. Exercise 21 does so for one step of an
LSTM, and exercise 22 for all of them.

Run this file, or `python grader.py highway`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# The forget bias is 1, as in many programs, and f stays as it begins. What fraction of a nudge is left after 100 steps?
# (a number; Python may help you)
left_after_100 = ...

# Can the gradient explode along the direct path, if the weights are large enough? (yes or no)
can_explode = ...

# An orthogonal matrix of exercise 18, (H, 4H), is cut into four squares. Is each of them orthogonal? (yes or no)
squares_are_orthogonal = ...


# %%
def cell_gradient(forget_gates):
    """The derivative of the last cell state with respect to each cell state, along the direct path.

    Args:
        forget_gates: (T, N, H), the forget gate of each step

    Returns:
        gradient: (T+1, N, H), row k is ∂c_T/∂c_k, a new array; the argument stays as it is.

    >>> cell_gradient(np.array([[[0.9]], [[0.5]]])).ravel()
    array([0.45, 0.5 , 1.  ])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def bias_for_half_life(steps):
    """The forget bias with which half of a note is left after this number of steps, if nothing else is in the sum.

    Args:
        steps: an integer from 1 to 20,000

    Returns:
        the bias, a float, right to nine digits

    >>> round(float(bias_for_half_life(20)), 3), round(float(bias_for_half_life(100)), 3)
    (3.345, 4.968)
    """
    # YOUR CODE HERE
    raise NotImplementedError


def xavier_uniform(rng, fan_in, fan_out):
    """Uniform numbers with the variance 1 / (mean of fan_in and fan_out): (fan_in, fan_out). This is exercise 18."""
    a = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-a, a, (fan_in, fan_out))


def orthogonal(rng, fan_in, fan_out):
    """Columns of length 1 at right angles, or such rows if there are fewer: (fan_in, fan_out). This is exercise 18."""
    Q, R = np.linalg.qr(rng.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out))))
    Q = Q * np.sign(np.diag(R))  # makes every orthogonal matrix equally likely
    return Q if fan_in >= fan_out else Q.T


def init_lstm(rng, D, H, forget_bias):
    """The weights with which an LSTM begins. All that is random comes from rng, in any order.

    Returns:
        W_xh: (D, 4H), four blocks, each of them Xavier uniform
        W_hh: (H, 4H), four blocks, each of them orthogonal
        b:    (4H,), the forget bias for the forget gate, and zeros

    >>> W_xh, W_hh, b = init_lstm(np.random.default_rng(0), D=3, H=2, forget_bias=1.0)
    >>> W_xh.shape, W_hh.shape, b.shape
    ((3, 8), (2, 8), (8,))
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
