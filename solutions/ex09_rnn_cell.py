# %% [markdown]
"""
# Exercise 9: A cell that remembers

**The question.** Here is a picture of a ball in the air. Where will it be next? Nobody can tell: it may be on its way
up or on its way down. Show the picture before it as well, and the question is easy. A network that sees one input at a
time has one picture only. How can it keep something of those before?

**The idea.** What comes out of the network goes in again. A *cell* is given two things: the input of this step, x, and
the *state*, h, which is a vector of what it remembers. It mixes the two, and what comes out is the next state. At the
next step that is put in again, beside the next input. A network with such a loop is called *recurrent*.

The mixing is done as you know it. Each unit adds up the numbers that it gets, each times a weight, and its bias, and
takes the tanh of the sum. What is new is what it gets: the numbers of the input, and the numbers of the old state,
which have weights of their own. So every unit listens to what all units said one step ago. The weights are the same at
every step.

**A worked example.** One unit, one sequence: W_xh = 1, W_hh = 0.5, b = 0. A 1 comes in, then 0, 0, 0; the state
before that is 0.

    first step     tanh(1 · 1 + 0.5 · 0)      = 0.762
    second step    tanh(1 · 0 + 0.5 · 0.762)  = 0.363

and then 0.180 and 0.090: an echo. With W_hh = 2 it is 0.762, 0.909, 0.949, 0.956: a switch (a *latch*), which was set
by the 1 and stays set. One weight decides how long the unit remembers.

**The shapes.** Rows are examples: N sequences are read side by side. All arrays hold floats.

    x       (N, D)   the input of this step
    h       (N, H)   the state before it
    W_xh    (D, H)   how the input enters the state
    W_hh    (H, H)   how the state carries over
    b       (H,)     one number for each unit, the same for all N rows
    h_next  (N, H)   the state after it

**What to write.** The example has one unit, one input and one sequence; you write it for H, D and N of them. The
shapes leave little choice. One line of NumPy is enough: `@` is the matrix product, and `b` is added to every row by
broadcasting.

**What to notice.** A state has H numbers after one step and after a thousand. What it is to hold of a whole past has to
find room there. (The cell is that of Elman, Finding structure in time, Cognitive Science 14, 1990.)

**Where it leads.** Exercise 10 puts the cell into a loop, and 11 and 12 send blame back through it. Exercise 19 builds
a cell whose memory lasts longer.

Run this file, or `python grader.py rnn_cell`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# In the example above W_hh is 0 instead. What is the state after the second step? (a number)
second_state = 0  # PREDICTION: without W_hh nothing is kept

# With large weights and large inputs, can a number of the state be 5? (yes or no)
can_be_five = "no"  # PREDICTION: tanh ends at 1


# %%
def rnn_cell(x, h, W_xh, W_hh, b):
    """The state after one more step of a recurrent network.

    Returns:
        h_next: (N, H), a new array; the arguments stay as they are.

    >>> x, h = np.array([[1.0]]), np.array([[0.0]])
    >>> h = rnn_cell(x, h, W_xh=np.array([[1.0]]), W_hh=np.array([[0.5]]), b=np.array([0.0]))
    >>> h.round(3)
    array([[0.762]])
    >>> rnn_cell(0 * x, h, W_xh=np.array([[1.0]]), W_hh=np.array([[0.5]]), b=np.array([0.0])).round(3)
    array([[0.363]])
    """
    # BEGIN SOLUTION
    return np.tanh(x @ W_xh + h @ W_hh + b)
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
