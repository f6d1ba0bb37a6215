"""A diagnosis is true, or there is none. (That each known mistake gets its own sentence is check-course's to prove.)"""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.checks import purity
from minigrad.course.checks.students import Call, Example, Simulation, Student
from minigrad.course.diagnosis.diagnostician import Diagnostician
from minigrad.course.diagnosis.evidence import Evidence
from minigrad.course.diagnosis.fingerprints import Fingerprint, fingerprint, of_example
from minigrad.course.diagnosis.relations import a_little_off, cut_off, part, roughly_right, telling
from minigrad.course.diagnosis.substitutions import substituted
from minigrad.course.results.outcomes import Mismatch, StudentError
from minigrad.course.student.replies import Reply

from ...conftest import quick, thorough
from .told import COURSE, diagnosis, told_of

RNN = "return np.tanh(x @ W_xh + h @ W_hh + b)\n"


@pytest.fixture
def few_pairs(monkeypatch):
    """Of the pairs of an exercise with many mistakes all are tried in a thorough run only."""
    if not thorough():
        monkeypatch.setattr("minigrad.course.diagnosis.probe.MOST", 300)


def test_another_way_to_make_a_known_mistake_is_recognised():
    bias_lost = (
        "return np.tanh(x @ W_xh + h @ W_hh + b)",
        "b = b * 0\n    return np.tanh(W_xh.T @ x.T + W_hh.T @ h.T).T",
    )
    assert diagnosis("rnn_cell", bias_lost).startswith("The bias is missing")


@pytest.mark.parametrize(
    ("change", "says"),
    quick(
        3,
        [
            ("-np.tanh(x @ W_xh + h @ W_hh + b)", "wrong sign"),
            ("3 * np.tanh(x @ W_xh + h @ W_hh + b)", "3 times what they should be"),
            ("np.tanh(x @ W_xh + h @ W_hh + b).T", "transpose of"),
            ("np.tanh(x @ W_xh + h @ W_hh + b)[::-1]", "reverse order"),
            ("np.tanh(x @ W_xh + h @ W_hh + b)[None]", "another shape"),
            ("np.tanh(x @ W_xh + h @ W_hh + b) * np.nan", "NaN"),
            ("np.tanh(x @ W_xh + h @ W_hh + b) * 0", "all zero"),
            ("np.tanh(x @ W_xh + h @ W_hh + b)[:1]", "Along the first axis only the first entries are there"),
            ("np.tanh(x @ W_xh + h @ W_hh + b).astype(np.float32).astype(float)", "about seven digits"),
        ],
    ),
)
def test_general_relations_come_after_the_catalogue(change, says):
    assert says in diagnosis("rnn_cell", ("np.tanh(x @ W_xh + h @ W_hh + b)\n", change + "\n"))


def test_numbers_that_are_right_from_some_place_on_are_told_so():
    expected = np.arange(20.0).reshape(5, 4) ** 2
    got = np.where(np.arange(5)[:, None] < 2, np.cos(expected), expected)
    says = part([Mismatch("dx", "dx is wrong.", got, expected, got != expected)])
    assert says.startswith("From some place along the first axis on the numbers are right")


def test_an_empty_array_shows_no_relation():
    """Every one holds of it: all of its numbers are NaN, say."""
    empty, full = (Mismatch("y", "y has the wrong shape.", np.ones((3, n)), np.ones((3, 4))) for n in (0, 2))
    assert telling([Example({}, outcome=empty)]) == []
    assert telling([Example({}, outcome=empty), Example({}, outcome=full)]) == [full]


def test_numbers_do_not_grow_with_expected_ones_that_are_all_the_same():
    got, expected = np.random.default_rng(0).normal(size=20), np.zeros(20)
    told = part([Mismatch("b", "b is wrong.", got, expected, got != expected)])
    assert told == "All numbers that are compared here should be the same, and they differ from each other."


@pytest.mark.exhaustive
def test_a_carry_that_is_lost_at_a_step_is_told_by_where_it_is_right():
    lost = ("carry = da @ W_hh.T", "carry = da @ W_hh.T * (t != 2)")
    assert diagnosis("bptt", lost).startswith("It is right up to T = 2, and not for T = 3: the number 2 stands in your")


