"""Errors name what the user did, and not what NumPy did with it."""

import fractions

import numpy as np
import pytest

from minigrad import (
    NoDerivativeError,
    Tensor,
    functional,
    grad,
    hessian,
    jacobian,
    nn,
    optim,
    primitive,
    value_and_grad,
    vjp,
    vmap,
)
from minigrad.testing import check_gradients


def leaf(*shape):
    return Tensor(np.ones(shape), requires_grad=True)


def batch(*matrices):
    return Tensor(np.stack(matrices), requires_grad=True)


@pytest.mark.parametrize("make", [leaf, lambda *shape: Tensor(np.ones(shape))], ids=["recorded", "constant"])
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: t(2, 3) @ np.ones((4, 5)), r"np\.matmul, shapes \(2, 3\) and \(4, 5\): expected as many columns"),
        (lambda t: np.ones((2, 3)) @ t(4, 5), r"np\.matmul, shapes \(2, 3\) and \(4, 5\): expected as many columns"),
        (lambda t: t(2, 3) @ np.ones((5, 3)), r"\(2, 3\) and \(5, 3\): .* Is it a @ b\.mT that is meant"),
        (lambda t: t(2, 3) @ np.ones(2), r"\(2, 3\) and \(2,\): expected as many columns"),
        (lambda t: t(2, 3) @ [1.0, 2.0], r"\(2, 3\) and \(2,\): expected as many"),
        (lambda t: t(2, 3) @ 2.0, r"a number is multiplied with \*"),
        (lambda t: t(5, 2, 3) @ np.ones((4, 3, 2)), r"\(5, 2, 3\) and \(4, 3, 2\): their leading axes"),
        (lambda t: np.linalg.solve(t(2, 2), np.ones((3, 1))), r"np\.linalg\.solve, shapes \(2, 2\) and \(3, 1\)"),
        (lambda t: np.dot(t(2, 3), np.ones((2, 3))), r"np\.dot, shapes \(2, 3\) and \(2, 3\)|shapes .* not aligned"),
        (lambda t: np.einsum("ij,jk", t(2, 3), np.ones((2, 3))), r"np\.einsum, shapes \(2, 3\) and \(2, 3\): they do"),
        (lambda t: t(2) + np.ones(3), r"np\.add: operands .* \(2,\) \(3,\)"),
        (lambda t: np.linalg.inv(t(2, 2)), r"np\.linalg\.inv, shapes \(2, 2\): singular matrix"),
        (lambda t: np.linalg.solve(t(2, 2), np.ones(2)), r"np\.linalg\.solve, .*: singular matrix"),
        (lambda t: np.linalg.cholesky(-t(2, 2)), r"np\.linalg\.cholesky, .* not positive definite"),
        (lambda t: np.linalg.det(t(2, 3)), r"np\.linalg\.det, shapes \(2, 3\): .* square"),
        (lambda t: np.inner(t(2, 3), np.ones(2)), r"np\.inner: shapes \(2,3\) and \(2,\) not aligned"),
        (lambda t: np.vecdot(t(2, 3), np.ones(2)), r"np\.vecdot, shapes \(2, 3\) and \(2,\): they do not fit"),
        (lambda t: np.matvec(t(2, 3), np.ones(2)), r"np\.matvec, shapes \(2, 3\) and \(2,\): they do not fit"),
        (lambda t: np.stack([t(2), t(3)]), r"np\.stack: all input arrays must have the same shape"),
        (lambda t: np.vstack([t(2), t(3)]), r"np\.vstack: all the input array dimensions"),
        (lambda t: np.linalg.multi_dot([t(2, 3), t(2, 3)]), r"np\.linalg\.multi_dot: shapes \(2,3\) and \(2,3\) not"),
        (
            lambda t: np.linalg.matrix_power(t(2, 2), -2),
            r"np\.linalg\.matrix_power, .*: singular matrix",
        ),
        (lambda t: np.take_along_axis(t(2, 3), np.array([0]), 1), r"np\.take_along_axis: .* same number of dimensions"),
        (lambda t: np.convolve(t(2, 3), np.ones(2)), r"np\.convolve: object too deep"),
        (lambda t: np.median(t(2, 3), axis=2), r"np\.median: axis 2 is out of bounds"),
        (lambda t: t(2, 3).sum(axis=2), r"np\.sum: axis 2 is out of bounds"),
        (lambda t: t(2, 3).reshape(5), r"np\.reshape: cannot reshape"),
        (lambda t: t(2, 3).transpose(0, 1, 2), r"np\.transpose: axes don't match"),
    ],
)
def test_shapes_and_matrices_that_do_not_fit(call, message, make):
    with pytest.raises(ValueError, match=message):
        call(make)


