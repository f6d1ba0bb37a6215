"""The student's function is asked further, with other arguments and sizes, and what is then said of it is true."""

from dataclasses import replace

import numpy as np
import pytest

from minigrad.course.checks.check import Check
from minigrad.course.checks.examples import size
from minigrad.course.checks.purity import repeated
from minigrad.course.checks.students import Call, Example, Simulation, Student
from minigrad.course.diagnosis.diagnostician import Diagnostician
from minigrad.course.diagnosis.evidence import Evidence
from minigrad.course.diagnosis.forms import in_another_order, reformed
from minigrad.course.diagnosis.matrices import of_matrices
from minigrad.course.diagnosis.relations import part
from minigrad.course.diagnosis.sensitivity import sensitivity
from minigrad.course.diagnosis.sizes import _without_predictions, hard_coded
from minigrad.course.diagnosis.transformed import transformed
from minigrad.course.results.outcomes import Mismatch
from minigrad.course.student.replies import Reply

from ...conftest import quick
from .told import COURSE, diagnosis, lineup

CELL = "return np.tanh(x @ W_xh + h @ W_hh + b)\n"


def asked(name, old, new, title):
    """The sentence on what moves the result, whatever the catalogue knows."""
    exercise = COURSE.find(name)
    assert old in exercise.solution
    runner = Simulation(exercise.solution.replace(old, new))
    check = replace(next(check for check in exercise.checks if title in check.title), examples=64)
    student = Student(runner)
    check.examine(student)
    return sensitivity(runner, Simulation(exercise.solution), student.examples[: check.examples], exercise.blocks)


@pytest.mark.parametrize(
    ("change", "says"),
    quick(
        4,
        [
            ("np.tanh(x @ W_xh + 0.3)", "h, W_hh and b play no part in h_next"),
            (
                "np.sin(x @ W_xh + h @ (W_hh - np.diag(np.diag(W_hh))) + b)",
                "The diagonal of W_hh plays no part in h_next",
            ),
            ("np.sin(x @ W_xh + h * np.diag(W_hh) + b)", "Of W_hh only the diagonal plays a part in h_next"),
            ("np.sin(x @ W_xh + h @ W_hh + b[0])", "Of b only b[0] plays a part in h_next."),
            ("np.sin(x[:, 1:] @ W_xh[1:] + h @ W_hh + b)", "x[:, 0] plays no part in h_next."),
            ("np.sin(x @ W_xh + h[:, :-1] @ W_hh[:-1] + b)", "h[:, -1] plays no part in h_next."),
            (
                "np.sin(np.cumsum(x @ W_xh, 0) + h @ W_hh + b)",
                "first axis depends on earlier entries of x along the first",
            ),
            ("np.sin(x @ W_xh + h @ W_hh + np.cumsum(b[::-1])[::-1])", "last axis depends on later entries of b along"),
            (
                "np.sin(x @ W_xh + h.mean(0) @ W_hh + b)",
                "first axis depends on other entries of h along the first axis",
            ),
            ("np.sin(x @ W_xh + h @ W_hh + b)", ""),
        ],
    ),
)
def test_what_moves_a_result_is_told_in_the_words_of_the_exercise(change, says):
    told = asked("rnn_cell", CELL.strip(), f"return {change}", "new state")
    assert says in told
    assert bool(says) == bool(told)


