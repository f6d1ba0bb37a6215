"""An Ask makes checks in a line each: they draw its example, call the student, and compare with its reference."""

import numpy as np
import pytest

from minigrad.course.checks import Ask, Mismatch, expect, size, steps
from minigrad.course.checks.examples import EXAMPLES
from minigrad.course.checks.students import Simulation, Student

RIGHT = "def scale(x, factor): return factor * x, float(len(x))"


def asked(**sizes):
    """An Ask of a function with two results, with lists of the examples drawn and of those referred to."""
    ask = Ask("scale", takes="x factor", gives={"y": "N H", "n": ""}, **(sizes or {"N": size, "H": size}))
    ask.drawn, ask.referred = [], []

    @ask.example
    def a_matrix_and_a_factor(rng, N, H, factor=2.0):
        ask.drawn.append((N, H))
        return {"factor": factor, "unused": "for the reference", "x": rng.normal(size=(N, H))}

    @ask.reference
    def number_by_number(x, factor):
        ask.referred.append(x.shape)
        return np.array([[factor * a for a in row] for row in x]), float(len(x))

    return ask


def outcome(check, source):
    found = check.examine(Student(Simulation("import numpy as np\n" + source)))
    return found and found.outcome


def test_a_right_function_passes_and_a_wrong_one_is_told_by_the_name_and_axes_of_its_result():
    check = asked().check("twice as much", 2)
    assert (check.title, check.points, list(check.choices)) == ("twice as much", 2, ["N", "H", "seed"])
    assert outcome(check, RIGHT) is None
    wrong = outcome(check, "def scale(x, factor): return x[:, 0], float(len(x))")
    assert "y has the wrong shape: expected (N, H) = (1, 1), got (1,)" in wrong.message
    assert "scale returns (y, n); yours returned one" in outcome(check, "def scale(x, factor): return x").message


def test_arguments_are_passed_in_the_order_in_which_they_are_taken():
    assert outcome(asked().check("y", 1, "y"), "def scale(*args): return args[1] * args[0], args[0].sum()") is None


def test_only_the_named_parts_are_compared():
    ask, wrong = asked(), "def scale(x, factor): return factor * x, 0.0"
    assert outcome(ask.check("y", 1, "y"), wrong) is None
    assert outcome(ask.check("n", 1, "n"), wrong).message == "n: the number is wrong: expected 1, got 0."


def test_a_size_may_be_fixed_or_drawn_from_others_and_keywords_go_to_the_example():
    ask = asked()
    check = ask.check("one row, a large factor", 1, "y", N=1, H=[4, 5], factor=1e4, examples=6)
    assert outcome(check, RIGHT) is None
    assert list(check.choices) == ["H", "seed"]
    assert set(ask.drawn) == {(1, 4), (1, 5)}
    assert outcome(check, "def scale(x, factor): return x * (factor if factor < 9 else 0), 1.0").got.shape == (1, 4)


def test_checks_look_beyond_the_sizes_they_are_drawn_from():
    ask = asked(N=size, H=steps)
    looked = Student(Simulation(RIGHT)).look(ask.check("y", 1).body, {"N": 12, "H": 40, "seed": 2**32 - 1})
    assert looked.outcome is None
    assert looked.calls[0].arguments["x"].shape == (12, 40)


def test_an_example_and_its_reference_are_computed_once_for_all_checks():
    ask = asked()
    checks = [ask.check("y", 1, "y"), ask.check("n", 1, "n"), ask.pure(1, examples=EXAMPLES)]
    assert all(outcome(check, RIGHT) is None for check in checks)
    assert len(ask.drawn) == len(ask.referred) == EXAMPLES


def test_an_example_that_several_checks_compare_is_asked_once():
    ask, simulation, answers = asked(), Simulation("import numpy as np\n" + RIGHT), {}
    asked_of = []
    usual = simulation.call
    simulation.call = lambda function, args: asked_of.append(args) or usual(function, args)
    first, second, pure = ask.check("y", 1, "y"), ask.check("n", 1, "n"), ask.pure(1, examples=8)
    looked = [Student(simulation, answers), Student(simulation, answers), Student(simulation, answers)]
    for check, student in zip((first, second, pure), looked, strict=True):
        assert check.examine(student) is None
    assert len(asked_of) == EXAMPLES + 8 * 2
    calls = [[example.calls[0].value for example in student.examples] for student in looked[:2]]
    assert [value[1] for value in calls[0]] == [value[1] for value in calls[1]]


def test_what_is_prepared_is_not_computed_again():
    ask = asked()
    check, pure = ask.check("y", 1, "y", examples=8), ask.pure(1, examples=8, N=9)
    steps_taken = [*check.prepared(), *pure.prepared()]
    assert (len(steps_taken), len(ask.drawn), len(ask.referred)) == (16, 16, 8)
    assert outcome(check, RIGHT) is None
    assert outcome(pure, RIGHT) is None
    assert (len(ask.drawn), len(ask.referred)) == (16, 8)


def test_what_it_raises_is_raised_in_every_check_that_asks():
    ask, answers = asked(), {}
    for check in (ask.check("y", 1, "y"), ask.check("n", 1, "n")):
        outcome = check.examine(Student(Simulation("def scale(x, factor): return 1 / 0"), answers)).outcome
        assert outcome.error == "ZeroDivisionError"


