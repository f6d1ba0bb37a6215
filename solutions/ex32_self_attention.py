# %% [markdown]
"""
# Exercise 32: A text that asks itself

**The question.** "I took my cat for a walk, and it was long." "I took my cat for a walk, and it was happy." Who is
*it*? You looked back, once at *walk* and once at *cat*. In exercise 31 a decoder looked back at a source. Here there is
one text, and one of its words wants to look at the others. Whom does it ask?

**The idea.** It asks the text that it is part of. Each word has a query, and each word has a key and a value; all are
made of the same text x, where row t is the vector of word t. This is *self-attention*, and it is exercise 31, with one
question left: how are q, k and v made of x?

Try x itself for all three. Then the score of two words is the product of their vectors, which has two faults. It is
large for a word and itself, so of vectors that are equally long each looks most of all at itself, and that it knows
already. And it is the same both ways: the score of *it* for *cat* is that of *cat* for *it*. But *it* needs somebody,
and *cat* needs nobody.

So a word has three parts to play: what it looks for, by what it is found, and what it tells. Each is made of its vector
by a matrix of its own, and the three matrices are learned. The queries are q = x W_q. You know what such a product is
from exercise 9; it makes a new vector of each word, and all words share the matrix.

**A worked example.** The vector of a word says whether it stands for somebody, and whether it is an animal: *cat* is
(0, 1), *sleeps* is (0, 0), *it* is (1, 0). Let W_q be the column (2, 0), and W_k the column (0, 1). Then the queries of
the three words are 0, 0, 2, and their keys 1, 0, 0. The scores of *it* are 2, 0, 0, and its weights:

>>> powers = np.exp([2, 0, 0])
>>> (powers / powers.sum()).round(2).tolist()
[0.79, 0.11, 0.11]

It has found its cat. The scores of *cat* are 0, 0, 0: it looks for nobody, and so it gets the mean of all.

**Who may look at whom.** If the whole text is there, as for a translation, each word may look at all of them. But a
network that writes is taught by the text itself, as in exercise 27: at word t it has to guess word t + 1. All T guesses
are made at once, so the answers stand in x, one row further on. A network that may look at them learns to copy. Its
loss falls to nothing, and when it is to write, there is nothing to copy. The recurrent network could not do that, for
it had not read them yet. Here a mask has to forbid it. Self-attention is *causal* if no word looks at a later one.

**Another example.** Take three words, 3, 6 and 9, with one number each, and let all queries be 0. All scores are alike
then, so each word gets the mean of what it sees; and let W_v be 1:

    all see all    6     6      6
    causal         3     4.5    6

**The shapes.** As in exercise 31 there may be axes before the last two, for examples that know nothing of each other.

    x          (..., T, D)
    W_q, W_k   (D, d)
    W_v        (D, e)
    mask       (T, T)         row t belongs to the query of word t, column s to the key of word s
    weights    (..., T, T)
    result     (..., T, e)    for each word what it has found

**What to write.** Two functions; `attention` (exercise 31) is there, and divides the scores. `causal_mask` is of True
and False, and True means what it meant there. (The numbers 1 and 0 are no mask: ~ turns True into False, and 1 into
-2.) `self_attention` is causal only if it is asked to be. One mask does for all examples.

**What to notice.** What a causal network has found for a word stays as it is, however the text goes on. So all T
guesses can be learned from in one go, and no step waits for the step before, as it did in every network from exercise 9
on. You will see who sees whom, as your function draws it.

**Where it leads.** A word may ask one question here, and has more of them. And something is missing that a recurrent
network has without being told: the second prediction is about it. Exercise 33 mends both.

Run this file, or `python grader.py self_attention`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# Causal self-attention, and a text of 6 words. The fourth of them is exchanged for another word. For how many of the 6
# may another result come out? (a number)
may_change = 3  # PREDICTION: the fourth itself, and the two after it

# All see all. The words of a text are put into another order. What becomes of the results? (same: at each place stands
# what stood there before; moved: each word takes its result along to its new place; new: they are other numbers)
other_order = "moved"  # PREDICTION: a sum over all words does not know their order

# A text is twice as long. How many times as many scores are made? (a number)
times_as_many = 4  # PREDICTION: twice as many queries, and each asks twice as many keys


# %%
def attention(q, k, v, mask):
    """For each query a mean of the values, and the weights in it: (..., Tq, e), (..., Tq, Tk). This is exercise 31.

    Args:
        q, k, v: (..., Tq, d), (..., Tk, d) and (..., Tk, e).
        mask: (Tq, Tk), or one for each example, (..., Tq, Tk): True where a query may look at a key.
    """
    scores = np.where(mask, q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1]), -np.inf)
    highest = np.max(scores, axis=-1, keepdims=True)
    powers = np.exp(scores - np.where(highest == -np.inf, 0.0, highest))
    sums = np.sum(powers, axis=-1, keepdims=True)
    weights = powers / np.where(sums == 0, 1.0, sums)
    return weights @ v, weights


def causal_mask(T):
    """The mask of a text of T words: row t says at which words word t may look. It may look at no later one.

    Returns:
        mask: (T, T), an array of True and False.
    """
    # BEGIN SOLUTION
    return np.tri(T, dtype=bool)
    # END SOLUTION


def self_attention(x, W_q, W_k, W_v, causal):
    """The result of the attention that each word of a text pays to that text.

    Args:
        x: (..., T, D), a vector for each word
        W_q, W_k: (D, d)
        W_v: (D, e)
        causal: True if no word may look at a later one; False if all may look at all.

    Returns:
        result:  (..., T, e)
        weights: (..., T, T), in row t how much word t looks at each

    Both are new; the arguments stay as they are.

    >>> x, nothing, one = np.array([[3.0], [6.0], [9.0]]), np.zeros((1, 1)), np.ones((1, 1))
    >>> result, weights = self_attention(x, nothing, nothing, one, causal=True)
    >>> result[:, 0].tolist(), weights[1].tolist()
    ([3.0, 4.5, 6.0], [0.5, 0.5, 0.0])
    """
    # BEGIN SOLUTION
    T = x.shape[-2]
    q = x @ W_q
    k = x @ W_k
    v = x @ W_v
    mask = causal_mask(T) if causal else np.ones((T, T), dtype=bool)
    return attention(q, k, v, mask)
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