@pytest.mark.parametrize(
    ("old", "new", "title", "says"),
    [
        (
            "b\n    a_i",
            "b * np.repeat([1, 1, 0, 1], h.shape[1])\n    a_i",
            "c_next",
            "The block of g in b plays no part",
        ),
        (
            "c_next = update(c, a_f, a_i, a_g)",
            "c_next = np.sin(update(c, a_f, a_i, a_g) * sigmoid(a_o))",
            "c_next",
            "c_next depends on the block of o in W_xh, and should not",
        ),
        ("output(c_next, a_o)", "sigmoid(a_o) * np.sin(h)", "h_next", "c plays no part in h_next"),
    ],
)
def test_blocks_are_told_by_their_names(old, new, title, says):
    assert says in asked("lstm_cell", old, new, title)


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("np.tanh(z * h + (1 - z) * n) * sigmoid(x_r)", ""),  # x and h matter elsewhere, though not where z is 1
        ("z * np.mean(h, axis=1, keepdims=True) + (1 - z) * n", ""),
        ("z * h + (1 - z) * n + sigmoid(x.sum())", "first axis depends on other entries of x along the first axis."),
    ],
)
def test_an_argument_that_matters_where_a_gate_is_open_is_not_said_to_matter_nowhere(new, says):
    told = asked("gru_cell", "z * h + (1 - z) * n\n", f"{new}\n", "z = 1: ")
    assert says in told
    assert bool(says) == bool(told)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    quick(
        1,
        [
            ("dx[t] = da @", "dx[t] = np.sin(dhs[t]) @", "hs and W_hh play no part in dx"),
            ("dx[t] = da @", "dx[t] = (da + dhs[0]) @", "depends on earlier entries of dhs along the first axis"),
            ("dx[t] = da @", "dx[t] = np.sin(da) @", "With twice the dhs, dx should come out twice as large"),
            ("dx[t] = da @", "dx[t] = (da + x.sum()) @", "dx depends on x, and should not"),
        ],
    ),
)
def test_steps_are_told_apart(old, new, says):
    assert says in asked("bptt", old, new, "dx, ")


@pytest.mark.parametrize(
    ("change", "says"),
    quick(
        1,
        [
            (
                "(lambda n: np.stack([np.tanh(x[k] @ W_xh + h[k] @ W_hh + b) for k in range(n)]))(4)",
                "right for N = 4, ",
            ),
            ("np.tanh(x @ W_xh + h[:, :5] @ W_hh[:5] + b)", "right up to H = 5, and not for H = 6: the number 5"),
        ],
    ),
)
def test_numbers_in_the_place_of_sizes_are_found(change, says):
    assert says in diagnosis("rnn_cell", (CELL.strip(), f"return {change}"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            "[np.clip(g, -limit, limit) if g.ndim != 1 else g[0, 0] for g in grads]",
            "whenever there is an array with one axis, and only then",
        ),
        (
            "[np.clip(g, -limit, limit) if g.ndim == 2 else g[0, 0, 0, 0] for g in grads]",
            "where all arrays have two axes",
        ),
    ],
)
def test_arrays_with_which_alone_a_function_raises_are_told(change, says):
    assert says in diagnosis("clipping", ("[np.clip(g, -limit, limit) for g in grads]", change))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda W: W * np.arange(2, 8), "The columns are at right angles to each other, but their lengths are not 1."),
        (lambda W: W + W[:, ::-1] * (np.arange(6) > 2), "The first 3 columns have length 1 and are at right angles"),
        (
            lambda W: (W + np.roll(W, 1, 1) / 2).T / np.sqrt(1.25),
            "All rows have length 1, but they are not at right angles",
        ),
    ],
)
def test_which_columns_are_orthonormal_is_told(change, says):
    matrices = [np.linalg.qr(np.random.default_rng(k).normal(size=(8, 6)))[0] for k in range(2)]
    examples = [Example({}, outcome=Mismatch("W", "", change(W))) for W in matrices]
    assert says in of_matrices(examples)


def test_nothing_is_said_of_columns_that_are_as_they_should_be():
    matrices = [np.linalg.qr(np.random.default_rng(n).normal(size=(n, n)))[0] for n in (3, 5)]
    assert of_matrices([Example({}, outcome=Mismatch("W", "", W)) for W in matrices]) == ""
    assert of_matrices([Example({}, outcome=Mismatch("W", "", matrices[0]))]) == ""