@pytest.mark.exhaustive
@pytest.mark.parametrize(("number", "is_told"), [("2", True), ("len('ab')", False), ("len('ab') + 2 - 2", False)])
def test_a_number_of_a_function_that_is_not_called_and_one_that_is_added_are_no_sizes(number, is_told):
    lost = ("h = np.tanh(x_t @ W_xh + h @ W_hh + b)", f"h = np.tanh(x_t @ W_xh + h @ W_hh * (len(hs) != {number}) + b)")
    elsewhere = ("return hs @ W_hy + b_y", "return 2 * hs @ W_hy / 2 + b_y")
    assert ("the number 2 stands in your code" in diagnosis("unroll", lost, elsewhere)) is is_told


@pytest.mark.parametrize(
    ("name", "change", "says"),
    quick(
        4,
        [
            ("rnn_cell", ("h @ W_hh", "(h / 2) @ W_hh"), "when h is halved"),
            ("rnn_cell", ("x @ W_xh", "x @ W_xh[::-1]"), "when W_xh is read backwards"),
            ("rnn_cell", ("x @ W_xh", "(x / 2) @ W_xh"), "when x is halved"),
            (
                "rnn_cell",
                ("h @ W_hh", "h.mean(0) @ W_hh"),
                "when the mean of h over its first axis is used for all of h",
            ),
            ("bptt", ("dhs[t] + carry", "dhs[0] + carry"), "when dhs[0] is used for all of dhs"),
            ("bptt", ("x[t].T", "x[-1].T"), "when x[-1] is used for all of x"),
            ("clipping", ("-limit, limit)", "-limit / 2, limit / 2)"), "when limit is halved"),
        ],
    ),
)
def test_what_became_of_an_argument_is_told_without_a_catalogue(name, change, says):
    assert says in diagnosis(name, change)


BPTT = "return dx, carry, dW_xh, dW_hh, db"


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("results", "says"),
    quick(
        2,
        [
            ("dx, dW_xh, dW_hh, db", "dh0 is not returned. The order is dx, dh0, dW_xh, dW_hh, db."),
            ("dx, carry, dW_xh, dW_hh", "dx, dh0, dW_xh and dW_hh are there, as they should be. db is not."),
            ("dx, 2 * carry, dW_xh, db", "dx, dW_xh and db are there, as they should be. dh0 and dW_hh are not."),
            ("dx", "dx is there, as it should be. dh0, dW_xh, dW_hh and db are not."),
            (
                "dx, carry, dW_xh, dW_hh, db, 2 * dhs",
                "All that should come is there. The sixth of your results is none of it: leave it out.",
            ),
            ("2 * dx, 2 * carry", ""),
        ],
    ),
)
def test_of_another_number_of_results_those_that_are_missing_are_told(results, says):
    assert diagnosis("bptt", (BPTT, f"return {results}")) == says


def test_an_empty_text_tells_no_mistake_that_is_one_of_unknown_tokens():
    told = told_of("vocabulary", ("ids.get(token, 0)", "vocabulary.index(token)"), (", dtype=int)", ")"))
    assert told["the ids of an empty text"].startswith("An array that is made of an empty list holds floats")


WRITTEN = "def {}(x):\n    # BEGIN SOLUTION\n    return x\n    # END SOLUTION\n"


@pytest.mark.parametrize(
    "x", [np.eye(2), np.arange(3), np.array([True, False]), np.array(1.0), 1.5, [np.ones(2)], None]
)
def test_whatever_an_argument_is_another_can_be_given(x):
    suspects = substituted(SimpleNamespace(solution=WRITTEN.format("f"), blocks={}))
    assert suspects
    for suspect in suspects:
        assert suspect.value(Call("f", {"x": x})) is not None or x is None


def test_what_became_of_an_argument_is_said_of_functions_that_the_student_writes():
    beside = "def g(x):\n    return f(-x)\n"
    for solution in (WRITTEN.format("f") + beside, beside + WRITTEN.format("f")):
        both = substituted(SimpleNamespace(solution=solution, blocks={}))
        assert {suspect.runner.function for suspect in both} == {"f"}


