"""Writing into an array that the graph still needs is an error there, or the gradient is right; it is never wrong."""

import array
import contextlib
import copy
import operator
import pickle
import random

import numpy as np
import pytest

from minigrad import Tensor, grad, hvp, nn, no_grad, primitive, value_and_grad, vjp

from .conftest import quick


def leaf(*data):
    return Tensor([*data], requires_grad=True)


def gradients(loss, *leaves):
    np.sum(loss).backward()
    return [t.grad.tolist() for t in leaves]


def test_a_leaf_that_is_written_to_before_backward_keeps_its_old_gradient():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = x * w
    x.data[:] = 100
    w.data += 100
    assert (x.data.tolist(), w.data.tolist()) == ([100, 100], [103, 104])
    assert gradients(y, x, w) == [[3, 4], [1, 2]]


def test_through_an_array_that_was_taken_before_the_operation():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    array, view, transposed = x.data, x.data[1:], x.data.T
    y = x * w
    array[0], view[0] = 100, 200
    assert gradients(y, w) == [[1, 2]]
    assert x.data.tolist() == transposed.tolist() == [100, 200]
    assert (x * w).data.tolist() == [300, 800]


def test_through_a_view_of_a_view_whose_array_is_gone():
    x, w = leaf(1.0, 2.0, 3.0), leaf(1.0, 1.0, 1.0)
    view = x.data[1:][::-1]
    y = x * w
    view[:] = 9
    assert gradients(y, w) == [[1, 2, 3]]
    assert x.tolist() == [1, 9, 9]


def test_through_a_new_array_or_a_copy():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = x * w
    replacement = np.array([5.0, 6.0])
    x.data = replacement
    replacement[:] = 7
    x.numpy()[:] = 8
    assert x.tolist() == [5, 6]
    assert gradients(y, w) == [[1, 2]]


@pytest.mark.parametrize("inside", [False, True])
def test_the_array_of_a_result_is_read_only(inside):
    y = np.tanh(leaf(1.0, 2.0))
    z = y * y if inside else y
    for write in (
        lambda: y.data.__setitem__(0, 5.0),
        lambda: np.add(1.0, 2.0, out=y.data),
        lambda: y.data.sort(),
        lambda: y[0].data.__setitem__((), 5.0),
    ):
        with pytest.raises(ValueError, match="read-only"):
            write()
    with pytest.raises(TypeError, match=r"result.*np\.tanh.*t = a new Tensor.*t\.numpy"):
        y.data = np.ones(2)
    np.sum(z).backward()


@pytest.mark.parametrize(
    "use",
    [
        lambda w, c: w * c,
        lambda w, c: c * w,
        lambda w, c: np.maximum(w, c),
        lambda w, c: w @ c,
        lambda w, c: np.where(c > 2, w * c, w),
        lambda w, c: np.dot(w, c),
        lambda w, c: np.einsum("i,i", w, c),
        lambda w, c: np.einsum("i,i->i", c, w),
        lambda w, c: np.concatenate([w * c, c]),
        lambda w, c: np.average(w, weights=c),
        lambda w, c: np.clip(w * w, c, None),
        lambda w, c: np.prod(np.stack([w, c])),
        lambda w, c: w**c,
        lambda w, c: Tensor(c) * w,
        lambda w, c: np.linalg.solve(np.diag(w), c),
    ],
)
def test_a_constant_buffer_may_be_used_again(use):
    buffer = np.array([3.0, 2.0])
    expected = gradients(use(w := leaf(1.0, 2.0), buffer), w)
    y = use(w := leaf(1.0, 2.0), buffer)
    buffer[:] = 100
    assert gradients(y, w) == expected


@pytest.mark.parametrize(
    ("read", "index", "change"),
    [
        (operator.getitem, np.array([0, 2]), lambda i: i.fill(1)),
        (operator.getitem, [0, 2], lambda i: i.append(1)),
        (operator.getitem, (np.array([0, 2]),), lambda i: i[0].fill(1)),
        (operator.getitem, np.array([True, False, True]), lambda i: i.fill(False)),
        (np.take, np.array([0, 2]), lambda i: i.fill(1)),
        (np.take, [0, 2], lambda i: i.append(1)),
    ],
)
def test_an_index_may_be_changed(read, index, change):
    index = copy.deepcopy(index)
    w = leaf(1.0, 2.0, 3.0)
    y = read(w * w, index)
    change(index)
    assert gradients(y, w) == [[2, 0, 6]]


