# %% [markdown]
"""
# Exercise 12: Backpropagation through time

**The question.** "Italy is where I grew up, but I now live in Denver. I speak fluent ___", and your network said
*Greek*. The last guess was wrong, and the word that would have helped was the first. How does the blame get from the
end of a sentence to its beginning?

**The idea.** Exercise 11 takes blame back through one step. Unrolled over T steps the network is T of these in a row,
so you go back through one after the other, from the last to the first. This is *backpropagation through time*, BPTT.

One thing is new. Each state had two users: the readout at its own step, and the step that came after. So two streams
of blame meet in h_t, the state after step t. One comes from above; it is given to you, as dhs[t]. The other comes from
the future: it is what step t + 1 sends back to the state that it was given, and we call it the *carry*. At the last
step there is no future, and the carry is 0.

And one thing you know from exercise 6: W_xh, W_hh and b were used at every step. What becomes of the gradient of a
number that is used in many places?

**A worked example.** One unit, two steps, W_xh = 2, W_hh = 0.5, x is 1 and then 3. The state was 0.5 at the start, 0.6
after the first step and 0.8 after the second (made up, so that the squares are easy; do not compute them). The loss
looks at the end only: dhs is 0 and then 1. Read it from the right:

             first step                     second step
    above    dhs[0] = 0                     dhs[1] = 1
    dh       0 + 0.18 = 0.18                1 + 0 = 1
    da       0.18 · (1 - 0.6²) = 0.1152     1 · (1 - 0.8²) = 0.36
    sends    0.1152 · 0.5 = 0.0576          0.36 · 0.5 = 0.18
    to       h0, as dh0                     the first step, as the carry

The gradients of the weights stand below, in the docstring of the function. Try to find dW_hh on paper first: W_hh has
met 0.5 at one step and 0.6 at the other.

**The shapes.** All arrays hold floats.

    dhs    (T, N, H)   the blame from above: ∂loss/∂h_t through the outputs at step t alone
    x      (T, N, D)   the inputs
    h0     (N, H)      the state before the first step
    hs     (T, N, H)   the states after each step: hs[0] comes after x[0]
    W_xh   (D, H)
    W_hh   (H, H)

**What to write.** A loop over `reversed(range(T))`, in it what you wrote in exercise 11, and one variable for the
carry. The state before step t is `hs[t - 1]`, and `h0` before step 0. Each x_t was used at one step, the weights at
all.

**What to notice.** On its way from the end to the first word the blame goes through W_hh and through a tanh at every
step. Your numbers for a whole sentence are shown when you are done, beside those of minigrad, the small engine that
comes with the course: it finds all gradients of any network by itself, when one says `loss.backward()`. (See Werbos,
Backpropagation through time: what it does and how to do it, Proc. IEEE 78(10), 1990.)

**Where it leads.** A book is too long to go back through: exercise 13. How much of the blame arrives is measured in 15,
and 16 to 20 do something about it.

Run this file, or `python grader.py bptt`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# In the example, dhs is 1 and then 0 instead. What is da of the second step? (a number)
second_da = ...

# In the example, dhs is 1 and then 1 instead. What is dh of the first step? (a number)
first_dh = ...

# In the example, W_hh is 0 instead, with the same states. What is dh0? (a number)
dh0_without_W_hh = ...


# %%
def bptt(dhs, x, h0, hs, W_xh, W_hh):
    """Gradients of the loss through a whole sequence.

    Returns:
        dx:    (T, N, D)
        dh0:   (N, H)
        dW_xh: (D, H)
        dW_hh: (H, H)
        db:    (H,)

    All are new arrays; the arguments stay as they are.

    >>> x, hs, dhs = (np.array(values).reshape(2, 1, 1) for values in ([1.0, 3.0], [0.6, 0.8], [0.0, 1.0]))
    >>> back = bptt(dhs, x, np.array([[0.5]]), hs, W_xh=np.array([[2.0]]), W_hh=np.array([[0.5]]))
    >>> [gradient.ravel().round(4).tolist() for gradient in back]
    [[0.2304, 0.72], [0.0576], [1.1952], [0.2736], [0.4752]]
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
