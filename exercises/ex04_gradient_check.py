# %% [markdown]
"""
# Exercise 4: Better or worse by a hair

**The question.** A program guesses where a ball will be in a second, and it has knobs, its weights. Turn one of them by
a hair: does the guess get better or worse, and by how much?

**The idea.** Try it. Run the program with the knob a hair up, run it again with the knob a hair down, and compare. What
the result changes by, for each unit that the knob was turned, is the *derivative*. Do the same for every number of an
array, one at a time, and the derivatives make an array of the same shape: the *numerical gradient*. It needs no
calculus, only a function that can be run. So it can judge any gradient that somebody worked out by hand, and from here
on you will work out many.

Nobody can turn a knob by nothing at all, so the measurement has an error. Take f(w) = w³, whose derivative is 3w². With
a nudge of h to both sides,

    ((w + h)³ - (w - h)³) / 2h  =  3w² + h²

and with a nudge to one side only, ((w + h)³ - w³) / h = 3w² + 3wh + h². The term 3wh comes of the bend of the curve.
With a nudge to both sides it comes once with a plus and once with a minus, and is gone: the error is h² and not h. So h
should be small. But a float has 16 digits. Two results that agree in the first 14 of them differ in the last two, and
this difference is all that is left. How small is small enough is for you to find.

There is a second way, without any difference. Let i be the imaginary unit, with i² = -1, which Python calls `1j`. Nudge
w by ih:

    (w + ih)³ = w³ - 3wh² + i (3w²h - h³)

The imaginary part, divided by h, is 3w² - h². Nothing was subtracted, so no digits were lost, and h may be 10⁻²⁰: then
h² is nothing at all. This is the *complex step*. It takes one run for each number, and it is exact, where f is made of
sums, products and smooth functions such as the sine.

**A worked example.** w = 2, where the derivative is 12:

>>> f = lambda w: w**3
>>> print(f"{(f(2.1) - f(1.9)) / 0.2:.2f} {(f(2.1) - f(2)) / 0.1:.2f}")
12.01 12.61
>>> f(2 + 1e-20j).imag / 1e-20
12.0

**A fair comparison.** A gradient that was worked out never equals a measured one in all digits. How far may it be off,
which is its *tolerance*? The same bug is large in a gradient of millions and tiny in one of millionths; and a number
that should be 0 comes out as 10⁻¹⁷, and is right. What could a difference be held against that is fair to all of them?

**The shapes**

    x     any shape, () and (0,) too    where the gradient is wanted; it may hold integers
    f     takes such an array, gives one number; given complex numbers, it gives a complex one
    df    takes such an array, gives an array of its shape: a gradient that somebody worked out

**What to write.** Two loops over the numbers of an array, and a comparison. `np.ndindex(x.shape)` gives the places of
an array of any shape. x belongs to somebody else: leave it as it was. Note what becomes of a hair that is added to an
integer.

**What to notice.** A checker is a program, with bugs of its own. Yours is judged by what it lets through and what it
turns away. From here on it is the judge, and no more than that: a network of ten thousand weights could not be trained
by nudging each of them twice for each step. In exercise 5 gradients are worked out.

Run this file, or `python grader.py gradient_check`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# The derivative of the sine at 0.5, measured on two sides. Which h gives the better one? (1e-5 or 1e-15)
better_h = ...

# x has the shape (3, 4). How often is f run for its numerical gradient, on two sides? (a number)
runs_of_f = ...

# A gradient has the sign of the measured one everywhere, and is 39 times as large. Rounding or a bug? (rounding or bug)
too_large = ...


# %%
def numerical_gradient(f, x):
    """The gradient of f at x, by a small nudge to both sides for one number after another.

    Returns:
        An array of x's shape: each derivative to some eight digits.

    >>> numerical_gradient(lambda x: (x**3).sum(), np.array([2.0, 0.0])).round(6)
    array([12.,  0.])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def complex_step_gradient(f, x):
    """The gradient of f at x, by an imaginary hair for one number after another.

    Returns:
        An array of x's shape: each derivative as exact as a float can be.

    >>> complex_step_gradient(lambda x: (x**3).sum(), np.array([2, 1]))
    array([12.,  3.])
    """
    # YOUR CODE HERE
    raise NotImplementedError


def gradients_agree(f, df, x):
    """True if df(x) is the gradient of f at x.

    A number is right if it is off by less than a millionth of the largest measured number, and a bug if it is off by
    more than a ten-thousandth of it; you choose what is between. Infinity is a bug, and so is NaN, "not a number",
    which NumPy makes of 0/0. If all is 0 on both sides, it is right, and so it is if x is empty.

    Returns:
        True or False.

    >>> gradients_agree(lambda x: (x**3).sum(), lambda x: 3 * x**2, np.array([2.0, 0.0]))
    True
    """
    # YOUR CODE HERE
    raise NotImplementedError


# %%
# Functions cannot travel between the grader and your file, but numbers can. It sends four rows of them, and these lines
# make a function and its gradient of them, and hand them to yours. Leave them as they are.


def function_of(rows):
    p, q, v, r = rows
    before = np.arange(len(p)) - 1

    def f(x):
        x = x.ravel()
        return (p * x + q * x * x[before] + v * np.tanh(r * x)).sum()

    def df(x):
        flat = x.ravel()
        neighbours = q * flat[before] + np.roll(q * flat, -1)
        return (v * r * (1 - np.tanh(r * flat) ** 2) + (neighbours + p)).reshape(x.shape)

    return f, df


def numerical_gradient_of(rows, x):
    return numerical_gradient(function_of(rows)[0], x)


def complex_step_gradient_of(rows, x):
    return complex_step_gradient(function_of(rows)[0], x)


def gradients_agree_on(rows, rows_of_df, x):
    return gradients_agree(function_of(rows)[0], function_of(rows_of_df)[1], x)


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