@pytest.mark.parametrize(
    "call",
    [
        lambda x, M: np.interp(x, [0.0, 1.0], [1.0, 2.0, 3.0]),
        lambda x, M: np.interp(0.5, M, M),
        lambda x, M: np.gradient(x[:1]),
        lambda x, M: np.gradient(x[:2], edge_order=2),
        lambda x, M: np.gradient(x, [0.0, 1.0]),
        lambda x, M: np.diff(x, -1),
        lambda x, M: np.vander(M),
        lambda x, M: np.vander(x, 2.5),
        lambda x, M: np.vecdot(M, M[:, :1]),
        lambda x, M: np.linalg.vecdot(x[:1], x),
        lambda x, M: np.vdot(x, x[:1]),
        lambda x, M: np.matvec(x[:1], x[:1]),
        lambda x, M: np.vecmat(x, x),
        lambda x, M: np.linalg.outer(M, x),
        lambda x, M: np.linalg.multi_dot([M]),
        lambda x, M: np.linalg.matrix_power(M, 2.5),
        lambda x, M: np.linalg.matrix_power(M[:1], 1),
        lambda x, M: np.vsplit(x, 1),
        lambda x, M: np.compress([[True], [False]], x),
        lambda x, M: np.average(x, weights=[1.0, -1.0, 0.0]),
    ],
)
def test_calls_that_numpy_refuses_are_refused(call):
    x, M = np.array([1.0, 2.0, 4.0]), np.eye(3) + 1
    with pytest.raises((ValueError, TypeError, ZeroDivisionError)) as numpys:
        call(x, M)
    for make in (Tensor, lambda a: Tensor(a, requires_grad=True)):
        with pytest.raises(numpys.type):
            call(make(x), make(M))


@pytest.mark.parametrize(
    "call",
    [
        lambda x, a: np.average(x, weights=a),
        lambda x, a: np.linspace(x, a, 4),
        lambda x, a: np.linspace(a, x, 4),
        lambda x, a: np.select([[True, False, False], [True, True, False]], [a, x]),
        lambda x, a: np.matvec(np.ones((2, 3)) * x, a),
        lambda x, a: np.vecmat(a, np.ones((3, 2)) * x[0]),
        lambda x, a: np.quantile(a, x / 8),
        lambda x, a: np.percentile(a, x),
        lambda x, a: np.linalg.tensorsolve([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 1.0, 2.0]], x),
        lambda x, a: np.interp([0.5, 3.0], [1.0], x[:1]),
        lambda x, a: np.nanvar(x, where=[True, False, True]),
        lambda x, a: np.nanstd(x, where=[True, False, True]),
    ],
)
def test_lists_beside_tensors_are_arrays(call):
    x, a = np.array([1.0, 2.0, 4.0]), [3.0, 5.0, 6.0]
    y = call(Tensor(x, requires_grad=True), a)
    assert y.requires_grad
    assert np.allclose(y.data, call(x, a), rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("call", "plain"),
    [
        (lambda x: np.vstack([x, x], dtype=None, casting="same_kind"), lambda x: np.vstack([x, x])),
        (lambda x: np.concatenate([x, x], dtype=None, casting="same_kind"), lambda x: np.concatenate([x, x])),
        (lambda x: np.stack([x, x], out=None, dtype=None), lambda x: np.stack([x, x])),
        (lambda x: np.exp(x, out=None, where=True, dtype=None), lambda x: np.exp(x)),
        (lambda x: np.multiply(x, x, where=True, casting="same_kind"), lambda x: x * x),
        (lambda x: np.std(x, mean=np._NoValue, out=None), lambda x: np.std(x)),
        (lambda x: np.nanmean(x, where=np._NoValue, dtype=None), lambda x: np.nanmean(x)),
        (lambda x: np.cumulative_sum(x, dtype=None, out=None), lambda x: np.cumulative_sum(x)),
        (lambda x: np.prod(x, dtype=None, where=True), lambda x: np.prod(x)),
    ],
)
def test_numpys_defaults_may_be_written(call, plain):
    x = np.array([1.0, 2.0, 4.0])
    y, pull = vjp(call, x)
    expected, expected_pull = vjp(plain, x)
    v = np.arange(1.0, 1.0 + np.size(y)).reshape(np.shape(y))
    assert np.array_equal(y, call(x))
    assert np.array_equal(y, expected)
    assert np.array_equal(pull(v)[0], expected_pull(v)[0])


