# %% [markdown]
"""
# Exercise 12: Backpropagation through time

**The idea.** Unrolled over T steps, a recurrent network is a deep network whose layers share one set of weights. Go
back through it from the last step to the first. At each step two gradients meet in h_t: the one from above, because
h_t was used as an output (`dhs[t]`), and the one from the future, because h_t was the memory of step t + 1. And since
every step used the same weights, each step adds its share to their gradients.

**The formula** (Werbos, Backpropagation through time: what it does and how to do it, Proc. IEEE 78(10), 1990). With
h_t = tanh(x_t W_xh + h_{t-1} W_hh + b), from t = T - 1 down to 0:

    dh_t   = dhs[t] + (what step t + 1 sends back; nothing at the last step)
    da_t   = dh_t * (1 - h_t²)              through tanh: its derivative is 1 - tanh²
    dx_t   = da_t W_xhᵀ
    dW_xh += x_tᵀ da_t
    dW_hh += h_{t-1}ᵀ da_t
    db    += the sum of da_t over the N examples
    what step t sends back to t - 1:  da_t W_hhᵀ

What step 0 sends back is the gradient of the first state, dh0.

**The shapes.**

    dhs    (T, N, H)   ∂loss/∂h_t through the outputs at step t alone
    x      (T, N, D)   the inputs
    h0     (N, H)      the state before the first step
    hs     (T, N, H)   the states after each step: hs[0] comes after x[0]
    W_xh   (D, H)
    W_hh   (H, H)

**What to write.** A loop over `reversed(range(T))`. The state before step t is `hs[t - 1]`, and `h0` before step 0.

**Where it leads.** The same W_hhᵀ multiplies the gradient at every step back. That is why it vanishes or explodes, why
it is clipped (exercise 16) and why its initialization matters (18), and what an LSTM repairs (19).

Run this file, or `python grader.py bptt`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np


def bptt(dhs, x, h0, hs, W_xh, W_hh):
    """Gradients of the loss through a whole sequence.

    Returns:
        dx:    (T, N, D)
        dh0:   (N, H)
        dW_xh: (D, H)
        dW_hh: (H, H)
        db:    (H,)
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
