# %% [markdown]
"""
# Exercise 18: Where training starts

**The question.** The first weights are random, since nobody knows better. But how large? A unit listens to 100 numbers,
some between -1 and 1, some a bit beyond. It takes tanh of their weighted sum. If the weights are like the numbers, most
units come out of the tanh beyond ±0.99: they are saturated before they have learned anything, and hardly any blame gets
through. If the weights are a thousand times as small, hardly anything of the input gets through. How must a network
begin so that, step after step, neither what goes forward nor what comes back vanishes or explodes?

**The idea.** Keep the size. The size of random numbers is their *variance*: the mean of their squared distances from
the mean. Its root is the spread; NumPy has np.var and np.std for the two. All weights here have a mean of 0, so their
variance is their mean square.

A unit adds up one product for each number that comes in, and their count is called *fan_in*. What is the mean square
of such a sum? In (p + q)² = p² + q² + 2pq the mixed term is as often below 0 as above, so over many draws it averages
to 0, and the squares just add up. Each of them is the square of an input times that of a weight:

    mean square of the sums = fan_in · mean square of the inputs · variance of the weights

**A worked example.** 100 inputs and weights of spread 1, so 100 · 1 · 1 = 100, a spread of 10; and weights of spread
0.1, so 100 · 1 · 0.01 = 1. `rng` is a source of random numbers, and 18 is its seed: the same seed gives the same
numbers.

>>> rng = np.random.default_rng(18)
>>> x = rng.normal(0.0, 1.0, (1000, 100))  # mean, spread, shape
>>> sums = x @ rng.normal(0.0, 1.0, (100, 50))
>>> f"spread {sums.std():.1f}, beyond 0.99 after tanh {np.mean(np.abs(np.tanh(sums)) > 0.99):.0%}"
'spread 10.0, beyond 0.99 after tanh 79%'
>>> f"spread {(x @ rng.normal(0.0, 0.1, (100, 50))).std():.1f}"
'spread 1.0'

So a variance of 1 / fan_in keeps the size. That is the way forward. On the way back each input collects blame from
every unit to which it went. Their count is *fan_out*, and 1 / fan_out would keep the size of the blame. Four ways to
begin are in use:

- Xavier uniform: the variance is 1 over the mean of fan_in and fan_out, a bit wrong both ways. The numbers are uniform,
  from -a to a, each as likely as any other; and such numbers have the variance a² / 3. So which a is it?
- He normal: for a ReLU, which sets the negative half of the sums to 0 and so drops half of their mean square. Now
  1 / fan_in is too little, and what is right? The numbers are normal, as those above: most are near the mean.
- Identity: ones on the diagonal, where row and column have the same number, and zeros elsewhere; in formulas, I. As
  W_hh, with a ReLU, it copies a state from step to step.
- Orthogonal: not only the size on the whole, but the length of every vector is kept. Square matrices that do so are
  called *orthogonal*. Their columns have length 1 and are at right angles to each other, WᵀW = I. Such columns are the
  Q of `Q, R = np.linalg.qr(A)`, for a random A which has as many rows as columns or more. A wide W has more
  columns than can be at right angles. Then its rows have length 1 and are at right angles: WWᵀ = I.

Why random at all? Two units with equal weights, in and out, compute the same. That is called *symmetry*. Ask yourself
what blame the two get, and what they are after a step of learning. A bias may begin at 0 all the same.

**The shapes.** A matrix is (fan_in, fan_out), as in x @ W: what comes in along the rows, what goes out along the
columns. `init_rnn` makes the weights of the cell of exercise 9:

    scheme        W_xh  (D, H)     W_hh  (H, H)     b  (H,)
    "identity"    Xavier uniform   identity         0
    "xavier"      Xavier uniform   Xavier uniform   0
    "he"          He normal        He normal        0
    "orthogonal"  Xavier uniform   orthogonal       0

**What to write.** Four short functions, and `init_rnn`, which calls them; for any other scheme it raises ValueError.
Every random number comes from `rng`, so that the same seed gives the same network and others can repeat what you did:
`rng.uniform(low, high, shape)` and `rng.normal(mean, spread, shape)`.

**What to notice.** When you are done, the curve of exercise 15 is drawn for your beginnings, beside that of a W_hh with
the spectral radius 0.5. (Glorot, whose first name is Xavier, and Bengio, AISTATS 2010; He and others, ICCV 2015; Saxe
and others, ICLR 2014; Le and others, A simple way to initialize recurrent networks of rectified linear units, 2015.)

**Where it leads.** Such networks begin well; what they become is up to learning. `python grader.py train remedies` lets
them learn to finish postcards. Exercise 19 builds a cell that keeps its memory by the way it is made.

Run this file, or `python grader.py initialization`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# 64 units begin with the same weights, in and out. How many different units are there after 1,000 steps? (a number)
different_units = 1  # PREDICTION: equal units get equal blame, and stay equal

# What is the spread of uniform numbers from -6 to 6? (a number)
spread_of_uniform = np.sqrt(6**2 / 3)  # PREDICTION: the root of their variance

# Five steps, each a ReLU after weights of variance 1 / fan_in: how many times as small is the mean square? (a number)
times_as_small = 2**5  # PREDICTION: half is dropped each time


# %%
def identity(fan_in, fan_out):
    """Ones on the main diagonal, zeros elsewhere: (fan_in, fan_out) floats."""
    # BEGIN SOLUTION
    return np.eye(fan_in, fan_out)
    # END SOLUTION


def xavier_uniform(rng, fan_in, fan_out):
    """Uniform numbers with the variance 1 / (mean of fan_in and fan_out): (fan_in, fan_out).

    >>> W = xavier_uniform(np.random.default_rng(0), 300, 500)
    >>> f"{W.var():.4f}"
    '0.0025'
    """
    # BEGIN SOLUTION
    a = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-a, a, (fan_in, fan_out))
    # END SOLUTION


def he_normal(rng, fan_in, fan_out):
    """Normal numbers with the variance that keeps the mean square through a ReLU: (fan_in, fan_out).

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(1000, 400))
    >>> f"{np.mean(np.maximum(x @ he_normal(rng, 400, 400), 0) ** 2):.1f}"
    '1.0'
    """
    # BEGIN SOLUTION
    return rng.normal(0.0, np.sqrt(2 / fan_in), (fan_in, fan_out))
    # END SOLUTION


def orthogonal(rng, fan_in, fan_out):
    """A random matrix with columns of length 1 at right angles, or such rows if there are fewer: (fan_in, fan_out).

    >>> W = orthogonal(np.random.default_rng(0), 2, 2)
    >>> round(float(np.linalg.norm(np.array([3.0, 4.0]) @ W)), 6)
    5.0
    """
    # BEGIN SOLUTION
    tall = rng.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
    Q, R = np.linalg.qr(tall)
    Q = Q * np.sign(np.diag(R))  # makes every orthogonal matrix equally likely
    return Q if fan_in >= fan_out else Q.T
    # END SOLUTION


def init_rnn(rng, D, H, scheme):
    """The weights with which a recurrent cell begins.

    Args:
        scheme: "identity", "xavier", "he" or "orthogonal"; see the table above.

    Returns:
        W_xh: (D, H)
        W_hh: (H, H)
        b:    (H,) zeros

    Raises:
        ValueError: for any other scheme.

    >>> W_xh, W_hh, b = init_rnn(np.random.default_rng(0), D=3, H=2, scheme="identity")
    >>> W_xh.shape, W_hh.tolist(), b.tolist()
    ((3, 2), [[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    """
    # BEGIN SOLUTION
    if scheme == "identity":
        W_xh, W_hh = xavier_uniform(rng, D, H), identity(H, H)
    elif scheme == "xavier":
        W_xh, W_hh = xavier_uniform(rng, D, H), xavier_uniform(rng, H, H)
    elif scheme == "he":
        W_xh, W_hh = he_normal(rng, D, H), he_normal(rng, H, H)
    elif scheme == "orthogonal":
        W_xh, W_hh = xavier_uniform(rng, D, H), orthogonal(rng, H, H)
    else:
        raise ValueError(f"unknown scheme {scheme!r}")
    return W_xh, W_hh, np.zeros(H)
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
