"""The exceptions that a public function raises at its door stand in its docstring, under Raises."""

import ast
import builtins
import inspect
import re
import textwrap
from operator import itemgetter

import numpy as np
import pytest

from minigrad import Tensor, data, functional, grad, hvp, jacobian, jvp, nn, optim, value_and_grad, vjp, vmap

from .test_public import EVERYTHING, METHODS

UNREACHABLE = {jacobian: {"ValueError"}}
"""The source of a function could raise these only for what it never gives itself: vectors that fit no output."""


def said(thing):
    """The exceptions that the docstring names under Raises."""
    sections = re.findall(r"^Raises[^\n]*:\n((?:    [^\n]*\n?)+)", inspect.getdoc(thing) or "", re.MULTILINE)
    entries = re.findall(r"^    (\w+(?:, \w+)*): ", "\n".join(sections), re.MULTILINE)
    return {name for names in entries for name in names.split(", ")}


def raised(function, owner=None, seen=None):
    """The exceptions that a function, or a method of this class, raises itself or by what helps it at the door.

    What helps are methods, functions of the same file that are not public, and those of `minigrad.arguments`.
    """
    seen = set() if seen is None else seen
    function = inspect.unwrap(function)
    if function in seen or not inspect.isfunction(function) or function.__code__.co_filename == "<string>":
        return set()
    seen.add(function)
    names, found = {**vars(builtins), **function.__globals__}, set()
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if isinstance(names.get(name), type):
                found.add(name)
            case ast.Call(func=ast.Name(id=name)):
                helper = names.get(name)
                here = inspect.isfunction(helper) and inspect.unwrap(helper).__module__ == function.__module__
                if (here and helper not in EVERYTHING) or getattr(helper, "__module__", "") == "minigrad.arguments":
                    found |= raised(helper, owner, seen)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                found |= raised(inspect.getattr_static(owner, name, None), owner, seen)
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name)):
                home = next(c for c in owner.__mro__ if function in map(inspect.unwrap, vars(c).values()))
                found |= raised(getattr(super(home, owner), name), owner, seen)
    return found


def by(thing):
    """The exceptions that calls of a function raise, or the making of an object and the calls of it."""
    if not isinstance(thing, type):
        return raised(thing)
    doors = (getattr(thing, name, None) for name in ("__init__", "__post_init__", "forward"))
    return {name for door in doors for name in raised(door, thing)}


def functions_of(member):
    """The functions that run when a method is called, or a property is read or assigned to."""
    return [f for f in (getattr(member, "fget", member), getattr(member, "fset", None)) if inspect.isfunction(f)]


DOORS = [
    *((thing.__name__, thing, by(thing)) for thing in EVERYTHING),
    *(
        (f"{owner.__name__}.{name}", member, {x for f in functions_of(member) for x in raised(f, owner)})
        for owner in EVERYTHING
        if isinstance(owner, type)
        for name, member in vars(owner).items()
        if name[0] != "_" and name != "forward"
    ),
]


@pytest.mark.parametrize(
    ("thing", "raises"), [pytest.param(*door[1:], id=door[0]) for door in sorted(DOORS, key=itemgetter(0)) if door[2]]
)
def test_what_a_door_raises_stands_in_its_docstring(thing, raises):
    assert raises - UNREACHABLE.get(thing, set()) <= said(thing)


def test_most_doors_are_looked_at():
    assert len(METHODS) < sum(bool(raises) for *_, raises in DOORS) > 100


def leaf():
    return Tensor(np.ones(2), requires_grad=True)


