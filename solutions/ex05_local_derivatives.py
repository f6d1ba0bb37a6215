# %% [markdown]
"""
# Exercise 5: Who is to blame?

**The question.** A network guessed the next word of "This morning I took my cat for a", and it guessed wrong. The guess
had gone through a product, a sum and a curve. How much is each of them to blame?

**The idea.** Exercise 4 measured a gradient: nudge one weight, run everything again. A network of ten thousand
weights would have to run twenty thousand times for each step of learning. But it is made of few kinds of small
functions, and for each of them a little calculus says once and for all how its result follows its inputs. Then one run
back is enough for all weights.

The run from the inputs to the loss is called *forward*, and the run back from the loss *backward*. What goes back is
the *blame*: the gradient of the loss at a number, for any number on the way. If a little more of this number makes the
loss smaller, its blame is negative. The blame that arrives at the output of a function is its *upstream* gradient; the
course calls it `dout`. Each input of the function asks for its part of it. That is the blame that arrived, times the
slope of the function at this input, its derivative there. So says the *chain rule*: slopes that lie one behind the
other multiply.

For example, y = a + b. A hair more of a is a hair more of y, so the slope is 1, and the same goes for b. A sum passes
the blame on to both as it came: da = dout and db = dout, where da is the blame of a, and db that of b. And y = eᵃ has
the slope eᵃ, which is y itself. So da = dout · y, and to go back one need not know a; the output is enough. For two of
the functions below it is enough too.

**The functions.** Three of them bend numbers, one at a time: *tanh*, the *sigmoid* and *ReLU*.

    tanh     (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ)   squeezes everything between -1 and 1
    sigmoid  1 / (1 + e⁻ˣ)             squeezes everything between 0 and 1
    ReLU     x where x > 0, else 0     cuts off what is below 0

Where such a curve is flat, it is *saturated*: tanh has the slope .786 at .5, and .071 at 2.

Then there is y = x W, the matrix product, where row n of x becomes row n of y. To find dx, ask where the number x[n,d]
was used. It helped to make every number in row n of y: y[n,0], where it met W[d,0], y[n,1], where it met W[d,1], and so
on. It is to blame for all of them together:

    dx[n,d] = sum over h of  dout[n,h] · W[d,h]

The shapes will tell you which product of matrices that is: what must be turned so that (N, H) and (D, H) make (N, D)?
And where was the number W[d,h] used? In every row.

**A worked example.** The guess is tanh(w·x + b) with w = 2, x = .5 and b = -.5. The product is 1, the sum .5, the guess
.462. Say the blame at the guess is 10. At the sum it is 10 · .786 = 7.86, which is passed to b and to the product. Of
the product's 7.86, w gets half, since x is .5: 3.93. Exercise 4 agrees, by nudging w:

>>> guess = lambda w: np.tanh(w * 0.5 - 0.5)
>>> print(f"{10 * (guess(2.001) - guess(1.999)) / 0.002:.2f}")
3.93

And for x = [[1,2],[3,4]], W = [[5],[6]] and dout = [[1],[10]]: dx = [[5,6],[50,60]] and dW = [[31],[42]].

**The shapes**

    dout, a, b, y   any shape, the same for all      dx  (N, D)
    x, W            (N, D) and (D, H) in a product   dW  (D, H)

**What to write.** Six functions of one line or two. The slopes of a product a · b, of tanh and of the sigmoid are for
you to find. The last two are quotients. The slope of a quotient is the slope of its top times its bottom, less its top
times the slope of its bottom, all divided by the square of its bottom. The gradient of an array has the shape of this
array. A number that was used several times is blamed for the sum of it all. The sigmoid must work at -1000 and 1000 as
well, where e¹⁰⁰⁰ is more than a float can hold; a warning does no harm. ReLU has no slope at exactly 0; there it passes
nothing, by agreement. All arguments stay as they are.

**What to notice.** No function looks at the loss, or at any other function. Each knows its own slope only, and together
they can go back through any network. Exercise 6 has numbers that NumPy used several times without saying so.

Run this file, or `python grader.py local_derivatives`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# y = a · b with a = 3 and b = 0, and the blame at y is 1. How much do a and b get? (two numbers: (da, db))
blame_of_factors = (0, 3)  # PREDICTION: each gets the other one

# Where the sigmoid is steepest, what is its slope? (a number)
steepest_sigmoid = 1 / 4  # PREDICTION: at 0, where it is 1/2

# x and W are those of the worked example, and dout is [[0], [1]]. What is dW? (a list of two rows)
blame_of_W = [[3], [4]]  # PREDICTION: only row 1 was blamed


# %%
def multiply_backward(dout, a, b):
    """The way back through y = a * b, number by number.

    Args:
        dout: the gradient of the loss with respect to y, in the shape of a and b.

    Returns:
        (da, db): the gradients with respect to a and b, in the same shape.

    >>> multiply_backward(np.array([7.86]), np.array([2.0]), np.array([0.5]))
    (array([3.93]), array([15.72]))
    """
    # BEGIN SOLUTION
    return dout * b, dout * a
    # END SOLUTION


def tanh_backward(dout, y):
    """The way back through y = tanh(x).

    Args:
        dout: the gradient with respect to y.
        y: what tanh gave, in the same shape; x itself is not needed.

    Returns:
        The gradient with respect to x, in the same shape.

    >>> tanh_backward(np.array([10.0]), np.tanh(np.array([0.5]))).round(2)
    array([7.86])
    """
    # BEGIN SOLUTION
    return dout * (1 - y**2)
    # END SOLUTION


def sigmoid(x):
    """1 / (1 + e⁻ˣ) of every number in x, an array of any shape. No number is too large or too small for it.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    # BEGIN SOLUTION
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1 + small)
    # END SOLUTION


def sigmoid_backward(dout, y):
    """The way back through y = sigmoid(x).

    Args:
        dout: the gradient with respect to y.
        y: what sigmoid gave, in the same shape; x itself is not needed.

    Returns:
        The gradient with respect to x, in the same shape.
    """
    # BEGIN SOLUTION
    return dout * y * (1 - y)
    # END SOLUTION


def relu_backward(dout, x):
    """The way back through y = max(x, 0), number by number.

    Args:
        dout: the gradient with respect to y.
        x: what went in, in the same shape.

    Returns:
        The gradient with respect to x, in the same shape.

    >>> relu_backward(np.array([5.0, 5.0]), np.array([-0.1, 3.0]))
    array([0., 5.])
    """
    # BEGIN SOLUTION
    return dout * (x > 0)
    # END SOLUTION


def matmul_backward(dout, x, W):
    """The way back through y = x @ W.

    Args:
        dout: (N, H), the gradient with respect to y.
        x: (N, D).
        W: (D, H).

    Returns:
        (dx, dW): (N, D) and (D, H).

    >>> x, W = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0], [6.0]])
    >>> dx, dW = matmul_backward(np.array([[1.0], [10.0]]), x, W)
    >>> dW
    array([[31.],
           [42.]])
    """
    # BEGIN SOLUTION
    return dout @ W.T, x.T @ dout
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