def test_numbers_of_another_shape_are_not_said_to_differ_from_each_other():
    W = np.random.default_rng(0).normal(size=(8, 3))
    assert part([Mismatch("W", "", W, np.zeros((8, 3)), W != 0)]).startswith("All numbers that are compared here")
    assert part([Mismatch("W", "", W, np.zeros((3, 8)))]) == ""


def test_numbers_that_are_cut_off_are_told():
    W = np.clip(np.random.default_rng(0).normal(size=(30, 30)), -1, 1)
    assert "cut off" in of_matrices([Example({}, outcome=Mismatch("W", "", W))])
    assert of_matrices([Example({}, outcome=Mismatch("W", "", np.random.default_rng(0).normal(size=(30, 30))))]) == ""


def test_a_wrong_form_hides_no_wrong_number():
    rows = "return [row for row in np.tanh(x @ W_xh - h @ W_hh + b)]"
    told = diagnosis("rnn_cell", (CELL.strip(), rows))
    assert told.startswith("There is something else beside the form. The state is subtracted")
    told = diagnosis("rnn_cell", (CELL.strip(), CELL.strip() + ".astype(np.float32)"))
    assert told.startswith("One small change")
    assert told.endswith(".astype(np.float32)`.")


def test_a_value_takes_the_form_of_the_right_one():
    right = np.zeros((1, 2))
    for value in ([[1, 2]], np.array([1.0, 2.0]), np.array([[1, 2]]), [np.float32(1), np.float32(2)]):
        assert np.array_equal(reformed(value, right), [[1.0, 2.0]])
        assert reformed(value, right).dtype == float
    assert reformed(np.array([[3.0]]), 1.0) == 3.0
    assert reformed([1, 2, 3], right) == [1, 2, 3]
    assert reformed("no", right) == "no"
    ids = np.array([3, 5])
    for value in ([3, 5], np.array([[3, 5]]), np.array([3.0, 5.0])):
        assert np.array_equal(reformed(value, ids), ids)
        assert reformed(value, ids).dtype == ids.dtype
    assert np.array_equal(reformed([3.5, 5], ids), [3.5, 5])
    assert reformed([1, 0], np.array([True, True])).dtype == bool


@pytest.mark.exhaustive
def test_integers_in_another_form_are_not_said_to_be_floats_when_their_numbers_are_wrong():
    form = "return batches\n", "return np.array(batches)\n"
    told = diagnosis("batches", form, ("ids[1 : batch * stream + 1].reshape(batch, stream).T", "x"))
    assert told.startswith("There is something else beside the form. The targets are the inputs")
    assert "float" not in told
    columns = [(f"{a}].reshape(batch, stream).T", f"{a}].reshape(stream, batch)") for a in ("stream", "stream + 1")]
    told = diagnosis("batches", form, *columns)  # a single stream has the right numbers
    assert told.startswith("There is something else beside the form. Neighbours in the text stand")


def test_results_in_another_order_are_told():
    exercise = COURSE.find("bptt")
    student = Student(
        Simulation(exercise.solution.replace("dx, carry, dW_xh, dW_hh, db", "carry, dW_xh, dx, dW_hh, db"))
    )
    check = next(check for check in exercise.checks if "dx, " in check.title)
    example = student.look(check.body, {"T": 2, "N": 2, "D": 3, "H": 4, "seed": 0})
    said = in_another_order(Simulation(exercise.solution), example.calls)
    assert said.endswith("Yours come as second, third, first, fourth, fifth of those that are asked for.")


@pytest.mark.exhaustive
def test_a_right_result_in_the_place_of_another_that_is_wrong_is_told():
    h_next = "np.sin(np.concatenate([h, c], axis=1)).sum(axis=1, keepdims=True) + h"
    told = diagnosis("lstm_cell", ("return h_next, c_next", f"return c_next, {h_next}"))
    assert told.startswith("The first of your results is what should come second.")


