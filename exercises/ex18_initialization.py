# %% [markdown]
"""
# Exercise 18: Where training starts

**The idea.** Before the first step of training, the weights decide how large activations and gradients are. Too small
and they fade on their way through the layers, too large and they blow up. A recurrent network multiplies by the same
W_hh at every step, so it is the most sensitive of all.

**The formulas.** A matrix has fan_in rows (how many numbers come in) and fan_out columns (how many go out), as in
`x @ W`.

    identity         ones on the diagonal, zeros elsewhere. With a ReLU and no input, the state is copied from step to
                     step.
                     (Le, Jaitly and Hinton, A simple way to initialize recurrent networks of rectified linear
                     units, 2015)
    Xavier uniform   uniform in [-a, a] with a = sqrt(6 / (fan_in + fan_out)). Its variance 2 / (fan_in + fan_out) keeps
                     signals (forward) and gradients (backward) about the same size.
                     (Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks,
                     AISTATS 2010, equation 16)
    He normal        normal, mean 0, variance 2 / fan_in. Twice 1 / fan_in, because a ReLU drops half of the signal.
                     (He, Zhang, Ren and Sun, Delving deep into rectifiers, ICCV 2015, equation 10)
    orthogonal       a random matrix with orthonormal columns: WᵀW = I. If it has more columns than rows, its rows are
                     orthonormal instead: WWᵀ = I. A square one changes no vector's length.
                     (Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear
                     neural networks, ICLR 2014)

**What to write.** Four small functions, and one that makes the weights of a whole cell:

    init_rnn(rng, D, H, scheme)  ->  W_xh (D, H), W_hh (H, H), b (H,)

    scheme        W_xh             W_hh
    "identity"    Xavier uniform   identity
    "xavier"      Xavier uniform   Xavier uniform
    "he"          He normal        He normal
    "orthogonal"  Xavier uniform   orthogonal

The bias is zero in all of them. Any other scheme is a ValueError.

All randomness comes from `rng`, a `np.random.Generator`: `rng.uniform(low, high, shape)` and
`rng.normal(mean, std, shape)`. Then the same seed gives the same network, and an experiment can be repeated.

For the orthogonal matrix, `np.linalg.qr` of a random tall matrix gives a Q with orthonormal columns.

**Where it leads.** The same cell, trained from these different starts, learns to look back over very different
distances. The LSTM of exercise 19 depends on its start far less.

Run this file, or `python grader.py initialization`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np


def identity(fan_in, fan_out):
    """Ones on the main diagonal, zeros elsewhere: (fan_in, fan_out) floats."""
    # YOUR CODE HERE
    raise NotImplementedError


def xavier_uniform(rng, fan_in, fan_out):
    """Uniform in [-a, a] with a = sqrt(6 / (fan_in + fan_out)): (fan_in, fan_out)."""
    # YOUR CODE HERE
    raise NotImplementedError


def he_normal(rng, fan_in, fan_out):
    """Normal with mean 0 and variance 2 / fan_in: (fan_in, fan_out)."""
    # YOUR CODE HERE
    raise NotImplementedError


def orthogonal(rng, fan_in, fan_out):
    """A random matrix with orthonormal columns, or rows if there are fewer of them: (fan_in, fan_out)."""
    # YOUR CODE HERE
    raise NotImplementedError


def init_rnn(rng, D, H, scheme):
    """The parameters of a recurrent cell.

    Args:
        scheme: "identity", "xavier", "he" or "orthogonal"; see the table above.

    Returns:
        W_xh: (D, H)
        W_hh: (H, H)
        b:    (H,) zeros

    Raises:
        ValueError: for any other scheme.
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