def test_lists_may_be_changed():
    x = leaf(1.0, 2.0)
    parts = [x * x, np.array([3.0])]
    y = np.concatenate(parts) ** 2
    factors = [3.0, 4.0]
    z = x * factors
    parts[1][:] = parts[0] = factors[0] = 100
    y.backward(np.ones(3))
    z.backward(np.ones(2))
    assert x.grad.tolist() == [4 * 1 + 3, 4 * 8 + 4]


def test_a_buffer_that_is_filled_anew_at_every_step():
    rng = np.random.default_rng(0)
    x, W, U = rng.normal(size=(4, 2, 3)), rng.normal(size=(3, 5)), rng.normal(size=(5, 5))

    def loss(W, reuse):
        buffer, h = np.empty((2, 3)), np.zeros((2, 5))
        for x_t in x:
            if reuse:
                buffer[:] = x_t
            h = np.tanh((buffer if reuse else x_t) @ W + h @ U)
        return np.sum(h)

    assert np.array_equal(grad(loss)(W, reuse=True), grad(loss)(W, reuse=False))


@pytest.mark.parametrize(
    "make", [lambda w: w.detach(), lambda w: w[:], lambda w: np.squeeze(w), lambda w: w[::-1][::-1]]
)
def test_constants_made_without_recording_keep_the_numbers_of_their_time_for_a_graph(make):
    w, x = leaf(1.0, 2.0), leaf(3.0, 4.0)
    with no_grad():
        constant = make(w)
    y = x * constant
    w.data[:] = w.data + 10
    assert w.tolist() == [11, 12]
    assert gradients(y, x)[0] == [1, 2]
    z = x * constant
    before = constant.tolist()
    constant.data[:] = 0
    x.grad = None
    assert gradients(z, x)[0] == before


def test_what_transforms_return_and_take_may_be_written_to():
    x = np.array([1.0, 2.0])
    y, pullback = vjp(np.exp, x)
    y[:] = x[:] = 0
    (g,) = pullback(v := np.ones(2))
    g[:] = v[:] = 0
    assert pullback(np.ones(2))[0].tolist() == np.exp([1.0, 2.0]).tolist()
    value, g = value_and_grad(lambda x: np.sum(x))(x)
    value += 1
    g += 1


def test_a_leaf_written_to_inside_a_differentiated_function():
    def f(x):
        y = x * x
        x.data[:] = 100
        return np.sum(y)

    x = np.array([1.0, 2.0])
    assert grad(f)(x).tolist() == [2, 4]
    assert x.tolist() == [1, 2]


# In-place operators and assignment

OPERATORS = [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow, operator.imod]
OPERATORS += [operator.ifloordiv, operator.imatmul]


@pytest.mark.parametrize("in_place", OPERATORS)
def test_a_leaf_that_is_recorded_is_not_left_as_it_is_in_silence(in_place):
    w = leaf([1.0, 2.0], [3.0, 4.0])
    with pytest.raises(TypeError, match=r"would make a new Tensor and leave the leaf as it is. Inside no_grad\(\)"):
        in_place(w, np.eye(2))
    with no_grad():
        assert in_place(w, np.eye(2) + 1) is w
    assert w.requires_grad


@pytest.mark.parametrize("in_place", OPERATORS)
def test_in_place_operators_keep_dtype_and_shape_as_those_of_arrays(in_place):
    array = np.array([[1.5, 2.0], [3.0, 4.0]], np.float32)
    other = np.array([[1.0, 2.0], [0.5, 1.0]])
    expected = in_place(array.copy(), other)
    w = leaf(1.0)
    for t in (Tensor(array), Tensor(array, requires_grad=True) * 1, Tensor(array) + w.astype(np.float32) * 0):
        result = in_place(t, other)
        assert result.dtype == np.float32
        assert np.array_equal(getattr(result, "data", result), expected)
        if in_place is not operator.imatmul:
            with pytest.raises((TypeError, ValueError)):
                in_place(result, np.ones((3, 2, 2)))
        with pytest.raises(TypeError):
            in_place(result, np.full((2, 2), 1j))


