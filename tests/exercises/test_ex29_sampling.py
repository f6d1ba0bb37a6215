"""A network speaks: a number draws an id, and this is read next."""

import copy
import math
import textwrap

import numpy as np

from minigrad.course.checks import Ask, Words, chart, expect, expect_pure
from minigrad.data import postcards

draw = Ask("sample", takes="logits temperature u", gives="id", V=[2, 3, 1, 5, 8])
speech = Ask(
    "generate_with",
    takes="scores following start state length temperature rng",
    gives="ids",
    V=[2, 3, 5, 7],
    S=[2, 3, 5],
    length=[1, 2, 3, 5, 9, 0],
)


@draw.example
def some_logits(rng, V, warm=True):
    """Mostly u lies close to where two pieces meet."""
    temperature = float(np.exp(rng.uniform(-1.5, 1.5))) if warm else 1.0
    logits, u = rng.normal(scale=2, size=V), rng.random()
    if V > 1 and rng.random() < 0.8:
        powers = np.exp((logits - logits.max()) / temperature)
        end = powers[: rng.integers(1, V)].sum() / powers.sum()
        close = end + rng.choice([-1, 1]) * 10.0 ** -rng.integers(2, 6)
        u = close if 0.001 < close < 0.999 else u
    return {"logits": logits, "temperature": temperature, "u": float(u)}


@draw.reference
def piece_by_piece(logits, temperature, u):
    """The last id that can come, of those whose pieces begin at u or before."""
    ratios = [[math.exp((b - a) / temperature) for b in logits] for a in logits]
    p = [1 / math.fsum(row) for row in ratios]
    return max(k for k in range(len(p)) if p[k] > 0 and math.fsum(p[:k]) <= u)


@speech.example
def a_network_of_tables(rng, V, S, length, remembers=True):
    """Without memory, what it guesses follows from the last token alone."""
    following = rng.integers(S, size=(S, V))
    return {
        "scores": rng.normal(scale=1.5, size=(S, V)),
        "following": following if remembers else np.tile(following[0], (S, 1)),
        "start": int(rng.integers(V)),
        "state": int(rng.integers(S)),
        "length": length,
        "temperature": float(np.exp(rng.uniform(-1, 1))),
        "rng": np.random.default_rng(rng.integers(2**32)),
    }


@speech.reference
def token_by_token(scores, following, start, state, length, temperature, rng):
    ids = [start]
    for u in rng.random(length):
        state = following[state, ids[-1]]
        ids.append(piece_by_piece(scores[state], temperature, u))
    return ids[1:]


test_piece = draw.check("the id in whose piece u lies", 1, examples=64, warm=False)
test_temperature = draw.check("the temperature", 1)


@draw.checks("u lies just where two pieces meet", 1, needs=[test_piece], V=[2, 4, 1], examples=32)
def test_edge(sample, rng, V):
    """All logits are 0 first, so that the pieces end just at k/V, by whichever formula."""
    k, logits = int(rng.integers(V)), np.zeros(V)
    expect("id", sample(logits=logits, u=k / V), k)
    for below in (1e-9, 1e-12):
        expect(f"id, for a u that lies {below} below an end", sample(logits=logits, u=(k + 1) / V - below), k)
    logits = rng.normal(scale=2, size=V)
    powers = np.exp(logits - logits.max())
    for end in np.cumsum(powers)[:-1] / powers.sum():
        for away in (-3e-9, 3e-9, -1e-12, 1e-12):
            u = float(end + away)
            right = piece_by_piece(logits, 1.0, u)
            expect(f"id, for a u at {away} from an end", sample(logits=logits, temperature=1.0, u=u), right)


@draw.checks("what has the probability 0 never comes", 1, needs=[test_edge], V=[2, 3, 5, 8], examples=40)
def test_never(sample, rng, V):
    """With 1, 2 or 4 ids that can come, all with the same chance, and u where the piece of one begins."""
    can = int(rng.choice([n for n in (1, 2, 4) if n < V]))
    ids, k = np.sort(rng.permutation(V)[:can]), int(rng.integers(can))
    logits = np.full(V, -np.inf)
    logits[ids] = 0.0
    expect("id", sample(logits=logits, u=k / can), int(ids[k]))
    hot = sample(logits=logits, temperature=1e12, u=k / can)
    expect("id, at the temperature 10^12", hot, int(ids[k]))
    rare = np.append(-60.0, logits)  # id 0 has the chance e^-60, or less, and a u of that size draws it
    expect("id, where id 0 is very rare and u is 0", sample(logits=rare, temperature=1.0, u=0.0), 0)
    expect("id, where id 0 is rarer than u is small", sample(logits=rare, temperature=1.0, u=1e-20), int(ids[0]) + 1)