@pytest.mark.parametrize(
    ("change", "says"),
    quick(
        1,
        [
            ("dW_xh -= x[t].T @ da", "exactly the negative"),
            ("dW_xh += 2 * x[t].T @ da", "2 times what they should be"),
            ("dW_xh += 0 * x[t].T @ da", "stays zero"),
        ],
    ),
)
def test_a_factor_of_one_result_is_not_told_of_an_argument(change, says):
    assert says in diagnosis("bptt", ("dW_xh += x[t].T @ da", change))


def test_an_exception_is_not_told_as_the_numbers_of_anything():
    told = diagnosis("clipping", ("limit) for g in grads", "limit) for g in limit"))
    assert re.fullmatch(r"One small change in line \d+ makes this right\. Look at `limit`\.", told)


def test_reading_each_array_of_a_list_backwards_is_not_told_of_the_list():
    assert "grads" not in diagnosis("clipping", ("np.clip(g, -limit, limit)", "np.clip(g, -limit, limit)[::-1]"))


@pytest.mark.parametrize(
    ("name", "change", "first", "second"),
    quick(
        1,
        [
            (
                "rnn_cell",
                ("np.tanh(x @ W_xh + h @ W_hh + b)\n", "np.maximum(x @ W_xh + h @ W_hh, 0)\n"),
                "bias is mi",
                "ReLU",
            ),
            ("rnn_cell", ("x @ W_xh + h @ W_hh + b", "x @ W_xh"), "The bias is missing", "The old state plays no part"),
            (
                "rnn_cell",
                ("np.tanh(x @ W_xh + h @ W_hh + b)\n", "np.tanh(x @ W_xh) + np.tanh(h @ W_hh)\n"),
                "Two tanh are added up",
                "The bias is missing",
            ),
        ],
    ),
)
def test_two_mistakes_are_told_together_in_whatever_order_they_can_be_made(name, change, first, second):
    told = diagnosis(name, change)
    assert told.startswith("Two mistakes together come to this.")
    assert first in told
    assert second in told


@pytest.mark.exhaustive
def test_a_second_mistake_that_shows_in_another_check_alone_may_be_one_of_two():
    told = diagnosis("bptt", ("da.sum(axis=0)", "da.sum()"), ("reversed(range(T))", "range(T)"))
    assert "db is summed over everything" in told
    assert "from the first step to the last" in told


def test_of_several_functions_only_some_may_take_what_consists_of_blocks():
    pieces = WRITTEN.format("f") + WRITTEN.format("g").replace("x", "W")
    blocks = {"names": ["i", "f"], "of": ["W"]}
    orders = [
        s.runner.function for s in substituted(SimpleNamespace(solution=pieces, blocks=blocks)) if "the order" in s.says
    ]
    assert set(orders) == {"g"}


@pytest.mark.exhaustive
@pytest.mark.twice
def test_what_became_of_one_block_is_told_of_an_exercise_that_declares_blocks(few_pairs):
    gates = "a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)"
    without_bias = f"{gates}\n    a_f = a_f - np.split(b, 4)[1]"
    assert "when the block of f in b is zero" in diagnosis("lstm_cell", (gates, without_bias))
    other_order = gates.replace("a_i, a_f, a_g, a_o", "a_g, a_o, a_i, a_f")
    assert "when you read the blocks in the order g, o, i, f; their order is i, f, g, o" in diagnosis(
        "lstm_cell", (gates, other_order)
    )


def test_a_mistake_can_be_made_in_another_form_of_the_solution():
    variant = next(v for v in COURSE.find("lstm_cell").variants if v.name == "each gate with its own product")
    changes = [*variant.replace, ("H = h.shape[1]", "H = x.shape[1]")]
    assert diagnosis("lstm_cell", *changes).startswith("The pieces are cut D columns wide")


@pytest.mark.exhaustive
def test_where_no_check_is_explained_exactly_but_a_later_one_that_is_told_as_well():
    told = diagnosis(
        "bptt", ("dx[t] = da @ W_xh.T", "dx[t] = np.cos(da @ W_xh.T)"), ("db += da.sum(axis=0)", "db += da[0]")
    )
    assert 'One mistake shows in the check "db, summed over all steps and examples": db takes only' in told


