# %% [markdown]
"""
# Exercise 0: TODO its title

**The idea.** TODO: what it is for, in a few sentences. (So far this is a layer of a network, as an example that works.)

**The formula**

    y = tanh(x W + b)

**The shapes.** Rows are examples. TODO: every array, and what it means.

    x  (N, D)   the inputs
    W  (D, H)   how much each input counts
    b  (H,)     one number for each output, the same for all N rows
    y  (N, H)   the outputs

**What to write.** TODO: which lines of NumPy are needed, and what is easily overlooked.

**Where it leads.** TODO: what comes of it in a later exercise.

Run this file, or `python grader.py my_exercise`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np


def my_exercise(x, W, b):
    """TODO: what it computes.

    Returns:
        y: (N, H), a new array; the arguments stay as they are.
    """
    # BEGIN SOLUTION
    return np.tanh(x @ W + b)
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
