"""Expectations say what is wrong in the student's words, and let nothing wrong through."""

import sys
from collections import Counter

import numpy as np
import pytest

from minigrad.course.checks import (
    check,
    expect,
    expect_derivatives,
    expect_error,
    expect_pure,
    expect_unchanged,
    seed,
    size,
    steps,
    unpack,
)
from minigrad.course.checks.examples import draw
from minigrad.course.checks.students import Simulation, Student
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.student.frames import Foreign

WANT = np.array([[1.0, 2.0], [3.0, 4.0]])


def simulated(source):
    return Student(Simulation("import numpy as np\n" + source))


@pytest.mark.parametrize(
    ("got", "text"),
    [
        (None, r"h is None\. Did you forget to return it\?"),
        ("h", r"h: expected a NumPy array of floats, got str 'h'"),
        ([[1.0, 2.0], [3.0, 4.0]], r"expected a NumPy array of floats, got a list of 2"),
        (Foreign("set", "{1}"), r"expected a NumPy array of floats, got set \{1\}"),
        (WANT.astype(int), r"expected an array of float64, got an array of int64"),
        (WANT.astype(complex), r"array of complex128"),
        (WANT.ravel(), r"h has the wrong shape: expected \(N, H\) = \(2, 2\), got \(4,\)"),
        (WANT + np.diag([0, 1]), r"h: 1 of 4 numbers is wrong, at index \[1, 1\]: expected 4, got 5"),
        (WANT * np.nan, r"4 of 4 numbers are wrong"),
        (WANT.astype(np.float32), r"expected an array of float64, got an array of float32\. Something converts"),
        (WANT * (1 + 1e-6), r"4 of 4"),
        (np.broadcast_to(WANT, (1, 2, 2)), r"got \(1, 2, 2\)"),
    ],
)
def test_what_is_not_the_array_is_told(got, text):
    with pytest.raises(Mismatch, match=text):
        expect("h", got, WANT, axes="N H")


def test_rounding_is_no_mistake():
    expect("h", WANT * (1 + 1e-9), WANT)
    expect("h", np.asfortranarray(WANT), WANT)
    expect("norm", 2.0, 2.0)
    expect("norm", np.float64(2.0), 2.0)
    expect("sum over an array without axes", np.float64(2.0), np.array(2.0))


def test_an_array_that_lies_about_itself_is_judged_by_its_numbers():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

        def __sub__(self, other):
            return np.zeros(self.shape)

    with pytest.raises(Mismatch):
        expect("h", np.asarray(np.zeros((2, 2)).view(Liar)), WANT)


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (None, r"returned None\. Did you forget to return \(h, c\)\?"),
        (WANT, r"returns \(h, c\); yours returned one thing, an array of shape \(2, 2\)\."),
        ({"h": WANT}, r"returns \(h, c\); yours returned one thing, a dict of 1\."),
        ((WANT,), r"2 things; yours returned 1"),
        (3.0, r"one thing, float 3\.0"),
    ],
)
def test_a_result_of_several_parts_is_unpacked_with_care(result, text):
    with pytest.raises(Mismatch, match=text):
        unpack("lstm_cell", result, "h", "c")


def in_example(student, function, *args, **kwargs):
    outcome = student.look(lambda student: function(student, *args, **kwargs), {}).outcome
    if outcome:
        raise outcome


def test_a_changed_argument_is_noticed_also_inside_a_list():
    student = simulated("def f(grads):\n    grads[1] *= 2")
    with pytest.raises(Mismatch, match=r"f changed its argument grads\[1\]"):
        in_example(student, expect_pure, "f", grads=[np.ones(1), np.ones(2)])


def test_an_argument_list_that_is_changed_is_noticed():
    student = simulated("def f(grads):\n    grads.pop()")
    with pytest.raises(Mismatch, match="grads"):
        in_example(student, expect_pure, "f", grads=[np.ones(1), np.ones(2)])


def test_who_asks_for_unchanged_arguments_lets_views_of_them_pass():
    in_example(simulated("def f(x):\n    return x[1:]"), expect_unchanged, "f", x=np.ones(2))
    with pytest.raises(Mismatch, match="its argument x"):
        in_example(simulated("def f(x):\n    x += 1\n    return x[1:]"), expect_unchanged, "f", x=np.ones(2))


