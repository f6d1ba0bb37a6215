"""Formulas as they stand in the exercises, in plain text, as MathML.

    >>> formula("∂c_t / ∂c_{t-1} = f_t").count("<mfrac>")
    1

What the grammar below does not know is no formula: it stays the text that it is.

    relation    sum = sum ..., and < > ≤ ≥ ≈ ≠ → ←; several, parted by commas
    sum         term + term - ...
    term        factors with · × * or side by side (x W_xh), and / for a fraction
    factor      with nothing between: 2h, 3w²h; 1/2 is one, too
    power       (w + h)³, Wᵀ, e^z_k, e^(z/τ), σ(b)^steps
    words       the carry of h; only in a line of its own, between operators
    name        h, h', m̂, dh, W_xh, c_{t-1}, dout₀, hs[0], tanh(a), ∂h[i], √2, (a), [a, b], sum over j of a term
"""

from __future__ import annotations

import re

import mathml
from grammar import NoFormulaError, Reader

SHAPE = re.compile(r"\([A-Z_\d +/]*,[A-Z_\d +/,]*\)")  # (N, 4H) reads like (N, H)
LETTER = "[B-HJ-Zb-z]"  # which is a name, and no word
ARGUMENT = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
CODE = re.compile(rf"(?<![\w./])(?<!\]\()[a-z]\w*(?:\.[a-z_]\w*)+(?:{ARGUMENT}|\[[^][]*\]|\.[a-z_]\w*)*")
"""A name with points in it, such as np.argsort, and what it is called with."""
DRAWN = re.compile(r"<span><math.*?</math></span>")
OPERATORS = r"-@=+*/^<>·×≤≥≈≠|"


def formula(text: str, may_have_words: bool = True) -> str:
    """The MathML of a line that is a formula as a whole; nothing if it is none, or a name or a number alone."""
    return _whole(text, True, may_have_words)


def operand(text: str) -> str:
    """The MathML of a formula, which can be a name or a number alone, such as stands beside a formula."""
    return _whole(text, False, True)


def _whole(text: str, must_be_sure: bool, may_have_words: bool) -> str:
    reader = Reader(text, display=True)
    try:
        markup = reader.relations()
    except NoFormulaError:
        return ""
    read = reader.token is None and not text[reader.end :].strip()
    sure = reader.sure or not (must_be_sure or reader.wordy)
    return mathml.math(markup, text, display=True) if read and sure and (may_have_words or not reader.wordy) else ""


def inline(text: str) -> str:
    """A text with MathML in place of what is surely a formula in it, in spans: math alone is a block for Markdown."""
    done, place = "", 0
    for start in _beginnings(text):
        if start < place or re.match(r"[aAI] [^\W\d]", text[start:]):  # "a W_xh": a word
            continue
        reader = Reader(text[start:], display=False)
        try:
            markup = reader.relations()
        except NoFormulaError:
            continue
        end = start + reader.end
        if reader.sure and _stands_alone(text[:start], text[end:]):
            done += f"{text[place:start]}<span>{mathml.math(markup, text[start:end], display=False)}</span>"
            place = end
    return done + text[place:]


def _stands_alone(before: str, after: str) -> bool:
    """True if a formula ends where it seems to, and is no part of something larger, as in x @ W + b or y = x W."""
    ends = re.match(r"$|[\s,;:)?!]|\.(?!\w)", after)
    goes_on = re.search(rf"([{OPERATORS}]|\b({LETTER}|ln|log)) *$", before) or re.match(
        rf" +([{OPERATORS}]+ |({LETTER}|da|dout|Σ)(?![A-Za-z\d_]))", after
    )
    return bool(ends) and not goes_on


def _beginnings(text: str) -> list[int]:
    """The places where a formula can begin in a text: before a word, or in a bracket, but in no shape or code."""
    taken = [found.span() for pattern in (SHAPE, CODE) for found in pattern.finditer(text)]
    starts = [found.start() for found in re.finditer(r"(?<![^\s(])[^\s]", text)]
    return [start for start in starts if not any(first <= start < end for first, end in taken)]
