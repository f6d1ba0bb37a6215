# %% [markdown]
"""
# Exercise 31: Where did you look?

**The question.** "3 march 2021" becomes "2021-03-03". You have written "2021-", and now comes "03". Which letters of
the source did you look at? You looked back, at "march", and nowhere else. The decoder of exercise 30 cannot look back:
all that it ever gets is one state, the last of the encoder. How can it look?

**The idea.** The encoder had a state after each letter, and all but the last were thrown away. Keep them, and let the
decoder choose among them, anew for each letter that it writes. That is *attention*.

It is a look-up. In a Python dictionary such as {"day": 3, "month": "march", "year": 2021} you ask with a word, the
*query*. It is compared with each *key*, and where the two are equal, there is the *value*. Say it in numbers: each key
has a weight, 1 if it equals the query and 0 if not, and what comes out is the sum of all values, each times its weight.
Nothing of this can be learned, for equality has no slope: a query that is nearly right gets nothing. So make it soft,
in two places.

In place of "equal or not" let queries and keys be vectors of d numbers, and say how well two of them fit: the *score*
is the sum of their products, q_1 k_1 + ... + q_d k_d. It is large where they point the same way. And the weights need
not be 1 and 0. They should be positive and add up to 1 for each query, with most for the key that fits best, and you
have a function that makes such numbers of scores. They are the *attention weights*, and the result is the mean of the
values with these weights. A key that fits badly has a little of it, too, so blame gets through to all of them.

Who makes the vectors? The state of the decoder, times weights that are learned, is the query; the states of the
encoder, times others, are the keys and the values. Here they are there already.

**One number is missing.** A score is a sum of d products, so long vectors have scores that are far apart. Here the
numbers of q and k have the variance 1. Beside each d stands the spread of q · k, which is the root of its variance:

>>> rng = np.random.default_rng(31)
>>> for d in (4, 64, 256):
...     q, k = rng.normal(size=(2, 4000, d))
...     print(d, round(np.std(np.sum(q * k, axis=1))))
4 2
64 8
256 16

With a spread of 16 one key has nearly all the weight from the beginning, whatever it is, and no blame gets through. So
each score is divided by a number, so that the spread is 1 whatever d is. Which one?

**Who may be looked at.** A short source is filled up, and nobody should look at the filler. The mask is True where a
query may look at a key. Where it is False, the weight is 0, and the other weights are what they would be if this key
were not there at all. A query that may look at nothing has the weights 0, and the result 0.

**A worked example.** A query (1, 0), and three keys. So d is 2. Divided means: by the number that you have to find.

    keys       (1, 0)    (0, 1)   (-1, 0)
    scores      1         0        -1
    divided     0.707     0        -0.707
    weights     0.576     0.284     0.140
    values     10        20        30              result    5.76 + 5.68 + 4.20 = 15.64

If the third key may not be looked at, the weights are 0.670, 0.330 and 0, and the result is 13.30.

**The shapes.**

    q         (..., Tq, d)    Tq queries
    k         (..., Tk, d)    Tk keys
    v         (..., Tk, e)    a value for each key
    mask      (..., Tq, Tk)   True where a query may look at a key; each example has one of its own
    weights   (..., Tq, Tk)   a row for each query
    result    (..., Tq, e)

The dots are axes of examples that know nothing of each other, such as the N of a batch. There may be one such axis, or
several, or none. So this chapter has the examples first, (N, T, H), and not the time, as (T, N, H) had it in all
chapters before. There time came first because it was a loop. Attention has no loop: all queries ask at once, and `@`
multiplies what stands in the last two axes. np.swapaxes exchanges two axes.

**What to write.** One function without a loop. Scores may be 10,000, those that do not count too, and no NaN may come
of it; think of exercise 8. Your lines are to take Tensors as they take arrays, as in exercise 25, so that minigrad
finds the way back, without a NaN there as well. The grader tries that, too. (With exercise 8 you could derive it, and
need not.) So mind one thing: the scores are a Tensor then, and its entries cannot be set, since the way back needs what
stood there. So `scores[~mask] = ...` is an error (~ turns True into False). `np.where(condition, a, b)` makes new
scores: it takes a where the condition is True, and b elsewhere. You may write into arrays of your own that are no
Tensors. `scores -= ...` is allowed: of a Tensor it makes a new one.

**What to notice.** Nothing is handed on from step to step here, and so nothing fades on its way. A letter a thousand
steps away is as near as the next one. That has a price: Tq times Tk scores. And the weights can be looked at, as you
will see when you are done. (Bahdanau, Cho and Bengio, Neural machine translation by jointly learning to align and
translate, 2015; the division is from Vaswani et al., Attention is all you need, 2017.)

**Where it leads.** Here one text asks another. In exercise 32 a text asks itself.

Run this file, or `python grader.py attention`, to see how you do.
"""

# %%
# May import: minigrad, numpy, the standard library
import numpy as np

from minigrad import Tensor

# %%
# Before you write code, predict: put your answers in place of the dots.

# Three keys are equal, and their values are 10, 20 and 60. The third may not be looked at. What is the result? (a
# number)
equal_keys = 15  # PREDICTION: the mean of those that may be looked at

# 5 is added to all scores of a query. What becomes of its weights: are they sharper (more for the best key), softer, or
# the same? (sharper, softer or same)
five_more = "same"  # PREDICTION: softmax sees differences only

# All numbers of a query that fits one key best are doubled. What becomes of its weights? (sharper, softer or same)
longer_query = "sharper"  # PREDICTION: all scores are doubled, and so are their differences


# %%
def attention(q, k, v, mask):
    """For each query the mean of the values, weighted by how well its keys fit.

    Args:
        q: (..., Tq, d), the queries
        k: (..., Tk, d), the keys
        v: (..., Tk, e), their values
        mask: (..., Tq, Tk), True where a query may look at a key

    Returns:
        result:  (..., Tq, e)
        weights: (..., Tq, Tk); each row adds up to 1, or is 0 if the query may look at nothing

    Both are new; the arguments stay as they are.

    >>> q, k = np.array([[1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    >>> v = np.array([[10.0], [20.0], [30.0]])
    >>> result, weights = attention(q, k, v, np.array([[True, True, False]]))
    >>> result.round(2).tolist(), weights.round(3).tolist()
    ([[13.3]], [[0.67, 0.33, 0.0]])
    """
    # BEGIN SOLUTION
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    scores = np.where(mask, scores, -np.inf)
    highest = np.max(scores, axis=-1, keepdims=True)
    powers = np.exp(scores - np.where(highest == -np.inf, 0.0, highest))
    sums = np.sum(powers, axis=-1, keepdims=True)
    weights = powers / np.where(sums == 0, 1.0, sums)
    return weights @ v, weights
    # END SOLUTION


# %%
# Tensors cannot travel between the grader and your file, but numbers can. These lines make Tensors of them, and take
# the way back through your function. With requires_grad a Tensor gets a gradient, as a Parameter does. Leave them as
# they are.


def gradients(dout, q, k, v, mask):
    """The blame of q, k and v, if that of the result is dout."""
    tensors = [Tensor(numbers, requires_grad=True) for numbers in (q, k, v)]
    result, _ = attention(*tensors, mask)
    if isinstance(result, Tensor):
        np.sum(dout * result).backward()
    return [np.zeros(t.shape) if t.grad is None else t.grad for t in tensors]


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
