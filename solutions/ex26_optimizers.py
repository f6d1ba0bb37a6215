# %% [markdown]
"""
# Exercise 26: How long is a step?

**The question.** "This morning I took my cat for a walk." *for* comes in nearly every postcard, *cat* in few of them.
Averaged over all postcards, weights that deal with *for* can have much larger gradients. Say that one weight has
gradients of 100, and another of 0.001. With a rate of 0.001 the first moves by 0.1 in each step, which is plenty, and
the second by a millionth: it hardly moves. With a rate of 100 the second moves by 0.1, and the first is thrown to
10,000. Which rate do you take?

**The idea.** An optimizer is given a gradient, and decides on the step. Up to now it was one line, weight minus rate ·
gradient, and it forgot each gradient at once. Two ideas let it remember.

The first is for long valleys. Think of the loss as the height of a land; the weights say where you stand in it. In a
narrow valley a step across it leads too far, up the other side. So across the valley the gradient points to one side,
then to the other; along the valley it always points the same way, and is small. So do not follow the gradient but a sum
of all that came, in which the old ones fade: before the new gradient is added, the sum is multiplied by a number such
as 0.9. What changes its sign nearly cancels in it, and what stays adds up. A ball that rolls does the same. The sum is
called *momentum*, and the number by which it fades often goes by the same name, as in the code below.

The second is for weights whose gradients are of different sizes. Two running averages are kept for each weight, and in
each step an average keeps a part of what it was and takes the rest from what comes. One is of the gradients: it keeps
the part beta1 = 0.9, and takes 0.1 of the new gradient. The other is of the squared gradients, and keeps beta2 = 0.999.
It is called the *second moment*, and its root says how large the gradients usually are. The weight moves by minus the
rate, times the first average over this root. A gradient of 100 that usually is 100 gives a step as long as the rate,
and so does one of 0.001 that usually is 0.001. This optimizer is Adam.

**What is not there yet.** Both averages begin at 0, and are too small at first. Let the gradient be g in every step.
An average of it should be g; but after one step it is 0.9 · 0 + 0.1 g, a tenth of it. It should be divided by 0.1. In
the second step it becomes 0.9 · 0.1 g + 0.1 g = 0.19 g, then 0.271 g:

>>> m = 0.0
>>> for t in range(3):
...     m = 0.9 * m + 0.1 * 1.0
...     print(round(m, 3))
0.1
0.19
0.271

Only a part of g is there: 0.1 of it, then 0.19, then 0.271. To divide each average by its part is the *bias
correction*. (Nothing to do with b: this bias is what an average is off by.) How large is the part after t steps? It is
easier to see what is missing of a whole g: 0.9, then 0.81, then 0.729. The second moment has beta2 where the first
average has beta1, so a much smaller part of it is there.

**A worked example.** The rate is 0.1, the momentum 0.9, and the gradient of a weight that begins at 0 is 1 three times.
The sum is 1, then 0.9 + 1 = 1.9, then 0.9 · 1.9 + 1 = 2.71, and so the weight goes to -0.1, to -0.29, to -0.561. With
Adam, the same rate and gradients of 0.001 and -100, the first step is

                     gradient 0.001                        gradient -100
    first average    0.1 · 0.001                           0.1 · (-100)
    ... corrected    0.1 · 0.001 / 0.1 = 0.001             0.1 · (-100) / 0.1 = -100
    second moment    0.001 · 0.001²                        0.001 · 100²
    ... corrected    0.001 · 0.001² / 0.001 = 0.001²       0.001 · 100² / 0.001 = 100²
    step             -0.1 · 0.001 / √(0.001²) = -0.1       -0.1 · (-100) / √(100²) = 0.1

**The shapes**

    parameters, grads    lists of arrays of any shapes with at least one axis: to each parameter its gradient
    lr                   float, the rate (for learning rate)
    state                what the optimizer remembers. Before the first step:
                         for momentum a list with one array of zeros for each parameter;
                         for Adam {"t": 0, "m": such a list, "v": such a list}: t counts the steps taken so far,
                         m has the first averages, v the second moments, both without the correction

**What to write.** Two functions. Each returns the new parameters and the new state, and leaves what it got as it is: so
two networks can take turns, each with its own state, and nobody's weights change behind their back. A weight
whose gradients are all 0 has a second moment of 0, and 0 / 0 is NaN. That is what epsilon is for: a very small number
that is added to the root of the corrected second moment.

**What to notice.** Look at the two gradients of the example as one arrow: it points almost along the second weight. The
step goes as far along the first. Each number is divided by its own root, so Adam's steps do not point where the
gradient does. Where a gradient keeps changing its sign, they are much shorter than the rate. (Momentum: Polyak, Some
methods of speeding up the convergence of iteration methods, 1964; there the rate is inside the sum, which makes the
same steps while the rate stays the same. Adam: Kingma and Ba, Adam: A method for stochastic optimization, ICLR 2015.)

**Where it leads.** Exercise 27 brings the text, and in exercise 28 an optimizer takes a step in every turn of the loop
that trains a network. The optimizers of minigrad.optim are the same, and keep their state themselves.

Run this file, or `python grader.py optimizers`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# All gradients become 1000 times as long. How many times as long are the steps of Adam? (a number; leave epsilon aside)
times_as_long = 1  # PREDICTION: the average and the root both grow by 1000

# The gradient is 1, lr is 0.1. How long is Adam's first step if the correction is forgotten? (a number, like 0.25)
uncorrected_step = 0.1 * 0.1 / np.sqrt(0.001)  # PREDICTION: v is shrunk more than m, so the step is too long

# The gradient is 1 at every step, lr is 0.1, the momentum 0.9. How long are the steps in the end? (a number)
step_in_the_end = 0.1 / (1 - 0.9)  # PREDICTION: the sum no longer grows when what fades is what comes


# %%
def sgd_momentum_step(parameters, grads, state, lr, momentum):
    """One step with momentum.

    Args:
        parameters, grads: lists of arrays.
        state: a list of arrays, the sum so far for each parameter; zeros before the first step.
        lr: how far a parameter moves for each unit of the sum.
        momentum: what the old sum is multiplied by, from 0 to below 1.

    Returns:
        parameters: a list of new arrays.
        state: a list of new arrays.

    >>> parameters, state = [np.array([0.0, 2.0])], [np.zeros(2)]
    >>> for _ in range(3):
    ...     grads = [np.array([1.0, 0.0])]
    ...     parameters, state = sgd_momentum_step(parameters, grads, state, lr=0.1, momentum=0.9)
    >>> parameters[0].round(3).tolist(), state[0].round(3).tolist()
    ([-0.561, 2.0], [2.71, 0.0])
    """
    # BEGIN SOLUTION
    moved, sums = [], []
    for p, g, m in zip(parameters, grads, state, strict=True):
        m = momentum * m + g
        moved.append(p - lr * m)
        sums.append(m)
    return moved, sums
    # END SOLUTION


def adam_step(parameters, grads, state, lr, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """One step of Adam.

    Args:
        parameters, grads: lists of arrays.
        state: {"t": how many steps were taken, "m": averages of the gradients, "v": averages of the squared
            gradients}, the last two as lists of arrays.
        lr: how long a step is where the gradient is as it usually was.
        beta1, beta2: the parts that the averages m and v keep in each step, from 0 to below 1.
        epsilon: above 0; it is added to the root of the corrected second moment.

    Returns:
        parameters: a list of new arrays.
        state: a new dictionary of the same form.

    >>> state = {"t": 0, "m": [np.zeros(2)], "v": [np.zeros(2)]}
    >>> parameters, state = adam_step([np.zeros(2)], [np.array([0.001, -100.0])], state, lr=0.1)
    >>> parameters[0].round(5).tolist(), state["t"]
    ([-0.1, 0.1], 1)
    """
    # BEGIN SOLUTION
    t = state["t"] + 1
    moved, means, moments = [], [], []
    for p, g, m, v in zip(parameters, grads, state["m"], state["v"], strict=True):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        moved.append(p - lr * m_hat / (np.sqrt(v_hat) + epsilon))
        means.append(m)
        moments.append(v)
    return moved, {"t": t, "m": means, "v": moments}
    # END SOLUTION


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
