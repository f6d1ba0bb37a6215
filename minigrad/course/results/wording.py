"""What came of a call, in a sentence for the student."""

from __future__ import annotations

import re

from minigrad.course.results.outcomes import Outcome, StudentError


def describe(outcome: Outcome) -> str:
    """What came of a call, in a sentence for the student."""
    if not isinstance(outcome, StudentError):
        return outcome.message
    who = f"Your {outcome.function}" if outcome.function else "Your file"
    line = f" in line {outcome.lines[-1].number}" if outcome.lines else ""
    if "NotImplementedError" in outcome.kinds:
        unwritten = (outcome.lines and outcome.lines[-1].function) or outcome.function or "Your file"
        return f"{unwritten} is not written yet{f':{line} it raises NotImplementedError' if line else ''}."
    match outcome.error:
        case "NoSuchFunction":
            return f"Your file has no function {outcome.function}. Did you rename it?"
        case "PrintFlood":
            return f"{who} printed more than a million characters in one call. Is there a loop that never ends?"
        case "MemoryError" | "RecursionError" if not (outcome.function or outcome.lines):
            return "Python cannot read your file: it is nested too deeply."
        case "MemoryError":
            return f"{who} asked for more memory than the 2 GB it may have. {outcome.text}".rstrip()
        case "SystemExit" | "KeyboardInterrupt":
            return f"{who} raised {outcome.error}, which would end the program. Return a result instead of exiting."
        case "UnusableResult":
            return f"{who} returned a result that cannot be looked at: {outcome.text}."
        case "ForbiddenImport":
            return f"{who}{line}: {outcome.text}"
        case "EOFError":
            return f"{who} waits for input. Use the arguments instead of input()."
        case "SyntaxError" | "IndentationError" | "TabError":
            return f"Python cannot read your file: {outcome.error}{line}: {outcome.text}."
    return f"{who} raised {outcome.error}: {in_plain_words(outcome.text)}".removesuffix(": ")


_PRODUCT = "in a matrix product a @ b, a has {columns} columns and b has {rows} rows; they must be the same number."

# What Python and NumPy say, by a pattern, and the same for people who have not met ufuncs.
_PLAIN_WORDS = {
    r"matmul: Input operand 1 .* \(size (?P<rows>\d+) is different from (?P<columns>\d+)\)": _PRODUCT,
    r"shapes .* not aligned: (?P<columns>\d+) \(dim \d\) != (?P<rows>\d+) \(dim \d\)": _PRODUCT,
    r"operands could not be broadcast together with shapes (?P<a>\(.*?\)) (?P<b>\(.*?\))": (
        "arrays of the shapes {a} and {b} do not fit together element by element."
    ),
    r"non-broadcastable output operand with shape (?P<a>\(.*?\)) doesn't match the broadcast shape (?P<b>\(.*?\))": (
        "an array of shape {a} is changed in place, and the result has the shape {b}."
    ),
    r"ufunc 'bitwise_xor' not supported": "^ is no power in Python: write **.",
    r"truth value of an array with more than one element": (
        "`if` and `and` need one answer, and an array gives many. np.where decides number by number."
    ),
    r"only (0-dimensional|length-1) arrays can be converted to Python scalars": (
        "one number is needed here, and an array came. The functions of math take numbers; NumPy's take arrays."
    ),
}


def in_plain_words(text: str) -> str:
    """The text of an exception as a student understands it."""
    for pattern, plain in _PLAIN_WORDS.items():
        if found := re.search(pattern, text):
            said = plain.format(**found.groupdict())
            return said.replace(" 1 columns", " 1 column").replace(" 1 rows", " 1 row")
    return text