CARRY = ("carry = da @ W_hh.T", "carry = da @ W_hh")
LAST = ("return dx, carry, dW_xh, dW_hh, db", "return dx, dW_xh, dW_hh, db, carry")


@pytest.mark.exhaustive
def test_two_mistakes_that_explain_all_results_come_before_one_that_explains_a_single_result():
    """What is shown without a tanh, o c, comes in the place of c_next, and c_next in that of h_next."""
    exchanged = ("return h_next, c_next", "return c_next, h_next")
    told = told_of("lstm_cell", exchanged, ("sigmoid(a_o) * np.tanh(c)", "sigmoid(a_o) * c"))
    both = told["lstm_cell: c_next, the new cell state"]
    assert both.startswith("Two mistakes together come to this.")
    assert "The states come in the order (c_next, h_next)." in both


@pytest.mark.exhaustive
def test_two_mistakes_are_told_of_a_check_whose_own_call_shows_too_little_of_them():
    checks = told_of("bptt", CARRY, LAST)
    assert len(checks) > 4
    for told in checks.values():
        assert told.startswith("Two mistakes together come to this.")
        assert "dh0 is returned last" in told


@pytest.mark.exhaustive
def test_mistakes_in_another_function_are_not_told_here():
    told = diagnosis(
        "clipping",
        ("np.clip(g, -limit, limit)", "np.cos(np.clip(g, -limit, limit) + 0.3)"),
        ("sum(np.sum(g**2) for g in grads)", "sum(np.mean(g**2) for g in grads)"),
        ("max_norm / norm if", "1.0 / norm if"),
    )
    assert "by norm" not in told


@pytest.mark.exhaustive
def test_an_error_of_the_students_own_words_is_compared_by_its_kind():
    refusal = 'raise FloatingPointError(f"the gradient norm is {norm}")'
    told = diagnosis("clipping", (refusal, 'raise ValueError("much too long")'))
    assert told.startswith("Another kind of error is raised")
    for words in ("'must not be zero'", "'empty'"):
        raises = f"if norm == 0: raise ZeroDivisionError({words})\n    if not np.isfinite(norm):"
        assert "Another kind" not in diagnosis("clipping", ("if not np.isfinite(norm):", raises))


@pytest.mark.exhaustive
def test_arrays_that_are_given_back_are_not_told_as_changed():
    clip = "return [g * scale for g in grads], float(norm)"
    checks = told_of("clipping", (clip, "clipped = [g * scale for g in grads]\n    return grads, float(norm)"))
    assert set(checks.values()) == {
        "The arrays that came in are returned, not those that were scaled. Return the new list: `return clipped, norm`."
    }
    checks = told_of("clipping", (clip, "clipped = [g * scale for g in grads]\n    return clipped[::-1], float(norm)"))
    assert not any("in place" in says for says in checks.values())


def test_calls_that_share_memory_tell_mistakes_apart_also_in_checks_that_do_not_ask():
    for which, says in {
        "norm == 0": "A gradient that is all zero",
        "norm <= max_norm": "Where nothing is to be",
    }.items():
        scale = "    scale = max_norm"
        checks = told_of("clipping", (scale, f"    if {which}:\n        return grads, float(norm)\n{scale}"))
        assert len(checks) == 1
        assert all(told.startswith(says) for told in checks.values())


def test_a_function_that_nobody_asks_to_be_pure_tells_no_mistakes_apart():
    pure, impure = Fingerprint(), Fingerprint(impure=[("f", "the memory of the result")])
    assert not impure.as_pure_as(pure, {"f"})
    assert impure.as_pure_as(pure, {"g"})
    assert pure.as_pure_as(impure, {"f"})
    changed = Fingerprint(impure=[("f", "x after the call")])
    assert impure.as_pure_as(changed, {"f"})
    assert not changed.as_pure_as(impure, {"f"})
    another, a_part = (Fingerprint(impure=[("f", f"{name} after the call")]) for name in ("c", "x[3]"))
    assert not changed.as_pure_as(another, {"f"})
    assert changed.as_pure_as(a_part, {"f"})


