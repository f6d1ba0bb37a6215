"""Reading an array piece by piece costs as much as reading it once, forward, backward and in higher orders."""

import inspect

import numpy as np
import pytest

from minigrad import Tensor, grad, vmap
from minigrad.derivatives import shapes
from minigrad.graph import history, sweep, watch_gradient
from minigrad.memory import is_new
from minigrad.pieces import Piece, add_at, sum_of
from minigrad.rules import RULES, AllArguments, name_of
from minigrad.scope import Scope

ROWS = 64
READ = {
    "a loop": lambda x: [*x],
    "numbers": lambda x: [x[i] for i in range(len(x))],
    "NumPy's numbers": lambda x: [x[i] for i in np.arange(len(x))],
    "negative numbers": lambda x: [x[-i] for i in range(len(x))],
    "slices": lambda x: [x[i : i + 1] for i in range(len(x))],
    "columns": lambda x: [x[:, i] for i in range(x.shape[1])],
    "lists": lambda x: [x[[i, 0]] for i in range(len(x))],
    "masks": lambda x: [x[np.arange(len(x)) == i] for i in range(len(x))],
    "elements": lambda x: [x[i, i % 3] for i in range(len(x))],
    "take": lambda x: [np.take(x, i, axis=0) for i in range(len(x))],
    "unstack": np.unstack,
    "unstack by columns": lambda x: np.unstack(x, axis=-1),
    "split": lambda x: np.split(x, len(x)),
    "array_split": lambda x: np.array_split(x, len(x) - 3),
    "hsplit": lambda x: np.hsplit(x, x.shape[1]),
    "vsplit": lambda x: np.vsplit(x, len(x)),
    "take of all elements": lambda x: [np.take(x, [i, -i]) for i in range(len(x))],
    "take_along_axis of all elements": lambda x: [np.take_along_axis(x, np.array([i]), None) for i in range(len(x))],
    "delete": lambda x: [np.delete(x, slice(2, None), i % 2) for i in range(3)],
    "diagonal": lambda x: [np.diagonal(x, 2 - i) for i in range(len(x))],
    "linalg.diagonal": lambda x: [np.linalg.diagonal(x[None], offset=-i)[0] for i in range(len(x))],
    "diag": lambda x: [np.diag(x, -i) for i in range(len(x))],
    "einsum": lambda x: [np.einsum("ii->i", x[i : i + 3]) for i in range(len(x) - 2)],
    "transpose": lambda x: [x.T[:, i] for i in range(len(x))],
    "elements of transpose": lambda x: [x.T[i % 3, i] for i in range(len(x))],
    "swapaxes": lambda x: [np.swapaxes(x, 0, 1)[1:, i] for i in range(len(x))],
    "moveaxis and expand_dims": lambda x: [np.expand_dims(np.moveaxis(x, 0, 1), 1)[:, 0, i] for i in range(len(x))],
    "squeeze": lambda x: [np.squeeze(x[:, None])[i] for i in range(len(x))],
    "flip": lambda x: [np.flip(x)[i] for i in range(len(x))],
    "rot90": lambda x: [np.rot90(x)[:, i] for i in range(len(x))],
    "reshape": lambda x: [np.reshape(x, (-1, 1))[i] for i in range(x.size)],
    "ravel": lambda x: [x.ravel()[3 * i : 3 * i + 3] for i in range(len(x))],
    "atleast_3d": lambda x: [np.atleast_3d(x)[i] for i in range(len(x))],
    "slices of slices": lambda x: [x[1:][i:][0, :2] for i in range(len(x) - 1)],
    "lists of slices": lambda x: [x[::-1].T[:, [i, 0, i]] for i in range(len(x))],
    "masks of slices": lambda x: [x[::-1][np.arange(len(x)) == i] for i in range(len(x))],
    "vmap": lambda x: [vmap(np.sin)(x)],
    "apply_along_axis": lambda x: [np.apply_along_axis(np.sin, 1, x)],
}


def of_all(read, x):
    return sum(np.sum(np.power(piece, 3)) for piece in read(x))


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(ROWS, 3))


@pytest.mark.parametrize("read", READ.values(), ids=READ)
def test_backward_takes_the_time_of_what_was_read(read, x):
    sizes = []
    x = Tensor(x, requires_grad=True)
    y = of_all(read, x)
    with Scope({watch_gradient: lambda t, g, of_argument: sizes.append(of_argument.size)}):
        y.backward()
    assert sum(sizes) <= 20 * x.size


@pytest.mark.parametrize("read", READ.values(), ids=READ)
def test_so_does_a_gradient_that_is_differentiated(read, x):
    x = Tensor(x, requires_grad=True)
    y = of_all(read, x)
    first = sweep({y: Tensor(1.0)}, [x], differentiable=True)[x]
    sizes = []
    with Scope({watch_gradient: lambda t, g, of_argument: sizes.append(of_argument.size)}):
        np.sum(first * first).backward()
    assert sum(t.size for t in history([first]) if is_new(t._array, ())) <= 30 * x.size
    assert sum(sizes) <= 60 * x.size


