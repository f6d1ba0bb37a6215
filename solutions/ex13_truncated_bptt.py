# %% [markdown]
"""
# Exercise 13: Blame stops at the cut

**The question.** A postcard of 60 words can be unrolled whole. A book has 100,000. Whoever wants to go back through it
has to keep 100,000 states, and learns nothing before the last page is read. How can a network learn from a book while
it is still reading?

**The idea.** Forward, it reads straight on: the state is carried from word to word, and after page 300 it may still
hold something of page 1. Backward, it does not go all the way. The text is cut into pieces of a few steps each, and
such a piece is called a *chunk*. When it has been read, the blame goes back through its steps and stops at the cut.
What the state brought along from earlier is taken as it is, as a number that somebody handed in: it is used, and
nobody is blamed for it. BPTT with such cuts is called *truncated*.

So after each chunk one may take a step of learning, and most of the book is still unread. Here the weights stay as they
are and the gradients of all chunks are added up, so that the two ways, with cuts and without, can be compared.

**A worked example.** This is the example of exercise 12 with a cut between its two steps: one unit, W_hh = 0.5. The
state is 0.5 at the start, 0.6 after the first step and 0.8 after the second, and the loss looks at the second only: dhs
is 0, 1.

    second step    da = 1 · (1 - 0.8²) = 0.36             its share in dW_hh is 0.6 · 0.36 = 0.216
    the cut        0.36 · 0.5 = 0.18 would be the carry. It is dropped.
    first step     da = (0 + 0) · (1 - 0.6²) = 0          its share in dW_hh is 0.5 · 0    = 0

The second 0 of the first step is the carry: none arrives. So dW_hh is 0.216, where without the cut it was 0.2736. The
0.6 is still there: the second step did use it.

**The shapes.** They are those of exercise 12. A chunk begins at one state, (N, H): the last of the chunk before, its
hs[-1]. Beside these there are

    chunk  int         steps from one cut to the next; the first chunk begins at step 0
    hs     (T, N, H)   the states after each step
    dW_xh  (D, H)      the gradients of the weights, of all chunks together,
    dW_hh  (H, H)
    db     (H,)

**What to write.** `rnn_forward` of exercise 10 and `bptt` of exercise 12 stand in the file already. You call them for
one chunk at a time. So all that is yours is the cut: at which state a chunk begins, which piece of x and of dhs belongs
to it, and what becomes of its gradients. T need not be a multiple of chunk. Then the last one is shorter; it has words,
too.

**What to notice.** The states are the same whatever the chunk. Only what is learned changes: that a word is needed ten
steps on is something no chunk of five can blame anybody for.

**Where it leads.** Exercise 27 cuts a long text so that many places of it are read side by side, and exercise 28 trains
with it, chunk by chunk.

Run this file, or `python grader.py truncated_bptt`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# chunk is 1. Can the last state still depend on the first word? (yes or no)
depends_on_first_word = "yes"  # PREDICTION: blame is cut, and memory is not

# In the example above, cut as it is, the loss looks at both steps: dhs is 1, 1. What is dW_hh? (a number)
dW_hh_of_both = 0.5 * (1 - 0.6**2) + 0.6 * (1 - 0.8**2)  # PREDICTION: two steps, and each has its own blame only

# A card has been read to its end, and the next one is from somebody else. Does it begin at the last state? (yes or no)
next_card_goes_on = "no"  # PREDICTION: it is another story


# %%
def rnn_forward(x, h0, W_xh, W_hh, b):
    """The states after each step: (T, N, H). This is exercise 10."""
    h = h0
    hs = []
    for x_t in x:
        h = np.tanh(x_t @ W_xh + h @ W_hh + b)
        hs.append(h)
    return np.stack(hs)


def bptt(dhs, x, h0, hs, W_xh, W_hh):
    """Gradients through a whole sequence: dx, dh0, dW_xh, dW_hh, db. This is exercise 12."""
    das = np.zeros(dhs.shape)
    carry = np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        das[t] = (dhs[t] + carry) * (1 - hs[t] ** 2)
        carry = das[t] @ W_hh.T
    before = np.concatenate([h0[None], hs[:-1]])
    dW_xh = sum(x_t.T @ da for x_t, da in zip(x, das, strict=True))
    dW_hh = sum(h.T @ da for h, da in zip(before, das, strict=True))
    return das @ W_xh.T, carry, dW_xh, dW_hh, das.sum(axis=(0, 1))


def truncated_bptt(dhs, x, h0, W_xh, W_hh, b, chunk):
    """Read a sequence, and take blame back through it as far as the nearest cut.

    Args:
        dhs: (T, N, H), ∂loss/∂h_t through the outputs at step t alone
        x: (T, N, D)
        h0: (N, H)
        W_xh, W_hh, b: (D, H), (H, H), (H,)
        chunk: how many steps there are from one cut to the next

    Returns:
        hs:    (T, N, H)
        dW_xh: (D, H)
        dW_hh: (H, H)
        db:    (H,)

    All are new arrays; the arguments stay as they are.

    >>> x = np.array([np.arctanh(0.6) - 0.25, np.arctanh(0.8) - 0.3]).reshape(2, 1, 1)  # so h is 0.6, then 0.8
    >>> dhs = np.array([0.0, 1.0]).reshape(2, 1, 1)
    >>> h0, W_xh, W_hh, b = np.array([[0.5]]), np.array([[1.0]]), np.array([[0.5]]), np.zeros(1)
    >>> hs, _, dW_hh, _ = truncated_bptt(dhs, x, h0, W_xh, W_hh, b, chunk=1)
    >>> hs.ravel().round(3).tolist(), round(dW_hh.item(), 4)
    ([0.6, 0.8], 0.216)
    >>> round(truncated_bptt(dhs, x, h0, W_xh, W_hh, b, chunk=2)[2].item(), 4)
    0.2736
    """
    # BEGIN SOLUTION
    h = h0
    hs = []
    dW_xh, dW_hh, db = np.zeros(W_xh.shape), np.zeros(W_hh.shape), np.zeros(b.shape)
    for start in range(0, len(x), chunk):
        piece = slice(start, start + chunk)
        part = rnn_forward(x[piece], h, W_xh, W_hh, b)
        _, _, *shares = bptt(dhs[piece], x[piece], h, part, W_xh, W_hh)
        dW_xh += shares[0]
        dW_hh += shares[1]
        db += shares[2]
        hs.append(part)
        h = part[-1]
    return np.concatenate(hs), dW_xh, dW_hh, db
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