def test_a_result_that_is_changed_in_place_has_the_right_gradient():
    w = Tensor(np.array([1.0, 2.0], np.float32), requires_grad=True)
    c = w * 1
    c += np.ones(2)
    c *= c
    np.sum(c).backward()
    assert c.dtype == w.grad.dtype == np.float32
    assert w.grad.tolist() == [4, 6]


def test_a_number_is_replaced():
    total = Tensor(np.float32(0.0), requires_grad=True) * 1
    total += np.ones(2)
    assert (total.shape, total.dtype) == ((2,), float)


def test_a_constant_is_changed_for_all_who_hold_it_and_for_no_graph():
    w, c = leaf(1.0, 2.0), Tensor([3.0, 4.0])
    y, buffers = w * c, [c]
    for b in buffers:
        b *= 10
        b[0] = Tensor(7.0)
        b[1:] = [8.0]
    assert c.tolist() == [7, 8]
    assert gradients(y, w) == [[3, 4]]
    d = c
    d += w
    assert d.requires_grad
    assert c.tolist() == [7, 8]


def test_writing_into_a_part_is_not_lost():
    w, c = leaf([1.0, 2.0], [3.0, 4.0]), Tensor([[1.0, 2.0], [3.0, 4.0]])
    c[0] += 10
    c[:, 1] *= 2
    c[1, 0] -= 1
    assert c.tolist() == [[11, 24], [2, 8]]
    with no_grad():
        w[0] += 10
        w[1][0] = 7.0
        free = np.copy(w[0])
        free[0] = 5.0
    assert (w.tolist(), c.tolist(), free.tolist()) == ([[11, 12], [7, 4]], [[11, 24], [2, 8]], [5, 12])


# Views, as NumPy makes them

VIEWS = {
    "row": lambda t: t[0],
    "column": lambda t: t[:, 1],
    "backwards": lambda t: t[::-1, ::-1],
    "new axis": lambda t: t[:, None],
    "all": lambda t: t[...],
    "part of a part": lambda t: t.T[1:][0],
    "iteration": lambda t: next(iter(t)),
    "np.reshape": lambda t: np.reshape(t, -1),
    "reshape": lambda t: t.reshape(3, 2),
    "ravel": lambda t: t.ravel(),
    "T": lambda t: t.T,
    "mT": lambda t: t.mT,
    "swapaxes": lambda t: t.swapaxes(0, 1),
    "np.moveaxis": lambda t: np.moveaxis(t, 0, 1),
    "np.rollaxis": lambda t: np.rollaxis(t, 1),
    "np.unstack": lambda t: np.unstack(t)[1],
    "np.unstack, axis": lambda t: np.unstack(t, axis=1)[2],
    "np.split": lambda t: np.split(t, 3, axis=1)[1],
    "np.hsplit": lambda t: np.hsplit(t, [1])[1],
    "np.flip": lambda t: np.flip(t),
    "np.fliplr": lambda t: np.fliplr(t),
    "np.rot90": lambda t: np.rot90(t, 3),
    "np.squeeze": lambda t: np.squeeze(t[:, None]),
    "np.expand_dims": lambda t: np.expand_dims(t, 0),
    "np.atleast_3d": lambda t: np.atleast_3d(t),
    "np.real": lambda t: np.real(t),
    "np.einsum": lambda t: np.einsum("ij->ji", t),
    "a number": lambda t: t[0, 1],
    "np.take": lambda t: np.take(t, [0], axis=0),
    "a list": lambda t: t[[1, 0]],
    "a mask": lambda t: t[t > 2],
    "flatten": lambda t: t.flatten(),
    "np.copy": lambda t: np.copy(t[0]),
    "positive": lambda t: +t,
}
NUMBERS = np.arange(1.0, 7.0).reshape(2, 3)


def assign(t, x):
    t[...] = x
    return t