@pytest.mark.parametrize("read", READ.values(), ids=READ)
def test_the_gradient_is_the_sum_over_the_pieces(read, x):
    if read in (READ["vmap"], READ["apply_along_axis"]):
        expected = 3 * np.sin(x) ** 2 * np.cos(x)
        np.testing.assert_allclose(grad(lambda x: of_all(read, x))(x), expected, rtol=1e-12)
        return
    counts = grad(lambda x: sum(np.sum(piece) for piece in read(x)))(x)
    np.testing.assert_allclose(grad(lambda x: of_all(read, x))(x), counts * 3 * x**2, rtol=1e-12)
    second = grad(lambda x: np.sum(grad(lambda x: of_all(read, x))(x) ** 2))(x)
    np.testing.assert_allclose(second, 36 * counts**2 * x**3, rtol=1e-12)


@pytest.mark.parametrize("order", ["before", "between", "after"])
@pytest.mark.parametrize("dtype", ["f4", "f8", "c16"])
def test_pieces_and_the_whole_are_added(order, dtype):
    x = Tensor(np.array([1, 2, 3], dtype), requires_grad=True)
    reads = [lambda: np.sum(x[0] * 10), lambda: np.sum(x[1:] * 100), lambda: x[[0, 0]] @ np.array([1000, 2000], dtype)]
    reads.insert({"before": 0, "between": 1, "after": 3}[order], lambda: np.sum(x))
    y = sum(read() for read in reads)
    assert sweep({y: np.ones((), dtype)})[x].tolist() == [3011, 101, 101]
    assert sweep({y: np.ones((), dtype)})[x].dtype == dtype


def test_a_number_is_read_in_pieces_too():
    x = Tensor(2.0, requires_grad=True)
    (x * 1.0 + x * 2.0 + np.sum(x[None]) * 3.0 + x[()] * 4.0 + x[...] * 5.0).backward()
    assert x.grad == 15.0


def test_the_real_part_alone_arrives_at_what_is_real():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = np.real(x[0] * 1j * x[1] * 1j) + np.real(x[1] * (2 + 1j))
    assert sweep({y: np.ones(())})[x].tolist() == [-2.0, 1.0]


@pytest.mark.parametrize("kept", [True, False])
def test_a_view_that_keeps_its_gradient_has_all_of_it(kept, x):
    x = Tensor(x, requires_grad=True)
    y = x.T
    if kept:
        y.retain_grad()
    y[1, 2:4].backward(np.array([3.0, 4.0]))
    expected = np.zeros(x.shape)
    expected[2:4, 1] = [3.0, 4.0]
    assert np.array_equal(x.grad, expected)
    assert np.array_equal(y.grad, expected.T) if kept else y.grad is None
    assert np.array_equal(sweep({y[1, 2:4]: np.array([3.0, 4.0])}, [y])[y], expected.T)


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_piece_of_a_view_is_added_to_what_else_comes(first):
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    reads = [lambda: np.sum(x.T[1] * 10), lambda: np.sum(x) * 100, lambda: np.diagonal(x) @ [1000, 2000]]
    y = sum(read() for read in reads[first:] + reads[:first])
    y.backward()
    assert x.grad.tolist() == [[1100, 110], [100, 2110]]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("also", [False, True])
@pytest.mark.parametrize(
    "view",
    [
        lambda x: np.reshape(x, -1),
        lambda x: np.reshape(x, (2, 6), order="F"),
        lambda x: np.reshape(x.T, (6, 2)),
        lambda x: np.reshape(x.T, (6, 2), order="F"),
        lambda x: np.reshape(x, (2, 6)).T,
        lambda x: np.reshape(np.reshape(x, (2, 6)).T, (2, 6)),
        lambda x: np.reshape(x[1:], (4, 2)),
        lambda x: np.reshape(x[:, ::2], -1),
        lambda x: x.flatten(),
        lambda x: np.ravel(x.T, order="A"),
    ],
)
def test_whatever_the_layout_a_piece_of_a_reshaped_array_arrives(view, also, order):
    numbers = np.array(np.arange(12.0).reshape(3, 4), order=order)
    place = view(numbers)[1]
    expected = np.isin(numbers, place) * numbers * 2.0
    x = Tensor(numbers, requires_grad=True)
    np.sum(view(x)[1] ** 2).backward()
    assert np.array_equal(x.grad, expected)
    x = Tensor(numbers, requires_grad=True)
    y = np.sum(x.T * np.asfortranarray(np.ones((4, 3)))) if also else x[0, 0]
    (y + np.sum(view(x)[1] ** 2) + np.sum(view(x)[1] ** 2)).backward()
    once = np.ones((3, 4)) if also else np.eye(1, 12).reshape(3, 4)
    assert np.array_equal(x.grad, 2 * expected + once)
    second = grad(lambda x: np.sum(grad(lambda x: np.sum(view(x)[1] ** 3))(x) ** 2))(numbers)
    assert np.array_equal(second, np.isin(numbers, place) * 36 * numbers**3)


