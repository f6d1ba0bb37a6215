# %% [markdown]
"""
# Exercise 19: The LSTM cell

**The idea.** In the plain cell everything that is remembered goes through W_hh and an activation at every step, and
gradients that take the same way back vanish or explode. Exercise 16 shortens what explodes, exercise 17 takes another
activation and exercise 18 another beginning; but what learning makes of W_hh is not up to them. An LSTM keeps a second
state c beside h, and changes it only by multiplying with a gate and by adding. Three gates, numbers between 0 and 1,
decide what to keep, what to write and what to show.

**The formula** (Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9(8), 1997; with the forget
gate of Gers, Schmidhuber and Cummins, Learning to forget, Neural Computation 12(10), 2000)

    [a_i, a_f, a_g, a_o] = x W_xh + h W_hh + b       four blocks of H columns each, in this order

    i = σ(a_i)      input gate: how much to write
    f = σ(a_f)      forget gate: how much of c to keep
    g = tanh(a_g)   what could be written
    o = σ(a_o)      output gate: how much to show

    c_next = f * c + i * g
    h_next = o * tanh(c_next)

with σ(a) = 1 / (1 + e⁻ᵃ), and * element by element.

**The shapes.**

    x          (N, D)
    h, c       (N, H)
    W_xh       (D, 4H)   the weights of the four gates side by side: i, f, g, o
    W_hh       (H, 4H)
    b          (4H,)

**What to write.** One matrix product for all four gates, then cut it into blocks: `np.split(a, 4, axis=1)`. NumPy has
no sigmoid, so that is yours to write as well, inside the function or above it. It should survive large numbers: e¹⁰⁰⁰
is infinity in a float, and no NaN may come of it.

**Where it leads.** Along c alone, ∂c_next/∂c is just f: where the forget gate is open, gradients flow back through as
many steps as you like. That is why its bias is often started at 1.

Run this file, or `python grader.py lstm_cell`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np


def lstm_cell(x, h, c, W_xh, W_hh, b):
    """The two states after one more step of an LSTM.

    Returns:
        h_next: (N, H)
        c_next: (N, H)
    """

    # BEGIN SOLUTION
    def sigmoid(a):
        return 0.5 * (1 + np.tanh(0.5 * a))  # the same as 1 / (1 + exp(-a)), with nothing that overflows

    a = x @ W_xh + h @ W_hh + b
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)
    i = sigmoid(a_i)
    f = sigmoid(a_f)
    g = np.tanh(a_g)
    o = sigmoid(a_o)
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    return h_next, c_next
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
