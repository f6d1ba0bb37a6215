# %% [markdown]
"""
# Exercise 17: A slope of exactly 1

**The question.** In exercise 15 each step had two factors: W_hh and the slope of a tanh. You can choose W_hh. But
tanh's slope is 1 at a single place, where the state is 0, and less everywhere else. Must each step take something away?

**The idea.** The function by which a unit bends its sum is its *activation*. So far it was tanh, but a network runs
with another one as well. Take the ReLU, with its slopes as in exercise 5: exactly 1 above 0, however large the sum, and
elsewhere 0.

Think of a door. Where the sum is above 0 the door is open: blame goes through it as it came, and a hundred open doors
take nothing away either. Where the sum is 0 or below, the door is closed, and no blame gets past it.

That has a price. A unit whose sum is never above 0, whatever is read, is called *dead*. It says 0, and nothing else.

**A worked example.** One unit, W_xh = 1, b = 0, and W_hh = 1: it copies. h0 is 0. Time goes to the right:

    x        1    -0.4    0      -2
    sum      1     0.6    0.6    -1.4
    h        1     0.6    0.6     0
    door    open   open   open   closed

If the loss looks at the third state, with dhs = 0 0 1 0, then all of the 1 gets to the first step: through three open
doors and twice W_hh = 1. And if it looks at the fourth, with dhs = 0 0 0 1, then none of it gets anywhere.

**The formula.** Of tanh you know both ways:

    h = tanh(a)        da = dh * (1 - h²)

The 1 - h² belongs to tanh alone. All else that you did in exercise 12 was about sums and products, and stays right.
What stands in its place for h = ReLU(a)? You have h at hand, and not a; as with tanh, it tells enough.

**The shapes.** They are those of exercises 10 and 12.

    x     (T, N, D)   the inputs
    h0    (N, H)      the states before the first step
    W_xh  (D, H)
    W_hh  (H, H)
    b     (H,)
    hs    (T, N, H)   the states after each step
    dhs   (T, N, H)   ∂loss/∂h_t through the outputs at step t alone

**What to write.** `relu_rnn_forward` is `rnn_forward` of exercise 10 with another activation, and `relu_rnn_backward`
is `bptt` of exercise 12. h0 is given and has no door: it may be negative. Everything else that goes back from a step
goes through the door of that step.

**What to notice.** Without tanh nothing keeps a state small: h can be 5, or 5,000. And a door only decides whether
blame gets through. W_hh decides how much of it, as before. You will see three networks, all of them yours: not every
ReLU is a remedy.

**Where it leads.** One of the three was very lucky in its W_hh. Exercise 18 asks which W_hh to begin with.

Run this file, or `python grader.py activations`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# One unit with W_hh = 1.2, open at each step. A blame of 1 goes back through 20 steps. How much of it arrives?
# (a number)
arrives = 1.2**20  # PREDICTION: every door lets all of it through, and W_hh makes it more each time

# One unit, W_xh = 1, W_hh = 1, b = 0, h0 = 0, and x is 2 at each of five steps. What is h after the last? (a number)
fifth_state = 10  # PREDICTION: nothing keeps it small

# The sum of a unit is below 0 at each step of each sentence. Does learning bring it back? (no, slowly or yes)
comes_back = "no"  # PREDICTION: no blame arrives at all


# %%
def relu_rnn_forward(x, h0, W_xh, W_hh, b):
    """The states after each step: hs[t] = ReLU(x[t] W_xh + (the state before) W_hh + b).

    Returns:
        hs: (T, N, H), a new array; the arguments stay as they are.

    >>> x = np.array([1.0, -0.4, 0.0, -2.0]).reshape(4, 1, 1)
    >>> one = np.ones((1, 1))
    >>> relu_rnn_forward(x, h0=0 * one, W_xh=one, W_hh=one, b=np.zeros(1)).ravel().tolist()
    [1.0, 0.6, 0.6, 0.0]
    """
    # BEGIN SOLUTION
    h = h0
    hs = []
    for x_t in x:
        h = np.maximum(x_t @ W_xh + h @ W_hh + b, 0)
        hs.append(h)
    return np.stack(hs)
    # END SOLUTION


def relu_rnn_backward(dhs, x, h0, hs, W_xh, W_hh):
    """Gradients of the loss through a whole sequence.

    Args:
        dhs: (T, N, H), ∂loss/∂h_t through the outputs at step t alone
        hs: (T, N, H), what relu_rnn_forward gave; the others are its arguments

    Returns:
        dx:    (T, N, D)
        dh0:   (N, H)
        dW_xh: (D, H)
        dW_hh: (H, H)
        db:    (H,)

    All are new arrays; the arguments stay as they are.

    >>> x, hs, dhs = (np.array(v).reshape(4, 1, 1) for v in ([1, -0.4, 0, -2], [1, 0.6, 0.6, 0], [0.0, 0, 1, 0]))
    >>> one = np.ones((1, 1))
    >>> dx, dh0, *_ = relu_rnn_backward(dhs, x, 0 * one, hs, W_xh=one, W_hh=one)
    >>> dx.ravel().tolist(), dh0.tolist()
    ([1.0, 1.0, 1.0, 0.0], [[1.0]])
    """
    # BEGIN SOLUTION
    T = len(x)
    dx = np.zeros(x.shape)
    dW_xh = np.zeros(W_xh.shape)
    dW_hh = np.zeros(W_hh.shape)
    db = np.zeros(W_hh.shape[0])
    carry = np.zeros(h0.shape)
    for t in reversed(range(T)):
        h_prev = hs[t - 1] if t > 0 else h0
        dh = dhs[t] + carry
        da = dh * (hs[t] > 0)
        dx[t] = da @ W_xh.T
        dW_xh += x[t].T @ da
        dW_hh += h_prev.T @ da
        db += da.sum(axis=0)
        carry = da @ W_hh.T
    return dx, carry, dW_xh, dW_hh, db
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