def test_another_result_the_second_time_is_noticed():
    student = simulated("calls = []\ndef f(x):\n    calls.append(1)\n    return x * len(calls)")
    with pytest.raises(Mismatch, match="another result"):
        in_example(student, expect_pure, "f", x=np.ones(2))


@pytest.mark.parametrize("result", ["x * k", "float((x * k).sum())", "[{'a': x * k}]"])
@pytest.mark.parametrize(("off", "impure"), [(1e-15, False), (1e-8, True)])
def test_sums_in_another_order_are_the_same_result(result, off, impure):
    student = simulated(
        f"calls = []\ndef f(x):\n    calls.append(1)\n    k = 1 + {off} * len(calls)\n    return {result}"
    )
    assert isinstance(student.look(lambda s: expect_pure(s, "f", x=np.ones(2)), {}).outcome, Mismatch) is impure


@pytest.mark.parametrize("body", ["return x", "raise KeyError", "return None"])
def test_an_error_that_should_come_must_come(body):
    with pytest.raises(Mismatch, match="should raise ValueError"):
        in_example(simulated(f"def f(x):\n    {body}"), expect_error, "f", ValueError, x=1.0)


def test_an_error_that_should_come_may_come():
    in_example(simulated("def f(x):\n    raise ValueError"), expect_error, "f", ValueError, x=1.0)


@check("twice as much", points=1, N=size, H=size, seed=seed)
def double(student, N, H, seed):
    x = np.random.default_rng(seed).normal(size=(N, H))
    expect("f(x)", student.f(x=x), 2 * x)


def examples_of(source):
    student = simulated(source)
    return student.examples, double.examine(student)


def test_a_check_draws_the_same_examples_every_time():
    (first, _), (second, _) = examples_of("def f(x): return x * 2"), examples_of("def f(x): return x + x")
    assert [e.sizes for e in first] == [e.sizes for e in second]


def test_every_choice_comes_equally_often_and_the_smallest_first():
    cases = draw({"N": size, "H": size, "seed": seed}, 64)
    for name in ("N", "H"):
        assert Counter(case[name] for case in cases) == {1: 8, 2: 16, 3: 16, 4: 8, 5: 8, 8: 8}
    assert len({case["seed"] for case in cases}) == 64
    sizes = [case["N"] + case["H"] for case in cases]
    assert sizes == sorted(sizes)


def test_a_wider_check_goes_beyond_the_table_as_evenly_and_from_the_same_salt_alike():
    @check("anything", points=1, T=steps, N=size, heads=[1, 2, 4], seed=seed)
    def anything(student, **sizes):
        return

    for examples in (20, 64, 100):
        cases = draw(anything.wider(examples, "a").choices, examples)
        for name, values in {"T": range(1, 41), "N": range(1, 13), "heads": [1, 2, 4]}.items():
            counts = Counter(case[name] for case in cases)
            assert set(counts) <= set(values)
            often = [counts[value] for value in values]
            assert max(often) - min(often) <= 1
    assert anything.wider(20, "a").choices == anything.wider(20, "a").choices
    assert anything.wider(20, "a").choices != anything.wider(20, "b").choices


def test_a_counterexample_of_a_wider_check_is_the_smallest_too():
    student = simulated("def f(x): return 2 * x if len(x) < 9 else x")
    assert double.wider(64).examine(student).sizes == {"N": 9, "H": 1, "seed": 0}


def product(x, y):
    return x * x @ y


@pytest.mark.parametrize(
    ("gradients", "text"),
    [
        ("2 * x * np.outer(dout, y), (x * x).T @ dout", ""),
        ("x * np.outer(dout, y), (x * x).T @ dout", "dx: gradient with respect to argument 0 is wrong"),
        ("2 * x * np.outer(dout, y), x.T @ dout", "dy: "),
        ("2 * x * np.outer(dout, y), (x * x).T @ np.sign(dout)", "linear"),
    ],
)
def test_gradients_by_hand_are_held_against_complex_steps(gradients, text):
    student = simulated(f"def f(dout, x, y): return {gradients}")
    arguments = {"x": np.array([[1.0, 2.0, -3.0], [0.5, 1.5, 2.5]]), "y": np.array([1.0, -2.0, 0.5])}
    outcome = student.look(
        lambda student: expect_derivatives(product, arguments, lambda dout, **xy: student.f(dout=dout, **xy)), {}
    ).outcome
    assert (text in outcome.message) if text else outcome is None