def through_data(t, x):
    t.data -= x
    return t


@pytest.mark.parametrize("change", quick(2, [operator.isub, assign, operator.imul, operator.ifloordiv, through_data]))
@pytest.mark.parametrize("kind", quick(1, ["leaf", "constant", "result of no_grad"]))
@pytest.mark.parametrize("in_use", [False, True])
@pytest.mark.parametrize("order", quick(1, ["C", "F"]))
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_what_is_written_through_a_view_reaches_the_whole(view, order, in_use, kind, change):
    array, other = np.array(NUMBERS, order=order), leaf(*np.ones((2, 3)))
    if np.ndim(part := view(array)):
        (operator.isub if change is through_data else change)(part, 2.0)
    t = Tensor(np.array(NUMBERS, order=order), requires_grad=kind == "leaf")
    with no_grad() if kind != "constant" else contextlib.nullcontext():
        t = t * 1.0 if kind == "result of no_grad" else t
        before = view(t)
    y = other * t if in_use else np.sum(other)
    with no_grad():
        assert change(before, 2.0) is before
        after = view(t)
    assert t.tolist() == array.tolist()
    if np.shares_memory(view(array), array):
        assert before.tolist() == after.tolist() == view(array).tolist()
    assert gradients(y, other)[0] == (NUMBERS.tolist() if in_use else np.ones((2, 3)).tolist())


@pytest.mark.parametrize("change", quick(2, OPERATORS[:-1]))
@pytest.mark.parametrize("taken_outside", [True, False])
@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_view_of_what_is_recorded_is_not_changed_in_silence(view, recorded, taken_outside, change):
    is_view = np.shares_memory(view(NUMBERS), NUMBERS)
    if not (recorded or taken_outside):
        return  # the test above
    w = leaf(*NUMBERS)
    part = view(w)
    block = contextlib.nullcontext() if recorded else no_grad()
    if is_view:
        with block, pytest.raises(TypeError, match="of a view of another Tensor, such as"):
            change(part, 2.0)
    assert w.tolist() == NUMBERS.tolist()
    h = w * 1.0
    with contextlib.nullcontext() if taken_outside else no_grad():
        part = view(h)
    with contextlib.nullcontext() if recorded else no_grad():
        if is_view and not taken_outside:
            with pytest.raises(TypeError, match="of a view of another Tensor"):
                change(part, 2.0)
            return
        part = change(part, 2.0)
    uses = [lambda: np.sum(h), lambda: h + 1, lambda: h.numpy(), lambda: np.argmax(h), lambda: h > 0, lambda: h.data]
    for use in uses:
        with pytest.raises(TypeError, match="cannot be used after t") if is_view else contextlib.nullcontext():
            use()
    expected = change(view(NUMBERS.copy()), 2.0)
    assert part.tolist() == expected.tolist()


def test_a_changed_view_of_what_nobody_else_sees_has_the_right_gradients_of_two_orders():
    def f(x):
        y = np.reshape(np.exp(x), (3, 2))
        y *= x[0, 0]
        y[...][0].tolist()
        return np.sum(y * y)

    def plainly(x):
        return np.sum((np.exp(x) * x[0, 0]) ** 2)

    for transform in (grad, lambda f: hvp_of(f)):
        assert np.allclose(transform(f)(NUMBERS / 5), transform(plainly)(NUMBERS / 5), rtol=1e-14)


def hvp_of(f):
    return lambda x: hvp(f, x, np.cos(x))


def test_a_view_is_seen_after_the_whole_was_changed():
    c = Tensor([[1.0, 2.0], [3.0, 4.0]])
    row = c[0]
    c *= 10
    c[0, 0] = 5.0
    assert row.tolist() == [5, 20]
    c.data = np.zeros((2, 2))  # which replaces it
    row += 1
    assert (row.tolist(), c.tolist()) == ([6, 21], [[0, 0], [0, 0]])


