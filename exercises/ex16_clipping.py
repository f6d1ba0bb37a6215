# %% [markdown]
"""
# Exercise 16: Gradient clipping

**The idea.** Backpropagation through time can make gradients explode: one bad step then throws all the weights away.
The remedy is blunt and works. If the gradient is too long, shorten it and take the step anyway.

There are two ways. Clipping *by value* limits each number by itself, which also changes the direction of the step.
Clipping by *global norm* measures all gradients together as one long vector and, only if it is too long, scales all of
them by the same factor, so that the direction stays.

**The formula** (Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, ICML 2013,
algorithm 1, over all parameters together)

    norm = sqrt(Σ over all arrays, Σ over all their elements, g²)
    g    = g * max_norm / norm      for every array, if norm > max_norm
    g    = g                        otherwise

**What is easy to miss.**

    a norm of exactly 0    nothing to scale, and nothing to divide by
    a small norm           stays small: clipping only ever shortens
    NaN or infinity        no factor makes such a step good, and a NaN that slips through ruins every weight.
                           Say so: raise FloatingPointError.

**What to write.** Two functions. `grads` is a list of arrays of any shapes, (H, H) beside (H,), say. Return new arrays
and leave the ones you got as they are: the caller may want to look at them.

**Where it leads.** A training loop clips in every step, between backpropagation and the update of the weights.

Run this file, or `python grader.py clipping`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np


def clip_by_value(grads, limit):
    """Each number limited to the range from -limit to limit.

    Args:
        grads: a list of arrays.
        limit: a positive number.

    Returns:
        a list of new arrays of the same shapes.
    """
    # YOUR CODE HERE
    raise NotImplementedError


def clip_by_global_norm(grads, max_norm):
    """All gradients scaled by one factor, so that their norm together is at most max_norm.

    Args:
        grads: a list of arrays.
        max_norm: a positive number.

    Returns:
        clipped: a list of new arrays of the same shapes.
        norm: the global norm before clipping, a float.

    Raises:
        FloatingPointError: if the norm is NaN or infinite.
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
