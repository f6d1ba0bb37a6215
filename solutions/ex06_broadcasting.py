# %% [markdown]
"""
# Exercise 6: Copied forward, summed backward

**The question.** "Italy is where I grew up, but I now live in Denver." The word "I" stands there twice, so its row of
the embedding table was read twice. Which of the two places may correct the row?

**The idea.** Both may. Exercise 5 had a rule for it: a number that was used several times is blamed for the sum of it
all. Here that rule meets two places in which NumPy copies numbers, and does not say so.

The first is a row of the table, which is copied to every place where its token stands.

The second is easier to miss. Units side by side compute x @ W + b, where b is the *bias*: numbers that are added
whatever the input is, one for each unit. The rows of x @ W belong to a *batch*, examples that are done together. So
(3, 2) numbers meet the (2,) numbers of b, and NumPy adds b to each of the three rows, as if it stood there three times.
That is *broadcasting*, and it goes by the shapes:

1. Write both shapes so that they end at the same place on the right.
2. Where one of them has nothing left, it gets a length of 1.
3. A length of 1 is stretched to the length of the other: the numbers are repeated along this *axis*. Axis 0 of a
   matrix goes from row to row, axis 1 from column to column.
4. Any other two lengths that differ are an error.

    x @ W   (3, 2)
    b          (2,)   gets the shape (1, 2), and its row is repeated three times

An axis of length 1 can also be put in by hand. `None` in an index makes one: if c is (3,), then `c[:, None]` is (3, 1),
a column.

**Where the copies went.** Take b with one number, added to two rows: y₀ = x₀ + b and y₁ = x₁ + b. A sum passes the
blame on as it came, so y₀ sends dout₀ to b, and y₁ sends dout₁. These are two parts of the blame of one number:

    db = dout₀ + dout₁

With more rows the sum is longer, and with more axes it runs along more of them. Which axes these are can be read off
two shapes: the shape that an array had, and the shape that it was stretched to.

**A worked example.** g = [[1,2],[3,4],[5,6]] is the gradient of a (3, 2) array. What was stretched to it from

    (2,)      gets  [9, 12]
    (3, 1)    gets  [[3], [7], [11]]
    ()        gets  21

And a text has the ids 1, 2, 1, and blame arrives at its three embeddings: [1,1], [10,10] and [100,0]. Row 1 of the
table was read at the places 0 and 2. It gets

>>> np.array([1, 1]) + np.array([100, 0])
array([101,   1])

**The shapes**

    g     any shape      the gradient of an array that was stretched
    ids   any shape      which rows were read: (N,) for a text, (T, N) for a batch of texts
    W     (V, D)         the table: V rows of D numbers
    dout  (..., D)       the shape of ids and then D: the gradient of what was read
    dW    (V, D)

**What to write.** `sum_to_shape` takes a gradient back to the shape before the stretching. Sum away the axes in front.
Sum the axes that had the length 1 too, but keep them, with the length 1: `sum` does so with `keepdims=True`. Axes of
length 0 happen: a batch may be empty, and then nobody is blamed. `embedding_backward` sends the blame of each place to
its row; a loop over the places is good enough. Try what `dW[ids] += dout` does when an id comes twice. All arguments
stay as they are.

**What to notice.** The gradient of an array always has the shape of the array. And a table of 70 rows learns only those
that were read: the others get 0 and stay as they are. Exercise 7 meets numbers that are used several times once more,
and there the question is when.

Run this file, or `python grader.py broadcasting`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# b is (2,), and g, the gradient of x @ W + b, is (3, 2). What is the shape of db? (a shape)
shape_of_db = (2,)  # PREDICTION: b is two numbers

# The loss is the mean over the three examples, and g is its gradient. Is db the sum or the mean of the rows of g?
# (sum or mean)
sum_or_mean = "sum"  # PREDICTION: the third is in g already

# The ids are 1, 1, 2, and the blame that arrives is [1, 0], [5, 0], [2, 2]. What is dW[1]? (a list of two numbers)
blame_of_row_1 = [6, 0]  # PREDICTION: the sum of the first two


# %%
def sum_to_shape(g, shape):
    """The gradient of an array of this shape that NumPy stretched to g's shape.

    Args:
        g: an array, the gradient of what came of the stretching.
        shape: a tuple, the shape before it. Stretching it by the rules above gives g.shape.

    Returns:
        A new array of this shape: for each number the sum over all its copies.

    >>> sum_to_shape(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), (3, 1))
    array([[ 3.],
           [ 7.],
           [11.]])
    """
    # BEGIN SOLUTION
    leading = g.ndim - len(shape)
    summed = g.sum(axis=tuple(range(leading)))
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return summed.sum(axis=stretched, keepdims=True)
    # END SOLUTION


def embedding_backward(dout, ids, W):
    """The way back through W[ids].

    Args:
        dout: the gradient of the rows that were read, in the shape of ids and then D.
        ids: an array of integers in any shape, which rows were read. An id may come several times.
        W: (V, D), the table.

    Returns:
        dW: (V, D), the gradient of the table.

    >>> embedding_backward(np.array([[1.0, 1.0], [10.0, 10.0], [100.0, 0.0]]), np.array([1, 2, 1]), np.zeros((3, 2)))
    array([[  0.,   0.],
           [101.,   1.],
           [ 10.,  10.]])
    """
    # BEGIN SOLUTION
    dW = np.zeros(W.shape)
    np.add.at(dW, ids, dout)
    return dW
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