def test_all_views_move_with_what_is_in_use():
    w, c = leaf([1.0, 1.0], [1.0, 1.0]), Tensor([[1.0, 2.0], [3.0, 4.0]])
    first, column = c[0], c[:, 0]
    y = w * c
    column *= 10
    assert (c.tolist(), first.tolist()) == ([[10, 2], [30, 4]], [10, 2])
    z = w * first
    c[0] = 7.0
    assert (first.tolist(), column.tolist()) == ([7, 7], [7, 30])
    assert gradients(y, w) == [[[1, 2], [3, 4]]]
    w.grad = None
    assert gradients(z, w) == [[[10, 2], [10, 2]]]


def test_what_is_for_reading_only_stays_so():
    c = Tensor([[1.0, 2.0], [3.0, 4.0]])
    for view in (np.broadcast_to(c, (3, 2, 2)), np.diagonal(c)):
        with pytest.raises(ValueError, match=r"for reading only.* t = t \+ x"):
            view += 1


def test_rows_of_a_result_are_not_changed_in_silence():
    def f(x):
        h = np.tanh(x)
        for row in h:
            row *= 2
        return np.sum(h)

    with pytest.raises(TypeError, match=r"after t \*= x, with t = x\[index\] a view of the same numbers.*np\.stack"):
        grad(f)(NUMBERS)


def test_a_layer_s_outputs_may_be_added_to():
    lstm, x = nn.LSTM(3, 3, rng=0), np.ones((4, 2, 3))
    expected = [part.numpy() for part in (lambda y, h: (y + x, h))(*(lambda y, s: (y, s[0]))(*lstm(x)))]
    for block in (contextlib.nullcontext(), no_grad()):
        with block:
            y, (h, _) = lstm(x)
            y += x
            assert np.array_equal(y.numpy(), expected[0])
            assert np.array_equal(h.numpy(), expected[1])


def test_a_view_does_not_keep_its_whole_from_being_freed_alone():
    c = Tensor(NUMBERS)
    parts = [c[0] for _ in range(100)]
    memory = c._memory
    assert len(memory.shared) == 101
    del parts
    assert len(memory.shared) == 1


def test_out_is_an_array():
    t = Tensor([1.0, 2.0])
    for call in (lambda: np.add(t, t, out=t), lambda: np.sum(t, out=t[0]), lambda: np.add(1.0, 1.0, out=(t,))):
        with pytest.raises(TypeError, match=r"expected out= to be an array, got a Tensor. That of a leaf is t\.data"):
            call()
    np.add(t, t, out=t.data)
    assert t.tolist() == [2, 4]


def test_assignment_where_nothing_is_recorded():
    w, v = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = w * v
    with no_grad():
        w[0] = v[1]
        z = w * v
        z[:] = 5
    assert (w.tolist(), z.tolist()) == ([4, 2], [5, 5])
    assert gradients(y, v) == [[1, 2]]
    for t, value in ((w, 1.0), (w * 1, 1.0), (Tensor([1.0, 2.0]), w[0])):
        with pytest.raises(TypeError, match=r"np\.where.*no_grad\(\)"):
            t[0] = value
    with no_grad(), pytest.raises(TypeError, match=r"np\.where"):
        y[0] = 1.0


# Optimisers


def test_an_update_after_backward_happens_in_place():
    w = leaf(1.0, 2.0)
    for _ in range(3):
        loss = np.sum(w * w)
        w.grad = None
        loss.backward()
        array = w.data
        w.data -= 0.25 * w.grad
        assert w.data is array
        del array
    assert w.tolist() == [0.125, 0.25]


def test_an_update_in_no_grad_happens_in_place():
    w = leaf(1.0, 2.0)
    same, array = w, w.data
    (w * w).backward(np.ones(2))
    with no_grad():
        w -= 0.25 * w.grad
        w *= 2
    assert w is same
    assert array.tolist() == w.tolist() == [1, 2]
    assert w.requires_grad


def test_updates_of_all_forms_give_the_same_training():
    def train(update):
        w = leaf(1.0, -2.0)
        for _ in range(5):
            loss = np.sum((np.tanh(w) - 0.5) ** 2)
            w.grad = None
            loss.backward()
            update(w)
        return w.tolist()

    held = {}

    def hold(w):
        held.setdefault(w, w.data)
        held[w] -= 0.5 * w.grad

    def rows(w):
        for row in range(2):
            w.data[row] -= 0.5 * w.grad[row]

    def assign(w):
        w.data = w.data - 0.5 * w.grad

    def subtract(w):
        w.data -= 0.5 * w.grad

    assert train(subtract) == train(rows) == train(assign) == train(hold)


