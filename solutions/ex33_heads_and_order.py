# %% [markdown]
"""
# Exercise 33: Many questions, and the order of words

**The question.** "not good , bad ." and "not bad , good ." The self-attention of exercise 32 reads both, and what it
finds for the full stop is the same, number for number. You had that in exercise 2: a bag of words. Who took the order
away, and who gives it back?

**The idea: heads.** A word has more than one question. "this evening I took my cat for a ___": the blank needs the
animal, and it needs to know that *for a* stands right before it. But a word has one query, and its weights add up to 1.
If it looks at two places with one half each, it gets the mean of two values, a bit of both. So ask several questions at
once. Each has queries, keys and values of its own, and a softmax of its own; that is a *head*.

Heads are cheap. W_q is one matrix as before, here (D, D), and so are W_k and W_v. The D columns of a query are cut into
blocks, side by side: with 2 heads the first half of the columns is the query of head 0, and the second half that of
head 1. In the same way the keys and the values are cut. Each head does what exercise 31 does, with what is its own.
What they have found is laid side by side again, D numbers for each word; and one more matrix, W_o, makes the result of
these, since what comes next may depend on what two heads have found together.

**A worked example.** Two words, (1, 2) and (3, 4), and two heads, of one column each. A column is what a head has; and
each head wants to see all words:

    words     [[1, 2], [3, 4]]
    heads     [[[1], [3]], [[2], [4]]]      head 0 has the first column of both words
    and not   [[[1], [2]], [[3], [4]]]      here head 0 has all of the first word, and nothing of the second

The last two are arrays of the same shape, two heads of two words of one number, and no error tells them apart. Exercise
31 looks at the last two axes, and takes all before them as it takes a batch. So if heads stand before words, it needs
no change: to it, heads are further sentences.

**The idea: order.** A score is made of one query and one key, and a result is a sum over words. Nothing in it asks for
places: exchange two words, and the same numbers are added in another order. Only the mask knows what comes earlier. But
the full stop sees all of its review, and so it sees a bag.

Let each word say where it stands. To its embedding is added a *position code*, D numbers of the place alone. The place
itself would not do: at word 500 it would drown the word. So take the hand of a clock, which turns by 1 (in radians)
with each word. At place t it points to sin t and cos t, which are never larger than 1. But it goes round and
round: after 44 words it has gone round seven times, and place 44 looks like place 0. A clock has an answer to that: an
hour hand. So the code has D/2 hands, with two columns for each, first its sine and then its cosine. Number them from 0.
Hand 0 turns by 1 with each word, and from one hand to the next the turn shrinks by the same factor. The code has hands
0 to D/2 - 1, and the factor is the one with which a hand D/2 would turn by 1/10,000.

For D = 4 there are hands 0 and 1. Hand 2, which the code does not have, would turn by 1/10,000; so the factor is 1/100,
and at place 3 the code is sin 3, cos 3, sin 0.03, cos 0.03. What is the factor for D = 6, or for any D?

Why hands? To go three words back is to turn each hand back by three times its step, from wherever it stands. This is
the same matrix at every place, and a matrix is something that W_q can learn.

**The shapes.** Before the last axes there may be none or several, as in exercise 31; `...` stands for these.

    x                    (..., T, D)          T words
    W_q W_k W_v W_o      (D, D)
    split_heads(x)       (..., heads, T, D/heads)
    merge_heads(of it)   (..., T, D)          as it was
    result, weights      (..., T, D)    (..., heads, T, T)
    positions            (T, D)               D is even

**What to write.** Four functions; `attention` (31) and `causal_mask` (32) are there. reshape cuts an array as its
numbers lie in memory, and moves none. Which axis has to be cut, and which one has to move? `merge_heads` takes the two
steps back. As in exercise 31, let NumPy make new arrays, or views of old ones, and write into none. So Tensors go
through these functions as well: you will need that at the end.

**What to notice.** You will see two heads of yours ask two questions about one blank. And then finish the postcard, as
at the ends of chapters 1 to 4: `python grader.py train attention`. That is 2,400 steps, which take a minute or two. The
network is hardly more than this file, and has fewer weights than your recurrent one. What does it know, at which
distances, and what does it know without positions?

**Where it leads.** Out of this course. "Attention is all you need" (Vaswani and others, 2017) can be read now: its
section 3.2 is exercises 31 to 33, and 3.5 is your clock. What it has besides is less than you have done. x is added to
what attention finds, which makes a road for blame as in exercise 20; the network below does that already. Each word
goes through a layer with ReLUs, numbers are kept to a usual size, and all of this is stacked, as in exercise 24.

Run this file, or `python grader.py heads_and_order`, to see how you do.
"""

# %%
# May import: minigrad, numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# D is 12, and there are 3 heads. How many numbers do W_q, W_k, W_v and W_o hold together? (a number)
numbers_with_3_heads = 4 * 12 * 12  # PREDICTION: heads share the columns out among them, there are no more of them

# One head of 8 columns, or 8 heads of 1 column, and the same four matrices. Is the result the same? (yes or no)
same_result = "no"  # PREDICTION: each head has a softmax of its own

# "not good , bad ." and "not bad , good .", causal and without positions. At how many of the 5 words is what comes out
# the same in both reviews? (a number)
alike = 2  # PREDICTION: the first word sees itself alone, and the full stop sees the same words


