"""A graph of nodes must give the blame on the way back, in the right order, however deep it is."""

import numpy as np

import minigrad
from minigrad.course.checks import Ask, Mismatch, Words, chart, expect, expect_pure, require, sometimes_zero

SIZES = dict(count=[2, 3, 5, 6, 7, 8], K=[1, 2, 3])
order = Ask("order_of", takes="edges count", gives="order", **SIZES)
blames = Ask("blames_of", takes="edges slopes seed count runs", gives={"blame": "count K"}, **SIZES)
units = Ask(
    "gradients_of_units",
    takes="dout x h W_xh W_hh b times",
    gives={"dx": "N D", "dh": "N H", "dW_xh": "D H", "dW_hh": "H H", "db": "H"},
    **dict(N=[1, 2, 3], D=[1, 2, 4], H=[1, 2, 3], times=[1, 2]),
)


@order.example
@blames.example
def a_graph(rng, count, K, kind="any", runs=1):
    """The last node is the output. Of the others some are made of several, some of one twice, some are not used."""
    users = np.arange(1, count)
    makers = {
        "diamond": lambda user: [user - 1] if user % 3 == 1 else [user - 2] if user % 3 == 2 else [user - 2, user - 1],
        "any": lambda user: rng.integers(max(0, user - 4), user, size=rng.integers(user > 1 or count == 2, 4)),
    }
    if kind == "chain":
        edges = np.stack([users, users - 1], axis=1)
    else:
        edges = np.array([(user, maker) for user in users for maker in makers[kind](user)], dtype=int).reshape(-1, 2)
    slopes = np.where(rng.random(len(edges)) < 0.4, 1.0, rng.normal(size=len(edges)))
    slopes = np.where(rng.random(len(edges)) < 0.2 * (kind != "chain"), 0.0, slopes)  # what is flat sends nothing back
    seed = sometimes_zero(rng, rng.normal(size=K))
    return {"edges": edges, "slopes": slopes, "seed": seed, "count": count, "runs": runs}


@blames.reference
def along_all_paths(edges, slopes, seed, count):
    """A node has as much of an effect as its users have, each times a slope: equations for all of them at once."""
    S = np.zeros((count, count))
    np.add.at(S, tuple(edges.T), slopes)
    return np.linalg.solve((np.eye(count) - S).T, np.eye(count)[-1])[:, None] * seed


def in_order(order_of, edges, count):
    """Each once, all that the output was made of and nothing else, and every maker before its users."""
    needed = {count - 1}
    for user, maker in sorted(edges.tolist(), reverse=True):
        needed |= {maker} if user in needed else set()
    got = order_of()
    if got is None:
        expect("order", got, np.array(sorted(needed)))
    place = {node: k for k, node in enumerate(got.tolist())}
    wrong = [f"node {n} is there twice" for n in place if got.tolist().count(n) > 1]
    wrong += [f"node {n} is missing, and the output was made of it" for n in needed - set(place)]
    wrong += [f"node {n} is there, and the output was not made of it" for n in set(place) - needed]
    pairs = [pair for pair in edges.tolist() if {*pair} <= set(place)]
    wrong += [f"node {u} stands before node {m}, which it was made of" for u, m in pairs if place[m] > place[u]]
    require("order", not wrong, f"order: {wrong and wrong[0]}. It came as {got.tolist()}.", got)


test_chain = order.checks("order: a chain", 1, kind="chain", examples=24)(in_order)
test_order = order.checks("order: makers before all their users, once", 1, needs=[test_chain])(in_order)
test_chain_back = blames.check("blame: a chain", 1, needs=[test_chain], kind="chain", examples=24)


def passed_on_at_once(edges, slopes, seed, count, turned):
    """The blame if a node calls its makers, one by one, and each passes on what it has by then."""
    collected = np.zeros((count, len(seed)))
    collected[-1] = seed

    def call(node):
        made_of = np.flatnonzero(edges[:, 0] == node)
        for k in made_of:
            collected[edges[k, 1]] += slopes[k] * collected[node]
        for maker in sorted({*edges[made_of, 1].tolist()}, reverse=turned):
            call(maker)

    call(count - 1)
    return collected


@blames.checks("blame: two users of one node", 1, needs=[test_chain_back], kind="diamond", count=[4, 7], examples=24)
def test_diamond(blames_of, edges, slopes, seed, count):
    """A student who calls in the order of a set gets other numbers each time: the message names what these share."""
    expected, got = along_all_paths(edges, slopes, seed, count), blames_of()
    try:
        expect("blame", got, expected, "count K")
    except Mismatch:
        early = [passed_on_at_once(edges, slopes, seed, count, turned) for turned in (False, True)]
        if not isinstance(got, np.ndarray) or not any(got.shape == e.shape and np.allclose(got, e) for e in early):
            raise
        said = "blame: a node with several users passed on before all of them had sent their parts, and then once more."
        raise Mismatch("blame", said, kind="passed on at once") from None


