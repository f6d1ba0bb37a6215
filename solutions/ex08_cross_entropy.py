# %% [markdown]
"""
# Exercise 8: How surprised was it?

**The question.** "I grew up in France. I speak fluent": a network thinks the next word is Polish with the chance 1/2,
French with 1/4, Greek with 1/4. It is French. How wrong was the network? The answer should be one number, and it should
have a gradient.

**The idea.** Look only at the chance p that it gave to the *target*, the word that really came. Its surprise is -ln p:
nothing at p = 1, where it was sure and right, ln 2 = .69 at 1/2, and without end as p falls to 0. Why a logarithm? The
chances of the words of a text multiply (exercise 0), so their surprises add up. The mean surprise is the loss that all
networks of this course learn by, the *cross-entropy*. And e to this loss is the perplexity.

A network does not give probabilities. The sums x W + b that come last may be of any size and sign; as scores of the
words they are called *logits*, and here z. *Softmax* makes probabilities of them: e to each score, which is positive,
divided by their sum, so that they add up to 1.

    p_k = e^z_k / (the sum over j of e^z_j)

It may be that not every answer counts. Say a short text was filled up to the length of a long one: what the network
guesses at the filler is of no interest. The *mask* says which rows count, and the loss is the mean over those.

**Two steps to begin with.** First, add a number c to all logits of a row. Since e^(z+c) = e^z e^c, each power gets the
same factor e^c, and so does their sum. It cancels: only differences of logits count. That is a freedom which you need,
for e¹⁰⁰⁰ is more than a float can hold, and e⁻¹⁰⁰⁰ is 0. Move each row so that none of its powers overflows and their
sum is not 0.

Second, the surprise is -ln p = (ln of the sum over j of e^z_j) - z_target. How does its first part change with z_k? By
the chain rule: the slope of ln at the sum, 1 / sum, times the slope of the sum, e^z_k. That is p_k. The slope of the
second part is left to you: in which z_k does it stand?

**A worked example.** French, Polish and Greek have the logits 0, ln 2, 0. Their powers are 1, 2, 1, so the
probabilities are 1/4, 1/2, 1/4. The target is French, the id 0: the surprise is ln 4 = 1.386. The gradient is [-3/4,
1/2, 1/4]: more of French is less surprise, and Polish, which was thought likely, has to fall most. Polish's part,
measured:

>>> surprise = lambda z: np.log(np.exp(0) + np.exp(z) + np.exp(0)) - 0
>>> print(f"{(surprise(np.log(2) + 1e-5) - surprise(np.log(2) - 1e-5)) / 2e-5:.4f}")
0.5000

**The shapes.** N answers among V words.

    logits   (N, V)   a score for each word
    targets  (N,)     the ids of the words that came
    mask     (N,)     True where an answer counts; at least once
    loss     a float  the mean surprise of the answers that count

**What to write.** Four functions of two to four lines. Each row is a question of its own: what you subtract and divide
by belongs to the row. ln(softmax) is -∞ where a probability is too small for a float, so `log_softmax` needs a way of
its own; see the second step above. Two lists in an index are gone through in pairs: `z[[0, 1], [2, 0]]` holds `z[0, 2]`
and `z[1, 0]`. `cross_entropy_backward` gets the blame that arrived at the loss, one number, and gives the gradient of
the logits. A row that does not count gets exactly 0. All arguments stay as they are.

**What to notice.** No number of a row's gradient is beyond ±1, however wrong the guess; and where the network is sure
and right, it is 0, and nothing changes any more. Each row of it adds up to 0. This loss, the table of exercise 3 and
the ways back of 5 and 6 are what a network needs to learn to write. Exercise 9 gives it a memory.

Run this file, or `python grader.py cross_entropy`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# A network knows nothing: it gives all 70 words the same chance. What is its loss? (a number, to two decimals)
loss_of_knowing_nothing = np.log(70)  # PREDICTION: the surprise of 1/70, whatever comes

# Three answers have the surprises 2, 4 and 9, and the mask is True, True, False. What is the loss? (a number)
masked_loss = 3  # PREDICTION: the mean of the two that count

# All logits of a row are doubled. Do its probabilities stay as they are? (yes or no)
doubling_changes_nothing = "no"  # PREDICTION: the differences are doubled too


# %%
def softmax(logits):
    """The probabilities of the words, row by row.

    Returns:
        p: (N, V), positive, and each row adds up to 1.

    >>> softmax(np.array([[0.0, np.log(2), 0.0]]))
    array([[0.25, 0.5 , 0.25]])
    """
    # BEGIN SOLUTION
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
    # END SOLUTION


def log_softmax(logits):
    """The logarithms of the probabilities; finite for all finite logits, also where a probability is too small.

    Returns:
        (N, V).

    >>> log_softmax(np.array([[1000.0, 0.0]]))
    array([[    0., -1000.]])
    """
    # BEGIN SOLUTION
    z = logits - np.max(logits, axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
    # END SOLUTION


def cross_entropy(logits, targets, mask):
    """The mean surprise of the answers that count.

    Args:
        logits: (N, V).
        targets: (N,), integers.
        mask: (N,), True where an answer counts.

    Returns:
        The loss, a float.

    >>> print(f"{cross_entropy(np.array([[0.0, np.log(2), 0.0]]), np.array([0]), np.array([True])):.3f}")
    1.386
    """
    # BEGIN SOLUTION
    surprise = -log_softmax(logits)[np.arange(len(targets)), targets]
    return np.sum(surprise * mask) / np.sum(mask)
    # END SOLUTION


def cross_entropy_backward(dout, logits, targets, mask):
    """The way back through cross_entropy.

    Args:
        dout: a float, the blame that arrives at the loss.
        logits, targets, mask: what cross_entropy was given.

    Returns:
        dlogits: (N, V).

    >>> cross_entropy_backward(1.0, np.array([[0.0, np.log(2), 0.0]]), np.array([0]), np.array([True]))
    array([[-0.75,  0.5 ,  0.25]])
    """
    # BEGIN SOLUTION
    dlogits = softmax(logits)
    dlogits[np.arange(len(logits)), targets] -= 1
    dlogits[~mask] = 0
    return dout * dlogits / mask.sum()
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