def test_memory_of_an_earlier_result_tells_no_mistakes_apart():
    for shared, seen in {"arguments": 1, "earlier result": 0}.items():
        call = Call("f", {})
        example = Example({}, impure={"f": (call, purity.shared("f", Reply(np.ones(2), shared=shared)))})
        assert len(of_example(example).impure) == seen


@pytest.mark.exhaustive
def test_what_is_told_holds_for_all_that_was_drawn():
    largest = "if not np.isfinite(max(np.sum(g**2) for g in grads)):"
    told = told_of("clipping", ("if not np.isfinite(norm):", largest))
    assert "by norm: NaN and infinity are refused" in told
    assert not any("Infinity is refused but NaN is not" in says for says in told.values())


@pytest.mark.parametrize(
    ("change", "says"),
    quick(
        2,
        [
            ("a[:, -1] = 0", "The last entry along the last axis is zero"),
            ("a[a > 0.5] = np.nan", "All numbers that are wrong are NaN"),
            ("a[a > 0.5] = -a[a > 0.5]", "All numbers that are wrong have the wrong sign"),
            ("a[a > 0.5] = 0.5", "Each number above 0.5 has become 0.5: numbers are cut off"),
        ],
    ),
)
def test_what_holds_of_all_wrong_numbers_is_told(change, says):
    changed = f"a = np.tanh(x @ W_xh + h @ W_hh + b)\n    {change}\n    return a\n"
    assert says in diagnosis("rnn_cell", (RNN, changed))


def test_numbers_that_should_be_equal_may_come_in_any_order():
    expected = np.concatenate([np.ones(4), np.arange(8) / 10])
    got = np.concatenate([[1.0, 1.2, 0.9, 1.1], np.arange(8) / 20])
    wrong = [Mismatch("h", "h is wrong.", a, expected, a != expected) for a in (got, got**3)]
    assert "grow with the expected" in part(wrong)
    assert "fall where the expected" in part([Mismatch("h", "", -m.got, m.expected, m.wrong) for m in wrong])
    assert part([Mismatch("h", "", m.got[::-1], m.expected, m.wrong) for m in wrong]) == ""


def test_numbers_of_two_kinds_alone_do_not_grow_with_the_expected_ones():
    expected, got = np.eye(5, 2), np.eye(2)[np.arange(5) % 2]
    assert part([Mismatch("W", "W is wrong.", got, expected, got != expected)]) == ""


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("change", "says"),
    quick(
        2,
        [
            ("np.sqrt(3) * W", "3 times the identity"),
            ("np.tril(W)", "zero above the diagonal"),
            ("W * (np.arange(len(W))[:, None] > 0)", "rows of zeros"),
            ("W * (np.arange(W.shape[1]) > 0)", "columns of zeros"),
            ("W[:, :1] + 0 * W", "columns are the same"),
            ("np.abs(W)", "No number is negative"),
        ],
    ),
)
def test_a_property_of_a_random_matrix_is_told(change, says):
    changed = ("return Q if fan_in >= fan_out else Q.T", f"W = Q if fan_in >= fan_out else Q.T\n    return {change}")
    assert says in diagnosis("initialization", changed)


def test_another_function_is_told_by_the_order_of_the_numbers():
    assert "look at the function" in diagnosis("rnn_cell", ("np.tanh(", "np.arcsinh("))


def test_the_order_of_many_numbers_does_not_hide_that_of_few():
    few = "{1: np.tanh(a), 2: -np.arctan(a)}"
    change = f"a = x @ W_xh + h @ W_hh + b\n    return {few}.get(a.size, np.arctan(a))"
    assert diagnosis("rnn_cell", ("return np.tanh(x @ W_xh + h @ W_hh + b)\n", f"{change}\n")) == ""


def test_rows_that_should_be_alike_are_never_a_step_late():
    first = "(g * scale if norm or g.ndim != 2 or len(g) == 1 else np.float64(np.indices(g.shape)[0] == 0))"
    told = diagnosis("clipping", ("[g * scale for g", f"[{first} for g"))
    assert told.startswith("Everything is right but the first entry along the first axis.")
    assert "late" not in told