@pytest.mark.parametrize("options", [{"where": [True, False, True]}, {"dtype": np.float32}, {"casting": "no"}])
def test_what_is_no_default_is_still_refused(options):
    with pytest.raises(NoDerivativeError, match=r"np\.exp on Tensors takes \(x\)"):
        np.exp(leaf(3), **options)


def test_a_dtype_where_none_is_taken_is_told():
    for f in (np.std, np.nanstd, np.var, np.nanvar):
        with pytest.raises(NoDerivativeError, match=rf"np\.{f.__name__} on Tensors takes .*dtype"):
            f(leaf(3), dtype=np.float32)


def test_a_constructor_that_is_inherited_has_the_name_of_who_inherits_it():
    for cell in (nn.RNNCell, nn.LSTMCell, nn.GRUCell):
        with pytest.raises(TypeError, match=rf"^{cell.__name__}: expected {cell.__name__}\(input_size, .*batch_first"):
            cell(2, 3, batch_first=True)


def test_the_singular_one_of_a_batch_is_named():
    with pytest.raises(np.linalg.LinAlgError, match=r"np\.linalg\.inv, .* at index \(1,\) of the batch"):
        np.linalg.inv(batch(np.eye(2), np.ones((2, 2))))
    with pytest.raises(np.linalg.LinAlgError, match=r"np\.linalg\.cholesky, .* definite at index \(0,\) of the batch"):
        np.linalg.cholesky(batch(-np.eye(2), np.eye(2)))
    with pytest.raises(np.linalg.LinAlgError, match=r"np\.linalg\.svd, .* did not converge at index \(1,\)"):
        np.linalg.svd(batch(np.eye(2), np.full((2, 2), np.nan)))
    with pytest.raises(np.linalg.LinAlgError, match=r"the derivative of np\.linalg\.slogdet, .* at index \(2,\)"):
        grad(lambda a: np.sum(np.linalg.slogdet(a)[1]))(np.stack([np.eye(2), -np.eye(2), np.ones((2, 2))]))


def test_a_state_that_is_not_detached_is_told_to_be():
    w, h = leaf(2), np.zeros(2)
    h = np.tanh(w + h)
    np.sum(h).backward()
    w.data -= 0.1 * w.grad
    h = np.tanh(w + h)
    with pytest.raises(RuntimeError, match=r"state of the last batch leads there, pass on state\.detach\(\)"):
        np.sum(h).backward()
    np.sum(np.tanh(w + h.detach())).backward()


def batches(carried, shared=1.0):
    """40 batches, whose state is carried on."""
    w, h = leaf(2), np.zeros(2)
    for _ in range(40):
        h = np.tanh(w * shared + carried(h))
        np.sum(h).backward()


def test_a_graph_that_grows_with_every_batch_is_told_where_it_is_legal():
    with pytest.warns(UserWarning, match=r"takes longer each time\. .*pass on state\.detach\(\)") as said:
        batches(lambda h: h)
    assert len(said) == 1
    assert said[0].filename == __file__


def test_nothing_is_said_where_the_state_is_detached_or_something_is_used_every_time():
    batches(lambda h: h.detach() if isinstance(h, Tensor) else h)
    batches(lambda h: 0.0, shared=np.exp(leaf(2)))


@pytest.mark.parametrize("put", [lambda buffer, x: buffer.__setitem__(0, x[0]), lambda buffer, x: buffer.fill(x[0])])
def test_a_tensor_that_is_put_into_a_buffer_is_told_what_to_do(put):
    def f(x):
        buffer = np.zeros(3)
        put(buffer, x)
        return np.sum(buffer)

    with pytest.raises(NoDerivativeError, match=r"np\.stack where Tensors are put into an array") as caught:
        grad(f)(np.ones(3))
    assert any("put(buffer, x)" in str(line) for line in caught.traceback)


