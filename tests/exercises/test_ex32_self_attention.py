"""Self-attention: each word must ask its own text, and a causal one nothing that comes later."""

import numpy as np

from minigrad.course.checks import Ask, Words, chart, expect, expect_finite, expect_pure, require, size

mask = Ask("causal_mask", takes="T", gives={"mask": "T T"}, T=[1, 2, 3, 4, 5, 8, 12])
look = Ask(
    "self_attention",
    takes="x W_q W_k W_v causal",
    gives={"result": "", "weights": ""},
    T=[1, 2, 3, 4, 2, 3, 5, 9],
    D=size,
    d=size,
    e=size,
    leading=[0, 1, 2],
    scale=1,
)


@look.example
def a_text(rng, T, D, d, e, leading, causal=False, scale=1):
    """In some texts there are words whose vector is 0; they are words like the others."""
    x = scale * rng.normal(size=(*rng.integers(1, 4, size=leading), T, D))
    x[rng.random(x.shape[:-1]) < rng.choice([0.0, 0.3])] = 0.0
    W_q, W_k, W_v = (rng.normal(size=(D, columns)) / np.sqrt(D) for columns in (d, d, e))
    return {"x": x, "W_q": W_q, "W_k": W_k, "W_v": W_v, "causal": causal}


mask.reference(lambda T: np.array([[key <= query for key in range(T)] for query in range(T)]))


@look.reference
def word_by_word(x, W_q, W_k, W_v, causal, T, d, e):
    """Each word by itself, beside the words that it sees. The mean of the values is that of the words, times W_v."""
    result, weights = np.zeros((*x.shape[:-1], e)), np.zeros((*x.shape[:-1], T))
    both = np.einsum("id,jd->ij", W_q, W_k) / d**0.5
    for place in np.ndindex(*x.shape[:-1]):
        seen = x[place[:-1]][: place[-1] + 1 if causal else T]
        scores = np.einsum("i,ij,sj->s", x[place], both, seen)
        weights[place][: len(seen)] = np.exp(scores - np.logaddexp.reduce(scores))
        result[place] = np.einsum("s,sj,je->e", weights[place][: len(seen)], seen, W_v)
    return result, weights


test_mask = mask.check("causal_mask: who may look at whom", 1, examples=7)
test_all = look.check("all see all: one text", 2, leading=0, scale=[1, 1, 100])
test_batch = look.check("all see all: texts that know nothing of each other", 1, needs=[test_all])


@look.checks("all see all: in another order each keeps its result", 1, needs=[test_all], examples=16)
def test_order(self_attention, rng, x, T, e):
    order = rng.permutation(T)
    result = expect_finite("result", self_attention()[0], (*x.shape[:-1], e))
    expect("result", self_attention(x=x[..., order, :])[0], result[..., order, :])


@look.checks("causal: another word, and nothing before it changes", 1, needs=[test_mask], T=[2, 3, 5], causal=True)
def test_future(self_attention, rng, x, T, e):
    t = int(rng.integers(1, T))
    before, after = with_another_word(self_attention, x, e, t)
    expect(f"what was found before word {t}", after[..., :t, :], before[..., :t, :])


CALM = dict(causal=True, scale=0.3)  # so that no weight is nearly 0


@look.checks("causal: a word sees itself, and those after it do", 1, needs=[test_mask], T=[1, 2, 3, 5], **CALM)
def test_present(self_attention, rng, x, T, e):
    t = int(rng.integers(T))
    before, after = with_another_word(self_attention, x, e, t)
    moved = np.abs(after - before).max(axis=-1)[..., t:] > 1e-9
    message = f"another word {t} changes nothing in some rows from {t} on. Each of them should see it."
    require("result", moved.all(), message, after)


def with_another_word(self_attention, x, e, t):
    """The result, and what it is if word t is another one."""
    before = expect_finite("result", self_attention()[0], (*x.shape[:-1], e))
    x[..., t, :] += 1
    return before, expect_finite("result", self_attention(x=x)[0], before.shape)


test_causal = look.check("causal: result and weights", 1, needs=[test_mask], causal=True, scale=[1, 100])


@look.checks("causal: a text that goes on keeps what was found", 1, needs=[test_causal], T=[2, 3, 5], causal=True)
def test_goes_on(self_attention, x, T, e):
    whole = expect_finite("result", self_attention()[0], (*x.shape[:-1], e))
    expect("result without the last word", self_attention(x=x[..., : T - 1, :])[0], whole[..., : T - 1, :])


@look.checks("no argument is changed, and calling again gives the same", 1, needs=[test_mask], examples=16)
def test_pure(student, rng, x, W_q, W_k, W_v):
    expect_pure(student, "self_attention", x=x, W_q=W_q, W_k=W_k, W_v=W_v, causal=bool(rng.integers(2)))


WORDS = ["this", "morning", "I", "took", "my", "cat", "for", "a", "walk"]


@chart
def who_sees_whom(student):
    """Each word is exchanged for another one; whose result is another one then, has seen it."""
    rng, seen = np.random.default_rng(32), []
    x, *weights = rng.normal(size=(len(WORDS), 4)), *0.3 * rng.normal(size=(3, 4, 4))  # no weight is nearly 0
    names = dict(zip(("W_q", "W_k", "W_v"), weights, strict=True))
    for causal in (False, True):
        found = lambda x, causal=causal: student.self_attention(x=x, **names, causal=causal)[0]
        others = [found(x + np.eye(len(WORDS))[:, [t]]) for t in range(len(WORDS))]
        seen.append(np.abs(np.stack(others, axis=1) - found(x)[:, None]).max(axis=-1) > 1e-9)
    lines = [f"{'':9} all see all   causal"]
    for t, word in enumerate(WORDS):
        lines.append(f"{word:>9} " + "     ".join("".join(".#"[int(s)] for s in rows[t]) for rows in seen))
    caption = (
        "Read a row: a # stands for each word that changes what your function finds for this one. A causal network "
        "sees a triangle, as a recurrent one did; but it sees the first word as directly as the last."
    )
    return Words("Who sees whom", lines, caption)
