# %% [markdown]
"""
# Exercise 22: Two things to carry

**The question.** "I grew up in France, but I now live in Denver. I speak fluent ___", and your LSTM said *Greek*. There
is one error, at the very end. Sixteen tokens were read, and at each of them four parts of the cell have acted. Which
word gets the blame, and how much of it gets back as far as *France*?

**The idea.** This is exercise 12 with the step of exercise 21: from the last word to the first, one step back at a
time. There a step sent one thing to the step before it, the carry. Here it sends *two carries*, dh_prev and dc_prev,
since it was given two states. Each meets what else is known of its state.

Take the states after step t. h_t was shown: a readout may have looked at it, and for that you are given dhs[t], as in
exercise 12. The next step has used h_t too, in the sums of its gates, and for that it sends back the carry of h. So the
two meet, and

    dh = dhs[t] + the carry of h

c_t is a notebook that nobody outside the cell looks into. There is no dcs[t]. What comes for it from later is the
other carry alone:

    dc = the carry of c

c_t was also shown, as h_t. Your exercise 21 takes care of that: there dh and dc meet within the step.

There is one exception, after the last step. Somebody may have read on from the last two states, hs[-1] and cs[-1]. If
no cut stops it there (exercise 13), blame comes back to both of them. Blame for the last h can simply be in dhs[-1].
For the last c you are given dc_T. If nobody read on, or if there is a cut, it is 0.

**A worked example.** One unit, two steps. To see the notebook alone all weights are 0, so that no blame gets to the
step before by way of h. (The gates are made up: do not compute them.) The forget gate was 0.5 and then 0.9; dhs is 0
and 0, and dc_T is 1. From the right:

              first step            second step
    dh        0 + 0 = 0             0 + 0 = 0
    dc        0.9                   1
    sends     0.9 · 0.5 = 0.45      1 · 0.9 = 0.9
    to        c0, as dc0            the first step, as the carry of c

0.45 is what exercise 20 said of such gates: along the direct path, from the last cell state to c0, they multiply. With
weights that are not 0 there are other roads as well: c_t moves h_t, and h_t moves all gates and the candidate of the
next step. You need not count these roads: each step adds up what has met there, and sends it on.

**The shapes.** All arrays hold floats.

    dhs    (T, N, H)    the blame from above: ∂loss/∂h_t through the outputs at step t alone
    dc_T   (N, H)       the blame for the last cell state by whoever used it after these T steps
    x      (T, N, D)    the inputs
    h0, c0 (N, H)       the two states before the first step
    hs, cs (T, N, H)    the two states after each step: hs[0] and cs[0] come after x[0]
    gates  (T, N, 4H)   i, f, g, o of each step, side by side, after their σ or tanh
    W_xh   (D, 4H)
    W_hh   (H, 4H)

**What to write.** `lstm_cell_backward` of exercise 21 stands in the file already; you may put your own in its place.
The loop is yours: where each of the two carries begins, which two states step t was given, and which of the
results are shares of a sum. They are returned as in exercise 12, with dc0 after dh0: dx, dh0, dc0, dW_xh, dW_hh, db.

**What to notice.** When you are done, you will see the blame on each word of the question, beside that of minigrad's
`loss.backward()`. The gates are set by hand there, so that much of it gets as far back as *France*. (The first to send
blame all the way back through an LSTM were Graves and Schmidhuber, Framewise phoneme classification with bidirectional
LSTM, Neural Networks 18, 2005; before them blame followed only the direct path all the way, and was cut off elsewhere.)

**Where it leads.** Exercise 23 asks whether a cell needs three gates and two states. And now you have all that is
needed to train an LSTM.

Run this file, or `python grader.py lstm_bptt`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# In the example one more step stands before the two, with a forget gate of 0.8. What is dc0? (a number)
dc0_of_three_steps = 0.36  # PREDICTION: one more factor along the direct path

# There are 50 steps. In how many of them does dc_T enter directly? (a number)
steps_that_take_dc_T = 1  # PREDICTION: at the last only; from there on the carry brings it

# dhs is 0 at each step, and dc_T is not. The weights are any weights. Is dW_hh 0 for sure? (yes or no)
dW_hh_is_zero = "no"  # PREDICTION: c_T was made by gates, and these were made with W_hh


# %%
def lstm_cell_backward(dh, dc, x, h, c, gates, c_next, W_xh, W_hh):
    """One step back: dx, dh_prev, dc_prev, dW_xh, dW_hh, db. This is exercise 21."""
    H = h.shape[1]
    i, f, g, o = np.split(gates, 4, axis=1)
    shown = np.tanh(c_next)
    dc_total = dc + dh * o * (1 - shown**2)
    slopes = gates * (1 - gates)
    slopes[:, 2 * H : 3 * H] = 1 - g**2
    da = slopes * np.concatenate([dc_total * g, dc_total * c, dc_total * i, dh * shown], axis=1)
    return da @ W_xh.T, da @ W_hh.T, dc_total * f, x.T @ da, h.T @ da, da.sum(axis=0)


def lstm_bptt(dhs, dc_T, x, h0, c0, hs, cs, gates, W_xh, W_hh):
    """Gradients of the loss through a whole sequence that an LSTM has read.

    Returns:
        dx:    (T, N, D)
        dh0:   (N, H)
        dc0:   (N, H)
        dW_xh: (D, 4H)
        dW_hh: (H, 4H)
        db:    (4H,)

    All are new arrays; the arguments stay as they are.

    The example, and what the gates are blamed for there:

    >>> one, gates = np.ones((1, 1)), np.array([[[0.5, 0.5, 0.8, 0.25]], [[0.5, 0.9, -0.8, 0.25]]])
    >>> cs = np.array([1.4, 0.86]).reshape(2, 1, 1)
    >>> hs = 0.25 * np.tanh(cs)
    >>> read = dict(dhs=0 * hs, dc_T=one, x=np.ones((2, 1, 1)), h0=0 * one, c0=2 * one, hs=hs, cs=cs, gates=gates)
    >>> dx, dh0, dc0, dW_xh, dW_hh, db = lstm_bptt(**read, W_xh=np.zeros((1, 4)), W_hh=np.zeros((1, 4)))
    >>> dh0.tolist(), dc0.tolist(), db.round(4).tolist()
    ([[0.0]], [[0.45]], [-0.02, 0.576, 0.342, 0.0])

    And with weights, where the other road is open:

    >>> dx, dh0, dc0, dW_xh, dW_hh, db = lstm_bptt(**read, W_xh=np.ones((1, 4)), W_hh=np.ones((1, 4)))
    >>> dx.ravel().round(4).tolist(), dh0.round(4).tolist(), dc0.round(4).tolist()
    ([0.8146, 0.106], [[0.8146]], [[0.4529]])
    """
    # BEGIN SOLUTION
    dx, db = np.zeros(x.shape), np.zeros(W_xh.shape[1])
    dW_xh, dW_hh = np.zeros(W_xh.shape), np.zeros(W_hh.shape)
    carry_h, carry_c = np.zeros(h0.shape), dc_T
    for t in reversed(range(len(x))):
        h_prev = hs[t - 1] if t > 0 else h0
        c_prev = cs[t - 1] if t > 0 else c0
        dh, dc = dhs[t] + carry_h, carry_c
        back = lstm_cell_backward(dh, dc, x[t], h_prev, c_prev, gates[t], cs[t], W_xh, W_hh)
        dx[t], carry_h, carry_c = back[:3]
        dW_xh += back[3]
        dW_hh += back[4]
        db += back[5]
    return dx, carry_h, carry_c, dW_xh, dW_hh, db
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
