"""detect_anomaly names where a NaN or an infinity arose; draw shows the graph."""

import io

import numpy as np
import pytest
import rich.console

from minigrad import Tensor, detect_anomaly, draw, functional, grad, no_grad


def leaf(*data):
    return Tensor([*data], requires_grad=True)


def message(f, *args):
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError) as caught, detect_anomaly():
        f(*args)
    return str(caught.value)


def test_a_nan_that_arises_forward():
    def loss(x):
        h = x * x - 2.0
        return np.sum(np.log(h))  # here

    said = message(loss, leaf(2.0, 1.0))
    assert "np.log: the result has a NaN at index (1,), which arose here" in said
    assert "shapes (2,)" in said
    assert "test_debug.py" in said
    assert "return np.sum(np.log(h))  # here" in said


def test_an_infinity_that_arises_backward_names_the_line_of_the_forward():
    def loss(x):
        h = np.sqrt(x)  # there
        return np.sum(h)

    said = message(lambda x: loss(x).backward(), leaf(1.0, 0.0))
    assert "np.sqrt: the gradient for its argument has an infinity at index (1,), which arose here" in said
    assert "h = np.sqrt(x)  # there" in said
    assert "np.sqrt" in message(grad(loss), np.array([1.0, 0.0]))


def test_a_nan_of_zero_times_infinity_backward():
    said = message(lambda x: (np.sqrt(x * x)).backward(np.ones(1)), leaf(0.0))
    assert "has a NaN" in said or "has an infinity" in said
    assert "np.sqrt" in said


def test_a_nan_that_came_in():
    said = message(lambda x: x * np.array([1.0, np.nan]), leaf(1.0, 2.0))
    assert "np.multiply: the result has a NaN at index (1,), which came in with argument 1" in said
    assert "came in with argument 0" in message(np.tanh, leaf(np.nan))


def test_infinities_that_are_meant():
    scores = leaf(1.0, 2.0, 3.0)
    with detect_anomaly():
        masked = np.where(np.array([True, False, True]), scores, -np.inf)
        np.sum(functional.softmax(masked) ** 2).backward()
    assert np.isfinite(scores.grad).all()


def test_numbers_without_axes():
    assert "index ()" in message(np.log, Tensor(-1.0, requires_grad=True))


def test_a_line_before_the_block():
    y = np.sqrt(leaf(0.0))
    assert "a line before detect_anomaly() began" in message(lambda: y.backward(np.ones(1)))


def test_outside_nothing_is_looked_at():
    with detect_anomaly():
        leaf(1.0) * 2.0
    with np.errstate(all="ignore"):
        assert np.isnan(np.log(leaf(-1.0)).data)
        with detect_anomaly(), no_grad():
            np.log(leaf(-1.0))


# Pictures


def tree(drawing):
    console = rich.console.Console(file=io.StringIO(), width=80, color_system=None)
    console.print(drawing)
    return console.file.getvalue()


def test_the_tree_shows_operations_shapes_and_names():
    W, b = leaf([1.0, 2.0], [3.0, 4.0]), leaf(0.0, 0.0)
    h = np.tanh(np.ones((3, 2)) @ W + b)
    shown = tree(draw(np.sum(h, axis=0), W=W, h=h))
    assert shown == (
        "np.sum(·, axis=0)  (2,)\n"
        "└── h = np.tanh(·)  (3, 2)\n"
        "    └── np.add(·, ·)  (3, 2)\n"
        "        ├── np.matmul(array(3, 2), ·)  (3, 2)\n"
        "        │   └── W  (2, 2)\n"
        "        └── leaf  (2,)\n"
    )


def test_what_is_used_twice_is_drawn_once():
    x = leaf(1.0)
    h = np.tanh(x)
    shown = tree(draw(h * np.exp(h), x=x))
    assert shown.count("np.tanh(·)") == 1
    assert shown.count("#1") == 2
    assert shown.count("x  (1,)") == 1


def test_graphviz_text_has_every_node_and_arrow_once():
    x = leaf(1.0)
    h = np.tanh(x)
    text = str(draw(h * h + x, **{'"quoted" \\': x}))
    assert text.startswith("digraph {")
    assert text.endswith("}")
    assert text.count("[label=") == 4
    assert text.count("->") == 5
    assert r"\"quoted\" \\" in text


def test_arguments_are_shown_in_one_line():
    x = leaf([1.0, 2.0], [3.0, 4.0])
    shown = tree(draw(np.sum(x[np.array([[0], [1]]), [0, 1]] + np.ones((2, 2)))))
    assert "x[index](·, (array(2, 1), (0, 1)))" in shown
    assert "np.add(·, array(2, 2))" in shown


def test_a_long_chain_can_be_drawn():
    x = leaf(1.0)
    y = x
    for _ in range(3000):
        y = np.tanh(y)
    assert str(draw(y)).count("->") == 3000
    assert draw(y).__rich__() is not None


def test_only_tensors_have_a_graph():
    with pytest.raises(TypeError, match="expected a Tensor, got ndarray"):
        draw(np.ones(2))
    assert str(draw(Tensor(1.0))).count("label") == 1
