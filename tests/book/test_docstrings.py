"""Docstrings, which are written for a terminal, are Markdown in the book."""

import inspect
import re

import docstrings
import pytest

from ..test_public import EVERYTHING, METHODS

DOCSTRING = """x[i] of *x, see `grad` and `x`.

    code

Args:
    x, y: numbers <of> any shape,
        on two lines.

Raises (when it is called):
    ValueError: if it is none.

>>> f(1)
2

one   the first
two   the second
"""


def test_sections_are_lists_sessions_are_code_and_nothing_else_is_a_sign_of_markdown():
    assert docstrings.markdown(DOCSTRING, lambda name: "LINK" if name == "`grad`" else name).split("\n\n") == [
        r"x\[i\] of \*x, see LINK and `x`.",
        "    code",
        "**Args**",
        r"- `x`, `y`: numbers \<of\> any shape, on two lines.",
        "**Raises (when it is called)**",
        "- `ValueError`: if it is none.",
        "```pycon\n>>> f(1)\n2\n```",
        "- `one`: the first\n- `two`: the second",
    ]


@pytest.mark.parametrize("thing", sorted({*EVERYTHING, *METHODS}, key=repr), ids=lambda f: getattr(f, "__name__", None))
def test_every_section_of_a_public_docstring_is_known(thing):
    text = re.sub(r"```.*?```", "", docstrings.markdown(inspect.getdoc(thing)), flags=re.DOTALL)
    assert not re.search(r"^\s*>>>", text, re.MULTILINE)
    assert not re.search(r"^[A-Z]\w*( \(.*\))?:$", text, re.MULTILINE)


def test_a_summary_is_the_first_sentence():
    assert (
        docstrings.summary("σ(x) = 1 / (1 + e⁻ˣ), by\n`np.exp`. Then more.\n\nAnd more.")
        == "σ(x) = 1 / (1 + e⁻ˣ), by `np.exp`."
    )
    assert docstrings.summary("A thing; see there.") == "A thing."