def test_a_mistake_beside_a_changed_argument_is_told():
    change = "return np.sin(x @ W_xh + h[:, ::-1] @ W_hh + b)"
    told = diagnosis("rnn_cell", (CELL.strip(), change))
    assert told.startswith("Two mistakes together come to this. Your sums go through the sine")
    assert "read backwards" in told  # the columns of h, or the rows of W_hh: that is the same


def test_a_halved_argument_beside_a_mistake_is_told():
    told = diagnosis("rnn_cell", (CELL.strip(), "return np.tanh(x @ W_xh + h @ W_hh * 0.5 + 2 * b)"))
    assert told.startswith("Two mistakes together come to this. The bias is added twice.")
    assert "halved" in told


def wrong(function, *arguments, N=3):
    """Two examples whose numbers are the right ones with this done to them, beside those with an argument h."""
    examples = []
    for seed, n in enumerate((N, N + 1)):
        rng = np.random.default_rng(seed)
        expected, h = rng.normal(size=(n, 4)), rng.normal(size=4)
        example = Example({"N": n, "seed": seed})
        student = Student(Simulation("def f(h):\n    return h"))
        student.examples.append(example)
        student.call("f", {"h": h})
        got = function(expected, h, n)
        example.outcome = Mismatch("h", "", got, expected, got != expected if got.shape == expected.shape else None)
        examples.append(example)
    return examples


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda e, h, n: e**2, "square of what"),
        (lambda e, h, n: np.tanh(e), "one tanh is too many"),
        (lambda e, h, n: np.abs(e), "signs are lost"),
        (lambda e, h, n: e + h, "with h added"),
        (lambda e, h, n: e * h, "multiplied by h"),
        (lambda e, h, n: h + 0 * e, "numbers of h, as it came in"),
        (lambda e, h, n: e / n, "1/N of what they should be"),
        (lambda e, h, n: e * np.sqrt(n), "√N times what"),
        (lambda e, h, n: e.sum(0), "first axis is missing: these numbers are summed"),
        (lambda e, h, n: e.cumsum(1), "add up along the second axis"),
        (lambda e, h, n: e[:1] + 0 * e, "first axis are those of the first"),
        (lambda e, h, n: e - e.mean(0), "mean along the first axis is subtracted"),
        (lambda e, h, n: e + n / 7, "off by the same amount, which is not the same"),
        (lambda e, h, n: e + 0.25, "All numbers are off by 0.25, in every example."),
        (lambda e, h, n: np.round(e, 1), "rounded to one decimal"),
        (lambda e, h, n: np.round(e, 4), "rounded to 4 decimals"),
        (lambda e, h, n: np.sin(e), ""),
    ],
)
def test_what_was_done_to_the_right_numbers_is_told(function, says):
    told = transformed(wrong(function))
    assert says in told
    assert bool(says) == bool(told)


def test_a_right_result_that_is_zero_does_not_speak_against_a_factor():
    for value, says in ((np.zeros(3), "1/N of"), ((np.ones(3), np.zeros(3)), "1/N of"), (np.ones(3), "by the same")):
        passed = Example({"N": 7, "seed": 9}, calls=[Call("f", {}, value)])
        told = transformed([*wrong(lambda e, h, n: e / n), passed])
        assert (says in told) is (says == "1/N of")


def test_numbers_that_are_all_0_are_not_said_to_be_cut_off():
    """As small ones would be; so would those that come out as 0 for any other reason."""

    def examples(scale):
        for example in (found := wrong(lambda e, h, n: e)):
            expected = scale * np.abs(example.outcome.expected)
            example.outcome = Mismatch("h", "", np.trunc(expected), expected, expected != np.trunc(expected))
        return found

    assert "cut off to integers" in transformed(examples(5))
    assert transformed(examples(0.1)) == ""