test_graph = blames.check("blame: any graph", 1, needs=[test_order, test_diamond])
test_again = blames.check("blame: a run after others gives the same", 1, needs=[test_order, test_chain_back], runs=2)


@units.reference
def the_engine(dout, x, h, W_xh, W_hh, b, times):
    def forward(x, h, W_xh, W_hh, b):
        for _ in range(times):
            h = np.tanh(x @ W_xh + h @ W_hh + b)
        return h

    return minigrad.vjp(forward, x, h, W_xh, W_hh, b)[1](dout)


@units.example
def some_units(rng, N, D, H, times):
    shapes = {"dout": (N, H), "x": (N, D), "h": (N, H), "W_xh": (D, H), "W_hh": (H, H), "b": (H,)}
    numbers = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return {"times": times, **numbers, "dout": numbers["dout"] * (rng.random() < 0.6)}


test_weights = units.check("blame: weights that are used twice", 1, needs=[test_chain_back], examples=16)


@blames.checks(
    "both: one node alone, and 12,000 in a row", 1, needs=[test_chain_back], count=12_000, kind="chain", examples=1
)
def test_deep(student, edges, count):
    for some in (1, count // 10):
        came = student.order_of(edges=edges[: some - 1], count=some)
        require("order", np.array_equal(came, np.arange(some)), f"order: it is not that of a chain of {some:,}.")
    slopes = np.where(np.arange(count - 1) % 3, 1.0, -1.0)
    got = student.blames_of(edges=edges, slopes=slopes, seed=2.0, count=count, runs=1)
    expect("blame", got, np.cumprod([2.0, *slopes[::-1]])[::-1])


@blames.checks("both: 2^99 paths", 1, needs=[test_graph], count=100, kind="chain", examples=1)
def test_paths(student, edges, slopes, seed, count):
    """Each node is made of the one before twice, so nobody can follow each path.

    Who does so on a small graph, with a path of each sum of ones and twos, is told before it takes long.
    """
    small = np.array([(n, n - k) for n in range(1, 18) for k in (1, 2) if n >= k])
    in_order, on_the_way_back = student.asked_of(edges=small, count=18)
    for label, asked, said in [
        ("order", in_order, "Go on from a node once, however many users it has."),
        ("blame", on_the_way_back, "A node should pass on once, when all of its users have passed on to it."),
    ]:
        often = f"Of 18 nodes one was asked {max(asked):,} times for its makers."
        if max(asked) > 1000:
            raise Mismatch(label, f"{label}: each path is followed by itself. {often} {said}", kind="each path")
    edges, halves = np.repeat(edges, 2, axis=0), np.repeat(slopes, 2) / 2
    require(
        "order", np.array_equal(student.order_of(edges=edges, count=count), np.arange(count)), "order: it is wrong."
    )
    got = student.blames_of(edges=edges, slopes=halves, seed=seed, count=count, runs=1)
    expect("blame", got, np.cumprod([1.0, *slopes[::-1]])[::-1, None] * seed)


@blames.checks("the seed is not changed, and another run gives the same", 1, needs=[test_chain_back], examples=16)
def test_pure(student, edges, slopes, seed, count):
    """Of the order only the blame is asked: one that comes of a set may be another each time."""
    expect_pure(student, "blames_of", edges=edges, slopes=slopes, seed=seed, count=count, runs=1)


@chart
def a_graph_with_its_blame(student):
    """u = 3x and y = u · u + u at x = 1."""
    edges, slopes = np.array([[1, 0], [2, 1], [2, 1], [3, 2], [3, 1]]), np.array([3.0, 3.0, 3.0, 1.0, 1.0])
    names = ["x = 1", "u = 3 x = 3", "v = u · u = 9", "y = v + u = 12"]
    users = ["used by u", "used by v, again by v, and by y", "used by y", "the output"]
    blame = student.blames_of(edges=edges, slopes=slopes, seed=np.ones(1), count=4, runs=1)[:, 0]
    places = enumerate(student.order_of(edges=edges, count=4), 1)
    lines = [f"{k}.  {names[n]:<16}blame {blame[n]:3.0f}   {users[n]}" for k, n in places]
    caption = "Your order, and the blame of each node. Read it from the end: each waits for all its users."
    return Words("A graph, and the way back through it", lines, caption)