def test_a_second_backward_after_an_update_is_an_error():
    w = leaf(1.0, 2.0)
    loss = np.sum(w * w)
    loss.backward()
    loss.backward()
    assert w.grad.tolist() == [4, 8]
    w.data -= 1
    with pytest.raises(RuntimeError, match="after an earlier backward"):
        loss.backward()
    assert gradients(np.sum(w * w), w) == [[4 + 0, 8 + 2]]


def test_a_second_backward_after_another_loss_recorded_the_updated_leaf_is_an_error_too():
    w = leaf(1.0, 2.0)
    loss = np.sum(w * w)
    loss.backward()
    w.data[:] = 5
    another = np.sum(w * w)
    with pytest.raises(RuntimeError, match="opened"):
        loss.backward()
    w.grad = None
    assert gradients(another, w) == [[10, 10]]


def test_second_order_uses_the_numbers_of_its_time():
    w = leaf(2.0)
    _, pullback = vjp(lambda x: np.sum(w * w * x), np.array([1.0]))
    w.data[:] = 100
    (g,) = pullback()
    assert g.tolist() == [4]
    g.backward(np.ones(1))
    assert w.grad.tolist() == [4]


def refused_or_right(call, right):
    """The call raises, or gives the right gradient."""
    try:
        got = call()
    except (RuntimeError, ValueError, TypeError):
        return
    assert got == right


@pytest.mark.parametrize(
    "and_then",
    [
        lambda w: w.data.__isub__(1),
        lambda w: w.data.max(),
        lambda w: setattr(w, "data", np.zeros(2)),
        lambda w: setattr(w, "requires_grad", False),
        lambda w: None,
    ],
)
@pytest.mark.parametrize("record_again", [False, True])
def test_an_old_graph_is_never_swept_with_new_numbers(and_then, record_again):
    w, v = leaf(3.0, 4.0), leaf(5.0, 6.0)
    old = np.sum(w * v)
    old.backward()
    w.data[:] = 100
    new = np.sum(w * w) if record_again else None
    and_then(w)
    v.grad = None
    refused_or_right(lambda: gradients(old, v), [[3, 4]])
    del new


@pytest.mark.parametrize("make", [lambda w: w, lambda w: w[:], lambda w: np.squeeze(w[None]), np.squeeze, np.ravel])
def test_a_pullback_reads_the_numbers_of_its_time_or_refuses(make):
    w = leaf(3.0, 4.0)
    h = make(w)
    _, pullback = vjp(lambda x: np.sum(x * h), np.array([1.0, 2.0]))
    np.sum(h * h).backward()
    w.data[:] = 100
    refused_or_right(lambda: pullback()[0].tolist(), [3, 4])


def test_an_alias_of_replaced_data():
    w = leaf(1.0, 2.0)
    y = np.sum(w * w)
    y.backward()
    w.grad = None
    alias = w.data
    w.data = np.zeros(2)
    alias[:] = 100
    refused_or_right(lambda: gradients(y, w), [[2, 4]])


@pytest.mark.parametrize(
    "write",
    [
        lambda t: np.subtract(t, 1.0, out=t),
        lambda t: np.multiply(t, 0.0, out=t),
        lambda t: np.fill_diagonal(t, 0.0),
        lambda t: np.copyto(t, 100.0),
        lambda t: np.put(t, [0], 100.0),
        lambda t: np.place(t, [[True, False], [True, True]], [100.0]),
        lambda t: np.putmask(t, np.ones((2, 2), bool), 100.0),
        lambda t: np.nan_to_num(t, copy=False, nan=5.0),
        lambda t: np.real(t).__setitem__(slice(None), 100.0),
        lambda t: np.lib.stride_tricks.sliding_window_view(t, 1, axis=0, writeable=True).__setitem__(slice(None), 9.0),
        lambda t: np.clip(t, 0.0, 0.1, out=t),
    ],
)
@pytest.mark.parametrize("recording", [False, True])
@pytest.mark.parametrize("kind", ["leaf", "result", "constant"])
def test_functions_of_numpy_that_write(write, recording, kind):
    w, other = leaf([np.nan, 2.0], [3.0, 4.0]), leaf([1.0, 1.0], [1.0, 1.0])
    t = {"leaf": w, "result": w * 1.0, "constant": Tensor(w.data)}[kind]
    y = t * other
    before = t.numpy()
    with contextlib.suppress(TypeError, ValueError), contextlib.nullcontext() if recording else no_grad():
        write(t)
    assert np.array_equal(gradients(y, other)[0], before, equal_nan=True)


