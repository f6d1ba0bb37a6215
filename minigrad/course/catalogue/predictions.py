"""Predictions: short answers that a student types into the file before writing code.

In a solution each is a line by itself, below its question:

    # W_hh is 0. What is the state after the second step?
    second_state = 0  # PREDICTION: without W_hh nothing is kept

The student gets `second_state = ...`. The answer is an expression of NumPy, a number, a word or a shape, and stands
nowhere else. The notes say what a prediction is worth, and what is said of the usual wrong answers. An answer is kept
as a digest, so the students' edition tells right from wrong and does not give it away at a glance.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.course.checks.check import Check
from minigrad.course.checks.students import Student
from minigrad.course.results.outcomes import Halt, Mismatch, StudentError
from minigrad.course.results.verdicts import PREDICTION
from minigrad.course.results.wording import TYPE_IT
from minigrad.course.usage import UsageError

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?")
_SHAPE = re.compile(r"\d{1,9}(\s*[,x×]\s*\d{1,9})*\s*,?")  # (5, 16) with its brackets taken off, 5 x 16, and (5,)
_LINE = re.compile(r"^(\w+) = (.+?) +# PREDICTION\b.*$", re.MULTILINE)
_IN_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
LONGEST, LARGEST = 20, 1e300  # things in an answer, and how large a number can be
ELSE = (
    "this is not it. Read the question and the text above once more. Where it asks for a number, Python may help you."
)


def left_open(solution: str) -> str:
    """The solution with all predictions left to the student."""
    return _LINE.sub(r"\1 = ...", solution)


def answers(solution: str) -> dict[str, str]:
    """The digest of each answer in a solution.

    Raises:
        UsageError: if an answer cannot be computed.
    """
    return {name: digest(name, spellings(_computed(name, text))[0]) for name, text in _LINE.findall(solution)}


def _computed(name: str, text: str) -> Any:
    try:
        return eval(text, {"np": np, "math": math})
    except Exception as error:
        why = f"the prediction {name} = {text} of a solution cannot be computed: {error}"
        raise UsageError(f"{why}. Write numbers, words in quotes, or NumPy.") from None


def digest(name: str, spelling: str) -> str:
    return hashlib.sha256(f"{name} = {spelling}".encode("utf-8", "replace")).hexdigest()[:16]


def spellings(answer: Any) -> list[str]:
    """The spellings of an answer, the most exact first: whole numbers as they are, others to two digits.

    A number or a shape in quotes is one as well, and so is a number in words, up to twelve.

    >>> spellings(12), spellings(11.84), spellings((5, 16)), spellings("No."), spellings(True), spellings("5 x 16")
    (['12', '~12'], ['~12'], ['(5, 16)', '(~5, ~16)'], ['no'], ['yes'], ['(5, 16)', '(~5, ~16)'])
    >>> spellings("Seven.") == spellings(7), spellings("minus seven")
    (True, ['minus seven'])
    >>> spellings("(4,)") == spellings([4]) == spellings((4,)), spellings(".1") == spellings(0.1)
    (True, True)
    """
    if isinstance(answer, str):
        answer = _meant(answer)
    if isinstance(answer, np.generic | np.ndarray) and not answer.ndim:
        answer = answer.item()
    if isinstance(answer, bool):
        return ["yes" if answer else "no"]
    if isinstance(answer, int | float) and -LARGEST < answer < LARGEST:
        about = f"~{float(f'{float(answer):.2g}'):g}"
        return [f"{int(answer)}", about] if math.isfinite(answer) and answer == int(answer) else [about]
    if isinstance(answer, list | tuple | np.ndarray):
        if _is_long(answer):
            return ["a long list"]
        items = [spellings(item) for item in answer]
        exact, rounded = ("(" + ", ".join(item[place] for item in items) + ")" for place in (0, -1))
        return [exact, rounded] if exact != rounded else [exact]
    return [str(answer).strip(" .!?").casefold()]


def _is_long(answer: Any) -> bool:
    """True if there are more things in an answer than anybody types, at whatever depth."""
    count, left = 0, [answer]
    while left and count <= LONGEST:
        some = left.pop()
        if isinstance(some, np.ndarray):
            count += max((some.size, *some.shape))  # also of one without numbers
        elif isinstance(some, list | tuple):
            count += len(some)
            left += some[:LONGEST]
    return count > LONGEST


def _meant(text: str) -> Any:
    """The value that stands in quotes: a number, a shape, or a word."""
    bare = text.lstrip().rstrip(" .!?")
    if _NUMBER.fullmatch(bare.casefold()):
        return float(bare)
    if _SHAPE.fullmatch(bare.strip("()[]")):
        return tuple(map(int, re.findall(r"\d+", bare)))
    if bare.casefold() in _IN_WORDS:
        return _IN_WORDS.index(bare.casefold())
    return text


def checks(notes: Sequence[dict[str, Any]], known: dict[str, str], place: str) -> list[Check]:
    """A check for each prediction.

    Args:
        notes: what the exercise's notes say of its predictions.
        known: the digests of the answers.
        place: what the notes are called in an error.

    Raises:
        UsageError: if notes and solution do not have the same predictions, or a wrong answer is right.
    """
    names = [note["name"] for note in notes]
    if sorted(names) != sorted(known):
        noted, there = (", ".join(some) or "none" for some in (names, known))
        said = f"{place} notes the predictions {noted}; the solution has {there}"
        raise UsageError(f"{said}. Each needs a [[predictions]], and a line that ends in # PREDICTION.")
    for note in notes:
        if wrong := next((w for w, _ in note["wrong"] if _is(w, note["name"], known)), None):
            raise UsageError(f"{place} calls {wrong!r} wrong for {note['name']}, and it is the solution's answer.")
    return [_check(note, known) for note in sealed(notes)]


def sealed(notes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The notes of predictions with digests in place of wrong answers, as the students' edition has them."""
    return [note if note.get("sealed") else _sealed(note) for note in notes]


def _sealed(note: dict[str, Any]) -> dict[str, Any]:
    wrong = [[digest(note["name"], spellings(answer)[0]), says] for answer, says in note["wrong"]]
    return {**note, "sealed": True, "wrong": wrong}


def _is(answer: Any, name: str, known: dict[str, str]) -> bool:
    return known[name] in (digest(name, spelling) for spelling in spellings(answer))


def _check(note: dict[str, Any], known: dict[str, str]) -> Check:
    name = note["name"]

    def look(student: Student) -> None:
        try:
            got = student.value(name)
        except StudentError as error:
            if error.error == "NoSuchFunction":
                raise Mismatch(name, f"Your file has no {name}. Put its line back: {name} = ...") from None
            if not error.unwritten:
                error.function, error.error = f"answer {name}", error.error.replace("UnusableResult", "UnusableAnswer")
            raise
        except Halt as halt:
            if halt.did:
                halt.message = f"Your answer {name} cannot be looked at: it {halt.did}. {TYPE_IT}"
            raise
        if not _is(got, name, known):
            raise Mismatch(name, f"{name}: {_said(got, note, known)}")

    return Check(PREDICTION + name.replace("_", " "), note["points"], [], look, {}, examples=1)


def _said(got: Any, note: dict[str, Any], known: dict[str, str]) -> str:
    """The sentence on a wrong answer."""
    if type(got) is int and _is([got], note["name"], known):
        return f"the length is right. A shape with one axis has a comma: ({got},)."
    given = [digest(note["name"], spelling) for spelling in spellings(got)]
    return next((says for answer, says in note["wrong"] if answer in given), ELSE)
