# %% [markdown]
"""
# Exercise 16: One step too long

**The question.** Your network reads postcards. With each it takes a step of learning, rate · gradient. The rate is
0.01, the gradients have lengths of about 1, so each step is about 0.01 long. Then comes a long card on which the
gradient explodes: its length is 10,000. This one step is 100 long, as far as ten thousand others together. The weights
are thrown to some place where they know nothing any more. How can such a card be survived?

**The idea.** A gradient says two things: by its direction where the loss grows, and by its length how steeply. A slope
holds only close by, and where gradients explode, only very close by. Its direction is still the best that is known. So
the remedy is blunt: a gradient that is too long is made shorter, and the step is taken all the same. This is called
*clipping*.

The first way is by value: each number by itself is put back into the range from -limit to limit. Here are the
gradients of two arrays, [3, 4] and [12], with a limit of 5:

    [3, 4], [12]    becomes    [3, 4], [5]

12 was four times as much as 3, and 5 is less than twice as much. The arrow points elsewhere now. By value is easy, but
the step goes another way than the gradient said.

The second way keeps the direction. An arrow that becomes shorter and does not turn is the same arrow times a number.
Its length is the *global norm*: all gradients of the network are taken as one long vector, as they make one step
together, and the length of a vector is its norm, as in exercise 15.

**A worked example.** The same two arrays make the vector 3, 4, 12. Its norm is √(9 + 16 + 144) = √169 = 13. With a
max_norm of 6.5 it is twice as long as it may be:

    [3, 4], [12]    becomes    [1.5, 2], [6]    whose norm is √(2.25 + 4 + 36) = 6.5

12 was four times as much as 3, and 6 is four times as much as 1.5: the arrow points where it did.

**The shapes**

    grads            a list of one or more arrays of floats, of any shapes: (D, H) beside (H,) and (), say
    limit, max_norm  float, above 0
    clipped          a list of new arrays, each of the shape it came with
    norm             float, the global norm before clipping

**What to write.** Two functions. Each leaves the arrays and the list that it got as they are. The second returns the
norm as well, so that whoever trains can see how often something was cut. Three cases deserve a thought: gradients that
are short already, gradients that are all zero, and a single infinity or NaN in a single array. (A number that is too
large for a float becomes infinity, and ∞ - ∞ is NaN.) No factor makes a good step of such a gradient, and if it slips
through, all weights are NaN after it. It is better to stop: `clip_by_global_norm` raises FloatingPointError, and
`clip_by_value` does not. (Many libraries divide by the norm plus a millionth, so that nothing is divided by zero, and
what they clip is a little too short. We do not: what is clipped has the norm max_norm.)

**What to notice.** The factor knows the norm and nothing else. When you are done, look at the blame by distance that
your functions draw: the curve of exercise 15, before and after. The two radii there are spectral radii of W_hh, as in
exercise 15. (The remedy is that of Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural
networks, ICML 2013, algorithm 1.)

**Where it leads.** Exercises 17 and 18 change the network itself: what blame has to pass through, and with which
weights it begins. Exercise 28 clips in every step of a training, before the weights are moved.

Run this file, or `python grader.py clipping`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# The gradients have a norm of 2 together, and max_norm is 5. What is their norm after clipping? (a number)
norm_after_clipping = 2  # PREDICTION: clipping only shortens

# At the last word the blame is 0.5, and 30 words before it 0.00001. Does clipping make that
# second number large again? (yes or no)
brings_it_back = "no"  # PREDICTION: one factor for near and far

# What is min(1, float("nan")) in Python? (1 or "nan"; try it in Python)
smaller_of_one_and_nan = 1  # PREDICTION: nan < 1 is False, and so 1 stays


# %%
def clip_by_value(grads, limit):
    """Each number limited to the range from -limit to limit.

    Args:
        grads: a list of arrays.
        limit: a positive number.

    Returns:
        A list of new arrays of the same shapes. Infinity is limited as well. For NaN nothing is raised, and whatever
        you like may come of it.

    >>> clip_by_value([np.array([3.0, 4.0]), np.array([12.0])], limit=5.0)
    [array([3., 4.]), array([5.])]
    """
    # BEGIN SOLUTION
    return [np.clip(g, -limit, limit) for g in grads]
    # END SOLUTION


def clip_by_global_norm(grads, max_norm):
    """All gradients shortened together, so that their global norm is at most max_norm and their direction stays.

    Args:
        grads: a list of arrays.
        max_norm: a positive number.

    Returns:
        clipped: a list of new arrays of the same shapes.
        norm: the global norm before clipping, a float.

    Raises:
        FloatingPointError: if the norm is NaN or infinite; and it may be raised where a square alone is too large for
            a float, as that of 1e200 is.

    >>> clip_by_global_norm([np.array([3.0, 4.0]), np.array([12.0])], max_norm=6.5)
    ([array([1.5, 2. ]), array([6.])], 13.0)
    """
    # BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if not np.isfinite(norm):
        raise FloatingPointError(f"the gradient norm is {norm}")
    scale = max_norm / norm if norm > max_norm else 1.0
    return [g * scale for g in grads], float(norm)
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