def test_what_is_not_compared_needs_no_reference():
    ask = Ask("scale", takes="x", gives="y", N=size)
    ask.example(lambda rng, N: {"x": rng.normal(size=N)})
    check = ask.pure(2, needs=[ask.pure(1, "first")])
    assert (check.title, check.points, list(check.needs)) == (
        "no argument is changed, and calling again gives the same",
        2,
        ["first"],
    )
    assert outcome(check, "def scale(x): return 2 * x") is None
    for impure in ("x *= 2; return x", "x *= 2; return x + 1", "return x", "return np.random.normal(size=3)"):
        assert isinstance(outcome(check, f"def scale(x): {impure}"), Mismatch)


def test_a_body_is_given_what_it_names():
    ask = asked()

    @ask.checks("a factor of zero", 1, H=3, needs=[ask.check("y", 1)])
    def zeros(student, scale, rng, N, H, seed, x, unused):
        assert isinstance(student, Student)
        assert x.shape == (N, H) == (N, 3)
        assert unused == "for the reference"
        assert seed in range(64)
        x += rng.normal()  # its own copy
        y, n = scale(factor=0.0)
        expect("zeros", y, 0 * x)
        expect("n", n, float(N))
        _, n = scale(x=x[:0])
        expect("none", n, 0.0)

    assert zeros.needs == ["y"]
    assert outcome(zeros, RIGHT) is None
    assert "zeros: " in outcome(zeros, "def scale(x, factor): return factor + x, float(len(x))").message
    assert outcome(ask.check("y", 1), RIGHT) is None


def test_bodies_draw_other_numbers_than_the_example():
    ask = Ask("f", takes="x", gives="y")
    ask.example(lambda rng: {"x": rng.normal(size=3)})

    @ask.checks("other numbers", 1)
    def other(rng, x):
        assert not np.isin(rng.normal(size=3), x).any()

    assert outcome(other, "") is None


def test_without_an_example_the_arguments_are_the_sizes_and_a_generator():
    ask = Ask("draw", takes="rng n scheme", gives="W", n=size, scheme="he")
    ask.reference(lambda rng, n, scheme: rng.normal(size=n))
    source = "def draw(rng, n, scheme): return rng.normal(size=n) if scheme == 'he' else None"
    assert outcome(ask.check("twice", 1), source) is None
    assert "W is None" in outcome(ask.check("twice", 1, scheme="xavier"), source).message


def test_a_function_without_arguments_is_asked_once():
    ask = Ask("two", takes="", gives="number")
    ask.reference(lambda: 2)
    check = ask.check("two", 1)
    assert check.choices == {}
    assert outcome(check, "def two(): return 2") is None
    assert outcome(check, "def two(): return 2.0").message == "number: expected an integer, got float 2.0."


def test_a_single_result_may_be_a_list_or_a_dict():
    ask = Ask("count", takes="tokens", gives="counts", length=steps)
    ask.example(lambda rng, length: {"tokens": rng.choice(["a", "b"], length).tolist()})
    ask.reference(lambda tokens: {token: tokens.count(token) for token in tokens})
    source = "def count(tokens):\n    c = {}\n    for t in tokens: c[t] = c.get(t, 0) + 1\n    return c"
    assert outcome(ask.check("counts", 1), source) is None
    assert "counts has the wrong keys" in outcome(ask.check("counts", 1), source + " | {'c': 1}").message


def test_a_reference_may_name_its_results_know_the_sizes_and_take_the_rest():
    ask = asked()
    ask.reference(lambda x, N, **rest: {"n": float(N), "y": x * rest["factor"]})
    assert outcome(ask.check("both", 1), RIGHT) is None


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (lambda ask: ask.check("z", 1, "z"), "scale gives y, n; 'z' asks for 'z'"),
        (lambda ask: Ask("f", takes="x", gives="y").check("y", 1), "Put @....reference above the function that is one"),
        (lambda ask: ask.example(lambda rng, N, H: {"x": 0}), "scale takes x, factor; its example gives no 'factor'"),
        (lambda ask: ask.reference(lambda x: [x]), "scale gives y, n; its reference gives 1 things"),
        (
            lambda ask: outcome(ask.checks("b", 1)(lambda z: None), RIGHT),
            "asks for z; it can have rng, N, H, seed, factor",
        ),
        (lambda ask: outcome(ask.checks("b", 1)(lambda scale: scale(y=1)), RIGHT), "was called with 'y'"),
        (lambda ask: outcome(ask.check("c", 1, factr=1), RIGHT), "is given 'factr'; it takes rng, N, H"),
        (
            lambda ask: ask.example(lambda rng, N, H: None),
            "the example of scale should return a dict of arguments",
        ),
        (lambda ask: ask.reference(lambda x, w: [x, x]), "the reference of scale asks for w; it can have "),
        (lambda ask: ask.check("d", "2"), "the points of 'd' should be an integer; they are '2'"),
        (lambda ask: ask.check("e", 1, needs=ask.check("y", 1)), "what 'e' needs should be a list of checks"),
    ],
)
def test_an_authors_slip_is_told(use, text):
    def write_and_run(ask):
        use(ask)
        outcome(ask.check("y", 1), RIGHT)

    with pytest.raises((TypeError, ValueError)) as raised:
        write_and_run(asked())
    assert text in str(raised.value)