def test_numbers_that_are_cut_off_far_out_are_nearly_right():
    limited = "np.tanh(np.clip(x @ W_xh + h @ W_hh + b, -8, 8))\n"
    assert "or large ones that are cut off" in diagnosis("rnn_cell", ("np.tanh(x @ W_xh + h @ W_hh + b)\n", limited))


def test_tiny_numbers_are_not_nearly_right_because_they_are_tiny():
    doubled = ("[g * scale for g", "[(g * 2 if max_norm < 5e-5 else g) * scale for g")
    assert diagnosis("clipping", doubled).startswith("These numbers are 2 times what they should be.")


@pytest.mark.parametrize(
    "change",
    quick(
        1,
        [
            "np.tanh(x @ W_xh + h @ W_hh + b) * np.cos(x @ W_xh) + np.sin(b)",
            "np.tanh(x @ W_xh + h @ W_hh * 0.7 + 1.3 * b)",
            "np.cos(x @ W_xh + h @ W_hh + b)",
        ],
    ),
)
def test_an_unknown_mistake_gets_no_diagnosis(change):
    assert diagnosis("rnn_cell", ("np.tanh(x @ W_xh + h @ W_hh + b)\n", change + "\n")) == ""


@pytest.mark.exhaustive
@pytest.mark.twice
def test_one_result_of_two_is_told_only_by_its_numbers(few_pairs):
    assert diagnosis("lstm_cell", ("return h_next, c_next", "return h_next")).startswith("Only h_next is returned")
    assert diagnosis("lstm_cell", ("return h_next, c_next", "return np.tanh(h)")) == ""


@pytest.mark.exhaustive
def test_two_mistakes_in_different_gradients_are_told_apart():
    told = told_of("bptt", ("dW_hh += h_prev.T @ da", "dW_hh += da.T @ h_prev"), ("da.sum(axis=0)", "da[0]"))
    assert told["dW_hh, summed over all steps"].startswith("dW_hh is transposed")
    assert told["db, summed over all steps and examples"].startswith("db takes only the first example")


def of_arrays(*arrays):
    mismatch = Mismatch("h", "h: a number is wrong.", arrays[0])
    mismatch.whole = list(arrays)
    return fingerprint(mismatch)


@given(st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_a_fingerprint_shows_one_wrong_number_beside_much_larger_ones_and_no_rounding(count, seed):
    rng = np.random.default_rng(seed)
    numbers = rng.choice([-1, 1], count) * 10 ** rng.uniform(0, 8, count)
    wrong = numbers.copy()
    wrong[rng.integers(count)] *= 1.1
    rounded = numbers * (1 + rng.uniform(-1e-14, 1e-14, count))
    assert of_arrays(numbers).matches(of_arrays(rounded))
    assert not of_arrays(numbers).matches(of_arrays(wrong))


def test_a_fingerprint_shows_shapes_order_and_where_a_nan_is():
    a, b = np.array([[1.0, np.nan, 3e9]]), np.array([[np.nan, 1.0, 3e9]])
    kinds = [of_arrays(a), of_arrays(b), of_arrays(a.T), of_arrays(a, b), of_arrays(b, a), of_arrays(a * 1j)]
    for i, one in enumerate(kinds):
        assert [one.matches(other) for other in kinds] == [i == j for j in range(len(kinds))]


def test_a_fingerprint_shows_the_arrays_of_lists_in_a_dict_and_the_numbers_beside_them():
    def of_state(t, *arrays):
        mismatch = Mismatch('state["m"][0]', "a number is wrong.", arrays[0])
        mismatch.whole = [t, list(arrays), {"v": list(arrays)}]
        return fingerprint(mismatch)

    a, b = np.ones(2), np.full(2, 3.0)
    assert of_state(1, a, b).matches(of_state(1, a.copy(), b.copy()))
    for other in (of_state(2, a, b), of_state(1, b, a), of_state(1, a, 2 * b), of_state(1, a)):
        assert not of_state(1, a, b).matches(other)


def test_a_fingerprint_shows_arrays_in_lists_of_pairs():
    a, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert of_arrays((a, b)).matches(of_arrays((a, b)))
    assert not of_arrays((a, b)).matches(of_arrays((a, a)))


def test_a_fingerprint_shows_types():
    assert not of_arrays(np.eye(2, dtype=int)).matches(of_arrays(np.eye(2)))
    assert not of_arrays(np.eye(2, dtype=np.float32)).matches(of_arrays(np.eye(2)))


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "change", ["np.eye(fan_in, fan_out, dtype=np.float32)", "np.eye(fan_in, fan_out) * (1 + 1e-7)"]
)
def test_a_mistake_of_type_is_not_named_for_the_same_numbers_in_another_type(change):
    assert "integers" not in diagnosis("initialization", ("np.eye(fan_in, fan_out)", change))


