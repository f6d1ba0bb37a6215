# %% [markdown]
"""
# Exercise 15: How far blame gets

**The question.** "Italy is where I grew up, but I now live in Denver. I speak fluent ___". Your bptt is right, to the
last digit, and still hardly any blame has reached *Italy*. Where did it go?

**The idea.** On its way back blame meets a factor at each step, and factors multiply. Let each of them take a tenth
away: after 50 steps 0.9⁵⁰ = 0.005 is left. Let each add a tenth: 1.1⁵⁰ = 117. Hardly anything near 1 stays near 1. The
gradient is said to *vanish* in the first case and to *explode* in the second.

With one unit such a factor is a number, W_hh (1 - h²): in exercise 12 it made 0.18 of 1. With H units each number of
the new state depends on each number of the old one. That is H · H slopes, and as a matrix they are called the
*Jacobian* of the step:

    J[i, j] = ∂h[i] / ∂h_prev[j]          a row for each new number, a column for each old one

Nudge the old state by a small vector v, and number i of the new one changes by the sum of J[i, j] v[j] over j. In
formulas that is J v. Here the nudge is a column and stands on the right, while our states are rows and stand on the
left, as in h W_hh. So look twice which way round W_hh goes into J.

How large is a matrix? The *norm* of a vector is its length, the root of the sum of its squares. The norm of a matrix is
its largest stretch: put in all vectors of length 1, and take the longest that comes out. If the Jacobian from an
early state to the last one has the norm 0.0001, then a small change of the early state, in whichever direction, is at
most 0.0001 times as long when it arrives at the last one. Only a small change, for a slope holds only close by.

**A worked example.** Two units, and a step after which they are h = [0.6, 0]. W_hh is [[0.5, 1], [0, 0.5]]. Take the
old unit 0 and nudge it. Forward, it is in a[0], multiplied by W_hh[0, 0] = 0.5, and in a[1], multiplied by W_hh[0, 1] =
1. Then comes tanh, with its slope at each new number: 1 - 0.6² = 0.64 and 1 - 0² = 1. So

    ∂h[0] / ∂h_prev[0] = 0.64 · 0.5 = 0.32
    ∂h[1] / ∂h_prev[0] = 1 · 1      = 1

which is one column of J. The other one is yours; both stand in the docstring below.

Now two steps: J₁ is the Jacobian of the earlier one, J₂ that of the later one. A nudge v of the oldest state becomes
J₁ v, and that is what the later step is given. Which matrix is that, for both steps together? It has to be one matrix
before its norm is taken: two steps may each have one direction that they stretch, and not the same one.

**The shapes.** One sequence is measured, so there is no N here.

    h      (H,)      the state after a step
    W_hh   (H, H)
    J      (H, H)    the Jacobian of that step
    hs     (T, H)    the states after T steps
    norms  (T,)      norms[k]: the norm of the Jacobian from the state k steps before the last to the last

**What to write.** `step_jacobian` for one step, in one line, and `gradient_norms` for every distance: `norms[0]` is 1,
since the last state is itself; then go back, a factor at a time. NumPy has the norm of a matrix in `np.linalg.norm`.
But it has several, and the one that comes if you say nothing else is not the largest stretch. Its documentation calls
the largest stretch the 2-norm, or the largest singular value.

**What to notice.** What happens in the long run has a name, too. Go through the same W_hh again and again, without a
tanh: in the end each further step multiplies the norm by the same number. That is the *spectral radius* of W_hh, and
for the W_hh above it is 0.5. You will see a chart with a line for each spectral radius of W_hh. Its axis counts in
powers of ten, so a straight line means: the same factor at each step.

**Where it leads.** This chart comes four times more. Exercise 16 does something about what explodes, exercise 17 about
the tanh, and exercise 18 about the W_hh that learning begins with. In exercise 20 a road has neither W_hh nor tanh.

Run this file, or `python grader.py jacobians`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# W_hh is that of the example, with the radius 0.5, and every state is 0, where tanh has the slope 1. How many steps
# back is the norm below 1 for the first time? (a number; Python may help you)
first_below_1 = ...

# Another W_hh only turns a state, as [[0, 1], [-1, 0]] does, and changes no length. A tanh follows at each step, and
# the states are not 0. Is the norm still 1 after 50 steps? (yes or no)
turning_keeps_it = ...

# From "Italy" to the last state the norm is 0.000000001. Does the last state hold nothing of "Italy", then? (yes or no)
nothing_is_held = ...


# %%
def step_jacobian(h, W_hh):
    """The derivative of each number of the state after a step with respect to each number of the state before it.

    Args:
        h: (H,), the state after the step: h = tanh(what was read + h_prev W_hh)
        W_hh: (H, H)

    Returns:
        J: (H, H), J[i, j] = ∂h[i] / ∂h_prev[j], a new array; the arguments stay as they are.

    >>> step_jacobian(np.array([0.6, 0.0]), np.array([[0.5, 1.0], [0.0, 0.5]]))
    array([[0.32, 0.  ],
           [1.  , 0.5 ]])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def gradient_norms(hs, W_hh):
    """The length that the gradient of the last state still has at each distance from it.

    Args:
        hs: (T, H), the states after each step of one sequence, T of at least 1
        W_hh: (H, H)

    Returns:
        norms: (T,), the norms of ∂hs[-1] / ∂hs[-1], ∂hs[-1] / ∂hs[-2], ∂hs[-1] / ∂hs[-3] and so on to ∂hs[-1] / ∂hs[0],
        a new array; the arguments stay as they are.

    This is exercise 12 again, where the blame was 1, then 0.18, then 0.0576:

    >>> gradient_norms(np.array([[0.5], [0.6], [0.8]]), np.array([[0.5]])).round(4)
    array([1.    , 0.18  , 0.0576])
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
