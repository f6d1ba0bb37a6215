"""The error that is told to whoever typed a command, and what is said about installing minigrad.

There is no release on PyPI yet, so that whoever has no clone was given a wheel. doctor.py and grader.py say the same,
but work without this file.
"""


def install(options: str = "") -> str:
    """The line that installs minigrad."""
    return f"python -m pip install {options}minigrad-course (or, in place of that name, the wheel that you were given)"


def install_extra(extra: str) -> str:
    """The line that installs what an extra of minigrad needs, beside the minigrad that is there."""
    return f"pip install 'minigrad-course[{extra}]'"


class UsageError(Exception):
    """The command can't be carried out as it was typed; the text says what to type instead."""
