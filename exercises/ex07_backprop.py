# %% [markdown]
"""
# Exercise 7: In which order back?

**The question.** The loss of one postcard is the end of a thousand small functions: rows of a table, products, sums, a
tanh here and there. Each of them knows its own way back (exercise 5). But who goes first, and who calls whom?

**The idea.** While the network runs forward, remember what happens. Each value becomes a *node*: it has a value, it
knows its makers, the nodes that it was made of, and it knows how to send blame back to them. Nodes and makers together
are a *graph*; in a drawing, an arrow goes from each node to each of its makers. A node that was made of others is one
of their users.

To go back, begin at the output with the blame that it gets from outside, the `seed`. Each node sends its blame to its
makers, each maker collects what it is sent, and in the end every node has the gradient of the output with respect to
its value.

**When may a node pass on?** Take x = 1, u = 2x, y = u + u. So y is 4x, and dy/dx is 4. On the way back the seed is 1,
and y sends 1 to u, and again 1, for it used u twice. What now if u passes on as soon as something comes? It passes on
2, then it has 2 and passes on 4: x gets 6. And if u first collects both and then passes on all of it twice, once for
each time that it was used, x gets 8:

>>> 2 * (1 + 1) + 2 * (1 + 1)
8

A node may pass on when all of its users have passed on to it, and not before. Then it has collected everything. So what
is needed is an order of the nodes with every maker before all of its users, a *topological order*. Forward it is the
order of making; backward it is followed from its end.

**How to find one.** The output knows its makers, they know theirs, and that is all there is to go by. Put the output
into a list, but first its makers, and before each of these its own makers; and nobody twice. That is the whole
description, and it can be written as a function that calls itself. But Python lets only some 1,000 calls stand inside
each other, and the graph of a long text is deeper. So keep a list of your own of what is still to be done: you take
from its end, and put more there. A node has to be met twice, before its makers and after them.

**The shapes**

    node.value    a number or an array
    node.makers   the nodes that it was made of; one that was used twice is there twice; () for an input
    node.back     a function: given the blame of the node, it returns a list, the part of each maker, in their order
    node.blame    the blame that it collected, in the shape of its value; that is for you to set
    seed          the blame of the output

**What to write.** Two functions of some eight lines. Ask a set whether a node is in it: of 12,000 nodes in a list, that
takes very long; and to follow every path takes for ever. Two nodes with the same value are two nodes. Whoever calls
`backpropagate` a second time, after this or another output of the same nodes, gets the same as the first time, and
nothing of what was left. And a part that `back` gives may be the very array that came in, since a sum passes the blame
on as it came. So do not write into an array that you were given; let each addition make a new one.

**What to notice.** This is the heart of every engine that trains networks, and it knows nothing of what the nodes
compute. The lines below yours build units out of nodes, which use their weights twice; your two functions find all
gradients. Exercise 8 has the node that comes last, the loss.

Run this file, or `python grader.py backprop`, to see how you do.
"""

# %%
# May import: numpy, the standard library
import numpy as np

# %%
# Before you write code, predict: put your answers in place of the dots.

# u = 2x and y = u + u. How often may u pass on its blame? (a number)
u_passes_on = ...

# u = 3x and y = u · u + u, with x = 1. What is dy/dx? (a number)
slope_of_y = ...

# e = c + d, f = c · d, y = e + f, and c was made of other nodes. Going back from y, may one follow each arrow to its
# end at once: y, e, c, the makers of c, and only then f? (yes or no)
to_the_end_at_once = ...


# %%
class Node:
    """A value that remembers what it was made of."""

    def __init__(self, value, makers=(), back=lambda blame: []):
        self.value = value
        self.makers = makers
        self.back = back
        self.blame = 0.0


def topological_order(output):
    """All nodes that the output was made of, however far back, and itself.

    Args:
        output: a Node.

    Returns:
        A list of Nodes: each once, and behind all of its makers. So the output is the last.

    >>> x = Node(1.0)
    >>> y = Node(2.0, (x, x), lambda blame: [blame, blame])
    >>> topological_order(y) == [x, y]
    True
    """
    # YOUR CODE HERE
    raise NotImplementedError