def test_sizes_that_do_not_matter_are_not_named_beside_one_that_does():
    steps = ("reversed(range(T))", "reversed(range(5))")
    assert diagnosis("bptt", steps).startswith(
        "It is right for T = 5, and not for 1 more or 1 less: this number stands"
    )


@pytest.mark.exhaustive
def test_a_size_that_may_have_none_beside_it_is_not_said_to_be_the_only_one():
    """Signs come in pairs of a sine and a cosine: with D = 2 there is one pair, and no D = 1 or D = 3 at all."""
    told = diagnosis(
        "heads_and_order",
        ("10_000.0 ** (-np.arange(0, D, 2) / D)", "1 / (1 + np.arange(D // 2) * (10000 - 1) / (D // 2))"),
    )
    assert "1 more" not in told
    assert "1 less" not in told


@pytest.mark.exhaustive
def test_sizes_that_have_to_be_the_same_are_no_numbers_of_the_code():
    """With N = D dx comes out right and dW_xh wrong, so it is not told that these sizes decide, either."""
    assert diagnosis("bptt", ("x[t].T @ da", 'np.einsum("ij,jk->ik", x[t], da)')) == ""


@pytest.mark.parametrize(
    ("is_wrong", "told"),
    [
        (lambda N, H, **_: N != H, "It is right where N and H are the same, and hardly ever else."),
        (lambda N, H, **_: N not in (1, H), ""),  # N = 1 is right whatever H is, and that is told elsewhere
    ],
)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_equal_sizes_are_named_where_nothing_refutes_them(is_wrong, told, elsewhere):
    def body(student, **sizes):
        if is_wrong(**sizes):
            raise Mismatch("h", "wrong")

    check = Check("h", 1, [], body, dict(N=size, H=size), 64)
    student = Student(None)
    check.examine(student)
    for example in student.examples:
        example.calls.append(Call("f", {}, None))
    square = Example({"N": 2, "H": 2}, [Call("f", {}, None)], outcome=Mismatch("h", "wrong"))
    said = hard_coded(check, student.examples, None, "", "", [square] * elsewhere)
    told = "" if elsewhere else told
    assert said.startswith(told)
    assert bool(said) == bool(told)


def test_a_moved_argument_is_not_told_beside_a_mistake_that_moves_it_back():
    assert "one place late" not in diagnosis("bptt", ("(1 - hs[t] ** 2)", "(1 - np.roll(hs, 1, axis=0)[t] ** 2)"))


@pytest.mark.exhaustive
def test_a_function_that_wants_equal_sizes_is_not_said_to_have_numbers_in_their_place():
    """It does not raise where N, D and H are the same, whichever number that is."""
    change = ("x[t].T @ da", "x[t] @ da"), ("h_prev.T @ da", "h_prev @ da")
    assert "It is right for" not in diagnosis("bptt", *change)


@pytest.mark.exhaustive
def test_numbers_that_follow_from_a_generator_alone_are_diagnosed():
    change = ("np.zeros(H)", "0.1 * rng.normal(size=H)")
    assert diagnosis("initialization", change).startswith("All numbers that are compared here should be the same")


def test_the_answer_to_a_prediction_stands_for_no_size():
    source = "masked_loss = 3\n\ndef f(x):\n    return x[:7]\n"
    assert "3" not in _without_predictions(source, "masked_loss = 5  # PREDICTION\n")
    assert "7" in _without_predictions(source, "masked_loss = 5  # PREDICTION\n")


OUTCOMES = "return np.tanh(x @ W_xh + h @ W_hh + b)"


@pytest.mark.parametrize(
    "change",
    quick(
        2,
        [
            f"{OUTCOMES} + np.random.normal()",
            f"{OUTCOMES} * np.random.normal(size=h.shape)",
            f"rnn_cell.calls = getattr(rnn_cell, 'calls', 0) + 1\n    {OUTCOMES} + rnn_cell.calls",
            f"if np.random.random() < 0.5: raise ValueError('x')\n    {OUTCOMES}",
            f"rnn_cell.last, h = h, getattr(rnn_cell, 'last', h)\n    {OUTCOMES} + h.sum()",
        ],
    ),
)
def test_a_function_that_gives_something_else_each_time_is_told_as_that_and_asked_no_more(change):
    told = diagnosis("rnn_cell", (OUTCOMES, change))
    assert told.startswith("Your code gives different results for the same arguments.")
    assert asked("rnn_cell", OUTCOMES, change, "new state") == ""


