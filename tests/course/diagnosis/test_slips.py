"""Slips, which anybody may make in one place of any code, are told without a mistake in the catalogue."""

import ast
import contextlib
import itertools
import random

import numpy as np
import pytest

from minigrad.course.catalogue.patches import changes, merged
from minigrad.course.diagnosis.diagnostician import Diagnostician
from minigrad.course.diagnosis.relations import lost
from minigrad.course.diagnosis.slips import plainest, slips
from minigrad.course.grading.grade import rehearse
from minigrad.course.results.outcomes import Mismatch

from ...conftest import quick
from .told import COURSE, diagnosis, told_of

CODE = '''
def mean(x):
    """0 + 1."""
    start = 2
    # BEGIN SOLUTION
    return x.sum(axis=0) / len(x)
    # END SOLUTION
'''


def test_each_slip_changes_one_place_of_a_marked_body():
    made = {slip.what: slip for slip in slips(CODE)}
    assert "return (x.mean(axis=0)) / len(x)" in made["a mean stands where a sum should"].source
    assert "return (x.sum(axis=0))\n" in made["a division is left out"].source
    assert "return (len(x) / x.sum(axis=0))\n" in made["a quotient is upside down"].source
    for slip in made.values():
        assert slip.function == "mean"
        assert slip.source.startswith(CODE.partition("# BEGIN SOLUTION")[0])


def test_a_product_in_a_call_may_have_been_made_outside_of_it_whatever_else_the_call_is_given():
    made = slips(CODE.replace("x.sum(axis=0) / len(x)", "split(x @ W, 2)"))
    sources = [slip.source for slip in made if slip.what.startswith("something stands outside of `split`")]
    assert any("return (split(x, 2) @ W)\n" in source for source in sources)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("x.sum(axis=1)", "an axis is off by one"),
        ("x.sum(axis=-1)", "an axis is off by one"),
        ("x.sum(axis=(0, 1))", "an axis is off by one"),
        ("x[2]", "an index is off by one"),
        ("x[:, 2]", "an index is off by one"),
        ("x[2:]", "an end of a part that is cut out is off by one"),
        ("[x for t in range(1, 4)]", "an end of a `range` is off by one"),
        ("x + 2", "a whole number in the code is off by one"),
        ("x[k + 3 :]", "a part begins one place too early"),
        ("x[: k + 3]", "a part ends one place too late"),
        ("f(x, flag=True)", "False stands where True should"),
        ("x / (2 * y)", "brackets are missing"),
        ("(x + y) * z", "brackets are missing"),
        ("x * y + z", "brackets stand where none should"),
    ],
)
def test_a_slip_says_what_it_changes_and_nothing_else_that_it_might_be(code, says):
    made = [slip.what for slip in slips(CODE.replace("x.sum(axis=0) / len(x)", code))]
    assert says in made
    assert not any("such as" in what or "early or" in what or "missing or" in what for what in made)


@pytest.mark.parametrize(
    ("several", "told"),
    [
        (["a whole number in the code is off by one", "one `sum` is left out"], ["one `sum` is left out"]),
        (["a whole number in the code is off by one"], ["a whole number in the code is off by one"]),
        (["brackets are missing", "something is divided that should be multiplied"], ["brackets are missing"]),
        (["one term is left out"] * 3, ["one term is left out"]),
        (["an index is off by one", "one minus is left out", "x"], ["an index is off by one", "one minus is left out"]),
    ],
)
def test_of_slips_that_come_to_the_same_those_that_say_most_are_told(several, told):
    assert plainest(several) == told


def test_a_product_below_the_line_without_brackets_is_told_as_that_alone():
    """As a quotient there it would come to the same, and to say so would be the wrong way round."""
    made = [slip for slip in slips(CODE.replace("x.sum(axis=0) / len(x)", "x / (2.0 * 3.0)")) if "(" not in slip.what]
    came = {slip.what: run(slip.source) for slip in made}
    assert plainest(what for what, value in came.items() if value == 15.0) == ["brackets are missing"]


def run(source):
    """The result of the function of CODE for 10, or None."""
    module = {}
    with contextlib.suppress(Exception):
        exec(source, module)
        return module["mean"](10.0)


@pytest.mark.parametrize("name", quick(2, [exercise.name for exercise in COURSE.exercises]))
def test_every_slip_is_a_program(name):
    for slip in slips(COURSE.find(name).solution):
        ast.parse(slip.source)


@pytest.mark.exhaustive
def test_a_slip_that_no_catalogue_has_is_told():
    told = diagnosis("padding", ("hs.append(h)", "hs.append(new)"))
    assert told.startswith("This is what comes out when one variable stands in the place of another.")


