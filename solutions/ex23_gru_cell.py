# %% [markdown]
"""
# Exercise 23: One gate in place of two

**The question.** "Italy is where I grew up, but I now live in Denver. I speak fluent ___". At *Italy* your LSTM should
make a note, over what stood there: shut f, open i. At each word after it the note should stay: open f, shut i. Two
gates are to be learned for that, and one says the opposite of the other. Can one gate do the work of two?

**The idea.** Let one gate share out the room. The *update gate* z says, number by number, which share of the new state
is the old one. The candidate n, which was g in the LSTM, gets what is left. Shares make 1 together, so where z keeps
0.9, there is room for 0.1:

    h_next = z * h + (1 - z) * n

So each number of h_next lies between the old one and the candidate. The candidate is a tanh, between -1 and 1, and h
stays there if it began there. The c of the LSTM could grow to any size, and was squeezed before it was shown; h needs
no squeezing and no page beside the notebook: there is one state, and no output gate. Along the direct path, with gates
and candidate taken as they were, the slope is z, as it was f.

The second gate is about the candidate. It is made of the input and of the old state, like everything so far. After "The
food was good." comes "The music was bad.". With z near 0 the old verdict is not kept; but it has a part in the new
candidate as well, and z cannot keep it out of there. The *reset gate* r can: it says, number by number, how much of the
old state the candidate may see. It says nothing of what is kept; that is up to z alone. A cell with these two gates is
called a GRU, a gated recurrent unit.

Where does r come in? As in every cell the old state is multiplied by weights. A bias b_h is added to the product. What
comes of that is multiplied by r. Only then is it added to what comes of the input: the product with x, and a bias b_x.
r takes nothing of these two. So there are two biases. In the sums of r and z both are simply added.

**A worked example.** One unit with the old state 0.4, the candidate -0.2 and z = 0.75:

    kept       0.75 · 0.4       =  0.3
    written    0.25 · (-0.2)    = -0.05
    h_next     0.3 + (-0.05)    =  0.25

And a candidate. The old state is 0.5, its weight is 2, its bias b_h is 1, nothing comes of the input, and r = 0.25:

    here:               n = tanh(0.25 · (0.5 · 2 + 1)) = tanh 0.5  = 0.4621
    r times h first:    n = tanh((0.25 · 0.5) · 2 + 1) = tanh 1.25 = 0.8483

The second is the form of the published paper, the first that of an early draft of it and of most programs today: of
minigrad, and of PyTorch, an engine that many use. Weights that were learned with one are of no use to the other.

**The shapes.** The blocks stand side by side as in exercise 19, but there are three: r, z, n, in this order.

    x         (N, D)
    h         (N, H)
    W_xh      (D, 3H)   for r, z, n
    W_hh      (H, 3H)   for r, z, n
    b_x, b_h  (3H,)     each for r, z, n
    h_next    (N, H)

**What to write.** One function. A gate is σ of a sum, as in exercise 19, and `sigmoid` is there already; a candidate is
a tanh. For the LSTM you could add everything up, and then cut the sum into blocks. Is that still so for all three?

**What to notice.** With D = 10 and H = 20 the cell of exercise 9 has 620 numbers to learn, the LSTM 2480 and the GRU
1920. When you are done you see what a GRU that was set by hand keeps at each word. (See Cho and others, Learning phrase
representations using RNN encoder-decoder, EMNLP 2014. Other papers let z and 1 - z change places.)

**Where it leads.** One cell reads from left to right. Exercise 24 puts several on top of each other, and lets one begin
at the end.

Run this file, or `python grader.py gru_cell`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# h is 0.4. Then z is 1 for 100 steps, and the candidate is -0.2 at each of them. What is h after that? (a number)
after_100_steps = 0.4  # PREDICTION: all of the share is the old one's, each time

# r is 0 for a unit. Does its candidate change if its number in the block n of b_h does? (yes or no)
b_h_is_seen = "no"  # PREDICTION: r multiplies the bias as well

# A single unit, H = 1, and b_h is 0. Does it matter whether r multiplies h before the product or after it? (yes or no)
order_matters = "no"  # PREDICTION: with more units r acts on a unit's sum, or on the units in the sum


# %%
def sigmoid(a):
    """σ of each number, by way of tanh: so nothing overflows. This is exercise 19."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def gru_cell(x, h, W_xh, W_hh, b_x, b_h):
    """The state after one more step of a GRU.

    Args:
        x: (N, D), the input of this step
        h: (N, H), the state before it
        W_xh, W_hh: (D, 3H) and (H, 3H), the blocks of r, z, n side by side
        b_x, b_h: (3H,), the same blocks: what is added to the product with x, and to that with h

    Returns:
        h_next: (N, H), a new array; the arguments stay as they are.

    The new state of the example above. No weights here, so each sum is what stands in b_x: σ(ln 3) is 0.75, and
    np.arctanh undoes tanh.

    >>> x, h, no_weights = np.array([[0.0]]), np.array([[0.4]]), np.zeros((1, 3))
    >>> gru_cell(x, h, no_weights, no_weights, np.array([0.0, np.log(3), np.arctanh(-0.2)]), np.zeros(3)).round(4)
    array([[0.25]])

    The candidate above. z is 0, so that the new state is the candidate, and r is σ(-ln 3) = 0.25:

    >>> W_hh, b_x, b_h = np.array([[0.0, 0.0, 2.0]]), np.array([-np.log(3), -100.0, 0.0]), np.array([0.0, 0.0, 1.0])
    >>> gru_cell(x, np.array([[0.5]]), no_weights, W_hh, b_x, b_h).round(4)
    array([[0.4621]])
    """
    # BEGIN SOLUTION
    x_r, x_z, x_n = np.split(x @ W_xh + b_x, 3, axis=1)
    h_r, h_z, h_n = np.split(h @ W_hh + b_h, 3, axis=1)
    r = sigmoid(x_r + h_r)
    z = sigmoid(x_z + h_z)
    n = np.tanh(x_n + r * h_n)
    return z * h + (1 - z) * n
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
