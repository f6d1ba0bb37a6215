# %% [markdown]
"""
# Exercise 0: Counting what comes next

**The question.** "This morning I took my cat for a ___". You have a guess, and you are rather sure of it. Where can a
program get a guess from, and how sure should it be?

**The idea.** What came next before comes next again. Cut a text into its words and signs; each of them is a *token*.
The tokens before a place, the nearest last, are its *context*. Go through the text, count which token came after
which context, and when that context comes again, you know what to expect. Divide each count by the sum of all counts
there, and you have the *probability* of each token: the share of the times in which it came. Together they are 1.
Anything that turns a context into probabilities is called a *model*. This course is about better and better ones; here
is the first.

**A worked example.** The text is "the cat sat . the cat ran ." and the context is one token.

    after the   cat, cat     counts: cat 2           probabilities: cat 1
    after cat   sat, ran     counts: sat 1, ran 1    probabilities: sat 1/2, ran 1/2
    after sat   .            counts: . 1             probabilities: . 1

With no context at all, every token of the text counts: the 2, cat 2, sat 1, ran 1 and the point 2, of 8.

How far should one look back? A longer context knows more, and it has been seen less often, or never: "the dog" does
not stand above, and nothing is known of what comes after it. So one counts after contexts of all lengths, from none
to `width` tokens, and later takes the longest of them that was seen. Which token of "my old dog" can be left out
first? The one that is farthest away. At worst nothing of the context is left, and after nothing each token has come.

**How good is a model?** Let it read a text that it did not count, and note which chance it gave to each token that
did come. A model that gives 1/4 each time is as unsure as if it chose among 4 equally likely tokens: it hesitates
among 4. Now let there be two places, with the chances 1/2 and 1/8. The chance of both is their product, 1/16. Two
places with 1/4 and 1/4 come to the same 1/16. So this model is as good as one that always hesitates among 4:

    1/2 · 1/8 = 1/16 = 1/4 · 1/4        √(2 · 8) = 4

That number is its *perplexity*, and less is better. If what comes has the chance 0, no number is large enough: the
perplexity is infinite, `math.inf`.

**The shapes.** There are no arrays yet, only lists and dictionaries of Python.

    tokens     the text, a list of none to many thousand strings; a token may be any string, also "" and ","
    width      how many tokens the longest contexts have, 0 or more
    counts     for each context, a tuple of 0 to width tokens, a dictionary {token: how often it came next}
    context    the tokens before a gap, a list in the order of the text; it may be longer than any that was counted
    chances    the chance of each token that came, a list of one number or more

**What to write.** `count_next`: each token counts once for each length of context, as far as there are tokens before
it; so think about the first tokens of a text. A list cannot be a key of a dictionary, a tuple can. `probabilities`:
find the longest end of `context`, the run of its last tokens, that was counted. `perplexity`: any number of places,
not only two. The chance of a long text is smaller than the smallest float, so it can't be computed as it stands; the
logarithm of a product is a sum. All three leave their arguments as they are.

**What to notice.** When you are done, you are shown how much each token of context helps to finish the sentence about
the cat. The nearest token helps much, and what is left is decided by one that stands farther away.

**Where it leads.** Counts treat "cat for a" and "dog for a" as two contexts that have nothing in common. Models that
see what they have in common calculate, and for that they need numbers in place of tokens: exercise 1.

Run this file, or `python grader.py counts`, to see how you do.
"""

# %%
# May import: the standard library
import math

# %%
# Before you write code, predict: put your answers in place of the dots.

# At two places, what came had the chances 1/3 and 1/27. What is the perplexity? (a number)
two_places = ...

# The text tells of cats that go for a walk and of fish that go for a swim, and contexts have two tokens. Can such a
# model know how "I took my cat for a" goes on? (yes or no)
two_tokens_suffice = ...

# With width = 5, after how many contexts does the third token of a text count? (a number)
contexts_of_the_third = ...


# %%
def count_next(tokens, width):
    """The number of times that each token came after each context of 0 to `width` tokens.

    Returns:
        counts: a dictionary {context: {token: count}}. A context is a tuple of tokens, in the order of the text. Only
            contexts after which something came are in it, so an empty text has none.

    >>> count_next(["a", "b", "a"], 1)
    {(): {'a': 2, 'b': 1}, ('a',): {'b': 1}, ('b',): {'a': 1}}
    """
    # YOUR CODE HERE
    raise NotImplementedError


def probabilities(counts, context):
    """The probability of each token that came after the longest end of `context` that was counted.

    Returns:
        chances: a dictionary {token: probability}, of the tokens that came there.

    >>> probabilities({(): {"a": 3, "b": 1}, ("b",): {"a": 1}}, ["b", "a"])
    {'a': 0.75, 'b': 0.25}
    """
    # YOUR CODE HERE
    raise NotImplementedError


def perplexity(chances):
    """Among how many tokens, all equally likely, a model hesitates that gave these chances to what came.

    Returns:
        a number, 1 or more; `math.inf` if one of the chances is 0.

    >>> round(perplexity([1 / 2, 1 / 8]), 6)
    4.0
    """
    # YOUR CODE HERE
    raise NotImplementedError


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