# %%
def attention(q, k, v, mask):
    """For each query the mean of the values, and its weights: (..., Tq, e), (..., Tq, Tk). This is exercise 31."""
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    scores = np.where(mask, scores, -np.inf)
    highest = np.max(scores, axis=-1, keepdims=True)
    powers = np.exp(scores - np.where(highest == -np.inf, 0.0, highest))
    sums = np.sum(powers, axis=-1, keepdims=True)
    weights = powers / np.where(sums == 0, 1.0, sums)
    return weights @ v, weights


def causal_mask(T):
    """(T, T), True where a word may look: at itself, and at those before it. This is exercise 32."""
    return np.tri(T, dtype=bool)


def split_heads(x, heads):
    """The columns of each word, shared out among heads.

    Args:
        x: (..., T, D)
        heads: how many there are; D is a multiple of it.

    Returns:
        (..., heads, T, D/heads): head 0 has the first columns of every word, head 1 the next, and so on.

    >>> split_heads(np.array([[1.0, 2.0], [3.0, 4.0]]), heads=2).tolist()
    [[[1.0], [3.0]], [[2.0], [4.0]]]
    """
    # BEGIN SOLUTION
    *before, T, D = x.shape
    return np.swapaxes(np.reshape(x, (*before, T, heads, D // heads)), -2, -3)
    # END SOLUTION


def merge_heads(x):
    """The columns of all heads, side by side again: the inverse of split_heads.

    Args:
        x: (..., heads, T, d)

    Returns:
        (..., T, heads * d): first the columns of head 0, then those of head 1, and so on.

    >>> merge_heads(np.array([[[1.0], [3.0]], [[2.0], [4.0]]])).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    # BEGIN SOLUTION
    *before, heads, T, d = x.shape
    return np.reshape(np.swapaxes(x, -2, -3), (*before, T, heads * d))
    # END SOLUTION


def multi_head(x, W_q, W_k, W_v, W_o, heads, causal):
    """Self-attention with several heads.

    Args:
        x: (..., T, D)
        W_q, W_k, W_v, W_o: (D, D)
        heads: how many there are.
        causal: whether each word sees only itself and those before it; if not, it sees all.

    Returns:
        result:  (..., T, D), what all heads have found, side by side, times W_o
        weights: (..., heads, T, T), of each head: row t is how much the word at t looks at each

    All queries and keys are 0, so each word looks at all that it sees alike:

    >>> x, one, nothing = np.array([[3.0, 30.0], [6.0, 60.0], [9.0, 90.0]]), np.eye(2), np.zeros((2, 2))
    >>> result, weights = multi_head(x, nothing, nothing, one, one, heads=2, causal=True)
    >>> result.tolist(), weights.shape
    ([[3.0, 30.0], [4.5, 45.0], [6.0, 60.0]], (2, 3, 3))
    """
    # BEGIN SOLUTION
    T = x.shape[-2]
    q, k, v = (split_heads(x @ W, heads) for W in (W_q, W_k, W_v))
    mask = causal_mask(T) if causal else np.ones((T, T), dtype=bool)
    found, weights = attention(q, k, v, mask)
    return merge_heads(found) @ W_o, weights
    # END SOLUTION


def positions(T, D):
    """The position codes of the places 0 to T - 1.

    Args:
        D: an even number, of columns.

    Returns:
        (T, D): in each row, for one hand after the other, its sine and its cosine.

    Two hands for D = 4, and three for D = 6, here at place 3:

    >>> positions(4, 4).round(3)
    array([[ 0.   ,  1.   ,  0.   ,  1.   ],
           [ 0.841,  0.54 ,  0.01 ,  1.   ],
           [ 0.909, -0.416,  0.02 ,  1.   ],
           [ 0.141, -0.99 ,  0.03 ,  1.   ]])
    >>> positions(4, 6)[3].round(3)
    array([ 0.141, -0.99 ,  0.139,  0.99 ,  0.006,  1.   ])
    """
    # BEGIN SOLUTION
    steps = 10_000.0 ** (-np.arange(0, D, 2) / D)
    angles = np.arange(T)[:, None] * steps
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(T, D)
    # END SOLUTION


# %%
# The network of `python grader.py train attention`. Tensors (exercise 25) go through your functions, so nobody has to
# derive anything. Leave these lines as they are.


def logits(ids, weights, heads, ordered):
    """The logits of a network for the words that come next: (N, T, V) for ids (N, T); with codes if `ordered`."""
    E, W_q, W_k, W_v, W_o, W_y, b_y = weights
    x = E[ids]
    if ordered:
        x = x + positions(*x.shape[-2:])
    found, _ = multi_head(x, W_q, W_k, W_v, W_o, heads, causal=True)
    return (x + found) @ W_y + b_y


def gradients(ids, targets, counts, weights, heads, ordered):
    """The mean surprise at those targets (N, T) which count, and its gradients."""
    from minigrad import Tensor, functional

    tensors = [Tensor(w, requires_grad=True) for w in weights]
    said = logits(ids, tensors, heads, ordered)
    loss = functional.cross_entropy(said[counts], targets[counts])
    loss.backward()
    return loss.item(), [t.grad for t in tensors]


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
