# %% [markdown]
"""
# Exercise 9: A cell that remembers

**The idea.** A network without memory sees one input at a time and forgets it. A recurrent cell keeps a vector, the
state h. At each step it mixes the new input with what it remembers, and what comes out is the memory for the next
step. The same weights are used at every step, so one cell reads sequences of any length.

**The formula** (Elman, Finding structure in time, Cognitive Science 14, 1990)

    h_next = tanh(x W_xh + h W_hh + b)

**The shapes.** Rows are examples: N sequences are read side by side.

    x       (N, D)   the input of this step
    h       (N, H)   the state before it
    W_xh    (D, H)   how the input enters the state
    W_hh    (H, H)   how the state carries over
    b       (H,)     one number for each unit, the same for all N rows
    h_next  (N, H)   the state after it

**What to write.** One line of NumPy is enough: `@` is the matrix product, and `b` is added to every row by
broadcasting.

**Where it leads.** Exercise 12 sends gradients back through this line, once for each step. Exercise 19 adds gates to
it, so that memories last.

Run this file, or `python grader.py rnn_cell`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np


def rnn_cell(x, h, W_xh, W_hh, b):
    """The state after one more step of a recurrent network.

    Returns:
        h_next: (N, H), a new array; the arguments stay as they are.
    """
    # BEGIN SOLUTION
    return np.tanh(x @ W_xh + h @ W_hh + b)
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