def test_no_slip_is_told_of_integers_that_are_always_the_same(monkeypatch):
    """So many slips are tried that one gives them by chance."""
    monkeypatch.setattr(Diagnostician, "mistakes", [])
    first = ("    return order\n", "    return order[:1]\n")
    told = told_of("backprop", first)
    assert "This is what comes out when" not in told["order: a chain"]


@pytest.mark.exhaustive
def test_a_slip_is_told_that_raises_the_same_for_several_shapes():
    told = diagnosis("rnn_cell_backward", ("da @ W_xh.T", "da @ W_xh"))
    assert told.startswith("This is what comes out when one transpose is left out")


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", [exercise.name for exercise in COURSE.exercises[::2]])
def test_nothing_that_comes_of_two_slips_is_too_odd_to_be_diagnosed(name):
    """A grader goes on without a diagnosis that fails, and nobody would hear of it; here it fails the test."""
    exercise, rng = COURSE.find(name), random.Random(name)
    of_each = [changes(exercise.solution, slip.source) for slip in rng.sample([*slips(exercise.solution)], 12)]
    pairs = []
    for one, other in itertools.pairwise(of_each):
        with contextlib.suppress(ValueError):
            pairs.append(merged(exercise.solution, one, other))
    assert pairs
    assert rehearse(exercise, pairs[0]).checks


def test_a_mistake_is_told_where_other_functions_do_without_the_one_that_has_it():
    wrong = ("np.arange(T)[:, None] < lengths", "np.arange(T)[:, None] <= lengths")
    apart = ("sequence_mask(lengths, len(x))", "np.arange(len(x))[:, None] < lengths")
    told = told_of("padding", wrong, apart)
    assert list(told) == ["sequence_mask: True for the real steps"]
    assert next(iter(told.values())).startswith("One step too many is real in this mask.")


@pytest.mark.exhaustive
def test_what_one_of_two_mistakes_gives_is_told_where_the_other_is_not_known():
    slope, unknown = ("1 - hs[t] ** 2", "1 - hs[t]"), ("db += da.sum(axis=0)", "db += np.sin(da).sum(axis=0)")
    told = diagnosis("bptt", slope, unknown)
    assert told.startswith("The derivative of tanh is 1 - h²")
    assert told.endswith("Something else is wrong as well.")


@pytest.mark.exhaustive
def test_what_one_of_two_mistakes_gives_is_told_of_lists_where_the_other_is_not_known():
    in_front = ("ids, token = [], start", "ids, token = [start], start")
    unknown = ("logits, state = step(token, state)", "logits, now = step(token, state); state = abs(state - now)")
    told = diagnosis("sampling", in_front, unknown)
    assert told.startswith("`start` stands at the beginning of the text.")
    assert told.endswith("Something else is wrong as well.")


@pytest.mark.parametrize("kind", ["float", "np.float64"])
def test_a_number_in_place_of_an_integer_is_told_of_either_type(kind):
    drawn = "np.sum(ends <= u * ends[-1])"
    told = diagnosis("sampling", (f"int({drawn})", f"{kind}(p[{drawn}])"))
    assert told == "This is the probability of the id that was drawn. What is asked for is the id."


@pytest.mark.exhaustive
def test_a_mistake_is_told_in_numbers_that_went_through_float32():
    forgets = ("c_next = update(c,", "c_next = update(h,")
    single = ("return h_next, c_next", "return h_next.astype(np.float32), c_next.astype(np.float32)")
    told = diagnosis("lstm_cell", forgets, single)
    assert told.startswith("There is something else beside the form. The hidden state was kept")


def test_what_is_lost_is_told_beside_a_slip_since_there_are_other_ways_to_it():
    expected = np.arange(6.0)
    for got, says in (
        (np.where(expected > 2, np.nan, expected), "All numbers that are wrong are NaN"),
        (-expected, ""),
    ):
        assert lost([Mismatch("y", "y is wrong.", got, expected, got != expected)]).startswith(says)
        assert bool(lost([Mismatch("y", "y is wrong.", got, expected, got != expected)])) == bool(says)


def test_a_line_that_ends_the_loop_never_stands_behind_it():
    body = "    for y in x:\n        z = y\n        if z:\n            break\n"
    made = list(slips(f"def f(x):\n    # BEGIN SOLUTION\n{body}    # END SOLUTION\n"))
    assert any("loop" in slip.what for slip in made)
    for slip in made:
        compile(slip.source, "slip", "exec")