@draw.checks(
    "u just below 1 draws the last id that can come", 1, needs=[test_piece], V=[6, 10, 13, 15, 22], examples=20
)
def test_top(sample, rng, V):
    """1/V, added up V times, is less than this u, for each of these V. Behind them there may be ids that never come."""
    logits = np.full(V, rng.normal())
    for never in (0, int(rng.integers(1, 4))):
        expect("id", sample(logits=np.append(logits, [-np.inf] * never), u=1 - 2**-53), V - 1)


@draw.checks("a very low temperature, and large logits", 1, needs=[test_temperature], examples=24)
def test_cold(sample, rng, V, u):
    """Logits that are nearly alike share the line at any temperature."""
    order, alike = rng.permutation(V), rng.normal(size=V)
    for logits, temperature in ((rng.normal() + order / 4, 1e-3), (rng.choice([-1000, 1000]) + 50.0 * order, 1.0)):
        expect("id", sample(logits=logits, temperature=temperature), int(order.argmax()))
    for scale in (1e-2, 1e-5, 1e-8, 1e-10, 50.0):
        right = piece_by_piece(scale * alike, scale, u)
        expect("id", sample(logits=scale * alike, temperature=scale), right)


test_first = speech.check("generate: a single token", 1, needs=[test_temperature], length=1, examples=24)
test_tokens = speech.check(
    "generate: what was drawn is read next", 1, needs=[test_temperature], examples=32, remembers=False
)
test_states = speech.check("generate: the state goes on", 1, needs=[test_temperature], examples=40)


@speech.checks("no argument is changed, and rng rolls once for each id", 1, needs=[test_first], length=40, examples=12)
def test_pure(student, scores, following, start, state, length, temperature, rng):
    expect_pure(student, "sample", logits=scores[0], temperature=temperature, u=0.3)
    given = {"following": following, "start": start, "state": state, "length": length, "temperature": 1.0, "rng": rng}
    expect_pure(student, "generate_with", scores=scores, **given)
    for some in (length, 0):
        *_, roll = copy.deepcopy(rng).random(some + 1)
        came = student.roll_after(scores=scores, **given | {"length": some})
        expect("the roll of rng after the text", came, float(roll))


@draw.checks("the draws of NumPy", 0, examples=8)
def test_numpy(sample, rng, logits, temperature, V):
    p = np.exp(logits / temperature)
    one, other = (np.random.default_rng(seed) for seed in [rng.integers(2**32)] * 2)
    for _ in range(10):
        expect("id", sample(u=other.random()), one.choice(V, p=p / p.sum()))


ORDER, RARE = 3, 0.003  # letters that the network below remembers; what it adds to each count


def network_of_letters(text):
    """The counts of what came after each run of at most ORDER letters, as a network whose states are these runs.

    Returns:
        The letters, the states, and the two tables.
    """
    letters = sorted({*text})
    runs = sorted({text[t - n : t] for n in range(ORDER + 1) for t in range(n, len(text))})
    states, V = {run: k for k, run in enumerate(runs)}, len(letters)
    counts, following = np.full((len(runs), V), RARE), np.zeros((len(runs), V), int)
    for t, letter in enumerate(text):
        for n in range(min(ORDER, t) + 1):
            counts[states[text[t - n : t]], letters.index(letter)] += 1
    for run, k in states.items():
        longer = [[(run + letter)[start:] for start in range(len(run) + 2)] for letter in letters]
        following[k] = [next(states[end] for end in ends if end in states) for ends in longer]
    return letters, states, {"scores": np.log(counts), "following": following}


@chart
def three_temperatures(student):
    """The same network as the student's functions let it speak at three temperatures."""
    text = " ".join(" ".join(card.tokens[:-1]) for card in postcards.cards(29, 40))
    letters, states, tables = network_of_letters(text)
    begin, known, lines = "this morning I took my ", {*text.split()}, []
    given = {"start": letters.index(" "), "state": states[begin[-ORDER - 1 : -1]], "length": 200}
    for temperature in (0.2, 1.0, 3.0):
        ids = student.generate_with(**tables, **given, temperature=temperature, rng=np.random.default_rng(1))
        said = begin + "".join(letters[id] for id in ids)
        words = said.split()[5:-1]  # the last may be cut off
        share = np.mean([word in known for word in words])
        count = f"{len({*words})} different words in {len(words)}, {share:.0%} of them are on the cards"
        lines += [f"temperature {temperature:g}: {count}", *(f"  {line}" for line in textwrap.wrap(said, 68)[:3]), ""]
    caption = (
        f"Your functions, and one network: it remembers {ORDER + 1} letters, and has counted what came after them on "
        "40 postcards. It knows the same each time."
    )
    return Words("Three ways to write on", lines, caption)