@pytest.mark.parametrize(
    ("use", "constant", "change"),
    [
        (operator.mul, array.array("d", [1.0, 2.0]), lambda c: c.__setitem__(0, 100.0)),
        (operator.mul, memoryview(np.array([1.0, 2.0])), lambda c: c.__setitem__(0, 100.0)),
        (operator.mul, [1.0, 2.0], lambda c: c.__setitem__(0, 100.0)),
        (lambda w, i: w[i[0] : i[1]], np.array([0, 2]), lambda c: c.fill(1)),
        (lambda w, i: w[i[0] : i[1]], [np.array(0), np.array(2)], lambda c: c[0].fill(1)),
    ],
    ids=["array.array", "memoryview", "list", "slice", "slice of 0-d arrays"],
)
def test_constants_of_other_types_may_be_changed(use, constant, change):
    w = leaf(1.0, 2.0)
    before = gradients(use(w, constant) * w, w)
    w.grad = None
    y = use(w, constant) * w
    change(constant)
    assert gradients(y, w) == before


def test_a_primitive_with_a_buffer_of_its_own():
    buffer = np.empty(2)
    exp = primitive(lambda g, y, x: g * y)(lambda x: np.exp(x, out=buffer))
    w, u = leaf(1.0, 2.0), leaf(3.0, 4.0)
    a, _ = exp(w), exp(u)
    assert np.allclose(gradients(a, w), np.exp([1.0, 2.0]))


def test_a_primitive_cannot_write_into_its_arguments():
    bad = primitive(lambda g, y, x: g)(lambda x: np.add(x, 1, out=x))
    with pytest.raises(ValueError, match="read-only"):
        bad(leaf(1.0))


def test_the_rules_of_a_primitive_cannot_write_either():
    for place in range(3):
        wrong = primitive(lambda g, y, x: np.multiply(g, y, out=(g, y, x)[place]))(np.exp)  # noqa: B023
        with pytest.raises(ValueError, match="read-only"):
            wrong(leaf(1.0)).backward(np.ones(1))


def test_two_primitives_of_one_function_have_rules_of_their_own():
    straight, flat = (primitive(rule)(np.round) for rule in (lambda g, y, x: g, lambda g, y, x: g * 0.0))
    assert (grad(straight)(1.2), grad(flat)(1.2)) == (1, 0)
    primitive(lambda g, y, x: g * 5)(np.tanh)
    assert grad(np.tanh)(0.0) == 1


def test_containers_may_be_changed_before_the_pullback():
    p = {"a": 2.0, "b": 3.0}
    _, pullback = vjp(lambda p: p["a"] ** 2 * p["b"], p)
    p["a"] = p.pop("a")
    p["c"] = 1.0
    assert pullback() == ({"a": 12, "b": 4},)


def test_pickles_share_no_memory():
    w, u = leaf(1.0, 2.0), leaf(1.0, 1.0)
    buffers = []
    y = w * u
    pickle.dumps(w, protocol=5, buffer_callback=buffers.append)
    for buffer in buffers:
        with contextlib.suppress(ValueError):
            np.frombuffer(buffer.raw(), dtype=float)[:] = 100
    assert gradients(y, u) == [[1, 2]]


def test_a_result_that_was_changed_in_place_is_not_used_as_it_was():
    def f(x):
        h = np.tanh(x)
        states = [h]
        h += 1
        return np.sum(h * states[0])

    with pytest.raises(TypeError, match=r"shape \(2,\) cannot be used after t \+= x: in NumPy it would be changed too"):
        grad(f)(np.ones(2))