@pytest.mark.parametrize("kept", ["np.random.default_rng(0)", "complex('nan')", "np.float32('nan')"])
def test_one_list_that_is_returned_each_time_is_the_same_each_time(kept):
    change = f"rnn_cell.kept = getattr(rnn_cell, 'kept', [{kept}])\n    return rnn_cell.kept"
    assert "different results" not in diagnosis("rnn_cell", (OUTCOMES, change))


def test_what_another_check_saw_change_is_told_where_a_call_comes_to_the_same_by_chance():
    """As it may with the order of a set, which follows from where in memory things lie."""
    exercise = COURSE.find("rnn_cell")
    runner = Simulation(exercise.solution.replace(OUTCOMES, f"{OUTCOMES} * np.cos(x.sum() + W_xh.sum())"))
    student, other = Student(runner), Student(runner)
    check = next(check for check in exercise.checks if "new state" in check.title)
    evidence = [Evidence(check, check.examine(student), student.examples)]
    assert "different results" not in Diagnostician(exercise, evidence, lineup("rnn_cell"), runner).diagnose(0)
    shown = evidence[0].counterexample
    unsteady = Evidence(check, Example(shown.sizes, shown.calls), student.examples)  # as the grader has it then
    assert Diagnostician(exercise, [unsteady], lineup("rnn_cell"), runner).diagnose(0).startswith("Look for what")
    seen = Example({}, outcome=repeated("rnn_cell", Reply(1.0), Reply(2.0)))
    other.examples.append(seen)
    evidence.append(Evidence(check, seen, other.examples))
    assert "different results" in Diagnostician(exercise, evidence, lineup("rnn_cell"), runner).diagnose(0)


@pytest.mark.parametrize(
    "line",
    [
        "if x.shape[1] != h.shape[1]: raise ValueError('not square')",
        "if x.shape[1] != h.shape[1]:\n        raise Exception('only for square matrices')",
        "assert x.shape[1] == h.shape[1], 'a square matrix is needed'",
        "if len(b) > 3: raise TypeError('too wide')",
    ],
)
def test_what_the_students_own_line_refuses_is_not_told_as_something_mixed_up(line):
    told = diagnosis("rnn_cell", (OUTCOMES, f"{line}\n    {OUTCOMES}"))
    assert told.startswith("This comes from a `raise` or an `assert` in your file.")


def test_an_exception_that_numpy_raises_is_no_refusal():
    wrong = ("return np.eye(fan_in, fan_out)", "return np.eye(fan_in) @ np.eye(fan_out)")
    assert "mixed up" in diagnosis("initialization", wrong)


def test_of_a_matrix_of_another_dtype_nothing_is_said_of_its_numbers():
    W = np.random.default_rng(0).uniform(size=(5, 5))
    assert "No number is negative" in of_matrices([Example({}, outcome=Mismatch("W", "", W))])
    assert of_matrices([Example({}, outcome=Mismatch("W", "", W.astype(np.float32)))]) == ""


def test_orthogonal_blocks_side_by_side_are_not_called_too_long():
    Q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))
    others = np.linalg.qr(np.random.default_rng(1).normal(size=(10, 5)))[0].T
    assert of_matrices([Example({}, outcome=Mismatch("W", "", np.concatenate([Q, Q[::-1]], axis=1)))]) == ""
    assert "2 times the identity" in of_matrices([Example({}, outcome=Mismatch("W", "", np.sqrt(2) * others))])