def test_a_fingerprint_that_was_stored_is_the_same():
    outcomes = [
        None,
        Mismatch("h", "h is None."),
        Mismatch("c", "c is None."),
        Mismatch("h", "h is a list."),
        Mismatch("h", "h: a number is wrong.", np.ones((2, 3))),
        StudentError("f", "ValueError", "no"),
        StudentError("f", "ValueError", "yes"),
    ]
    found = [fingerprint(outcome) for outcome in outcomes]
    for i, one in enumerate(found):
        stored = Fingerprint(*json.loads(json.dumps(one)))
        assert [stored.matches(other) for other in found] == [i == j for j in range(len(found))]


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("change", "says"),
    quick(
        1,
        [
            ("c *= sigmoid(a_f); c += store(a_i, a_g); c_next = c", "The caller's c is written over"),
            ("c_next = update(c, a_f, a_i, a_g)\n    if len(x) == 5: c[:] = 0", ""),
        ],
    ),
)
def test_what_changes_arguments_in_any_call_is_told_if_it_does_so_in_the_same_calls(change, says):
    exercise = COURSE.find("lstm_cell")
    runner = Simulation(exercise.solution.replace("c_next = update(c, a_f, a_i, a_g)", change))
    students = [Student(runner) for _ in exercise.checks]
    with np.errstate(all="ignore"):
        shown = [check.examine(student) for check, student in zip(exercise.checks, students, strict=True)]
        evidence = [Evidence(c, e, s.examples) for c, e, s in zip(exercise.checks, shown, students, strict=True)]
        told = Diagnostician(exercise, evidence, student=runner).of_impure("lstm_cell")
    assert told.startswith(says)
    assert bool(told) == bool(says)


@pytest.mark.exhaustive
def test_two_mistakes_are_not_told_as_a_third_that_explains_one_check_alone():
    told = told_of("bptt", ("carry = da @ W_hh.T", "pass"), ("dh = dhs[t]", "dh = dhs[T - 1 - t]"))
    single = told["through a single step"]
    assert "The carry is never set" in single
    assert "from the wrong end" in single


UNIFORM, BOUND = "rng.uniform(-a, a, (fan_in, fan_out))", "np.sqrt(6 / (fan_in + fan_out))"


@pytest.mark.exhaustive
@pytest.mark.parametrize("bound", ["np.sqrt(3 / fan_in)", "np.sqrt(3) / ((fan_in + fan_out) / 2)", "6 / fan_in"])
def test_of_random_numbers_no_two_mistakes_are_told_of_which_each_says_another_variance(bound):
    """The numbers are those of both. What one comes to alone is not so where the other is made as well."""
    told = diagnosis("initialization", (UNIFORM, "rng.normal(0.0, a / np.sqrt(3), (fan_in, fan_out))"), (BOUND, bound))
    assert "And:" not in told


def beside(function, size, count=12):
    """Examples in which this was done to the right numbers."""
    examples = []
    for seed in range(count):
        expected = 10 * np.random.default_rng(seed).normal(size=size)
        got = function(expected)
        examples.append(Example({}, outcome=Mismatch("dW", "dW is wrong.", got, expected, np.asarray(got != expected))))
    return [e for e in examples if np.any(e.outcome.wrong)]