def test_numbers_are_replaced_as_those_of_numpy():
    def f(x):
        loss = np.sum(x * x)
        first = loss
        loss += 1
        return first * loss

    assert np.allclose(grad(f)(np.array([1.0, 2.0])), [22, 44])


PARTS = {
    "rows": (lambda y: y[:2], lambda y: y[1:]),
    "a part of a part": (lambda y: y[1:][:1], lambda y: y[1:]),
    "columns": (lambda y: y[:, 0], lambda y: y[:, :2]),
    "a transpose": (lambda y: y.T, lambda y: y[2]),
    "a diagonal": (np.diagonal, lambda y: y[0]),
    "the same under another name": (np.squeeze, lambda y: y[:2]),
    "a view of that": (lambda y: np.squeeze(y)[1], lambda y: y[1:]),
    "a reshape": (lambda y: np.reshape(y, -1)[4:], lambda y: y[1]),
}


@pytest.mark.parametrize(("one", "other"), PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("later", [lambda t: t * 2.0, lambda t: t.numpy(), lambda t: t > 0, lambda t: np.sum(t)])
@pytest.mark.parametrize("between", [False, True])
def test_a_view_of_a_result_is_not_used_after_another_one_changed_it(one, other, later, between):
    y = Tensor(np.ones((3, 3)), requires_grad=True) * 1.0
    a, b, last = one(y), other(y), y[2, 2]
    before = np.sum(a * a)
    b *= 5.0
    if between:
        last += 1.0
    with pytest.raises(TypeError, match=r"cannot be used after t.*a view of the same numbers"):
        later(a)
    assert before.item() == a.size


def test_parts_of_a_result_that_do_not_overlap_may_each_be_changed():
    x = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    i, f, g = np.split(x * 1.0, 3, axis=1)
    i *= 2.0
    f += i
    np.sum(f * f + g).backward()
    assert x.grad.tolist() == [[4 * (2 * 0 + 1), 2 * (2 * 0 + 1), 1], [4 * (2 * 3 + 4), 2 * (2 * 3 + 4), 1]]


def swap_first(t):
    t[0], t[1] = t[1], t[0]


SWAPS = {
    "swap": swap_first,
    "NumPy's shuffle": np.random.default_rng(0).shuffle,
    "NumPy's old shuffle": np.random.RandomState(0).shuffle,
    "Python's shuffle": random.Random(0).shuffle,
}


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS)
@pytest.mark.parametrize("make", [nn.Parameter, nn.Buffer, Tensor])
@pytest.mark.parametrize("shape", [(4, 3), (4, 2, 2), (4, 1)])
@pytest.mark.filterwarnings("ignore:you are shuffling")
def test_rows_are_not_lost_when_they_are_swapped(swap, make, shape):
    """With views, t[i], t[j] = t[j], t[i] writes the same row twice."""
    t = make(np.arange(float(np.prod(shape))).reshape(shape))
    before = t.numpy()
    with no_grad(), pytest.raises(TypeError, match=r"as in a swap or shuffle.*rng\.shuffle\(t\.data\)"):
        swap(t)
    assert np.array_equal(t.data, before)
    np.random.default_rng(0).shuffle(t.data)
    assert np.array_equal(np.sort(t.data, axis=0), before)
    t.data[[0, 1]] = t.data[[1, 0]]


def test_a_row_may_be_put_in_the_place_of_another():
    t = Tensor(np.arange(6.0).reshape(3, 2))
    whole, last = t[:], t[2]
    t[0] = t[1]
    whole[1] = last
    t[1:] = t[1:] * 10
    assert whole.numpy().tolist() == [[2, 3], [40, 50], [40, 50]]


@pytest.mark.filterwarnings("ignore:you are shuffling")
def test_numbers_may_be_shuffled():
    t = nn.Parameter(np.arange(5.0))
    with no_grad():
        np.random.default_rng(0).shuffle(t)
    assert sorted(t.data) == [0, 1, 2, 3, 4]
    assert t.data.tolist() != [0, 1, 2, 3, 4]