@pytest.mark.parametrize("f", [np.fft.fft, np.unique, np.i0, np.frexp, np.unwrap])
def test_no_function_is_named_that_does_something_else(f):
    with pytest.raises(NoDerivativeError) as caught:
        f(leaf(3))
    assert "nearest" not in str(caught.value)


@pytest.mark.parametrize("write", [lambda t: np.fill_diagonal(t, 0.0), lambda t: np.copyto(t, 1.0)])
def test_a_function_that_writes_wants_an_array(write):
    with pytest.raises(TypeError, match=r"np\.\w+: expected an array to write into, got a Tensor\. .* is t\.data"):
        write(Tensor(np.ones((2, 2))))


@pytest.mark.parametrize("thing", [fractions.Fraction(1, 2), "a", {1.0}])
def test_a_tensor_times_what_is_no_number(thing):
    for product in (lambda: leaf(2) * thing), (lambda: thing * leaf(2)):
        with pytest.raises(TypeError, match=r"np\.multiply of a Tensor and of what is no number"):
            product()


@pytest.mark.parametrize("make", [leaf, lambda *shape: Tensor(np.ones(shape))], ids=["recorded", "constant"])
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: t(2, 3)[2], r"x\[index\], x of shape \(2, 3\): index 2 is out of bounds for axis 0 with size 2\."),
        (lambda t: t(2, 3)[:, -4], r"x\[index\], x of shape \(2, 3\): index -4 is out of bounds for axis 1"),
        (lambda t: t(4)[0, 0], r"x\[index\], x of shape \(4,\): too many indices"),
        (lambda t: t(2, 3)[[0, 5]], r"x\[index\], x of shape \(2, 3\): index 5"),
        (lambda t: t(2, 3)[np.ones((3, 3), bool)], r"x\[index\], x of shape \(2, 3\): boolean index"),
        (lambda t: t(2, 3)[1.0], r"x\[index\], x of shape \(2, 3\): only integers"),
        (
            lambda t: np.take(t(2, 3), 6),
            r"np\.take, x of shape \(2, 3\): index 6 is out of bounds for axis 0 with size 6",
        ),
        (lambda t: np.take(t(2, 3), -3, axis=0), r"np\.take, x of shape \(2, 3\): index -3"),
        (lambda t: np.delete(t(2, 3), 3, axis=1), r"np\.delete, x of shape \(2, 3\): index 3"),
    ],
)
def test_an_index_that_is_not_there(call, message, make):
    with pytest.raises(IndexError, match=message):
        call(make)


@pytest.mark.parametrize(
    ("index", "value", "error", "message"),
    [
        (2, 0.0, IndexError, r"t\[index\] = value, t of shape \(2, 3\): index 2 is out of bounds"),
        (0, np.ones(2), ValueError, r"t\[index\] = value, t of shape \(2, 3\): could not broadcast .* \(2,\)"),
    ],
)
def test_an_assignment_that_does_not_fit(index, value, error, message):
    t = Tensor(np.zeros((2, 3)))
    with pytest.raises(error, match=message):
        t[index] = value


@pytest.mark.parametrize(
    ("t", "x", "got"),
    [
        ([1, 2], 0.5, r"dtype int64, got \(2,\) and float64"),
        ([1.0, 2.0], np.ones(3), r"shape \(2,\) and dtype float64, got \(3,\) and float64"),
        ([1.0, 2.0], np.ones((2, 2)), r"got \(2, 2\) .*"),
        ([1.0, 2.0], 1j, "got .* complex128"),
        ([1.0, 2.0], "a", "got .* <U1"),
    ],
)
def test_an_update_in_place_that_does_not_fit(t, x, got):
    t = Tensor(t)
    before = t.numpy()
    with pytest.raises(TypeError, match=rf"Tensor: expected t \+= x to keep t's .*{got}; t = t \+ x makes"):
        t += x
    assert np.array_equal(t.data, before)