@pytest.mark.parametrize("size", [1, 4, (5, 6)])
@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda e: np.clip(e, -5, 5), "numbers are cut off"),
        (lambda e: np.minimum(e, 2.5), "Each number above 2.5 has become 2.5: numbers are cut off"),
        (lambda e: np.maximum(e, -0.25), "Each number below -0.25 has become -0.25: numbers are cut off"),
        (lambda e: np.where(np.abs(e) < 20, 5 * np.sign(e), e), ""),
        (lambda e: np.maximum(e, 0), ""),
        (lambda e: e / 2, ""),
    ],
)
def test_a_limit_is_told_where_all_that_pass_it_end_there(function, says, size):
    told = cut_off([e.outcome for e in beside(function, size)])
    assert says in told
    assert bool(says) == bool(told)


def test_a_limit_that_each_example_has_for_itself_shows_where_several_numbers_end_there():
    def half(expected):
        return np.clip(expected, -np.abs(expected).max() / 3, np.abs(expected).max() / 3)

    assert cut_off([e.outcome for e in beside(half, 9)]).startswith("All numbers that are wrong end at the same limit")
    assert cut_off([e.outcome for e in beside(half, 1)]) == ""


@pytest.mark.exhaustive
@pytest.mark.parametrize("limit", quick(1, ["0.05", "0.5", "0.002"]))
def test_a_limit_is_told_before_what_is_seen_of_it_when_the_function_is_asked_again(limit):
    told = diagnosis("bptt", ("return dx, carry,", f"dW_xh = np.clip(dW_xh, -{limit}, {limit})\n    return dx, carry,"))
    assert told.startswith(f"Each number above {limit} has become {limit}")


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda e: e / (1 + 1e-8), "too small. Is a small number, such as 1e-8, added"),
        (lambda e: e * (1 + 1e-7 / (1 + e**2)), "too large. Is a small number, such as 1e-8, added"),
        (lambda e: e / (1 + 1e-3), ""),
        (lambda e: e + 1e-7, ""),  # where they should be negative it is the other way
        (lambda e: e.astype(np.float32).astype(float), ""),
        (lambda e: e * (1 + 1e-8 * np.sin(1e3 * e)), ""),
    ],
)
def test_a_small_number_that_is_added_is_told_by_what_it_does_to_all(function, says):
    told = a_little_off(beside(function, 9))
    assert says in told
    assert bool(says) == bool(told)


@pytest.mark.parametrize("small", ["1e-8", "1e-7"])
def test_a_small_number_in_a_denominator_is_told_of_a_single_number_too(small):
    told = diagnosis("cross_entropy", ("/ np.sum(mask)", f"/ (np.sum(mask) + {small})"))
    assert "too small. Is a small number, such as 1e-8, added" in told


def test_fingerprints_tell_in_which_form_the_same_arrays_came():
    def of(result):
        mismatch = Mismatch("f", "f returns three things")
        mismatch.whole = result
        return fingerprint(mismatch)

    a, b, c = np.ones(2), np.zeros(3), np.ones(1)
    forms = [(a, b, c), (a, (b, c)), ((a, b), c), {"a": a, "b": b, "c": c}]
    found = [of(form) for form in forms]
    assert all(one.matches(other) == (one is other) for one in found for other in found)
    assert of([a, b, c]).matches(found[0])
    assert of([a, [b, c]]).matches(found[1])
    assert of(a).text == a.dtype.str


@pytest.mark.parametrize(
    ("got", "right", "says"),
    [
        (lambda x: np.ceil(x * 1000) / 1000, [0.1234, 1.2345, 7.6543, 3.21], "off by more than 0.0007. Is something"),
        (lambda x: x + 1e-3, [0.12, 1.23, 7.65, 3.21], "none is off by more than 0.001"),
        (lambda x: x + 0.1, [0.12, 1.23, 7.65, 3.21], ""),
        (lambda x: 0 * x, [1e-4, 2e-4, 3e-4, 4e-4], ""),
        (lambda x: x + 1e-3, [0.12, 1.23, 7.65], ""),
        (lambda x: x + np.nan, [0.12, 1.23, 7.65, 3.21], ""),
    ],
)
def test_single_numbers_that_are_nearly_right_are_told_if_there_are_several(got, right, says):
    outcomes = [Mismatch("b", "", np.array(got(np.array(x))), np.array(x)) for x in right]
    told = roughly_right([Example({}, outcome=outcome) for outcome in outcomes])
    assert says in told
    assert bool(says) == bool(told)
