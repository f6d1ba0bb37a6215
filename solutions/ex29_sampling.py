# %% [markdown]
"""
# Exercise 29: Roll the dice

**The question.** "This morning I took my cat for a ___". A network gives *walk* the chance 0.6, *nap* 0.3 and *swim*
0.1, and now it is to write on. Which word does it take? The likeliest, you may say. But then every card that begins
like this goes on in the same way, and often it ends in a circle: the cat and the cat and the cat and. Or any of the
three, whichever it may be? Then *swim* comes as often as *walk*, and the network has learned for nothing. How does one
roll dice so that *walk* comes six times in ten?

**The idea.** To draw what comes next with just its probability is called *sampling*. `rng.random()` rolls the only die
that you need: a number u between 0 and 1, anywhere with the same chance. (It can be 0, and is always less than 1.) Lay
the probabilities side by side, and they are pieces of a line that is 1 long:

    walk  from 0 to 0.6        nap  from 0.6 to 0.9        swim  from 0.9 to 1

Throw u at this line, and take the word in whose piece it lies: 0.37 is *walk*, and 0.93 is *swim*. A piece of 0.6 is
hit six times in ten. The ends of the pieces, 0.6, 0.9 and 1, are known as the CDF, the cumulative distribution
function: each is the chance of this word or one before it. The CDF gives a number for a word. You do the opposite, and
find the word for a number, so this is the *inverse CDF*.

Where two pieces meet, u belongs to one of them. To which? What has the probability 0 must never come; its piece has a
place on the line, and no length. Let the first word be such a one, and u be 0.

**How bold?** Divide all logits by one number before the softmax. It is called the *temperature*, and written τ. What
does it do? A logit z has the power e^z, and at the temperature τ it has

    e^(z/τ) = (e^z)^(1/τ)

So every power is raised to 1/τ, and the softmax divides them by their sum, as ever. At τ = 1 nothing changes. At
τ = 0.5 each is squared: *walk* was 6 times as likely as *swim*, and is 36 times as likely now. At τ = 2 roots are
taken, and it is 2.4 times as likely. The order stays, whatever τ is; how much it counts does not.

**A worked example.** Three ids have the probabilities 0.5, 0.3 and 0.2, and u is 0.6. At τ = 1 the pieces end at 0.5,
0.8 and 1, so u lies in the second: the id is 1. At τ = 0.5 the squares are 0.25, 0.09 and 0.04, and divided by their
sum they are the first line here:

>>> for temperature in (0.5, 1, 2):
...     powers = np.array([0.5, 0.3, 0.2]) ** (1 / temperature)
...     print((powers / powers.sum()).round(3))
[0.658 0.237 0.105]
[0.5 0.3 0.2]
[0.415 0.322 0.263]

The first piece has grown to 0.658, and the same u gives the id 0.

**How it writes.** In training, a network guesses the next token, and is then shown the true one. Now nobody has a true
one. It reads what it has just written, as if it stood in a text, and so it goes on, with its state, for as long as you
like.

**The shapes.** There are V tokens.

    logits       (V,)    a score for each id. An id that must never come has the score -∞, so its chance is e^-∞ = 0
    temperature  float   above 0
    u            float   from 0 to below 1
    step         a function: logits, state = step(id, state) reads one token and guesses the next
    start        int     the id that is read first
    state        what the network remembers before that. It may be of any form, and only step looks into it
    length       int     how many tokens are to be written
    rng          a generator; rng.random() gives the next u

**What to write.** Two functions. `sample` says which id a u stands for; there is no chance in it. The temperature may
be 0.001, and makes 1000 of a logit of 1: e^1000 is more than a float can hold, and you know from exercise 8 what to do.
By rounding the last piece may end a little before 1, and u lie behind it. Then `sample` draws the last id whose
probability is above 0. The logits belong to the network: make new arrays, and leave its own as they are. `generate`
uses one `rng.random()` for each token, in their order, and no more, so that the same generator writes the same text.
(You may ask for all at once: `rng.random(length)` holds the same numbers.) step may be asked once more than is needed,
behind the last token.

**What to notice.** At the end your two functions write at three temperatures, with one and the same network: nothing is
learned from one temperature to the next. What a network knows is one thing. How it speaks is another, and is up to you.

**Where it leads.** A network that writes begins with a state, and here it was given one. In exercise 30 the state is
what another network has read.

Run this file, or `python grader.py sampling`, to see how you do.
"""

# %%
# May import: numpy, the standard library
from operator import index  # an integer as it is, and an error for anything else

import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# Two ids have the probability 1/2 each, and u is exactly 0.5. Which id is drawn? (0 or 1)
id_at_the_edge = 1  # PREDICTION: a piece has its beginning and not its end, or u = 0 would draw what never comes

# At the temperature 0.5 one word is 9 times as likely as another. How many times as likely is it at 2? (a number, to
# one decimal)
times_as_likely = 9 ** (0.5 / 2)  # PREDICTION: 3 times at the temperature 1, since 3 squared is 9; then the root of 3

# Four words have the probabilities 0.7, 0.15, 0.1 and 0.05. The temperature grows and grows, without end. Which number
# does the probability of the first word come to? (a number)
first_in_the_heat = 1 / 4  # PREDICTION: all differences go to 0, and all four are alike


# %%
def sample(logits, temperature, u):
    """The id that u draws, by the inverse CDF.

    Args:
        logits: (V,), of any size; some may be -np.inf.
        temperature: what they are divided by, above 0.
        u: from 0 to below 1.

    Returns:
        An integer from 0 to V - 1; logits stay as they are.

    >>> logits = np.log(np.array([0.5, 0.3, 0.2]))
    >>> sample(logits, 1.0, 0.6), sample(logits, 0.5, 0.6)
    (1, 0)
    """
    # BEGIN SOLUTION
    z = logits / temperature
    powers = np.exp(z - np.max(z))
    p = powers / np.sum(powers)
    ends = np.cumsum(p)
    return int(np.sum(ends <= u * ends[-1]))  # the last end is 1, but for rounding
    # END SOLUTION


def generate(step, start, state, length, temperature, rng):
    """Let a network write.

    Args:
        step: a function: logits, state = step(id, state).
        start, state: what step is given first.
        length: how many tokens are written, 0 or more.
        temperature: as above.
        rng: gives one rng.random() for each token.

    Returns:
        ids: a list of `length` integers, the tokens in their order. start is not among them.

    This network counts up to 3 and begins anew, and is quite sure of it. Its state is how many tokens it has read.

    >>> step = lambda id, state: (1000.0 * np.eye(4)[(id + 1) % 4], state + 1)
    >>> generate(step, 1, 0, 6, 1.0, np.random.default_rng(29))
    [2, 3, 0, 1, 2, 3]
    """
    # BEGIN SOLUTION
    ids, token = [], start
    for _ in range(length):
        logits, state = step(token, state)
        token = sample(logits, temperature, rng.random())
        ids.append(token)
    return ids
    # END SOLUTION


# %%
# Functions cannot travel between the grader and your file, but tables can. These lines make a network of two tables,
# and hand it to your function. One has the next state, for each state and each token that is read there. The other has
# for each state the logits of the token that comes next. They also see what rng has left after a text. Leave them as
# they are.


def generate_with(scores, following, start, state, length, temperature, rng):
    def step(id, state):
        state = following[state, index(id)]
        return scores[state], state

    ids = generate(step, start, state, length, temperature, rng)
    return ids.tolist() if isinstance(ids, np.ndarray) else ids


def roll_after(scores, following, start, state, length, temperature, rng):
    generate_with(scores, following, start, state, length, temperature, rng)
    return rng.random()


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