WORDS, ROWS, OTHERS, IDS = np.array(["a", "b"]), np.ones((2, 3)), np.ones((4, 5)), np.array([0, 1])
FUNCTIONS = [
    "sigmoid",
    "relu",
    "leaky_relu",
    "elu",
    "softplus",
    "silu",
    "gelu",
    "erf",
    "erfc",
    "softmax",
    "log_softmax",
    "logsumexp",
]
FILLS = ["zeros_", "ones_", "uniform_", "normal_", "trunc_normal_", "xavier_normal_", "kaiming_uniform_", "orthogonal_"]
OPTIMIZERS = [optim.SGD, optim.Adam, optim.AdamW, optim.RMSprop, optim.Adagrad, optim.Adadelta]
SCHEDULES = [optim.StepLR, optim.LinearLR, optim.OneCycleLR, optim.ReduceLROnPlateau, optim.ExponentialLR]
RECURRENT = [nn.RNN, nn.GRU, nn.LSTM, nn.RNNCell, nn.GRUCell, nn.LSTMCell]
LOSSES = [functional.mse_loss, functional.l1_loss, functional.smooth_l1_loss]
BAD = [
    *(
        (f, bad)
        for f in map(functional.__dict__.get, FUNCTIONS)
        for bad in ((WORDS,), ("word",), (None,), ([[1], [1, 2]],))
    ),
    *((f, bad) for f in map(nn.init.__dict__.get, FILLS) for bad in ((3,), ("word",), (IDS,), ([1.0],))),
    *((f, bad) for f in LOSSES for bad in ((ROWS, OTHERS), (WORDS, WORDS), (ROWS, ROWS, "average"))),
    *(
        (f, bad)
        for f in OPTIMIZERS
        for bad in ((3,), ([],), ([3],), ([{"params": 3}],), ([leaf()], -1.0), ([{"lr": 1.0}],))
    ),
    *((f, (3, 3)) for f in SCHEDULES),
    *((f, bad) for f in RECURRENT for bad in ((0.5, 2), (2, 0), (-1, 2))),
    *((f, bad) for f in (functional.cross_entropy, functional.nll_loss) for bad in ((ROWS, IDS + 9), (ROWS, IDS / 2))),
    (functional.embedding, ([9], np.eye(2))),
    (functional.embedding, ([0.5], np.eye(2))),
    (functional.embedding, ([0], ["word"])),
    (functional.layer_norm, (ROWS, 4)),
    (functional.dropout, (ROWS, 2)),
    (functional.conv1d, (ROWS, ROWS)),
    (functional.scaled_dot_product_attention, (ROWS, OTHERS, OTHERS)),
    (nn.Linear, (-1, 2)),
    (nn.Embedding, (2, 2, 7)),
    (nn.Dropout, (2,)),
    (nn.LayerNorm, (-1,)),
    (nn.Conv1d, (2, 2, 0)),
    (nn.MultiheadAttention, (3, 2)),
    (nn.Sequential, ([np.tanh],)),
    (nn.ModuleDict, ({"a.b": np.tanh},)),
    (nn.Tanh, (3,)),
    (nn.init.eye_, (3,)),
    (nn.init.calculate_gain, ("tahn",)),
    (nn.init.identity_rnn_, (3,)),
    (nn.utils.clip_grad_norm_, (leaf(), -1.0)),
    (nn.utils.clip_grad_value_, ([3], 1.0)),
    (nn.utils.pad_sequence, ([ROWS, OTHERS],)),
    (nn.utils.unpad_sequence, (ROWS, [9, 9, 9])),
    (nn.load, ("model.pt",)),
    (vjp, (lambda x: "word", ROWS)),
    (jvp, (np.sin, ROWS, OTHERS)),
    (hvp, (np.sin, ROWS, ROWS)),
    (Tensor, ("word",)),
    (data.postcards.cards, (0, -1)),
    *((f([leaf()], 0.1).load_state_dict, (bad,)) for f in OPTIMIZERS for bad in (None, 3, {}, [])),
    *((data.Batches("abc", 2).load_state_dict, (bad,)) for bad in (None, 3, {}, {"items": 3, "size": 2})),
    (data.Batches("abc", 2).load_state_dict, (data.Batches("abcd", 2).state_dict(),)),
]
CALLED = [
    *((f, make, (np.ones((4, 2, 9)),)) for f in RECURRENT[:3] for make in ((3, 2),)),
    *((f, (), bad) for f in (nn.MSELoss, nn.L1Loss, nn.BCEWithLogitsLoss) for bad in ((ROWS, OTHERS), (WORDS, WORDS))),
    *((f, (np.sum,), (IDS,)) for f in (grad, value_and_grad, jacobian)),
    (grad, (np.sin,), (ROWS,)),
    (vmap, (np.add,), (ROWS, OTHERS)),
    (nn.Linear, (2, 2), (OTHERS,)),
    (nn.Embedding, (2, 2), ([9],)),
    (nn.Softmax, (7,), (ROWS,)),
    (nn.GELU, ("word",), (ROWS,)),
    (nn.CrossEntropyLoss, (), (ROWS, IDS / 2)),
    (nn.Module, (), (ROWS,)),
]


def named(thing, error):
    """True if the docstring names this exception, or what it is a kind of."""
    return {kind.__name__ for kind in type(error).__mro__} & said(thing)


@pytest.mark.parametrize(
    ("thing", "bad"), [pytest.param(*case, id=f"{case[0].__name__}-{i}") for i, case in enumerate(BAD)]
)
def test_what_comes_of_bad_arguments_stands_in_the_docstring_and_says_whose_they_are(thing, bad):
    with pytest.raises(Exception) as caught:  # noqa: PT011, which one is the question
        thing(*bad)
    assert named(thing, caught.value)
    assert thing.__name__ in str(caught.value)


@pytest.mark.parametrize(
    ("thing", "make", "bad"), [pytest.param(*case, id=f"{case[0].__name__}-{i}") for i, case in enumerate(CALLED)]
)
def test_what_comes_of_a_bad_call_stands_in_the_docstring(thing, make, bad):
    made = thing(*make)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        made(*bad)
    assert named(thing, caught.value)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_lists_of_numbers_are_arrays(name):
    f = getattr(functional, name)
    assert np.array_equal(f([0.0, 1.0]), f(np.array([0.0, 1.0])))