def test_a_number_of_a_view_is_a_number():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = x[0, 1]
    (y[None] * 3.0).backward([1.0])
    np.flip(np.flip(y)[()])[...].backward()
    assert x.grad.tolist() == [[0.0, 4.0], [0.0, 0.0]]


@pytest.mark.parametrize("dtype", ["f2", "f4", "c8"])
def test_a_piece_of_a_view_has_the_dtype_of_its_leaf(dtype):
    x = Tensor(np.ones((3, 2), dtype), requires_grad=True)
    (np.real(np.sum(x.T[1] * 2.0)) + np.real(np.sum(np.diagonal(x).astype(complex) * 1j))).backward()
    assert x.grad.dtype == dtype


def test_nothing_is_written_into_a_gradient_that_somebody_else_has():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y, g = x * 1.0, np.array([1.0, 1.0])
    z = y[0] * 5.0 + y[1]
    found = sweep({y: g, z: np.ones(())}, [y])
    assert (g.tolist(), found[y].tolist()) == ([1.0, 1.0], [6.0, 2.0])


@pytest.mark.parametrize("index", [1, slice(1, None), ..., None, [1, 1], np.array([True, False]), (np.array([0, 0]),)])
def test_what_is_added_at_an_index(index):
    total, values = np.array([1.0, 2.0]), np.array([1.0, 2.0])[index] + 5
    expected = np.array([1.0, 2.0])
    for place, value in zip(np.ravel(np.arange(2)[index]), np.ravel(values), strict=True):
        expected[place] += value
    add_at(total, index, values)
    assert total.tolist() == expected.tolist()
    assert sum_of([Piece(values, index, (2,))]).tolist() == (expected - [1.0, 2.0]).tolist()


@pytest.mark.parametrize("shape", [(4,), (4, 3), (4, 2, 3), (4, 0), (4, 500), (4, 3, 200)])
@pytest.mark.parametrize(
    "index",
    [
        np.array([0, 2, 0, -1, 3]),
        np.array([[1, 1], [-4, 0]]),
        np.array([3, 3, 3], dtype=np.uint8),
        np.array(2),
        np.zeros((0,), int),
    ],
    ids=str,
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_that_are_named_by_numbers_get_all_that_is_added(shape, index, order):
    rng = np.random.default_rng(0)
    total, values = np.array(rng.normal(size=shape), order=order), rng.normal(size=index.shape + shape[1:])
    expected = total.copy()
    np.add.at(expected, index, values)
    add_at(total, index, values)
    assert np.array_equal(total, expected)


@pytest.mark.parametrize(
    "index",
    [
        (slice(None), np.array([0, 2, 0, -1])),
        (..., np.array([1, 1])),
        (np.array([[0], [1], [0]]), slice(None, None, -1), np.array([4, -1])),
        (np.array([True, False]), np.array([1])),
        np.array([0, 0, 1]),
        [0, 0, 1],
        (1, np.array([2])),
    ],
    ids=str,
)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["f8", "f4", "c16"])
def test_many_and_few_numbers_are_added_at_any_index(index, order, dtype):
    rng = np.random.default_rng(0)
    for shape in [(2, 3, 5), (2, 300, 5)]:  # of the second the index names few
        total = np.array(rng.normal(size=shape), dtype, order=order)
        values = rng.normal(size=total[index].shape).astype("f4")
        expected = total.copy()
        for place, value in zip(np.arange(total.size).reshape(shape)[index].flat, values.flat, strict=True):
            expected[np.unravel_index(place, shape)] += value
        add_at(total, index, values)
        np.testing.assert_allclose(total, expected, rtol=1e-6)


def test_rows_of_many_numbers_are_named_by_small_integers():
    total = np.zeros((200, 300))
    add_at(total, np.array([199, 199], np.uint8), np.ones((2, 300)))
    assert total.sum() == 2 * 300 == total[199].sum()


JOIN = {
    "stack": np.stack,
    "concatenate": np.concatenate,
    "vstack": np.vstack,
    "column_stack": np.column_stack,
    "block": np.block,
}


@pytest.mark.parametrize("join", JOIN.values(), ids=JOIN)
def test_joining_takes_one_rule_for_all_pieces(join, x, monkeypatch):
    """A rule for each of n pieces that gets all of them takes n² steps: np.stack of 20,000 rows took 6 s."""
    calls = []
    for function in (shapes.join, shapes.pile):
        rule = RULES[function].rule
        counted = AllArguments(lambda *given, rule=rule: calls.append(given) or rule(*given))
        monkeypatch.setitem(RULES, function, counted)
    x = Tensor(x, requires_grad=True)
    np.sum(join([row**2 for row in x]) ** 2).backward()
    assert len(calls) == 1
    np.testing.assert_allclose(x.grad, 4 * x.data**3, rtol=1e-12)


def test_whatever_takes_any_number_of_arguments_has_one_rule_for_all():
    for function, rules in RULES.items():
        if not isinstance(rules, AllArguments):
            kinds = {p.kind for rule in rules if rule for p in inspect.signature(rule).parameters.values()}
            assert inspect.Parameter.VAR_POSITIONAL not in kinds, name_of(function)
