"""Docstrings, which are written for a terminal, are Markdown in the book."""

import inspect
import re
from html import unescape

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
        "- `x`, `y`: numbers &lt;of&gt; any shape, on two lines.",
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


def test_no_sign_is_shown_with_what_keeps_it():
    markdown = pytest.importorskip("markdown", reason="The book is made by the extra docs: pip install -e '.[docs]'")
    text = "Where |x - y| < b, <bos> and *one* of a_b [c] # d > e"
    shown = markdown.markdown(docstrings.markdown(text), extensions=["tables"])
    assert unescape(re.sub("</?p>", "", shown)) == text


def test_a_summary_is_the_first_sentence():
    shown = docstrings.summary("σ(x) = 1 / (1 + e⁻ˣ), by\n`np.exp`. Then more.\n\nAnd more.")
    assert read(shown) == "⟦σ(x) = 1 / (1 + e⁻ˣ)⟧, by `np.exp`."
    assert docstrings.summary("A thing; see there.") == "A thing."


def read(shown):
    """The text that is shown, with formulas in brackets."""
    return unescape(re.sub(r'<span><math alttext="([^"]*)".*?</math></span>', r"⟦\1⟧", shown))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("h' = tanh(W_ih x + b_hh), or relu of it; see it.", "⟦h' = tanh(W_ih x + b_hh)⟧, or relu of it; see it."),
        ("m ← μ m + (1 - τ)g, with m̂ = m / τ.", "⟦m ← μ m + (1 - τ)g⟧, with ⟦m̂ = m / τ⟧."),
        ("x where x > 0, and `slope` times x elsewhere.", "x where ⟦x > 0⟧, and `slope` times x elsewhere."),
        ("so h_0 = " + "h · " * 20 + "h; x² is short.", "so h\\_0 = " + "h · " * 20 + "h; ⟦x²⟧ is short."),
        ("h_0 = " + "h · " * 20 + "h; x² is short.", "h\\_0 = " + "h · " * 20 + "h; ⟦x²⟧ is short."),
        ("2/√π ∫ e^(-t²) dt of numbers.", "2/√π ∫ e^(-t²) dt of numbers."),
        ("i, f, o = σ, σ, tanh of h_t.", "i, f, o = σ, σ, tanh of h\\_t."),
        ("each (layers · D, N, H), or P for h_0.", "each (layers · D, N, H), or P for h\\_0."),
    ],
)
def test_a_sentence_is_typeset_as_a_whole_or_stays_text(said, shown):
    assert read(docstrings.markdown(said)) == shown
