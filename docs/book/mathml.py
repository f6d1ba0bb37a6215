"""Markup of the parts of a formula in MathML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

SIGNS = {"-": "−", "*": "∗", "<": "&lt;", ">": "&gt;", "[": "&#91;", "]": "&#93;"}  # any other stands for itself
PREFIX = '<mo form="prefix">'  # of the sign of a number
BESIDE = '<mspace width="0.25em"/>'  # between factors without a sign
APPLIED = '<mspace width="0.17em"/>'  # between a function and its argument without brackets


@dataclass
class Piece:
    """Markup, and what it is without its brackets, if it is something in brackets."""

    markup: str
    bare: str = ""
    is_list: bool = False

    @property
    def inside(self) -> str:
        """The markup for above or below a bar, or for an exponent, where no brackets are needed."""
        return self.bare or self.markup


def math(markup: str, text: str, display: bool) -> str:
    """A whole formula, and the text that it was, for those who cannot see it."""
    style = ' displaystyle="true"' if display else ""
    return f'<math alttext="{plain(text.strip())}"{style}>{markup}</math>'


def plain(text: str) -> str:
    """A text as HTML in which Markdown finds nothing to do."""
    return re.sub(r"[\[\]*_`\\]", lambda sign: f"&#{ord(sign[0])};", escape(text))


def sign(text: str) -> str:
    return f"<mo>{SIGNS.get(text, text)}</mo>"


def identifier(text: str) -> str:
    return f'<mi class="name">{plain(text)}</mi>'


def raised(base: Piece, exponent: str) -> Piece:
    return Piece(f"<msup><mrow>{base.markup}</mrow><mrow>{exponent}</mrow></msup>")


def lowered(base: Piece, below: str) -> Piece:
    return Piece(f"<msub><mrow>{base.markup}</mrow><mrow>{below}</mrow></msub>")


def fraction(above: Piece, below: Piece, display: bool) -> Piece:
    """One above the other in a line of its own, and beside each other in prose."""
    if display:
        return Piece(f"<mfrac><mrow>{above.inside}</mrow><mrow>{below.inside}</mrow></mfrac>")
    return Piece(f'{above.markup}<mo lspace="0.12em" rspace="0.12em">/</mo>{below.markup}')
