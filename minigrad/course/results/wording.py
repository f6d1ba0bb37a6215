"""Word the outcome of a call in a sentence for the student."""

from __future__ import annotations

import re
from collections.abc import Sequence

from minigrad.course.results.outcomes import Line, Outcome, StudentError
from minigrad.course.results.plain_words import in_plain_words
from minigrad.course.results.spelled import plain_numbers

TYPE_IT = "Type a number, a word or a shape."
LONGEST = 72  # characters of code that are shown
_PLACE = re.compile(r"\s*One small change in line \d+ makes this right\.(?: Look at `.*?`\.(?=\s|$))?")


def small_change(line: int, code: str) -> str:
    """Say in which line one change makes a student's file right, and show the code that stands there if it is short.

    >>> small_change(14, "hs[t]")
    'One small change in line 14 makes this right. Look at `hs[t]`.'
    """
    shown = f" Look at `{code}`." if len(code) <= LONGEST and code.isprintable() else ""
    return f"One small change in line {line} makes this right.{shown}"


def without_place(diagnosis: str) -> str:
    """A diagnosis without its place, which differs from student to student.

    >>> without_place("The bias is added twice. One small change in line 14 makes this right. Look at `b`.")
    'The bias is added twice.'
    """
    return _PLACE.sub("", diagnosis).strip()


def describe(outcome: Outcome, who: str = "") -> str:
    """Describe the outcome of a call in a sentence for the student.

    Args:
        who: what raised an exception, if it is not the function that was called.
    """
    if not isinstance(outcome, StudentError):
        return outcome.message
    who = who or (f"Your {outcome.function}" if outcome.function else "Your file")
    unread = "Unread" in outcome.kinds  # it is no program
    line = f" in line {outcome.lines[-1].number}" if outcome.lines else ""
    if outcome.error == "Unanswered":
        return f"{outcome.function} is still open. Put your answer in place of the three dots."
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
        case "UnusableAnswer":  # of a prediction, which is no call
            return f"{who} cannot be looked at: {outcome.text}. {TYPE_IT}"
        case "ForbiddenImport":
            return f"{who}{line}: {outcome.text}"
        case "EOFError":
            return f"{who} waits for input. Use the arguments instead of input()."
        case "KeyError" if outcome.text and not outcome.in_own_words:
            return f"{who} raised KeyError: a dictionary has no key {plain_numbers(outcome.text)}."
        case "NameError" if _at_top(outcome.lines) and (bare := _BARE_WORD.search(outcome.lines[-1].code)):
            return f'{who}{line} has the word {bare[1]} without quotes. Write "{bare[1]}".'
        case "DebuggerLeft" | "BdbQuit":
            return f"{who} starts a debugger{_near(outcome.lines)}, and nobody is there to use it. Take it out."
        case "SyntaxError" if unread and outcome.lines and _MAGIC.search(outcome.lines[-1].code):
            return f"Python cannot read your file:{line} stands a notebook's command, which is no Python. Take it out."
        case "SyntaxError" | "IndentationError" | "TabError" if unread:
            return f"Python cannot read your file: {outcome.error}{line}: {outcome.text}."
    return f"{who} raised {outcome.error}: {in_plain_words(outcome.text)}".removesuffix(": ")


def _at_top(lines: Sequence[Line]) -> bool:
    """True if it happened in a line of the file itself, and in no function."""
    return bool(lines) and not lines[-1].function


_BARE_WORD = re.compile(r"^\w+ = ([a-zA-Z]\w*)(?: *#.*)?$")  # of a prediction
_MAGIC = re.compile(r"^\s*(%%?|!+)\s*[\w~./-]|^\s*\?|=\s*[%!]\s*\w|[\w)]\?\??\s*$")  # %matplotlib, !pip, np.tanh?


def _near(lines: Sequence[Line]) -> str:
    """The place where a debugger was started: in this line, or, if the line is another one, somewhere before it."""
    if not lines:
        return ""
    here = re.search(r"breakpoint|set_trace", lines[-1].code)
    return f" {'in' if here else 'before'} line {lines[-1].number}"