@pytest.mark.parametrize(
    "after",
    [nn.Linear(4, 2), nn.GRU(4, 2), nn.ReLU(), nn.Dropout(0.5), nn.LayerNorm(4), nn.Softmax(), nn.Conv1d(4, 2, 1)],
    ids=lambda layer: type(layer).__name__,
)
@pytest.mark.parametrize("layer", [nn.LSTM(3, 4), nn.GRU(3, 4)], ids=lambda layer: type(layer).__name__)
def test_a_recurrent_layer_gives_two_things(layer, after):
    net = nn.Sequential(layer, after)
    with pytest.raises(
        TypeError, match=r"numbers, got a tuple of 2\. A recurrent layer gives \(outputs, state\), of which o"
    ):
        net(np.ones((5, 2, 3)))


@pytest.mark.parametrize("state", [(None, None), (np.zeros((1, 2, 4)), None), [None, np.zeros((1, 2, 4))]])
def test_a_state_of_nothing(state):
    with pytest.raises(
        ValueError, match=r"LSTM: .* the initial state, got None\. Leave the initial state out, and it is 0"
    ):
        nn.LSTM(3, 4)(np.ones((5, 2, 3)), state)
    with pytest.raises(ValueError, match=r"LSTMCell: .* the state, got None\. Leave the state out, and it is 0"):
        nn.LSTMCell(3, 4)(np.ones((2, 3)), [None if s is None else s[0] for s in state])


def test_what_is_put_into_an_array_is_named():
    def f(x):
        buffer = np.zeros(3)
        buffer[:] = x
        return np.sum(buffer)

    with pytest.raises(
        NoDerivativeError, match=r"about to make a plain array of a Tensor t of shape \(3,\), which would drop"
    ):
        grad(f)(np.ones(3))


W = nn.Parameter(np.ones((2, 2)))


def sgd(*parameters):
    return optim.SGD([*parameters] or [W], lr=0.1)


@pytest.mark.parametrize(
    "optimizer", [optim.SGD, optim.Adam, optim.AdamW, optim.RMSprop, optim.Adagrad, optim.Adadelta]
)
@pytest.mark.parametrize("shape", [(2,), (3,), (), (1, 2, 2)])
def test_a_gradient_that_was_assigned_has_the_shape_of_its_parameter(optimizer, shape):
    w = nn.Parameter(np.ones((2, 2)))
    w.grad = np.ones(shape)
    with pytest.raises(ValueError, match=r"expected a gradient of the parameter's shape \(2, 2\), got \("):
        optimizer([w], lr=0.1).step()
    assert (w.data == 1).all()
    with pytest.raises(ValueError, match=r"backward\(\): expected t\.grad, .* of the leaf's shape \(2, 2\), got \("):
        np.sum(w * w).backward()


