"""The sentences on a student's file speak of what they wrote, and not of what came with it."""

import pytest

from minigrad.course.catalogue import own as own_module
from minigrad.course.catalogue.own import Own
from minigrad.course.catalogue.skeleton import make_skeleton
from minigrad.course.results.outcomes import Line, StudentError

SOLUTION = """\
class Cell:
    def forward(self, x):
        # BEGIN SOLUTION
        return 2 * x
        # END SOLUTION


def twice(x, call=None):
    # BEGIN SOLUTION
    return Cell().forward(x)
    # END SOLUTION


def cell_of(numbers):
    return Cell()


def cell_on(x):
    return cell_of(x).forward(x)


def twice_on(x):
    return cell_of(x) and twice(x, lambda y: y + 1)
"""
OWN = Own(make_skeleton(SOLUTION), SOLUTION)
LINES = SOLUTION.split("\n")


def through(*codes):
    """An exception that came through these lines."""
    numbers = [next(k + 1 for k, line in enumerate(LINES) if code in line) for code in codes]
    return [Line(number, "f", LINES[number - 1].strip(), []) for number in numbers]


def told(function, *codes, error="ValueError", own=OWN):
    return own.describe(StudentError(function, error, "why", [error], through(*codes)))


@pytest.mark.parametrize(("function", "theirs"), [("twice", "twice"), ("cell_on", "Cell"), ("twice_on", "twice")])
def test_a_function_that_came_with_the_file_stands_for_the_last_of_theirs_that_it_uses(function, theirs):
    assert OWN.name(function) == theirs
    assert OWN.renamed(f"{function} changed its argument x.", function) == f"{theirs} changed its argument x."
    assert OWN.renamed(f"Your {function} did not finish.", function) == f"Your {theirs} did not finish."
    assert OWN.renamed(f"{function}s[0] is wrong in {function}.", function) == f"{function}s[0] is wrong in {function}."


def test_of_an_exception_only_their_own_lines_are_told():
    assert told("twice_on", "and twice(x", "Cell().forward", "return 2 * x") == "Your twice raised ValueError: why"
    assert told("cell_on", "cell_of(x).forward", "return 2 * x") == "Your Cell.forward raised ValueError: why"
    lines = OWN.lines(through("and twice(x", "Cell().forward", "return 2 * x", "lambda y"))
    assert [line.code for line in lines] == ["return Cell().forward(x)", "return 2 * x"]


def test_where_what_they_gave_is_of_no_use_it_is_said_who_cannot_use_it():
    why = "A line that came with the file and uses your twice raised ValueError: why"
    assert told("twice_on", "and twice(x") == why


def test_what_they_have_changed_or_added_is_their_own():
    source = SOLUTION.replace("return cell_of(x).forward(x)", "return helper(x)") + "\n\ndef helper(x):\n    return x\n"
    own = Own(make_skeleton(SOLUTION), source)
    assert own.name("cell_on") == "cell_on"
    assert own.name("twice_on") == "twice"
    assert own.name("helper") == "helper"


def test_a_function_of_the_file_that_was_taken_out_is_asked_for_by_its_own_name():
    own = Own(make_skeleton(SOLUTION), SOLUTION.partition("def twice_on")[0])
    assert told("twice_on", error="NoSuchFunction", own=own).startswith("Your file has no function twice_on.")


@pytest.mark.parametrize(("name", "text"), [("twise", "rename it to twise?"), ("other", "rename it?")])
def test_a_function_under_a_name_that_is_nearly_right_is_named(name, text):
    own = Own(make_skeleton(SOLUTION), SOLUTION.replace("def twice(", f"def {name}("))
    assert told("twice", error="NoSuchFunction", own=own) == f"Your file has no function twice. Did you {text}"


def test_of_a_file_that_python_cannot_read_here_all_is_their_own():
    own = Own(make_skeleton(SOLUTION), SOLUTION + "x = " + "1 + " * 20_000 + "1")
    assert own.name("twice_on") == "twice_on"
    assert told("twice_on", "and twice(x", own=own) == "Your twice_on raised ValueError: why"


def test_what_they_have_added_is_held_against_nothing(monkeypatch):
    compared = []
    monkeypatch.setattr(own_module, "_text", lambda lines, node: compared.append(node.name))
    added = "".join(f"def added_{n}(): 0\n" for n in range(100))
    assert Own(make_skeleton(SOLUTION), SOLUTION + added).name("added_7") == "added_7"
    assert compared
    assert not any(name.startswith("added") for name in compared)
