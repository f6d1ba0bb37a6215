"""A text in three codes, each of which forgets something."""

import numpy as np

from minigrad.course.checks import Ask, Grid, chart, expect, expect_finite, expect_pure, require, size, steps

ask = {"T": steps, "V": size}
coding = Ask("one_hot", takes="ids size", gives={"codes": "T V"}, **ask)
bag = Ask("bag_of_words", takes="ids size", gives={"bag": "V"}, **ask)
window = Ask("fixed_window", takes="ids width size", gives={"windows": "T width·V"}, **ask, width=[1, 2, 3, 5])


@coding.example
@bag.example
@window.example
def a_text(rng, T, V, **width):
    return {"ids": rng.integers(V, size=T), "size": V, **width}


@coding.reference
def where_the_id_is(ids, size):
    return np.array([[float(v == id) for v in range(size)] for id in ids])


@bag.reference
def counted(ids, size):
    return np.array([float(ids.tolist().count(v)) for v in range(size)])


@window.reference
def number_by_number(ids, width, size):
    """Place p of the window after token t has token t - width + 1 + p, if there is one."""
    windows = np.zeros((len(ids), width, size))
    for t, p in np.ndindex(len(ids), width):
        if t - width + 1 + p >= 0:
            windows[t, p, ids[t - width + 1 + p]] = 1
    return windows.reshape(len(ids), width * size)


test_single = coding.check("the one-hot code of a single token", 1, T=1)
test_one_hot = coding.check("the one-hot codes of a text", 1)
test_bag = bag.check("how often each token comes", 1)


@bag.checks("a bag forgets the order", 1)
def test_bag_forgets(bag_of_words, ids, size, rng):
    counts = expect_finite("bag", bag_of_words(), (size,))
    expect("bag of the tokens in another order", bag_of_words(ids=rng.permutation(ids)), counts, "V")


test_nothing_before = window.check("the windows after the first tokens", 1, T=[1, 2], V=[2, 3, 5])
test_windows = window.check("the windows after all tokens", 2, V=[2, 3, 5])


@window.checks("a window knows nothing of what comes next", 1)
def test_future(fixed_window, ids, size, T, width):
    another = np.append(ids[:-1], (ids[-1] + 1) % size)
    windows, others = (expect_finite("windows", fixed_window(ids=i), (T, width * size)) for i in (ids, another))
    expect("windows before the last token, which is another one now", others[:-1], windows[:-1], "T-1 width·V")


@window.checks("a token that has moved shares no number", 1, needs=[test_windows], T=1, V=[3, 4, 5], width=[2, 3, 5])
def test_moved(fixed_window, size, width):
    texts = np.eye(width, dtype=int)  # a 1 among zeros, in each place
    windows = (expect_finite("windows", fixed_window(ids=ids), (width, width * size))[-1] for ids in texts)
    of_the_one = sum(window.reshape(width, size)[:, 1] for window in windows)
    require("windows", max(of_the_one) <= 1, "One token at two places is a 1 in the same number of the window.")


@window.checks("the ids stay as they are", 1, needs=[test_single], examples=16)
def test_pure(student, ids, width, size):
    expect_pure(student, "one_hot", ids=ids, size=size)
    expect_pure(student, "bag_of_words", ids=ids, size=size)
    expect_pure(student, "fixed_window", ids=ids, width=width, size=size)


@chart
def where_two_reviews_differ(student):
    reviews = [f"the food was {one} , not {other} at all".split() for one, other in (("good", "bad"), ("bad", "good"))]
    words = sorted(set(reviews[0]), key=reviews[0].index)
    V, T = len(words), len(reviews[0])
    ids = [np.array([words.index(token) for token in review]) for review in reviews]
    bags = [student.bag_of_words(ids=one, size=V) for one in ids]
    windows = [student.fixed_window(ids=one, width=T, size=V)[-1].reshape(T, V) for one in ids]
    rows = {"bag": np.abs(bags[0] - bags[1])}
    rows |= {f"place {t + 1}": row for t, row in enumerate(np.abs(windows[0] - windows[1]))}
    caption = "The bags are the same in every number; of the window's, four differ. One knows what, the other where."
    return Grid("Where the codes of the two reviews differ", rows, words, caption)