def backpropagate(output, seed):
    """Set the blame of every node that the output was made of, however far back, and of itself.

    Args:
        output: a Node.
        seed: the blame of the output, in the shape of its value. It stays as it is.

    >>> x = Node(1.0)
    >>> y = Node(2.0, (x, x), lambda blame: [blame, blame])
    >>> backpropagate(y, 1.0)
    >>> x.blame
    2.0
    """
    # YOUR CODE HERE
    raise NotImplementedError


# %%
# Nodes cannot travel between the grader and your file, but numbers can. These lines make graphs of them, and hand them
# to your functions. Leave them as they are. An edge is a pair: the number of a node, and that of one of its makers.


class Linear(Node):
    """A node whose blame goes back to each maker times a slope."""

    def __init__(self, value):
        self.value, self.makers, self.slopes, self.blame = value, (), (), 0.0

    def back(self, blame):
        return [blame if slope == 1 else slope * blame for slope in self.slopes]


class Counting(Linear):
    """A node that counts how often it is asked for its makers."""

    asked = 0

    def __getattribute__(self, name):
        if name == "makers":
            self.asked += 1
        return super().__getattribute__(name)


def graph_of(edges, slopes, count, value=1.0, kind=Linear):
    """A list of `count` nodes, which all have this value; the last is the output."""
    nodes = [kind(value) for _ in range(count)]
    for user, maker, slope in zip(*edges.T.tolist(), slopes.tolist(), strict=True):
        nodes[user].makers += (nodes[maker],)
        nodes[user].slopes += (slope,)
    return nodes


def order_of(edges, count):
    nodes = graph_of(edges, np.ones(len(edges)), count)
    numbers = {node: number for number, node in enumerate(nodes)}
    order = topological_order(nodes[-1])
    return None if order is None else np.array([numbers[node] for node in order], dtype=int)


def blames_of(edges, slopes, seed, count, runs):
    nodes = graph_of(edges, slopes, count, np.ones(np.shape(seed)))
    for _ in range(runs - 1):  # earlier ones, of other outputs and another seed
        for other in (*nodes[-1].makers, nodes[-1]):
            backpropagate(other, -2 * seed)
    backpropagate(nodes[-1], seed)
    blames = np.empty((count, *np.shape(seed)))
    for number, node in enumerate(nodes):
        blames[number] = node.blame
    return blames


def asked_of(edges, count):
    """How often each node is asked for its makers: by your order, and on your way back."""
    asked = []
    for way in (topological_order, lambda output: backpropagate(output, 1.0)):
        nodes = graph_of(edges, np.ones(len(edges)), count, kind=Counting)
        way(nodes[-1])
        asked.append([node.asked for node in nodes])
    return np.array(asked)


def node_of(f, *makers):
    """f of the makers, as a node. The way back is measured by an imaginary hair, as in exercise 4."""
    values = [maker.value for maker in makers]

    def back(blame):
        parts = [np.zeros(value.shape) for value in values]
        for k, part in enumerate(parts):
            for place in np.ndindex(part.shape):
                nudged = [value.astype(complex) for value in values]
                nudged[k][place] += 1e-20j
                part[place] = (blame * f(*nudged).imag).sum() / 1e-20
        return parts

    return Node(f(*values), makers, back)


def gradients_of_units(dout, x, h, W_xh, W_hh, b, times):
    leaves = [Node(value) for value in (x, h, W_xh, W_hh, b)]
    x, h, W_xh, W_hh, b = leaves
    for _ in range(times):
        inputs, before = node_of(np.matmul, x, W_xh), node_of(np.matmul, h, W_hh)
        h = node_of(np.tanh, node_of(np.add, node_of(np.add, inputs, before), b))
    backpropagate(h, dout)
    return [leaf.blame for leaf in leaves]


# %%
if __name__ == "__main__":
    try:
        from minigrad.course import grade_this_file
    except ImportError as why:
        raise SystemExit(f"The course's minigrad is not found: {why}. In its folder: python grader.py doctor") from None

    grade_this_file()