def test_a_counterexample_is_the_smallest_that_fails():
    _, found = examples_of("def f(x): return 2 * x if len(x) < 3 or x.shape[1] < 2 else x")
    assert found.sizes == {"N": 3, "H": 2, "seed": 0}
    assert found.outcome


def test_a_check_that_draws_nothing_looks_once():
    @check("returns two", points=1)
    def two(student):
        expect("f()", student.f(), 2.0)

    assert two.examine(simulated("def f(): return 2.0")) is None
    assert two.examine(simulated("def f(): return 3.0")).outcome


def test_each_call_is_looked_at_for_what_became_of_its_arguments():
    student = simulated("def f(x):\n    x[0] = 7\n    return x + 1\ndef g(x): return x\ndef h(x): return x + 1")
    student.look(lambda student: [student.h(x=WANT), student.g(x=WANT), student.f(x=WANT), student.f(x=WANT)], {})
    [example] = student.examples
    says = {function: (call, str(impurity)) for function, (call, impurity) in example.impure.items()}
    assert says == {
        "g": (
            example.calls[1],
            "g returned memory of its arguments, not a new array: changing one would change the other.",
        ),
        "f": (example.calls[2], "f changed its argument x; the caller still needs it as it was."),
    }
    assert not any(example.pure for example in student.examples)


def test_a_right_function_has_no_counterexample():
    assert examples_of("def f(x): return x + x")[1] is None


def test_another_salt_draws_other_numbers_and_the_same_sizes():
    def drawn(salt):
        student = simulated("def f(x): return 2 * x")
        double.examine(student, salt)
        return [e.sizes for e in student.examples]

    assert drawn("a") == drawn("a")
    assert {c["seed"] for c in drawn("a")}.isdisjoint({c["seed"] for c in drawn("b")})
    for name in ("N", "H"):
        assert Counter(c[name] for c in drawn("a")) == Counter(c[name] for c in drawn("b"))


def test_a_changed_argument_is_noticed_also_inside_a_dict():
    state = {"m": WANT.copy(), "t": 1}
    for source, says in (
        ("def f(s):\n    s['m'] += 1\n    return s['m'] * 2", "its argument state"),
        ("def f(s):\n    s['t'] += 1\n    return s['m'] * 2", "its argument state"),
        ("def f(s): return {'m': s['m']}", "memory of its arguments"),
    ):
        student = simulated(source)
        student.look(lambda student: expect_pure(student, "f", state=state), {})
        assert says in student.examples[-1].outcome.message
    student = simulated("def f(s): return {'m': s['m'] + 1, 't': s['t'] + 1}")
    assert student.look(lambda student: expect_pure(student, "f", state=state), {}).outcome is None


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform == "win32", reason="no signal can tell there")
def test_a_simulation_that_never_ends_is_ended():
    swallows = (
        "def f(x):\n    while True:\n        try:\n            while True: pass\n        except ValueError: pass\n"
    )
    with pytest.raises(StudentError) as caught:
        Simulation(swallows).call("f", [1])
    assert caught.value.error == "TimeoutError"
    assert Simulation("def f(x): return x").call("f", [1]).value == 1


MANY = [
    "np.zeros(20_000)",
    "np.zeros((20_000, 0))",
    "[0.0] * 9_999 + [[0.0] * 9]",
    "{n: [n] for n in range(6_000)}",
    "'x' * 20_000",
]


@pytest.mark.parametrize("value", MANY)
def test_a_result_of_very_much_is_judged_and_not_kept(value):
    """Whatever it consists of: thousands of suspects would be held against it."""
    student = simulated(f"def f(x): return {value}\n")
    student.look(lambda student: student.f(x=1), {})
    (call,) = student.examples[0].calls
    assert call.value is None
    assert student.call("f", {"x": 1}).value is not None


@pytest.mark.parametrize(
    "value", ["np.zeros(9_000)", "[[0.0] * 9] * 900", "{n: n for n in range(4_000)}", "'x' * 9_000"]
)
def test_a_result_of_usual_size_is_kept(value):
    student = simulated(f"def f(x): return {value}\n")
    student.look(lambda student: student.f(x=1), {})
    assert student.examples[0].calls[0].value is not None