@pytest.mark.parametrize("name", ["lr", "learning_rate"])
def test_a_learning_rate_is_set_where_it_is_read(name):
    optimizer = sgd()
    with pytest.raises(
        AttributeError, match=r"SGD has no attribute '.*': look at optimizer\.param_groups\[0\]\['lr'\]"
    ):
        setattr(optimizer, name, 0.5)
    optimizer.param_groups[0]["lr"] = 0.5


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: jacobian(np.sum, np.ones(2)), TypeError, r"jacobian: expected argnums .*write jacobian\(f\)\(x\) for"),
        (lambda: hessian(np.sum, (np.ones(2),)), TypeError, r"hessian: expected argnums .*write hessian\(f\)\(x\) for"),
        (lambda: grad(np.sum, Tensor([1.0, 2.0])), TypeError, r"grad: expected argnums .*write grad\(f\)\(x\) for"),
        (lambda: value_and_grad(np.sum, 1.5), TypeError, r"value_and_grad: expected argnums .*got 1\.5"),
        (lambda: grad(np.sum, W), TypeError, r"grad: expected argnums"),
        (lambda: optim.SGD(W), TypeError, r"in a list, such as module\.parameters\(\), got Parameter"),
        (lambda: optim.SGD(nn.Linear(2, 2)), TypeError, r"in a list, such as module\.parameters\(\), got Linear"),
        (lambda: optim.SGD({"w": W}), TypeError, r"in a list, such as module\.parameters\(\), got dict"),
        (lambda: optim.SGD([("w", W)]), TypeError, r"such as module\.parameters\(\), got \('w', "),
        (lambda: optim.StepLR(sgd(), 1).step(0.5), TypeError, r"step: expected .*step\(\), got 1 argument by position"),
        (
            lambda: optim.ReduceLROnPlateau(sgd()).step(),
            TypeError,
            r"step\(metrics\), got 0 .*write schedule\.step\(loss\)",
        ),
        (
            lambda: primitive(None)(np.tanh),
            TypeError,
            "primitive: expected a derivative rule for at least one argument",
        ),
        (lambda: Tensor([[1.0], [1.0, 2.0]]), ValueError, "Tensor: expected numbers, got rows of different lengths"),
        (lambda: leaf(2) + None, NoDerivativeError, r"np\.add of a Tensor and of what is no number: None"),
        (lambda: None * leaf(2), NoDerivativeError, r"np\.multiply of a Tensor and of what is no number: None"),
        (
            lambda: functional.cross_entropy(np.ones((2, 3, 5)), np.zeros((2, 5), int)),
            ValueError,
            r"Classes are the last axis: np\.moveaxis\(x, 1, -1\) brings the second there",
        ),
    ],
)
def test_habits_from_elsewhere_are_answered(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("value", ["0.01", None, [0.1], 0.1j, np.ones(2)], ids=str)
def test_options_that_are_no_numbers_are_told(value):
    """As from a file of settings, where 1e-3 may be read as a string."""
    parameter = nn.Parameter(np.ones(2))
    sgd = optim.SGD([parameter], lr=0.1, momentum=0.9)
    calls = {
        "lr": lambda: optim.Adam([parameter], lr=value),
        "weight_decay": lambda: optim.AdamW([parameter], weight_decay=value),
        "eps": lambda: optim.Adagrad([{"params": [parameter], "eps": value}]),
        "dampening": lambda: optim.SGD([parameter], dampening=value),
        "alpha": lambda: optim.RMSprop([parameter], alpha=value),
        "betas": lambda: optim.Adam([parameter], betas=(0.9, value)),
        "gamma": lambda: optim.ExponentialLR(sgd, gamma=value),
        "eta_min": lambda: optim.CosineAnnealingLR(sgd, 5, eta_min=value),
        "end_factor": lambda: optim.LinearLR(sgd, end_factor=value),
        "div_factor": lambda: optim.OneCycleLR(sgd, 1.0, 9, div_factor=value),
        "factor": lambda: optim.ReduceLROnPlateau(sgd, factor=value),
        "patience": lambda: optim.ReduceLROnPlateau(sgd, patience=value),
        "p": lambda: nn.Dropout(value),
        "dropout": lambda: nn.LSTM(2, 3, 2, dropout=value),
        "label_smoothing": lambda: functional.cross_entropy(np.ones((2, 3)), [0, 1], label_smoothing=value),
    }
    for name, call in calls.items():
        with pytest.raises(TypeError, match=rf"expected {name} to be a number, got "):
            call()


def test_options_may_be_numbers_of_numpy():
    for number in (np.float32(0.5), np.array(0.5), np.float64(0.5)):
        assert optim.Adam([nn.Parameter(np.ones(2))], lr=number).param_groups[0]["lr"] == 0.5
        assert nn.Dropout(number).p == 0.5


def test_a_schedule_that_steps_first_warns_at_the_line_of_the_step():
    with pytest.warns(UserWarning, match=r"before the first optimizer\.step\(\)") as caught:
        optim.StepLR(sgd(), 1).step()
    assert caught[0].filename == __file__


def test_a_quotient_of_integers_is_told_to_be_of_floats():
    t = Tensor([2, 4])
    with pytest.raises(TypeError, match=r"t /= x to keep t's shape \(2,\) and dtype int64, got \(2,\) and float64"):
        t /= 2


@pytest.mark.parametrize("dtype", [float, np.float32])
@pytest.mark.parametrize(
    ("a", "where"),
    [
        (np.ones((3, 3)), r"shapes \(3, 3\): singular matrix\."),
        (np.arange(1.0, 10.0).reshape(3, 3), r"shapes \(3, 3\): singular matrix\."),
        (np.ones((4, 2)), r"shapes \(4, 2\): singular matrix\."),
        (
            np.stack([np.eye(3, 2), np.ones((3, 2))]),
            r"shapes \(2, 3, 2\): singular matrix at index \(1,\) of the batch\.",
        ),
    ],
)
def test_a_column_that_follows_from_others_has_no_direction_of_its_own(a, where, dtype):
    """Rounding makes R seem regular, and gradients of it would be noise."""
    for part in (0, 1):
        with pytest.raises(np.linalg.LinAlgError, match=r"the derivative of np\.linalg\.qr, " + where):
            grad(lambda x, part=part: np.sum(np.linalg.qr(x)[part]))(a.astype(dtype))


@pytest.mark.parametrize("dtype", [float, np.float32])
def test_columns_of_very_different_sizes_have_directions(dtype):
    a = np.diag([1.0, 1e-20]).astype(dtype)
    assert np.array_equal(grad(lambda x: np.abs(np.linalg.qr(x)[1][1, 1]))(a), [[0, 0], [0, 1]])


@pytest.mark.parametrize("use", [range, [1, 2].__getitem__, lambda t: [1, 2, 3][t:]], ids=["range", "index", "slice"])
def test_a_number_where_python_counts(use):
    with pytest.raises(TypeError, match=r"Tensor: expected one integer where Python counts, got float64 of shape \(\)"):
        use(Tensor(1.0, requires_grad=True))
    assert use(Tensor(1)) == use(1)


MASKED = np.ma.masked_array([[1.0, 2.0], [3.0, 99.0]], mask=[[False, False], [False, True]])
MASKED_INTEGERS = np.ma.masked_array([1, 99], mask=[False, True])


@pytest.mark.parametrize(
    "call",
    [
        lambda: Tensor(MASKED),
        lambda: setattr(leaf(2, 2), "data", MASKED),
        lambda: grad(np.sum)(MASKED),
        lambda: vjp(lambda p: np.sum(p["x"]), {"x": MASKED}),
        lambda: vmap(np.sum)(MASKED),
        lambda: check_gradients(np.exp, MASKED),
        lambda: leaf(2, 2) * MASKED,
        lambda: Tensor(np.ones((2, 2))) * MASKED,
        lambda: leaf(2, 2) @ MASKED,
        lambda: np.stack([leaf(2, 2), MASKED]),
        lambda: leaf(2)[MASKED_INTEGERS],
        lambda: functional.softmax(MASKED),
        lambda: functional.mse_loss(np.zeros((2, 2)), MASKED),
        lambda: functional.cross_entropy(np.zeros((2, 2)), MASKED_INTEGERS),
        lambda: nn.Linear(2, 3, rng=0)(MASKED),
        lambda: nn.GRU(2, 3, rng=0)(MASKED),
        lambda: nn.RNN(2, 3, rng=0)(np.ones((4, 2, 2)), lengths=MASKED_INTEGERS),
        lambda: nn.Embedding(4, 2, rng=0)(MASKED_INTEGERS),
        lambda: nn.Linear(2, 2, bias=False, rng=0).load_state_dict({"weight": MASKED}),
    ],
)
def test_no_mask_is_lost_in_silence(call):
    with pytest.raises(TypeError, match=r"expected a plain array, got a MaskedArray.*x\.filled"):
        call()


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("make", [leaf, lambda *shape: Tensor(np.ones(shape))], ids=["recorded", "constant"])
def test_the_products_of_a_matrix_are_not_taken_for_those_of_arrays(make):
    M, t = np.matrix([[1.0, 2.0], [3.0, 4.0]]), make(2, 2)
    for call in (lambda: t * M, lambda: M * t, lambda: M @ t, lambda: Tensor(M)):
        with pytest.raises(TypeError, match=r"got an np\.matrix, whose \* is @\. Write np\.asarray"):
            call()
    assert np.array_equal((np.asarray(M) @ t).data, M * np.ones((2, 2)))


@pytest.mark.parametrize(
    "things",
    [
        np.rec.array([(1.0, 2.0)], dtype=[("a", float), ("b", float)]),
        np.array(["1", "2"]),
        np.array(["2020-01-01"], "M8[D]"),
        np.array([1.0, None], object),
    ],
    ids=["record", "string", "date", "object"],
)
def test_an_array_of_other_things_than_numbers_is_told(things):
    with pytest.raises(NoDerivativeError, match=r"np\.multiply of a Tensor and an array of "):
        leaf(1) * things
