"""Whatever is expected, what is wrong is told in few words: the first wrong place, both values, and their kind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.checks import any_of, expect, expect_normal, expect_random, expect_uniform, in_any_order
from minigrad.course.checks.expectations.arrays import ONLY_ONES, OPPOSITE, true_by_chance
from minigrad.course.checks.students import Simulation, Student
from minigrad.course.results.outcomes import Mismatch
from minigrad.course.student.frames import Foreign, crossed

IDS = np.array([[0, 2], [1, 3]])
TEXT = "the cat sat on the mat and slept"


def said(got, expected, label="y", axes=""):
    """The message about a wrong value."""
    with pytest.raises(Mismatch) as raised:
        expect(label, got, expected, axes)
    return raised.value.message


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (3, 3),
        (np.int32(3), 3),
        (np.array(3), 3),
        (IDS.astype(np.int32), IDS),
        (IDS.astype(np.uint8), IDS),
        (np.empty((0, 2), int), np.empty((0, 2), int)),
        (True, True),
        (np.bool_(False), False),
        (IDS > 1, IDS > 1),
        (1, 1.0),
        (np.inf, np.inf),
        (1 + 1e-12j, 1 + 0j),
        (np.array([1j]), np.array([1j])),
        (None, None),
        ("", ""),
        ("cat", "cat"),
        ([], []),
        (("a", 1), ["a", 1]),
        (["a", [1, None]], ("a", (1, None))),
        ([np.ones(2), np.zeros(1)], [np.ones(2), np.zeros(1)]),
        ({}, {}),
        ({"b": [2.0], "a": 1}, {"a": 1, "b": [2.0 + 1e-12]}),
        ({1: [["a"]], np.int64(0): None}, {0: None, 1: [["a"]]}),
        ({("for", "a"): {"walk": 2, None: 0.5}, (): {}}, {(): {}, ("for", "a"): {None: 0.5, "walk": 2}}),
        (["b", "a", "b"], in_any_order(["a", "b", "b"])),
        ([[2, "b"], ("a", 1.0)], in_any_order([("a", 1.0), (2, "b")])),
        (np.array([2, 0, 1]), in_any_order(np.arange(3))),
        (IDS[::-1], in_any_order(IDS)),
        ("b", any_of("a", "b")),
        ({"best": ["x"]}, {"best": any_of(["y"], ["x"])}),
        ([1, 3, 2], any_of([0], in_any_order([1, 2, 3]))),
    ],
)
def test_what_is_expected_passes(got, expected):
    expect("y", got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        (4, 3, "y: the number is wrong: expected 3, got 4."),
        (3.0, 3, "y: expected an integer, got float 3.0."),
        (2**70, 3, "y: expected an integer of at most 64 bits, got int 1180591620717411303424."),
        (True, 1, "y: expected an integer, got bool True."),
        (True, 1.0, "y: expected a float, got bool True."),
        ("3", 3, "y: expected an integer, got str '3'."),
        (None, 3, "y is None. Did you forget to return it?"),
        ([3], 3, "y: expected an integer, got a list of 1."),
        (np.float32(1), 1.0, "y: expected a float, got float32 1.0."),
        (
            np.array([3]),
            3,
            "y has the wrong shape: expected (), got (1,). An array came where one number is asked for.",
        ),
        (1, True, "y: expected True or False, got int 1."),
        (False, True, "y: expected True, got False."),
        (10**9 + 1, 10**9, "y: the number is wrong: expected 1000000000, got 1000000001."),
        (1 + 2j, 1 + 1j, "y: the number is wrong: expected 1+1j, got 1+2j."),
        (IDS + 0.0, IDS, "y: expected an array of integers, got an array of float64."),
        (IDS > 0, IDS, "y: expected an array of integers, got an array of bool."),
        (IDS, IDS > 0, "y: expected an array of True and False, got an array of int64."),
        (IDS, IDS + 0.0, "y: expected an array of float64, got an array of int64."),
        (
            [[0, 2], [1, 3]],
            IDS,
            "y: expected a NumPy array of integers, got a list of 2. Make one array of it: np.array or np.stack.",
        ),
        (IDS + np.eye(2, dtype=int), IDS, "y: 2 of 4 numbers are wrong, first at index [0, 0]: expected 0, got 1."),
        (IDS > 1, IDS > 2, "y: 1 of 4 truth values is wrong, at index [0, 1]: expected False, got True."),
        (2.0, np.inf, "y: the number is wrong: expected inf, got 2."),
        (-np.inf, np.inf, "y: the number is wrong: expected inf, got -inf."),
        (
            3,
            np.array([3]),
            "y has the wrong shape: expected (1,), got (). One number came where an array is asked for.",
        ),
        (
            np.array([[3]]),
            np.array([3]),
            "y has the wrong shape: expected (1,), got (1, 1). Here they differ only in axes of length 1: look at what "
            "adds an axis or takes one away, such as an index, np.stack, a mean, reshape and keepdims.",
        ),
        (
            np.array([[4]]),
            np.array([3]),
            "y has the wrong shape: expected (1,), got (1, 1).",
        ),
        (
            np.array([[1, 2]]),
            np.array([[1], [2]]),
            "y has the wrong shape: expected (2, 1), got (1, 2). The axes came in the opposite order.",
        ),
        ((IDS, IDS), IDS, "y: expected a NumPy array of integers, got a tuple of 2."),
        ([[0, 2], [1]], IDS, "y: expected a NumPy array of integers, got a list of 2."),
        (["a", "b"], IDS[0], "y: expected a NumPy array of integers, got a list of 2."),
        (
            (IDS[0], IDS[1]),
            IDS,
            "y: expected a NumPy array of integers, got a tuple of 2. Make one array of it: np.array or np.stack.",
        ),
        (
            np.ones((2, 3)),
            np.ones((3, 2)),
            "y has the wrong shape: expected (3, 2), got (2, 3). The axes came in the opposite order.",
        ),
    ],
)
def test_a_wrong_number_or_array_is_told_with_its_kind_and_place(got, expected, text):
    assert said(got, expected) == text


def test_a_wrong_array_of_integers_is_kept_for_the_diagnosis():
    with pytest.raises(Mismatch) as raised:
        expect("ids", IDS + 1, IDS, axes="T N")
    mismatch = raised.value
    assert (mismatch.got == IDS + 1).all()
    assert (mismatch.expected == IDS).all()
    assert mismatch.wrong.all()
    assert list(mismatch.axes) == ["T", "N"]


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        ("cut", "cat", "y: expected 'cat', got 'cut'."),
        ("Cat", "cat", "y: expected 'cat', got 'Cat'. Only capital and small letters differ."),
        (" cat", "cat", "y: expected 'cat', got ' cat'. Only spaces or line breaks differ."),
        (["cat"], "cat", "y: expected a string, got a list of 1."),
        (None, "cat", "y is None. Did you forget to return it?"),
        (3, "cat", "y: expected a string, got int 3."),
        ("cat", None, "y: expected None, got str 'cat'."),
        (TEXT.replace("mat", "rug"), TEXT, "y: after 'the cat sat on the ' expected 'mat', got 'rug'."),
        (TEXT[:7], TEXT, "y: after 'the cat' expected ' ', got the end of the string."),
        (TEXT + "!", TEXT, "y: after '... sat on the mat and ' expected 'slept', got 'slept!'."),
        (TEXT[4:], TEXT, "y: at the beginning expected 'the', got 'cat'."),
        ("ab" * 20 + "c", "ab" * 20 + "d", "y: after '...abababababababababab' expected 'd', got 'c'."),
    ],
)
def test_a_wrong_string_is_told_where_it_parts_from_the_right_one(got, expected, text):
    assert said(got, expected) == text


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        (["the", "cat"], ["the", "dog"], "y[1]: expected 'dog', got 'cat'."),
        ([1, 2.0], [1, 2], "y[1]: expected an integer, got float 2.0."),
        ([["a"], ["b", "x"]], [["a"], ["b", "c"]], "y[1][1]: expected 'c', got 'x'."),
        (["the"], ["the", "cat"], "y has 1 item, expected 2. From y[1] on missing: 'cat'."),
        ([1, 2, 3], [1], "y has 3 items, expected 1. From y[1] on too many: 2, 3."),
        ((), (1,), "y has 0 items, expected 1. From y[0] on missing: 1."),
        ([], [(np.array([[850, 636]]), np.array([[636, 511]]))], "From y[0] on missing: a tuple of 2."),
        ([], ["a" * 50], f"From y[0] on missing: '{'a' * 36}...'."),
        (["cat", "dog"], ["the", "cat", "dog"], "y has 2 items, expected 3. First wrong is y[0]: expected 'the', got "),
        (np.array([1, 2]), [1, 2], "y: expected a list of 2, got an array of shape (2,). Its tolist() gives one."),
        (
            np.ones((2, 2)),
            [np.ones(2), np.ones(2)],
            "y: expected a list of 2 arrays, got an array of shape (2, 2). Keep the arrays apart, each "
            "with its own shape.",
        ),
        (
            np.ones((1, 2, 1, 1)),
            [(np.ones((1, 1)), np.ones((1, 1)))],
            "y: expected a list of 1, got an array of shape (1, 2, 1, 1). Keep the arrays apart, each with its own "
            "shape.",
        ),
        (Foreign("an array of <U3", ""), ["cat"], "got an array of <U3. Its tolist() gives one."),
        (Foreign("set", "{1}"), [1], "y: expected a list of 1, got set {1}."),
        (Foreign("zip", "<zip object>"), [1], "got zip <zip object>. It gives its items once: make a list of it."),
        ({"a": 1}, ["a"], "y: expected a list of 1, got a dict of 1."),
        (None, [], "y is None. Did you forget to return it?"),
        ("ab", ("a", "b"), "y: expected a tuple of 2, got str 'ab'."),
        ([np.ones(2), np.ones(1)], [np.ones(2), np.zeros(1)], "y[1]: the number is wrong: expected 0, got 1."),
    ],
)
def test_a_wrong_list_is_told_by_its_first_wrong_item(got, expected, text):
    assert text in said(got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        ({"cat": 1, "dog": 3}, {"cat": 1, "dog": 2}, 'y["dog"]: the number is wrong: expected 2, got 3.'),
        ({"cat": 1}, {"cat": 1, "dog": 2}, "y has the wrong keys; missing: 'dog'."),
        ({"cat": 1, "": 0}, {"cat": 1}, "y has the wrong keys; not expected: ''."),
        ({"Cat": 1}, {"cat": 1}, "y has the wrong keys; missing: 'cat'; not expected: 'Cat'."),
        ({}, dict.fromkeys("abcde", 0), "missing: 'a', 'b', 'c' and 2 more."),
        (["cat"], {"cat": 0}, "y: expected a dict, got a list of 1."),
        (
            Foreign("dict", "{frozenset(): 0}"),
            {"0": "cat"},
            "y: expected a dict with strings, numbers or tuples of these as keys, got dict {frozenset(): 0}.",
        ),
        ({"a": {"b": [0, 1]}}, {"a": {"b": [0, 2]}}, 'y["a"]["b"][1]: the number is wrong: expected 2, got 1.'),
        (
            {("for", "a"): {"walk": 1, "run": 1}},
            {("for", "a"): {"run": 1, "walk": 2}},
            'y[("for", "a")]["walk"]: the number is wrong: expected 2, got 1.',
        ),
        (
            {("for", "a"): {"walk": 1}},
            {("for", "a"): {"walk": 1, "run": 1}},
            'y[("for", "a")] has the wrong keys; missing: \'run\'.',
        ),
        ({("a",): 1}, {("a",): 2}, 'y[("a",)]: the number is wrong: expected 2, got 1.'),
        ({("for", "b"): 1}, {("for", "a"): 1}, "missing: ('for', 'a'); not expected: ('for', 'b')."),
        ({"0": "<pad>"}, {0: "<pad>"}, "y has the wrong keys; missing: 0; not expected: '0'."),
        ({0: "<pad>", 1: "cat"}, {0: "<pad>", 1: "dog"}, "y[1]: expected 'dog', got 'cat'."),
        ({None: 0.5}, {None: 0.25}, "y[None]: the number is wrong: expected 0.25, got 0.5."),
        ({2: None}, {2: ["a"]}, "y[2] is None. Did you forget to return it?"),
        ({np.int64(3): ["b"]}, {3: ["a"]}, "y[3][0]: expected 'a', got 'b'."),
    ],
)
def test_a_wrong_dict_is_told_by_its_keys_then_by_its_first_wrong_value(got, expected, text):
    assert text in said(got, expected)


@given(st.permutations(["a", "b", "c", "d"]))
def test_in_which_order_a_dict_was_filled_changes_nothing_that_is_said(keys):
    with pytest.raises(Mismatch) as mismatch:
        expect("y", {key: dict.fromkeys(keys, 1) for key in keys}, {"d": {"d": 1, "c": 1}, "c": {}})
    assert str(mismatch.value).startswith("y has the wrong keys; not expected: 'a', 'b'.")
    assert list(mismatch.value.whole[0]) == ["d", "c", "a", "b"]


def test_a_short_list_or_dict_is_shown_whole_too():
    assert said(["a", "c"], ["a", "b"]).endswith("\n  expected ['a', 'b']\n  got      ['a', 'c']")
    assert said({"a": 2}, {"a": 1}).endswith("\n  expected {'a': 1}\n  got      {'a': 2}")
    assert "\n" not in said(list(range(1, 100)), list(range(99)))
    assert "\n" not in said([np.ones(2)], [np.zeros(2)])


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ([np.float64(0.25)], [np.float64(0.5)]),
        ([0.5, np.int64(3)], [0.5]),
        ([0.5], [0.5, np.float32(0.25), np.bool_(True)]),
        ({"a": np.float64(0.25)}, {"a": np.float64(0.5), np.int64(3): 1}),
        ({np.int64(3): {np.float64(0.5): 1}}, {np.int64(3): {np.float64(0.5): 2}}),
        ((np.float64(1.5), "a"), "a"),
        ([(np.float64(1.5), "a")], in_any_order([(np.float64(2.5), "a")])),
        (np.float64(0.25), any_of(np.float64(0.5), np.float64(1.0))),
        ([np.complex128(1 + 2j)], [np.complex128(1 - 2j)]),
        (crossed({np.float64(0.5)}), 1.0),
    ],
)
def test_numbers_of_numpy_are_told_as_any_others(got, expected):
    assert "np." not in said(got, expected)


def test_a_wrong_array_in_a_list_is_kept_with_the_whole_list():
    got = [np.ones(2), np.ones(3)]
    with pytest.raises(Mismatch) as raised:
        expect("grads", got, [np.ones(2), np.zeros(3)], axes="H")
    mismatch = raised.value
    assert mismatch.label == "grads[1]"
    assert mismatch.got is got[1]
    assert (mismatch.expected == 0).all()
    assert mismatch.wrong.all()
    assert list(mismatch.axes) == ["H"]
    assert mismatch.whole is got


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        (["a", "a"], ["a", "b"], "y should hold the expected items, in any order; missing: 'b'; too many: 'a'."),
        (["b"], ["a", "b"], "in any order; missing: 'a'."),
        (["b", "a", "c"], ["a", "b"], "in any order; too many: 'c'."),
        ([1, 3, 3], np.array([1, 2, 3]), "y: expected a NumPy array of integers, got a list of 3."),
        (np.array([1, 3, 3]), np.array([1, 2, 3]), "in any order; missing: 2; too many: 3."),
        (np.array([1, 3]), np.array([1, 2, 3]), "y has the wrong shape: expected (3,), got (2,)."),
        ("ab", ["a", "b"], "y: expected a list of 2, got str 'ab'."),
        (["a"] * 10_000, ["a", "b"], "y has 10000 items, expected 2."),
    ],
)
def test_what_should_come_in_any_order_is_told_by_what_is_missing_and_too_many(got, expected, text):
    assert text in said(got, in_any_order(expected))


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        ("c", ("a", "b"), "y: expected 'a' or 'b', got str 'c'."),
        ("c", ("a",), "y: expected 'a', got 'c'."),
        (None, (1, 2), "y is None. Did you forget to return it?"),
        (
            np.array([1.0, 0.0]),
            (np.zeros(2) + 5, np.ones(2)),
            "y is none of the 2 that are right. Beside one of them: y: 1 of 2 numbers is wrong, at index [1]",
        ),
        (["a", "x"], (["b", "b"], ["a", "b"]), "y is none of the 2 that are right. Beside one of them: y[0]"),
    ],
)
def test_what_is_none_of_several_is_told_beside_the_nearest(got, expected, text):
    assert text in said(got, any_of(*expected))


@pytest.mark.parametrize("expected", [{1, 2}, np.array(["a"]), object(), [object()], {"a": {frozenset(): 2}}])
def test_what_no_student_can_return_is_not_to_be_expected(expected):
    with pytest.raises(TypeError, match=r"comes? from a student's process"):
        expect("y", expected if isinstance(expected, list) else {"a": {}}, expected)


RNG = np.random.default_rng(0)
UNIFORM, NORMAL = RNG.uniform(-1, 1, (30, 30)), RNG.normal(1, 2, (30, 30))


def test_random_numbers_from_the_distribution_pass():
    expect_uniform("W", UNIFORM, (30, 30), -1, 1)
    expect_uniform("W", UNIFORM + 3, (30, 30), 2, 4)
    expect_normal("W", NORMAL, (30, 30), mean=1, variance=4)
    for n in range(1, 13):
        expect_normal("W", 9 * np.ones((n, n)), (n, n), mean=0, variance=1)  # too few to tell


@pytest.mark.parametrize(
    ("expectation", "text"),
    [
        (lambda: expect_uniform("W", UNIFORM, (30, 30), -0.9, 0.9), "numbers should lie between -0.9 and 0.9, one is"),
        (lambda: expect_uniform("W", UNIFORM, (30, 30), -1.1, 1.1), "the variance should be about 0.4033"),
        (lambda: expect_uniform("W", np.abs(UNIFORM), (30, 30), -1, 1), "the mean should be about 0, it is 0"),
        (lambda: expect_uniform("W", UNIFORM.round(2), (30, 30), -1, 1), "900 random numbers, but only"),
        (lambda: expect_uniform("W", UNIFORM, (900,), -1, 1, "N"), r"wrong shape: expected \(N,\) = \(900,\)"),
        (lambda: expect_uniform("W", UNIFORM * np.nan, (30, 30), -1, 1), "NaN or infinite"),
        (lambda: expect_uniform("W", 0.97 * UNIFORM, (30, 30), -1, 1), "the numbers should reach from -1 to 1; they"),
        (lambda: expect_normal("W", NORMAL, (30, 30), 1, 2), "the variance should be about 2, it is 4"),
        (lambda: expect_normal("W", NORMAL, (30, 30), 0, 4), "the mean should be about 0, it is 0.9"),
        (lambda: expect_normal("W", NORMAL, (30, 30), 1.05, 1e-4), "the variance should be about 0.0001, it is 4"),
        (
            lambda: expect_normal("W", RNG.uniform(-1, 1, (60, 60)), (60, 60), 0, 1 / 3),
            "not from a normal distribution",
        ),
    ],
)
def test_numbers_from_another_distribution_are_told(expectation, text):
    with pytest.raises(Mismatch, match=text):
        expectation()


@pytest.mark.parametrize(
    ("expectation", "text"),
    [
        (
            lambda: expect_uniform("W", NORMAL - 1, (30, 30), -2, 2),
            r"one is -?[\d.]+\. They look like normal numbers with",
        ),
        (
            lambda: expect_uniform("W", UNIFORM, (30, 30), -2, 2),
            r"as much\. They look like uniform numbers between -1 and",
        ),
        (lambda: expect_uniform("W", 2 * UNIFORM, (30, 30), -1, 1), "look like uniform numbers between -2 and 2"),
        (
            lambda: expect_normal("W", np.random.default_rng(1).uniform(-1, 1, (60, 60)), (60, 60), 0, 1 / 3),
            "not from a normal distribution. They look like uniform numbers between -1 and 1",
        ),
        (
            lambda: expect_normal("W", NORMAL - 1, (30, 30), 0, 1),
            "look like normal numbers with the standard deviation 2",
        ),
        (lambda: expect_uniform("W", (NORMAL - 1).clip(-3, 3), (30, 30), -2, 2), r"one is -?3\.$"),
        (lambda: expect_uniform("W", NORMAL[:5] - 1, (5, 30), -2, 2), r"one is -?[\d.]+\.$"),
        (lambda: expect_uniform("W", np.zeros((30, 30)), (30, 30), -2, 2), "0 times as much.$"),
    ],
)
def test_it_is_told_how_numbers_seem_to_be_drawn_if_there_are_enough(expectation, text):
    with pytest.raises(Mismatch, match=text):
        expectation()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("rng.normal(size=n)", None),
        ("np.random.default_rng(0).normal(size=n)", "different seeds gave the same numbers"),
        ("[np.random.default_rng(0)]", "different seeds gave the same numbers"),
        ("np.random.normal(size=n)", "gave another result when it was called again"),
    ],
)
def test_randomness_comes_from_the_generator_that_is_passed(body, text):
    student = Student(Simulation(f"import numpy as np\ndef f(rng, n): return {body}"))
    outcome = student.look(lambda s: expect_random(s, "f", rng=np.random.default_rng(5), n=3), {}).outcome
    assert text in str(outcome) if text else outcome is None


ZERO_WIDTH = "\u200b" * 80_000


def test_a_text_that_is_cut_off_says_so_and_keeps_its_quotes_and_its_characters():
    shown = r"\u200b"
    assert told(ZERO_WIDTH, [1]).endswith(f"got str '{shown * 9}...'.")
    assert told([ZERO_WIDTH], in_any_order(["a"])).endswith(f"missing: 'a'; too many: '{shown * 6}...'.")
    assert told({ZERO_WIDTH: 1}, {}).endswith(f"not expected: '{shown * 6}...'.")
    assert told("one two", [1]).endswith("got str 'one two'.")


@pytest.mark.parametrize("got", [["ab " * 300_000], {"ab " * 300_000: 1}, [("a" * 900_000,)], "ab " * 300_000])
def test_what_is_not_shown_is_not_put_into_words(got, monkeypatch):
    seen = []

    def noted(text):
        seen.append(len(text))
        return text

    monkeypatch.setattr("minigrad.course.results.spelled.plain_numbers", noted)
    told(got, ["a"])
    told(got, {"a": 1})
    told(got, in_any_order([("b",)]))
    assert max(seen, default=0) < 100


def shapes_told(*pairs):
    """The sentences on results of these shapes, each beside the expected one."""
    return [told(np.zeros(got), np.zeros(expected)) for got, expected in pairs]


def told(got, expected):
    with pytest.raises(Mismatch) as mismatch:
        expect("dgain", got, expected)
    return str(mismatch.value)


def test_a_sentence_that_only_the_smallest_example_deserves_is_known_as_chance():
    smallest, *others = shapes_told(((1, 1), (1,)), ((2, 3), (3,)), ((1, 3), (3,)), ((4, 2), (2,)))
    assert ONLY_ONES in smallest
    assert true_by_chance(smallest, [smallest, *others[::2]]) == ONLY_ONES
    assert true_by_chance(smallest, [smallest, *others]) == ONLY_ONES  # others[1] has an axis of length 1 by chance
    assert not true_by_chance(smallest, [smallest, others[1]])
    assert not true_by_chance(smallest, [smallest, *(other.replace("dgain", "dbias") for other in others)])
    assert not true_by_chance(smallest, [smallest])


def test_where_squares_hide_a_transposition_it_is_told_all_the_same():
    first, second = shapes_told(((1, 2), (2, 1)), ((3, 2), (2, 3)))
    square = told(np.eye(2)[::-1] * [1, 2], np.eye(2))
    assert OPPOSITE in first
    assert not true_by_chance(first, [first, square, second])


def test_an_array_in_place_of_pairs_of_arrays_is_told_to_keep_them_apart():
    pairs = [(np.zeros((2, 1), int), np.ones((2, 1), int))]
    with pytest.raises(Mismatch, match="Keep the arrays apart, each with its own shape"):
        expect("batches", np.array(pairs), pairs)
